"""Kind, incident type, subtype, topic and risk of a text: shared features and calibrated linear heads."""

import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.nlu.data import Example
from bot.nlu.encoder import Encoder, encoder
from bot.nlu.extract import Extraction
from bot.nlu.features import Prepared, Vectoriser
from bot.nlu.heads import BAYES_SHARE, Head, Matrix, fit_head, softmax

FORMAT = 4  # of the saved file
NO_RISK = "none"
STORY, WISH = "story", "wish"  # what happened, or only that the person wants to complain
SUBTYPE = "subtype"
URGENT = ("threat_to_publish", "money_moved_recently")  # what cannot wait in a report: a decision each
YES, NO = "yes", "no"
_WITH_BAYES = {"incident_type", "topic"}  # heads that carry over better to other writers with it; the rest do worse
_LEAST_EXAMPLES = 8  # of a subtype that is learnt
TELLING = {"report", "tip_off", "crisis"}  # kinds that tell an incident
_CONCERNED = {"incident_type": sorted(TELLING), "topic": ["question"]}  # kinds for which a decision matters; else all
_MAY_BE = 0.2  # chance of such a kind from which it does
_LEAST_CHANCE = 1e-6  # a class is never ruled out by one opinion alone


def _story_label(example: Example) -> str | None:
    """A report without a type only says that the person wants to complain."""
    if example.kind != "report":
        return None
    return STORY if example.incident_type else WISH


def _urgent_label(name: str) -> Callable[[Example], str | None]:
    """Whether an incident cannot wait for this reason; of other texts nothing is known."""

    def label(example: Example) -> str | None:
        if example.kind not in TELLING:
            return None
        return YES if name in example.urgent else NO

    return label


def _subtype_labels(examples: Sequence[Example]) -> list[str | None]:
    names = [f"{e.incident_type}/{e.subtype}" if e.incident_type and e.subtype else None for e in examples]
    counts = Counter(names)
    return [name if counts[name] >= _LEAST_EXAMPLES else None for name in names]


def fit_labelled(
    features: sparse.csr_matrix,
    labels: Sequence[str | None],
    also: Sequence[Sequence[str]],
    counted: int,
    bayes: float,
) -> Head:
    """A head trained on the texts that have a label; `also` are other labels that are right too."""
    chosen = [i for i, label in enumerate(labels) if label]
    more = [(row, name) for row, i in enumerate(chosen) for name in also[i]]
    return fit_head(features[chosen], [str(labels[i]) for i in chosen], counted, bayes, more)


def _with_second(second: Encoder, text: str, found: Mapping[str, Matrix]) -> dict[str, Matrix]:
    """The chances of both opinions together: their weighted log chances are added up."""
    joined = {}
    for name, scores in second.scores(text).items():
        opinion = second.opinions[name]
        first = np.log(np.maximum(found[name], _LEAST_CHANCE))
        joined[name] = softmax((opinion.first * first + opinion.second * scores)[None, :])[0]
    return joined


def _ranked(names: Sequence[str], chances: Matrix) -> dict[str, float]:
    return {names[c]: float(chances[c]) for c in np.argsort(-chances)}


@dataclass(frozen=True)
class Prediction:
    """Probabilities by class name, best first, for each head."""

    kind: dict[str, float]
    incident_type: dict[str, float]
    topic: dict[str, float]
    risk: dict[str, float]
    story: dict[str, float]
    subtype: dict[str, float] = field(default_factory=dict)  # within the likeliest incident type
    urgent: dict[str, float] = field(default_factory=dict)  # by reason, each a probability of its own


