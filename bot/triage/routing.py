"""Which office a record is meant for: the one nearest to the person, or the online portal."""

from collections.abc import Mapping
from typing import Any

from bot.knowledge.texts import content


def office_for(city: Mapping[str, Any], *, kind: str, abroad: bool) -> str | None:
    """Office of a city of knowledge/offices.yml; the portal from abroad and for a tip-off; None: staff decide."""
    if abroad or (kind == "tip_off" and not city.get("office")):
        return str(content("offices")["portal"])
    return city.get("office") or None
