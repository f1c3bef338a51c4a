"""When it happened: relative and written dates to a range of days in Pakistan time."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.nlu.numbers import tables
from bot.nlu.tokens import flatten

PAKISTAN = ZoneInfo("Asia/Karachi")
_WORD = re.compile(r"\w+")
_EARLIEST = date(1990, 1, 1)
_PRECISE = timedelta(days=7)  # a range this narrow tells more of the incident than a wider one before it
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_SLACK = {"day": 0, "week": 3, "month": 15, "year": 180}

Days = tuple[date, date] | None


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


def find_dates(text: str, now: datetime | None = None) -> list[Occurred]:
    """Every date told in `text`, in order; days after today are left out."""
    return dates_in(*flatten(text), text, now)


def dates_in(flat: str, origin: list[int], text: str, now: datetime | None = None) -> list[Occurred]:
    """The same over a text that is flattened already."""
    today = (now or datetime.now(PAKISTAN)).astimezone(PAKISTAN).date()
    words = set(_WORD.findall(flat))
    has_digit = any(word[0].isdigit() for word in words)
    found: list[Occurred] = []
    taken: list[tuple[int, int]] = []
    for pattern, read, triggers in _rules():
        if (triggers is None and not has_digit) or (triggers is not None and not triggers & words):
            continue
        for match in pattern.finditer(flat):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            days = read(match, today)
            if days is None or days[0] > today or days[0] < _EARLIEST:
                continue
            taken.append(match.span())
            start, end = origin[match.start()], origin[match.end() - 1] + 1
            found.append(Occurred(days[0], min(days[1], today), text[start:end], start, end))
    return sorted(found, key=lambda item: item.start)


def speaks_of_time(text: str) -> bool:
    """Whether a word of the text is one of time, though no date may be read from it: "before Eid", "in winter"."""
    return bool(_time_words() & set(_WORD.findall(fold(text))))


@lru_cache
def _time_words() -> frozenset[str]:
    times, known = lexicon("times"), _words()
    named = {*known["units"], *known["months"], *known["weekdays"], *known["last"]}
    listed = (fold(str(word)) for name in ("ago", "like_time", "date_words", "during") for word in times[name])
    days = (word for phrase in known["fixed"] for word in phrase.split())
    return frozenset({*named, *listed, *days} - {fold(str(word)) for word in times["no_time"]})


def main_date(dates: list[Occurred]) -> Occurred | None:
    """The first date that is known to the week, else the first."""
    precise = (item for item in dates if item.last - item.first <= _PRECISE)
    return next(precise, dates[0] if dates else None)


def _either(words: Iterable[Any]) -> str:
    return "|".join(sorted({re.escape(fold(str(word))) for word in words}, key=len, reverse=True))


@lru_cache
def _words() -> dict[str, Any]:
    times = lexicon("times")
    return {
        "numbers": {word: value for word, value in tables()["words"].items() if value >= 1},
        "units": {fold(spelling): unit for unit, spellings in times["units"].items() for spelling in spellings},
        "fixed": {fold(phrase): span for span, phrases in times["fixed"].items() for phrase in phrases},
        "months": {fold(name): value for name, value in times["months"].items()},
        "weekdays": {fold(name): day for day, names in times["weekdays"].items() for name in names},
        "last": {fold(word) for word in times["last"]},
        "few": {fold(word) for word in times["few"]},
    }


@lru_cache
def _rules() -> list[tuple[re.Pattern[str], Callable[[re.Match[str], date], Days], set[str] | None]]:
    """Patterns in order of precision, how each is read, and words one of which must be there (None: a digit)."""
    times, words = lexicon("times"), _words()
    number = rf"(?:\d{{1,3}}(?!\d)|{_either(words['numbers'])})"
    unit, month, weekday = _either(words["units"]), _either(words["months"]), _either(words["weekdays"])
    range_of = (
        rf"(?:({number})\s*(?:-|to|or|se|ya|یا|سے)?\s*)?({number}|(?:{_either(times['few'])})(?: of)?)\s*({unit})"
    )
    ago, last, this = _either(times["ago"]), _either(times["last"]), _either(times["this"])
    day = r"(\d{1,2})(?:st|nd|rd|th)?"
    not_then, not_after = _either(times["not_then"]), _either(times["not_after"])
    fixed = _either(words["fixed"])
    ago_words = {fold(word) for word in times["ago"]}
    return [
        (re.compile(r"(?<![\w-])(20\d\d)-(\d\d)-(\d\d)(?![\w-])"), _iso, None),
        (re.compile(r"(?<![\w/.-])(\d{1,2})([/.-])(\d{1,2})\2(20\d\d|\d\d)(?![\w/-])"), _numeric, None),
        (
            re.compile(rf"(?<![\w/-]){day}\s*(?:of\s+)?({month})(?!\w)(?:,?\s*(20\d\d)(?!\d))?"),
            _day_month,
            set(words["months"]),
        ),
        (
            re.compile(rf"(?<!\w)(?!may )({month})\s+{day}(?:,?\s*(20\d\d))?(?![\w:,])(?!\s*(?:{_scales()}))"),
            _month_day,
            set(words["months"]),
        ),
        (
            re.compile(rf"(?<![\w/-]){day}\s*(?:of\s+)?({last}|{this})\s+(?:{_either(times['units']['month'])})(?!\w)"),
            _day_of_month,
            None,
        ),
        (re.compile(rf"(?<![\w/-]){day}\s*(?:{_either(times['date_words'])})(?!\w)"), _day_of_month, None),
        (re.compile(rf"(?<!\w){range_of}\s*(?:{ago})(?!\w)"), _ago, ago_words),
        (re.compile(rf"(?<!\w)(?:{last})\s+{range_of}(?!\w)"), _lasting, words["last"]),
        (
            re.compile(rf"(?<!\w)(?:since|for|from) (?:(?:the )?(?:{last}) )?{range_of}(?!\w)(?! (?:{ago}))"),
            _lasting,
            {"since", "for", "from"},
        ),
        (
            re.compile(rf"(?<!\w){range_of} (?:se|sy|say|سے)(?!\w)(?! (?:{ago}|kam|zyada|ziada|زیادہ|کم))"),
            _lasting,
            {"se", "sy", "say", "سے"},
        ),
        (re.compile(rf"(?<!\w)(?:{last})\s+({unit})(?!\w)"), _last, words["last"]),
        (
            re.compile(rf"(?<!\w)(?:{_either(times['weekday_before'])})\s+({weekday})(?!\w)(?! (?:{not_then}))"),
            _weekday,
            set(words["weekdays"]),
        ),
        (
            re.compile(rf"(?<!\w)(?<!har )(?<!ہر )({weekday})\s+(?:{_either(times['weekday_after'])})(?!\w)"),
            _weekday,
            set(words["weekdays"]),
        ),
        (
            re.compile(rf"(?<!\w)(?:{_either(times['month_before'])})\s+({month})(?!\w)(?:,?\s*(20\d\d))?"),
            _month,
            set(words["months"]),
        ),
        (
            re.compile(rf"(?<!\w)({month})(?:\s+(20\d\d))?\s+(?:{_either(times['month_after'])})(?!\w)"),
            _month,
            set(words["months"]) - {"may", "mar", "sat"},
        ),
        (
            re.compile(
                rf"(?<!\w)(?:({not_after})\s+)?({fixed})(?!\w)"
                rf"(?!\s+(?:(?:raat|sham|shaam|subah|رات|شام|صبح)\s+)?(?:{not_then}|{_either(times['total_after'])})(?!\w))"
            ),
            _phrase,
            {phrase.split()[0] for phrase in words["fixed"]},
        ),
    ]


def _scales() -> str:
    return _either(tables()["scales"])


def _written(day: int, month: int, year: int | None, today: date) -> Days:
    try:
        found = date(year or today.year, month, day)
        if year is None and found > today:
            found = found.replace(year=today.year - 1)
    except ValueError:
        return None
    return found, found


def _iso(match: re.Match[str], today: date) -> Days:
    return _written(int(match[3]), int(match[2]), int(match[1]), today)


def _numeric(match: re.Match[str], today: date) -> Days:
    """Day first, as Pakistan writes; month first only where nothing else is a date."""
    year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
    return _written(int(match[1]), int(match[3]), year, today) or _written(int(match[3]), int(match[1]), year, today)


def _day_month(match: re.Match[str], today: date) -> Days:
    return _written(int(match[1]), _words()["months"][match[2]], int(match[3]) if match[3] else None, today)


def _month_day(match: re.Match[str], today: date) -> Days:
    return _written(int(match[2]), _words()["months"][match[1]], int(match[3]) if match[3] else None, today)


def _day_of_month(match: re.Match[str], today: date) -> Days:
    """ "22nd of last month", "5 tareekh": the last such day that has passed."""
    day = int(match[1])
    before = len(match.groups()) > 1 and match[2] in _words()["last"]
    month = today.replace(day=1)
    if before or day > today.day:
        month = (month - timedelta(days=1)).replace(day=1)
    return _written(day, month.month, month.year, today)


def _month(match: re.Match[str], today: date) -> Days:
    month, year = _words()["months"][match[1]], int(match[2]) if match[2] else None
    first = date(year or (today.year if month <= today.month else today.year - 1), month, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - timedelta(days=1)


def _count(word: str) -> float:
    if word.isdigit():
        return int(word)
    return float(_words()["numbers"].get(word, 3))  # "a few" is about three


def _span(match: re.Match[str]) -> tuple[int, int, str]:
    """Least and most days back that "2 3 din", "few weeks", "an hour" mean, and the unit."""
    most = _count(match[2])
    least = _count(match[1]) if match[1] and _count(match[1]) < most else most
    unit = _words()["units"][match[3]]
    if unit in {"minute", "hour"}:
        hours = most if unit == "hour" else most / 60
        return 0, (0 if hours <= 3 else -(-int(hours) // 24)), unit
    vague = match[2].split()[0] in _words()["few"]
    slack = _SLACK[unit] + (_DAYS[unit] if vague else 0)
    return max(0, int(least * _DAYS[unit]) - slack), int(most * _DAYS[unit]) + slack, unit


def _ago(match: re.Match[str], today: date) -> Days:
    least, most, _ = _span(match)
    return _back(today, most, least)


def _lasting(match: re.Match[str], today: date) -> Days:
    """ "since 15 days", "teen mahine se": from then until today."""
    most, unit = _count(match[2]), _words()["units"][match[3]]
    return _back(today, int(most * _DAYS[unit]), 0) if unit in {"day", "week", "month"} else None


def _back(today: date, most: int, least: int) -> Days:
    try:
        return today - timedelta(days=most), today - timedelta(days=least)
    except OverflowError:
        return None


def _last(match: re.Match[str], today: date) -> Days:
    unit = _words()["units"][match[1]]
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        end = today.replace(day=1) - timedelta(days=1)
        return end.replace(day=1), end
    if unit == "year":
        return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    return today - timedelta(days=1), today


def _weekday(match: re.Match[str], today: date) -> Days:
    back = (today.weekday() - _words()["weekdays"][match[1]]) % 7 or 7
    return _back(today, back, back)


def _phrase(match: re.Match[str], today: date) -> Days:
    if match[1]:
        return None  # "by tonight", "har roz"
    back = _words()["fixed"][match[2]].split("-")
    return _back(today, int(back[0]), int(back[-1]))
