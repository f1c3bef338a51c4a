"""Corrections, several things in one message, questions in between, other matters, anger and gibberish."""

from typing import Any

import pytest

from bot.triage.interview import Facts, Outcome, next_field, questions, take_turn
from bot.triage.talk import spoken_of
from bot.triage.turn import Turn, progress
from tests.auxil.spoken import said, tapped
from tests.unit.triage.test_interview import heard, open_complaint


def reply(facts: Facts, question: str, text: str, intent: str = "unclear", **found: Any) -> Outcome:
    return take_turn(facts, question, said(text, intent, **found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Facebook nahi Instagram", "instagram"),
        ("it was Instagram, not Facebook", "instagram"),
        ("no, TikTok", "tiktok"),
        ("نہیں، فیس بک نہیں انسٹاگرام", "instagram"),
        ("Facebook par nahi, Telegram par hua", "telegram"),
    ],
)
def test_a_platform_that_is_denied_loses(text: str, expected: str) -> None:
    """In every word order and language; the open question stays."""
    facts = {**open_complaint(), "platform": "facebook"}
    outcome = reply(facts, "city", text)
    assert outcome.facts["platform"] == expected
    assert (heard(outcome), outcome.ask) == (["utter_changed"], "city")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no, 25 thousand not 2500", 25_000),
        ("nahi 25 hazar tha, 2500 nahi", 25_000),
        ("نہیں، 25 ہزار روپے تھے", 25_000),
        ("sorry, amount is 30000", 30_000),
    ],
)
def test_a_sum_is_corrected_by_word(text: str, expected: int) -> None:
    """While another question is open."""
    outcome = reply({**open_complaint(), "amount_pkr": 2500}, "city", text)
    assert outcome.facts["amount_pkr"] == expected


def test_a_wrong_number_of_the_other_person_is_replaced() -> None:
    """And not kept beside the right one."""
    outcome = reply(open_complaint(), "city", "sorry galat number tha, 0311 7654321 hai")
    assert [c["normalised"] for c in outcome.facts["suspect_contacts"]] == ["+923117654321"]


def test_the_name_is_corrected_at_the_summary() -> None:
    """By a sentence, as people do."""
    facts = {**open_complaint(), "complainant_name": "Bilal", "desired_outcome": ["advice_only"]}
    assert reply(facts, "confirm", "my name is Bilal Ahmed").facts["complainant_name"] == "Bilal Ahmed"


def test_two_answers_in_one_message_land_where_they_belong() -> None:
    """Also one that was not asked for yet, confirmed in half a sentence."""
    outcome = reply(open_complaint(), "transaction_id", "TID 48213397, this was in Multan")
    assert (outcome.facts["transaction_id"], outcome.facts["city"]["name"]) == ("48213397", "Multan")
    assert "utter_noted" in heard(outcome)
    assert next_field(outcome.facts) == "desired_outcome"


def test_a_question_in_the_middle_keeps_the_open_question() -> None:
    """It is answered, and the form goes on where it was."""
    outcome = reply(open_complaint(), "city", "is this confidential?", "question")
    assert (outcome.answer_question, outcome.ask) == (True, "city")


def test_an_answer_and_a_question_in_one_message_are_both_heard() -> None:
    """The city is not asked again."""
    outcome = reply(open_complaint(), "city", "Lahore. how long does it take?", "question")
    assert outcome.answer_question
    assert (outcome.facts["city"]["name"], outcome.ask) == ("Lahore", "transaction_id")


def test_who_are_you_is_no_name() -> None:
    """Nor is any sentence."""
    for text in ("who are you?", "why do you need it", "nahi batana", "you are useless"):
        facts = reply(open_complaint(), "complainant_name", text, "chitchat").facts
        assert facts.get("complainant_name") in {None, "anonymous"}, text


@pytest.mark.parametrize(
    ("text", "name", "contact"),
    [
        ("Bilal Ahmed 0333 1234567", "Bilal Ahmed", "+923331234567"),
        ("my name is Sana and my email is sana@example.com", "Sana", "sana@example.com"),
        ("mera naam Hamza hai, 03211234567", "Hamza", "+923211234567"),
        ("میرا نام عائشہ ہے اور نمبر 0300 5551234", "عائشہ", "+923005551234"),
        ("0333 1234567", None, "+923331234567"),
        ("only my first name, Zara", "Zara", None),
    ],
)
def test_name_and_contact_come_in_one_answer(text: str, name: str | None, contact: str | None) -> None:
    """Whoever gives only one of them is not asked for the other again."""
    facts = reply(open_complaint(), "identity", text).facts
    assert (facts.get("complainant_name"), facts.get("complainant_contact")) == (name, contact)
    assert next_field(facts) != "identity"


