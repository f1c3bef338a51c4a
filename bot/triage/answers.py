"""Reads what a person answers to one question; a question may ask for several things at once."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from bot.knowledge.texts import content
from bot.nlu import relations
from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.nlu.people import tells_adult
from bot.nlu.times import speaks_of_time
from bot.triage.corrections import denied, meant, sum_instead, told
from bot.triage.plan import missing_in
from bot.triage.talk import (
    happened_to,
    is_gibberish,
    lives_abroad,
    plain_words,
    says,
    spoken_of,
    tells_own_age,
    wishes_in,
    without_victim,
)
from bot.triage.taxonomy import DESIRED_OUTCOMES
from bot.triage.turn import Facts, Turn, is_empty

CANNOT: Final = object()  # the person says that there is none
_NAME_LIMIT = 80
_NAME_WORDS = 4
_REACHED_BY = {"phone", "email"}
_NO_NAMES = {"date", "city", "amount_pkr", "platform"}
_TOLD = {"date", "city", "amount_pkr"}  # what an answer tells however it is put
_NO_PLACE = ("angry", "wanting", "hoped_for", "money", "pictures", "fear")  # what a person speaks of, who names none
_TEXT_LIMIT = 200
_PLAIN_NUMBER = re.compile(r"^\D{0,12}?([\d,]{1,12})(?:\.\d+)?\D{0,12}$")
_ID_WORDS = 3  # an answer of no more words is about its number
_SURE_ID = 8  # digits from which a number in a sentence is a transaction's
_DIGITS_ID = re.compile(r"[a-z]{0,4}\d{5,20}")
_NAME_LEAD = re.compile(
    r"^(?:my (?:full )?name is|i am|i'm|this is|it is|name is|name|only|just"
    r"|mera (?:poora )?naam|mera nam|main|sirf|naam|nam"
    r"|میرا (?:پورا )?نام|صرف|نام)\s+"
    r"|\s+(?:hai|hoon|hun|hy|ہے|ہوں)$",
    re.I,
)
_PARTS = re.compile(r"[,;\n.۔،؛]+\s*|\s(?:aur|and|اور)(?!\w)\s*")
_THING_BEFORE = re.compile(
    r"\s*(?:my )?(?:number|phone|mobile|e-?mail|whatsapp|cell|نمبر|فون|ای میل)(?: is| hai| ہے)?:?\s*$", re.I
)
_AGE = re.compile(r"(?<!\d)(\d{1,2})\s*(?:years?|yrs?|y/o|saal|sal|سال)(?!\w)")
_OR = re.compile(r"\s(?:or|ya|یا)\s")
_UNKNOWN_WORDS = 7  # a longer answer may name somebody all the same
_WHO_WORDS = 6  # an answer of no more words names who it is, without saying what they do
_ARTICLE = re.compile(r"^(?:a|an|my|he is an?|she is an?|mera|meri|میرا|میری)\s+|\s+(?:hai|ہے)$", re.I)
_OWN_CHILD = {"daughter", "son"}
_AGE_BANDS = ((18, "under_18"), (26, "18_25"), (41, "26_40"), (61, "41_60"), (121, "over_60"))


def _says_none(turn: Turn) -> bool:
    """Whether a short answer says that there is nothing to tell, rather than something else with a "no" in it."""
    return _has_no(turn.text) and not says_something(turn)


def _has_no(text: str) -> bool:
    words = set(re.findall(r"\w+", fold(text)))
    return len(words) <= 6 and bool(words & {str(word) for word in lexicon("cues")["none"]} or says(text, "cannot_say"))


def says_something(turn: Turn) -> bool:
    """`25 hazar nahi 2500`, `sialkot nahi lahore`, `samajh nahi aya`, `nahi jari rakho`: no is said of something."""
    named = any(entity.get("entity") in _TOLD for entity in turn.entities)
    instead = denied(turn, "platform") and meant(turn, "platform")
    about_talk = any(says(turn.text, name) for name in ("not_following", "going_on"))
    return named or bool(instead) or about_talk or bool(re.search(r"\d", fold(turn.text)))


def asks_something(text: str) -> bool:
    """Whether a text has a question word, or a Roman Urdu question form, in it."""
    return bool(set(re.findall(r"\w+", fold(text))) & {str(word) for word in lexicon("cues")["question"]})


def read_platform(turn: Turn) -> Any:
    """Platform named in the answer; a short unknown name counts as `other`."""
    if turn.analysis.get("platform"):
        return told(turn, "platform")
    if _says_none(turn):
        return CANNOT
    short = 0 < len(turn.text.split()) <= 2 and plain_words(turn.text) and not lives_abroad(turn.text)
    return "other" if short and turn.intent in {"unclear", "chitchat", "out_of_scope"} else None


def read_amount(turn: Turn) -> Any:
    """Rupees of the answer; a bare number is taken as rupees here."""
    if turn.analysis.get("amount_pkr"):
        return told(turn, "amount_pkr")
    instead = sum_instead(turn)
    if instead:
        return instead[0]
    match = _PLAIN_NUMBER.match(fold(_without(turn, "service")))
    if match and match[1].strip(","):
        return int(match[1].replace(",", "")) or CANNOT
    return CANNOT if _says_none(turn) else None


def _knows_nobody(turn: Turn) -> bool:
    """`i dont know who he is`, and no more than that."""
    return len(turn.text.split()) <= _UNKNOWN_WORDS and says(turn.text, "unknown_person")


def read_contacts(turn: Turn) -> Any:
    """Numbers, handles and links of the other person; a name or description alone is not one."""
    if turn.analysis.get("observables"):
        return turn.analysis["observables"]
    if turn.analysis.get("own_contacts"):
        return None  # the person's own: noted as that
    if _says_none(turn) or _knows_nobody(turn):
        return CANNOT
    single = turn.text.strip()
    if " " not in single and 3 <= len(single) <= 60 and re.search(r"[\d_.@]", single):
        handle = single.lstrip("@")
        return [{"data_type": "handle", "data": single, "normalised": fold(handle)}]
    return None


def read_transaction(turn: Turn) -> Any:
    """Transaction number: the named one, or a lone run of digits."""
    if turn.analysis.get("transaction_id"):
        return turn.analysis["transaction_id"]
    match = _DIGITS_ID.search(fold(turn.text))
    if match and _may_be_transaction(turn, match.group()):
        return match.group()
    return CANNOT if _says_none(turn) else None


def _may_be_transaction(turn: Turn, digits: str) -> bool:
    """Digits that are all of the answer, or long enough, with no word of money or wanting beside them."""
    of_money = says(turn.text, "money") or says(turn.text, "wanting")
    alone = len(turn.text.split()) <= _ID_WORDS
    return not of_money and (alone or sum(ch.isdigit() for ch in digits) >= _SURE_ID)


def read_occurred(turn: Turn) -> Any:
    """Date range, or the person's own words where no date can be read from them."""
    if turn.analysis.get("occurred"):
        return told(turn, "occurred")
    text = turn.text.strip()
    if not text or is_gibberish(text) or says(text, "angry", brief=True):
        return None
    if _says_none(turn):
        return CANNOT
    return {"from": None, "to": None, "as_told": text[:_TEXT_LIMIT]} if _tells_when(turn) else None


