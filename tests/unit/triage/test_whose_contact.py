"""Whose a number, an address or a profile is: the writer's own is never noted as the other person's."""

from typing import Any

import pytest

from bot.nlu.extract import extract
from bot.triage.interview import Facts, Outcome, start, take_turn
from bot.triage.turn import Turn
from tests.auxil.spoken import said

STORIES = {
    "fraud": "I was cheated of Rs 6000 by a seller",
    "hacking": "my account was hacked and the password is changed",
    "impersonation": "someone made a profile with my name and pictures",
}


def told(incident_type: str = "fraud") -> Outcome:
    return start({}, said(STORIES[incident_type], incident_type=incident_type, confidence=0.95))


def agreed(incident_type: str = "fraud") -> Facts:
    return take_turn(told(incident_type).facts, "consent", Turn("affirm", "yes")).facts


def suspects(facts: Facts) -> list[Any]:
    return [item["normalised"] for item in facts.get("suspect_contacts") or []]


@pytest.mark.parametrize(
    ("incident_type", "question"),
    [
        ("fraud", "trace"),
        ("fraud", "suspect_contacts"),
        ("hacking", "suspect_contacts"),
        ("impersonation", "what_where"),
    ],
)
def test_own_contacts_told_where_the_others_are_asked(incident_type: str, question: str) -> None:
    """They are noted as the writer's, and the other person's are still open."""
    turn = said("my number is 03339998887 and my email is ali@gmail.com")
    outcome = take_turn(agreed(incident_type), question, turn)
    assert outcome.facts["complainant_contact"] == "+923339998887"
    assert not suspects(outcome.facts)
    assert "suspect_contacts" not in (outcome.facts.get("skipped") or [])


def test_both_told_at_once_are_kept_apart() -> None:
    outcome = take_turn(agreed(), "trace", said("mera number 03001234567 hai us ka 03111234567"))
    assert outcome.facts["complainant_contact"] == "+923001234567"
    assert suspects(outcome.facts) == ["+923111234567"]


def test_name_and_contact_told_where_the_others_are_asked() -> None:
    turn = said("my name is Sara, sara@gmail.com, 0300-1231234, no calls after 5pm please")
    outcome = take_turn(agreed(), "trace", turn)
    assert not suspects(outcome.facts)
    assert outcome.facts["complainant_name"] == "Sara"
    assert outcome.facts["complainant_contact"] == "sara@gmail.com"


def test_name_and_number_told_where_consent_is_asked() -> None:
    outcome = take_turn(told().facts, "consent", said("mera naam Shazia hai 03335556667"))
    assert outcome.facts["complainant_name"] == "Shazia"
    assert outcome.facts["complainant_contact"] == "+923335556667"
    assert not suspects(outcome.facts)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("my real id is facebook.com/real.ali.1", True),
        ("my id facebook.com/zara.k.9", True),
        ("my mother number is 03211231234", True),
        ("my brother 03451112233 can help", True),
        ("my name is Sara and my number is 03211231234", True),
        ("meri behan ka number 03001234567 hai usay tang kar rahe", True),
        ("he said my name is Captain Ali 03001234567 and took 5000", False),
        ("my name is Ali, i live in Lahore, 03001234567", True),
        ("my name is Ali and a seller on OLX 03001234567 took my money", False),
        ("my husband 03451112233, he beats me", False),
        ("my brother 03451112233 is blackmailing me", False),
        ("my brother number is 03451112233 he is threatening me", False),
        ("my name is Sara and someone from 03451112233 is harassing me", False),
        ("fake id facebook.com/zara.k.9", False),
        ("my class fellow 03451112233", False),
    ],
)
def test_whose_it_is(text: str, own: bool) -> None:
    assert [item.own for item in extract(text).identifiers] == [own]


def test_name_card_and_number_of_the_writer() -> None:
    found = extract("my name is Ahmed 35202-1234567-1 03001234567").identifiers
    assert [item.own for item in found] == [True, True]
