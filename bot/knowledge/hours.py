"""Whether a helpline is open now, in Pakistan's time, and lists of helplines by need and place."""

from collections.abc import Iterable
from datetime import datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.knowledge.load import Item, knowledge
from bot.knowledge.terms import words
from bot.knowledge.texts import content

PAKISTAN = ZoneInfo("Asia/Karachi")
_DAY_END = "24:00"


def now_in_pakistan() -> datetime:
    """The clock that opening hours are compared with."""
    return datetime.now(PAKISTAN)


def is_open(item: Item, now: datetime) -> bool | None:
    """Whether the line is open at `now`; None where the hours are not confirmed or it is not a line to call."""
    if not item.hours.get("open"):
        return None
    opens, closes = str(item.hours["open"]).split("-")
    clock = now.astimezone(PAKISTAN).time()
    return _time(opens) <= clock and (closes == _DAY_END or clock < _time(closes))


def open_now(item: Item, language: str, now: datetime) -> str:
    """One line on whether the helpline is open; empty for what is not called by phone."""
    if item.contact.get("kind") != "phone" or not _is_number(item):
        return ""
    state = is_open(item, now)
    opens, _, closes = str(item.hours.get("open") or "").partition("-")
    if state is None:
        name = "reported" if item.hours.get("text") else "unknown"
    elif (opens, closes) == ("00:00", _DAY_END):
        name = "always"
    else:
        name = ("open" if state else "closed") + ("_reported" if item.hours.get("reported") else "")
    hours = (item.hours.get("text") or {}).get(language, "")
    clock = now.astimezone(PAKISTAN).strftime("%H:%M")
    return _words(name, language).format(opens=opens, closes=closes, hours=hours, now=clock)


def helplines_for(need: str, place: str | None, language: str, now: datetime) -> str:
    """The helplines for a need as a list: lines that are open now first, other provinces' lines left out."""
    chosen = [item for item in _of_need(need) if place is None or item.place in ("Pakistan", place)]
    ranked = sorted(chosen, key=lambda item: is_open(item, now) is False)
    lines = [_line(item, language, now) for item in ranked]
    return "\n".join([_words("heading", language).format(need=need_label(need, language)), *lines])


def needs() -> list[str]:
    """Needs that a person may choose from, in the order of their buttons."""
    return [name for name, entry in content("hours")["needs"].items() if entry["words"]]


def need_label(need: str, language: str) -> str:
    """Name of a need as a person reads it."""
    return str(content("hours")["needs"][need]["title"][language])


def need_in(text: str) -> str | None:
    """The need that a question about helplines names."""
    return _named(text, content("hours")["needs"])


def place_in(text: str) -> str | None:
    """The province that a question names: `Punjab`, or another one; lines of Punjab do not serve there."""
    return _named(text, content("hours")["places"])


def asks_which_is_open(text: str) -> bool:
    """Whether a question asks for helplines by hour or by place."""
    known = content("hours")["asking"]
    spaced = _spaced(text)
    return _any(spaced, known["helpline"]) and (_any(spaced, known["now"]) or place_in(text) is not None)


def _line(item: Item, language: str, now: datetime) -> str:
    state = open_now(item, language, now)
    between = _words("between", language)
    title, value = item.title[language], _value(item, language)
    named = title if value in title else f"{title}: {value}"
    return f"• {named}{between + state if state else ''}"


def _value(item: Item, language: str) -> str:
    if item.contact.get("kind") == "phone" and not _is_number(item):
        return _words("card_number", language)
    return str(item.contact["value"])


def _is_number(item: Item) -> bool:
    return any(character.isdigit() for character in str(item.contact["value"]))


def _of_need(need: str) -> Iterable[Item]:
    return [knowledge()[name] for name in content("hours")["needs"][need]["items"]]


def _named(text: str, groups: dict[str, Any]) -> str | None:
    spaced = _spaced(text)
    return next((str(name) for name, entry in groups.items() if _any(spaced, entry["words"])), None)


def _any(spaced: str, names: list[str]) -> bool:
    return any(_spaced(str(name)) in spaced for name in names)


@lru_cache(maxsize=2000)
def _spaced(text: str) -> str:
    return f" {' '.join(words(text))} "


def _words(name: str, language: str) -> str:
    return str(content("hours")["phrases"][name][language])


def _time(text: str) -> time:
    return time.fromisoformat(text)
