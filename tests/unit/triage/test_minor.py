"""A person under 18 who complains alone: told once who may help, asked whether an adult stands by, never held up."""

from typing import Any

import pytest

from bot.knowledge.texts import first_steps
from bot.triage.draft import draft_from
from bot.triage.interview import Facts, Outcome, next_field, start, take_turn
from bot.triage.record import build_record, new_reference
from bot.triage.summary import summary_text
from bot.triage.talk import tells_own_age
from bot.triage.turn import Turn
from tests.auxil.records import NOW
from tests.auxil.spoken import said, tapped

ENGLISH = "I am 15 and a boy from my school keeps sending me insults on Instagram"
URDU = "میری عمر 16 سال ہے اور ایک لڑکا واٹس ایپ پر گالیاں بھیجتا ہے"
ROMAN = "main 14 saal ki hoon aur ek ajnabi Facebook par mujhe tang karta hai"


def told(text: str, incident_type: str = "harassment", **found: Any) -> Outcome:
    return start({}, said(text, incident_type=incident_type, confidence=0.9, **found))


def agreed(text: str, incident_type: str = "harassment", **found: Any) -> Outcome:
    return take_turn(told(text, incident_type, **found).facts, "consent", Turn("affirm", "yes"))


def heard(outcome: Outcome) -> list[str | None]:
    return [say.response or say.first_steps for say in outcome.say]


def record_of(facts: Facts) -> dict[str, Any]:
    return build_record(draft_from(facts, channel="web", language="en"), reference=new_reference(), now=NOW)


@pytest.mark.parametrize("text", [ENGLISH, URDU, ROMAN])
def test_told_in_the_story_it_is_not_asked_whom_it_happened_to(text: str) -> None:
    """Who says to be under 18 is told once who may help, and asked for an adult right after consent."""
    outcome = told(text)
    assert outcome.facts["on_behalf_of"] == "self_minor"
    assert heard(outcome).count("minor") == 1
    after = take_turn(outcome.facts, "consent", Turn("affirm", "yes"))
    assert after.ask == "adult_support"
    answered = take_turn(after.facts, "adult_support", tapped("adult_support", "not_yet"))
    assert "minor" not in [*heard(after), *heard(answered)]
    assert answered.ask != "adult_support"
    assert record_of(answered.facts)["victim"] == {"is_minor": True, "relationship": "self", "adult_support": "not_yet"}


def test_after_the_tap_that_says_under_18() -> None:
    facts = agreed("he says he will put my sister's pictures online", "blackmail").facts
    assert next_field(facts) == "on_behalf_of"
    outcome = take_turn(facts, "on_behalf_of", tapped("on_behalf_of", "self_minor"))
    assert (heard(outcome), outcome.ask) == (["minor"], "adult_support")
    for whom in ("self", "my_child", "friend"):
        assert take_turn(facts, "on_behalf_of", tapped("on_behalf_of", whom)).ask != "adult_support"


def test_what_cannot_wait_is_said_first_and_this_a_turn_later() -> None:
    """One screen at a time for somebody who is threatened."""
    text = "I am 16, he wants money or he shows my pictures to everyone"
    outcome = told(text, "blackmail", risk_flags=["threat_to_publish"])
    assert heard(outcome) == ["threat_to_publish_minor"]
    after = take_turn(outcome.facts, "consent", Turn("affirm", "yes"))
    assert "minor" in heard(after)
    assert after.ask == "adult_support"


def test_a_child_that_tells_of_its_own_abuse_is_not_spoken_to_as_a_parent() -> None:
    """What parents hear ("do not scold") is not for the child; the rest of the way is the same."""
    outcome = told(ROMAN, "child_abuse")
    assert heard(outcome) == ["minor"]
    after = take_turn(outcome.facts, "consent", Turn("affirm", "yes"))
    assert (heard(after), after.ask) == ([], "adult_support")


@pytest.mark.parametrize(
    ("turn", "support"),
    [
        (tapped("adult_support", "yes"), "yes"),
        (tapped("adult_support", "no"), "no"),
        (Turn("affirm", "yes"), "yes"),
        (Turn("deny", "no"), "no"),
        (Turn("deny", "not yet"), "not_yet"),
        (said("my mother knows", "unclear"), "yes"),
        (said("meri khala ko sab pata hai aur wo mere sath hain", "unclear"), "yes"),
        (said("امی کو بتا دیا ہے", "unclear"), "yes"),
        (said("ammi", "unclear"), "yes"),
        (said("abhi nahi", "unclear"), "not_yet"),
        (said("ابھی تک نہیں بتایا", "unclear"), "not_yet"),
        (said("kisi ko nahi pata", "unclear"), "no"),
        (said("my parents don't know", "unclear"), "no"),
        (said("کسی کو نہیں", "unclear"), "no"),
        (Turn("skip", "skip"), None),
        (tapped("adult_support", "skip"), None),
    ],
)
def test_every_answer_is_taken_and_none_holds_anything_up(turn: Turn, support: str | None) -> None:
    """By button and in words; the question is not asked again."""
    outcome = take_turn(agreed(ENGLISH).facts, "adult_support", turn)
    assert outcome.facts.get("adult_support") == support
    assert outcome.ask not in {"adult_support", None}
    assert record_of(outcome.facts)["victim"]["adult_support"] == support


