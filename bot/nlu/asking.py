"""Messages that are questions by their words, also where the classifier reads them as a report or as small talk."""

import re
from functools import lru_cache

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import normalise

_LONGEST = 45  # words; a longer text is a story, whatever it asks at its end
_SHORT = 14  # words; in a longer text the phrases of `short` may stand for anything
_INFORMING = 6  # words of a message that only says that it informs
_MOST_BESIDE = 4  # words beside a section's number in a message that is about nothing else
_WORD = re.compile(r"[^\W_]+")
_SECTION = re.compile(r"\b(?:section|sec|s|dafa|dafah|دفعہ|سیکشن)\s?\.?\s?\d{1,2}\s?(?:[a-d]|اے|بی|سی|ڈی)?\b")


def asks_outright(text: str) -> bool:
    """Whether a text asks for law, a section, a helpline or what happens to its own words, in so many words."""
    clean = normalise(text)
    found = _WORD.findall(clean)
    if not found or len(found) > _LONGEST:
        return False
    if _SECTION.search(clean) and len(found) <= _MOST_BESIDE:
        return True
    if item_asked(text):
        return True
    spaced = f" {' '.join(found)} "
    names = ("law", "helpline", *(("short",) if len(found) <= _SHORT else ()))
    return any(phrase in spaced for name in names for phrase in _phrases(name))


def item_asked(text: str) -> str | None:
    """The item of knowledge/ that answers a short question by its words; a fear of what would be is no question."""
    found = _WORD.findall(normalise(text))
    spaced = f" {' '.join(found)} "
    supposed = "?" not in normalise(text) and any(phrase in spaced for phrase in _phrases("supposed"))
    if len(found) > _SHORT or supposed:
        return None
    items = lexicon("asking")["answered_by"]
    return next((item for item in items if any(phrase in spaced for phrase in _phrases("answered_by", item))), None)


def only_informs(text: str) -> bool:
    """Whether a text says no more than that the writer wants to point at something: `sirf batana tha`."""
    found = _WORD.findall(normalise(text))
    return len(found) <= _INFORMING and any(phrase in f" {' '.join(found)} " for phrase in _phrases("informing"))


@lru_cache
def _phrases(name: str, group: str | None = None) -> tuple[str, ...]:
    listed = lexicon("asking")[name][group] if group else lexicon("asking")[name]
    return tuple(f" {' '.join(_WORD.findall(normalise(str(phrase))))} " for phrase in listed)
