"""The encoder as a network of torch, with a linear head for each task over mean and maximum of its pieces."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sentencepiece
import torch
from sentencepiece import sentencepiece_model_pb2 as proto
from torch import Tensor, nn
from torch.nn import functional

from bot.nlu.e5 import E5, SPECIAL

DROPPED = 0.1  # share of values left out in training
LONGEST = 190  # pieces of a text that are read
MATRICES = ("queries", "joined", "up", "down")  # of a layer
START, PADDING, END, UNKNOWN = range(SPECIAL)
_OURS = re.compile(r"^[▁ -~\u0600-\u06ff]+$")  # a piece in Latin or Arabic letters
_COMMON = 16_000  # likeliest pieces that are kept though no training text has them


def _processor(model: E5, kept: Sequence[int]) -> sentencepiece.SentencePieceProcessor:
    """Word pieces by their likelihood (Kudo 2018), of the kept pieces only; `normalise` has been over the text."""
    file = proto.ModelProto()
    types = {START: "CONTROL", PADDING: "CONTROL", END: "CONTROL", UNKNOWN: "UNKNOWN"}
    for number in kept:
        piece = file.pieces.add()
        piece.piece, piece.score = model.pieces[number], float(model.scores[number])
        piece.type = getattr(piece, types.get(number, "NORMAL"))
    trainer = file.trainer_spec
    trainer.model_type, trainer.vocab_size = trainer.UNIGRAM, len(kept)
    trainer.bos_id, trainer.pad_id, trainer.eos_id, trainer.unk_id = range(SPECIAL)
    trainer.bos_piece, trainer.pad_piece, trainer.eos_piece, trainer.unk_piece = model.pieces[:SPECIAL]
    file.normalizer_spec.name = "identity"
    return sentencepiece.SentencePieceProcessor(model_proto=file.SerializeToString())


def pieces_for(model: E5, texts: Sequence[str]) -> tuple[list[int], sentencepiece.SentencePieceProcessor]:
    """The pieces worth keeping, as rows of the model's table, and the processor that cuts texts into them."""
    ours = [i for i, piece in enumerate(model.pieces) if i < SPECIAL or _OURS.match(piece)]
    used = {ours[i] for row in _processor(model, ours).encode(list(texts)) for i in row}
    common = sorted(ours[SPECIAL:], key=lambda i: -model.scores[i])[:_COMMON]
    kept = sorted({*range(SPECIAL), *used, *common})
    return kept, _processor(model, kept)


class Layer(nn.Module):
    """One layer: attention, then a network over each piece, each added to its input and brought to one scale."""

    def __init__(self, model: E5, number: int) -> None:
        super().__init__()
        width, inner = model.width, model.inner
        self.heads = model.heads
        self.queries = nn.Linear(width, 3 * width)
        self.joined = nn.Linear(width, width)
        self.first_norm = nn.LayerNorm(width, eps=model.epsilon)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.second_norm = nn.LayerNorm(width, eps=model.epsilon)
        self.drop = nn.Dropout(DROPPED)
        prefix = f"l{number}."
        biases = [model.tensor(f"{prefix}{x}.b", width) for x in "qkv"]
        with torch.no_grad():
            self.queries.bias.copy_(torch.cat([torch.from_numpy(bias) for bias in biases]))
            for name in MATRICES:
                getattr(self, name).weight.copy_(torch.from_numpy(model.matrix(f"layers.{number}.{name}")))
            for module, name in ((self.joined, "ao"), (self.up, "fi"), (self.down, "fo")):
                module.bias.copy_(torch.from_numpy(model.tensor(f"{prefix}{name}.b", module.out_features)))
            for norm, name in ((self.first_norm, "aln"), (self.second_norm, "oln")):
                norm.weight.copy_(torch.from_numpy(model.tensor(f"{prefix}{name}.w", width)))
                norm.bias.copy_(torch.from_numpy(model.tensor(f"{prefix}{name}.b", width)))

    def forward(self, states: Tensor, real: Tensor | None) -> Tensor:
        """States (texts, pieces, width) to the same shape; `real` is False for padding."""
        texts, length, width = states.shape
        split = self.queries(states).view(texts, length, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)
        mask = None if real is None else real[:, None, None, :]
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        seen = seen.transpose(1, 2).reshape(texts, length, width)
        states = self.first_norm(states + self.drop(self.joined(seen)))
        return self.second_norm(states + self.drop(self.down(functional.gelu(self.up(states)))))


class Network(nn.Module):
    """Pieces to one score a class for each task."""

    def __init__(self, model: E5, kept: Sequence[int], classes: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        width = model.width
        table = torch.from_numpy(model.matrix("pieces")[list(kept)])
        places = torch.from_numpy(model.matrix("places")[: LONGEST + 2])
        self.pieces = nn.Embedding.from_pretrained(table, freeze=False)
        self.places = nn.Embedding.from_pretrained(places, freeze=False)
        self.norm = nn.LayerNorm(width, eps=model.epsilon)
        with torch.no_grad():
            self.norm.weight.copy_(torch.from_numpy(model.tensor("emb.ln.w", width)))
            self.norm.bias.copy_(torch.from_numpy(model.tensor("emb.ln.b", width)))
        self.layers = nn.ModuleList(Layer(model, number) for number in range(model.layers))
        self.heads = nn.ModuleDict({name: nn.Linear(2 * width, len(found)) for name, found in classes.items()})
        self.drop = nn.Dropout(DROPPED)

    def forward(self, pieces: Tensor, real: Tensor | None = None) -> dict[str, Tensor]:
        """`pieces` (texts, length) of whole numbers; `real`, the same shape, is False where a text is padded."""
        states = self.drop(self.norm(self.pieces(pieces) + self.places.weight[: pieces.shape[1]]))
        for layer in self.layers:
            states = layer(states, real)
        if real is None:
            mean, most = states.mean(1), states.amax(1)
        else:
            inside = real[..., None]
            mean = (states * inside).sum(1) / inside.sum(1)
            most = states.masked_fill(~inside, -1e4).amax(1)
        both = self.drop(torch.cat([mean, most], 1).float())
        return {name: head(both) for name, head in self.heads.items()}


@dataclass
class Trained:
    """A network with all that is needed to use it or to train it on."""

    network: Network
    kept: list[int]  # rows of the model's table
    classes: dict[str, list[str]]  # by task
    cut: bytes  # the word pieces, as SentencePiece has them
    learnt: set[str] = field(default_factory=set)  # marks of the texts

    def save(self, path: Path) -> None:
        """Write everything to one file."""
        content = {"kept": self.kept, "classes": self.classes, "cut": self.cut, "learnt": sorted(self.learnt)}
        torch.save(content | {"state": self.network.state_dict()}, path)

    @classmethod
    def load(cls, path: Path) -> "Trained":
        """Read what `save` wrote."""
        content = torch.load(path)
        network = Network(E5(), content["kept"], content["classes"])
        network.load_state_dict(content["state"])
        return cls(network, content["kept"], content["classes"], content["cut"], set(content["learnt"]))
