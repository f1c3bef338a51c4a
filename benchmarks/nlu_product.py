"""This project's own model for the comparison: whole, with a sentence encoder beside it, and with one part left out."""

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.nlu_plain import Chances, Predict, encoder
from bot.nlu.classifier import Classifier, fit_labelled
from bot.nlu.data import Example
from bot.nlu.features import CUE_SHARE, VECTOR_SHARE, Prepared, Vectoriser
from bot.nlu.heads import BAYES_SHARE, Head

LONG = 20  # words from which the encoder is asked
_OURS, _ENCODER = 0.8, 0.45  # powers of the two models' chances in their product
_SKELETONS, _CHARACTERS = 1, 2  # blocks of the features


def whole(examples: Sequence[Example]) -> Predict:
    """The classifier as `muhafiz train` makes it."""
    classifier = Classifier.train(examples)

    def predict(texts: Sequence[str]) -> tuple[Chances, Chances]:
        found = classifier.predict(texts)
        return [item.kind for item in found], [item.incident_type for item in found]

    return predict


def with_encoder(examples: Sequence[Example]) -> Predict:
    """The types of long texts from the classifier and the encoder's model together."""
    ours, other = whole(examples), encoder(examples)

    def predict(texts: Sequence[str]) -> tuple[Chances, Chances]:
        kinds, types = ours(texts)
        chosen = [i for i, text in enumerate(texts) if len(text.split()) >= LONG]
        if chosen:
            beside = other([texts[i] for i in chosen])[1]
            for i, chances in zip(chosen, beside, strict=True):
                types[i] = _product(types[i], chances)
        return kinds, types

    return predict


def _product(ours: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    powers = {name: chance**_OURS * other[name] ** _ENCODER for name, chance in ours.items()}
    total = sum(powers.values())
    return {name: power / total for name, power in powers.items()}


def without(part: str) -> Callable[[Sequence[Example]], Predict]:
    """The heads for kind and type with one part left out."""
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