def _tells_when(turn: Turn) -> bool:
    """Whether words from which no day can be read tell of a time, and not of fear, a wish, a contact or a question."""
    text = turn.text
    other = any(turn.analysis.get(name) for name in ("observables", "own_contacts", "amount_pkr", "desired_outcome"))
    asks = re.search(r"[?؟]", text) or (asks_something(text) and turn.intent == "question")
    if other or asks or says(text, "fear") or says(text, "wanting"):
        return False
    return speaks_of_time(text) or bool(re.search(r"\d", fold(text)))


def read_city(turn: Turn) -> Any:
    """Known city with province and office, or the place as it was written."""
    if known := _grouped_city(turn):
        return known
    text = _without(turn, "date")
    if _tells_contacts(turn):
        return None
    if _says_none(turn):
        return CANNOT
    return {"name": text[:_NAME_LIMIT], "province": "", "office": ""} if _is_place(text) else None


def _tells_contacts(turn: Turn) -> bool:
    return any(turn.analysis.get(name) for name in ("observables", "own_contacts"))


def _without(turn: Turn, name: str) -> str:
    """ "Gojra" of "Gojra, last week", without its date."""
    text = turn.text
    for entity in sorted(turn.entities, key=lambda e: -e["start"]):
        if entity.get("entity") == name:
            text = text[: entity["start"]] + text[entity["end"] :]
    return text.strip(" ,;.\n،۔؛")


