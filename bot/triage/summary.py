"""The lines of a complaint as the person reads them before sending."""

from collections.abc import Mapping
from typing import Any

from bot.knowledge.texts import city_label, content, label
from bot.triage.names import own_words
from bot.triage.payment import named_services
from bot.triage.plan import CHANGEABLE, fields

_EXCERPT = 280  # characters of the story that the summary repeats
_ONLY_WHEN_KNOWN = {
    "suspect_relationship",
    "on_behalf_of",
    "adult_support",
}  # lines that are left out while they are empty
_LABELLED = {
    "incident_type": "incident_types",
    "platform": "platforms",
    "suspect_relationship": "relationships",
    "on_behalf_of": "whom",
    "adult_support": "adult_support",
}


def rupees(amount: float, language: str) -> str:
    """An amount with thousands separators in the person's language."""
    return label("values", "rupees", language).format(amount=f"{int(amount):,}")


def value_text(name: str, facts: Mapping[str, Any], language: str) -> str:
    """One fact as readable text; `not given` where it is empty."""
    value: Any = own_words(dict(facts)) if name == "description" else facts.get(name)
    if name == "complainant_name" and value in (None, "anonymous"):
        return label("values", "anonymous", language)
    if value in (None, "", []):
        return label("values", "none", language)
    if name in _LABELLED:
        return label(_LABELLED[name], str(value), language)
    if name == "desired_outcome":
        return label("values", "comma", language).join(label("outcomes", wish, language) for wish in value)
    if name == "amount_pkr":
        paid_by = named_services(facts)
        text = rupees(float(value), language)
        return label("values", "paid_by", language).format(amount=text, services=paid_by) if paid_by else text
    if name == "suspect_contacts":
        return ", ".join(str(item["normalised"]) for item in value)
    if name == "occurred":
        return str(value["as_told"])
    if name == "evidence":
        return _files_text(value, language)
    if name == "city":
        return place_text(value, language)
    text = str(value)
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rstrip() + "…"


def _files_text(files: list[Mapping[str, Any]], language: str) -> str:
    """How many files there are, and their names as far as they have some."""
    names = label("values", "comma", language).join(str(file["filename"]) for file in files if file["filename"])
    if not names:
        return str(len(files))
    short = names if len(names) <= _EXCERPT else names[:_EXCERPT].rstrip() + "…"
    return label("values", "files", language).format(count=len(files), names=short)


def place_text(city: Mapping[str, Any], language: str) -> str:
    """The city, and the office that is nearest to it where that is elsewhere."""
    name, office = city_label(str(city["name"]), language), city.get("office")
    if not office or office == city["name"]:
        return name
    names = {entry["name"]["en"]: entry["name"][language] for entry in content("offices")["offices"]}
    return label("values", "city_office", language).format(city=name, office=names.get(office, office))


def lines(facts: Mapping[str, Any], language: str) -> list[tuple[str, str, str]]:
    """(field, label, value) of every line of the summary, in the order of asking."""
    names = ["incident_type", "description", *fields(dict(facts))]
    shown = [n for n in dict.fromkeys([*names, *CHANGEABLE]) if facts.get(n) or n in names]
    shown = [n for n in shown if facts.get(n) or n not in _ONLY_WHEN_KNOWN]
    shown += ["evidence"] if facts.get("evidence") else []
    return [(n, label("fields", n, language), value_text(n, facts, language)) for n in shown]


def summary_text(facts: Mapping[str, Any], language: str) -> str:
    """The summary, one line a fact."""
    return "\n".join(f"• {title}: {value}" for _, title, value in lines(facts, language))


def noted_text(names: list[str], facts: Mapping[str, Any], language: str) -> str:
    """What was just understood, in half a sentence."""
    return label("values", "semicolon", language).join(
        f"{label('fields', name, language)}: {value_text(name, facts, language)}" for name in names
    )


def understood(facts: Mapping[str, Any], language: str) -> str:
    """What the assistant understood, in a few words: type, place and money."""
    where = value_text("platform", facts, language) if facts.get("platform") else ""
    money = value_text("amount_pkr", facts, language) if facts.get("amount_pkr") else ""
    return label("values", "type_question", language).format(
        type=value_text("incident_type", facts, language),
        where=label("values", "where", language).format(platform=where) if where else "",
        money=label("values", "money", language).format(amount=money) if money else "",
    )
