"""Ages in a text, and whether the victim is under 18: a duration or the age of the offender does not count."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.nlu.numbers import tables

_TIMES = r"(?:times?|days?|din|years?|saal|months?|weeks?|hours?|minutes?|am|pm|baje|dafa|baar|pics?|photos?|videos?|messages?|calls?|lakh|lac|hazar|k|rs)(?!\w)"
_YOUNGEST, _OLDEST = 2, 95
_ADULT = 18
_HIGHEST_GRADE = 10
_REACH_BEFORE, _REACH_AFTER = 60, 70  # characters around a number that an age is told in
_OFFENDER_REACH = 90  # characters before an age in which its owner is called the offender


@dataclass(frozen=True)
class Age:
    """An age told in a text; `offender` where the words behind it say that this person is the one who does it."""

    years: int
    offender: bool


def _either(words: Iterable[Any]) -> str:
    return "|".join(sorted({re.escape(fold(str(word))) for word in words}, key=len, reverse=True))


@lru_cache
def _words() -> dict[str, Any]:
    people = lexicon("people")
    numbers = {word: int(value) for word, value in tables()["words"].items() if value >= 2 and value % 1 == 0}
    return {
        "numbers": numbers,
        "triggers": {"y"}
        | {fold(str(w)) for name in ("years", "age_words", "people", "pronouns", "grades") for w in people[name]},
    }


@lru_cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = lexicon("people")
    number = rf"(\d{{1,2}}|{_either(_words()['numbers'])})"
    years, of, being, people = (_either(words[name]) for name in ("years", "of", "being", "people"))
    pronouns, age_words = _either(words["pronouns"]), _either(words["age_words"])
    no_time_before = "".join(rf"(?<!\b{re.escape(fold(w))} )" for w in words["not_age_before"])
    not_after = rf"(?! ?(?:{_either(words['not_age_after'])})(?!\w))"
    old = r"(?:[ -]?(?:old|olds)(?!\w)| (?:ki|ka|k|ke|کی|کا) (?:umar|umr|umer|age|عمر))"
    person = rf"(?: ?(?:{of}))? (?:[^\W\d_]+ )?(?:{people})(?!\w)"
    kin = rf" ?(?:{of}) ?(?:(?:{being})(?!\w)|$)"
    return {
        "old": re.compile(rf"(?<![\w.]){number}[ -]{{0,3}}(?:{years}){old}"),
        "salah": re.compile(rf"(?<![\w.]){number} ?(?:y/o|yo|saala|saalah|sala|سالہ)(?!\w)"),
        "person": re.compile(rf"{no_time_before}(?<![\w.]){number}[ -]?(?:{years}){not_after}{person}"),
        "being": re.compile(rf"{no_time_before}(?<![\w.]){number} ?(?:{years}){not_after}{kin}"),
        "end": re.compile(rf"(?<!\w)(?:{people}|{pronouns})(?: [^\W\d_]+){{0,2}} {no_time_before}{number} ?(?:{years}) ?(?=[.,;)!?]|$)"),
        "is_years": re.compile(rf"(?<!\w)(?:{pronouns}|{people})(?: (?:is|am|was|are|only|just|abhi|sirf))+ {no_time_before}{number} (?:{years})(?!\w){not_after}"),
        "named": re.compile(rf"(?<!\w)(?:{age_words})(?:\W{{1,3}}(?:is|only|just|sirf|hai|about|around|abhi|صرف|ہے))*[\W]{{1,3}}{number}(?![\w.:/%])(?! ?(?:am|pm|baje))"),
        "is": re.compile(rf"(?<!\w)(?:i|im|i'm|he|she|he's|she's|hes|shes|who|{people})(?: (?:am|is|was|only|just|barely|turned|turning))*(?<!he)(?<!she)(?<!who)(?<! i) {number}(?= ?(?:[.,;)!?](?!\d)|and |or |to |but |$|he |she |so |please |plz |yrs|now))"),
        "of": re.compile(rf"(?<!\w)(?:{pronouns}|{people})(?: [^\W\d_]+){{0,3}} (?:sirf |abhi )?{number} (?:{of}) (?:{being})(?!\w)"),
        "bracket": re.compile(rf"(?<!\w)(?:{people})(?: [^\W\d_]+){{0,2}} ?(?:\( ?|, ?)(?:around |about |only |just )?{number} ?(?:{years})? ?[),.]"),
        "beside": re.compile(rf"(?<!\w)(?:my|our|meri|mera|mere)(?: [^\W\d_]+)? (?:{people}) (1[0-7]|[5-9]) (?!{_TIMES})[a-z]"),
        "looks": re.compile(rf"(?:looks|look|seems|lagti|lagta|dikhti|dikhta)(?: like| about| around| only| hardly| barely)* {number}(?!\w)"),
        "under": re.compile(rf"(?:under|below|less than) {number}(?! ?(?:minute|hour|day|week|month|rs|rupees|%|thousand|k|lakh|hazar))(?!\w)"),
        "grade": re.compile(rf"(?<!\w)(?:{_either(words['grades'])}) ?(?:no\.? ?)?{number}(?!\w)(?! ?(?:{_either(words['not_grade_after'])})(?!\w))"),
        "grade_after": re.compile(
            rf"(?<![\w.])(?:(\d{{1,2}}) ?(?:th|st|nd|rd|ویں)?|(?:{_either(words['grade_words'])})) ?-?(?:{_either(words['grades'])})(?! ?(?:{_either(words['not_grade_after'])})(?!\w))(?!\w)"
        ),
        "doing": re.compile(rf"(?: [^\W\d_]+){{0,4}}? (?:{_either(words['doing'])})(?!\w)"),
        "done_to": re.compile(r"(?: [^\W\d_]+){0,1} (?:ko|کو|se|سے|ki|کی|being|was|is being|were|got)(?!\w)"),
        "offender": re.compile(rf"(?:{'|'.join(words['offender'])})[^.!?]{{0,30}}$"),
        "by": re.compile(r"(?<!\w)(?:by|from) (?:a|an|some|one|this|that) $"),
    }  # fmt: skip


def ages(flat: str, words: set[str]) -> list[Age]:
    """Ages in a flattened text; `words` are its words."""
    if not words & _words()["triggers"] or not (
        words & _words()["numbers"].keys() or any(w[0].isdigit() for w in words)
    ):
        return []
    patterns = _patterns()
    found: dict[int, Age] = {}
    for name, begin, end in ((name, begin, end) for begin, end in _windows(flat) for name in _AGES):
        for match in patterns[name].finditer(flat, begin, end):
            word = match[1]
            years = int(word) if word.isdigit() else _words()["numbers"][word]
            if _YOUNGEST <= years <= _OLDEST and match.start(1) not in found:
                found[match.start(1)] = Age(years, _is_offender(flat, match, name))
    return [found[place] for place in sorted(found)]


@lru_cache
def _numeral() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.])(?:\d{{1,2}}(?!\d)|(?:{_either(_words()['numbers'])})(?!\w))")


def _windows(flat: str) -> list[tuple[int, int]]:
    """Stretches of text around its small numbers: nothing else can hold an age."""
    found: list[tuple[int, int]] = []
    for match in _numeral().finditer(flat):
        begin, end = _word_start(flat, match.start() - _REACH_BEFORE), match.end() + _REACH_AFTER
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found


def _word_start(flat: str, place: int) -> int:
    return 0 if place <= 0 else flat.find(" ", place) + 1


_AGES = (
    "old",
    "salah",
    "person",
    "being",
    "end",
    "is_years",
    "named",
    "is",
    "of",
    "bracket",
    "beside",
    "looks",
    "under",
)


def _is_offender(flat: str, match: re.Match[str], name: str) -> bool:
    patterns = _patterns()
    if patterns["offender"].search(flat, max(0, match.start(1) - _OFFENDER_REACH), match.start(1)):
        return True
    if name not in {"old", "salah", "person"}:
        return False
    if patterns["by"].search(flat, max(0, match.start() - 12), match.start()):
        return True
    behind = match.end()
    return not patterns["done_to"].match(flat, behind) and bool(patterns["doing"].match(flat, behind))


def is_minor(flat: str, words: set[str], told: list[Age], cues: frozenset[str] | set[str]) -> bool:
    """Whether the text says that the victim is under 18."""
    if any(age.years < _ADULT and not age.offender for age in told) or {"minor", "child", "school_stages"} & cues:
        return True
    return bool(words & _grade_words()) and any(_grades(flat))


def tells_adult(text: str) -> bool:
    """Whether the one person of the family whom the text speaks of is said to be grown up: "my sister, she is 22"."""
    folded = " ".join(fold(text).split())
    named = {match.group() for match in _adult_patterns()["family"].finditer(folded)}
    if len(named) != 1:
        return False
    found = (pattern.search(folded) for name, pattern in _adult_patterns().items() if name != "family")
    years = [int(match[1]) for match in found if match]
    return bool(years) and all(_ADULT <= told <= _OLDEST for told in years)


@lru_cache
def _adult_patterns() -> dict[str, re.Pattern[str]]:
    words, talk = lexicon("people"), lexicon("talk")
    family = _either(word for names in talk["others"].values() for word in names)
    between = _either([*words["adult_between"], *words["age_words"], *words["of"]])
    years = _either(words["years"])
    return {
        "family": re.compile(rf"(?<!\w)(?:{family})(?!\w)"),
        "behind": re.compile(rf"(?<!\w)(?:{family})(?:[\s,.،۔]+(?:{between}))*[\s,.،۔]+(\d\d)(?!\d)(?! ?{_TIMES})"),
        "behind_years": re.compile(
            rf"(?<!\w)(?:{family})(?:[\s,.،۔]+(?:{between}))*[\s,.،۔]+(\d\d)[ -]?(?:{years})(?!\w)"
            rf"(?! ?(?:{_either(words['not_age_after'])})(?!\w))"
        ),
        "before": re.compile(
            rf"(?<!\w)(\d\d)[ -]?(?:{years})(?:[ -]old| ?(?:{_either(words['of'])}))? (?:{family})(?!\w)"
        ),
    }


@lru_cache
def _grade_words() -> frozenset[str]:
    return frozenset(fold(str(word)) for word in lexicon("people")["grades"])


def _grades(flat: str) -> Iterator[bool]:
    patterns = _patterns()
    for match in patterns["grade"].finditer(flat):
        number = int(match[1]) if match[1].isdigit() else _words()["numbers"][match[1]]
        yield 1 <= number <= _HIGHEST_GRADE
    for match in patterns["grade_after"].finditer(flat):
        yield match[1] is None or 1 <= int(match[1]) <= _HIGHEST_GRADE
