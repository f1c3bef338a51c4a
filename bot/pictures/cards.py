"""The picture cards: their words from knowledge/cards.yml, and which items they belong to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from bot.knowledge.load import Item, KnowledgeError, knowledge
from bot.knowledge.texts import content
from bot.pictures.icons import icons
from bot.triage.taxonomy import LANGUAGES

ADDRESS = "/cards/"  # where the gateway serves cards
_NOT_WORDS = {"picture", "items"}
_NUMBER = re.compile(r"(?<=\S) (?=\d)")


@dataclass(frozen=True)
class Row:
    """One thing that a card says: what it is about (a label, or a step's number) and its words."""

    name: str
    label: str
    text: str

    @property
    def is_step(self) -> bool:
        """Whether it is one of numbered steps."""
        return self.name.startswith("step_")


@dataclass(frozen=True)
class Card:
    """A card in one language."""

    id: str
    language: str
    title: str
    rows: tuple[Row, ...]
    pictures: tuple[str, ...]
    incident_type: str  # decides the colour; empty for a procedure
    as_of: date

    @property
    def alt(self) -> str:
        """Everything the card says, for who cannot see it."""
        return f"{self.title}. " + " ".join(f"{row.label}: {_sentence(row.text)}" for row in self.rows)

    @property
    def name(self) -> str:
        """Name of its files, without suffix."""
        return f"{self.id}.{self.language}"


def card_words(name: str, language: str) -> str:
    """A label of cards, or the name of the product."""
    words = content("cards")
    entry = words["brand"] if name == "brand" else words["labels"][name]
    return str(entry[language])


@lru_cache
def cards(language: str) -> dict[str, Card]:
    """All cards of a language by id; raises KnowledgeError naming the first that is incomplete."""
    return {name: _card(name, entry, language) for name, entry in content("cards")["cards"].items()}


@lru_cache
def _card_of_items() -> dict[str, str]:
    entries = content("cards")["cards"]
    return {item: name for name, entry in entries.items() for item in entry.get("items") or [name]}


def card_of_item(item: str, language: str) -> Card | None:
    """The card that goes with an answer, if there is one."""
    name = _card_of_items().get(item)
    return cards(language)[name] if name else None


def address_of(card: Card) -> str:
    """Where the chat page finds the card."""
    return f"{ADDRESS}{card.name}.svg"


def card_at(address: str | None) -> Card | None:
    """The card of such an address, or of the name of a file; None for anything else."""
    parts = (address or "").removeprefix(ADDRESS).split(".")
    if len(parts) != 3 or parts[1] not in LANGUAGES or parts[2] not in ("svg", "png"):
        return None
    return cards(parts[1]).get(parts[0])


def _card(name: str, entry: Mapping[str, Any], language: str) -> Card:
    missing = [p for p in entry if p not in _NOT_WORDS and not entry[p].get(language)]
    unknown = [p for p in entry["picture"] if p not in icons()]
    if missing or unknown:
        raise KnowledgeError(f"cards.yml: {name}: {language} lacks {missing}, pictures not known: {unknown}")
    parts = [part for part in entry if part not in (*_NOT_WORDS, "title")]
    item = _main_item(name, entry)
    return Card(
        id=name,
        language=language,
        title=kept_together(entry["title"][language]),
        rows=tuple(Row(p, _label(p, language), kept_together(entry[p][language])) for p in parts),
        pictures=tuple(entry["picture"]),
        incident_type=item.incident_types[0] if len(item.incident_types) in range(1, 9) else "",
        as_of=item.as_of,
    )


def _main_item(name: str, entry: Mapping[str, Any]) -> Item:
    items = entry.get("items") or [name]
    unknown = [item for item in items if item not in knowledge()]
    if unknown:
        raise KnowledgeError(f"cards.yml: {name}: there is no item {', '.join(unknown)}")
    return knowledge()[items[0]]


def _label(part: str, language: str) -> str:
    return part.removeprefix("step_") if part.startswith("step_") else card_words(part, language)


def kept_together(text: str) -> str:
    """A number stays on the line of the word before it."""
    return _NUMBER.sub("\u00a0", str(text))


def _sentence(text: str) -> str:
    return text if text[-1] in ".?!۔؟" else f"{text}."
