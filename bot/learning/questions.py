"""The quiz's questions, read from knowledge/quiz.yml and checked against the knowledge items they rest on."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.load import Item, KnowledgeError, knowledge
from bot.knowledge.texts import KNOWLEDGE
from bot.triage.taxonomy import LANGUAGES

FILE = "quiz.yml"
LEAST_CHOICES, MOST_CHOICES = 3, 4
LONGEST = {"question": 260, "choice": 90, "why": 330}  # question, choices and explanation fit one phone screen
_ENTRY = {"id", "topic", "item", "question", "right", "wrong", "why"}
_NUMBER = re.compile(r"\d+(?:[,.\-]\d+)*")

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """One question. The first of `choices` is the right one; they are shuffled when it is asked."""

    id: str
    topic: str
    item: str
    question: Texts
    choices: tuple[Texts, ...]
    why: Texts


@dataclass(frozen=True)
class Quiz:
    """All questions by id, the names of the topics, and the words on buttons."""

    questions: Mapping[str, Question]
    topics: Mapping[str, Texts]
    buttons: Mapping[str, Texts]
    letters: Texts


def load_quiz(items: Mapping[str, Item], folder: Path = KNOWLEDGE) -> Quiz:
    """The quiz; raises KnowledgeError at the first thing that is missing or differs from its knowledge item."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load((folder / FILE).read_text(encoding="utf-8"), Loader=loader) or {}  # noqa: S506
    for part in ("topics", "buttons"):
        for name, texts in (content.get(part) or {}).items():
            _in_all_languages(texts, f"{part}: {name}")
    _in_all_languages(content.get("letters"), "letters")
    topics, questions = content.get("topics") or {}, {}
    for entry in content.get("questions") or []:
        question = _question(entry, topics, items)
        if question.id in questions:
            raise KnowledgeError(f"{FILE}: {question.id}: the id is used twice")
        questions[question.id] = question
    for topic in topics:
        if not any(question.topic == topic for question in questions.values()):
            raise KnowledgeError(f"{FILE}: topic {topic} has no question")
    return Quiz(questions, topics, content.get("buttons") or {}, content["letters"])


@lru_cache
def quiz() -> Quiz:
    """The product's quiz, read once a process."""
    return load_quiz(knowledge())


def _question(entry: Mapping[str, Any], topics: Mapping[str, Any], items: Mapping[str, Item]) -> Question:
    where = str(entry.get("id", "a question without id"))
    if set(entry) != _ENTRY:
        raise KnowledgeError(f"{FILE}: {where}: missing or unknown parts: {sorted(set(entry) ^ _ENTRY)}")
    if entry["topic"] not in topics:
        raise KnowledgeError(f"{FILE}: {where}: topic {entry['topic']} is not named under topics")
    if entry["item"] not in items:
        raise KnowledgeError(f"{FILE}: {where}: item {entry['item']} does not exist")
    choices = (entry["right"], *entry["wrong"])
    if not LEAST_CHOICES <= len(choices) <= MOST_CHOICES:
        raise KnowledgeError(f"{FILE}: {where}: {len(choices)} choices")
    for name, texts in (("question", entry["question"]), ("why", entry["why"]), *(("choice", c) for c in choices)):
        _in_all_languages(texts, f"{where}: {name}", LONGEST[name])
    question = Question(where, entry["topic"], entry["item"], entry["question"], choices, entry["why"])
    _check_choices(question)
    _check_figures(question, items[question.item])
    return question


def _in_all_languages(texts: Any, where: str, longest: int = 200) -> None:
    if not isinstance(texts, dict) or set(texts) != set(LANGUAGES):
        raise KnowledgeError(f"{FILE}: {where}: needs one text for each language")
    for language, text in texts.items():
        if not isinstance(text, str) or not 0 < len(text.strip()) <= longest:
            raise KnowledgeError(f"{FILE}: {where}: the text in {language} is not of 1 to {longest} characters")


def _check_choices(question: Question) -> None:
    for language in LANGUAGES:
        if len({choice[language].casefold() for choice in question.choices}) != len(question.choices):
            raise KnowledgeError(f"{FILE}: {question.id}: two choices are the same in {language}")


def _check_figures(question: Question, item: Item) -> None:
    """Every number that is stated as true stands in the item too; numbers of wrong choices may be anything."""
    for language in LANGUAGES:
        known = set(figures_of(item, language))
        stated = (question.question[language], question.choices[0][language], question.why[language])
        strange = [number for text in stated for number in figures(text) if number not in known]
        if strange:
            raise KnowledgeError(f"{FILE}: {question.id}: {', '.join(strange)} ({language}) is not in item {item.id}")


def figures(text: str) -> list[str]:
    """The numbers of a text, without their separators."""
    return [re.sub(r"\D", "", number) for number in _NUMBER.findall(text)]


def figures_of(item: Item, language: str) -> Iterator[str]:
    """The numbers that an item states in a language."""
    for texts in (item.title, item.answer, item.more, item.example):
        yield from figures(texts.get(language, ""))
