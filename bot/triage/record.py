"""The triage record: built from what a conversation gathered, checked against the published JSON Schema.

Only consent, incident type and a description are required. A value that does not fit is left out and listed
as missing rather than costing the person the whole record.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import jsonschema

from bot.settings import PROJECT
from bot.triage.mapping import offences_for, rsit_for
from bot.triage.priority import assess
from bot.triage.reference import new_reference, normalise_reference
from bot.triage.routing import ABROAD, bodies_for
from bot.triage.taxonomy import (
    ADULT_SUPPORT,
    DESIRED_OUTCOMES,
    INCIDENT_TYPES,
    LANGUAGES,
    OBSERVABLE_TYPES,
    PLATFORMS,
    RISK_FLAGS,
    UNSURE,
)

__all__ = [
    "ENDED",
    "SCHEMA_VERSION",
    "RecordError",
    "build_record",
    "instant",
    "new_reference",
    "normalise_reference",
    "validate_record",
    "with_file",
]

SCHEMA_VERSION = "1.3"
SCHEMA_FILE = PROJECT / "docs" / "triage-record.schema.json"
ENDED = ("withdrawn", "closed")  # by the person, by staff
DESCRIPTION_LIMIT = 100_000  # characters of a description that are kept
_EXCERPT = 200  # characters of the description in the summary
_TYPES = (*INCIDENT_TYPES, UNSURE)
_COMPLAINANT_TEXTS = {
    "name": 200, "phone": 40, "email": 254, "city": 120, "province": 80, "age_band": 40, "gender": 40,
    "on_behalf_of": 200, "contact_note": 1000,
}  # fmt: skip


class RecordError(Exception):
    """A record or draft is not what the schema asks for; the text names the field, never its content."""


def build_record(draft: Mapping[str, Any], *, reference: str, now: datetime) -> dict[str, Any]:
    """A record valid against the schema from a draft; raises RecordError when a required part is missing."""
    incident_type, description, consent = _required(draft)
    risk_flags = _known(draft.get("risk_flags"), RISK_FLAGS)
    victim = _victim(draft, risk_flags)
    transactions = _transactions(draft)
    amount = transactions[0]["amount_pkr"] if transactions else None
    also = [name for name in _known(draft.get("also"), INCIDENT_TYPES) if name != incident_type]
    urgency = assess(
        incident_type=incident_type,
        risk_flags=risk_flags,
        minor=victim["is_minor"],
        amount_pkr=amount,
        possible=draft.get("possible_dangers") or (),
        also=also,
    )
    at = instant(now)
    record: dict[str, Any] = {
        "reference": reference,
        "schema_version": SCHEMA_VERSION,
        "created_at": at,
        "updated_at": at,
        "channel": _text(draft.get("channel"), 40),
        "language": draft.get("language") if draft.get("language") in LANGUAGES else None,
        "kind": "tip_off" if draft.get("kind") == "tip_off" else "report",
        "incident_type": incident_type,
        "incident_subtype": _text(draft.get("incident_subtype"), 80),
        "classifier": _classifier(draft.get("classifier"), also),
        "confirmed_by_user": draft.get("confirmed_by_user") is True,
        "severity": urgency.severity,
        "priority": urgency.priority,
        "priority_reasons": list(urgency.reasons),
        "risk_flags": risk_flags,
        "occurred": _occurred(draft.get("occurred")),
        "platform": _platform(draft.get("platform")),
        "suspects": _suspects(draft),
        "financial_transactions": transactions,
        "description": description,
        "evidence": [_file(item) for item in draft.get("evidence") or ()],
        "complainant": _complainant(draft.get("complainant") or {}),
        "victim": victim,
        "desired_outcome": _known(draft.get("desired_outcome"), DESIRED_OUTCOMES),
        "consent": consent,
        "routing": _routing(draft.get("routing") or {}),
        "status": "received",
        "status_history": [{"status": "received", "at": at}],
        "forwarding": dict.fromkeys(("system", "external_id", "external_url", "last_error", "forwarded_at"))
        | {"attempts": 0},
    }
    record["rsit"] = rsit_for(record)
    record["offences"] = offences_for(record, also)
    record["routing"]["also"] = bodies_for(record)
    record["summary"] = _summary(record)
    record["missing"] = _missing(record, draft.get("skipped") or ())
    record = {name: record[name] for name in _validator().schema["properties"]}
    validate_record(record)
    return record


def with_file(record: dict[str, Any], item: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The record with a file that came after it was sent, noted in its history."""
    entry = {"status": record["status"], "at": instant(now), "event": "evidence_added"}
    return {
        **record,
        "schema_version": SCHEMA_VERSION,
        "evidence": [*record["evidence"], _file(item)],
        "missing": [path for path in record["missing"] if path != "evidence"],
        "status_history": [*record["status_history"], entry],
    }


