"""Dialogue acts that are whole short messages: yes, no, skip, stop, go back.

They are matched exactly (after normalisation), because a statistical reading of "he will not stop sending
my photos" as `stop` would cancel a report.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.nlu.normalise import normalise

_LONGEST = 8  # words; a longer message is never an act
_NOT_WORD = re.compile(r"[^\w\s]|_")


def _key(text: str) -> str:
    return " ".join(_NOT_WORD.sub(" ", normalise(text)).split())


@dataclass(frozen=True)
class Acts:
    """Intent by the normalised phrase that says it."""

    by_phrase: Mapping[str, str]

    @classmethod
    def of(cls, examples: Mapping[str, str]) -> "Acts":
        """Acts from example texts."""
        return cls({_key(text): intent for text, intent in examples.items() if _key(text)})

    def find(self, text: str) -> str | None:
        """The act that the whole of `text` says, or None."""
        if len(text) > 80:
            return None
        key = _key(text)
        return self.by_phrase.get(key) if key and key.count(" ") < _LONGEST else None

    def save(self, path: Path) -> None:
        """Write the phrases as JSON."""
        path.write_text(json.dumps(dict(self.by_phrase), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Acts":
        """Read what `save` wrote."""
        return cls(json.loads(path.read_text(encoding="utf-8")))
