"""What fits no field: a plea, a fear or a question is no date, number, name or place."""

from typing import Any

import pytest

from bot.triage.answers import CANNOT, read_city, read_name, read_occurred, read_transaction
from bot.triage.interview import Facts, start, take_turn
from bot.triage.turn import Turn
from tests.auxil.spoken import said


def agreed(text: str = "I was cheated of Rs 25000 by a seller", **facts: Any) -> Facts:
    opened = start({}, said(text, incident_type="fraud", confidence=0.95)).facts
    return {**take_turn(opened, "consent", Turn("affirm", "yes")).facts, **facts}


@pytest.mark.parametrize(
    "text",
    [
        "paise wapis chahiye",
        "i am scared of court, will my name be in newspaper",
        "what have you got",
        "kyu pooch rahe ho",
        "03001234567",
        "i need help now",
    ],
)
def test_no_time(text: str) -> None:
    assert read_occurred(said(text, "unclear")) is None


@pytest.mark.parametrize(
    "text", ["before Eid", "in winter when I was in Karachi", "2019", "shadi ke dauran", "عید کے بعد"]
)
def test_a_time_in_words_is_kept(text: str) -> None:
    assert read_occurred(said(text, "unclear"))["as_told"]


@pytest.mark.parametrize("text", ["yaad nahi", "I don't remember", "no idea"])
def test_a_time_that_is_forgotten(text: str) -> None:
    assert read_occurred(said(text, "unclear")) is CANNOT


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("he also want more 20000", None),
        ("us ne phir 15000 manga", None),
        ("48213", "48213"),
        ("it was 4821339712 on the receipt", "4821339712"),
        ("TID 48213397", "48213397"),
    ],
)
def test_which_digits_are_a_transaction(text: str, number: str | None) -> None:
    assert read_transaction(said(text, "unclear")) == number


@pytest.mark.parametrize("text", ["content removed", "status", "Money back", "help", "رقم واپس ملے", "dubai"])
def test_words_of_the_product_are_no_name(text: str) -> None:
    assert read_name(said(text, "unclear")) is None


def test_a_name_is_a_name() -> None:
    assert read_name(said("Sara Khan", "unclear")) == "Sara Khan"


@pytest.mark.parametrize(
    "text", ["imran khan 00966501234567", "ali_khan_99", "paise 20000 gaye", "paise wapis chahiye"]
)
def test_no_place(text: str) -> None:
    assert read_city(said(text, "unclear")) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("i am living in dubai with my brother", "Dubai"),
        ("Jeddah", "Jeddah"),
        ("Chak 45", "Chak 45"),
        ("Chak 45, last week", "Chak 45"),
        ("I live in Dubai, it was done in Karachi", "Dubai"),
        ("Lahore", "Lahore"),
    ],
)
def test_places(text: str, place: str) -> None:
    assert read_city(said(text, "unclear"))["name"] == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("i live in dubai, someone in karachi made fake id of my sister", "Dubai"),
        ("my wife is in saudia and her account was hacked", "Saudia"),
        ("we are in saudi arabia and a man took our money", "Saudi Arabia"),
        ("I live in London, a man in Dubai took my money", "London"),
    ],
)
def test_where_the_writer_lives_is_their_place(text: str, place: str) -> None:
    assert agreed(text)["city"]["name"] == place


def test_a_man_abroad_is_no_place_of_the_writer() -> None:
    assert not agreed("a man from dubai took Rs 5000 from me").get("city")


@pytest.mark.parametrize("question", ["trace", "platform", "desired_outcome", "identity"])
def test_a_place_abroad_is_noted_whatever_is_asked(question: str) -> None:
    outcome = take_turn(agreed(), question, said("jeddah", "unclear"))
    assert outcome.facts["city"] == {"name": "Jeddah", "province": "", "office": ""}
    assert not outcome.facts.get("complainant_name")


@pytest.mark.parametrize("text", ["imran khan 00966501234567", "paise wapis chahiye", "he wants more 20000"])
def test_nothing_of_it_is_the_place_where_time_and_place_are_asked(text: str) -> None:
    facts = take_turn(agreed(), "when_city", said(text, "unclear")).facts
    assert not facts.get("city")
    assert not facts.get("occurred")


HOPES = [
    "account wapis",
    "bas insaf chahiye",
    "paise wapas",
    "insaf",
    "I want justice",
    "karwai ho",
    "اکاؤنٹ واپس",
    "بس انصاف چاہیے",
    "video delete",
]


@pytest.mark.parametrize("text", HOPES)
def test_what_is_hoped_for_is_no_place(text: str) -> None:
    assert read_city(said(text, "unclear")) is None
    for question in ("city", "when_city"):
        assert not take_turn(agreed(), question, said(text, "unclear")).facts.get("city")


@pytest.mark.parametrize("text", ["insaf", "bas insaf chahiye", "بس انصاف چاہیے", "paisa wapas chahiye"])
def test_nor_a_name(text: str) -> None:
    assert read_name(said(text, "unclear")) is None


@pytest.mark.parametrize("text", ["Pind Dadan Khan", "Gojra", "Chak 45", "چک نمبر 12"])
def test_small_places_are_still_taken(text: str) -> None:
    assert read_city(said(text, "unclear"))["name"] == text


@pytest.mark.parametrize("text", ["Insaf Ali", "Madad Khan"])
def test_such_a_word_may_be_part_of_a_name(text: str) -> None:
    assert read_name(said(text, "unclear")) == text


def test_a_date_and_a_city_are_no_name() -> None:
    assert read_name(said("kal, Lahore", "unclear")) is None
    assert read_name(said("Sara, kal", "unclear")) == "Sara"
