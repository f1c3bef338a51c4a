"""Which office a record is meant for: the one nearest to the person, or the online portal from abroad."""

from collections.abc import Mapping
from typing import Any

from bot.knowledge.texts import content


def office_for(city: Mapping[str, Any], *, abroad: bool) -> str | None:
    """Office of a city of knowledge/offices.yml; who lives abroad goes through the portal; None: staff decide."""
    if abroad:
        return str(content("offices")["from_abroad"])
    return city.get("office") or None
