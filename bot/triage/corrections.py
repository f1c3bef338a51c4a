"""Finds where a person corrects an earlier answer: `Facebook nahi Instagram`, `no, 25 thousand not 2500`."""

import re
from collections.abc import Iterator
from typing import Any

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.triage.plan import fields_of
from bot.triage.talk import plain_words
from bot.triage.taxonomy import INCIDENT_TYPES
from bot.triage.turn import Facts, Turn, is_empty

LONGEST = 14  # words; in a longer text "not" is part of a story
CONFIDENT_TYPE = 0.6  # least probability at which one or two words name a type
_NEGATOR_AFTER = re.compile(r"^\W*(?:par\W*|pe\W*|پر\W*)?(?:nahi|nahin|nhi|nai|nahe|نہیں|نہی)(?!\w)")
_NEGATOR_BEFORE = re.compile(r"\b(?:not|isn't|wasn't|instead of)\W*(?:on\W*|in\W*|rs\W*|the\W*)?$")
_NAME_IS = re.compile(
    r"(?:my name is|mera na+m|میرا نام)\s+([^\d,.۔،]{2,60}?)(?:\s+(?:hai|hy|ہے))?"
    r"(?:\s+(?:and|aur|اور)(?!\w).*)?(?:[,.۔،!].*)?$",
    re.I | re.S,
)


def find_correction(facts: Facts, requested: str, turn: Turn) -> tuple[str, Any] | None:
    """A changed value for a field that was already answered: (field, new value)."""
    marked = is_marked(turn.text)
    if not marked and requested != "confirm":
        return None
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
    bare = bare_amount(turn.text) if requested == "confirm" or marked else None
    if bare is not None and bare != facts.get("amount_pkr") and (requested == "confirm" or facts.get("amount_pkr")):
        yield "amount_pkr", bare
    for name in ("platform", "amount_pkr"):
        value = meant(turn, name)
        if value is not None and not is_empty(facts.get(name)) and value != facts[name]:
            yield name, value
    for name in ("city", "occurred", "transaction_id"):
        value = meant_city(turn) if name == "city" else turn.analysis.get(name)
        if value and facts.get(name) and value != facts[name]:
            yield name, value
    about_self = set(fields_of(requested)) & {"complainant_name", "complainant_contact"}
    contacts = _other_contacts(facts, turn) if marked and not about_self else None
    if contacts:
        yield "suspect_contacts", contacts
    if requested == "confirm":
        yield from _about_the_person(facts, turn)


def told_name(text: str) -> str | None:
    """The name behind `my name is`."""
    named = _NAME_IS.search(text.strip())
    return named[1].strip() if named and plain_words(named[1]) else None


def _about_the_person(facts: Facts, turn: Turn) -> Iterator[tuple[str, Any]]:
    own = [c["normalised"] for c in turn.analysis.get("own_contacts") or [] if c["data_type"] in {"phone", "email"}]
    if own and own[0] != facts.get("complainant_contact"):
        yield "complainant_contact", own[0]
    named = told_name(turn.text)
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
    denied = {entity["value"] for entity in turn.entities if _is_denied(turn.text, entity)}
    fresh = [item for item in named if item["normalised"] not in denied | {k["normalised"] for k in known}]
    if not known or not fresh:
        return None
    kinds = {item["data_type"] for item in fresh}
    same = [item for item in known if item["data_type"] in kinds]
    wrong = denied or ({same[-1]["normalised"]} if same else set())
    return [*(item for item in known if item["normalised"] not in wrong), *fresh]


def bare_amount(text: str) -> int | None:
    """The sum in "amount 30000" or "the amount is 54000, not 45000", where a word says that it is the amount."""
    folded = fold(text)
    if not set(re.findall(r"\w+", folded)) & {str(word) for word in lexicon("cues")["amount"]}:
        return None
    kept = [
        int(match.group().replace(",", ""))
        for match in re.finditer(r"\d[\d,]{2,11}", folded)
        if not _NEGATOR_BEFORE.search(folded[: match.start()]) and not _NEGATOR_AFTER.search(folded[match.end() :])
    ]
    return kept[-1] if len(kept) == 1 else None


def meant(turn: Turn, name: str) -> Any:
    """The mentioned value that is not the denied one; None where none is left."""
    kept = [e["value"] for e in turn.entities if e.get("entity") == name and not _is_denied(turn.text, e)]
    return kept[-1] if kept else None


def told(turn: Turn, name: str) -> Any:
    """The value that the analysis takes from the text, unless the text denies it and names another."""
    value = turn.analysis.get(name)
    denied = [e["value"] for e in turn.entities if e.get("entity") == name and _is_denied(turn.text, e)]
    return meant(turn, name) or value if value in denied else value


def meant_city(turn: Turn) -> Any:
    """The city of the text, unless it is the one that is denied."""
    city = turn.analysis.get("city")
    denied = {e["value"] for e in turn.entities if e.get("entity") == "city" and _is_denied(turn.text, e)}
    return city if city and city["name"] not in denied else None


def _is_denied(text: str, entity: Any) -> bool:
    folded = fold(text)
    after, before = folded[entity["end"] :], folded[: entity["start"]]
    return bool(_NEGATOR_AFTER.search(after) or _NEGATOR_BEFORE.search(before))
