"""Finds the knowledge item that a question asks for.

Two parts are added up: a linear model over all items, fitted by ridge regression to every written way of asking
(bot/knowledge/terms.py says what counts in a text), and the nearness in meaning to those phrases
(bot/knowledge/meaning.py), where its encoder is there. Sections that a question names, and everyday words for a crime
in a question about the law, go before both. The weights were found by four-fold cross-validation over the phrases.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.load import Item, knowledge
from bot.knowledge.meaning import Meaning, load_meaning
from bot.knowledge.model import Model, asked, load_or_fit
from bot.knowledge.terms import concepts, key, words
from bot.knowledge.texts import content
from bot.nlu.normalise import fold

SURE = 0.6  # least score at which an item is given as the answer
POSSIBLE = 0.5  # least score at which an item is offered as a button
NEAR = 0.1  # least score at which an item is offered where the question is not understood
CLOSE = 0.05  # a second item that ranks this near to the first makes the question open
_TOPIC_BONUS = 0.02
_NEARNESS = 0.8  # weight of the meaning in the ranking, beside the linear model
_IN_SCOPE = (6.4, -11.8, 7.9, -16.7, 4.1)  # best item and none in the model, best and none in meaning, constant
_IN_SCOPE_ALONE = (8.6, -16.5, 0.6)  # the same without the meaning
_NAMED_BONUS = 2.0  # for the scope, where a question about the law names an act in everyday words
_CRIME_BONUS = 0.25  # for the offence that a question about the law names in everyday words
_CRIME_STEP = 0.1  # less for each further section that may fit
_SECTION = re.compile(
    r"(?:section|sections|sec|s\.|dafa|dafah|daffa|dafaa|دفعہ|دفعات|سیکشن)\s*(?:no\.?|number|نمبر)?\s*(\d{1,2}\s?-?[a-d]?)(?![a-z\d])"
)
_BARE_SECTION = re.compile(r"(?<![\w.])(\d{1,2}(?:\s?-?[a-d])?)(?![\w])")
_LETTERS = {"اے": "a", "بی": "b", "سی": "c", "ڈی": "d"}
_URDU_LETTER = re.compile(rf"(?<!\d)(\d{{1,2}})\s?-?({'|'.join(_LETTERS)})(?!\w)")
_COMPARED = re.compile(r"\b(?:difference|compare|comparison|versus|vs|farq|faraq|muqabla)\b|فرق|موازنہ|مقابلہ")
_MOST_COMPARING = 12  # words; a longer text with such a word tells a story
_NO_MATTER = re.compile(r"\b(?:farq|faraq)\s+(?:nahi|nahin|nhi|nai|parta|par)\b|\bno difference\b|فرق نہیں|فرق پڑ")
_LAST_SECTION = 55  # of the Act
_SENTENCE_END = re.compile(r"[?؟\n]+|\.\s")
_PROCESS = {"settlement", "amendment", "compensation", "appeal", "false_case", "accused", "pressure", "phone_search"}
_LEAST_WORDS = 3  # of a part of a message that is a question by itself
_MOST_QUESTIONS = 2


@dataclass(frozen=True)
class Match:
    """An item, how sure it is that it answers (0 to 1), and how high it ranks beside the other items."""

    item: Item
    score: float
    rank: float = 9.0


def with_latin_letters(folded: str) -> str:
    """The letter of a section in Latin script: `22 اے` is 22A, another offence than 22."""
    return _URDU_LETTER.sub(lambda m: m.group(1) + _LETTERS[m.group(2)], folded)


def sections_named(text: str) -> list[str]:
    """Sections of the Act named in a text: `21`, `22A`; in order, each once."""
    folded = with_latin_letters(fold(text))
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


def no_section(text: str) -> str | None:
    """A section that a text names and the Act does not have."""
    named = [found.group(1).strip() for found in _SECTION.finditer(fold(text))]
    return next((number for number in named if number.isdigit() and int(number) > _LAST_SECTION), None)


def compares(text: str) -> bool:
    """Whether a short text asks how two sections, or two crimes by their everyday names, differ."""
    return (
        len(words(text)) <= _MOST_COMPARING
        and max(len(sections_named(text)), len(crimes_compared(text))) > 1
        and (bool(_COMPARED.search(fold(text))))
    )


def crimes_compared(text: str) -> list[str]:
    """Sections of the crimes whose difference a short text asks for, each by the section that fits it best."""
    folded = fold(text)
    if not _COMPARED.search(folded) or _NO_MATTER.search(folded) or len(words(text)) > _MOST_COMPARING:
        return []
    crimes, _ = _crime_patterns()
    hits = [(found.start(), found.end(), sections[0]) for p, sections in crimes for found in p.finditer(folded)]
    outer = [h for h in hits if not any(o[0] <= h[0] and h[1] <= o[1] and o[1] - o[0] > h[1] - h[0] for o in hits)]
    return list(dict.fromkeys(section for _, _, section in sorted(outer)))


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
    """The items and the two parts that rank them for a question."""

    def __init__(self, items: Mapping[str, Item], model: Model, meaning: Meaning | None = None) -> None:
        self.items = list(items.values())
        self.by_section = {item.section.upper(): item for item in self.items if item.section}
        self._position = {item.id: position for position, item in enumerate(self.items)}
        self._model, self._meaning = model, meaning

    def search(self, question: str, topic: str | None = None, limit: int = 3) -> list[Match]:
        """Best items first; a section that is named outright comes before all."""
        named, meant = self.sections_in(question), offences_meant(question)
        ranks, sureness = self._rank(question)
        for position, item in enumerate(self.items):
            if topic and topic in item.topics:
                ranks[position] += _TOPIC_BONUS
        for place, section in enumerate(meant):
            if section in self.by_section:
                bonus = max(_CRIME_BONUS - _CRIME_STEP * place, 0.0)
                ranks[self._position[self.by_section[section].id]] += bonus
        order = [int(i) for i in np.argsort(-ranks)[: limit + len(named)]]
        sure = 1 / (1 + math.exp(-sureness - (_NAMED_BONUS if meant else 0.0))) if self._model.knows(question) else 0.0
        best = max(float(ranks[order[0]]), 1e-6)
        rest = [
            Match(self.items[i], sure * max(float(ranks[i]), 0.0) / best, float(ranks[i]))
            for i in order
            if self.items[i] not in named
        ]
        return [*(Match(item, 1.0) for item in named), *rest][:limit]

    def _rank(self, question: str) -> tuple[NDArray[np.float32], float]:
        """How high each item ranks, and the log-odds that any item answers."""
        ranks, none = self._model.scores(question)
        near = self._meaning.nearness(question) if self._meaning and question.strip() else None
        if near is None:
            best, alone, constant = _IN_SCOPE_ALONE
            return ranks, best * float(ranks.max()) + alone * none + constant
        nearness, none_near = near
        together = ranks + _NEARNESS * nearness
        top = int(together.argmax())
        parts = (float(ranks[top]), none, float(nearness[top]), none_near, 1.0)
        return together, sum(weight * part for weight, part in zip(_IN_SCOPE, parts, strict=True))

    def sections_in(self, question: str) -> list[Item]:
        """Items of the sections that a question names, or of the crimes that it compares."""
        numbers = sections_named(question)
        if not numbers and len(crimes := crimes_compared(question)) > 1:
            numbers = crimes
        named = [s if s in self.by_section else s.rstrip("ABCD") for s in numbers]
        return [self.by_section[s] for s in dict.fromkeys(named) if s in self.by_section]


@lru_cache
def index() -> Index:
    """The index of this process."""
    items = knowledge()
    pairs = asked(items)
    meaning = load_meaning([text for text, _ in pairs], [owner for _, owner in pairs], len(items))
    return Index(items, load_or_fit(items), meaning)
