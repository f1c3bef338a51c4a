"""A short comparison of sections of the Act, built from the figures of their items and from nothing else."""

from collections.abc import Iterable
from typing import Any

from bot.knowledge.load import Item
from bot.knowledge.texts import content

_YES_OR_NO = ("cognizable", "bailable", "compoundable")
_GENERAL = {"prison_min", "prison_max", "prison_max_minor", "fine_min_pkr", "fine_max_pkr", *_YES_OR_NO}


def comparison(items: Iterable[Item], language: str) -> str:
    """One paragraph a section: title, then punishment, arrest, bail and settlement."""
    compared = list(items)
    lines = [f"{item.title[language]}: {_figures(item, language)}" for item in compared]
    if any(set(item.figures) - _GENERAL for item in compared):
        lines.append(_words("special", language))
    return "\n".join(lines)


def _words(name: str, language: str, **values: str) -> str:
    return str(content("comparison")["comparison"][name][language]).format(**values)


def _figures(item: Item, language: str) -> str:
    figures = item.figures
    parts = [_prison(figures, language)] if figures.get("prison_max") else []
    if figures.get("prison_max_minor"):
        parts.append(_words("prison_minor", language, most=_time(figures["prison_max_minor"], language)))
    parts.append(_fine(figures, language))
    parts += [_words(n if figures[n] else f"not_{n}", language) for n in _YES_OR_NO if n in figures]
    return _words("between", language).join(parts) + _words("end", language)


def _prison(figures: Any, language: str) -> str:
    most = _time(figures["prison_max"], language)
    if figures.get("prison_min"):
        return _words("prison_between", language, least=_time(figures["prison_min"], language), most=most)
    return _words("prison", language, most=most)


def _fine(figures: Any, language: str) -> str:
    least, most = (f"{figures[n]:,}" if figures.get(n) else "" for n in ("fine_min_pkr", "fine_max_pkr"))
    name = {(True, True): "fine_between", (True, False): "fine_least", (False, True): "fine"}
    return _words(name.get((bool(least), bool(most)), "fine_open"), language, least=least, most=most)


def _time(text: str, language: str) -> str:
    number, unit = text.split()
    return f"{number} {content('comparison')['comparison']['units'][unit][language]}"
