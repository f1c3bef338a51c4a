"""Labels and first steps of knowledge/ in the person's language."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date

from bot.settings import PROJECT

KNOWLEDGE = PROJECT / "knowledge"


@lru_cache
def content(name: str) -> dict[str, Any]:
    """Content of knowledge/<name>.yml, read once."""
    return read_yaml(KNOWLEDGE / f"{name}.yml")


def read_yaml(path: Path) -> dict[str, Any]:
    """Content of a YAML file, by the quicker reader where it is there."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}  # noqa: S506
    return found


def label(group: str, name: str, language: str) -> str:
    """Name of a thing as a person reads it; the plain name where it has no label."""
    entry = content("labels")[group].get(name)
    return str(entry[language]) if entry else name


def first_steps(name: str, language: str) -> str:
    """What to do right now for an incident type or danger, or what a circumstance of a complaint calls for."""
    steps = content("first_steps")["first_steps"]
    return str((steps if name in steps else content("interview_advice")["advice"])[name][language])


@lru_cache
def _city_spellings() -> dict[str, str]:
    """First Urdu-script spelling of each city."""
    cities = content("offices")["cities"]
    return {c["name"]: next((s for s in c["spellings"] if not s.isascii()), c["name"]) for c in cities}


def city_label(name: str, language: str) -> str:
    """Name of a city in the person's script."""
    return _city_spellings().get(name, name) if language == "ur" else name


def day(moment: date, language: str) -> str:
    """A day as a person reads it: `6 December 2026`."""
    return str(format_date(moment, "d MMMM y", locale="ur" if language == "ur" else "en"))
