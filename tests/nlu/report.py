"""Measures the trained model on the sets beside it; `python tests/nlu/report.py` writes docs/nlu-report.md."""

import json
import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.knowledge.search import POSSIBLE, index
from bot.nlu.analyse import Analyser, Analysis
from bot.nlu.classifier import Classifier
from bot.settings import PROJECT, settings
from bot.training import extract_classifier
from bot.triage.taxonomy import INCIDENT_TYPES, LANGUAGES, UNSURE

HERE = Path(__file__).parent
Row = tuple[dict[str, Any], Analysis]
DANGER = {"self_harm", "violence", "child_in_danger"}
COUNTS = ("messages", "narratives", "questions")  # measures that are numbers of texts


def labels_of(name: str, language: str) -> list[dict[str, Any]]:
    """The labelled texts of a set in a language."""
    return [json.loads(line) for line in (HERE / f"{name}.{language}.jsonl").read_text("utf-8").splitlines()]


def rows(language: str, name: str = "held_out") -> list[Row]:
    """(label, analysis) of every text of a set in a language."""
    labels = labels_of(name, language)
    analyser = Analyser(Classifier.load(extract_classifier(settings())))
    return list(zip(labels, analyser.analyse([label["text"] for label in labels]), strict=True))


def chosen_type(analysis: Analysis) -> str:
    """The incident type named; where the model is unsure, the first that it would offer."""
    return analysis.alternatives[0]["type"] if analysis.incident_type == UNSURE else analysis.incident_type


def measure(found: list[Row]) -> dict[str, float]:
    """Share of right answers for each thing measured, 0 to 1."""
    incidents = [(label, a) for label, a in found if label["incident_type"] and label["kind"] in {"report", "tip_off"}]
    questions = [(label, a) for label, a in found if label["kind"] == "question"]
    risky = [(label, a) for label, a in found if DANGER & set(label["risk"])]
    calm = [(label, a) for label, a in found if not DANGER & set(label["risk"])]
    urgent = [(flag, a) for label, a in found for flag in label["risk"] if flag not in DANGER]
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
        "risk recall": _share(bool(DANGER & set(label["risk"]) & set(a.risk_flags)) for label, a in risky),
        "false alarms": _share(bool(DANGER & set(a.risk_flags)) for _, a in calm),
        "threat or money now, recall": _share(flag in a.risk_flags for flag, a in urgent),
        "calibration error": _calibration_error(incidents),
    }


def measure_narratives(found: list[Row]) -> dict[str, float]:
    """Of long stories only what the incident type needs."""
    names = ("incident type", "any right type", "macro-F1 of types", "calibration error")
    measured = measure(found)
    return {"narratives": len(found), **{name: measured[name] for name in names}}


def measure_questions(labels: list[dict[str, Any]]) -> dict[str, float]:
    """How the search of the knowledge answers: first item right, among the first three, and refusal out of scope."""
    found = [(label, index().search(label["text"])) for label in labels]
    inside = [(set(label["items"]), [m.item.id for m in matches]) for label, matches in found if label["items"]]
    outside = [matches for label, matches in found if label["out_of_scope"]]
    return {
        "questions": len(labels),
        "first is right": _share(bool(items & set(ids[:1])) for items, ids in inside),
        "right in first three": _share(bool(items & set(ids[:3])) for items, ids in inside),
        "not known is said": _share(not matches or matches[0].score < POSSIBLE for matches in outside),
    }


def _share(outcomes: Any) -> float:
    listed = list(outcomes)
    return sum(listed) / len(listed) if listed else math.nan


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
    """Expected calibration error of the incident type over equal-width bins; any type that is right counts."""
    total = 0.0
    for low in range(bins):
        inside = [(label, a) for label, a in found if low / bins < _confidence(a) <= (low + 1) / bins]
        if inside:
            right = _share(chosen_type(a) in {label["incident_type"], *label.get("also", ())} for label, a in inside)
            total += abs(right - sum(_confidence(a) for _, a in inside) / len(inside)) * len(inside)
    return total / len(found)


def _confidence(analysis: Analysis) -> float:
    return float(analysis.confidence)


def table(measuring: Callable[[str], dict[str, float]] = lambda language: measure(rows(language))) -> str:
    """All measures of a set, one column a language, as Markdown; without an argument those of the held-out messages."""
    measured = {language: measuring(language) for language in LANGUAGES}
    lines = ["| measure | " + " | ".join(measured) + " |", "|---|" + "---|" * len(measured)]
    for name in measured["en"]:
        lines.append(f"| {name} | " + " | ".join(_cell(name, m[name]) for m in measured.values()) + " |")
    return "\n".join(lines)


def _cell(name: str, value: float) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:.0f}" if name in COUNTS else f"{value:.3f}"


def report() -> str:
    """The whole report as Markdown."""
    sets: list[tuple[str, Callable[[str], dict[str, float]]]] = [
        ("Messages: `held_out`", lambda language: measure(rows(language))),
        ("Messages, second set: `messages2`", lambda language: measure(rows(language, "messages2"))),
        ("Narratives: `narratives`", lambda language: measure_narratives(rows(language, "narratives"))),
        ("Questions: `questions`", lambda language: measure_questions(labels_of("questions", language))),
        ("Questions, second set: `questions2`", lambda language: measure_questions(labels_of("questions2", language))),
    ]
    parts = [f"## {title}\n\n{table(measuring)}\n" for title, measuring in sets]
    return "\n".join(["# How well messages are understood\n", INTRODUCTION, *parts])


INTRODUCTION = """Measured on the sets in `tests/nlu/`, which were written apart from the training data; the README there says how.
Command: `.venv/bin/python tests/nlu/report.py`; `make test` prints the first table too.

"False alarms" is the share of messages without danger in which one is seen. "Threat or money now" is the share of live
threats to publish and of money that went within two days that are flagged; only the second set is labelled for them.
"Calibration error" is how far the confidence
lies from how often the type named is a right one.
"""


if __name__ == "__main__":
    written = report()
    (PROJECT / "docs" / "nlu-report.md").write_text(written, encoding="utf-8")
    print(written)
