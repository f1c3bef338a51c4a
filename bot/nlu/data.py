"""Reads the training data under data/nlu: one flat list of labelled examples."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.settings import PROJECT
from bot.triage.taxonomy import KINDS

DATA = PROJECT / "data" / "nlu"


@dataclass(frozen=True)
class Example:
    """One labelled text. `kind` is the intent; the rest comes from the block's metadata."""

    text: str
    kind: str
    language: str | None = None
    incident_type: str | None = None
    subtype: str | None = None
    also: tuple[str, ...] = ()
    topic: str | None = None
    risk: str | None = None
    urgent: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, intent: str, metadata: dict[str, Any] | None) -> "Example":
        """Build an example from Rasa's intent name and intent-level metadata."""
        meta = metadata or {}
        return cls(
            text=text,
            kind=intent,
            language=meta.get("language"),
            incident_type=meta.get("incident_type"),
            subtype=meta.get("subtype"),
            also=tuple(meta.get("also") or ()),
            topic=meta.get("topic"),
            risk=meta.get("risk"),
            urgent=tuple(meta.get("urgent") or ()),
        )


def load_examples(folder: Path = DATA) -> list[Example]:
    """Examples whose intent is a kind, of every YAML file in `folder`, in the order of file names and lines."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[Example] = []
    for path in sorted(folder.glob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}  # noqa: S506
        for block in content.get("nlu", []):
            if block.get("intent") not in KINDS:
                continue
            for line in (block.get("examples") or "").splitlines():
                text = line.strip().removeprefix("-").strip()
                if text:
                    found.append(Example.of(text, block["intent"], block.get("metadata")))
    return found
