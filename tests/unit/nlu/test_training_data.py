"""The training data: enough distinct texts of every type, near-duplicates found, no held-out text in it."""

import importlib.util
import json
from collections import Counter

import pytest

from bot.nlu.data import Example, load_examples
from bot.nlu.normalise import normalise
from bot.settings import PROJECT
from bot.triage.taxonomy import INCIDENT_TYPES, LANGUAGES

_spec = importlib.util.spec_from_file_location("training_data", PROJECT / "scripts" / "training_data.py")
training_data = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(training_data)

MOST_DUPLICATES = 0.015  # share of incident texts that repeat another


@pytest.fixture(scope="module")
def told() -> list[Example]:
    return training_data.about_incidents(load_examples())


@pytest.fixture(scope="module")
def kept(told: list[Example]) -> list[Example]:
    return training_data.distinct(told)


def test_near_duplicates_are_found() -> None:
    """Another spelling, punctuation or one small word more is the same text; another story is not."""
    texts = [
        "kisi ne meri fake id bana li hai facebook par",
        "Kisi ney meri fake id bna li hy facebook pe!!",
        "kisi ne mera whatsapp hack kar liya hai",
        "someone is using my photo on a fake facebook profile",
    ]
    first, second, third, fourth = training_data.groups(texts)
    assert first == second
    assert len({first, third, fourth}) == 3


def test_few_texts_repeat_another(told: list[Example], kept: list[Example]) -> None:
    assert 1 - len(kept) / len(told) <= MOST_DUPLICATES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", INCIDENT_TYPES)
def test_enough_distinct_texts(kept: list[Example], name: str, language: str) -> None:
    counts = Counter((example.incident_type, training_data.language_of(example)) for example in kept)
    least = training_data.LEAST_MAIN if name in training_data.MAIN_TYPES else training_data.LEAST_OTHER
    assert counts[name, language] >= least


def test_no_test_text_is_trained_on() -> None:
    """What measures the model was never seen by it."""
    trained = {normalise(example.text) for example in load_examples()}
    files = sorted((PROJECT / "tests" / "nlu").glob("*.jsonl"))
    assert files
    told = {normalise(json.loads(line)["text"]) for file in files for line in file.read_text("utf-8").splitlines()}
    long = {text for text in told if len(text.split()) > 8}  # two people may ask "what is PECA" in the same words
    assert not long & trained
