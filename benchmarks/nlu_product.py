"""This project's own model for the comparison: whole, and with one part left out."""

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.nlu_plain import Chances, Predict
from bot.nlu.classifier import Classifier, fit_labelled
from bot.nlu.data import Example
from bot.nlu.encoder import encoder
from bot.nlu.features import CUE_SHARE, VECTOR_SHARE, Prepared, Vectoriser
from bot.nlu.heads import BAYES_SHARE, Head

_SKELETONS, _CHARACTERS = 1, 2  # blocks of the features


def linear(examples: Sequence[Example]) -> Predict:
    """The linear heads as `muhafiz train` makes them, without the encoder."""
    return _predict_with(Classifier.train(examples))


def whole(examples: Sequence[Example]) -> Predict:
    """The classifier as it is in use: the heads, and the encoder of data/encoder where they are in doubt."""
    classifier = Classifier.train(examples)
    classifier.second = encoder({name: head.classes for name, head in classifier.heads.items()})
    if classifier.second is None:
        raise RuntimeError("the encoder cannot be loaded here")
    return _predict_with(classifier)


def _predict_with(classifier: Classifier) -> Predict:
    def predict(texts: Sequence[str]) -> tuple[Chances, Chances]:
        found = classifier.predict(texts)
        return [item.kind for item in found], [item.incident_type for item in found]

    return predict


def without(part: str) -> Callable[[Sequence[Example]], Predict]:
    """The linear heads for kind and type with one part left out."""
    return lambda examples: _train_without(part, examples)


def _prepared(part: str, text: str) -> Prepared:
    prepared = Prepared.of(text)
    return Prepared(text.lower(), prepared.cues) if part == "normalisation" else prepared


def _train_without(part: str, examples: Sequence[Example]) -> Predict:
    vectoriser = Vectoriser(0.0 if part == "vectors" else VECTOR_SHARE, CUE_SHARE)
    left_out = {"skeletons": [_SKELETONS], "characters": [_CHARACTERS], "normalisation": [_SKELETONS], "cues": [-1]}
    for block in left_out.get(part, []):
        del vectoriser.parts[block], vectoriser.shares[block]
    features = vectoriser.fit_transform([_prepared(part, example.text) for example in examples])
    bayes = 0.0 if part == "bayes" else BAYES_SHARE
    none: list[tuple[str, ...]] = [()] * len(examples)
    kinds = fit_labelled(features, [example.kind for example in examples], none, vectoriser.counted, 0.0)
    named, also = [example.incident_type for example in examples], [example.also for example in examples]
    types = fit_labelled(features, named, also, vectoriser.counted, bayes)

    def predict(texts: Sequence[str]) -> tuple[Chances, Chances]:
        rows = vectoriser.transform([_prepared(part, text) for text in texts])
        return [_chances(head, np.asarray(rows @ head.weights + head.bias)) for head in (kinds, types)]  # type: ignore[return-value]

    return predict


def _chances(head: Head, scores: np.ndarray) -> Chances:
    return [dict(zip(head.classes, map(float, row), strict=True)) for row in head.probabilities(scores)]
