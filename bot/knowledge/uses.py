"""Which texts depend on an item or a section, so that a change of the law is carried through everywhere."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.knowledge.check import forms_of, leaves, tells, yaml_files
from bot.knowledge.load import Item
from bot.knowledge.texts import read_yaml
from bot.settings import PROJECT
from bot.triage.taxonomy import LANGUAGES

_SKIPPED = re.compile(r"(?:^|\.)(?:ask|none|claims|words|lead|filler|concepts|spellings)(?:\.|\[|$)")
_LONGEST = 140
_NUMBERS = "{number}(?![0-9A-Z])"


@dataclass(frozen=True)
class Use:
    """One place that depends on an item: the file, where in it, why, and the beginning of the text."""

    file: str
    place: str
    why: str
    text: str


def find_item(items: Mapping[str, Item], name: str) -> Item | None:
    """The item by its id or by its section: `offence_24`, `24`, `s.22a`."""
    section = re.sub(r"^(?:section|sec|s|dafa|دفعہ)[\s.]*", "", name.strip(), flags=re.I).upper()
    by_section = {item.section.upper(): item for item in items.values() if item.section}
    return items.get(name) or by_section.get(section)


def uses(item: Item) -> list[Use]:
    """Every text that names the item, its section or one of its figures together with it."""
    found = []
    for path in yaml_files():
        name = str(path.relative_to(PROJECT))
        for place, text in leaves(read_yaml(path)):
            why = None if _SKIPPED.search(place) or f"[{item.id}]" in place else _why(item, text)
            if why:
                found.append(Use(name, place, why, text.replace("\n", " ")[:_LONGEST]))
    return found


def own_texts(item: Item) -> Iterator[Use]:
    """The item's own texts that tell one of its figures."""
    for part, texts in (("title", item.title), ("answer", item.answer), ("more", item.more), ("example", item.example)):
        for language, text in texts.items():
            told = [name for name, value in item.figures.items() if _tells(value, text, language)]
            if told:
                yield Use("", f"{part}.{language}", ", ".join(told), text.replace("\n", " ")[:_LONGEST])


def _tells(value: object, text: str, language: str) -> bool:
    if isinstance(value, bool) or value is None:
        return False
    return tells(value, text, language)


def _why(item: Item, text: str) -> str | None:
    if text == item.id or re.search(rf'"item":"{item.id}"', text):
        return "leads to it"
    if item.section and _section_pattern(item.section).search(text):
        figures = [value for value in item.figures.values() if not isinstance(value, bool) and value is not None]
        forms = {form for value in figures for ln in LANGUAGES for form in forms_of(value, ln)}
        told = sorted(form for form in forms if form in text)
        return f"names s.{item.section}" + (f" with {', '.join(told)}" if told else "")
    if not item.section and len(item.title["en"]) > len(item.id) and item.title["en"] in text:
        return "repeats its title"
    return None


def _section_pattern(section: str) -> re.Pattern[str]:
    """The section by number: `s.24`, `section 24`, `dafa 24`, and within a list such as `ss.21, 22 and 24`."""
    lead = r"(?:\bsections?|\bsec\.?|\bss?\.|\bdafa(?:at)?|دفعہ|دفعات|\bPECA)"
    listed = r"(?:\s*\d{1,2}[A-D]?\s*(?:\([0-9a-z]\))?\s*(?:[,،/·]|and|or|to|aur|اور|یا|ya|تا)\s*)*"
    return re.compile(rf"{lead}\s*{listed}{_NUMBERS.format(number=re.escape(section))}|^{re.escape(section)}$", re.I)
