"""Trains the encoder on all tasks at once: `var/encoder/venv/bin/python -m scripts.encoder.train`.

With `--on` the last one is trained on instead, at a third of the rate: once over the texts that have come since,
each taken twice, and some of the others, so that they are not forgotten.

Kind, incident type (shared with the other types that are right), topic, risk, subtype and what is urgent: the
further tasks are not asked in use, they make the encoder read more closely. Half-precision products (bfloat16).
"""

import hashlib
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import sentencepiece
import torch
from torch import Tensor
from torch.nn import functional

from bot.nlu.e5 import E5
from scripts.encoder import TEXTS, WEIGHTS
from scripts.encoder.network import END, LONGEST, PADDING, START, UNKNOWN, Network, Trained, pieces_for

ROUNDS = 3
RATE = 1.5e-4  # highest learning rate
_HEADS_FASTER = 7  # times the rate of the network
_WARM_UP = 0.06  # share of the steps
_LEAST = 0.02  # of the rate at the end
_REMEMBERED = 12_000  # known texts beside new ones
_PIECES, _TEXTS = 2048, 64  # most of a batch, padding counted
_POOL = 3000  # texts that are sorted by length together
_BLANKED = 0.05  # share of pieces that are made unknown
_SMOOTHING = 0.05
_FIRST = 0.65  # share of the main type where others are right too
_SHARES = {"kind": 1.0, "incident_type": 1.3, "topic": 1.0, "risk": 0.5, "subtype": 0.5, "urgent": 0.5}
_NOTHING = -100  # label of a text that has none

Row = dict[str, Any]


def classes_of(rows: Sequence[Row]) -> dict[str, list[str]]:
    """The classes of each task, sorted."""
    found = {task: sorted({row[task] for row in rows if row[task]}) for task in _SHARES if task != "urgent"}
    urgent = max(len(row["urgent"] or ()) for row in rows)
    return found | {"urgent": [str(i) for i in range(urgent)]}


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """Numbers of texts in batches of like length, in random order."""
    order = list(range(len(lengths)))
    random.shuffle(order)
    made: list[list[int]] = []
    for start in range(0, len(order), _POOL):
        batch: list[int] = []
        for number in sorted(order[start : start + _POOL], key=lengths.__getitem__):
            if batch and ((len(batch) + 1) * lengths[number] > _PIECES or len(batch) == _TEXTS):
                made.append(batch)
                batch = []
            batch.append(number)
        made.append(batch)
    random.shuffle(made)
    return made


def padded(texts: Sequence[Sequence[int]]) -> Tensor:
    """A batch of pieces, some of them made unknown so that no single word is leant on."""
    filled = torch.full((len(texts), max(map(len, texts))), PADDING)
    for row, text in enumerate(texts):
        pieces = torch.tensor(text)
        blank = torch.rand(len(text)) < _BLANKED
        blank[0] = blank[-1] = False
        filled[row, : len(text)] = pieces.masked_fill(blank, UNKNOWN)
    return filled


def type_shares(row: Row, names: Sequence[str]) -> list[float]:
    """How right each type is; all zero for a text without a type."""
    shares = [0.0] * len(names)
    if row["incident_type"]:
        shares[names.index(row["incident_type"])] = _FIRST if row["also"] else 1.0
        for name in row["also"]:
            shares[names.index(name)] += (1 - _FIRST) / len(row["also"])
    return shares


