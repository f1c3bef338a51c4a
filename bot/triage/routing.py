"""Where a record goes: the office nearest to the person or the online portal, and which other bodies deal with it.

Only NCCIA investigates offences under the Act, so the office follows from the place; what else a matter calls for (a
bank, PTA, a service for pictures of children) follows from its type and facts, by knowledge/offices.yml.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bot.knowledge.texts import content
from bot.triage.mapping import facts_of, holds
from bot.triage.payment import kinds_in

ABROAD = ("complainant", "suspect")


def office_for(city: Mapping[str, Any], *, kind: str, abroad: bool) -> str | None:
    """Office of a city of knowledge/offices.yml; the portal from abroad and for a tip-off; None: staff decide."""
    if abroad or (kind == "tip_off" and not city.get("office")):
        return str(content("offices")["portal"])
    return city.get("office") or None


def bodies_for(record: Mapping[str, Any]) -> list[dict[str, str | None]]:
    """Other bodies that deal with a matter like this: the item of knowledge/helplines.yml, its name and contact."""
    facts = facts_of(record) | _facts_of(record)
    chosen = [entry["item"] for entry in content("offices")["also"] if holds(facts, entry["when"])]
    return [_body(name) for name in dict.fromkeys(chosen)]


def _facts_of(record: Mapping[str, Any]) -> dict[str, set[Any]]:
    """What the conditions of a body may ask for besides those of a section."""
    paid = {item["instrument"] for item in record["financial_transactions"]}
    kinds = {kind for instrument in paid for kind in kinds_in(instrument)}
    return {
        "type": {record["incident_type"]},
        "kind": {record["kind"]},
        "province": {record["complainant"]["province"]},
        "wish": set(record["desired_outcome"]),
        "instrument": {name for instrument in paid if instrument for name in instrument.split(", ")},
        "paid_by": kinds or ({"unknown"} if paid else set()),
    }


@lru_cache
def _items() -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in content("helplines")["items"]}


def _body(name: str) -> dict[str, str | None]:
    item = _items()[name]
    return {"item": name, "name": item["title"]["en"], "contact": (item.get("contact") or {}).get("value")}
