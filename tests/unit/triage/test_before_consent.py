"""What is said where consent is asked for: wishes, questions, a second crime, and a yes in other words."""

from typing import Any

import pytest

from bot.triage.interview import Facts, Outcome, start, take_turn
from tests.auxil.spoken import said
from tests.unit.triage.test_interview import heard

FRAUD = {"incident_type": "fraud", "confidence": 0.9, "alternatives": []}


def told(**found: Any) -> Facts:
    opened = start({}, said("online shop ne paise le liye aur suit nahi bheja", **{**FRAUD, **found}))
    assert opened.ask == "consent"
    return opened.facts


def reply(facts: Facts, text: str, intent: str = "report", **found: Any) -> Outcome:
    return take_turn(facts, "consent", said(text, intent, **found))


@pytest.mark.parametrize(
    "text", ["shikayat likho", "ab shikayat likho", "15 pe call kar di ab shikayat likho", "شکایت لکھیں", "file it"]
)
def test_to_have_it_written_is_a_yes(text: str) -> None:
    outcome = reply(told(), text)
    assert outcome.facts["consent"]


@pytest.mark.parametrize("text", ["shikayat nahi likho", "shikayat likho ge kya?", "do not file it", "how to file it"])
def test_a_refusal_or_a_question_is_none(text: str) -> None:
    assert not reply(told(), text).facts.get("consent")


def test_a_second_crime_is_asked_about() -> None:
    text = "loan app wale dhamki de rahe hain tasveer edit karke bhej rahe"
    outcome = reply(told(), text, incident_type="blackmail", confidence=0.8, alternatives=[])
    assert outcome.ask == "other_matter"
    assert text not in outcome.facts["description"]
    unsure = reply(told(), text, incident_type="blackmail", confidence=0.4, alternatives=[])
    assert unsure.ask == "consent"


def test_a_wish_is_noted_aloud() -> None:
    outcome = reply(told(), "video hatwani hai tiktok se", desired_outcome=["content_removed"], **FRAUD)
    assert outcome.facts["desired_outcome"] == ["content_removed"]
    assert heard(outcome)[0] == "utter_noted"
    assert "want_content_removed" in [thing.first_steps for thing in outcome.say]


def test_what_to_do_is_answered_and_kept() -> None:
    text = "mujh pe jhoota ilzam lagaya gaya hai mai kya karu"
    outcome = reply(told(), text, **FRAUD)
    assert outcome.answer_question
    assert text in outcome.facts["description"]


@pytest.mark.parametrize(
    "text",
    [
        "i want to complain someone selling fake medicine on facebook i am not victim",
        "i only want to report it", "just informing", "main victim nahi hun sirf bata raha hun", "میرے ساتھ نہیں ہوا",
    ],
)  # fmt: skip
def test_who_is_not_the_victim_gives_a_tip_off(text: str) -> None:
    assert start({}, said(text, incident_type="fraud", confidence=0.9)).facts["report_kind"] == "tip_off"
    if "facebook" not in text:
        assert reply(told(), text).facts["report_kind"] == "tip_off"


def test_the_sister_of_a_victim_or_a_victim_is_no_tip_off() -> None:
    sister = said("i am not the victim, my sister is, he sends her pictures around", incident_type="blackmail")
    assert start({}, sister).facts["report_kind"] == "report"
    victim = start({}, said("online shop ne mere paise le liye aur suit nahi bheja", **FRAUD)).facts
    assert reply(victim, "i only want to report it").facts["report_kind"] == "report"


def test_extremist_videos_are_never_to_be_copied() -> None:
    facts = {**told(), "incident_type": "hate_extremism", "report_kind": "tip_off"}
    outcome = reply(facts, "should i download the videos as proof", "question")
    assert {thing.first_steps for thing in outcome.say} == {"hate_extremism"}
    assert not outcome.answer_question


@pytest.mark.parametrize("text", ["ye baat kisi ko pata to nahi chalegi", "tum ye sab kisi ko bata to nahi do ge"])
@pytest.mark.parametrize("asked", ["consent", "city", "amount_pkr"])
def test_who_sees_it_is_answered_wherever_it_is_asked(text: str, asked: str) -> None:
    facts = told() if asked == "consent" else reply(told(), "shikayat likho").facts
    outcome = take_turn(facts, asked, said(text, "question", kind_confidence=0.3))
    assert outcome.answer_question
    assert outcome.ask == asked


@pytest.mark.parametrize("text", ["difference between 20 and 21", "agar sarkari website ho to"])
def test_a_question_of_law_at_the_summary_is_not_added_to_the_story(text: str) -> None:
    facts = reply(told(), "shikayat likho").facts
    outcome = take_turn(facts, "confirm", said(text, "question", kind_confidence=0.3))
    assert outcome.answer_question
    assert text not in outcome.facts["description"]
