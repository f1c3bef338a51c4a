"""Drafts and settings for tests, each in one line."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.triage.record import build_record, new_reference

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
STORY = "Kisi ne bank ka officer ban kar OTP liya aur paise nikal liye"


def a_draft(**changes: Any) -> dict[str, Any]:
    """A draft with no more than what is required, and what `changes` say."""
    consent = {"given_at": NOW, "text_version": "2026-11"}
    return {"incident_type": "fraud", "description": STORY, "consent": consent, **changes}


def a_full_draft(**changes: Any) -> dict[str, Any]:
    """A draft in which everything was answered."""
    full = {
        "draft_id": "draft-1",
        "kind": "report",
        "channel": "web",
        "language": "ur-Latn",
        "incident_subtype": "otp_bank_call",
        "classifier": {
            "type": "fraud",
            "confidence": 0.91,
            "alternatives": ["impersonation"],
            "model_version": "m1",
        },
        "confirmed_by_user": True,
        "platform": "phone_call",
        "amount_pkr": 85_000,
        "observables": [
            {"data_type": "phone", "data": "0300-7654321", "normalised": "+923007654321"},
            {"data_type": "url", "data": "bank-verify.example", "normalised": "http://bank-verify.example"},
        ],
        "suspect_relationship": "stranger",
        "occurred": {"from": "2026-11-20", "to": "2026-11-20", "as_told": "parson shaam"},
        "transaction_id": "TID 5566778",
        "instrument": "JazzCash",
        "complainant": {
            "anonymous": False,
            "name": "Sadia Noor",
            "phone": "+923211234567",
            "email": "sadia@example.pk",
            "city": "Lahore",
            "province": "Punjab",
            "safe_to_contact": True,
            "contact_note": "only after 6 pm",
        },
        "victim": {"is_minor": False, "relationship": "self"},
        "risk_flags": ["money_moved_recently"],
        "desired_outcome": ["money_back"],
        "routing": {"office": "Lahore"},
    }
    return a_draft(**{**full, **changes})


def a_record(**changes: Any) -> dict[str, Any]:
    """A record made of a full draft with these changes."""
    return build_record(a_full_draft(**changes), reference=new_reference(), now=NOW)


def settings_in(folder: Path, **changes: Any) -> Settings:
    """Settings whose state is in `folder`; a forwarding attempt ends soon."""
    values = {
        "var": folder,
        "forward_timeout": 0.5,
        "retry_base": 0.05,
        "retry_cap": 0.2,
        "worker_poll": 0.02,
    }
    return Settings(**{**values, **changes})
