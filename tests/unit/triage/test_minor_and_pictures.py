"""A person of 14 whose picture is asked for, spread or threatened with: the whole conversation, in three languages."""

import pytest

from bot.knowledge.texts import first_steps
from bot.triage.draft import draft_from
from bot.triage.evidence import refusal
from bot.triage.interview import Outcome, start, take_turn
from bot.triage.record import build_record, new_reference
from bot.triage.turn import Turn
from tests.auxil.records import NOW
from tests.auxil.spoken import said, tapped

CASES = [
    # Asked for, as the classifier reads it.
    ("en", "child_abuse", (), "I am 14 and a man on Instagram is asking me for my pictures without clothes"),
    ("ur-Latn", "child_abuse", (), "main 14 saal ki hoon, ek aadmi Instagram par mujh se meri tasveer maang raha hai"),
    ("ur", "child_abuse", (), "میری عمر 14 سال ہے، ایک آدمی انسٹاگرام پر مجھ سے میری تصویر مانگتا ہے"),
    # Spread, as abuse of a child and as harassment.
    ("en", "child_abuse", (), "i'm 14, a boy from my class shared my private picture in the school group"),
    ("en", "harassment", ("intimate_images",), "i'm 14, a boy shared my private picture in the school group"),
    ("ur-Latn", "harassment", ("intimate_images",), "meri umar 14 saal hai, kisi ne meri gandi pic phaila di hai"),
    ("ur", "harassment", ("intimate_images",), "میں 14 سال کی ہوں، میرے کلاس فیلو نے میری تصویر سب کو بھیج دی"),
    # Threatened with.
    ("en", "blackmail", ("threat_to_publish",), "I am 14 and he will show my picture to my father"),
    (
        "ur-Latn",
        "blackmail",
        ("threat_to_publish",),
        "main 14 saal ka hoon, wo meri tasveer sab ko bhejne ki dhamki deta hai",
    ),
    ("ur", "blackmail", ("threat_to_publish",), "میں 14 سال کی ہوں، وہ میری تصویر وائرل کرنے کی دھمکی دیتا ہے"),
]
PROOF = {
    "en": "should I take a screenshot of it as proof?",
    "ur-Latn": "kya main tasveer save karun saboot ke liye?",
    "ur": "کیا میں تصویر ثبوت کے لیے محفوظ کر لوں؟",
}
WHAT_NOW = {"en": "what should i do", "ur-Latn": "kya karun", "ur": "کیا کروں"}
NEVER = {"en": "never the picture", "ur-Latn": "tasveer ka hargiz nahi", "ur": "تصویر کا ہرگز نہیں"}


def heard(*outcomes: Outcome) -> list[str]:
    return [str(say.response or say.first_steps) for outcome in outcomes for say in outcome.say]


def told(incident: str, flags: tuple[str, ...], story: str) -> tuple[Outcome, Outcome]:
    """The first two turns: the story, and the yes to what was understood."""
    opened = start({}, said(story, incident_type=incident, confidence=0.9, risk_flags=[*flags, "minor"]))
    return opened, take_turn(opened.facts, "consent", Turn("affirm", "yes"))


@pytest.mark.parametrize(("language", "incident", "flags", "story"), CASES)
def test_the_whole_conversation(language: str, incident: str, flags: tuple[str, ...], story: str) -> None:
    opened, agreed = told(incident, flags, story)
    assert opened.ask == "consent"
    assert heard(opened)  # what cannot wait comes before any question
    words = "\n".join(first_steps(name, language) for name in heard(opened, agreed))
    assert "takeitdown.ncmec.org" in words
    assert "StopNCII" not in words
    assert NEVER[language] in words
    assert "minor" in heard(opened, agreed)
    assert not {"child", "child_abuse", "blackmail", "harassment"} & set(heard(opened, agreed))
    assert agreed.ask == "adult_support"
    assert refusal(agreed.facts, "complaint_form") == "child"
    outcome = take_turn(agreed.facts, "adult_support", tapped("adult_support", "no"))
    while outcome.ask != "confirm":
        outcome = take_turn(outcome.facts, outcome.ask, tapped(str(outcome.ask), "skip"))
    record = build_record(
        draft_from(outcome.facts, channel="web", language=language), reference=new_reference(), now=NOW
    )
    assert record["priority"] == "high"
    assert {"minor", "child_abuse"} & set(record["priority_reasons"])
    assert record["victim"] == {"is_minor": True, "relationship": "self", "adult_support": "no"}
    assert ("PECA 2016", "22") in {(offence["law"], offence["section"]) for offence in record["offences"]}
    named = [body["item"] for body in record["routing"]["also"]]
    assert {"helpline_child_1121", "helpline_takeitdown"} <= set(named)


@pytest.mark.parametrize(("language", "incident", "flags", "story"), CASES)
def test_what_to_do_and_what_to_keep_is_said_to_the_child_itself(
    language: str, incident: str, flags: tuple[str, ...], story: str
) -> None:
    """Not what a parent is told, and never to keep the picture."""
    _, agreed = told(incident, flags, story)
    for text in (PROOF[language], WHAT_NOW[language]):
        outcome = take_turn(agreed.facts, agreed.ask, said(text, "question"))
        assert heard(outcome) == ["threat_to_publish_minor" if incident == "blackmail" else "minor"]
        assert NEVER[language] in first_steps(heard(outcome)[0], language)
        assert not outcome.answer_question
        assert outcome.ask == "adult_support"


def test_a_parent_and_somebody_grown_up_hear_what_they_heard() -> None:
    _, agreed = told("child_abuse", (), "a man asks my 12 year old daughter for pictures on Instagram")
    assert heard(take_turn(agreed.facts, agreed.ask, said(PROOF["en"], "question"))) == ["child"]
    opened = start({}, said("he shows my pictures if I do not pay", incident_type="blackmail", confidence=0.9))
    grown = take_turn(opened.facts, "consent", Turn("affirm", "yes"))
    assert heard(take_turn(grown.facts, grown.ask, said(WHAT_NOW["en"], "question"))) == ["blackmail"]
