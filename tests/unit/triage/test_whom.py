"""Whom it happened to: the writer under 18, somebody grown up, a child."""

from typing import Any

import pytest

from bot.nlu.analyse import combine
from bot.nlu.classifier import Prediction
from bot.nlu.extract import extract
from bot.nlu.people import tells_adult
from bot.triage.interview import Facts, start, take_turn
from bot.triage.turn import Turn
from tests.auxil.spoken import said

CHILD = Prediction({"report": 0.9}, {"child_abuse": 0.9}, {"evidence": 1.0}, {"none": 1.0}, {"story": 1.0})


def agreed(text: str, incident_type: str = "harassment", **found: Any) -> Facts:
    opened = start({}, said(text, incident_type=incident_type, confidence=0.95, **found)).facts
    return take_turn(opened, "consent", Turn("affirm", "yes")).facts


@pytest.mark.parametrize(
    "text", ["i am 14 my class fellow shared my nude", "i am 14 and my mother knows, a boy sends me bad pictures"]
)
def test_a_writer_under_18_whoever_else_is_spoken_of(text: str) -> None:
    facts = agreed(text)
    assert facts["victim_minor"] is True
    assert facts["on_behalf_of"] == "self_minor"


@pytest.mark.parametrize("text", ["yes my mother knows and she is with me", "meri ammi ko pata hai"])
def test_who_knows_of_it_is_not_whom_it_happened_to(text: str) -> None:
    facts = agreed("he says he will put my sister's pictures online", "blackmail")
    assert not take_turn(facts, "on_behalf_of", said(text, "unclear")).facts.get("on_behalf_of")


@pytest.mark.parametrize("text", ["its for my sister, she is 22", "it is my sister, she is 25 years old"])
@pytest.mark.parametrize("minor", [True, False])
def test_a_grown_up_sister_is_family(text: str, minor: bool) -> None:
    facts = agreed("he says he will put my sister's pictures online", "blackmail", minor=minor)
    answered = take_turn(facts, "on_behalf_of", said(text, "unclear", minor=minor)).facts
    assert answered["on_behalf_of"] == "family"


def test_the_child_of_a_complaint_about_a_child() -> None:
    facts = agreed("a man sends dirty videos to my daughter on WhatsApp", "child_abuse", minor=True)
    facts = {**facts, "on_behalf_of": None}
    assert take_turn(facts, "on_behalf_of", said("meri beti ke sath", "unclear")).facts["on_behalf_of"] == "my_child"


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("its for my sister, she is 22", False),
        ("it is my sister, she is 25 years old, he touches her pictures", False),
        ("it happened to my sister", False),
        ("meri beti ko gandi videos bhejta hai", True),
        ("a man keeps sending dirty videos to my daughter at night", True),
        ("a 40 year old man sends dirty videos to my daughter at night", True),
        ("he is 40 years old and sends dirty videos to my daughter", True),
        ("meri beti 12 saal ki hai", True),
    ],
)
def test_the_guess_of_a_child_needs_a_story_and_no_grown_up(text: str, minor: bool) -> None:
    analysis = combine(text, CHILD)
    assert analysis.minor is minor
    assert ("minor" in analysis.risk_flags) is minor


@pytest.mark.parametrize(
    ("text", "adult"),
    [
        ("my sister, she is 22", True),
        ("meri behan 24 saal ki hai", True),
        ("my 22 year old sister", True),
        ("my sister is 12", False),
        ("my sister got 22 messages", False),
        ("my daughter is 12 and my sister is 22", False),
        ("meri behan ko 20 din se tang kar raha hai", False),
    ],
)
def test_whether_somebody_is_grown_up(text: str, adult: bool) -> None:
    assert tells_adult(text) is adult


