"""The classifier on a few texts: the quick way in use gives what training saw, and it survives saving."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.classifier import Classifier
from bot.nlu.data import Example, load_examples
from bot.nlu.features import Prepared


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    """Every twelfth training text: all kinds, types and languages, quick to train on."""
    return load_examples()[::12]


@pytest.fixture(scope="module")
def classifier(examples: list[Example]) -> Classifier:
    return Classifier.train(examples)


def test_the_row_of_one_text_equals_the_row_of_training(classifier: Classifier, examples: list[Example]) -> None:
    """A message in use has exactly the features that it would have had in training."""
    read = classifier.vectoriser.row_reader()
    for example in examples[::9]:
        row = classifier.vectoriser.transform([Prepared.of(example.text)]).toarray()[0]
        columns, values = read(Prepared.of(example.text))
        quick = np.zeros_like(row)
        quick[columns] = values
        assert np.allclose(row, quick, atol=1e-5)


@pytest.mark.parametrize("text", ["", " ", "🙂", "x" * 20_000, "\u202e\x00", "/restart", "<b>", "' OR 1=1 --"])
def test_any_text_gets_probabilities(classifier: Classifier, text: str) -> None:
    """Nothing that a stranger can send makes it fail; every head's chances add up to one."""
    prediction = classifier.predict([text])[0]
    for chances in (prediction.kind, prediction.incident_type, prediction.topic, prediction.risk):
        assert sum(chances.values()) == pytest.approx(1, abs=1e-4)


def test_a_saved_model_says_the_same(classifier: Classifier, tmp_path: Path) -> None:
    """Loading what was saved changes no prediction of the linear heads."""
    classifier.save(tmp_path / "model")
    texts = ["he wants 50,000 or he posts my photos", "میرا اکاؤنٹ ہیک ہو گیا", "kya fake id banana jurm hai?"]
    loaded = Classifier.load(tmp_path / "model")
    loaded.second = None
    assert loaded.predict(texts) == classifier.predict(texts)


def test_a_model_of_another_version_is_refused(classifier: Classifier, tmp_path: Path) -> None:
    """An old file says what to do instead of failing somewhere inside."""
    (tmp_path / "old").write_bytes(pickle.dumps({"format": 0}))
    with pytest.raises(ValueError, match="muhafiz train"):
        Classifier.load(tmp_path / "old")
