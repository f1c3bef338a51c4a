"""Turns of a conversation as the analysis gives them, with the real extraction and an intent of choice."""

from dataclasses import asdict
from typing import Any

from bot.knowledge.follow_up import supposes
from bot.knowledge.search import compares
from bot.nlu.extract import extract
from bot.triage.turn import Turn


def said(text: str, intent: str = "report", **found: Any) -> Turn:
    """A typed message; `found` are parts of the analysis that only a trained model knows."""
    rules = extract(text)
    analysis = {
        "platform": rules.platform,
        "amount_pkr": rules.amount_pkr,
        "observables": [_plain(item) for item in rules.identifiers if not item.own],
        "own_contacts": [_plain(item) for item in rules.identifiers if item.own],
        "occurred": rules.dates[0].as_record() if rules.dates else None,
        "city": asdict(rules.city) if rules.city else None,
        "transaction_id": rules.transaction_id,
        "minor": rules.minor,
        "kind_confidence": 0.9,
        **found,
    }
    language = {"entity": "language", "value": "en", "start": 0, "end": 0}
    entities = (*(asdict(entity) for entity in rules.entities), language)
    return Turn(intent, text, analysis, entities, compares=compares(text), supposes=supposes(text))


def tapped(field: str, choice: str) -> Turn:
    """A tapped button."""
    return Turn("choose", field=field, choice=choice)


def _plain(item: Any) -> dict[str, Any]:
    return {"data_type": item.data_type, "data": item.data, "normalised": item.normalised}
