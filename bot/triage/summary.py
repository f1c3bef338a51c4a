"""The lines of a complaint as the person reads them before sending."""

from collections.abc import Mapping
from typing import Any

from bot.knowledge.texts import city_label, label
from bot.triage.interview import questions

_EXCERPT = 280  # characters of the story that the summary repeats


def rupees(amount: float, language: str) -> str:
    """An amount with thousands separators in the person's language."""
    return label("values", "rupees", language).format(amount=f"{int(amount):,}")


def value_text(name: str, facts: Mapping[str, Any], language: str) -> str:
    """One fact as readable text; `not given` where it is empty."""
    value = facts.get(name)
    if name == "complainant_name" and value in (None, "anonymous"):
        return label("values", "anonymous", language)
    if value in (None, "", []):
        return label("values", "none", language)
    if name == "incident_type":
        return label("incident_types", str(value), language)
    if name == "platform":
        return label("platforms", str(value), language)
    if name == "amount_pkr":
        return rupees(float(value), language)
    if name == "suspect_contacts":
        return ", ".join(str(item["normalised"]) for item in value)
    if name == "occurred":
        return str(value["as_told"])
    if name == "city":
        return city_label(str(value["name"]), language)
    text = str(value)
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rstrip() + "…"


def lines(facts: Mapping[str, Any], language: str) -> list[tuple[str, str, str]]:
    """(field, label, value) of every line of the summary, in the order of asking."""
    names = ["incident_type", "description", *questions(dict(facts))]
    extra = [
        n for n in ("platform", "amount_pkr", "transaction_id", "suspect_contacts") if facts.get(n) and n not in names
    ]
    return [(n, label("fields", n, language), value_text(n, facts, language)) for n in [*names, *extra]]


def summary_text(facts: Mapping[str, Any], language: str) -> str:
    """The summary, one line a fact."""
    return "\n".join(f"• {title}: {value}" for _, title, value in lines(facts, language))


def understood(facts: Mapping[str, Any], language: str) -> str:
    """What the assistant understood, in a few words: type, place and money."""
    where = value_text("platform", facts, language) if facts.get("platform") else ""
    money = value_text("amount_pkr", facts, language) if facts.get("amount_pkr") else ""
    return label("values", "type_question", language).format(
        type=value_text("incident_type", facts, language),
        where=label("values", "where", language).format(platform=where) if where else "",
        money=label("values", "money", language).format(amount=money) if money else "",
    )
