"""Packs the encoder into data/encoder: `var/encoder/venv/bin/python -m scripts.encoder.pack`.

The graph is exported and quantised by ONNX Runtime's own tools; then what bot/nlu/encoder_weights.py puts together at
the place of use is taken out of it: the matrices of the layers and the tables of pieces and places. What is not asked
in use is left out.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from onnx.external_data_helper import set_external_data
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from bot.nlu.e5 import E5
from bot.nlu.encoder_weights import CHANGES, GRAPH, LAYOUT, WEIGHTS, changed, narrow, tensor_of
from scripts.encoder import KEPT, LOW_RANK
from scripts.encoder.low_rank import Changed
from scripts.encoder.low_rank import load as load_low_rank
from scripts.encoder.network import MATRICES, Trained

ASKED = ("kind", "incident_type", "topic")  # the risk stays as it is: with it, more dangers were missed
_HEARD = {"first": 1.0, "second": 1.0, "asked_below": 0.9}  # until scripts/encoder/fit.py has measured it
_PAGE = 4096  # bytes that each tensor in the file of weights begins at a multiple of

Arrays = dict[str, NDArray[Any]]


class _Asked(nn.Module):
    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pieces: Tensor) -> tuple[Tensor, ...]:
        found = self.network(pieces)
        return tuple(found[name] for name in ASKED)


def _layers(network: Any) -> Iterator[tuple[str, nn.Module, str]]:
    for number, layer in enumerate(network.layers):
        for part in MATRICES:
            yield f"layers.{number}.{part}", layer, part


def changes_of(trained: Trained) -> Arrays:
    """The changes in eight bits, and the rows of the table of pieces that are kept, each as a step from the last."""
    found: Arrays = {"kept": np.diff(np.array(trained.kept), prepend=0).astype(np.uint16)}
    for name, layer, part in _layers(trained.network):
        module = getattr(layer, part)
        for side, axis in (("left", 0), ("right", 1)):
            values, steps = narrow(getattr(module, side).detach().numpy(), axis)
            found |= {f"{name}.{side}": values, f"{name}.{side}_steps": steps}
    return found


def make_plain(trained: Trained, model: E5, changes: Arrays) -> None:
    """Put ordinary linear layers with exactly the weights that will be put together in use into the network."""
    for name, layer, part in _layers(trained.network):
        module: Changed = getattr(layer, part)
        weight = torch.from_numpy(changed(name, model.matrix(name), changes))
        plain = nn.Linear(weight.shape[1], weight.shape[0])
        plain.weight, plain.bias = nn.Parameter(weight), module.bias
        setattr(layer, part, plain)


def quantised(network: nn.Module) -> onnx.ModelProto:
    """The graph with matrices in whole numbers."""
    with tempfile.TemporaryDirectory() as folder:
        plain, whole = Path(folder) / "plain.onnx", Path(folder) / "whole.onnx"
        torch.onnx.export(
            _Asked(network).eval(),
            (torch.randint(4, 1000, (1, 40)),),
            str(plain),
            input_names=["pieces"],
            output_names=list(ASKED),
            dynamic_axes={"pieces": {1: "length"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            plain,
            whole,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
        )
        return onnx.load(str(whole))


def take_out(graph: onnx.ModelProto, model: E5, changes: Arrays, names: list[str]) -> dict[str, list[int]]:
    """Make the large tensors of the graph refer to the file of weights; returns the offset and length of each there."""
    places: dict[str, list[int]] = {}
    free = {tensor.name: tensor for tensor in graph.graph.initializer}
    end = 0
    for name in names:
        values = tensor_of(model, changes, name)
        match = next(key for key, tensor in free.items() if _same(numpy_helper.to_array(tensor), values))
        tensor = free.pop(match)
        start, length = -(-end // _PAGE) * _PAGE, numpy_helper.to_array(tensor).nbytes
        set_external_data(tensor, WEIGHTS, offset=start, length=length)
        tensor.ClearField("raw_data")
        places[name] = [start, length]
        end = start + length
    return places


def _same(mine: NDArray[Any], values: NDArray[Any]) -> bool:
    """Whether a tensor of the graph is this one, up to a rounding; a table may be cut short in the graph."""
    if mine.dtype != values.dtype or mine.ndim != values.ndim or mine.shape[1:] != values.shape[1:]:
        return False
    first = values[: len(mine)].astype(np.float32)
    return len(first) == len(mine) and float(np.abs(first - mine).max()) <= (1e-4 if mine.dtype == np.float32 else 1)


def main() -> None:
    """Write the graph, the changes, where they belong, the pieces and the classes."""
    trained, model = load_low_rank(LOW_RANK), E5()
    changes = changes_of(trained)
    make_plain(trained, model, changes)
    graph = quantised(trained.network)
    names = [*(name for name, _, _ in _layers(trained.network)), "pieces", "places"]
    places = take_out(graph, model, changes, names)
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / GRAPH).write_bytes(graph.SerializeToString())
    np.savez_compressed(KEPT / CHANGES, **changes)
    (KEPT / LAYOUT).write_text(json.dumps({"wheel": model.mark, "places": places}) + "\n", "utf-8")
    (KEPT / "pieces.model").write_bytes(trained.cut)
    heads = KEPT / "heads.json"
    heard = json.loads(heads.read_text("utf-8")) if heads.exists() else {}
    content = {name: _HEARD | heard.get(name, {}) | {"classes": trained.classes[name]} for name in ASKED}
    heads.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
