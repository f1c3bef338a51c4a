"""Finds the knowledge item that a question asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bot.knowledge.load import Item, knowledge
from bot.nlu.classifier import Vectoriser
from bot.nlu.normalise import fold

SURE = 0.42  # least similarity at which an item is given as the answer
POSSIBLE = 0.22  # least similarity at which an item is offered as a button
CLOSE = 0.92  # a second item this near (as a share of the first) makes the question open
_TOPIC_BONUS = 0.06
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
        order = [int(i) for i in np.argsort(-best)[: limit + len(named)]]
        rest = [Match(self.items[i], float(best[i])) for i in order if self.items[i] not in named]
        return [*(Match(item, 1.0) for item in named), *rest][:limit]


@lru_cache
def index() -> Index:
    """The index of this process."""
    return Index(knowledge())
