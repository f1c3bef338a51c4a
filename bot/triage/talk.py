"""What the words of a turn say about the conversation itself: fear, anger, somebody near, somebody else's trouble."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from bot.nlu.danger import KINDS as DANGERS
from bot.nlu.extract import extract
from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.nlu.numbers import tables
from bot.triage.turn import Turn

_LINK = re.compile(r"https?://\S+")
_CODE = re.compile(r"[<>{}|=\\^]|--|\)\s*;|\$\w|%\(")
_ALARMS = {"self_harm", "violence", "child_in_danger"}
_YOUNG = {"daughter", "son", "sister", "brother"}
_AGE_BETWEEN = 5  # words that may stand between "my" and a child: "my 14 year old daughter"
_MORE = 6  # words beside the numbers from which an answer is worth keeping as it was written
_SURE_ALARM = 0.8  # from this probability a message is a crisis whatever its words
_YOUNGEST, _ADULT = 5, 18  # years
_TERSE = 8  # words; in so few, a danger that no word names is only a guess
_BRIEF = 14  # words; a longer text tells a story in which these words mean something else
_NO_WORD = re.compile(r"[^\w\s']")
_NO_VOWEL = re.compile(r"^[b-df-hj-np-tv-xz]{5,}$")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}")


@lru_cache
def _pattern(name: str, group: str | None = None) -> re.Pattern[str]:
    phrases = lexicon("talk")[name][group] if group else lexicon("talk")[name]
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(fold(str(phrase))) for phrase in phrases)})(?!\w)")


def says(text: str, name: str, *, brief: bool = False, whole: bool = False, group: str | None = None) -> bool:
    """Whether the text holds a phrase of this list; `brief`: little else is said, `whole`: nothing else is."""
    if brief and len(text.split()) > _BRIEF:
        return False
    if whole:
        return bool(_pattern(name).fullmatch(" ".join(_NO_WORD.sub(" ", fold(text)).split())))
    return bool(_pattern(name, group).search(fold(text)))


def means(text: str, name: str, group: str) -> bool:
    """Whether a phrase of this list is all that the text says."""
    return bool(_pattern(name, group).fullmatch(" ".join(re.findall(r"[\w']+", fold(text)))))


def spoken_of(text: str) -> str | None:
    """The one close to the writer whom the text says something of: `my daughter`, `meri behan`."""
    folded = fold(text)
    for person in lexicon("talk")["others"]:
        for found in _pattern("others", person).finditer(folded):
            before = folded[: found.start()].split()[-_AGE_BETWEEN if person in _YOUNG else -1 :]
            if any(_pattern("my").fullmatch(word) for word in before):
                return str(person)
    return None


def done_to(text: str) -> str | None:
    """The one close to the writer to whom the text says it was done, while it tells of no harm to the writer."""
    person, folded = spoken_of(text), fold(text)
    if not person:
        return None
    close = rf"{_pattern('my').pattern}\s+(?:[^\W\d_]+\s+)?{_pattern('others', person).pattern}"
    own = re.sub(close, " ", folded)
    if _pattern("first_person").search(own) or spoken_of(own):
        return None
    if re.search(rf"{close}\s+(?:ko|کو)\s+(?:[^\W\d_]+\s+){{0,2}}{_pattern('only_told').pattern}", folded):
        return None
    names = ["done", "cheated"] if says(text, "of_cheating") else ["done"]
    sides = [(_pattern(f"{name}_before").pattern, _pattern(f"{name}_behind").pattern) for name in names]
    harmed = any(re.search(rf"{before}\s+{close}|{close}\s+{behind}", folded) for before, behind in sides)
    return person if harmed else None


def happened_to(text: str) -> str | None:
    """Who a short answer says it happened to, with or without a "my": `behan ke sath hua`, `to my cousin`."""
    found = _victim().search(fold(text))
    return next((_close_people()[word] for word in found.groups() if word), None) if found else None


def without_victim(text: str) -> str:
    """The folded text without the one to whom it happened, who is not the one who did it."""
    return _victim().sub(" ", fold(text)).strip()


@lru_cache
def _close_people() -> dict[str, str]:
    """Each word for somebody close, and who that is: a daughter, a friend, another relative."""
    lists = {**lexicon("relations")["known"], **lexicon("talk")["others"]}
    return {fold(str(word)): str(person) for person, words in lists.items() for word in words}


@lru_cache
def _victim() -> re.Pattern[str]:
    people = "|".join(sorted(map(re.escape, _close_people()), key=len, reverse=True))
    before, behind, my = (_pattern(name).pattern for name in ("to_them_before", "to_them_behind", "my"))
    together = r"(?!\s+(?:mil|مل)(?!\w))"
    return re.compile(
        rf"{before}\s+(?:{my}\s+)?(?:[^\W\d_]+\s+)?({people})(?!\w)|(?:{my}\s+)?(?<!\w)({people})\s+{behind}{together}"
    )


def tells_own_age(text: str) -> bool:
    """Whether the writer says to be under 18; where the age may be somebody else's this says no."""
    return bool(_own_age().search(fold(text)))


@lru_cache
def _own_age() -> re.Pattern[str]:
    words = [word for word, value in tables()["words"].items() if _YOUNGEST <= value < _ADULT]
    words += [fold(str(word)) for word in lexicon("people")["grade_words"]]
    number = rf"(?:(?:[5-9]|1[0-7])(?:th|ویں)?|{'|'.join(map(re.escape, words))})"
    phrases = [re.escape(fold(str(phrase))).replace("<n>", number) for phrase in lexicon("talk")["own_age"]]
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w|[,.]\d)(?! ?(?:{_pattern('not_an_age_before').pattern}))")


