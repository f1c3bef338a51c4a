"""Which wallet, bank or card money went through, as a story or an answer names it.

A service counts where the same part of a sentence tells of money, or where it is all of a short answer. One that
somebody poses as, works for or calls does not. Names and words are in knowledge/record_mapping.yml.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.triage.corrections import denied
from bot.triage.mapping import mapping
from bot.triage.turn import Facts, Turn, progress, with_progress

Kind = Literal["wallet", "bank", "card"]
_SHORT = 6  # words; so short an answer is about its service
_NEAR = 24  # characters around a service in which it may be called somebody who acts
_LIMIT = 80  # characters of the field in the record
_BREAK = re.compile(r"(?<!\d)[.,](?!\d)|[.,](?=\s|$)|[;!?؟۔،؛\n]")


def with_payment(facts: Facts, turn: Turn) -> Facts:
    """The facts with the services that this text names for the money, and without those that it denies."""
    wrong = {_name_of(value) for value in denied(turn, "service")}
    known = [name for name in progress(facts).get("paid_by") or [] if name not in wrong]
    named = [name for name in _named(facts, turn) if name not in wrong]
    both = list(dict.fromkeys([*known, *named]))
    return facts if both == (progress(facts).get("paid_by") or []) else with_progress(facts, paid_by=both)


def instrument_of(facts: Mapping[str, Any]) -> str | None:
    """How it was paid, for the record; `bank`, `card` and `wallet` only where no name is known."""
    names = progress(dict(facts)).get("paid_by") or []
    kinds = _kinds()
    chosen = [name for name in names if name not in kinds.values()] or names
    while chosen and len(", ".join(chosen)) > _LIMIT:
        chosen = chosen[:-1]
    is_of_money = facts.get("incident_type") in {"fraud", "blackmail"} or facts.get("amount_pkr")
    return ", ".join(chosen) or None if is_of_money else None


def named_services(facts: Mapping[str, Any]) -> str | None:
    """The same as a person may read it: names only."""
    instrument = instrument_of(facts)
    return None if instrument in _kinds().values() else instrument


def kinds_in(instrument: str | None) -> set[Kind]:
    """What kinds of service an instrument names: a wallet, a bank, a card."""
    return {_kinds()[name] for name in (instrument or "").split(", ") if name in _kinds()}


def _named(facts: Facts, turn: Turn) -> Iterator[str]:
    spans = [(e["start"], e["end"], str(e["value"])) for e in turn.entities if e.get("entity") == "service"]
    if not spans or "?" in turn.text or "؟" in turn.text:
        return
    text = fold(turn.text)
    sums = [e["start"] for e in turn.entities if e.get("entity") == "amount_pkr"]
    is_answer = bool(facts.get("description")) and len(text.split()) <= _SHORT
    for begin, end in _parts(text):
        part = text[begin:end]
        of_money = any(begin <= start < end for start in sums) or bool(_pattern("paying").search(part))
        for start, stop, value in spans:
            if begin <= start < end and (of_money or is_answer) and not _acts(text, start, stop):
                yield _name_of(value)


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of the text that each tell one thing."""
    begin = 0
    for match in sorted([*_BREAK.finditer(text), *_joining().finditer(text)], key=lambda found: found.start()):
        yield begin, match.start()
        begin = max(begin, match.end())
    yield begin, len(text)


def _acts(text: str, start: int, stop: int) -> bool:
    """Whether the service is one who calls, answers or employs here, not a way to pay."""
    behind, before = text[stop : stop + _NEAR], text[max(0, start - _NEAR) : start]
    return bool(_pattern("acting_behind").match(behind.lstrip()) or _pattern("acting_before").search(before.rstrip()))


def _name_of(service: str) -> str:
    return _names().get(_bare(service), "bank")


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


@lru_cache
def _names() -> dict[str, str]:
    """The name of each spelling."""
    by_name = [entry for names in mapping()["instruments"].values() for entry in names.items()]
    return {_bare(spelling): name for name, spellings in by_name for spelling in spellings}


@lru_cache
def _kinds() -> dict[str, Kind]:
    """The kind of each name; the kinds themselves are names too."""
    by_kind: dict[Kind, dict[str, Any]] = mapping()["instruments"]
    return {name: kind for kind, names in by_kind.items() for name in (kind, *names)}


@lru_cache
def _pattern(name: str) -> re.Pattern[str]:
    words = _either(mapping()["payment_words"][name])
    behind = r"$" if name == "acting_before" else r""
    return re.compile(rf"(?<!\w)(?:{words})(?!\w){behind}")


@lru_cache
def _joining() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_either(lexicon('money')['clause'])})(?!\w)")


def _either(words: Iterable[Any]) -> str:
    return "|".join(sorted({re.escape(fold(str(word))) for word in words}, key=len, reverse=True))