def test_a_brother_under_18_is_the_victim_and_not_who_did_it() -> None:
    found = extract("my brother 16 blackmailed by girl")
    assert (found.minor, found.relationship) == (True, None)


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("meri ammi ke sath fraud", "family"),
        ("meri ammi ke sath JazzCash par fraud hua 20000 ka", "family"),
        ("someone stole money from my mother", "family"),
        ("meri behan ko fb pe tang", "family"),
        ("میری والدہ کے ساتھ فراڈ ہوا ہے", "family"),
        ("meri ammi se kisi ne OTP le kar 20000 le liye", "family"),
        ("a man is harassing my wife on WhatsApp", "family"),
        ("my friend was scammed of 5000 on OLX", "friend"),
    ],
)
def test_whom_it_was_done_to_is_not_asked_when_told(text: str, whom: str) -> None:
    facts = agreed(text, "fraud")
    assert facts["on_behalf_of"] == whom


@pytest.mark.parametrize(
    "text",
    [
        "he says he will put my sister's pictures online",
        "he sends my photos to my brother on WhatsApp",
        "wo meri tasveerein meri behan ko bhej raha hai",
        "my husband is harassing me every day",
        "meri behan ko bata diya us ne sab kuch",
        "mere shohar se bohat tang hoon",
        "threats from my husband daily",
        "meri behan se khatra hai",
        "my brother helped and a man took my money",
    ],
)
def test_whom_it_happened_to_stays_open_where_it_is_not_clear(text: str) -> None:
    assert not agreed(text).get("on_behalf_of")


def test_a_child_is_asked_for_as_before() -> None:
    facts = agreed("meri 13 saal ki behan ko fb pe tang kar rahe hain")
    assert not facts.get("on_behalf_of")


def test_a_husband_who_does_it_is_not_whom_it_happened_to() -> None:
    facts = agreed("a complaint with my husband, paise le liye", "fraud", relationship="spouse")
    assert not facts.get("on_behalf_of")


HAPPENED_TO = [
    "behan ke sath hua",
    "meri behan ke sath",
    "meri beti ke saath",
    "mere bhai ke sath hua hai",
    "meri cousin ke sath hua",
    "بہن کے ساتھ ہوا",
    "میری بیٹی کے ساتھ ہوا ہے",
    "it happened to my sister",
    "to my brother",
]


@pytest.mark.parametrize("question", ["who", "suspect_relationship"])
@pytest.mark.parametrize("text", HAPPENED_TO)
def test_whom_it_happened_to_is_not_who_did_it(question: str, text: str) -> None:
    """It is noted as what it is, and who did it stays open."""
    outcome = take_turn(agreed("someone sends insults on Instagram"), question, said(text, "report"))
    assert not outcome.facts.get("suspect_relationship")
    assert outcome.facts["on_behalf_of"] == "family"
    assert ["on_behalf_of"] in [say.values.get("fields") for say in outcome.say]
    assert outcome.ask == question


@pytest.mark.parametrize("text", HAPPENED_TO)
def test_it_answers_whom_it_happened_to_also_without_my(text: str) -> None:
    facts = agreed("he says he will put my sister's pictures online", "blackmail")
    assert take_turn(facts, "on_behalf_of", said(text, "report")).facts["on_behalf_of"] == "family"


def test_a_friend_and_an_own_child() -> None:
    facts = agreed("someone sends insults on Instagram")
    assert take_turn(facts, "who", said("dost ke sath hua", "report")).facts["on_behalf_of"] == "friend"
    of_a_child = {**facts, "victim_minor": True}
    assert take_turn(of_a_child, "who", said("beti ke sath hua", "report")).facts["on_behalf_of"] == "my_child"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("my brother", "relative"),
        ("cousin", "relative"),
        ("husband did it to my sister", "spouse"),
        ("bhai ka dost", "friend"),
        ("mera cousin meri behan ko tang karta hai", "relative"),
    ],
)
def test_who_did_it_is_still_read(text: str, who: str) -> None:
    found = extract(text).relationship
    outcome = take_turn(agreed("someone sends insults on Instagram"), "who", said(text, "report", relationship=found))
    assert outcome.facts["suspect_relationship"] == who


@pytest.mark.parametrize("text", HAPPENED_TO)
def test_nor_is_it_a_place(text: str) -> None:
    assert not take_turn(agreed("someone sends insults on Instagram"), "when_city", said(text)).facts.get("city")
