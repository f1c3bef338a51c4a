"""What is said beside the open question lands where it belongs, and what adds nothing is not added to the story."""

from typing import Any

import pytest

from bot.triage.interview import Facts, start, take_turn
from bot.triage.plan import CHANGEABLE
from bot.triage.turn import Turn
from tests.auxil.spoken import said

STORY = "my boss sends me vulgar messages on whatsapp every night"
TODAY = {"from": "2026-11-28T03:00:00Z", "to": "2026-11-28T07:00:00Z", "as_told": "آج صبح"}


def agreed(**facts: Any) -> Facts:
    opened = start({}, said(STORY, incident_type="harassment", confidence=0.95)).facts
    return {**take_turn(opened, "consent", Turn("affirm", "yes")).facts, **facts}


def complete(**facts: Any) -> Facts:
    return agreed(skipped=[*CHANGEABLE], **facts)


@pytest.mark.parametrize("text", ["nahi bas", "no that's all", "نہیں بس", "bas itna hi", "nothing else"])
def test_nothing_to_add_at_the_summary_adds_nothing(text: str) -> None:
    outcome = take_turn(complete(), "confirm", said(text, "unclear"))
    assert (outcome.facts["description"], outcome.ask) == (STORY, "confirm")


def test_a_tip_off_says_again_that_nobody_close_is_hit() -> None:
    facts = complete(report_kind="tip_off")
    outcome = take_turn(facts, "confirm", said("no I am not the victim", "unclear"))
    assert (outcome.facts["description"], outcome.ask) == (STORY, "confirm")


def test_more_of_the_story_is_still_added_at_the_summary() -> None:
    outcome = take_turn(complete(), "confirm", said("bas wo ab meri behan ko bhi likhta hai", "report"))
    assert outcome.facts["description"].endswith("meri behan ko bhi likhta hai")


def test_a_wish_told_with_a_fear_is_kept() -> None:
    turn = said("I want him warned, no court please", "unclear", desired_outcome=["offender_warned"])
    outcome = take_turn(agreed(), "when_city", turn)
    assert outcome.facts["desired_outcome"] == ["offender_warned"]
    assert outcome.ask == "when_city"


def test_the_day_told_where_a_contact_is_asked_is_kept() -> None:
    facts = agreed(skipped=["occurred", "city"])
    outcome = take_turn(facts, "complainant_contact", said("آج صبح", "unclear", occurred=TODAY))
    assert outcome.facts["occurred"] == TODAY
    assert outcome.ask == "complainant_contact"
