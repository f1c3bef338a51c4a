"""What is said where it is asked which line of the summary to change."""

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