def test_how_to_be_reached_age_and_gender_are_kept() -> None:
    """As far as they are told."""
    facts = reply(
        open_complaint(), "identity", "Sana, female, 24 years, 0300 5551234, only WhatsApp, do not call"
    ).facts
    about = facts["about_complainant"]
    assert (about["age_band"], about["gender"], about["safe_to_contact"]) == ("18_25", "female", True)
    assert "do not call" in about["contact_note"]


def test_a_group_asks_again_only_for_what_matters() -> None:
    """The transaction number is let go, the other person's number is asked once more."""
    facts = open_complaint("Someone cheated me on the phone and took Rs 50000", risk_flags=[])
    outcome = reply(facts, "trace", "TID 48213397")
    assert outcome.ask == "suspect_contacts"
    other = reply(facts, "trace", "0301 2345678")
    assert other.ask == "when_city"
    assert "transaction_id" in other.facts["skipped"]


def test_gibberish_is_asked_again_once_and_then_left_open() -> None:
    """Nobody is held at a question."""
    facts = open_complaint()
    first = reply(facts, "city", "sdfghjk lkjhgf")
    assert (heard(first), first.ask) == (["utter_not_found_city"], "city")
    second = reply(first.facts, "city", "qwrtpsd")
    assert heard(second) == ["utter_left_for_later"]
    assert "city" in second.facts["skipped"]


@pytest.mark.parametrize("text", ["you are useless", "bakwas hai ye sab", "یہ سب بکواس ہے"])
def test_anger_is_heard_and_changes_nothing(text: str) -> None:
    """No answer is read from it."""
    facts = open_complaint()
    outcome = reply(facts, "city", text, "chitchat")
    assert (heard(outcome), outcome.ask) == (["utter_angry"], "city")
    assert outcome.facts.get("city") is None


def test_a_long_rant_is_more_of_the_story_whatever_was_asked() -> None:
    """And what it tells is not asked for."""
    rant = (
        "I told my brother and he said forget it but I cannot sleep, every night I think of it, this man from Multan took "
        "everything that I saved for my mother and he laughed when I called him again and again"
    )
    outcome = reply(open_complaint(), "city", rant, "report", incident_type="fraud", confidence=0.9)
    assert rant in outcome.facts["description"]
    assert outcome.facts["city"]["name"] == "Multan"


def another_crime(facts: Facts) -> Outcome:
    text = "also someone hacked my Facebook account last week"
    return reply(facts, "city", text, "report", incident_type="hacking", confidence=0.9)


def test_another_crime_goes_into_this_complaint_by_choice() -> None:
    """Its type stands among the alternatives."""
    facts = another_crime(open_complaint()).facts
    both = take_turn(facts, "other_matter", tapped("other_matter", "both"))
    assert "hacked my Facebook" in both.facts["description"]
    assert both.facts["incident_type"] == "fraud"
    assert both.facts["classifier"]["alternatives"][0]["type"] == "hacking"


def test_another_crime_waits_for_its_own_complaint_by_choice() -> None:
    """It is not in this one, and not lost."""
    asked = another_crime(open_complaint())
    assert asked.ask == "other_matter"
    later = take_turn(asked.facts, "other_matter", tapped("other_matter", "later"))
    assert "hacked my Facebook" not in later.facts["description"]
    assert "hacked my Facebook" in progress(later.facts)["next_story"]["text"]


@pytest.mark.parametrize(
    "text", ["please, my family should not know of this", "ghar walon ko pata na chale", "گھر والوں کو پتا نہ چلے"]
)
def test_who_fears_the_family_hears_what_stays_private(text: str) -> None:
    """Honestly, and once."""
    outcome = reply(open_complaint(), "desired_outcome", text)
    assert heard(outcome)[0] == "stays_private"
    assert "stays_private" not in heard(reply(outcome.facts, "desired_outcome", text))


def test_who_lives_abroad_hears_how_to_complain_from_there() -> None:
    """The place is kept, and no office of a Pakistani city is named."""
    outcome = reply(open_complaint(), "city", "Dubai")
    assert heard(outcome)[0] == "abroad_person"
    assert outcome.facts["city"] == {"name": "Dubai", "province": "", "office": ""}


