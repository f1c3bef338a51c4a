"""The test sets themselves: labels that exist, no text twice, nothing that the training data or the knowledge has."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from bot.knowledge.load import knowledge
from bot.nlu.data import load_examples
from bot.nlu.normalise import normalise
from bot.triage.taxonomy import INCIDENT_TYPES, KINDS, LANGUAGES, OBSERVABLE_TYPES, PLATFORMS, RISK_FLAGS, TOPICS

HERE = Path(__file__).parent
LABELLED = ("narratives", "messages2")
NEAR = 0.8  # share of common words, of all words of two texts, from which they count as the same
FEWEST_WORDS = 4  # shorter texts are compared whole only
LABELLED_FIELDS = {
    "text", "language", "kind", "incident_type", "also", "topic", "platform", "amount_pkr", "observables", "risk",
}  # fmt: skip


def rows(name: str, language: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / f"{name}.{language}.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LABELLED)
def test_labels_exist_and_fit_together(name: str, language: str) -> None:
    """Every label is one of the taxonomy's, and stands only where its kind has it."""
    for row in rows(name, language):
        about = row["text"][:40]
        assert set(row) == LABELLED_FIELDS, about
        assert row["language"] == language and row["kind"] in KINDS, about
        assert (row["incident_type"] in INCIDENT_TYPES) or (row["incident_type"] is None and not row["also"]), about
        assert set(row["also"]) <= set(INCIDENT_TYPES) - {row["incident_type"]}, about
        assert len(set(row["also"])) == len(row["also"]), about
        assert bool(row["incident_type"]) or row["kind"] not in {"report", "tip_off"}, about
        assert (row["topic"] in TOPICS) == (row["kind"] == "question"), about
        assert row["platform"] in (None, *PLATFORMS) and set(row["risk"]) <= set(RISK_FLAGS), about
        assert row["amount_pkr"] is None or row["amount_pkr"] > 0, about


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LABELLED)
def test_identifiers_stand_in_their_texts(name: str, language: str) -> None:
    """Each labelled identifier is one that the text holds."""
    for row in rows(name, language):
        plain, digits = row["text"].replace("[.]", "."), re.sub(r"\D", "", row["text"])
        for found in row["observables"]:
            assert found["data_type"] in OBSERVABLE_TYPES
            value = found["normalised"].removeprefix("https://").removeprefix("+92")
            assert value in plain or value.lstrip("+") in digits, found


@pytest.mark.parametrize("language", LANGUAGES)
def test_narratives_are_long_and_of_every_type(language: str) -> None:
    """20 to 150 words each, and at least six of each type."""
    found = rows("narratives", language)
    assert all(20 <= len(row["text"].split()) <= 150 for row in found)
    types = [row["incident_type"] for row in found]
    assert min(types.count(name) for name in INCIDENT_TYPES) >= 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_name_items_that_exist(language: str) -> None:
    """The right items of a question are in the knowledge; a question out of scope has none."""
    ids = set(knowledge())
    for row in rows("questions2", language):
        assert row["language"] == language
        assert set(row["items"]) <= ids, row["items"]
        assert row["out_of_scope"] == (not row["items"]), row["text"][:40]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*LABELLED, "questions2"])
def test_texts_are_new(name: str, language: str) -> None:
    """No text stands twice in its set, nor, whole or nearly, in the training data or the knowledge's ways of asking."""
    texts = [row["text"] for row in rows(name, language)]
    plain = [normalise(text) for text in texts]
    assert len(set(plain)) == len(plain)
    assert not [text[:60] for text in seen_before(texts)]


def seen_before(texts: list[str]) -> list[str]:
    """Texts that the training data or the knowledge has, whole or with nearly the same words."""
    known, counter, matrix = _known()
    mine = counter.transform(normalise(text) for text in texts)
    common = (mine @ matrix.T).tocoo()
    sizes = np.array([len(set(normalise(text).split())) for text in texts])
    total = sizes[common.row] + np.asarray(matrix.sum(axis=1)).ravel()[common.col] - common.data
    near = set(common.row[common.data / total >= NEAR])
    return [
        text
        for position, text in enumerate(texts)
        if normalise(text) in known or (position in near and len(text.split()) >= FEWEST_WORDS)
    ]


@lru_cache(maxsize=1)
def _known() -> tuple[set[str], CountVectorizer, csr_matrix]:
    known = sorted({normalise(text) for text in _known_texts()})
    counter = CountVectorizer(binary=True, token_pattern=r"\S+", lowercase=False)
    return set(known), counter, counter.fit_transform(known)


def _known_texts() -> Iterator[str]:
    for example in load_examples():
        yield re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})", r"\1", example.text)
    for item in knowledge().values():
        yield from item.phrases()
