"""Dialogue acts that are whole short messages: yes, no, skip, stop, go back.

They are matched exactly (after normalisation), because a statistical reading of "he will not stop sending
my photos" as `stop` would cancel a report.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import normalise

_POLITE = {"thanks", "greet"}  # said along with an act without changing it
_PLEASE = {"please", "plz", "pls", "plzz", "پلیز"}
_LONGEST = 8  # words; a longer message is never an act
_NOT_WORD = re.compile(r"[^\w\s]|_")


def _key(text: str) -> str:
    spellings = _spellings()
    return " ".join(spellings.get(word, word) for word in _NOT_WORD.sub(" ", normalise(text)).split())


@lru_cache
def _spellings() -> dict[str, str]:
    """The spelling that stands for each of its family."""
    return {str(word): str(family[0]) for family in lexicon("spellings")["families"] for word in family[1:]}


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
        if not key or key.count(" ") >= _LONGEST:
            return None
        return self.by_phrase.get(key) or self._pieced([word for word in key.split() if word not in _PLEASE])

    def _pieced(self, words: list[str]) -> str | None:
        """The one act that the message says piece by piece: `ji haan, bhej dein`, `yes please thanks`."""
        acts, start = set(), 0
        while start < len(words):
            end = next((e for e in range(len(words), start, -1) if " ".join(words[start:e]) in self.by_phrase), None)
            if end is None:
                return None
            acts.add(self.by_phrase[" ".join(words[start:end])])
            start = end
        said = acts - _POLITE
        return said.pop() if len(said) == 1 else None

    def save(self, path: Path) -> None:
        """Write the phrases as JSON."""
        path.write_text(json.dumps(dict(self.by_phrase), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Acts":
        """Read what `save` wrote."""
        return cls(json.loads(path.read_text(encoding="utf-8")))
