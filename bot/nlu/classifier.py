"""Kind, incident type, topic and risk of a text: n-grams, word vectors and calibrated linear models.

One vectoriser is shared by four linear heads, so a message is featurised once. Each head's scores are
turned into probabilities by a temperature found on out-of-fold scores (Guo et al. 2017, temperature
scaling), so that a confidence of 0.8 is meant to be right four times in five.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import joblib
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.svm import LinearSVC

from bot.nlu.data import Example
from bot.nlu.normalise import normalise, skeleton, words
from bot.nlu.word_vectors import word_vectors

FORMAT = 1  # of the saved file
NO_RISK = "none"
STORY, WISH = "story", "wish"  # what happened, or only that the person wants to complain
_FOLDS = 4
VECTOR_SHARE = 1.0  # length of the word-vector block beside the three n-gram blocks, which have length 1 each
_CHARACTER_FEATURES = 120_000  # most frequent character n-grams kept


def _word_grams(text: str) -> list[str]:
    tokens = words(text)
    return tokens + [f"{a} {b}" for a, b in pairwise(tokens)]


def _skeleton_grams(text: str) -> list[str]:
    tokens = [skeleton(word) for word in words(text)]
    return tokens + [f"{a} {b}" for a, b in pairwise(tokens)]


class Vectoriser:
    """Texts to a row each: words, spelling skeletons, character n-grams, and the mean of the words' vectors."""

    def __init__(self, vector_share: float = VECTOR_SHARE) -> None:
        common = {"sublinear_tf": True, "dtype": np.float32, "lowercase": False}
        self.parts = [
            TfidfVectorizer(analyzer=_word_grams, min_df=2, **common),
            TfidfVectorizer(analyzer=_skeleton_grams, min_df=2, **common),
            TfidfVectorizer(
                analyzer="char_wb", ngram_range=(2, 5), min_df=3, max_features=_CHARACTER_FEATURES, **common
            ),
        ]
        self.vector_share = vector_share
        self.weights: dict[str, float] = {}
        self.unknown_weight = 0.0

    def fit_transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Learn the features; returns (len(texts), n_features)."""
        prepared = [normalise(text) for text in texts]
        counts = Counter(word for text in prepared for word in set(words(text)))
        self.weights = {word: float(np.log(len(texts) / (1 + n))) for word, n in counts.items() if n > 1}
        self.unknown_weight = float(np.log(len(texts)))
        return self._join([part.fit_transform(prepared) for part in self.parts], prepared)

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Features of new texts, shape (len(texts), n_features)."""
        prepared = [normalise(text) for text in texts]
        return self._join([part.transform(prepared) for part in self.parts], prepared)

    def row_reader(self) -> Callable[[str], tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """A function from one text to (columns, values) of its row, equal to `transform` but many times faster."""
        offset, parts = 0, []
        for part in self.parts:
            parts.append((part.build_analyzer(), part.vocabulary_, part.idf_.astype(np.float32), offset))
            offset += len(part.vocabulary_)

        def read(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
            prepared = normalise(text)
            columns, values = [], []
            for analyse, vocabulary, idf, start in parts:
                counts = {vocabulary[gram]: n for gram, n in Counter(analyse(prepared)).items() if gram in vocabulary}
                ids = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
                tf = np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts))) + 1
                weighted = tf * idf[ids]
                columns.append(ids + start)
                values.append(weighted / (np.sqrt(weighted @ weighted) or 1))
            if self.vector_share:
                dense = word_vectors().encode([words(prepared)], self.weights, self.unknown_weight)[0]
                columns.append(np.arange(offset, offset + len(dense)))
                values.append(dense * self.vector_share)
            return np.concatenate(columns), np.concatenate(values).astype(np.float32)

        return read

    def _join(self, blocks: list[sparse.csr_matrix], prepared: list[str]) -> sparse.csr_matrix:
        if self.vector_share:
            split = [words(text) for text in prepared]
            dense = word_vectors().encode(split, self.weights, self.unknown_weight) * self.vector_share
            blocks = [*blocks, sparse.csr_matrix(dense)]
        return sparse.hstack(blocks, format="csr")


