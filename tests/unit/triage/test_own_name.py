"""A name told with the story is kept and shown before sending; one that somebody else gives is not."""

import pytest

from bot.triage.interview import start, take_turn
from bot.triage.plan import missing_in
from bot.triage.summary import summary_text
from bot.triage.turn import Turn
from tests.auxil.spoken import said, tapped

TOLD = [
    ("My name is Ayesha Khan and my ex is blackmailing me on WhatsApp", "Ayesha Khan", "en"),
    ("salam mera naam Bilal Ahmed hai mere sath JazzCash par fraud hua", "Bilal Ahmed", "ur-Latn"),
    ("میرا نام عائشہ ہے، کوئی مجھے واٹس ایپ پر بلیک میل کر رہا ہے", "عائشہ", "ur"),
    ("I am a teacher. My name is Nadia. He told everyone lies about me", "Nadia", "en"),
]


@pytest.mark.parametrize(("text", "name", "language"), TOLD)
def test_it_is_not_asked_again_and_stands_in_the_summary(text: str, name: str, language: str) -> None:
    facts = start({}, said(text, incident_type="blackmail", confidence=0.9)).facts
    assert facts["complainant_name"] == name
    assert missing_in(facts, "identity") == ["complainant_contact"]
    assert name in summary_text({**facts, "description": "…"}, language)


@pytest.mark.parametrize(
    "text",
    [
        "he called and said my name is Inspector Aslam, send 50000",
        'a message came: "my name is Ali from HBL" and then he took 5000 rupees',
        "My name is Ahmed, he said, and I sent him the code",
        "usne kaha mera naam Imran hai aur main bank se hoon, code do",
        "اس نے کہا میرا نام عمران ہے اور میں بینک سے ہوں",
        "caller ne bataya ke mera naam Kashif hai aur paise mange",
        "mera naam use kar raha hai fake profile par",
        "my name is being used, and my photo too",
        "my name is on a fake profile that he made",
        "میرا نام استعمال کر رہا ہے کوئی فیس بک پر",
    ],
)
def test_of_others_or_of_no_one_it_is_none(text: str) -> None:
    assert "complainant_name" not in start({}, said(text, incident_type="fraud", confidence=0.9)).facts


def test_who_wants_no_name_gets_none() -> None:
    """In the same breath, or before."""
    asked = start(
        {}, said("My name is Sara but keep me anonymous, he hacked me", incident_type="hacking", confidence=0.9)
    )
    assert "complainant_name" not in asked.facts
    facts = start({}, said("somebody hacked my account on Facebook", incident_type="hacking", confidence=0.9)).facts
    facts = take_turn(facts, "consent", Turn("affirm", "yes")).facts
    facts = take_turn(facts, "identity", tapped("identity", "anonymous")).facts
    later = take_turn(facts, "when_city", said("yesterday, Lahore. My name is Sara")).facts
    assert later["complainant_name"] == "anonymous"


def test_somebody_elses_name_at_the_summary_is_not_the_writers() -> None:
    facts = start({}, said("My name is Sara. He hacked my account", incident_type="hacking", confidence=0.9)).facts
    facts = take_turn(facts, "consent", Turn("affirm", "yes")).facts
    later = take_turn(facts, "confirm", said("usne kaha mera naam Imran hai", "report")).facts
    assert later["complainant_name"] == "Sara"
