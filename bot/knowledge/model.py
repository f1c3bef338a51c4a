"""The linear model that scores every knowledge item for a text, and its cache file.

Fitting takes some seconds, so the fitted model is kept in the data folder under a fingerprint of everything it is
made from; another fingerprint, or no file, and it is fitted again.
"""

import contextlib
import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.knowledge.load import Item, asked_of_nobody, more_ask_files
from bot.knowledge.terms import terms, words
from bot.knowledge.texts import KNOWLEDGE
from bot.nlu.data import DATA, load_examples
from bot.nlu.lexicon import LEXICON
from bot.settings import settings

_WEIGHTS = {"written": 0.7, "word": 0.8, "pair": 0.6, "part": 0.35, "concept": 0.7, "concepts": 0.5}
_RIDGE = 1.0
_STEPS = 6  # of conjugate gradients; more changes nothing that matters
_SMALLEST = 0.004  # weights nearer to zero are left out
_UNKNOWN_GROUPS = ("word", "written")  # a word never seen makes every item less likely
_NOBODY = -1  # owner of a text that belongs to no item; it has the last column of the weights

Term = tuple[str, str]


@dataclass
class Model:
    """Vocabulary, inverse item frequencies and a sparse weight a (term, item); the last column is for none."""

    vocabulary: dict[Term, int]
    frequency: NDArray[np.float32]
    unknown: float
    weights: sparse.csr_matrix

    def scores(self, text: str) -> tuple[NDArray[np.float32], float]:
        """A score for each item, near 1 where the text asks for it and near 0 where not; and the score of none."""
        columns, values = vector(text, self.vocabulary, self.frequency, self.unknown)
        row = sparse.csr_matrix((values, columns, [0, len(columns)]), shape=(1, len(self.vocabulary)))
        scores = np.asarray((row @ self.weights).todense()).ravel()
        return scores[:-1], float(scores[-1])

    def knows(self, text: str) -> bool:
        """Whether any word of the text stands in a phrase that the model has seen."""
        return any(("written", word) in self.vocabulary for word in words(text))


def vector(
    text: str, vocabulary: Mapping[Term, int], frequency: NDArray[np.float32], unknown: float
) -> tuple[list[int], NDArray[np.float32]]:
    """Columns and values of a text, of length one together with its unknown words."""
    columns, values, outside = [], [], 0.0
    for term, count in Counter(terms(text)).items():
        column = vocabulary.get(term)
        if column is not None:
            columns.append(column)
            values.append((1 + np.log(count)) * frequency[column])
        elif term[0] in _UNKNOWN_GROUPS:
            outside += (unknown * _WEIGHTS[term[0]]) ** 2
    found = np.asarray(values, dtype=np.float32)
    length = float(np.sqrt(found @ found + outside))
    return columns, found / length if length else found


def fit(texts: Sequence[str], owners: Sequence[int], items: int) -> Model:
    """Fit the model to texts and the positions of the items they ask for (`_NOBODY` for none)."""
    owned: dict[Term, set[int]] = {}
    for text, owner in zip(texts, owners, strict=True):
        for term in terms(text):
            owned.setdefault(term, set()).add(owner)
    vocabulary = {term: column for column, term in enumerate(owned)}
    frequency = np.array(
        [_WEIGHTS[group] * np.log((items + 1) / (len(found) + 0.5)) for (group, _), found in owned.items()],
        dtype=np.float32,
    )
    frequency, unknown = np.maximum(frequency, 0.05), float(np.log((items + 1) / 1.5))
    rows = [vector(text, vocabulary, frequency, unknown) for text in texts]
    starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    features = sparse.csr_matrix(
        (np.concatenate([v for _, v in rows]), np.concatenate([np.asarray(c, dtype=int) for c, _ in rows]), starts),
        shape=(len(texts), len(vocabulary)),
    )
    return Model(vocabulary, frequency, unknown, _ridge(features, np.asarray(owners), items))


def _ridge(features: sparse.csr_matrix, owners: NDArray[np.int64], items: int) -> sparse.csr_matrix:
    """Ridge regression on one column an item and one for none, by conjugate gradients over all columns at once."""
    target = np.zeros((len(owners), items + 1), dtype=np.float32)
    target[np.arange(len(owners)), owners] = 1
    back = features.T.tocsr()
    residual = back @ target
    weights, direction, square = np.zeros_like(residual), residual.copy(), (residual**2).sum(axis=0)
    for _ in range(_STEPS):
        image = back @ (features @ direction) + _RIDGE * direction
        step = square / np.maximum((direction * image).sum(axis=0), 1e-12)
        weights += step * direction
        residual -= step * image
        before, square = square, (residual**2).sum(axis=0)
        direction = residual + square / np.maximum(before, 1e-12) * direction
    weights[np.abs(weights) < _SMALLEST] = 0
    return sparse.csr_matrix(weights)


def load_or_fit(items: Mapping[str, Item], folder: Path | None = None) -> Model:
    """The fitted model from its file, or fitted now and kept there if the folder can be written."""
    path = (folder or settings().prepare_var() / "cache") / f"knowledge-model-{_fingerprint(items)}.npz"
    try:
        return _read(path)
    except (OSError, ValueError, KeyError):
        model = fit_items(items)
    with contextlib.suppress(OSError):
        _write(model, path)
    return model


def fit_items(items: Mapping[str, Item]) -> Model:
    """Fit to the items' ways of asking, against messages that are about nothing here."""
    pairs = asked(items)
    return fit([text for text, _ in pairs], [owner for _, owner in pairs], len(items))


def asked(items: Mapping[str, Item]) -> list[tuple[str, int]]:
    """Every text that the search learns from, with the position of its item; -1 for what no item answers."""
    pairs = [(phrase, position) for position, item in enumerate(items.values()) for phrase in item.phrases()]
    pairs += [(example.text, _NOBODY) for example in load_examples() if example.kind == "out_of_scope"]
    return pairs + [(text, _NOBODY) for text in asked_of_nobody()]


def _fingerprint(items: Mapping[str, Item]) -> str:
    files = [KNOWLEDGE / "concepts.yml", LEXICON / "platforms.yml", *more_ask_files(), *sorted(DATA.glob("*.yml"))]
    files += [Path(__file__), Path(__file__).with_name("terms.py")]
    asked = json.dumps([[name, *item.phrases()] for name, item in items.items()])
    return hashlib.sha256(b"".join([asked.encode(), *(path.read_bytes() for path in files)])).hexdigest()[:16]


def _write(model: Model, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.npz")
    w = model.weights
    np.savez_compressed(
        partial,
        vocabulary=np.frombuffer(json.dumps(list(model.vocabulary), ensure_ascii=False).encode(), dtype=np.uint8),
        frequency=model.frequency, unknown=model.unknown, data=w.data.astype(np.float16), indices=w.indices,
        indptr=w.indptr, shape=w.shape,
    )  # fmt: skip
    partial.replace(path)
    for other in path.parent.glob("knowledge-model-*.npz"):
        if other != path:
            other.unlink(missing_ok=True)


def _read(path: Path) -> Model:
    with np.load(path, allow_pickle=False) as kept:
        names = json.loads(kept["vocabulary"].tobytes())
        data = kept["data"].astype(np.float32)
        weights = sparse.csr_matrix((data, kept["indices"], kept["indptr"]), shape=tuple(kept["shape"]))
        vocabulary = {(group, term): column for column, (group, term) in enumerate(names)}
        return Model(vocabulary, kept["frequency"], float(kept["unknown"]), weights)
