"""What `muhafiz knowledge check` finds: what is broken, what is due for another look, what rests on one source."""

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.knowledge.corrections import corrections
from bot.knowledge.load import Item, KnowledgeError, load_items
from bot.knowledge.texts import KNOWLEDGE, content
from bot.settings import PROJECT
from bot.triage.taxonomy import LANGUAGES

_PAYLOAD_ITEM = re.compile(r'"item":"([\w+]+)"')
_MONTHS = 12
_BETWEEN = {"en": ("to ",), "ur": ("سے ", "تا "), "ur-Latn": ("se ", "ta ")}  # between the ends of a range


def problems(items: Mapping[str, Item], today: date) -> Iterator[str]:
    """Everything that must not stay as it is, a line each."""
    try:
        corrections()
    except KnowledgeError as error:
        yield str(error)
    yield from _dead_references(items)
    for item in items.values():
        yield from _figures_not_said(item)
        if item.checked_on > today:
            yield f"{item.id}: checked_on {item.checked_on} is in the future"
        if item.as_of > item.checked_on:
            yield f"{item.id}: as_of {item.as_of} is later than checked_on {item.checked_on}"


def overdue(items: Mapping[str, Item], today: date) -> list[tuple[date, Item]]:
    """Items that are due for another look, the longest waiting first."""
    due = [(due_on(item), item) for item in items.values()]
    return sorted(((day, item) for day, item in due if day <= today), key=lambda entry: (entry[0], entry[1].id))


def due_on(item: Item) -> date:
    """The day on which an item should be looked at again."""
    months = content("review")["months"][item.grade]
    year, month = divmod(item.checked_on.month - 1 + months, _MONTHS)
    year, month = item.checked_on.year + year, month + 1
    return date(year, month, min(item.checked_on.day, calendar.monthrange(year, month)[1]))


def check(today: date, folder: Path = KNOWLEDGE) -> tuple[dict[str, Item], list[str]]:
    """The items, and every problem that was found."""
    items = load_items(folder)
    return items, list(problems(items, today))


def _dead_references(items: Mapping[str, Item]) -> Iterator[str]:
    """Items that other files name and that do not exist."""
    for where, name in _references():
        if name not in items:
            yield f"{where} names {name}, which does not exist"
    sections = {item.section for item in items.values()}
    for crime in content("crime_words")["crimes"]:
        for section in map(str, crime["sections"]):
            if section not in sections:
                yield f"crime_words.yml names section {section}, which no item is about"


def _references() -> Iterator[tuple[str, str]]:
    hours, follow_ups = content("hours"), content("follow_ups")
    yield from (("hours.yml", name) for need in hours["needs"].values() for name in need["items"])
    yield from (("offices.yml", entry["item"]) for entry in content("offices")["also"])
    yield from (("follow_ups.yml", a["item"]) for a in follow_ups["aspects"].values() if a.get("item"))
    yield from (("follow_ups.yml", n) for n in [*follow_ups["offence_of_type"].values(), *follow_ups["which_offence"]])
    for path in sorted((PROJECT / "data" / "responses").glob("*.yml")):
        for name in _PAYLOAD_ITEM.findall(path.read_text(encoding="utf-8")):
            if name != "helplines":
                yield path.name, name


def _figures_not_said(item: Item) -> Iterator[str]:
    """Figures of an offence that its own texts do not tell, by language."""
    for name, value in item.figures.items():
        if not isinstance(value, bool) and value is not None:
            for language in LANGUAGES:
                text = f"{item.answer[language]} {item.more.get(language, '')}"
                if not tells(value, text, language):
                    yield f"{item.id}: {name} ({value}) is not told in {language}"


def tells(value: Any, text: str, language: str) -> bool:
    """Whether a text holds a figure: `1,000,000`, `7 years`, or the lower end of `5 to 10 years`."""
    return any(re.search(rf"(?<![\d.,]){re.escape(form)}", text) for form in forms_of(value, language))


def forms_of(value: Any, language: str) -> list[str]:
    """How a figure may stand in a text of that language."""
    if isinstance(value, int):
        return [f"{value:,}"]
    number, unit = str(value).split()
    units = content("comparison")["comparison"]["units"]
    names = {units[unit][language], units[f"{unit.rstrip('s')}s"][language]}
    return [f"{number} {word}" for word in (*sorted(names), *_BETWEEN[language])]


def yaml_files() -> list[Path]:
    """Every file whose texts a person may read."""
    return [*sorted(KNOWLEDGE.rglob("*.yml")), *sorted((PROJECT / "data" / "responses").glob("*.yml"))]


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Path and text of every text of a tree."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(node, list):
        for position, value in enumerate(node):
            name = value.get("id", position) if isinstance(value, Mapping) else position
            yield from leaves(value, f"{path}[{name}]")
    elif isinstance(node, str | int) and not isinstance(node, bool):
        yield path, str(node)
