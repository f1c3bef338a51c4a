"""From the facts of a conversation to the record: who it is for, where it goes, what is wanted."""

from typing import Any

import pytest

from bot.triage.draft import draft_from
from bot.triage.record import build_record, new_reference
from tests.auxil.records import NOW

FACTS = {
    "draft_id": "d-1",
    "incident_type": "blackmail",
    "description": "he wants money",
    "consent": {"given_at": NOW.isoformat(), "text_version": "1"},
}


def record_of(**facts: Any) -> dict[str, Any]:
    draft = draft_from({**FACTS, **facts}, channel="web", language="en")
    return build_record(draft, reference=new_reference(), now=NOW)


@pytest.mark.parametrize(
    ("whom", "on_behalf_of", "minor", "age_band"),
    [
        ("self", None, False, None),
        ("self_minor", None, True, "under_18"),
        ("my_child", "my_child", True, None),
        ("family", "family", False, None),
        (None, None, None, None),
    ],
)
def test_for_whom_it_is(whom: str | None, on_behalf_of: str | None, minor: bool | None, age_band: str | None) -> None:
    """A child of 17 who writes alone, a parent, a friend."""
    is_minor = True if whom in {"self_minor", "my_child"} else None
    record = record_of(on_behalf_of=whom, victim_minor=is_minor, progress={"spoken_of": "daughter"})
    assert record["complainant"]["on_behalf_of"] == on_behalf_of
    assert record["complainant"]["age_band"] == age_band
    assert record["victim"]["is_minor"] == minor
    assert record["victim"]["relationship"] == {None: None, "self": "self", "self_minor": "self"}.get(whom, "daughter")


def test_what_is_wanted_and_how_to_be_reached() -> None:
    """Everything that was asked reaches staff."""
    about = {"age_band": "18_25", "gender": "female", "safe_to_contact": True, "contact_note": "only WhatsApp"}
    record = record_of(
        desired_outcome=["content_removed", "offender_warned"],
        suspect_relationship="ex_partner",
        incident_subtype="sextortion",
        about_complainant=about,
    )
    assert record["desired_outcome"] == ["content_removed", "offender_warned"]
    assert record["suspects"][0]["relationship"] == "ex_partner"
    assert record["incident_subtype"] == "sextortion"
    assert {name: record["complainant"][name] for name in about} == about


@pytest.mark.parametrize(
    ("city", "office"),
    [
        ({"name": "Gujrat", "province": "Punjab", "office": "Gujranwala"}, "Gujranwala"),
        ({"name": "Chak 45", "province": "", "office": ""}, None),
        ({"name": "Dubai", "province": "", "office": ""}, "complaint.nccia.gov.pk"),
        (None, None),
    ],
)
def test_where_it_goes(city: dict[str, str] | None, office: str | None) -> None:
    """The nearest office, the portal from abroad, and staff decide where the place is unknown."""
    assert record_of(city=city)["routing"]["office"] == office


def test_a_tip_off_that_belongs_to_no_city_goes_to_the_portal() -> None:
    """Nobody is asked for a city to point at a page."""
    assert record_of(report_kind="tip_off")["routing"]["office"] == "complaint.nccia.gov.pk"


def test_a_subtype_goes_with_the_type_it_belongs_to() -> None:
    """Where the person names another type than the classifier, its subtype says nothing."""
    read = {"incident_subtype": "prize", "classifier": {"type": "fraud", "confidence": 0.9, "alternatives": []}}
    kept = draft_from({**FACTS, **read, "incident_type": "fraud"}, channel="web", language="en")
    changed = draft_from({**FACTS, **read, "incident_type": "hacking"}, channel="web", language="en")
    assert (kept["incident_subtype"], changed["incident_subtype"]) == ("prize", None)
