"""From the facts of a conversation to the record: who it is for, where it goes, what is wanted."""

from typing import Any

import pytest

from bot.triage.draft import draft_from
from bot.triage.interview import start
from bot.triage.record import build_record, new_reference
from bot.triage.telling import absorb, seen_as_danger
from bot.triage.turn import Outcome, Say
from tests.auxil.records import NOW
from tests.auxil.spoken import said

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


@pytest.mark.parametrize(
    ("city", "numbers", "abroad"),
    [
        ({"name": "Dubai", "province": "", "office": ""}, [], ["complainant"]),
        ({"name": "Lahore", "province": "Punjab", "office": "Lahore"}, ["+447911123456"], ["suspect"]),
        ({"name": "Dubai", "province": "", "office": ""}, ["+447911123456"], ["complainant", "suspect"]),
        ({"name": "Lahore", "province": "Punjab", "office": "Lahore"}, ["+923001234567"], []),
    ],
)
def test_who_is_abroad(city: dict[str, str], numbers: list[str], abroad: list[str]) -> None:
    """Staff see at once that another country is concerned."""
    contacts = [{"data_type": "phone", "data": number, "normalised": number} for number in numbers]
    assert record_of(city=city, suspect_contacts=contacts)["routing"]["abroad"] == abroad


def test_the_training_that_read_the_story_is_named() -> None:
    """All the way from the analysis of the first message."""
    turn = said("he wants money or he shows my video", incident_type="blackmail", confidence=0.9, model_version="8e3b")
    assert record_of(**start({}, turn).facts)["classifier"]["model_version"] == "8e3b"


def test_a_guessed_danger_stays_a_guess_until_it_is_named() -> None:
    """The first message guesses it, a later one names it, or the conversation stops for it."""
    guess = {"risk_flags": ["self_harm"], "possible_dangers": ["self_harm"]}
    story = said(
        "he sends me messages all night and I cannot sleep", incident_type="harassment", confidence=0.9, **guess
    )
    facts = start({}, story).facts
    assert (record_of(**facts)["priority"], record_of(**facts)["risk_flags"]) == ("high", ["self_harm"])
    named = absorb(facts, said("I want to die", risk_flags=["self_harm"], possible_dangers=[]))
    assert record_of(**named)["priority"] == "emergency"
    again = absorb(named, said("it goes on every night", **guess))
    assert record_of(**again)["priority"] == "emergency"
    helped = seen_as_danger(Outcome(facts, [Say("crisis")], ended="suspended"))
    assert record_of(**helped.facts)["priority"] == "emergency"
    assert seen_as_danger(Outcome(facts, [Say("utter_noted")])).facts == facts


MINOR = {"victim_minor": True, "on_behalf_of": "self_minor"}


@pytest.mark.parametrize(
    ("facts", "too"),
    [
        ({"incident_type": "harassment", "risk_flags": ["intimate_images"], **MINOR}, True),
        ({"incident_type": "harassment", "incident_subtype": "private_images_shared", **MINOR}, True),
        ({"incident_type": "blackmail", "description": "he will show my pictures to everyone", **MINOR}, True),
        ({"incident_type": "blackmail", "description": "wo tasveerein viral karega", "risk_flags": ["minor"]}, True),
        ({"incident_type": "blackmail", "description": "وہ تصویریں وائرل کر دے گا", **MINOR}, True),
        ({"incident_type": "blackmail", "description": "he says he will beat me if I do not pay", **MINOR}, False),
        ({"incident_type": "harassment", "description": "he curses me", **MINOR}, False),
        ({"incident_type": "harassment", "risk_flags": ["intimate_images"], "victim_minor": False}, False),
        ({"incident_type": "blackmail", "description": "he will show my pictures", "victim_minor": None}, False),
    ],
)
def test_private_pictures_of_a_minor_are_child_abuse_too(facts: dict[str, Any], too: bool) -> None:
    """Whatever the main point is, staff of both kinds find it."""
    record = record_of(**facts)
    alternatives = (record["classifier"] or {"alternatives": []})["alternatives"]
    assert (alternatives[:1] == ["child_abuse"]) == too
    assert ("child_abuse" in record["priority_reasons"]) == too
    if too:
        assert {"22", "22A"} <= {item["section"] for item in record["offences"]}
        items = [body["item"] for body in record["routing"]["also"]]
        assert "helpline_takeitdown" in items
        assert "helpline_stopncii" not in items
