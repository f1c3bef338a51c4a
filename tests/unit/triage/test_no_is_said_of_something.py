"""A short answer with "no" in it: a correction, a plea for explanation, or really nothing to tell."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.triage.interview import Facts, Outcome, start, take_turn
from bot.triage.turn import Turn
from tests.auxil.spoken import said


def agreed(text: str = "I was cheated of Rs 25000 by a seller", **facts: Any) -> Facts:
    opened = start({}, said(text, incident_type="fraud", confidence=0.95)).facts
    return {**take_turn(opened, "consent", Turn("affirm", "yes")).facts, **facts}


def heard(outcome: Outcome) -> list[str | None]:
    return [say.response or say.first_steps for say in outcome.say]


def city(name: str) -> dict[str, str]:
    return {"name": name, "province": "Punjab", "office": ""}


@pytest.mark.parametrize("question", ["when_city", "trace", "platform", "desired_outcome", "confirm"])
def test_the_day_that_is_not_denied_counts(question: str) -> None:
    """Wherever it is said, and with contacts known."""
    facts = agreed(suspect_contacts=[{"data_type": "phone", "data": "1", "normalised": "+923001234567"}])
    outcome = take_turn(facts, question, said("kal nahi parson"))
    assert outcome.facts["occurred"]["as_told"] == "parson"


def test_a_day_known_is_corrected() -> None:
    day = (date.today() - timedelta(days=9)).isoformat()
    facts = agreed(occurred={"from": day, "to": day, "as_told": day})
    assert take_turn(facts, "trace", said("kal nahi parson")).facts["occurred"]["as_told"] == "parson"


@pytest.mark.parametrize(
    ("text", "name"),
    [("lahore nahi karachi", "Karachi"), ("sialkot nahi lahore", "Lahore"), ("not Lahore, Multan", "Multan")],
)
@pytest.mark.parametrize("known", [None, "Lahore", "Sialkot"])
@pytest.mark.parametrize("question", ["when_city", "city", "trace", "desired_outcome"])
def test_the_city_that_is_not_denied_counts(text: str, name: str, known: str | None, question: str) -> None:
    facts = agreed(city=city(known) if known else None)
    if question == "city" and known:
        return
    outcome = take_turn(facts, question, said(text))
    assert outcome.facts["city"]["name"] == name
    assert outcome.facts["city"]["province"]


@pytest.mark.parametrize(("text", "amount"), [("25 hazar nahi 2500", 2500), ("25000 nahi 50000", 50_000)])
@pytest.mark.parametrize("question", ["trace", "when_city", "desired_outcome"])
def test_a_sum_in_place_of_another(text: str, amount: int, question: str) -> None:
    outcome = take_turn(agreed(), question, said(text))
    assert outcome.facts["amount_pkr"] == amount
    assert not outcome.facts.get("skipped")


@pytest.mark.parametrize("text", ["mujhe samajh nahi aya", "i dont understand", "سمجھ نہیں آیا"])
@pytest.mark.parametrize("intent", ["unclear", "deny", "skip", "question"])
@pytest.mark.parametrize("question", ["trace", "when_city", "platform", "identity"])
def test_a_question_that_was_not_understood_is_explained(text: str, intent: str, question: str) -> None:
    outcome = take_turn(agreed(), question, said(text, intent))
    assert heard(outcome) == [f"utter_why_{question}"]
    assert outcome.ask == question
    assert not outcome.facts.get("skipped")


@pytest.mark.parametrize("intent", ["unclear", "deny"])
def test_going_on_skips_nothing(intent: str) -> None:
    outcome = take_turn(agreed(), "trace", said("nahi jari rakho", intent))
    assert outcome.ask == "trace"
    assert not outcome.facts.get("skipped")


@pytest.mark.parametrize("text", ["i dont know who", "I don't know him", "pata nahi kaun hai"])
@pytest.mark.parametrize("question", ["trace", "suspect_contacts"])
def test_who_is_not_known_cannot_be_told(text: str, question: str) -> None:
    outcome = take_turn(agreed(), question, said(text, "unclear"))
    assert "suspect_contacts" in outcome.facts["skipped"]
    assert outcome.ask not in {"trace", "suspect_contacts"}


@pytest.mark.parametrize("text", ["koi nahi", "no", "whatsapp number nahi hai", "I don't have it"])
def test_nothing_to_tell_is_still_that(text: str) -> None:
    outcome = take_turn(agreed(), "suspect_contacts", said(text, "unclear"))
    assert "suspect_contacts" in outcome.facts["skipped"]


def test_a_sum_in_place_of_another_where_the_sum_is_asked() -> None:
    facts = {**agreed(), "amount_pkr": None}
    assert take_turn(facts, "amount_pkr", said("15000 nahi 50000", "deny")).facts["amount_pkr"] == 50_000


@pytest.mark.parametrize("text", ["2023 nahi 2024", "12345678 nahi 87654321"])
def test_other_numbers_are_no_sums(text: str) -> None:
    assert take_turn(agreed(), "trace", said(text)).facts["amount_pkr"] == 25_000


def test_a_sum_by_its_name_beside_a_number() -> None:
    """It corrects the known one; the number is the other person's."""
    outcome = take_turn(agreed(), "trace", said("0300 1112223 aur raqam 30000 thi", "unclear"))
    assert outcome.facts["amount_pkr"] == 30_000
    assert outcome.facts["suspect_contacts"][0]["normalised"] == "+923001112223"


@pytest.mark.parametrize("text", ["page ka naam Apna Gujranwala hai", "the page name is Lahore Deals"])
def test_the_name_of_a_page_is_no_city_of_the_person(text: str) -> None:
    assert not take_turn(agreed(), "trace", said(text)).facts.get("city")