def test_who_stands_by_is_never_taken_for_who_did_it() -> None:
    outcome = take_turn(
        agreed(ENGLISH).facts, "adult_support", said("my uncle knows", "unclear", relationship="relative")
    )
    assert outcome.facts.get("suspect_relationship") is None
    assert outcome.facts["adult_support"] == "yes"


def test_an_adult_who_did_it_is_not_one_who_stands_by() -> None:
    outcome = take_turn(agreed(ENGLISH).facts, "adult_support", said("it is my uncle who does this to me", "unclear"))
    assert outcome.facts.get("adult_support") is None
    assert outcome.ask == "adult_support"


def test_the_age_beside_the_name_counts_too() -> None:
    """A fraud asks for no age; who gives it is asked the one question, then goes on to the summary."""
    facts = {**agreed("A man on Facebook took Rs 5000 from me", "fraud").facts, "skipped": []}
    outcome = take_turn(facts, "identity", said("Ali, 16 saal, 0300 1112223", "unclear"))
    assert outcome.facts["on_behalf_of"] == "self_minor"
    assert "minor" in heard(outcome)
    assert next_field(outcome.facts) == "adult_support"


@pytest.mark.parametrize(
    "text",
    [
        "my daughter is 15 and a boy keeps sending her insults on Instagram",
        "meri behan 16 saal ki hai, ek larka usay tang karta hai",
        "I am 25 and a 15 year old boy keeps sending me insults",
        "a 14 year old girl in our street gets insults on Instagram from a man",
        "main 5 saal se yahan kaam karta hoon aur boss mujhe WhatsApp par gaaliyan deta hai",
    ],
)
def test_others_are_not_taken_for_a_minor_who_writes(text: str) -> None:
    outcome = agreed(text)
    assert outcome.facts.get("on_behalf_of") != "self_minor"
    assert outcome.ask != "adult_support"


def test_a_tip_off_of_a_minor_asks_nothing_of_this() -> None:
    found = {"incident_type": "hate_extremism", "confidence": 0.9}
    outcome = start(
        {}, said("I am 16, this page on Facebook calls for killing people, please check", "tip_off", **found)
    )
    assert heard(outcome) == ["hate_extremism"]
    assert take_turn(outcome.facts, "consent", Turn("affirm", "yes")).ask == "what_where"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("I'm 16 years old", True),
        ("i am in 9th class", True),
        ("I am under 18", True),
        ("main nabaligh hoon", True),
        ("meri umar 15 saal hai", True),
        ("میں سولہ سال کی ہوں", True),
        ("میں نویں جماعت میں پڑھتی ہوں", True),
        ("میری عمر ۱۵ سال ہے", True),
        ("I am 18", False),
        ("meri umar 45 saal hai", False),
        ("i am 10 minutes away", False),
        ("میں 10 سال سے یہاں ہوں", False),
        ("he is 15", False),
        ("meri beti 15 saal ki hai", False),
    ],
)
def test_whose_age_it_is(text: str, own: bool) -> None:
    assert tells_own_age(text) is own


def test_the_summary_shows_it_and_it_can_be_changed() -> None:
    facts = {**agreed(ENGLISH).facts, "adult_support": "yes"}
    assert "• An adult stands by you: yes" in summary_text(facts, "en")
    changed = take_turn(facts, "confirm", tapped("change_line", "adult_support"))
    assert changed.ask == "adult_support"
    other = take_turn(facts, "on_behalf_of", tapped("on_behalf_of", "friend"))
    assert other.facts["adult_support"] is None


def test_what_is_told_says_who_may_help_and_that_one_may_go_on_alone() -> None:
    """The law of guardians as knowledge/ has it: they may apply for removal; nothing is a condition."""
    for language, words in {
        "en": ("guardian", "trust", "Authority", "alone"),
        "ur": ("سرپرست", "بھروسے", "اتھارٹی", "کسی بڑے کے بغیر"),
        "ur-Latn": ("sarparast", "bharose", "Authority", "kisi baray ke baghair"),
    }.items():
        text = first_steps("minor", language)
        assert all(word.lower() in text.lower() for word in words), language


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("I am 16, it happened to me", "self_minor"),
        ("main 15 saal ki hoon", "self_minor"),
        ("to me", "self"),
        ("mere sath hi hua hai", "self"),
        ("میرے ساتھ", "self"),
        ("meri behan ke sath", "family"),
        ("my 12 year old daughter", "my_child"),
        ("میری چھوٹی بہن، وہ 14 سال کی ہے", "other_child"),
        ("my friend", "friend"),
    ],
)
def test_whom_it_happened_to_may_be_said_in_words(text: str, whom: str) -> None:
    """A guess of danger in so short an answer does not stand in its way."""
    facts = agreed("he says he will put my sister's pictures online", "blackmail").facts
    assert next_field(facts) == "on_behalf_of"
    outcome = take_turn(facts, "on_behalf_of", said(text, "crisis", risk_flags=["self_harm"]))
    assert outcome.facts["on_behalf_of"] == whom
    assert outcome.ask != "on_behalf_of"
    assert "utter_if_in_danger" not in heard(outcome)