def _is_place(text: str) -> bool:
    of_else = any(says(text, name) for name in _NO_PLACE) or re.search(r"\d{4}", fold(text)) or happened_to(text)
    return 0 < len(text.split()) <= _NAME_WORDS and plain_words(text) and not of_else


def read_name(turn: Turn) -> Any:
    """A name without the words around it; `anonymous` where the person does not want to give one."""
    if _is_something_else(turn) or _is_of_the_product(turn):
        return None
    if says(turn.text, "anonymous", brief=True) or _says_none(turn):
        return "anonymous"
    parts = [part for part in _PARTS.split(_without_contacts(turn)) if part.strip() not in _values(turn)]
    return next((name for part in parts if (name := _name_in(part))), None)


def _without_contacts(turn: Turn) -> str:
    """The text with a comma in place of each contact and city, and without the word for it."""
    text = turn.text
    for entity in sorted(turn.entities, key=lambda e: -e["start"]):
        if entity.get("entity") in {*_REACHED_BY, "handle", "url", "cnic", "city"}:
            text = f"{_THING_BEFORE.sub('', text[: entity['start']])},{text[entity['end'] :]}"
    return text


def _is_something_else(turn: Turn) -> bool:
    """Whether the whole answer is a date, a city, a sum or an app: the answer to another question, never a name."""
    text = turn.text.strip(" .,!۔،")
    return bool(text) and (text in _values(turn) or lives_abroad(text) == fold(text))


def _values(turn: Turn) -> list[str]:
    """The dates, cities, sums and apps of the text, as they are written."""
    return [turn.text[e["start"] : e["end"]].strip(" .,!۔،") for e in turn.entities if e.get("entity") in _NO_NAMES]


def _is_of_the_product(turn: Turn) -> bool:
    """Whether the whole answer is a wish, or a word of the talk itself: `content removed`, `status`."""
    named = {_bare(text) for by_language in content("labels")["outcomes"].values() for text in by_language.values()}
    return _bare(turn.text) in named | {fold(str(word)) for word in lexicon("talk")["product_words"]}


def _name_in(part: str) -> str | None:
    text = _NAME_LEAD.sub("", _NAME_LEAD.sub("", part.strip())).strip()
    fits = 0 < len(text.split()) <= _NAME_WORDS and plain_words(text) and not re.search(r"\d", text)
    of_else = says(text, "angry") or says(text, "wanting") or says(text, "hoped_for", whole=True)
    return text[:_NAME_LIMIT] if fits and not of_else else None


def read_writer(turn: Turn) -> tuple[str, str] | None:
    """Name and contact of the writer where a text says nothing but these: `Sana 0333 1234567`."""
    contact = read_own_contact(turn)
    if contact in (None, CANNOT) or any(e.get("entity") not in {*_REACHED_BY, "language"} for e in turn.entities):
        return None
    parts = [part for part in _PARTS.split(_without_contacts(turn)) if part.strip()]
    name = _name_in(parts[0]) if len(parts) == 1 else None
    if not name or relations.named(name) or says(name, "of_another") or _is_of_the_product(replace(turn, text=name)):
        return None
    return name, str(contact)


