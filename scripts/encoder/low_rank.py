"""Cuts the changes of the trained encoder down to what fits in a small file, and trains these on for one round.

Only the matrices of the layers keep a change, of rank RANK: a sum of so many products of a column and a row (Hu et
al. 2022), begun with the largest parts of the whole change (singular value decomposition). Word pieces and places go
back to what the wheel has. `var/encoder/venv/bin/python -m scripts.encoder.low_rank`, some 25 minutes.

With `--on` the changes of last time are trained on instead, at half the rate: once over the texts that have come
since, each taken twice, and some of the others.
"""

import json
import random
import sys
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from bot.nlu.e5 import E5
from scripts.encoder import LOW_RANK, TEXTS, WEIGHTS
from scripts.encoder.network import MATRICES, Network, Trained
from scripts.encoder.train import chosen_to_go_on, learn, mark

RANK = 20
_RATE = 4e-4  # highest learning rate of the changes


class Changed(nn.Module):
    """A linear layer of the wheel with a change of low rank."""

    def __init__(self, base: nn.Linear, trained: nn.Linear) -> None:
        super().__init__()
        left, sizes, right = torch.linalg.svd((trained.weight - base.weight).detach(), full_matrices=False)
        root = sizes[:RANK].sqrt()
        self.left, self.right = nn.Parameter(left[:, :RANK] * root), nn.Parameter(root[:, None] * right[:RANK])
        self.bias = nn.Parameter(trained.bias.detach().clone())
        self.register_buffer("base", base.weight.detach().bfloat16(), persistent=False)

    def forward(self, states: Tensor) -> Tensor:
        """As a linear layer of base + left @ right."""
        return functional.linear(states, self.base, self.bias) + functional.linear(
            functional.linear(states, self.right), self.left
        )


def cut_down(trained: Trained) -> None:
    """Put layers with changes of low rank in the place of the trained ones, and the wheel's own tables."""
    base = Network(E5(), trained.kept, trained.classes)
    for ours, theirs in zip(trained.network.layers, base.layers, strict=True):
        for name in MATRICES:
            setattr(ours, name, Changed(getattr(theirs, name), getattr(ours, name)))
    trained.network.pieces = base.pieces.requires_grad_(False)
    trained.network.places = base.places.requires_grad_(False)


def load(path: Path) -> Trained:
    """The cut-down encoder that `main` wrote."""
    content = torch.load(path)
    network = Network(E5(), content["kept"], content["classes"])
    trained = Trained(network, content["kept"], content["classes"], content["cut"], set(content["learnt"]))
    cut_down(trained)
    trained.network.load_state_dict(content["state"])
    trained.network.eval()
    return trained


def main() -> None:
    """Cut down, or take what was cut down before; train on, and write it."""
    torch.manual_seed(1)
    random.seed(1)
    rows = json.loads(TEXTS.read_text("utf-8"))
    if "--on" in sys.argv:
        trained = load(LOW_RANK)
        learn(trained, chosen_to_go_on(rows, trained.learnt), _RATE / 2, rounds=1, heads_faster=1)
    else:
        trained = Trained.load(WEIGHTS)
        cut_down(trained)
        learn(trained, rows, _RATE, rounds=1, heads_faster=1)
    trained.learnt |= {mark(row) for row in rows}
    trained.save(LOW_RANK)


if __name__ == "__main__":
    main()
