"""Writes the training texts with their labels for the encoder: `.venv/bin/python -m scripts.encoder.texts`."""

import json
from typing import Any

from bot.nlu.classifier import NO_RISK, TELLING, URGENT
from bot.nlu.data import Example, load_examples
from bot.nlu.normalise import normalise
from scripts.encoder import TEXTS


def row(example: Example) -> dict[str, Any]:
    """A text as the encoder reads it, with a label for each of its tasks; None where nothing is known."""
    both = example.incident_type and example.subtype
    return {
        "text": normalise(example.text),
        "kind": example.kind,
        "incident_type": example.incident_type,
        "also": list(example.also),
        "topic": example.topic if example.kind == "question" else None,
        "risk": example.risk or NO_RISK,
        "subtype": f"{example.incident_type}/{example.subtype}" if both else None,
        "urgent": [name in example.urgent for name in URGENT] if example.kind in TELLING else None,
    }


if __name__ == "__main__":
    TEXTS.parent.mkdir(parents=True, exist_ok=True)
    TEXTS.write_text(json.dumps([row(example) for example in load_examples()], ensure_ascii=False), "utf-8")
