"""Meaning of words as small vectors, so that a text is understood by words like those of the training data.

The vectors come from a multilingual encoder (scripts/make_word_vectors.py) and lie in data/vectors/words.npz;
nothing else is needed to use them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlu.normalise import skeleton
from bot.settings import PROJECT

FILE = PROJECT / "data" / "vectors" / "words.npz"
STEPS = 32  # 8-bit steps to one standard deviation
_LEAST_SKELETON = 3  # letters of a spelling skeleton that may stand for an unknown word
_PREFIX = 5  # letters that an unknown word shares with the known words which stand for it

Vector = NDArray[np.float32]


class WordVectors:
    """Vectors by word; an unknown word gets the mean of its other spellings, else of words that begin like it."""

    def __init__(self, words: Sequence[str], vectors: NDArray[np.int8]) -> None:
        self.dimensions = vectors.shape[1]
        self._vectors = vectors
        self._row = {word: row for row, word in enumerate(words)}
        self._by_skeleton: dict[str, list[int]] = defaultdict(list)
        self._by_prefix: dict[str, list[int]] = defaultdict(list)
        for word, row in self._row.items():
            if len(skeleton(word)) >= _LEAST_SKELETON:
                self._by_skeleton[skeleton(word)].append(row)
            if len(word) >= _PREFIX:
                self._by_prefix[word[:_PREFIX]].append(row)
        self._vector_of = lru_cache(maxsize=50_000)(self._find)

    @classmethod
    def load(cls, path: Path = FILE) -> "WordVectors":
        """Read the vectors from their file."""
        with np.load(path) as content:
            return cls(content["words"].tobytes().decode().split("\n"), content["vectors"])

    def _find(self, word: str) -> Vector | None:
        row = self._row.get(word)
        if row is not None:
            rows = [row]
        else:
            rows = self._by_skeleton.get(skeleton(word)) or self._by_prefix.get(word[:_PREFIX]) or []
        return (self._vectors[rows].mean(axis=0) / STEPS).astype(np.float32) if rows else None

    def encode(self, texts: Sequence[Sequence[str]], weights: Mapping[str, float], unknown: float) -> Vector:
        """Weighted mean of the words' vectors for each text, of length 1 or 0; shape (len(texts), dimensions)."""
        encoded = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, words in enumerate(texts):
            found = [
                (weights.get(word, unknown), vector) for word in words if (vector := self._vector_of(word)) is not None
            ]
            if found:
                shares = np.array([share for share, _ in found], dtype=np.float32)
                mean = shares @ np.stack([vector for _, vector in found])
                encoded[row] = mean / (np.linalg.norm(mean) + 1e-6)
        return encoded


@lru_cache
def word_vectors() -> WordVectors:
    """The vectors of this process."""
    return WordVectors.load()
