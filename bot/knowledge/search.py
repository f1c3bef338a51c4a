"""Finds the knowledge item that a question asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bot.knowledge.load import Item, knowledge
from bot.knowledge.texts import content
from bot.nlu.classifier import Vectoriser
from bot.nlu.normalise import fold

SURE = 0.42  # least similarity at which an item is given as the answer
POSSIBLE = 0.22  # least similarity at which an item is offered as a button
CLOSE = 0.92  # a second item this near (as a share of the first) makes the question open
_TOPIC_BONUS = 0.06
_CRIME_SCORE = 0.75  # of the offence that a question about the law names in everyday words
_CRIME_STEP = 0.12  # less for each further section that may fit
_SECTION = re.compile(
    r"(?:section|sections|sec|s\.|dafa|dafah|daffa|dafaa|دفعہ|دفعات|سیکشن)\s*(?:no\.?|number|نمبر)?\s*(\d{1,2}\s?-?[a-d]?)(?![a-z\d])"
)
_BARE_SECTION = re.compile(r"(?<![\w.])(\d{1,2}\s?[a-d]?)(?![\w])")


@dataclass(frozen=True)
class Match:
    """An item and how well it fits, 0 to 1."""

    item: Item
    score: float


def sections_named(text: str) -> list[str]:
    """Sections of the Act named in a text: `21`, `22A`; in order, each once."""
    folded = fold(text)
    found = [m.group(1) for m in _SECTION.finditer(folded)]
    if found:
        start = _SECTION.search(folded)
        tail = folded[start.start() :] if start else ""
        found += [m.group(1) for m in _BARE_SECTION.finditer(tail)]
    elif re.search(r"\bpeca\b|پیکا", folded):
        found = [m.group(1) for m in _BARE_SECTION.finditer(folded)]
    clean = [re.sub(r"[\s-]", "", section).upper() for section in found]
    return list(dict.fromkeys(clean))


@lru_cache
def _crime_patterns() -> tuple[list[tuple[re.Pattern[str], list[str]]], re.Pattern[str]]:
    words = content("crime_words")
    crimes = [(_any_of(entry["words"]), [str(s) for s in entry["sections"]]) for entry in words["crimes"]]
    return crimes, _any_of(words["law_words"])


def _any_of(words: list[str]) -> re.Pattern[str]:
    ordered = sorted({fold(str(word)) for word in words}, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, ordered)) + r")(?!\w)")


def offences_meant(text: str) -> list[str]:
    """Sections that a question about the law means by an everyday word for the act, most fitting first."""
    folded = fold(text)
    crimes, law = _crime_patterns()
    if not law.search(folded):
        return []
    hits = [(match.start(), -len(match.group()), sections) for p, sections in crimes if (match := p.search(folded))]
    return list(dict.fromkeys(section for _, _, sections in sorted(hits) for section in sections))


class Index:
    """Similarity search over every written way of asking."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self.items = list(items.values())
        self.by_section = {item.section.upper(): item for item in self.items if item.section}
        pairs = [(position, phrase) for position, item in enumerate(self.items) for phrase in item.phrases()]
        self._owner = np.array([position for position, _ in pairs])
        self._vectoriser = Vectoriser()
        self._phrases = self._vectoriser.fit_transform([phrase for _, phrase in pairs])
        self._parts = len(self._vectoriser.parts)

    def search(self, question: str, topic: str | None = None, limit: int = 3) -> list[Match]:
        """Best items first; a section that is named outright comes before all."""
        named = [self.by_section[s] for s in sections_named(question) if s in self.by_section]
        similarity = np.asarray((self._phrases @ self._vectoriser.transform([question]).T).todense()).ravel()
        best = np.zeros(len(self.items))
        np.maximum.at(best, self._owner, similarity / self._parts)
        for position, item in enumerate(self.items):
            if topic and best[position] > 0 and topic in item.topics:
                best[position] += _TOPIC_BONUS
        for rank, section in enumerate(offences_meant(question)):
            if section in self.by_section:
                position = self.items.index(self.by_section[section])
                best[position] = max(best[position], _CRIME_SCORE - _CRIME_STEP * rank)
        order = [int(i) for i in np.argsort(-best)[: limit + len(named)]]
        rest = [Match(self.items[i], float(best[i])) for i in order if self.items[i] not in named]
        return [*(Match(item, 1.0) for item in named), *rest][:limit]


@lru_cache
def index() -> Index:
    """The index of this process."""
    return Index(knowledge())
