"""A short comparison of sections of the Act, built from the figures of their items and from nothing else."""

from collections.abc import Iterable
from typing import Any

from bot.knowledge.load import Item
from bot.knowledge.texts import content

_YES_OR_NO = ("cognizable", "bailable", "compoundable")
_PUNISHMENT = ("prison_min", "prison_min_reported", "prison_max", "prison_max_minor", "fine_min_pkr", "fine_max_pkr")
_GENERAL = {*_PUNISHMENT, *_YES_OR_NO}


def comparison(items: Iterable[Item], language: str) -> str:
    """One paragraph a section: title, then punishment, arrest, bail and settlement."""
    compared = list(items)
    lines = [f"{item.title[language]}: {_figures(item, language)}" for item in compared]
    if any(has_special_cases(item) for item in compared):
        lines.append(_words("special", language))
    return "\n".join(lines)


def has_special_cases(item: Item) -> bool:
    """Whether an offence has figures beyond the general ones."""
    return bool(set(item.figures) - _GENERAL)


def _words(name: str, language: str, **values: str) -> str:
    return str(content("comparison")["comparison"][name][language]).format(**values)


def _figures(item: Item, language: str) -> str:
    figures = item.figures
    parts = [prison_words(figures, language)] if figures.get("prison_max") else []
    if figures.get("prison_max_minor"):
        parts.append(_words("prison_minor", language, most=in_words(figures["prison_max_minor"], language)))
    parts.append(fine_words(figures, language))
    parts += [_words(n if figures[n] else f"not_{n}", language) for n in _YES_OR_NO if n in figures]
    return _words("between", language).join(parts) + _words("end", language)


def prison_words(figures: Any, language: str) -> str:
    """The prison term of an offence in words."""
    most = in_words(figures["prison_max"], language)
    if figures.get("prison_min_reported"):
        return _words("prison_reported", language, least=in_words(figures["prison_min_reported"], language), most=most)
    if figures.get("prison_min"):
        return _words("prison_between", language, least=in_words(figures["prison_min"], language), most=most)
    return _words("prison", language, most=most)


def fine_words(figures: Any, language: str) -> str:
    """The fine of an offence in words."""
    least, most = (f"{figures[n]:,}" if figures.get(n) else "" for n in ("fine_min_pkr", "fine_max_pkr"))
    name = {(True, True): "fine_between", (True, False): "fine_least", (False, True): "fine"}
    return _words(name.get((bool(least), bool(most)), "fine_open"), language, least=least, most=most)


def in_words(text: str, language: str) -> str:
    """A term such as `3 years` in the person's language."""
    number, unit = text.split()
    return f"{number} {content('comparison')['comparison']['units'][unit][language]}"