def lives_abroad(text: str, *, answers_where: bool = False) -> str | None:
    """A place outside Pakistan in which the writer says to live."""
    folded = fold(text)
    place = _lives_in().search(folded)
    if place:
        return place[1]
    found = _pattern("abroad_places").search(folded)
    alone = found and found.group() == folded.strip(" .,!۔،")
    if not found or not (answers_where or alone or _pattern("living").search(folded)):
        return None
    return found.group()


@lru_cache
def _lives_in() -> re.Pattern[str]:
    """The place right behind "I live in", where another is named as well."""
    return re.compile(rf"{_pattern('living').pattern}\s+(?:the\s+)?({_pattern('abroad_places').pattern})")


def is_abroad(facts: Mapping[str, Any]) -> bool:
    """Whether the place that the person gave as theirs lies outside Pakistan."""
    city = facts.get("city") or {}
    return bool(city) and not city.get("province") and bool(lives_abroad(str(city["name"]), answers_where=True))


def is_gibberish(text: str) -> bool:
    """Whether none of the words can be one: keys pressed at random."""
    words = re.findall(r"[a-z]+", fold(text))
    return (
        bool(words)
        and not re.search("[\u0600-\u06ff\\d]", text)
        and all(len(word) >= 5 and (_NO_VOWEL.match(word) or _CONSONANTS.search(word)) for word in words)
    )


def certain_danger(text: str) -> bool:
    """Whether words of the text name a danger by themselves."""
    return bool(extract(text).cues & set(DANGERS))


def asks_ahead(text: str) -> bool:
    """Whether a short text asks what will be: `will they …`, `kya … milega`."""
    found = re.findall(r"\w+", fold(text))
    if not 2 < len(found) <= _BRIEF:
        return False
    words = lexicon("talk")["ahead"]
    in_urdu = found[0] in words["first"] and found[-1].endswith(tuple(words["endings"]))
    return in_urdu or " ".join(found[:2]) in words["in_english"]


def speaks_of_danger(text: str) -> bool:
    """Whether words of the text point at danger: a guess without any ("he will not stop") must not end a complaint."""
    found = extract(text).cues
    hints = {f"{sign}_hint" for sign in DANGERS if sign != "child_now" or "child_named" in found}
    return bool(found & (set(DANGERS) | hints))


def is_likely_danger(turn: Turn) -> bool:
    """Whether a message that is no certain cry for help is still worth the word that 15 comes first."""
    surely = turn.intent == "crisis" and turn.analysis.get("kind_confidence", 0.0) >= _SURE_ALARM
    return surely or speaks_of_danger(turn.text)


def threatens_violence(text: str) -> bool:
    """Whether somebody threatens to hurt, kill or take away a person."""
    return says(text, "violent_threat") or "violence" in extract(text).cues


def is_of_another(text: str) -> bool:
    """Whether it is somebody else who harms themselves: "my friend took pills"."""
    folded = fold(text)
    return bool(_raw("harm_to_another").search(folded)) and not _raw("harm_to_oneself").search(folded)


@lru_cache
def _raw(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(fold(str(pattern)) for pattern in lexicon('talk')[name])})")


def is_false_alarm(turn: Turn) -> bool:
    """Whether a first message is called a crisis by a weak guess, or for what family might do: it is a report.

    In a few words that name no danger even a high probability is a guess.
    """
    if turn.intent == "crisis" and _fears_discovery(turn):
        return True
    sure = turn.analysis.get("kind_confidence", 0.0) >= _SURE_ALARM and len(turn.text.split()) > _TERSE
    return turn.intent == "crisis" and not sure and not speaks_of_danger(turn.text)


def _fears_discovery(turn: Turn) -> bool:
    """Whether all the danger lies in "if my brother finds out, he will kill me"."""
    flags = set(turn.analysis.get("risk_flags") or [])
    rest = _pattern("if_known").sub("\n", fold(turn.text))
    rest = re.sub(r"\n[^.;\n۔؛]*", " ", rest)
    if rest == fold(turn.text) or flags & {"self_harm", "child_in_danger"}:
        return False
    return not says(rest, "killing") and not extract(rest).cues & set(DANGERS)


def without_alarm(turn: Turn) -> Turn:
    """The same message as plain news of the case, with the flags of danger left out."""
    flags = [flag for flag in turn.analysis.get("risk_flags") or [] if flag not in _ALARMS]
    return replace(turn, intent="report", analysis={**turn.analysis, "risk_flags": flags})


def wishes_in(text: str) -> list[str]:
    """Wishes that a short answer names; none where something in it is refused."""
    folded = fold(text)
    if any(fold(str(phrase)) in folded for phrase in lexicon("wishes")["refusing"]):
        return []
    return [wish for wish in lexicon("talk")["wishes"] if _pattern("wishes", wish).search(folded)]


def tells_more(turn: Turn) -> bool:
    """Whether an answer tells more than the numbers and links in it."""
    text = turn.text
    for entity in sorted(turn.entities, key=lambda e: -e["start"]):
        if entity.get("entity") not in {"date", "city", "platform"}:
            text = text[: entity["start"]] + text[entity["end"] :]
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) >= _MORE or (len(words) > 2 and says(text, "named"))


def is_prose(text: str) -> bool:
    """Whether a person wrote it as words: no markup, code or placeholders. Links may hold anything."""
    return not _CODE.search(_LINK.sub("", text))


def plain_words(text: str) -> bool:
    """Whether the text is a name or a place: letters only, and none of the words that sentences are made of."""
    words = re.findall(r"[^\W\d_][\w.'’-]*", text)
    if not words or re.search(r"[?؟]", text) or is_gibberish(text):
        return False
    unfit = {fold(str(word)) for word in lexicon("talk")["not_a_name"]}
    return not any(fold(word) in unfit for word in words)
