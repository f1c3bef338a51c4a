"""When it happened: relative and written dates to a range of days in Pakistan time."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import dateparser

from bot.nlu.lexicon import lexicon
from bot.nlu.numbers import tables
from bot.nlu.tokens import flatten

PAKISTAN = ZoneInfo("Asia/Karachi")


@dataclass(frozen=True)
class Occurred:
    """First and last day it may have been (Pakistan), the words it was told in, and where they stand."""

    first: date
    last: date
    as_told: str
    start: int
    end: int

    def as_record(self) -> dict[str, str]:
        """The record's `occurred` object."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat(), "as_told": self.as_told}


@lru_cache
def _patterns() -> dict[str, Any]:
    words = lexicon("times")
    numbers = {word: value for word, value in tables()["words"].items() if value >= 1}
    number = r"(?:\d{1,3}|" + "|".join(sorted(map(re.escape, numbers), key=len, reverse=True)) + ")"
    units = {spelling: unit for unit, spellings in words["units"].items() for spelling in spellings}
    unit = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    ago = "|".join(sorted(map(re.escape, words["ago"]), key=len, reverse=True))
    last = "|".join(sorted(map(re.escape, words["last"]), key=len, reverse=True))
    fixed = {phrase: span for span, phrases in words["fixed"].items() for phrase in phrases}
    phrase = "|".join(sorted(map(re.escape, fixed), key=len, reverse=True))
    months = "|".join(sorted(map(re.escape, words["months"]), key=len, reverse=True))
    return {
        "numbers": numbers,
        "units": units,
        "fixed": fixed,
        "months": {name: value for name, value in words["months"].items()},
        "ago": re.compile(rf"(?<!\w)({number})\s*({unit})\s*(?:{ago})(?!\w)"),
        "last": re.compile(rf"(?<!\w)(?:{last})\s+({unit})(?!\w)"),
        "phrase": re.compile(rf"(?<!\w)({phrase})(?!\w)"),
        "day_month": re.compile(
            rf"(?<![\w/-])(\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?({months})\w{{0,6}},?\s*(20\d\d)?(?!\w)"
        ),
        "month_day": re.compile(rf"(?<!\w)({months})\w{{0,6}}\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s*(20\d\d))?(?![\w:])"),
        "numeric": re.compile(r"(?<![\w/.-])(\d{1,2})[/.-](\d{1,2})[/.-](20\d\d|\d\d)(?![\w/-])"),
        "iso": re.compile(r"(?<![\w-])(20\d\d)-(\d\d)-(\d\d)(?![\w-])"),
    }


def find_dates(text: str, now: datetime | None = None) -> list[Occurred]:
    """Every date told in `text`, in order; days after today are left out."""
    today = (now or datetime.now(PAKISTAN)).astimezone(PAKISTAN).date()
    flat, origin = flatten(text)
    patterns = _patterns()
    found: list[Occurred] = []
    for name, read in _READERS:
        for match in patterns[name].finditer(flat):
            days = read(match, today, patterns)
            if days is None or days[0] > today or any(_overlap(match, other, origin) for other in found):
                continue
            start, end = origin[match.start()], origin[match.end() - 1] + 1
            found.append(Occurred(days[0], min(days[1], today), text[start:end], start, end))
    return sorted(found, key=lambda item: item.start)


def _overlap(match: re.Match[str], other: Occurred, origin: list[int]) -> bool:
    return origin[match.start()] < other.end and other.start < origin[match.end() - 1] + 1


def _written(day: int, month: int, year: int | None, today: date) -> tuple[date, date] | None:
    try:
        found = date(year or today.year, month, day)
    except ValueError:
        return None
    if year is None and found > today:
        found = found.replace(year=today.year - 1)
    return found, found


def _day_month(match: re.Match[str], today: date, patterns: dict) -> tuple[date, date] | None:
    return _written(int(match[1]), patterns["months"][match[2]], int(match[3]) if match[3] else None, today)


def _month_day(match: re.Match[str], today: date, patterns: dict) -> tuple[date, date] | None:
    return _written(int(match[2]), patterns["months"][match[1]], int(match[3]) if match[3] else None, today)


def _numeric(match: re.Match[str], today: date, patterns: dict) -> tuple[date, date] | None:
    told = dateparser.parse(match.group(), languages=["en"], settings={"DATE_ORDER": "DMY"})
    return (told.date(), told.date()) if told else None


def _iso(match: re.Match[str], today: date, patterns: dict) -> tuple[date, date] | None:
    return _written(int(match[3]), int(match[2]), int(match[1]), today)


def _ago(match: re.Match[str], today: date, patterns: dict) -> tuple[date, date] | None:
    word = match[1]
    count = int(word) if word.isdigit() else patterns["numbers"][word]
    unit = patterns["units"][match[2]]
    if unit in {"minute", "hour"}:
        hours = count if unit == "hour" else count / 60
        return today - timedelta(days=-(-int(hours) // 24) if hours > 3 else 0), today
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[unit] * count
    slack = {"day": 0, "week": 3, "month": 15, "year": 180}[unit]
    return today - timedelta(days=int(days) + slack), today - timedelta(days=max(0, int(days) - slack))


def _last(match: re.Match[str], today: date, patterns: dict) -> tuple[date, date] | None:
    unit = patterns["units"][match[1]]
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        end = today.replace(day=1) - timedelta(days=1)
        return end.replace(day=1), end
    if unit == "year":
        return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    return today - timedelta(days=1), today


def _phrase(match: re.Match[str], today: date, patterns: dict) -> tuple[date, date] | None:
    back = patterns["fixed"][match[1]].split("-")
    return today - timedelta(days=int(back[0])), today - timedelta(days=int(back[-1]))


_READERS = (
    ("iso", _iso),
    ("numeric", _numeric),
    ("day_month", _day_month),
    ("month_day", _month_day),
    ("ago", _ago),
    ("last", _last),
    ("phrase", _phrase),
)
