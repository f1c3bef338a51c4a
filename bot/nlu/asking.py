"""Messages that are questions by their words, also where the classifier reads them as a report or as small talk."""

import re
from functools import lru_cache

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import normalise

_LONGEST = 45  # words; a longer text is a story, whatever it asks at its end
_MOST_BESIDE = 4  # words beside a section's number in a message that is about nothing else
_WORD = re.compile(r"[^\W_]+")
_SECTION = re.compile(r"\b(?:section|sec|s|dafa|dafah|دفعہ|سیکشن)\s?\.?\s?\d{1,2}\s?[a-d]?\b")


def asks_outright(text: str) -> bool:
    """Whether a text asks for law, a section or a helpline in so many words."""
    clean = normalise(text)
    found = _WORD.findall(clean)
    if not found or len(found) > _LONGEST:
        return False
    if _SECTION.search(clean) and len(found) <= _MOST_BESIDE:
        return True
    spaced = f" {' '.join(found)} "
    return any(phrase in spaced for phrase in _phrases())


@lru_cache
def _phrases() -> tuple[str, ...]:
    known = lexicon("asking")
    return tuple(f" {' '.join(_WORD.findall(normalise(str(p))))} " for p in [*known["law"], *known["helpline"]])