@dataclass
class Classifier:
    """The trained model: shared features and a head for each decision."""

    vectoriser: Vectoriser
    heads: dict[str, Head]
    subtypes: Head  # of `type/subtype`, over the columns of words alone
    version: str | None = None  # of what it was trained from
    second: Encoder | None = None  # asked where the heads are in doubt

    @classmethod
    def train(
        cls, examples: Iterable[Example], progress: Callable[[str], None] | None = None, version: str | None = None
    ) -> "Classifier":
        """Train on labelled examples; deterministic for the same examples."""
        examples = list(examples)
        say = progress or (lambda _: None)
        say("features")
        vectoriser = Vectoriser()
        features = vectoriser.fit_transform([Prepared.of(example.text) for example in examples])
        labels: dict[str, Callable[[Example], str | None]] = {
            "kind": lambda example: example.kind,
            "incident_type": lambda example: example.incident_type,
            "topic": lambda example: example.topic if example.kind == "question" else None,
            "risk": lambda example: example.risk or NO_RISK,
            "story": _story_label,
            **{name: _urgent_label(name) for name in URGENT},
        }
        heads = {}
        for name, label in labels.items():
            say(name)
            found = [label(example) for example in examples]
            also = [example.also if name == "incident_type" else () for example in examples]
            share = BAYES_SHARE if name in _WITH_BAYES else 0.0
            heads[name] = fit_labelled(features, found, also, vectoriser.counted, share)
        say(SUBTYPE)
        words_only = features[:, : vectoriser.worded]
        names = _subtype_labels(examples)
        subtypes = fit_labelled(words_only, names, [()] * len(names), vectoriser.worded, BAYES_SHARE)
        subtypes.weights = subtypes.weights.astype(np.float16)  # the largest matrix, and the least needed
        return cls(vectoriser, heads, subtypes, version)

    def __post_init__(self) -> None:
        self._rows = self.vectoriser.row_reader()
        self._weights = np.ascontiguousarray(np.hstack([head.weights for head in self.heads.values()]))
        ends = np.cumsum([len(head.classes) for head in self.heads.values()])
        for head, weights in zip(self.heads.values(), np.split(self._weights, ends[:-1], axis=1), strict=True):
            head.weights = weights  # a view, so that no weight is held twice
        kinds = self.heads["kind"].classes
        self._concerned = {name: [kinds.index(k) for k in _CONCERNED.get(name, kinds)] for name in self.heads}
        self._worded = self.vectoriser.worded
        parents = [name.split("/")[0] for name in self.subtypes.classes]
        self._children = {name: np.flatnonzero(np.array(parents) == name) for name in set(parents)}

    def predict(self, texts: Sequence[str], found: Sequence[Extraction] | None = None) -> list[Prediction]:
        """Predictions for raw texts, in order; `found` is what the rules found in each, where that is known."""
        known: Sequence[Extraction | None] = found or [None] * len(texts)
        return [self._predict(Prepared.of(text, told)) for text, told in zip(texts, known, strict=True)]

    def _predict(self, prepared: Prepared) -> Prediction:
        """One small matrix product, without sklearn's overhead."""
        columns, values = self._rows(prepared)
        scores = values @ self._weights[columns]
        found: dict[str, Matrix] = {}
        start = 0
        for name, head in self.heads.items():
            end = start + len(head.classes)
            found[name] = head.probabilities((scores[start:end] + head.bias)[None, :])[0]
            start = end
        if self.second and self._in_doubt(self.second, found):
            found |= _with_second(self.second, prepared.text, found)
        chances = {name: _ranked(self.heads[name].classes, found[name]) for name in self.heads}
        worded = columns < self._worded
        subtype = self._subtype(next(iter(chances["incident_type"])), columns[worded], values[worded])
        urgent = {name: chances.pop(name)[YES] for name in URGENT}
        return Prediction(**chances, subtype=subtype, urgent=urgent)

    def _in_doubt(self, second: Encoder, found: Mapping[str, Matrix]) -> bool:
        """Whether a decision that matters for the likely kinds is too unsure to stand alone."""
        return any(
            found[name].max() < opinion.asked_below and found["kind"][self._concerned[name]].sum() > _MAY_BE
            for name, opinion in second.opinions.items()
        )

    def _subtype(self, incident_type: str, columns: NDArray[np.int64], values: Matrix) -> dict[str, float]:
        children = self._children.get(incident_type)
        if children is None:
            return {}
        head = self.subtypes
        scores = values @ head.weights[np.ix_(columns, children)].astype(np.float32) + head.bias[children]
        names = [head.classes[child].split("/")[1] for child in children]
        return _ranked(names, head.probabilities(scores[None, :])[0])

    def save(self, path: Path) -> None:
        """Write the model to one file."""
        parts = {"vectoriser": self.vectoriser, "heads": self.heads, "subtypes": self.subtypes}
        content = {"format": FORMAT, "version": self.version, **parts}
        with path.open("wb") as file:
            pickle.dump(content, file, protocol=pickle.HIGHEST_PROTOCOL)

    @classmethod
    def load(cls, path: Path) -> "Classifier":
        """Read a model written by `save`. Only for files made by this product's own training."""
        with path.open("rb") as file:
            content = pickle.load(file)  # noqa: S301 - written by our own training
        if content["format"] != FORMAT:
            raise ValueError("the model was trained by another version: run `muhafiz train`")
        vectoriser, heads, subtypes = content["vectoriser"], content["heads"], content["subtypes"]
        second = encoder({name: head.classes for name, head in heads.items()})
        return cls(vectoriser, heads, subtypes, content.get("version"), second)