def test_a_foreign_number_brings_an_honest_word() -> None:
    """Crossing borders takes time."""
    outcome = reply(open_complaint(), "transaction_id", "he also called from +44 7911 123456")
    assert "abroad_offender" in heard(outcome)


@pytest.mark.parametrize(
    "text", ["he will not stop sending my photos", "wo band nahi kar raha", "وہ تصویریں بھیجنا بند نہیں کرتا"]
)
def test_what_the_other_person_does_not_stop_stops_nothing(text: str) -> None:
    """It is part of the story."""
    outcome = reply(open_complaint(), "confirm", text, "report")
    assert outcome.ended is None
    assert text in outcome.facts["description"]


def test_whether_to_keep_a_copy_of_a_child_is_never_answered_with_evidence() -> None:
    """In a report and in a tip-off."""
    for kind, steps in (("report", "child"), ("tip_off", "tip_off_child")):
        facts = {**open_complaint(), "incident_type": "child_abuse", "report_kind": kind}
        outcome = reply(facts, "confirm", "should I download one as proof?", "question")
        assert (heard(outcome)[0], outcome.answer_question) == (steps, False)


def test_a_name_of_the_other_person_stays_in_the_words() -> None:
    """It fits no field, and is not lost."""
    facts = open_complaint("Someone cheated me on the phone and took Rs 50000", risk_flags=[])
    kept = reply(facts, "trace", "0345-1234567 par bheje, naam us ne Kashif bataya").facts
    assert "Kashif" in kept["description"]
    assert "0301" not in reply(facts, "trace", "He used 0301 2345678").facts["description"]


def test_a_city_where_a_name_is_asked_for_is_the_city() -> None:
    """It answers the question before."""
    facts = open_complaint()
    outcome = reply(facts, "identity", "Gujrat")
    assert (outcome.facts["city"]["name"], outcome.facts.get("complainant_name")) == ("Gujrat", None)


def test_pictures_are_demanded_no_sum_is_asked_for() -> None:
    """A sum is asked for where money was spoken of."""
    found = {"incident_type": "blackmail", "risk_flags": []}
    assert "amount_pkr" not in questions(
        open_complaint("he wants more pictures or he posts them on Instagram", **found)
    )
    assert "amount_pkr" in questions(open_complaint("he wants money or he posts them on Instagram", **found))


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("a man writes to my 14 year old daughter", "daughter"),
        ("meri 14 saal ki beti ko ek aadmi", "daughter"),
        ("میری 14 سال کی بیٹی کو ایک آدمی", "daughter"),
        ("meri behan ko blackmail kar raha", "sister"),
        ("he is the brother of a class fellow", None),
        ("his colleague and a friend of his", None),
    ],
)
def test_who_is_spoken_of(text: str, person: str | None) -> None:
    """The writer's own child or kin, not just any."""
    assert spoken_of(text) == person


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("post hata dein aur us ko warning dein", ["content_removed", "offender_warned"]),
        ("money back and a case", ["prosecution", "money_back"]),
        ("پیسے", ["money_back"]),
        ("صرف مشورہ", ["advice_only"]),
        ("case nahi karna chahta", None),
    ],
)
def test_wishes_in_a_few_words(text: str, wishes: list[str] | None) -> None:
    """As people answer; what is refused is no wish."""
    found = {"desired_outcome": ["offender_warned"]} if "warning" in text else {}
    assert reply(open_complaint(), "desired_outcome", text, **found).facts.get("desired_outcome") == wishes


def test_who_wants_a_case_is_asked_for_what_a_case_needs() -> None:
    """A name alone reaches nobody; whoever stays without a name is left in peace."""
    facts = {**open_complaint(), "desired_outcome": ["prosecution"], "skipped": ["transaction_id", "city"]}
    assert reply(facts, "identity", "Bilal Ahmed").ask == "complainant_contact"
    assert take_turn(facts, "identity", tapped("identity", "anonymous")).ask == "confirm"
    assert reply({**facts, "desired_outcome": ["money_back"]}, "identity", "Bilal Ahmed").ask == "confirm"


