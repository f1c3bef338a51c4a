"""What is said in words where a choice is asked for: a line of the summary, a type, not to send."""

import pytest

from bot.triage.interview import take_turn
from tests.auxil.spoken import said
from tests.unit.triage.test_interview import heard, open_complaint

FACTS = {"amount_pkr": 15_000, "platform": "website", "desired_outcome": ["advice_only"]}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("pesay", "amount_pkr"),
        ("رقم", "amount_pkr"),
        ("my city", "city"),
        ("تاریخ", "occurred"),
        ("mera naam", "complainant_name"),
        ("us ka number", "suspect_contacts"),
        ("app", "platform"),
    ],
)
def test_a_line_by_its_everyday_name(text: str, field: str) -> None:
    outcome = take_turn({**open_complaint(), **FACTS}, "change_line", said(text, "unclear"))
    assert (heard(outcome), outcome.ask) == ([], field)
    assert not outcome.facts.get(field)


@pytest.mark.parametrize("text", ["amount 30000", "raqam 30000 thi", "no, 30000 rupees"])
def test_the_new_value_at_once(text: str) -> None:
    outcome = take_turn({**open_complaint(), **FACTS}, "change_line", said(text, "unclear"))
    assert outcome.facts["amount_pkr"] == 30_000
    assert (heard(outcome), outcome.ask) == (["utter_changed"], "confirm")


def test_a_yes_sends_nothing_and_asks_again() -> None:
    """Nothing to change after all: the summary, with its own yes."""
    outcome = take_turn({**open_complaint(), **FACTS}, "change_line", said("haan bhej do", "affirm"))
    assert (outcome.ended, outcome.ask) == (None, "confirm")


@pytest.mark.parametrize("text", ["بھیجیں مت", "bhejo mat", "bhejna nahi"])
def test_not_to_send_in_either_order_of_words(text: str) -> None:
    facts = {**open_complaint(), **FACTS}
    outcome = take_turn(facts, "confirm", said(text, "report"))
    assert outcome.ask == "stop_choice"
    assert outcome.facts["description"] == facts["description"]


def test_a_type_is_named_by_a_few_words_though_they_read_like_a_question() -> None:
    facts = {**open_complaint(), "incident_type": None, "type_confirmed": None, "consent": None}
    named = said("cyber harassment", "question", incident_type="harassment", confidence=0.9)
    outcome = take_turn(facts, "type_confirmed", named)
    assert (outcome.facts["incident_type"], outcome.answer_question) == ("harassment", False)
