"""From the facts of a finished conversation to the draft that becomes a record."""

from collections.abc import Mapping
from typing import Any


def draft_from(facts: Mapping[str, Any], *, channel: str, language: str) -> dict[str, Any]:
    """The draft as bot.triage.record.build_record takes it."""
    city = facts.get("city") or {}
    classifier = {
        k: v for k, v in (facts.get("classifier") or {}).items() if k in {"type", "confidence", "alternatives"}
    }
    return {
        "draft_id": facts["draft_id"],
        "kind": facts.get("report_kind") or "report",
        "channel": channel,
        "language": language,
        "incident_type": facts["incident_type"],
        "classifier": classifier or None,
        "confirmed_by_user": bool(facts.get("type_confirmed")),
        "description": facts["description"],
        "platform": facts.get("platform"),
        "amount_pkr": facts.get("amount_pkr"),
        "observables": facts.get("suspect_contacts") or [],
        "occurred": facts.get("occurred"),
        "transaction_id": facts.get("transaction_id"),
        "complainant": _complainant(facts, city),
        "victim": {"is_minor": facts.get("victim_minor")},
        "risk_flags": facts.get("risk_flags") or [],
        "consent": facts["consent"],
        "routing": {"office": city.get("office") or None},
        "skipped": facts.get("skipped") or [],
    }


def _complainant(facts: Mapping[str, Any], city: Mapping[str, Any]) -> dict[str, Any]:
    name, contact = facts.get("complainant_name"), facts.get("complainant_contact")
    return {
        "anonymous": name in (None, "", "anonymous"),
        "name": None if name == "anonymous" else name,
        "phone": contact if contact and "@" not in contact else None,
        "email": contact if contact and "@" in contact else None,
        "city": city.get("name"),
        "province": city.get("province") or None,
    }