def test_the_first_platform_of_a_story_is_the_one() -> None:
    """An e-mail address that was changed is not where it happened."""
    text = "Someone hacked my Facebook account. He changed the password and the e-mail"
    facts = open_complaint(text, incident_type="hacking", platform="facebook", risk_flags=[])
    assert facts["platform"] == "facebook"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "'; DROP TABLE records; --",
        "{{7*7}} ${7*7}",
        "=1+1|cmd",
    ],
)
def test_code_where_consent_is_asked_for_changes_nothing(text: str) -> None:
    """Whatever the model takes it for."""
    facts = {**open_complaint(), "consent": None, "type_confirmed": None}
    outcome = reply(facts, "consent", text, "report", incident_type="hacking", confidence=0.9)
    assert (outcome.facts, outcome.ask) == (facts, "consent")


def test_a_link_added_at_consent_is_kept() -> None:
    """Its signs are no code."""
    facts = {**open_complaint(), "consent": None, "type_confirmed": None}
    outcome = reply(facts, "consent", "his page is https://www.facebook.com/profile.php?id=100012345", "unclear")
    assert any("100012345" in item["normalised"] for item in outcome.facts["suspect_contacts"])


def test_an_alarm_without_a_word_of_danger_ends_no_complaint() -> None:
    """The help is named in one line, and the form goes on with what was said."""
    alarm = {"risk_flags": ["violence"], "incident_type": "harassment", "confidence": 0.9}
    outcome = reply(open_complaint(), "confirm", "he will not stop sending my photos", "crisis", **alarm)
    assert heard(outcome)[0] == "utter_if_in_danger"
    assert (outcome.ended, outcome.ask) == (None, "confirm")
    assert "will not stop" in outcome.facts["description"]
    assert "violence" not in outcome.facts["risk_flags"]


@pytest.mark.parametrize("text", ["I want to kill myself", "main marna chahti hoon", "میں مرنا چاہتی ہوں"])
def test_words_of_danger_stop_the_form(text: str) -> None:
    """At every question, in every language."""
    for question in ("consent", "city", "identity", "confirm"):
        outcome = reply(open_complaint(), question, text, "crisis", risk_flags=["self_harm"])
        assert (heard(outcome), outcome.ended) == (["crisis"], "suspended")


def test_correcting_the_type_before_consent() -> None:
    """By its name."""
    facts = open_complaint()
    facts = {**facts, "consent": None, "type_confirmed": None}
    outcome = reply(facts, "consent", "no, it is blackmail", "report", incident_type="blackmail", confidence=0.9)
    assert (outcome.facts["incident_type"], outcome.ask) == ("blackmail", "consent")


def test_why_is_answered_and_the_question_stays() -> None:
    """Every question says what it is for."""
    outcome = take_turn(open_complaint(), "identity", Turn("why_asked", "why"))
    assert (heard(outcome), outcome.ask) == (["utter_why_identity"], "identity")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("abbu ko call to nahi aayegi", "question"),
        ("کیا میرے گھر والوں کو بتایا جائے گا", "report"),
        ("میرا نام تو نہیں آئے گا", "question"),
        ("kya mujhe paise wapas milenge", "report"),
        ("will they come to my house", "report"),
    ],
)
@pytest.mark.parametrize("question", ["consent", "city", "confirm"])
def test_a_question_about_what_will_be_is_answered_and_changes_nothing(question: str, text: str, intent: str) -> None:
    """However it was classified, and though it names a channel."""
    facts = {**open_complaint(), "platform": None}
    outcome = reply(facts, question, text, intent)
    assert outcome.answer_question
    assert outcome.ask == question
    assert outcome.facts["platform"] is None
    assert outcome.facts["description"] == facts["description"]


@pytest.mark.parametrize("text", ["what should i do", "ab kya karein", "کیا کروں؟"])
def test_what_to_do_is_answered_with_the_steps_of_the_case(text: str) -> None:
    """Not with what this program is able to do."""
    outcome = reply(open_complaint(), "city", text, "question")
    assert [thing.first_steps for thing in outcome.say] == ["fraud"]
    assert (outcome.ask, outcome.answer_question) == ("city", False)


def test_not_to_know_who_it_is_asks_nothing() -> None:
    facts = {**open_complaint(), "suspect_contacts": None}
    outcome = reply(facts, "suspect_contacts", "pata nahi kon he", "question")
    assert not outcome.answer_question
    assert "suspect_contacts" in outcome.facts["skipped"]


@pytest.mark.parametrize("text", ["punish him", "paise wapas"])
def test_a_wish_is_nobodys_name(text: str) -> None:
    facts = {**open_complaint(), "complainant_name": None}
    assert not reply(facts, "complainant_name", text).facts.get("complainant_name")
