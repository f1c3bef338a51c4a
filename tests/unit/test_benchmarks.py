"""The pure parts of the benchmarks: figures, verdicts, tables, and the persons that the load generator plays."""

import math

import pytest

from benchmarks.load import Complaint, Script
from benchmarks.measures import trouble
from benchmarks.report import (
    Goal,
    Row,
    growth,
    machine,
    median,
    milliseconds,
    page,
    percentile,
    ratio,
    result_table,
    table,
)

COMPLAINT = {
    "stories": ["he took my money", "she took my account"],
    "fields": {"consent": "yes", "confirm": "yes"},
    "otherwise": "skip",
    "longest": 5,
}


def asked(field: str) -> list[dict]:
    """An answer of Rasa that asks for `field` by its buttons."""
    payload = f'/choose{{"field":"{field}","choice":"yes"}}'
    return [{"text": "?"}, {"text": "!", "buttons": [{"title": "Yes", "payload": payload}]}]


@pytest.mark.parametrize(("share", "expected"), [(0, 1), (50, 5), (95, 10), (100, 10), (90, 9), (91, 10)])
def test_percentile_is_the_nearest_rank(share, expected):
    assert percentile([3, 1, 2, 10, 9, 8, 7, 4, 5, 6], share) == expected


def test_nothing_measured_is_no_number():
    assert math.isnan(percentile([], 95))
    assert math.isnan(median([]))
    assert math.isnan(ratio(3, 0))
    assert milliseconds(math.nan) == "none"


def test_growth_compares_the_medians_of_both_ends():
    seconds = [0.9, *[0.1] * 9, *[5.0] * 20, *[0.2] * 9, 7.0]
    assert growth(seconds) == (0.1, 0.2, 2.0)


@pytest.mark.parametrize(
    ("goal", "value", "met"),
    [
        (Goal(">=", 2.5), 2.5, True),
        (Goal(">=", 2.5), 2.49, False),
        (Goal("<=", 0.5), 0.5, True),
        (Goal("<=", 0.5), 0.51, False),
        (Goal("<=", 0.5), math.nan, False),
        (Goal(">=", 0.5), math.nan, False),
    ],
)
def test_a_goal_holds_on_its_side_of_the_bound(goal, value, met):
    assert goal.met(value) is met


def test_a_row_says_met_not_met_or_nothing():
    goal = Goal(">=", 2.5)
    assert Row("m", "40", "120", 3.0, goal).verdict == "met"
    assert Row("m", "40", "60", 1.5, goal).verdict == "**not met**"
    assert Row("m", "40", "60", 1.5).verdict == ""


def test_a_row_with_trouble_never_meets_its_goal():
    found = trouble({"failed": 2, "unanswered": 0})
    assert found == "2 turns failed"
    assert Row("m", "40", "120", 3.0, Goal(">=", 2.5), found).verdict == "not met (2 turns failed)"
    assert trouble({"failed": 0, "unanswered": 0}) == ""


def test_a_table_has_one_line_a_row_and_keeps_bars_inside_cells():
    assert table(("a", "b"), [(1, "x|y")]) == "| a | b |\n| --- | --- |\n| 1 | x\\|y |"


def test_the_result_table_shows_ratio_and_goal():
    shown = result_table([Row("speed", "40", "120", 3.0, Goal(">=", 2.5)), Row("odd", "0", "1", math.nan)])
    assert "| speed | 40 | 120 | 3.00× | ≥ 2.5× | met |" in shown
    assert "| odd | 0 | 1 | none |  |  |" in shown


def test_the_page_names_date_machine_and_command():
    text = page("2026-11-22 10:00 UTC", "make bench", [], {"a number": "7 ms"}, "By hand.")
    for part in ("2026-11-22 10:00 UTC", "`make bench`", machine()["Python"], "| a number | 7 ms |", "By hand."):
        assert part in text


def test_a_complaint_answers_the_question_that_is_open():
    person = Complaint(COMPLAINT, 1)
    assert person.message() == "she took my account"
    person.hear(asked("consent"))
    assert (person.field, person.message()) == ("consent", "yes")
    person.hear(asked("city"))
    assert (person.field, person.message()) == ("city", "skip")
    person.hear(asked("confirm"))
    assert person.message() == "yes"
    person.hear([{"text": "received"}])
    assert person.message() is None
    assert person.is_complete


def test_a_complaint_that_leads_nowhere_ends_incomplete():
    unheard, endless = Complaint(COMPLAINT, 0), Complaint(COMPLAINT, 0)
    unheard.hear([])
    assert (unheard.message(), unheard.is_complete) == (None, False)
    for _ in range(COMPLAINT["longest"]):
        endless.hear(asked("city"))
    assert (endless.message(), endless.is_complete) == (None, False)


def test_a_script_says_its_list_once():
    person, said = Script(["a", "b"]), []
    while (text := person.message()) is not None:
        said.append(text)
        person.hear([])
    assert said == ["a", "b"]