@dataclass
class Head:
    """One linear decision: class names, weights (n_features, n_classes), bias and temperature."""

    classes: list[str]
    weights: np.ndarray
    bias: np.ndarray
    temperature: float

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        """Softmax of raw scores, shape (n, n_classes)."""
        return softmax(scores * self.temperature)


def softmax(scores: np.ndarray) -> np.ndarray:
    """Row-wise softmax."""
    exponent = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponent / exponent.sum(axis=1, keepdims=True)


def _fit_head(features: sparse.csr_matrix, labels: Sequence[str], strength: float) -> Head:
    targets = np.asarray(labels)
    model = LinearSVC(C=strength, class_weight="balanced", random_state=7)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=7)
    held_out = _two_sided(cross_val_predict(model, features, targets, cv=folds, method="decision_function"))
    model.fit(features, targets)
    classes = [str(name) for name in model.classes_]
    truth = np.searchsorted(model.classes_, targets)

    def loss(temperature: float) -> float:
        chance = softmax(held_out * temperature)[np.arange(len(truth)), truth]
        return float(-np.log(np.clip(chance, 1e-9, 1)).mean())

    best = minimize_scalar(loss, bounds=(0.2, 12), method="bounded").x
    weights, bias = model.coef_, model.intercept_
    if len(classes) == 2:
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    return Head(classes, weights.T.astype(np.float32), bias.astype(np.float32), float(best))


def _story_label(example: Example) -> str | None:
    """A report without a type only says that the person wants to complain."""
    if example.kind != "report":
        return None
    return STORY if example.incident_type else WISH


def _two_sided(scores: np.ndarray) -> np.ndarray:
    return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores


@dataclass(frozen=True)
class Prediction:
    """Probabilities by class name, best first, for each head."""

    kind: dict[str, float]
    incident_type: dict[str, float]
    topic: dict[str, float]
    risk: dict[str, float]
    story: dict[str, float]


@dataclass
class Classifier:
    """The trained model: shared features and four heads."""

    vectoriser: Vectoriser
    heads: dict[str, Head]

    @classmethod
    def train(cls, examples: Iterable[Example], progress: Callable[[str], None] | None = None) -> "Classifier":
        """Train on labelled examples; deterministic for the same examples."""
        examples = list(examples)
        say = progress or (lambda _: None)
        say("features")
        vectoriser = Vectoriser()
        features = vectoriser.fit_transform([example.text for example in examples])
        labels: dict[str, Callable[[Example], str | None]] = {
            "kind": lambda example: example.kind,
            "incident_type": lambda example: example.incident_type,
            "topic": lambda example: example.topic if example.kind == "question" else None,
            "risk": lambda example: example.risk or NO_RISK,
            "story": lambda example: _story_label(example),
        }
        heads = {}
        for name, label in labels.items():
            say(name)
            chosen = [i for i, example in enumerate(examples) if label(example)]
            heads[name] = _fit_head(features[chosen], [str(label(examples[i])) for i in chosen], strength=0.4)
        return cls(vectoriser, heads)

    def __post_init__(self) -> None:
        self._rows = self.vectoriser.row_reader()
        self._weights = np.ascontiguousarray(np.hstack([head.weights for head in self.heads.values()]))

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Predictions for raw texts, in order; one small matrix product a text, without sklearn's overhead."""
        return [self._predict(text) for text in texts]

    def _predict(self, text: str) -> Prediction:
        columns, values = self._rows(text)
        scores = values @ self._weights[columns]
        found: dict[str, dict[str, float]] = {}
        start = 0
        for name, head in self.heads.items():
            end = start + len(head.classes)
            chances = head.probabilities((scores[start:end] + head.bias)[None, :])[0]
            found[name] = {head.classes[c]: float(chances[c]) for c in np.argsort(-chances)}
            start = end
        return Prediction(*(found[name] for name in Prediction.__dataclass_fields__))

    def save(self, path: Path) -> None:
        """Write the model to one file."""
        joblib.dump({"format": FORMAT, "vectoriser": self.vectoriser, "heads": self.heads}, path, compress=1)

    @classmethod
    def load(cls, path: Path) -> "Classifier":
        """Read a model written by `save`. Only for files made by this product's own training."""
        content = joblib.load(path)
        if content["format"] != FORMAT:
            raise ValueError("the model was trained by another version: run `muhafiz train`")
        return cls(content["vectoriser"], content["heads"])