def validate_record(record: Any) -> None:
    """Raise RecordError naming the first field that the schema refuses."""
    error = jsonschema.exceptions.best_match(_validator().iter_errors(record))
    if error is not None:
        where = ".".join(str(part) for part in error.absolute_path) or "record"
        raise RecordError(f"{where}: does not satisfy {error.validator!r}")


@lru_cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text("utf-8")))


def instant(value: datetime | str) -> str:
    """An instant as UTC ISO 8601 with `Z`; a naive one is taken as UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _required(draft: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    if draft.get("incident_type") not in _TYPES:
        raise RecordError("incident_type: missing or unknown")
    description = _clean(draft.get("description"))[:DESCRIPTION_LIMIT]
    if not description.strip():
        raise RecordError("description: missing")
    consent = draft.get("consent") or {}
    try:
        given_at = instant(consent["given_at"])
    except (KeyError, TypeError, ValueError):
        raise RecordError("consent.given_at: missing or not an instant") from None
    return draft["incident_type"], description, {
        "given_at": given_at,
        "text_version": _text(consent.get("text_version"), 80),
    }  # fmt: skip


def _clean(value: Any) -> str:
    """Text that every store and format can hold: no NUL, no half of a surrogate pair."""
    return str(value or "").replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _text(value: Any, limit: int) -> str | None:
    """A short text, trimmed and cut at `limit` characters; None when there is nothing in it."""
    return _clean(value).strip()[:limit] or None


def _whole(value: Any) -> int | None:
    """A non-negative whole number, or None."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number <= 10**15 and not isinstance(value, bool) else None


