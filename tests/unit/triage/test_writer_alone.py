"""A name and a number that are all of a message are the writer's own, once the others have been asked for."""

from typing import Any

import pytest

from bot.triage.interview import Facts, Outcome, start, take_turn
from bot.triage.plan import CHANGEABLE
from bot.triage.turn import Turn
from tests.auxil.spoken import said, tapped

STORY = "I was cheated of Rs 25000 on Facebook by a seller called Imran"


def agreed(**facts: Any) -> Facts:
    opened = start({}, said(STORY, incident_type="fraud", confidence=0.95)).facts
    return {**take_turn(opened, "consent", Turn("affirm", "yes")).facts, **facts}


def complete() -> Facts:
    return agreed(skipped=[*CHANGEABLE])


def noted(outcome: Outcome) -> list[Any]:
    return [say.values.get("fields") for say in outcome.say if say.response == "utter_noted"]


@pytest.mark.parametrize("question", ["when_city", "occurred", "city", "desired_outcome", "identity", "confirm"])
@pytest.mark.parametrize(
    ("text", "name", "contact"),
    [
        ("Sana 0333 1234567", "Sana", "+923331234567"),
        ("naam Sana, number 0333 1234567", "Sana", "+923331234567"),
        ("ثنا خان 0333 1234567", "ثنا خان", "+923331234567"),
        ("Sana Khan, sana@gmail.com", "Sana Khan", "sana@gmail.com"),
    ],
)
def test_they_become_name_and_contact(question: str, text: str, name: str, contact: str) -> None:
    facts = complete() if question == "confirm" else agreed()
    outcome = take_turn(facts, question, said(text, "unclear"))
    assert (outcome.facts["complainant_name"], outcome.facts["complainant_contact"]) == (name, contact)
    assert outcome.facts["about_complainant"]["safe_to_contact"] is True
    assert not outcome.facts.get("suspect_contacts")
    assert outcome.facts["description"] == STORY


def test_it_is_said_and_the_question_stays() -> None:
    outcome = take_turn(agreed(), "when_city", said("Sana 0333 1234567", "report"))
    assert noted(outcome) == [["complainant_name", "complainant_contact"]]
    assert outcome.ask == "when_city"
    at_the_end = take_turn(complete(), "confirm", said("Sana 0333 1234567", "report"))
    assert noted(at_the_end) == [["complainant_name", "complainant_contact"]]
    assert at_the_end.ask == "confirm"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("trace", "Sana 0333 1234567"),
        ("suspect_contacts", "Sana 0333 1234567"),
        ("when_city", "Imran Khan 0333 1234567"),
        ("when_city", "seller 0333 1234567"),
        ("when_city", "us ka 0333 1234567"),
        ("when_city", "scammer 0333 1234567"),
        ("when_city", "0333 1234567"),
    ],
)
def test_what_may_be_another_persons_stays_theirs(question: str, text: str) -> None:
    facts = take_turn(agreed(), question, said(text, "unclear")).facts
    assert [item["normalised"] for item in facts["suspect_contacts"]] == ["+923331234567"]
    assert not facts.get("complainant_name")


def test_somebody_elses_name_does_not_replace_the_writers() -> None:
    facts = {**complete(), "complainant_name": "Ali", "complainant_contact": "+923001112223"}
    after = take_turn(facts, "confirm", said("Sana 0333 1234567", "unclear")).facts
    assert (after["complainant_name"], after["complainant_contact"]) == ("Ali", "+923001112223")


def test_a_service_is_kept_where_only_the_sum_is_asked() -> None:
    """`JazzCash se` does not answer how much, but says how it was paid."""
    facts = agreed(amount_pkr=None, platform="facebook")
    outcome = take_turn(facts, "amount_pkr", said("JazzCash se", "unclear"))
    assert outcome.ask == "amount_pkr"
    after = take_turn(outcome.facts, "amount_pkr", said("25000", "unclear")).facts
    assert after["progress"]["paid_by"] == ["JazzCash"]
    assert after["amount_pkr"] == 25000


def test_a_tapped_skip_is_no_name() -> None:
    assert not take_turn(agreed(), "when_city", tapped("when_city", "skip")).facts.get("complainant_name")
