"""What `muhafiz classify` prints of one text."""

import pytest

from bot.nlu.analyse import combine
from bot.nlu.classifier import Prediction

GUESS = Prediction({"report": 0.9}, {"fraud": 0.9}, {"evidence": 1.0}, {"none": 1.0}, {"story": 1.0})


def test_every_identifier_is_printed_with_whose_it_is() -> None:
    """Nothing found in a text is kept back; the person's own number is marked as that."""
    text = "caller 0312-1234567 took 5000 by fraud, link http://bad.example/x. My number is 0300-7654321"
    printed = combine(text, GUESS).as_output()["observables"]
    assert {(item["data_type"], item["normalised"], item["role"]) for item in printed} == {
        ("phone", "+923121234567", "other"),
        ("url", "http://bad.example/x", "other"),
        ("phone", "+923007654321", "own"),
    }


@pytest.mark.parametrize("name", ["relationship", "desired_outcome"])
def test_who_did_it_and_what_is_wanted_are_printed(name: str) -> None:
    """Both are there, found or not."""
    text = "my cousin is blackmailing me, please arrest him"
    wanted = {"relationship": ("relative", None), "desired_outcome": (["prosecution"], [])}[name]
    assert (combine(text, GUESS).as_output()[name], combine("hello", GUESS).as_output()[name]) == wanted


@pytest.mark.parametrize(
    ("text", "crisis", "possible", "priority"),
    [
        ("he sends me messages all night and I cannot sleep any more", 0.05, ["self_harm"], "high"),
        ("he sends me messages all night and I cannot sleep any more", 0.7, [], "emergency"),
        ("he sends me messages all night and I want to kill myself", 0.05, [], "emergency"),
    ],
)
def test_an_emergency_is_a_crisis_or_named(text: str, crisis: float, possible: list[str], priority: str) -> None:
    """A danger that is learnt only, below a crisis, is flagged as possible: high, and no emergency."""
    risk = {"none": 0.5, "self_harm": 0.5}
    guess = Prediction(
        {"report": 1 - crisis, "crisis": crisis}, {"harassment": 0.9}, {"evidence": 1.0}, risk, {"story": 1.0}
    )
    found = combine(text, guess)
    assert "self_harm" in found.risk_flags
    assert (found.possible_dangers, found.priority) == (possible, priority)
