"""Finds the knowledge item that a question asks for.

One linear model over all items is fitted by ridge regression to every written way of asking (bot/knowledge/terms.py
says what counts in a text); texts of no item pull it towards zero. Sections that a question names, and everyday
words for a crime in a question about the law, go before the model.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bot.knowledge.load import Item, knowledge
from bot.knowledge.model import Model, load_or_fit
from bot.knowledge.terms import concepts, key, words
from bot.knowledge.texts import content
from bot.nlu.normalise import fold

SURE = 0.3  # least score at which an item is given as the answer
POSSIBLE = 0.2  # least score at which an item is offered as a button
CLOSE = 0.92  # a second item this near (as a share of the first) makes the question open
_TOPIC_BONUS = 0.04
_CRIME_BONUS = 0.25  # for the offence that a question about the law names in everyday words
_CRIME_STEP = 0.1  # less for each further section that may fit
_SECTION = re.compile(
    r"(?:section|sections|sec|s\.|dafa|dafah|daffa|dafaa|دفعہ|دفعات|سیکشن)\s*(?:no\.?|number|نمبر)?\s*(\d{1,2}\s?-?[a-d]?)(?![a-z\d])"
)
_BARE_SECTION = re.compile(r"(?<![\w.])(\d{1,2}(?:\s?-?[a-d])?)(?![\w])")
_COMPARED = re.compile(r"\b(?:difference|compare|comparison|versus|vs|farq|faraq|muqabla)\b|فرق|موازنہ|مقابلہ")
_SENTENCE_END = re.compile(r"[?؟\n]+|\.\s")
_PROCESS = {"settlement", "amendment", "compensation", "appeal", "false_case", "accused", "pressure", "phone_search"}
_LEAST_WORDS = 3  # of a part of a message that is a question by itself
_MOST_QUESTIONS = 2


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
        if _COMPARED.search(folded):
            found = [m.group(1) for m in _BARE_SECTION.finditer(folded)] + found
    elif re.search(r"\bpeca\b|پیکا", folded) or _COMPARED.search(folded):
        found = [m.group(1) for m in _BARE_SECTION.finditer(folded)]
    clean = [re.sub(r"[\s-]", "", section).upper() for section in found]
    return list(dict.fromkeys(clean))


def questions_in(text: str) -> list[str]:
    """The questions of a message, two at most; a message that cannot be divided is one."""
    parts = [part.strip() for part in _SENTENCE_END.split(text)]
    whole = [part for part in parts if len(part.split()) >= _LEAST_WORDS]
    return whole if len(whole) == _MOST_QUESTIONS else [text]


@lru_cache
def _crime_patterns() -> tuple[list[tuple[re.Pattern[str], list[str]]], re.Pattern[str]]:
    known = content("crime_words")
    crimes = [(_any_of(entry["words"]), [str(s) for s in entry["sections"]]) for entry in known["crimes"]]
    return crimes, _any_of(known["law_words"])


def _any_of(names: list[str]) -> re.Pattern[str]:
    ordered = sorted({fold(str(name)) for name in names}, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, ordered)) + r")(?!\w)")


def offences_meant(text: str) -> list[str]:
    """Sections that a question about the law means by an everyday word for the act, most fitting first."""
    folded = fold(text)
    crimes, law = _crime_patterns()
    if not law.search(folded) or _PROCESS & set(concepts([key(word) for word in words(text)])):
        return []
    hits = [(match.start(), -len(match.group()), sections) for p, sections in crimes if (match := p.search(folded))]
    return list(dict.fromkeys(section for _, _, sections in sorted(hits) for section in sections))


class Index:
    """The items and the model that ranks them for a question."""

    def __init__(self, items: Mapping[str, Item], model: Model) -> None:
        self.items = list(items.values())
        self.by_section = {item.section.upper(): item for item in self.items if item.section}
        self._position = {item.id: position for position, item in enumerate(self.items)}
        self._model = model

    def search(self, question: str, topic: str | None = None, limit: int = 3) -> list[Match]:
        """Best items first; a section that is named outright comes before all."""
        named = self.sections_in(question)
        scores = self._model.scores(question)
        for position, item in enumerate(self.items):
            if topic and scores[position] > 0.1 and topic in item.topics:
                scores[position] += _TOPIC_BONUS
        for rank, section in enumerate(offences_meant(question)):
            if section in self.by_section:
                scores[self._position[self.by_section[section].id]] += max(_CRIME_BONUS - _CRIME_STEP * rank, 0.0)
        order = [int(i) for i in np.argsort(-scores)[: limit + len(named)]]
        rest = [Match(self.items[i], float(min(scores[i], 1.0))) for i in order if self.items[i] not in named]
        return [*(Match(item, 1.0) for item in named), *rest][:limit]

    def sections_in(self, question: str) -> list[Item]:
        """Items of the sections that a question names."""
        named = [s if s in self.by_section else s.rstrip("ABCD") for s in sections_named(question)]
        return [self.by_section[s] for s in dict.fromkeys(named) if s in self.by_section]


@lru_cache
def index() -> Index:
    """The index of this process."""
    items = knowledge()
    return Index(items, load_or_fit(items))