def read_own_contact(turn: Turn) -> Any:
    """The person's own phone number or e-mail address."""
    found = [*(turn.analysis.get("own_contacts") or []), *(turn.analysis.get("observables") or [])]
    chosen = [item["normalised"] for item in found if item["data_type"] in {"phone", "email"}]
    if chosen:
        return chosen[0]
    return CANNOT if _says_none(turn) else None


def read_relationship(turn: Turn) -> Any:
    """What the other person is to the victim."""
    known = turn.analysis.get("relationship") or _relationships().get(_bare(turn.text))
    if known:
        return known
    if _says_none(turn):
        return CANNOT
    short = len(turn.text.split()) <= _WHO_WORDS and not says(turn.text, "helping")
    return relations.named(without_victim(turn.text)) if short else None


def _grouped_relationship(turn: Turn) -> Any:
    value = read_relationship(turn)
    return None if value is CANNOT else value


@lru_cache
def _relationships() -> dict[str, str]:
    """Each name of a relationship as it stands on its button, also one half of "husband or wife"."""
    names = content("labels")["relationships"].items()
    return {_bare(part): key for key, by_language in names for text in by_language.values() for part in _OR.split(text)}


def _bare(text: str) -> str:
    return fold(_ARTICLE.sub("", text.strip()).strip(" .,!۔"))


def read_wishes(turn: Turn) -> Any:
    """Wishes named in the answer."""
    named = {*(turn.analysis.get("desired_outcome") or []), *wishes_in(turn.text)}
    if named:
        return [wish for wish in DESIRED_OUTCOMES if wish in named]
    return CANNOT if _says_none(turn) else None


def read_whom(turn: Turn) -> Any:
    """Whom it happened to, in words: `to me`, `meri behan ke sath`, or an own age under 18."""
    if says(turn.text, "stands_by") and not says(turn.text, "happened_with"):
        return None  # who knows of it and helps
    person, minor = _spoken_of(turn.text), bool(turn.analysis.get("minor")) and not tells_adult(turn.text)
    if person in _OWN_CHILD and minor:
        return "my_child"
    if person:
        return "other_child" if minor else "friend" if person == "friend" else "family"
    if tells_own_age(turn.text):
        return "self_minor"
    return "self" if says(turn.text, "to_me", brief=True) else None


def read_victim(facts: Facts, turn: Turn) -> str | None:
    """Whom it happened to, where that is the answer to who did it: `behan ke sath hua`."""
    if not happened_to(turn.text) or len(turn.text.split()) > _WHO_WORDS:
        return None
    whom = read_whom(turn)
    return "my_child" if whom == "family" and _is_own_child(facts, turn) else whom


def read_adult_support(turn: Turn) -> Any:
    """Whether an adult knows of it and stands by a person under 18."""
    if says(turn.text, "not_yet"):
        return "not_yet"
    if says(turn.text, "nobody_knows") or _says_none(turn):
        return "no"
    is_told = len(turn.text.split()) <= _NAME_WORDS or says(turn.text, "knowing")
    return "yes" if is_told and says(turn.text, "adult") else None


READERS: Mapping[str, Callable[[Turn], Any]] = {
    "platform": read_platform,
    "amount_pkr": read_amount,
    "suspect_contacts": read_contacts,
    "suspect_relationship": read_relationship,
    "transaction_id": read_transaction,
    "occurred": read_occurred,
    "city": read_city,
    "complainant_name": read_name,
    "complainant_contact": read_own_contact,
    "desired_outcome": read_wishes,
    "on_behalf_of": read_whom,
    "adult_support": read_adult_support,
}


