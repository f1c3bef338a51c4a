"""When a file may be given with a complaint."""

from typing import Any

import pytest

from bot.triage.evidence import refusal, refusal_later
from tests.auxil.records import a_record

OPEN: dict[str, Any] = {"draft_id": "d", "consent": {"given_at": "2026-11-22T10:00:00+00:00"}, "incident_type": "fraud"}
ASKED = {"progress": {"private_pictures": False}}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"consent": None}, "no_complaint"),
        ({"draft_id": None}, "no_complaint"),
        ({"incident_type": "harassment"}, "ask_first"),
        ({"incident_type": "blackmail"}, "ask_first"),
        ({"incident_type": "impersonation"}, "ask_first"),
        ({"incident_type": "unsure"}, "ask_first"),
        ({"incident_type": "hacking"}, "ask_first"),
        ({"incident_type": "harassment", **ASKED}, None),
        ({"incident_type": "blackmail", **ASKED}, None),
        ({"incident_type": "blackmail", "progress": {"private_pictures": True}}, "intimate"),
        ({"risk_flags": ["intimate_images"]}, "intimate"),
        ({"risk_flags": ["intimate_images"], **ASKED}, "intimate"),
        ({"risk_flags": ["threat_to_publish"]}, "ask_first"),
        ({"incident_type": "child_abuse", **ASKED}, "child"),
        ({"incident_type": "blackmail", "victim_minor": True, **ASKED}, "child"),
        ({"incident_type": "harassment", "on_behalf_of": "self_minor", **ASKED}, "child"),
        ({"incident_type": "harassment", "risk_flags": ["minor"], **ASKED}, "child"),
        ({"incident_type": "fraud", "victim_minor": True}, "ask_first"),
        ({"incident_type": "fraud", "victim_minor": True, "risk_flags": ["intimate_images"]}, "child"),
        ({"incident_type": "hacking", "victim_minor": True, "risk_flags": ["intimate_images"]}, "child"),
        ({"incident_type": "hate_extremism", **ASKED}, "extremism"),
    ],
)
def test_by_what_was_told(changes: dict[str, Any], why: str | None) -> None:
    assert refusal({**OPEN, **changes}, "complaint_form") == why


@pytest.mark.parametrize("form", [None, "access_form"])
def test_only_while_the_complaint_is_open(form: str | None) -> None:
    assert refusal(OPEN, form) == "no_complaint"


@pytest.mark.parametrize(
    ("changes", "visit", "why"),
    [
        ({}, {}, None),
        ({"incident_type": "harassment"}, {}, "ask_first"),
        ({"incident_type": "harassment"}, {"private_pictures": False}, None),
        ({"incident_type": "harassment"}, {"private_pictures": True}, "intimate"),
        ({"incident_type": "child_abuse"}, {"private_pictures": False}, "child"),
        ({"incident_type": "blackmail", "victim": {"is_minor": True}}, {"private_pictures": False}, "child"),
        ({"incident_type": "harassment", "risk_flags": ["intimate_images"]}, {"private_pictures": False}, "intimate"),
        ({"risk_flags": ["threat_to_publish"]}, {}, "ask_first"),
        ({"incident_type": "hate_extremism"}, {}, "extremism"),
        ({}, {"risk_flags": ["intimate_images"]}, "intimate"),
        ({"incident_type": "hacking"}, {"risk_flags": ["minor"]}, "ask_first"),
        ({"incident_type": "harassment"}, {"risk_flags": ["minor"], "private_pictures": False}, "child"),
    ],
)
def test_of_a_complaint_that_was_sent(changes: dict[str, Any], visit: dict[str, Any], why: str | None) -> None:
    """The record decides, and what was said since it was opened."""
    assert refusal_later(a_record(**changes), visit) == why


@pytest.mark.parametrize("status", ["withdrawn", "closed"])
def test_what_has_ended_takes_none(status: str) -> None:
    assert refusal_later({**a_record(), "status": status}, {}) == "ended"
    assert refusal_later(None, {}) == "no_complaint"
