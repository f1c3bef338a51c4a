"""Somebody only wants to point at something: no small talk and no story, and asked what it is."""

import pytest

from bot.triage.interview import start, take_turn
from tests.auxil.spoken import said
from tests.unit.triage.test_interview import heard

WORDS = ("just informing", "i only want to report it", "sirf batana tha", "bas ittila deni thi", "صرف بتانا تھا")


@pytest.mark.parametrize("text", WORDS)
def test_the_first_message_begins_a_tip_off(text: str) -> None:
    outcome = start({}, said(text, "tip_off", incident_type="harassment", confidence=0.9))
    assert (heard(outcome), outcome.ask) == (["utter_tip_off_begun"], "description")
    assert outcome.facts["report_kind"] == "tip_off"
    assert not outcome.facts.get("description")


@pytest.mark.parametrize("text", WORDS)
def test_where_the_story_is_asked_for_it_is_none(text: str) -> None:
    opened = start({}, said("", "start_report")).facts
    outcome = take_turn(opened, "description", said(text, "tip_off"))
    assert (outcome.ask, outcome.facts["report_kind"]) == ("description", "tip_off")