def read(facts: Facts, question: str, turn: Turn) -> dict[str, Any]:
    """What the text answers of a question, by field; CANNOT where the person says that there is nothing."""
    wanted = missing_in(facts, question) or [question]
    if len(wanted) == 1:
        value = READERS[wanted[0]](turn)
        if value == "family" and _is_own_child(facts, turn):
            value = "my_child"
        return {} if value is None else {wanted[0]: value}
    found = {name: value for name in wanted if not is_empty(value := _GROUPED[name](turn))}
    if not found and _says_none(turn):
        return dict.fromkeys(wanted, CANNOT)
    return _filled_up(found, wanted, turn)


def _is_own_child(facts: Facts, turn: Turn) -> bool:
    """Whether the daughter or son of the answer is the child that the complaint is of."""
    of_a_child = facts.get("victim_minor") or facts.get("incident_type") == "child_abuse"
    return bool(of_a_child) and _spoken_of(turn.text) in _OWN_CHILD and not tells_adult(turn.text)


def _spoken_of(text: str) -> str | None:
    return spoken_of(text) or happened_to(text)


def _of(name: str) -> Callable[[Turn], Any]:
    return lambda turn: turn.analysis.get(name)


def _grouped_city(turn: Turn) -> Any:
    """The place abroad where the person lives, else a city of the text, else a place abroad."""
    city, home = told(turn, "city"), lives_abroad(turn.text)
    place = home or (None if city else lives_abroad(turn.text, answers_where=True))
    return {"name": place.title(), "province": "", "office": ""} if place else city


def _grouped_contacts(turn: Turn) -> Any:
    value = read_contacts(turn)
    return None if value is CANNOT and not _knows_nobody(turn) else value


def _grouped_contact(turn: Turn) -> Any:
    value = read_own_contact(turn)
    return None if value is CANNOT else value


# Where several things are asked for, only what is certain counts; what is left over is looked at afterwards.
_GROUPED: Mapping[str, Callable[[Turn], Any]] = {
    "platform": lambda turn: told(turn, "platform"),
    "amount_pkr": lambda turn: None if (value := read_amount(turn)) is CANNOT else value,
    "suspect_contacts": _grouped_contacts,
    "suspect_relationship": _grouped_relationship,
    "transaction_id": _of("transaction_id"),
    "occurred": lambda turn: told(turn, "occurred"),
    "city": _grouped_city,
    "complainant_name": read_name,
    "complainant_contact": _grouped_contact,
}


def _filled_up(found: dict[str, Any], wanted: Iterable[str], turn: Turn) -> dict[str, Any]:
    """`kal, Chak 45`: one part of the answer is the date, the other one can only be the place."""
    if set(wanted) != {"occurred", "city"} or len(found) == 2 or _tells_contacts(turn):
        return found
    parts = [part.strip() for part in _PARTS.split(turn.text) if part.strip()]
    if not found and len(parts) == 1 and _is_place(parts[0]) and not _has_no(parts[0]):
        return {"city": {"name": parts[0][:_NAME_LIMIT], "province": "", "office": ""}}
    if len(parts) != 2 or not found:
        return found
    if "occurred" in found:
        rest = [part for part in parts if fold(str(found["occurred"].get("as_told"))) not in fold(part)]
        if len(rest) == 1 and _is_place(re.sub(r"\d+", "", rest[0])):
            found["city"] = {"name": rest[0][:_NAME_LIMIT], "province": "", "office": ""}
    return found


def read_about(turn: Turn) -> dict[str, Any]:
    """Age, gender and how to be reached, as far as the person says so beside the name."""
    folded, about = fold(turn.text), dict[str, Any]()
    age = _AGE.search(folded)
    if age:
        about["age_band"] = next(band for limit, band in _AGE_BANDS if int(age[1]) < limit)
    for gender in ("female", "male"):
        if "gender" not in about and says(turn.text, gender, brief=True):
            about["gender"] = gender
    if says(turn.text, "no_calls"):
        about |= {"safe_to_contact": True, "contact_note": turn.text.strip()[:_TEXT_LIMIT]}
    return about
