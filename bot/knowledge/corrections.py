"""Wrong claims about law and helplines: found in a message by their words, and corrected from knowledge/."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.knowledge.load import Item, KnowledgeError, knowledge
from bot.knowledge.search import sections_named
from bot.knowledge.terms import words
from bot.knowledge.texts import content
from bot.triage.taxonomy import LANGUAGES

_SHORT = 12  # words of a message that claims something and tells no story


@dataclass(frozen=True)
class Correction:
    """What is right instead of a claim, by language, and the items that tell more; the first one is the source."""

    id: str
    text: Mapping[str, str]
    items: tuple[str, ...]
    claims: tuple[Mapping[str, Any], ...]

    @property
    def source(self) -> Item:
        """The item whose source and date stand behind the correction."""
        return knowledge()[self.items[0]]


def correction_for(text: str) -> Correction | None:
    """The correction of the first wrong claim that a message repeats or asks about."""
    spaced, sections = _spaced(text), sections_named(text)
    return next((c for c in corrections() if any(_claimed(claim, spaced, sections) for claim in c.claims)), None)


def claims_outright(text: str) -> bool:
    """Whether a short message repeats a claim that is corrected first even where it sounds like a report."""
    spaced, sections = _spaced(text), sections_named(text)
    claims = [claim for entry in content("corrections")["corrections"] for claim in entry["claims"]]
    short = len(words(text)) <= _SHORT
    return short and any(claim.get("first") and _claimed(claim, spaced, sections) for claim in claims)


@lru_cache
def corrections() -> tuple[Correction, ...]:
    """All corrections of knowledge/corrections.yml; raises KnowledgeError where one is incomplete."""
    return tuple(_correction(entry) for entry in content("corrections")["corrections"])


def _correction(entry: Mapping[str, Any]) -> Correction:
    name = f"corrections.yml: {entry.get('id', 'correction without id')}"
    for part in ("id", "correction", "items", "claims"):
        if not entry.get(part):
            raise KnowledgeError(f"{name}: {part} is missing")
    missing = [language for language in LANGUAGES if not entry["correction"].get(language)]
    if missing:
        raise KnowledgeError(f"{name}: correction has no {', '.join(missing)}")
    unknown = [item for item in entry["items"] if item not in knowledge()]
    if unknown:
        raise KnowledgeError(f"{name}: items names {unknown[0]}, which does not exist")
    return Correction(entry["id"], entry["correction"], tuple(entry["items"]), tuple(entry["claims"]))


def _claimed(claim: Mapping[str, Any], spaced: str, sections: Iterable[str]) -> bool:
    if claim.get("sections") and not set(map(str, claim["sections"])) & set(sections):
        return False
    needed = [claim[name] for name in ("words", "also") if claim.get(name)]
    return all(_any(spaced, group) for group in needed) and not _any(spaced, claim.get("unless") or ())


def _any(spaced: str, names: Iterable[str]) -> bool:
    return any(_spaced(str(name)) in spaced for name in names)


@lru_cache(maxsize=4000)
def _spaced(text: str) -> str:
    return f" {' '.join(words(text))} "
