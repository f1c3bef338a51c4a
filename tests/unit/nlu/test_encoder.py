"""The encoder beside the linear heads: it is asked in doubt only, and the classifier stands without it."""

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.nlu import encoder as module
from bot.nlu.classifier import Classifier
from bot.nlu.encoder import Encoder
from bot.nlu.normalise import normalise
from bot.settings import settings
from bot.training import extract_classifier

SURE = "otp bataya to mere account se 50 hazar nikal gaye, bank wala ban ke call aayi thi"


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The trained model as the product uses it."""
    return Classifier.load(extract_classifier(settings()))


class Counting:
    """The encoder, with a note of what it was asked."""

    def __init__(self, encoder: Encoder) -> None:
        self.opinions = encoder.opinions
        self.asked: list[str] = []
        self._encoder = encoder

    def scores(self, text: str) -> dict[str, np.ndarray]:
        self.asked.append(text)
        return {name: scores for name, scores in self._encoder.scores(text).items() if name in self.opinions}


def test_the_product_has_it(classifier: Classifier) -> None:
    """On the machines that tests run on it loads, and knows the classes of the trained model."""
    assert classifier.second is not None
    for name, opinion in classifier.second.opinions.items():
        assert opinion.classes == classifier.heads[name].classes


@pytest.mark.parametrize("text", ["", " ", "🙂", "x" * 20_000, "ا" * 5_000, "\u202e\x00", "a b " * 4_000, "#" * 300])
def test_any_text_gets_finite_scores(classifier: Classifier, text: str) -> None:
    """Nothing that a stranger can send makes it fail, and a long text is cut."""
    assert classifier.second is not None
    for scores in classifier.second.scores(normalise(text)).values():
        assert np.isfinite(scores).all()


@pytest.mark.parametrize(
    ("text", "kind", "incident_type"),
    [
        ("he made a profile with my face and name, my cousins got requests from it", "report", "impersonation"),
        ("usne kaha paise do warna sab ko video bhej dunga", "report", "blackmail"),
        ("میرا واٹس ایپ کسی اور کے قبضے میں چلا گیا ہے", "report", "hacking"),
        ("is there a fee for filing a complaint", "question", None),
    ],
)
def test_it_has_learnt(classifier: Classifier, text: str, kind: str, incident_type: str | None) -> None:
    """Its own first choice, in each language."""
    assert classifier.second is not None
    scores = classifier.second.scores(normalise(text))
    best = {name: classifier.second.opinions[name].classes[int(found.argmax())] for name, found in scores.items()}
    assert best["kind"] == kind
    assert incident_type in {None, best["incident_type"]}


@pytest.mark.parametrize("border", [0.0, 0.7, 0.95, 1.01])
def test_it_is_asked_in_doubt_only(classifier: Classifier, border: float) -> None:
    """Only where the kind is less sure than the border; the chances still add up to one, best first."""
    assert classifier.second is not None
    texts = [
        SURE,
        "salam",
        "uska kya hoga jo usne likha tha",
        "cyber",
        "he",
        "کیا یہ",
        "my friend says it was him, is it",
    ]
    alone = Classifier(classifier.vectoriser, classifier.heads, classifier.subtypes)
    counting = Counting(classifier.second)
    counting.opinions = {"kind": replace(classifier.second.opinions["kind"], asked_below=border)}
    asking = Classifier(classifier.vectoriser, classifier.heads, classifier.subtypes, second=counting)  # type: ignore[arg-type]
    doubtful = [
        text for text, found in zip(texts, alone.predict(texts), strict=True) if max(found.kind.values()) < border
    ]
    for prediction in asking.predict(texts):
        assert sum(prediction.kind.values()) == pytest.approx(1, abs=1e-4)
        assert list(prediction.kind.values()) == sorted(prediction.kind.values(), reverse=True)
    assert counting.asked == [normalise(text) for text in doubtful]


def test_the_classifier_goes_on_without_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, classifier: Classifier, caplog: pytest.LogCaptureFixture
) -> None:
    """Where it cannot be loaded there is a warning without any text, and predictions all the same."""
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    module._load.cache_clear()
    with caplog.at_level(logging.WARNING):
        alone = Classifier.load(extract_classifier(settings()))
    module._load.cache_clear()
    assert alone.second is None
    assert "without the encoder" in caplog.text
    assert next(iter(alone.predict([SURE])[0].incident_type)) == "fraud"


def test_an_encoder_of_other_classes_is_not_heard(caplog: pytest.LogCaptureFixture) -> None:
    """After a change of the types it is left out until it is trained anew."""
    with caplog.at_level(logging.WARNING):
        assert module.encoder({"kind": ["report"], "incident_type": ["fraud"]}) is None
    assert "other classes" in caplog.text