def _yes_no(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _known(values: Any, allowed: tuple[str, ...]) -> list[str]:
    """Those of `values` that are allowed, each once, in the given order."""
    return [value for value in dict.fromkeys(values or ()) if value in allowed]


def _platform(value: Any) -> str | None:
    return value if value in PLATFORMS else ("other" if _text(value, 80) else None)


def _classifier(given: Mapping[str, Any] | None, also: Sequence[str]) -> dict[str, Any] | None:
    """The machine's reading; `also` are types that follow from the facts and come first among the alternatives."""
    if not given and not also:
        return None
    given = given or {}
    confidence = given.get("confidence")
    return {
        "type": given.get("type") if given.get("type") in _TYPES else None,
        "confidence": None if confidence is None else min(1.0, max(0.0, float(confidence))),
        "alternatives": _alternatives(given.get("alternatives") or (), also),
        "model_version": _text(given.get("model_version"), 80),
    }


def _alternatives(given: Sequence[Any], also: Sequence[str]) -> list[Any]:
    """Types, or objects of type and confidence, as the classifier gave them; those in `also` come first."""
    found: dict[str, Any] = {}
    for item in given:
        name = item.get("type") if isinstance(item, Mapping) else item
        if name in _TYPES:
            found.setdefault(name, item if item == name else {"type": name, "confidence": float(item["confidence"])})
    first = [found.pop(name, name) for name in also]
    return [*first, *found.values()][:10]


def _occurred(given: Mapping[str, Any] | None) -> dict[str, str | None]:
    given = given or {}
    return {
        "from": _moment(given.get("from")),
        "to": _moment(given.get("to")),
        "as_told": _text(given.get("as_told"), 500),
    }


def _moment(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else _text(value, 40)


def _suspects(draft: Mapping[str, Any]) -> list[dict[str, Any]]:
    relationship = _text(draft.get("suspect_relationship"), 200)
    observables = [
        {
            "data_type": item["data_type"],
            "data": _text(item.get("data") or item.get("normalised"), 2000),
            "normalised": _text(item.get("normalised"), 2000),
        }
        for item in (draft.get("observables") or ())[:100]
        if item.get("data_type") in OBSERVABLE_TYPES and _text(item.get("data") or item.get("normalised"), 2000)
    ]
    return [{"relationship": relationship, "observables": observables}] if relationship or observables else []


def _transactions(draft: Mapping[str, Any]) -> list[dict[str, Any]]:
    amount, instrument = _whole(draft.get("amount_pkr")), _text(draft.get("instrument"), 80)
    transaction_id = _text(draft.get("transaction_id"), 120)
    if amount is None and instrument is None and transaction_id is None:
        return []
    return [
        {
            "amount_pkr": amount,
            "instrument": instrument,
            "transaction_id": transaction_id,
            "occurred": _occurred(draft.get("occurred")),
        }
    ]


def _routing(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"office": _text(given.get("office"), 120), "also": [], "abroad": _known(given.get("abroad"), ABROAD)}


def _file(item: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: item.get(name) for name in ("received_at", "taken_at") if item.get(name)}
    return {name: item[name] for name in ("sha256", "content_type", "size", "filename", "caption")} | known


def _complainant(given: Mapping[str, Any]) -> dict[str, Any]:
    """Contact data. An anonymous complainant has no name here, but may leave a number to be reached at."""
    anonymous = given.get("anonymous") is True
    texts = {
        name: None if anonymous and name == "name" else _text(given.get(name), limit)
        for name, limit in _COMPLAINANT_TEXTS.items()
    }
    return {"anonymous": anonymous, **texts, "safe_to_contact": _yes_no(given.get("safe_to_contact"))}


def _victim(draft: Mapping[str, Any], risk_flags: list[str]) -> dict[str, Any]:
    given = draft.get("victim") or {}
    minor = _yes_no(given.get("is_minor"))
    if minor is None and ("minor" in risk_flags or draft.get("incident_type") == "child_abuse"):
        minor = True
    return {
        "is_minor": minor,
        "relationship": _text(given.get("relationship"), 200),
        "adult_support": next(iter(_known([given.get("adult_support")], ADULT_SUPPORT)), None),
    }


def _summary(record: Mapping[str, Any]) -> str:
    """One line for a list of cases; staff read it, so it uses the record's own codes."""
    amount = next((t["amount_pkr"] for t in record["financial_transactions"] if t["amount_pkr"]), None)
    parts = [
        record["kind"],
        record["incident_type"],
        record["incident_subtype"],
        record["platform"],
        f"PKR {amount:,}" if amount else None,
        "minor" if record["victim"]["is_minor"] else None,
        record["complainant"]["city"],
    ]
    words = " ".join(record["description"].split())
    excerpt = words if len(words) <= _EXCERPT else words[: _EXCERPT - 1] + "…"
    return " · ".join(part for part in (*parts, excerpt) if part)[:600]


def _missing(record: Mapping[str, Any], skipped: Any) -> list[str]:
    """Paths of fields that would help and are empty: first those that matter most for the type."""
    wanted = list(_wanted(record))
    asked = [_PATHS.get(name, name) for name in skipped if isinstance(name, str) and len(name) <= 60]
    return [path for path in dict.fromkeys((*wanted, *asked)) if _is_empty(record, path)]


_PATHS = {
    "amount_pkr": "financial_transactions.amount_pkr",
    "transaction_id": "financial_transactions.transaction_id",
    "instrument": "financial_transactions.instrument",
    "observables": "suspects.observables",
    "suspect_relationship": "suspects.relationship",
    "is_minor": "victim.is_minor",
    "office": "routing.office",
    **{name: f"complainant.{name}" for name in (*_COMPLAINANT_TEXTS, "safe_to_contact")},
}


def _wanted(record: Mapping[str, Any]) -> Iterator[str]:
    yield from (
        "occurred",
        "platform",
        "suspects.observables",
        "evidence",
        "desired_outcome",
        "complainant.city",
    )
    if record["incident_type"] in ("fraud", "blackmail"):
        yield "financial_transactions.amount_pkr"
    if record["incident_type"] == "fraud":
        yield from ("financial_transactions.transaction_id", "financial_transactions.instrument")
    if record["incident_type"] in ("harassment", "blackmail", "impersonation", "child_abuse"):
        yield "suspects.relationship"
    if record["kind"] == "report":
        yield "victim.is_minor"
    if not record["complainant"]["anonymous"]:
        yield from (
            "complainant.name",
            "complainant.phone",
            "complainant.email",
            "complainant.safe_to_contact",
        )


def _is_empty(value: Any, path: str) -> bool:
    """Whether nothing stands at `path`; of a list, whether nothing stands there in any item."""
    head, _, rest = path.partition(".")
    if isinstance(value, list):
        return all(_is_empty(item, path) for item in value)
    inner = value.get(head) if isinstance(value, Mapping) else None
    if rest:
        return _is_empty(inner, rest)
    if isinstance(inner, Mapping):
        return not any(inner.values())
    return inner is None or inner == [] or inner == ""
