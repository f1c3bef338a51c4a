"""Finds where a person corrects an earlier answer: `Facebook nahi Instagram`, `no, 25 thousand not 2500`."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot.nlu.extract import cities
from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.triage.names import own_name, without_identifiers
from bot.triage.plan import fields_of
from bot.triage.taxonomy import INCIDENT_TYPES
from bot.triage.turn import Facts, Turn, is_empty

LONGEST = 14  # words; in a longer text "not" is part of a story
CONFIDENT_TYPE = 0.6  # least probability at which one or two words name a type
_NEGATOR_AFTER = re.compile(r"^\W*(?:par\W*|pe\W*|پر\W*)?(?:nahi|nahin|nhi|nai|nahe|نہیں|نہی)(?!\w)")
_NEGATOR_BEFORE = re.compile(r"\b(?:not|isn't|wasn't|instead of)\W*(?:on\W*|in\W*|rs\W*|the\W*)?$")
_ENTITY = {"occurred": "date"}  # fields whose entity has another name


def find_correction(facts: Facts, requested: str, turn: Turn) -> tuple[str, Any] | None:
    """A changed value for a field that was already answered: (field, new value)."""
    marked = is_marked(turn.text)
    if not marked and requested != "confirm":
        value = _named_sum(turn.text) if facts.get("amount_pkr") and len(turn.text.split()) <= LONGEST else None
        return ("amount_pkr", value) if value and value != facts["amount_pkr"] else None
    if requested != "confirm" and len(turn.text.split()) > LONGEST:
        return None
    open_now = {name for name in fields_of(requested) if is_empty(facts.get(name))}
    found = ((name, value) for name, value in _said(facts, requested, turn, marked) if name not in open_now)
    return next(found, None)


def is_marked(text: str) -> bool:
    """Whether a word of the text says that something was wrong: `no`, `nahi`, `actually`, `balke`."""
    return bool(set(re.findall(r"\w+", fold(text))) & {str(word) for word in lexicon("cues")["correction"]})


def _said(facts: Facts, requested: str, turn: Turn, marked: bool) -> Iterator[tuple[str, Any]]:
    """Values in the text that differ from known ones, most certain first."""
    instead = sum_instead(turn)
    if instead and facts.get("amount_pkr") in instead[1]:
        yield "amount_pkr", instead[0]
    bare = bare_amount(turn.text) if requested == "confirm" or marked else None
    if bare is not None and bare != facts.get("amount_pkr") and (requested == "confirm" or facts.get("amount_pkr")):
        yield "amount_pkr", bare
    for name in ("platform", "amount_pkr"):
        value = meant(turn, name)
        if value is not None and not is_empty(facts.get(name)) and value != facts[name]:
            yield name, value
    for name in ("city", "occurred", "transaction_id"):
        value = meant_city(turn) if name == "city" else _not_denied(turn, name)
        if value and facts.get(name) and value != facts[name]:
            yield name, value
    about_self = set(fields_of(requested)) & {"complainant_name", "complainant_contact"}
    contacts = _other_contacts(facts, turn) if marked and not about_self else None
    if contacts:
        yield "suspect_contacts", contacts
    if requested == "confirm":
        yield from _about_the_person(facts, turn)


def _about_the_person(facts: Facts, turn: Turn) -> Iterator[tuple[str, Any]]:
    own = [c["normalised"] for c in turn.analysis.get("own_contacts") or [] if c["data_type"] in {"phone", "email"}]
    if own and own[0] != facts.get("complainant_contact"):
        yield "complainant_contact", own[0]
    named = own_name(turn.text)
    if named and named != facts.get("complainant_name"):
        yield "complainant_name", named
    wishes = turn.analysis.get("desired_outcome")
    if wishes and wishes != facts.get("desired_outcome") and len(turn.text.split()) <= LONGEST:
        yield "desired_outcome", list(wishes)


def other_type(facts: Facts, turn: Turn) -> str | None:
    """The incident type that a short text names in place of the present one: `it is blackmail, not fraud`."""
    guess, known = turn.analysis.get("incident_type"), facts.get("incident_type")
    if guess not in INCIDENT_TYPES or guess in {known, "other"} or len(turn.text.split()) > 8:
        return None
    return str(guess) if turn.analysis.get("confidence", 0.0) >= CONFIDENT_TYPE else None


def _other_contacts(facts: Facts, turn: Turn) -> list[dict[str, Any]] | None:
    """The contacts with a wrong one replaced by the new one of its kind; those that are denied are dropped."""
    known = list(facts.get("suspect_contacts") or [])
    named = list(turn.analysis.get("observables") or [])
    dropped = {str(e["value"]) for e in turn.entities if _is_denied(turn.text, e)}
    fresh = [item for item in named if item["normalised"] not in dropped | {k["normalised"] for k in known}]
    if not known or not fresh:
        return None
    kinds = {item["data_type"] for item in fresh}
    same = [item for item in known if item["data_type"] in kinds]
    wrong = dropped or ({same[-1]["normalised"]} if same else set())
    return [*(item for item in known if item["normalised"] not in wrong), *fresh]


def bare_amount(text: str) -> int | None:
    """The sum in "amount 30000" or "the amount is 54000, not 45000", where a word says that it is the amount."""
    folded = fold(without_identifiers(text))
    if not set(re.findall(r"\w+", folded)) & {str(word) for word in lexicon("cues")["amount"]}:
        return None
    kept = _bare_sums(folded)[0]
    return kept[-1] if len(kept) == 1 else None


def sum_instead(turn: Turn) -> tuple[int, list[int]] | None:
    """The sum that is put in place of others, and those: 2,500 in "25 hazar nahi 2500"."""
    kept, dropped = _bare_sums(fold(without_identifiers(turn.text)))
    dropped += denied(turn, "amount_pkr")
    kept = [value for value in kept if value not in dropped]
    return (kept[0], dropped) if len(kept) == 1 and dropped else None


def _bare_sums(folded: str) -> tuple[list[int], list[int]]:
    """Numbers that may be sums: those that stand, and those that are denied."""
    kept, dropped = list[int](), list[int]()
    for match in re.finditer(r"\d[\d,]{2,11}", folded):
        before, after = folded[: match.start()], folded[match.end() :]
        wrong = _NEGATOR_BEFORE.search(before) or _NEGATOR_AFTER.search(after)
        (dropped if wrong else kept).append(int(match.group().replace(",", "")))
    return kept, dropped


def _named_sum(text: str) -> int | None:
    """The sum right behind its name, which needs no other sign of a correction: "raqam 30000 thi"."""
    words = "|".join(re.escape(fold(str(word))) for word in lexicon("money")["itself"])
    found = re.search(
        rf"(?<!\w)(?:{words})(?:\W+[^\W\d_]+)?\W+(\d[\d,]{{2,11}})(?![\w,])", fold(without_identifiers(text))
    )
    return int(found[1].replace(",", "")) if found else None


def meant(turn: Turn, name: str) -> Any:
    """The mentioned value that is not the denied one; None where none is left."""
    kept = [e["value"] for e in _entities(turn, name) if not _is_denied(turn.text, e)]
    return kept[-1] if kept else None


def told(turn: Turn, name: str) -> Any:
    """The value that the analysis takes from the text, unless the text denies it and names another."""
    return (meant_city(turn) if name == "city" else _not_denied(turn, name)) or turn.analysis.get(name)


def _not_denied(turn: Turn, name: str) -> Any:
    """The value of the analysis, another of the text where that one is denied, or None."""
    value = turn.analysis.get(name)
    return meant(turn, name) if value in denied(turn, name) else value


def denied(turn: Turn, name: str) -> list[Any]:
    """The values of a field that the text denies: Lahore in `lahore nahi karachi`."""
    return [e["value"] for e in _entities(turn, name) if _is_denied(turn.text, e)]


def _entities(turn: Turn, name: str) -> list[Any]:
    return [e for e in turn.entities if e.get("entity") == _ENTITY.get(name, name)]


def meant_city(turn: Turn) -> Any:
    """The city of the text that is not denied; None where none is left."""
    city = turn.analysis.get("city")
    if not city or city["name"] not in denied(turn, "city"):
        return city
    other = meant(turn, "city")
    return next((asdict(known) for known in cities().values() if known.name == other), None)


def _is_denied(text: str, entity: Any) -> bool:
    folded = fold(text)
    after, before = folded[entity["end"] :], folded[: entity["start"]]
    return bool(_NEGATOR_AFTER.search(after) or _NEGATOR_BEFORE.search(before))