def loss_of(scores: dict[str, Tensor], rows: Sequence[Row], classes: dict[str, list[str]]) -> Tensor:
    """The weighted sum of the tasks' losses; a task counts for the texts that have a label."""
    total = torch.zeros(())
    for task, share in _SHARES.items():
        found = scores[task].float()
        if task == "incident_type":
            wanted = torch.tensor([type_shares(row, classes[task]) for row in rows])
            loss = -(wanted * found.log_softmax(1)).sum(1).mean()
        elif task == "urgent":
            known = torch.tensor([row[task] is not None for row in rows])
            wanted = torch.tensor([[float(x) for x in row[task] or [0] * found.shape[1]] for row in rows])
            each = functional.binary_cross_entropy_with_logits(found, wanted, reduction="none").mean(1)
            loss = (each * known).mean()
        else:
            labels = torch.tensor([classes[task].index(row[task]) if row[task] else _NOTHING for row in rows])
            smooth = functional.cross_entropy(
                found, labels, ignore_index=_NOTHING, label_smoothing=_SMOOTHING, reduction="sum"
            )
            loss = smooth / len(rows)
        total = total + share * loss
    return total


def learn(trained: Trained, rows: Sequence[Row], rate: float, rounds: int, heads_faster: float) -> None:
    """Train in place, and say how it goes every hundred steps."""
    network, processor = trained.network, sentencepiece.SentencePieceProcessor(model_proto=trained.cut)
    texts = [[START, *processor.encode(row["text"])[:LONGEST], END] for row in rows]
    heads = list(network.heads.parameters())
    trained_too = [(name, weight) for name, weight in network.named_parameters() if weight.requires_grad]
    rest = [weight for name, weight in trained_too if not name.startswith("heads.")]
    groups = [{"params": rest, "lr": rate}, {"params": heads, "lr": rate * heads_faster}]
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01)
    lengths = [len(text) for text in texts]
    steps = len(batches(lengths)) * rounds
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / (steps * _WARM_UP)) * max(_LEAST, 1 - step / steps)
    )
    started, lost = time.monotonic(), 0.0
    network.train()
    for step, batch in enumerate(_endless(lengths), 1):
        pieces = padded([texts[i] for i in batch])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = network(pieces, pieces != PADDING)
        loss = loss_of(scores, [rows[i] for i in batch], trained.classes)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*rest, *heads], 1.0)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        lost += loss.item()
        if step % 100 == 0 or step == steps:
            left = (time.monotonic() - started) / step * (steps - step) / 60
            print(f"step {step} of {steps}, loss {lost / (step % 100 or 100):.3f}, {left:.0f} minutes left", flush=True)
            lost = 0.0
        if step == steps:
            return


def _endless(lengths: Sequence[int]) -> Iterator[list[int]]:
    while True:
        yield from batches(lengths)


def mark(row: Row) -> str:
    """A short mark of a text, to know it again."""
    return hashlib.blake2b(row["text"].encode(), digest_size=8).hexdigest()


def begin(rows: Sequence[Row]) -> Trained:
    """The model out of the wheel, with heads that know nothing yet."""
    model, classes = E5(), classes_of(rows)
    kept, processor = pieces_for(model, [row["text"] for row in rows])
    return Trained(Network(model, kept, classes), kept, classes, processor.serialized_model_proto())


def chosen_to_go_on(rows: Sequence[Row], learnt: set[str]) -> list[Row]:
    """The new texts twice, and a sample of the known ones."""
    new = [row for row in rows if mark(row) not in learnt]
    known = [row for row in rows if mark(row) in learnt]
    return [*new, *new, *random.sample(known, min(len(known), _REMEMBERED))]


def main() -> None:
    """Train from the texts that scripts/encoder/texts.py wrote."""
    torch.manual_seed(1)
    random.seed(1)
    rows = json.loads(TEXTS.read_text("utf-8"))
    if "--on" in sys.argv:
        trained, rate, rounds = Trained.load(WEIGHTS), RATE / 3, 1
        chosen = chosen_to_go_on(rows, trained.learnt)
    else:
        trained, rate, rounds, chosen = begin(rows), RATE, ROUNDS, rows
    learn(trained, chosen, rate, rounds, _HEADS_FASTER)
    trained.learnt |= {mark(row) for row in rows}
    trained.save(WEIGHTS)


if __name__ == "__main__":
    main()
