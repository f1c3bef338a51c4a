"""What the person wants: one tap goes on, "more than one" opens several, words work in both."""

from typing import Any

import pytest

from bot.triage.draft import draft_from
from bot.triage.interview import Facts, Outcome, next_field, start, take_turn
from bot.triage.record import build_record, new_reference
from bot.triage.turn import Turn
from tests.auxil.records import NOW
from tests.auxil.spoken import said, tapped

WISHES = "desired_outcome"


def open_question() -> Facts:
    """A complaint in which only the wish and the name are still to be asked."""
    text = "A stranger on Instagram keeps sending me insults"
    facts = start({}, said(text, incident_type="harassment", confidence=0.9)).facts
    facts = take_turn(facts, "consent", Turn("affirm", "yes")).facts
    while (name := next_field(facts)) != WISHES:
        facts = take_turn(facts, name, Turn("skip", "skip")).facts
    return facts


def after(*turns: Turn, facts: Facts | None = None) -> Outcome:
    """The outcome of these turns, one after the other."""
    outcome = Outcome(facts or open_question(), ask=WISHES)
    for turn in turns:
        outcome = take_turn(outcome.facts, outcome.ask, turn)
    return outcome


def tap(choice: str) -> Turn:
    return tapped(WISHES, choice)


def heard(outcome: Outcome) -> list[str | None]:
    return [say.response or say.first_steps for say in outcome.say]


def test_who_wants_one_thing_taps_once() -> None:
    outcome = after(tap("content_removed"))
    assert (outcome.facts[WISHES], outcome.ask) == (["content_removed"], "identity")
    assert heard(outcome) == ["want_content_removed"]


def test_more_than_one_stays_open_until_that_is_all() -> None:
    """Nothing is said in between; at the end what can honestly be said of the first wish."""
    opened = after(tap("several"))
    assert opened.ask == WISHES
    one = after(tap("content_removed"), facts=opened.facts)
    two = after(tap("offender_warned"), tap("offender_warned"), facts=one.facts)
    assert [one.ask, two.ask] == [WISHES, WISHES]
    assert heard(one) == heard(two) == []
    done = after(tap("all_said"), facts=two.facts)
    assert (done.facts[WISHES], done.ask) == (["content_removed", "offender_warned"], "identity")
    assert heard(done) == ["want_content_removed"]
    record = build_record(draft_from(done.facts, channel="web", language="en"), reference=new_reference(), now=NOW)
    assert record["desired_outcome"] == ["content_removed", "offender_warned"]


@pytest.mark.parametrize(
    "words",
    [
        Turn("deny", "no"),
        Turn("affirm", "yes"),
        Turn("stop", "bas"),
        said("that's all", "unclear"),
        said("aur kuch nahi", "unclear"),
        said("بس یہی", "unclear"),
        Turn("skip", "skip"),
    ],
)
def test_that_is_all_in_words(words: Turn) -> None:
    outcome = after(tap("several"), tap("prosecution"), words)
    assert (outcome.facts[WISHES], outcome.ask) == (["prosecution"], "identity")


@pytest.mark.parametrize("words", [said("more than one", "unclear"), said("aik se zyada", "unclear")])
def test_more_than_one_in_words(words: Turn) -> None:
    outcome = after(words, tap("prosecution"))
    assert (outcome.facts[WISHES], outcome.ask) == (["prosecution"], WISHES)


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("paise wapas aur saza bhi", {"money_back", "prosecution"}),
        ("ہٹا دیں اور وارننگ دیں", {"content_removed", "offender_warned"}),
        ("warn him and take it down please, it should be gone", {"content_removed", "offender_warned"}),
    ],
)
def test_several_in_words_need_no_button(text: str, wishes: set[str]) -> None:
    """One message is the whole answer; while several are tapped it adds to them."""
    outcome = after(said(text, "unclear"))
    assert (set(outcome.facts[WISHES]), outcome.ask) == (wishes, "identity")
    added = after(tap("several"), tap("account_recovered"), said(text, "unclear"))
    assert (set(added.facts[WISHES]), added.ask) == ({"account_recovered", *wishes}, WISHES)


def test_nothing_chosen_leaves_the_question_out() -> None:
    for words in (tap("skip"), tap("all_said"), Turn("deny", "no")):
        outcome = after(tap("several"), words)
        assert outcome.ask == "identity"
        assert not outcome.facts.get(WISHES)
    assert after(tap("several"), Turn("affirm", "ok")).ask == WISHES


def test_only_advice_rules_the_others_out() -> None:
    outcome = after(tap("several"), tap("prosecution"), tap("advice_only"))
    assert (outcome.facts[WISHES], outcome.ask) == (["advice_only"], "confirm")


@pytest.mark.parametrize(
    "between",
    [
        Turn("why_asked", "why"),
        Turn("help", "help"),
        Turn("show_draft", "summary"),
        said("kal, Lahore", "unclear"),
        said("what is section 21?", "question"),
    ],
)
def test_something_else_in_between_leaves_it_open(between: Turn) -> None:
    outcome = after(tap("several"), tap("prosecution"), between)
    assert (outcome.facts[WISHES], outcome.ask) == (["prosecution"], WISHES)
    assert after(tap("all_said"), facts=outcome.facts).ask == "identity"


def test_a_pause_in_the_middle_comes_back_to_it() -> None:
    facts = after(tap("several"), tap("prosecution")).facts
    left = take_turn(facts, WISHES, Turn("goodbye", "bye"))
    assert left.ended == "suspended"
    assert start(left.facts, Turn("continue_report", "")).ask == WISHES


def test_gibberish_twice_does_not_hold_anybody() -> None:
    outcome = after(tap("several"), tap("prosecution"), said("sdfghjk", "unclear"), said("xcvbnm", "unclear"))
    assert (outcome.facts[WISHES], outcome.ask) == (["prosecution"], "identity")


def test_a_change_at_the_end_begins_with_one_tap_again() -> None:
    facts = after(tap("several"), tap("prosecution"), tap("all_said")).facts
    again: Any = take_turn(facts, "confirm", tapped("change_line", WISHES))
    assert again.ask == WISHES
    outcome = take_turn(again.facts, WISHES, tap("content_removed"))
    assert outcome.facts[WISHES] == ["content_removed"]
    assert outcome.ask != WISHES
