"""Measures the trained model on the held-out messages; `python tests/nlu/report.py` writes docs/nlu-report.md."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from bot.nlu.analyse import Analyser, Analysis
from bot.nlu.classifier import Classifier
from bot.settings import PROJECT, settings
from bot.training import extract_classifier
from bot.triage.taxonomy import INCIDENT_TYPES, LANGUAGES, UNSURE

HERE = Path(__file__).parent
Row = tuple[dict[str, Any], Analysis]


def rows(language: str) -> list[Row]:
    """(label, analysis) of every held-out message of a language."""
    labels = [json.loads(line) for line in (HERE / f"held_out.{language}.jsonl").read_text("utf-8").splitlines()]
    analyser = Analyser(Classifier.load(extract_classifier(settings())))
    return list(zip(labels, analyser.analyse([label["text"] for label in labels]), strict=True))


def chosen_type(analysis: Analysis) -> str:
    """The incident type named; where the model is unsure, the first that it would offer."""
    return analysis.alternatives[0]["type"] if analysis.incident_type == UNSURE else analysis.incident_type


def measure(found: list[Row]) -> dict[str, float]:
    """Share of right answers for each thing measured, 0 to 1."""
    incidents = [(label, a) for label, a in found if label["incident_type"] and label["kind"] in {"report", "tip_off"}]
    questions = [(label, a) for label, a in found if label["kind"] == "question"]
    risky = [(label, a) for label, a in found if label["risk"]]
    return {
        "messages": len(found),
        "kind": _share(a.kind == label["kind"] for label, a in found),
        "incident type": _share(chosen_type(a) == label["incident_type"] for label, a in incidents),
        "any right type": _share(chosen_type(a) in [label["incident_type"], *label["also"]] for label, a in incidents),
        "macro-F1 of types": _macro_f1([(label["incident_type"], chosen_type(a)) for label, a in incidents]),
        "topic": _share(a.topic == label["topic"] for label, a in questions),
        "language": _share(a.language == label["language"] for label, a in found),
        "platform": _share(a.platform == label["platform"] for label, a in found),
        "amount": _share(a.amount_pkr == label["amount_pkr"] for label, a in found),
        "identifiers F1": _identifier_f1(found),
        "risk recall": _share(bool(set(label["risk"]) & set(a.risk_flags)) for label, a in risky),
        "calibration error": _calibration_error(incidents),
    }


def _share(outcomes: Any) -> float:
    listed = list(outcomes)
    return sum(listed) / len(listed)


def _macro_f1(pairs: list[tuple[str, str]]) -> float:
    scores = []
    for name in INCIDENT_TYPES:
        right = sum(truth == name == said for truth, said in pairs)
        wrong = sum((truth == name) != (said == name) for truth, said in pairs)
        scores.append(2 * right / (2 * right + wrong) if right + wrong else 0.0)
    return sum(scores) / len(scores)


def _identifier_f1(found: list[Row]) -> float:
    right = told = true = 0
    for label, analysis in found:
        truth = Counter(_plain(item) for item in label["observables"])
        said = Counter(_plain(item) for item in [*analysis.observables, *analysis.own_contacts])
        right, told, true = right + sum((truth & said).values()), told + said.total(), true + truth.total()
    return 2 * right / (told + true) if told + true else 1.0


def _plain(item: dict[str, Any]) -> tuple[str, str]:
    value = str(item["normalised"]).lower().rstrip("/")
    return item["data_type"], value.replace("-", "") if item["data_type"] == "cnic" else value


def _calibration_error(found: list[Row], bins: int = 10) -> float:
    """Expected calibration error of the incident type over equal-width bins."""
    total = 0.0
    for low in range(bins):
        inside = [(label, a) for label, a in found if low / bins < _confidence(a) <= (low + 1) / bins]
        if inside:
            right = _share(chosen_type(a) == label["incident_type"] for label, a in inside)
            total += abs(right - sum(_confidence(a) for _, a in inside) / len(inside)) * len(inside)
    return total / len(found)


def _confidence(analysis: Analysis) -> float:
    return float(analysis.confidence)


def table() -> str:
    """All measures, one column a language, as Markdown."""
    measured = {language: measure(rows(language)) for language in LANGUAGES}
    lines = ["| measure | " + " | ".join(measured) + " |", "|---|" + "---|" * len(measured)]
    for name in measured["en"]:
        cells = (f"{m[name]:.0f}" if name == "messages" else f"{m[name]:.3f}" for m in measured.values())
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    (PROJECT / "docs" / "nlu-report.md").write_text(
        "# How well messages are understood\n\n"
        "Measured on `tests/nlu/held_out.*.jsonl`, which were written apart from the training data by another hand.\n"
        "Command: `.venv/bin/python tests/nlu/report.py`; `make test` prints the same table.\n\n" + table() + "\n",
        encoding="utf-8",
    )
    print(table())
