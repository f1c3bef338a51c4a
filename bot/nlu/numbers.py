"""Reads numbers out of tokens: digits, words and scales of three scripts, mixed as people mix them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold

_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?$")
_DOTTED_THOUSANDS = re.compile(r"\d{1,3}\.(?:000|500)$")  # "25.000" is twenty-five thousand
_SHORT_SCALES = {"k", "m", "so", "cr", "mn", "mln", "lak", "laks", "lkh", "lack", "saw", "hzr", "hzar", "لکھ"}
_RANGE = {"to", "-", "se", "say", "sy", "سے", "تا", "ta", "ya", "یا", "or"}
_AND = {"and", "&"}
_ARTICLES = {"a", "an"}
YEAR_AFTER = {
    "mein",
    "me",
    "mai",
    "main",
    "mn",
    "میں",
    "se",
    "سے",
    "ka",
    "ki",
    "ke",
    "کا",
    "کی",
    "کے",
    "tak",
    "تک",
    "ko",
    "کو",
}
_WIDEST_RANGE = 10  # upper end over lower end
_MOST_DIGITS = 12


@dataclass(frozen=True)
class Number:
    """A number over tokens start to end. `leading` is what stands before its largest scale."""

    value: float
    start: int
    end: int
    scaled: bool = False
    digits: bool = False
    leading: float = 0.0
    each: bool = False


@lru_cache
def tables() -> dict[str, Any]:
    """Number words by value, folded like the text they are compared with."""
    numbers = lexicon("numbers")
    english = {str(word): float(value) for word, value in numbers["english"].items()}
    urdu = {fold(str(word)): float(value) for value, words in numbers["urdu"].items() for word in words}
    return {
        "english": english,
        "words": {**english, **urdu},
        "quarters": {fold(str(word)): value for word, value in numbers["quarters"].items()},
        "scales": {fold(str(word)): float(value) for value, words in numbers["scales"].items() for word in words},
    }


def find_numbers(tokens: Sequence[str], spaced: Sequence[bool]) -> list[Number]:
    """Numbers in text order; a range ("20 se 30 hazar") is its upper end, "5 5 hazar" is 5000 each."""
    found: list[Number] = []
    starts = _starts()
    index = 0
    while index < len(tokens):
        token = tokens[index]
        number = _number(tokens, spaced, index) if token in starts or token[0].isdigit() else None
        if number is None:
            index += 1
            continue
        found.append(number)
        index = number.end
    return _join_ranges(found, tokens)


@lru_cache
def _starts() -> frozenset[str]:
    lists = tables()
    return frozenset({*lists["words"], *lists["quarters"], *(s for s in lists["scales"] if s not in _SHORT_SCALES)})


def _number(tokens: Sequence[str], spaced: Sequence[bool], start: int) -> Number | None:
    """The longest number that starts at `start`: groups of falling scale, then a last group without one."""
    total, last_scale, leading, end = 0.0, 0.0, 0.0, start
    first = True
    while True:
        at = end + 1 if not first and end < len(tokens) and tokens[end] in _AND else end
        group = _small(tokens, spaced, at)
        value, after = group if group else (1.0, at)
        scale = _scale(tokens, spaced, after, bare=group is None)
        if scale >= 1000 and (first or (group and scale < last_scale)):
            leading = leading or value
            total, last_scale, end, first = total + value * scale, scale, after + 1, False
            continue
        if first:
            if group is None or (tokens[start] in _ARTICLES and value < 100):
                return None
            digits = after == start + 1 and tokens[start][0].isdigit()
            return Number(value, start, after, digits=digits, leading=value)
        if group and at == end and (100 <= value < last_scale or _is_year(total, value, tokens, after)):
            total, end = total + value, after
        return Number(total, start, end, scaled=True, leading=leading)


def _is_year(total: float, value: float, tokens: Sequence[str], after: int) -> bool:
    """ "do hazar bais mein" is the year 2022."""
    return total == 2000 and value < 60 and after < len(tokens) and tokens[after] in YEAR_AFTER


def _small(tokens: Sequence[str], spaced: Sequence[bool], start: int) -> tuple[float, int] | None:
    """A number below a thousand in words, or any in digits, and the index after it."""
    lists = tables()
    index, quarter = start, 0.0
    if index < len(tokens) and tokens[index] in lists["quarters"]:
        quarter, index = lists["quarters"][tokens[index]], index + 1
    unit = _unit(tokens, index)
    if unit is None:
        if (quarter and _scale(tokens, spaced, index, bare=False)) or (
            not quarter and _scale(tokens, spaced, index, bare=True) == 100
        ):
            unit = (1.0, index)
        else:
            return None
    value, index = unit[0] + quarter, unit[1]
    if _scale(tokens, spaced, index, bare=False) == 100 and value < 100:
        value, index = value * 100, index + 1
        rest = _unit(tokens, index + 1 if index < len(tokens) and tokens[index] in _AND else index)
        if (
            rest
            and rest[0] < 100
            and (_scale(tokens, spaced, rest[1], bare=False) >= 1000 or not _is_verb(tokens[index]))
        ):
            value, index = value + rest[0], rest[1]
    return value, index


def _is_verb(token: str) -> bool:
    """`do` and `دو` behind a sum say "give", not two."""
    return token in {"do", "دو"}


def _unit(tokens: Sequence[str], index: int) -> tuple[float, int] | None:
    """One numeral, or English tens with a unit ("twenty five")."""
    lists = tables()
    if index >= len(tokens):
        return None
    token = tokens[index]
    if token[0].isdigit():
        return _digits(tokens, index)
    value = lists["words"].get(token)
    if value is None:
        return None
    after = index + 1
    if token in lists["english"] and value in range(20, 100, 10):
        at = after + 1 if after < len(tokens) and tokens[after] == "-" else after
        ones = lists["english"].get(tokens[at]) if at < len(tokens) else None
        if ones and 1 <= ones < 10 and tokens[at] not in _ARTICLES:
            return value + ones, at + 1
    return value, after


def _digits(tokens: Sequence[str], index: int) -> tuple[float, int] | None:
    token = tokens[index]
    if not _DIGITS.match(token) or len(token) > _MOST_DIGITS + 4:
        return None
    if _DOTTED_THOUSANDS.match(token):
        return float(token.replace(".", "")), index + 1
    after, plain = index + 1, token.replace(",", "")
    if len(plain) <= 3 and "." not in plain and after < len(tokens) and tokens[after] == "000":
        return float(plain) * 1000, after + 1
    return float(plain), after


def _scale(tokens: Sequence[str], spaced: Sequence[bool], index: int, bare: bool) -> float:
    """Scale word at `index`, 0 where there is none. Short spellings need a number right before them."""
    if index >= len(tokens):
        return 0.0
    token = tokens[index]
    scale = tables()["scales"].get(token, 0.0)
    if not scale or (bare and token in _SHORT_SCALES):
        return 0.0
    if token == "k" and spaced[index - 1]:
        return scale if _stands_alone(tokens, index) else 0.0  # "25 k baad" is Roman Urdu for "after 25"
    if token == "m" and spaced[index - 1]:
        return 0.0
    if token == "so" and tokens[index - 1] in tables()["english"]:
        return 0.0
    return float(scale)


def _stands_alone(tokens: Sequence[str], index: int) -> bool:
    following = tokens[index + 1] if index + 1 < len(tokens) else "."
    return following in _AFTER_K or not following[0].isalnum()


_AFTER_K = {"from", "for", "rs", "pkr", "rupees", "rupay", "advance", "gone", "lost", "was", "were", "is", "or", "and", "now",
            "bheje", "diye", "mang", "maang", "nikal", "loss", "aur", "warna", "more", "total", "deducted", "he", "they"}  # fmt: skip


def _join_ranges(numbers: list[Number], tokens: Sequence[str]) -> list[Number]:
    """Put together "20 se 30 hazar", "do teen lakh" (the upper end) and "5 5 hazar" (5000 each)."""
    joined: list[Number] = []
    for number in numbers:
        if joined:
            merged = _merge(joined[-1], number, tokens)
            if merged:
                joined[-1] = merged
                continue
        joined.append(number)
    return joined


def _merge(left: Number, right: Number, tokens: Sequence[str]) -> Number | None:
    between = tokens[left.end : right.start]
    low, high = (left.value, right.leading) if not left.scaled else (left.value, right.value)
    if left.scaled and not between:
        return None
    if not between and low == high:
        return replace(right, start=left.start, each=True)
    connected = len(between) == 1 and between[0] in _RANGE
    if (
        (connected or not between)
        and 0 < low < high <= _WIDEST_RANGE * low
        and (connected or (high < 1000 and right.scaled))
    ):
        return replace(right, start=left.start)
    return None
