"""From the facts of a finished conversation to the draft that becomes a record."""

from collections.abc import Mapping
from typing import Any

from bot.triage.advice import has_foreign_contact, is_child_abuse_too
from bot.triage.names import own_words
from bot.triage.payment import instrument_of
from bot.triage.routing import office_for
from bot.triage.talk import is_abroad
from bot.triage.turn import progress

_OF_AN_ADULT_OTHER = {"family", "friend", "other"}
_CLASSIFIER = ("type", "confidence", "alternatives", "model_version")


def draft_from(facts: Mapping[str, Any], *, channel: str, language: str) -> dict[str, Any]:
    """The draft as bot.triage.record.build_record takes it."""
    city, kind = facts.get("city") or {}, str(facts.get("report_kind") or "report")
    read = facts.get("classifier") or {}
    return {
        "draft_id": facts["draft_id"],
        "kind": kind,
        "channel": channel,
        "language": language,
        "incident_type": facts["incident_type"],
        "incident_subtype": _subtype(facts),
        "classifier": {name: read[name] for name in _CLASSIFIER if name in read} or None,
        "also": ["child_abuse"] if is_child_abuse_too(dict(facts)) else [],
        "confirmed_by_user": bool(facts.get("type_confirmed")),
        "description": own_words(dict(facts)),
        "platform": facts.get("platform"),
        "amount_pkr": facts.get("amount_pkr"),
        "observables": facts.get("suspect_contacts") or [],
        "suspect_relationship": facts.get("suspect_relationship"),
        "occurred": facts.get("occurred"),
        "transaction_id": facts.get("transaction_id"),
        "instrument": instrument_of(facts),
        "complainant": _complainant(facts, city),
        "victim": _victim(facts),
        "desired_outcome": facts.get("desired_outcome") or [],
        "risk_flags": facts.get("risk_flags") or [],
        "possible_dangers": progress(dict(facts)).get("possible_dangers") or [],
        "consent": facts["consent"],
        "routing": {"office": office_for(city, kind=kind, abroad=is_abroad(facts)), "abroad": _abroad(facts)},
        "skipped": facts.get("skipped") or [],
    }


def _abroad(facts: Mapping[str, Any]) -> list[str]:
    """Who is outside Pakistan, by the place that was told and by foreign numbers."""
    return [*(["complainant"] if is_abroad(facts) else []), *(["suspect"] if has_foreign_contact(dict(facts)) else [])]


def _subtype(facts: Mapping[str, Any]) -> str | None:
    """The classifier's subtype, unless the person named another type than the classifier did."""
    read = (facts.get("classifier") or {}).get("type", facts["incident_type"])
    return facts.get("incident_subtype") if read == facts["incident_type"] else None


def _complainant(facts: Mapping[str, Any], city: Mapping[str, Any]) -> dict[str, Any]:
    name, contact = facts.get("complainant_name"), facts.get("complainant_contact")
    about = facts.get("about_complainant") or {}
    whom = facts.get("on_behalf_of")
    return {
        "anonymous": name in (None, "", "anonymous"),
        "name": None if name == "anonymous" else name,
        "phone": contact if contact and "@" not in contact else None,
        "email": contact if contact and "@" in contact else None,
        "city": city.get("name"),
        "province": city.get("province") or None,
        "age_band": "under_18" if whom == "self_minor" else about.get("age_band"),
        "gender": about.get("gender"),
        "on_behalf_of": None if whom in {None, "self", "self_minor"} else whom,
        "safe_to_contact": about.get("safe_to_contact"),
        "contact_note": about.get("contact_note"),
    }


def _victim(facts: Mapping[str, Any]) -> dict[str, Any]:
    whom = facts.get("on_behalf_of")
    is_self = whom in {"self", "self_minor"}
    closer = None if is_self else progress(dict(facts)).get("spoken_of")
    minor = facts.get("victim_minor")
    if minor is None and whom in {"self", *_OF_AN_ADULT_OTHER}:
        minor = False
    return {
        "is_minor": minor,
        "relationship": "self" if is_self else (closer if whom else None),
        "adult_support": facts.get("adult_support") if whom == "self_minor" else None,
    }
