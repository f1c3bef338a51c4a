"""The ways of understanding messages that are compared: `python -m benchmarks.nlu_systems NAME FILE` runs one."""

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from benchmarks import nlu_plain, nlu_product
from bot.nlu.data import Example, load_examples
from bot.settings import PROJECT
from bot.triage.taxonomy import INCIDENT_TYPES, LANGUAGES

TESTS = PROJECT / "tests" / "nlu"
SETS = ("held_out", "messages2", "narratives")
_TIMED = 100  # messages given one at a time for the time of a message

Chances = list[dict[str, float]]  # by class, for each text
Predict = Callable[[Sequence[str]], tuple[Chances, Chances]]  # kinds and incident types


@dataclass(frozen=True)
class System:
    """One way: what the report calls it, how it is trained, and what is to be known of its figures."""

    title: str
    train: Callable[[Sequence[Example]], Predict]
    note: str = ""


_TWO = "kind and type only"
SYSTEMS = {
    "diet": System("Rasa's default pipeline (DIET)", nlu_plain.diet, nlu_plain.DIET_NOTE),
    "counts": System("count vectors, logistic regression", nlu_plain.counts, _TWO),
    "svm": System("TF-IDF, linear SVM with calibrated confidence", nlu_plain.svm, _TWO),
    "subwords": System("own subword vectors (PPMI, SVD), logistic regression", nlu_plain.subwords, _TWO),
    "encoder": System("multilingual-e5-small, logistic regression", nlu_plain.encoder, nlu_plain.ENCODER_NOTE),
    "ours": System("**this project**", nlu_product.whole, "all heads; the encoder is not trained here"),
    "no-encoder": System("this project without its encoder", nlu_product.linear, "all heads"),
    "no-bayes": System("... and without naive Bayes", nlu_product.without("bayes"), _TWO),
    "no-vectors": System("... and without word vectors", nlu_product.without("vectors"), _TWO),
    "no-cues": System("... and without what the rules found", nlu_product.without("cues"), _TWO),
    "no-skeletons": System("... and without spelling keys", nlu_product.without("skeletons"), _TWO),
    "no-characters": System("... and without character n-grams", nlu_product.without("characters"), _TWO),
    "no-normalisation": System(
        "... and without normalisation and spelling keys", nlu_product.without("normalisation"), _TWO
    ),
}


def _calibration(chances: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    parts = np.ceil(chances * bins)
    inside = [parts == part for part in np.unique(parts)]
    return float(sum(abs(right[chosen].mean() - chances[chosen].mean()) * chosen.mean() for chosen in inside))


def _scores(labels: list[dict[str, object]], kinds: Chances, types: Chances) -> dict[str, float]:
    told = [i for i, label in enumerate(labels) if label["incident_type"] and label["kind"] in {"report", "tip_off"}]
    best = {i: max(types[i].items(), key=lambda item: item[1]) for i in told}
    truth = [str(labels[i]["incident_type"]) for i in told]
    said = [best[i][0] for i in told]
    right = np.array([a == b for a, b in zip(truth, said, strict=True)])
    allowed = [{labels[i]["incident_type"], *labels[i]["also"]} for i in told]  # type: ignore[misc]
    return {
        "kind": float(
            np.mean([max(c, key=c.__getitem__) == label["kind"] for c, label in zip(kinds, labels, strict=True)])
        ),
        "type": float(right.mean()),
        "any right": float(np.mean([name in names for name, names in zip(said, allowed, strict=True)])),
        "macro-F1": float(f1_score(truth, said, labels=list(INCIDENT_TYPES), average="macro", zero_division=0)),
        "ECE": _calibration(np.array([best[i][1] for i in told]), right),
    }


def run(name: str) -> dict[str, object]:
    """Train a system, test it on every set and language, and take its times and memory."""
    examples = load_examples()
    started = time.perf_counter()
    predict = SYSTEMS[name].train(examples)
    trained = time.perf_counter() - started
    scores, texts = {}, []
    for test in SETS:
        for language in LANGUAGES:
            path = TESTS / f"{test}.{language}.jsonl"
            labels = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            chosen = [str(label["text"]) for label in labels]
            scores[f"{test}, {language}: {len(labels)} texts"] = _scores(labels, *predict(chosen))
            texts += chosen
    timed = texts[:: max(1, len(texts) // _TIMED)]
    started = time.process_time()
    for text in timed:
        predict([text])
    spent = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    costs = {"texts": len(examples), "ms": spent / len(timed) * 1000, "memory_mib": memory, "train_s": trained}
    return {"scores": scores, **costs}


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(run(sys.argv[1])), encoding="utf-8")
