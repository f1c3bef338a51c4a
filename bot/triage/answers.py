"""Reads what a person answers to one question, and corrections of earlier answers."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold

if TYPE_CHECKING:
    from bot.triage.interview import Facts, Turn

CANNOT: Final = object()  # the person says that there is none
_NAME_LIMIT = 80
_TEXT_LIMIT = 200
_PLAIN_NUMBER = re.compile(r"^\D{0,12}?([\d,]{1,12})(?:\.\d+)?\D{0,12}$")
_DIGITS_ID = re.compile(r"[a-z]{0,4}\d{5,20}")
_NAME_LEAD = re.compile(
    r"^(?:my name is|i am|i'm|this is|name is|name|mera naam|mera nam|main|naam|nam|میرا نام|نام)\s+"
    r"|\s+(?:hai|hoon|hun|hy|ہے|ہوں)$",
    re.I,
)


def _says_none(text: str) -> bool:
    words = set(re.findall(r"\w+", fold(text)))
    return len(words) <= 6 and bool(words & {str(word) for word in lexicon("cues")["none"]})


def asks_something(text: str) -> bool:
    """Whether a text has a question word, or a Roman Urdu question form, in it."""
    return bool(set(re.findall(r"\w+", fold(text))) & {str(word) for word in lexicon("cues")["question"]})


def read_platform(turn: "Turn") -> Any:
    """Platform named in the answer; a short unknown name counts as `other`."""
    if turn.analysis.get("platform"):
        return turn.analysis["platform"]
    if _says_none(turn.text):
        return CANNOT
    return (
        "other" if 0 < len(turn.text.split()) <= 2 and turn.intent in {"unclear", "chitchat", "out_of_scope"} else None
    )


def read_amount(turn: "Turn") -> Any:
    """Rupees of the answer; a bare number is taken as rupees here."""
    if turn.analysis.get("amount_pkr"):
        return turn.analysis["amount_pkr"]
    match = _PLAIN_NUMBER.match(fold(turn.text.strip()))
    if match and match[1].strip(","):
        return int(match[1].replace(",", "")) or CANNOT
    return CANNOT if _says_none(turn.text) else None


def read_contacts(turn: "Turn") -> Any:
    """Numbers, handles and links of the other person; a name or description alone is not one."""
    found = [*(turn.analysis.get("observables") or []), *(turn.analysis.get("own_contacts") or [])]
    if found:
        return found
    if _says_none(turn.text):
        return CANNOT
    single = turn.text.strip()
    if " " not in single and 3 <= len(single) <= 60 and re.search(r"[\d_.@]", single):
        handle = single.lstrip("@")
        return [{"data_type": "handle", "data": single, "normalised": fold(handle)}]
    return None


def read_transaction(turn: "Turn") -> Any:
    """Transaction number: the named one, or a lone run of digits."""
    if turn.analysis.get("transaction_id"):
        return turn.analysis["transaction_id"]
    match = _DIGITS_ID.search(fold(turn.text))
    if match:
        return match.group()
    return CANNOT if _says_none(turn.text) else None


def read_occurred(turn: "Turn") -> Any:
    """Date range, or the person's own words where no date can be read from them."""
    if turn.analysis.get("occurred"):
        return turn.analysis["occurred"]
    text = turn.text.strip()
    return {"from": None, "to": None, "as_told": text[:_TEXT_LIMIT]} if text else None


def read_city(turn: "Turn") -> Any:
    """Known city with province and office, or the place as it was written."""
    if turn.analysis.get("city"):
        return turn.analysis["city"]
    text = turn.text.strip()
    return {"name": text[:_NAME_LIMIT], "province": "", "office": ""} if 0 < len(text.split()) <= 5 else None


def read_name(turn: "Turn") -> Any:
    """A name without the words around it; `anonymous` where the person does not want to give one."""
    if _says_none(turn.text):
        return "anonymous"
    text = _NAME_LEAD.sub("", _NAME_LEAD.sub("", turn.text.strip()))
    return text[:_NAME_LIMIT] if 0 < len(text.split()) <= 6 else None


def read_own_contact(turn: "Turn") -> Any:
    """The person's own phone number or e-mail address."""
    found = [*(turn.analysis.get("own_contacts") or []), *(turn.analysis.get("observables") or [])]
    chosen = [item["normalised"] for item in found if item["data_type"] in {"phone", "email"}]
    if chosen:
        return chosen[0]
    return CANNOT if _says_none(turn.text) else None


READERS: Mapping[str, Callable[["Turn"], Any]] = {
    "platform": read_platform,
    "amount_pkr": read_amount,
    "suspect_contacts": read_contacts,
    "transaction_id": read_transaction,
    "occurred": read_occurred,
    "city": read_city,
    "complainant_name": read_name,
    "complainant_contact": read_own_contact,
}

_NEGATOR_AFTER = re.compile(r"^\W*(?:nahi|nahin|nhi|nai|nahe|نہیں|نہی)\b")  # "Facebook nahi Instagram"
_NEGATOR_BEFORE = re.compile(r"\b(?:not|isn't|wasn't)\W*(?:on\W*|rs\W*|the\W*)?$")  # "Instagram, not Facebook"


def find_correction(facts: "Facts", requested: str, turn: "Turn") -> tuple[str, Any] | None:
    """A changed value for a field that was already answered: (field, new value)."""
    words = set(re.findall(r"\w+", fold(turn.text)))
    if not words & {str(word) for word in lexicon("cues")["correction"]} and requested != "confirm":
        return None
    if requested != "confirm" and len(words) > 14:
        return None  # part of a story, not a correction
    bare = _bare_amount(turn.text) if requested == "confirm" else None
    if bare is not None and bare != facts.get("amount_pkr"):
        return "amount_pkr", bare
    for name in ("platform", "amount_pkr"):
        if name == requested or facts.get(name) is None:
            continue
        value = _not_negated(turn, name)
        if value is not None and value != facts[name]:
            return name, value
    for name in ("city", "occurred"):
        value = turn.analysis.get(name)
        if name != requested and value and facts.get(name) and value != facts[name]:
            return name, value
    return None


def _bare_amount(text: str) -> int | None:
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


def _not_negated(turn: "Turn", name: str) -> Any:
    """The mentioned value that is not the denied one."""
    text, kept = fold(turn.text), []
    for entity in turn.entities:
        if entity.get("entity") != name:
            continue
        before, after = text[: entity["start"]], text[entity["end"] :]
        if not _NEGATOR_AFTER.search(after) and not _NEGATOR_BEFORE.search(before):
            kept.append(entity["value"])
    return kept[-1] if kept else None
