"""A name that came with the story may still be left out: offered once, and then it stands nowhere."""

from typing import Any

import pytest

from bot.triage.draft import draft_from
from bot.triage.interview import Facts, Outcome, start, take_turn, with_name_optional
from bot.triage.plan import CHANGEABLE
from bot.triage.record import build_record, new_reference
from bot.triage.summary import summary_text
from bot.triage.turn import Turn
from tests.auxil.records import NOW
from tests.auxil.spoken import said, tapped

STORIES = (
    "my name is Sana and a seller on Facebook took Rs 6000 from me",
    "mera naam Sana hai, Facebook par ek bande ne mujh se 6000 rupay le liye",
    "میرا نام ثنا ہے، فیس بک پر ایک آدمی نے مجھ سے 6000 روپے لے لیے",
)
OFFER = (("complainant_name", "anonymous"),)


def agreed(text: str = STORIES[0], **facts: Any) -> Facts:
    opened = start({}, said(text, incident_type="fraud", confidence=0.95)).facts
    new = take_turn(opened, "consent", Turn("affirm", "yes")).facts
    return {**new, "skipped": [n for n in CHANGEABLE if not n.startswith("complainant")], **facts}


def asked_for_contact(facts: Facts) -> Outcome:
    return with_name_optional(Outcome(facts, ask="complainant_contact"))


def offers(outcome: Outcome) -> list[Any]:
    return [say.choices for say in outcome.say if say.choices]


@pytest.mark.parametrize("text", STORIES)
def test_where_only_the_contact_is_asked_the_name_can_be_left_out(text: str) -> None:
    facts = agreed(text)
    last = take_turn({**facts, "skipped": [*facts["skipped"]], "city": None}, "city", tapped("city", "skip"))
    assert last.ask == "complainant_contact"
    outcome = with_name_optional(last)
    assert offers(outcome) == [OFFER]
    assert offers(asked_for_contact(outcome.facts)) == []  # once
    after = take_turn(outcome.facts, "complainant_contact", tapped("complainant_name", "anonymous"))
    assert after.ask == "complainant_contact"
    assert offers(with_name_optional(after)) == []
    record = build_record(draft_from(after.facts, channel="web", language="en"), reference=new_reference(), now=NOW)
    assert record["complainant"]["anonymous"] is True
    for name in ("Sana", "ثنا"):
        assert name not in str(record)
        assert name not in summary_text(after.facts, "en")
    assert "6000" in record["description"]


@pytest.mark.parametrize("words", ["without my name", "mera naam na likhna", "نام نہ لکھیں"])
def test_the_same_in_words(words: str) -> None:
    after = take_turn(agreed(), "complainant_contact", said(words, "unclear"))
    assert after.facts["complainant_name"] == "anonymous"
    assert after.ask == "complainant_contact"
    assert not after.facts.get("complainant_contact")


def test_with_name_and_contact_told_it_is_offered_at_the_end() -> None:
    facts = agreed(complainant_contact="+923331234567")
    assert offers(with_name_optional(Outcome(facts, ask="confirm"))) == [OFFER]


def test_not_where_the_name_was_asked_for_or_is_not_known() -> None:
    """The question itself has that button."""
    fresh = agreed("a seller on Facebook took Rs 6000 from me")
    assert offers(asked_for_contact(fresh)) == []
    answered = take_turn(fresh, "identity", said("Sana", "unclear")).facts
    assert answered["complainant_name"] == "Sana"
    assert offers(asked_for_contact(answered)) == []
    assert offers(with_name_optional(Outcome(agreed(), ask="city"))) == []


def test_a_name_that_somebody_else_gave_stays_in_the_story() -> None:
    facts = agreed("he said my name is Captain Ali and took Rs 6000 from me", complainant_name="anonymous")
    assert "Captain Ali" in draft_from(facts, channel="web", language="en")["description"]
