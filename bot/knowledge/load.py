"""Knowledge items: reviewed answers with source and as-of date, read from knowledge/*.yml."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.knowledge.details import offence_details
from bot.knowledge.texts import KNOWLEDGE, read_yaml
from bot.triage.taxonomy import LANGUAGES

SHOWN_GRADES = ("H", "H1", "M")  # an item with any other grade is never shown
MORE_ASK = "more_ask*.yml"  # further ways of asking, by item and language


class KnowledgeError(Exception):
    """An item is incomplete; the text names file, item and what is missing."""


@dataclass(frozen=True)
class Item:
    """One reviewed answer. Texts are by language; `ask` holds how people ask for exactly this."""

    id: str
    kind: str
    topic: str
    title: Mapping[str, str]
    answer: Mapping[str, str]
    ask: dict[str, list[str]]
    source: Mapping[str, str]
    as_of: date
    grade: str
    more: Mapping[str, str] = field(default_factory=dict)
    example: Mapping[str, str] = field(default_factory=dict)
    section: str | None = None
    topics: tuple[str, ...] = ()
    incident_types: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    checked_on: date = date.min
    contact: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    needs: tuple[str, ...] = ()
    contested: bool = False
    file: str = ""

    def phrases(self) -> Iterator[str]:
        """Every way of asking for this item that is written down, in all languages."""
        for language in LANGUAGES:
            yield self.title[language]
            yield from self.ask.get(language, [])


def _item(entry: Mapping[str, Any], where: str) -> Item:
    name = f"{where}: {entry.get('id', 'item without id')}"
    for part in ("id", "kind", "topic", "title", "answer", "ask", "source", "as_of", "grade", "checked_on"):
        if not entry.get(part):
            raise KnowledgeError(f"{name}: {part} is missing")
    for part in ("title", "answer", "more", "example"):
        missing = [language for language in LANGUAGES if entry.get(part) and not entry[part].get(language)]
        if missing:
            raise KnowledgeError(f"{name}: {part} has no {', '.join(missing)}")
    if not entry["source"].get("name"):
        raise KnowledgeError(f"{name}: the source has no name")
    if entry["grade"] not in SHOWN_GRADES:
        raise KnowledgeError(f"{name}: grade {entry['grade']} may not be shown")
    return Item(
        id=entry["id"],
        kind=entry["kind"],
        topic=entry["topic"],
        title=entry["title"],
        answer=entry["answer"],
        ask={language: [str(p) for p in entry["ask"].get(language, [])] for language in LANGUAGES},
        source=entry["source"],
        as_of=entry["as_of"],
        grade=entry["grade"],
        more=_more(entry),
        example=entry.get("example") or {},
        section=str(entry["section"]) if entry.get("section") else None,
        topics=tuple(entry.get("topics") or (entry["topic"],)),
        incident_types=tuple(entry.get("incident_types") or ()),
        see_also=tuple(entry.get("see_also") or ()),
        figures=entry.get("figures") or {},
        checked_on=entry["checked_on"],
        contact=entry.get("contact") or {},
        hours=entry.get("hours") or {},
        place=str(entry.get("place") or ""),
        needs=tuple(entry.get("needs") or ()),
        contested=bool(entry.get("contested")),
        file=where,
    )


def _more(entry: Mapping[str, Any]) -> Mapping[str, str]:
    """The further text of an item; that of an offence ends with its limits, remedies and amendments."""
    own = entry.get("more") or {}
    if not entry.get("section"):
        return own
    section = str(entry["section"])
    return {name: "\n".join(filter(None, (own.get(name), offence_details(section, name)))) for name in LANGUAGES}


def more_ask_files(folder: Path = KNOWLEDGE) -> list[Path]:
    """The files with further ways of asking."""
    return sorted(folder.glob(MORE_ASK))


def asked_of_nobody(folder: Path = KNOWLEDGE) -> list[str]:
    """Questions that no item answers; the search learns from them when to say so."""
    texts = [texts for path in more_ask_files(folder) for texts in (read_yaml(path).get("none") or {}).values()]
    return [str(text) for listed in texts for text in listed]


def _more_phrasings(folder: Path, items: Mapping[str, Item]) -> None:
    """Add the further ways of asking to the items that they belong to, each once."""
    for path in more_ask_files(folder):
        for name, phrasings in (read_yaml(path).get("ask") or {}).items():
            if name not in items:
                raise KnowledgeError(f"{path.name}: {name} is not an item")
            for language, phrases in phrasings.items():
                known = items[name].ask[language]
                known.extend(phrase for phrase in map(str, phrases) if phrase not in known)


def load_items(folder: Path = KNOWLEDGE) -> dict[str, Item]:
    """All items by id; raises KnowledgeError at the first that is incomplete, doubled or refers to nothing."""
    items: dict[str, Item] = {}
    for path in sorted(folder.glob("*.yml")):
        for entry in read_yaml(path).get("items") or []:
            item = _item(entry, path.name)
            if item.id in items:
                raise KnowledgeError(f"{path.name}: {item.id}: the id is used twice")
            items[item.id] = item
    _more_phrasings(folder, items)
    for item in items.values():
        for other in item.see_also:
            if other not in items:
                raise KnowledgeError(f"{item.id}: see_also names {other}, which does not exist")
    return items


@lru_cache
def knowledge() -> dict[str, Item]:
    """The product's items, read once a process."""
    return load_items()
