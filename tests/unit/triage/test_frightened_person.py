"""What a frightened, angry or distracted person meets: nothing in a wrong place, nothing too much at once."""

from typing import Any

import pytest

from actions.drafts import CODE_TOLD, code_is_due
from bot.triage.interview import Facts, Outcome, Say, start, take_turn
from bot.triage.talk import is_false_alarm
from bot.triage.turn import Turn, progress
from tests.auxil.spoken import said, tapped

BLACKMAIL = {"incident_type": "blackmail", "confidence": 0.9, "risk_flags": ["threat_to_publish"]}
FAKE = "3 mahine se meri fake id chal rahi hai facebook par"


def heard(outcome: Outcome) -> list[str | None]:
    return [say.response or say.first_steps for say in outcome.say]


def consented(text: str, **found: Any) -> Outcome:
    return take_turn(start({}, said(text, **found)).facts, "consent", tapped("consent", "yes"))


@pytest.mark.parametrize("text", ["kal", "12 November", "Karachi", "25000 rupay", "WhatsApp", "کل", "لاہور"])
@pytest.mark.parametrize("asked", ["identity", "complainant_name"])
def test_the_answer_to_another_question_is_no_name(asked: str, text: str) -> None:
    facts: Facts = {
        **consented(FAKE, incident_type="impersonation", confidence=0.9).facts,
        "city": {"name": "Multan", "province": "Punjab", "office": "Multan"},
        "amount_pkr": 5000,
    }
    assert take_turn(facts, asked, said(text, "unclear")).facts.get("complainant_name") is None


@pytest.mark.parametrize("text", ["Sana", "Sana, Karachi", "Muhammad Ahmed", "ثنا خان"])
def test_a_name_is_still_a_name(text: str) -> None:
    facts = consented(FAKE, incident_type="impersonation", confidence=0.9).facts
    assert take_turn(facts, "complainant_name", said(text, "unclear")).facts["complainant_name"] in text


def test_anger_before_consent_changes_nothing() -> None:
    """What the insult is classified as does not become the type of the case."""
    facts = start({}, said(FAKE, incident_type="impersonation", confidence=0.9)).facts
    outcome = take_turn(facts, "consent", said("tumhara koi faida nahi", incident_type="other", confidence=0.95))
    assert (heard(outcome), outcome.ask) == (["utter_angry"], "consent")
    assert outcome.facts["incident_type"] == "impersonation"


def test_a_vague_remark_does_not_make_the_type_other() -> None:
    facts = start({}, said(FAKE, incident_type="impersonation", confidence=0.9)).facts
    outcome = take_turn(facts, "consent", said("ye kaisa masla hai mera", incident_type="other", confidence=0.95))
    assert outcome.facts["incident_type"] == "impersonation"


def test_a_mother_is_not_asked_whose_child_it_is() -> None:
    """She said so."""
    found = {"incident_type": "child_abuse", "confidence": 0.9, "minor": True}
    outcome = consented("ek aadmi meri 14 saal ki beti se tasveerein mang raha hai", **found)
    assert outcome.facts["on_behalf_of"] == "my_child"
    assert outcome.ask != "on_behalf_of"


def test_what_stays_private_waits_until_what_is_urgent_was_read() -> None:
    """Both at once is more than one screen; it comes with the next turn, once."""
    first = start({}, said("wo meri tasveerein phaila dega, ghar walon ko pata na chale", **BLACKMAIL))
    assert heard(first) == ["threat_to_publish"]
    second = take_turn(first.facts, "consent", tapped("consent", "yes"))
    assert "stays_private" in heard(second)
    assert "stays_private" not in heard(take_turn(second.facts, "platform", tapped("platform", "instagram")))


def test_the_code_waits_for_a_turn_without_advice_and_comes_once() -> None:
    agreed = consented("someone sends me bad messages", incident_type="harassment", confidence=0.9)
    assert "harassment" in heard(agreed)
    assert not code_is_due(agreed)
    following = take_turn(agreed.facts, "platform", tapped("platform", "whatsapp"))
    assert code_is_due(following)
    told = {**following.facts, "progress": {**progress(following.facts), "said": [CODE_TOLD]}}
    assert not code_is_due(Outcome(told, [Say("utter_noted")], ask="city"))
    assert not code_is_due(Outcome(following.facts, ask="confirm"))


@pytest.mark.parametrize(
    "text",
    [
        "wo meri tasveerein leak karne ki dhamki de raha hai, agar bhai ko pata chala to wo mujhe maar dega",
        "he wants to post my pictures and if my brother finds out he will kill me",
        "وہ میری تصویریں پھیلانے کی دھمکی دے رہا ہے، بھائی کو پتا چلا تو مجھے مار دے گا",
    ],
)
def test_fear_of_being_found_out_is_no_attack_now(text: str) -> None:
    """She hears what to do about the threat, and 15 only for a danger now."""
    assert is_false_alarm(said(text, "crisis", risk_flags=["violence"], kind_confidence=0.95))


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("he is outside my door with a gun. if my father finds out he will kill me", ["violence"]),
        ("agar bhai ko pata chala to main khudkushi kar lungi", ["self_harm"]),
        ("wo mujhe maarne aa raha hai", ["violence"]),
    ],
)
def test_a_danger_now_stays_one(text: str, flags: list[str]) -> None:
    assert not is_false_alarm(said(text, "crisis", risk_flags=flags))


def test_one_word_after_a_crisis_still_brings_the_urgent_advice() -> None:
    """What was told in the crisis is known, but its first steps were never said."""
    facts = {**start({}, said("he will post my pictures on instagram", **BLACKMAIL)).facts, "progress": {}}
    assert "threat_to_publish" in heard(start(facts, Turn("report", "ex", {"confidence": 0.1})))


def test_a_known_city_takes_the_place_of_an_unknown_word() -> None:
    """`Sana` was taken for a small place; the city said afterwards is the one that has an office."""
    facts = consented(FAKE, incident_type="impersonation", confidence=0.9).facts
    facts = take_turn(facts, "city", said("Sana", "unclear")).facts
    after = take_turn(facts, "desired_outcome", said("yesterday, Rawalpindi", "unclear")).facts
    assert after["city"]["name"] == "Rawalpindi"
    abroad = take_turn({**facts, "city": None}, "city", said("Dubai", "unclear")).facts
    kept = take_turn(abroad, "desired_outcome", said("my brother is in Lahore", "unclear")).facts
    assert kept["city"]["name"] == "Dubai"


def test_an_answer_to_something_else_keeps_both_matters_in_one() -> None:
    """Who goes on with the complaint is not asked again and again about the second matter."""
    facts = consented(FAKE, incident_type="impersonation", confidence=0.9).facts
    also = said("also somebody hacked my gmail account last week", incident_type="hacking", confidence=0.9)
    asked = take_turn(facts, "city", also)
    assert asked.ask == "other_matter"
    going_on = take_turn(asked.facts, "other_matter", said("Lahore", "unclear"))
    assert going_on.ask != "other_matter"
    assert "gmail" in going_on.facts["description"]
    assert going_on.facts["city"]["name"] == "Lahore"
