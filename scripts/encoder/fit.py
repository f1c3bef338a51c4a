"""Finds how much the encoder is heard beside the linear heads: `.venv/bin/python -m scripts.encoder.fit FOLDER`.

FOLDER holds labelled texts in the format of data/nlu, by writers whose texts neither the trained model nor the encoder
has learnt; otherwise both look surer than they are. The numbers go into data/encoder/heads.json.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.nlu.classifier import TELLING, Classifier
from bot.nlu.data import Example, load_examples
from bot.nlu.encoder import FOLDER, HEADS, Encoder
from bot.nlu.normalise import normalise
from bot.settings import settings
from bot.training import extract_classifier

# of the texts that a decision is about, the least sure ones: `classify` has to stay fast
_SHARE_ASKED = {"kind": 0.12, "incident_type": 0.15, "topic": 0.3}

Scores = NDArray[np.float64]


def right(example: Example, name: str) -> set[str]:
    """The labels that count for a decision; empty where there is none."""
    if name == "kind":
        return {example.kind}
    if name == "topic":
        return {example.topic} if example.topic and example.kind == "question" else set()
    typed = example.incident_type if example.kind in TELLING else None
    return {typed, *example.also} if typed else set()


def weights(first: Scores, second: Scores, correct: NDArray[np.bool_]) -> tuple[float, float]:
    """Weights of both log chances that make the right classes likeliest (maximum likelihood)."""

    def loss(shares: NDArray[np.float64]) -> float:
        joined = shares[0] * first + shares[1] * second
        chances = np.exp(joined - joined.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        return float(-np.log(np.clip((chances * correct).sum(axis=1), 1e-9, 1)).mean())

    found = minimize(loss, [0.7, 0.5], method="Nelder-Mead")
    return float(found.x[0]), float(found.x[1])


def fit(name: str, opinion: Any, examples: Sequence[Example], first: Scores, second: Scores) -> dict[str, Any]:
    """The numbers of one decision, found on the texts on which the encoder is asked."""
    labels = [right(example, name) for example in examples]
    told = np.array([bool(found) for found in labels])
    border = float(np.quantile(np.exp(first[told].max(axis=1)), _SHARE_ASKED[name]))
    asked = told & (np.exp(first.max(axis=1)) < border)
    correct = np.array([[name in found for name in opinion.classes] for found in labels])
    shares = weights(first[asked], second[asked], correct[asked])
    for title, scores in (("first", first), ("encoder", second), ("both", shares[0] * first + shares[1] * second)):
        hits = [correct[asked][row, column] for row, column in enumerate(scores[asked].argmax(axis=1))]
        print(f"{name}: {title} right in {np.mean(hits):.3f} of the {asked.sum()} texts that are asked about")
    return {
        "classes": opinion.classes,
        "first": round(shares[0], 3),
        "second": round(shares[1], 3),
        "asked_below": round(border, 3),
    }


def main() -> None:
    """Read the texts, ask both, and write the numbers."""
    examples = load_examples(Path(sys.argv[1]))
    classifier, encoder = Classifier.load(extract_classifier(settings())), Encoder(FOLDER)
    classifier.second = None
    predictions = classifier.predict([example.text for example in examples])
    scores = [encoder.scores(normalise(example.text)) for example in examples]
    content = {}
    for name, opinion in encoder.opinions.items():
        chances = [[getattr(found, name)[label] for label in opinion.classes] for found in predictions]
        first = np.log(np.maximum(np.array(chances), 1e-6))
        content[name] = fit(name, opinion, examples, first, np.array([found[name] for found in scores]))
    (FOLDER / HEADS).write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
