"""Writes the tables of docs/nlu-errors.md between its marks: `.venv/bin/python scripts/nlu_errors.py`.

Confusions are counted over all test sets; the worst errors come from the first set alone, so that the texts of
the later sets stay unread by whoever works on the model.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.nlu.analyse import Analyser, Analysis
from bot.nlu.classifier import Classifier
from bot.settings import PROJECT, settings
from bot.training import extract_classifier
from bot.triage.taxonomy import INCIDENT_TYPES, KINDS, LANGUAGES, UNSURE

PAGE = PROJECT / "docs" / "nlu-errors.md"
SETS = ("held_out", "messages2", "narratives")
WORST = 20
_SHOWN = 160  # characters of a text

Row = tuple[dict[str, Any], Analysis]


def rows(name: str) -> list[Row]:
    """Label and analysis of every text of a set, in all languages."""
    paths = [PROJECT / "tests" / "nlu" / f"{name}.{language}.jsonl" for language in LANGUAGES]
    labels = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    analyser = Analyser(Classifier.load(extract_classifier(settings())))
    return list(zip(labels, analyser.analyse([label["text"] for label in labels]), strict=True))


def _best(analysis: Analysis) -> str:
    return analysis.alternatives[0]["type"] if analysis.incident_type == UNSURE else analysis.incident_type


def _matrix(names: Sequence[str], pairs: Counter[tuple[str, str]]) -> str:
    lines = ["| label \\ said | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    lines += [f"| **{name}** | " + " | ".join(str(pairs[name, said] or "") for said in names) + " |" for name in names]
    return "\n".join(lines)


def _tells_incident(label: dict[str, Any]) -> bool:
    return bool(label["incident_type"]) and label["kind"] in {"report", "tip_off"}


def _worst(found: Sequence[Row]) -> str:
    wrong = [(label, a) for label, a in found if _tells_incident(label)]
    wrong = [(label, a) for label, a in wrong if _best(a) not in {label["incident_type"], *label["also"]}]
    wrong.sort(key=lambda row: -row[1].confidence)
    lines = ["| label | said | confidence | text |", "|---|---|---|---|"]
    for label, analysis in wrong[:WORST]:
        text = label["text"][:_SHOWN] + ("…" if len(label["text"]) > _SHOWN else "")
        text = text.replace("|", "/").replace("\n", " ")
        lines.append(f"| {label['incident_type']} | {_best(analysis)} | {analysis.confidence:.2f} | {text} |")
    return "\n".join(lines)


def tables() -> str:
    """Both confusion matrices and the worst errors."""
    found = {name: rows(name) for name in SETS}
    every = [row for part in found.values() for row in part]
    types = Counter((label["incident_type"], _best(a)) for label, a in every if _tells_incident(label))
    kinds = Counter((label["kind"], a.kind) for label, a in every)
    return "\n\n".join([
        "## Incident types", _matrix(INCIDENT_TYPES, types),
        "## Kinds", _matrix(KINDS, kinds),
        f"## The {WORST} most confident wrong types of the first set", _worst(found["held_out"]),
    ])  # fmt: skip


if __name__ == "__main__":
    before, _, rest = PAGE.read_text("utf-8").partition("<!-- tables -->")
    after = rest.partition("<!-- /tables -->")[2]
    PAGE.write_text(f"{before}<!-- tables -->\n\n{tables()}\n\n<!-- /tables -->{after}", "utf-8")
