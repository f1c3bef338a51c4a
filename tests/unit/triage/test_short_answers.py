"""Answers of a few words: none is taken for a question, an alarm or nothing at all."""

import pytest

from bot.triage.interview import Facts, next_field, start, take_turn
from bot.triage.turn import Turn
from tests.auxil.spoken import said

CHEATED = {"incident_type": "fraud", "confidence": 0.95}
LIES = {"incident_type": "defamation", "confidence": 0.95}


def told(text: str, **found: object) -> Facts:
    """Facts after a story and consent."""
    return take_turn(start({}, said(text, **found)).facts, "consent", Turn("affirm", "yes")).facts


@pytest.mark.parametrize(
    ("answer", "relationship"),
    [("a neighbour", "neighbour"), ("parosi hai", "neighbour"), ("میرا شوہر", "spouse"), ("my boss", "superior")],
)
def test_the_name_of_a_button_is_an_answer_when_typed(answer: str, relationship: str) -> None:
    """A relationship can be typed as well as tapped."""
    facts = told("ek shakhs Facebook par mere khilaf jhooti post laga raha hai", **LIES)
    after = take_turn(facts, "suspect_relationship", said(answer, "unclear"))
    assert after.facts["suspect_relationship"] == relationship


def test_a_short_sentence_with_a_handle_is_no_question() -> None:
    """The verb `کیا` at the end is not the question word that looks the same."""
    facts = told("مجھ سے رجسٹریشن کے 6000 روپے لے لیے", incident_type="fraud", confidence=0.95)
    after = take_turn(facts, "trace", said("اس نے @easyjob_pk24 استعمال کیا", "question"))
    assert not after.answer_question
    assert after.facts["suspect_contacts"][0]["normalised"] == "easyjob_pk24"


def test_only_the_rest_of_a_group_is_asked_after_a_question_that_told_some_of_it() -> None:
    """The number said beside the question is known; the transaction number is still open."""
    facts = told("I was cheated of Rs 6000 on OLX by a seller", incident_type="fraud", confidence=0.95)
    after = take_turn(facts, "trace", said("the number is 0301 2345678, is that enough for you?", "question"))
    assert after.answer_question
    assert after.ask == "transaction_id"


def test_a_wish_that_sounds_like_an_alarm_is_a_wish() -> None:
    """`I want this gone`, asked what one wants, brings no talk of danger."""
    facts = told("ek shakhs Facebook par mere khilaf jhooti post laga raha hai", **LIES)
    after = take_turn(facts, "desired_outcome", said("میں چاہتی ہوں کہ یہ ہٹ جائے", risk_flags=["self_harm"]))
    assert after.facts["desired_outcome"] == ["content_removed"]
    assert "utter_if_in_danger" not in [say.response for say in after.say]


def test_my_own_hacked_account_is_not_a_tip_off() -> None:
    """A report, so that city and wish are asked for."""
    hacked = {"incident_type": "hacking", "confidence": 0.95}
    assert start({}, said("میرا یوٹیوب چینل ہیک ہو گیا ہے", "tip_off", **hacked)).facts["report_kind"] == "report"
    seen = said("this Telegram channel sells hacked accounts to people", "tip_off", **hacked)
    assert start({}, seen).facts["report_kind"] == "tip_off"


@pytest.mark.parametrize("text", ["naam nahi batana", "don't write my name", "نام نہیں بتانا"])
@pytest.mark.parametrize("requested", ["consent", "when_city"])
def test_no_name_said_before_it_is_asked_is_noted(text: str, requested: str) -> None:
    """It is no refusal of consent and skips no other question."""
    story = "I was cheated of Rs 6000 on OLX by a seller"
    facts = told(story, **CHEATED) if requested != "consent" else start({}, said(story, **CHEATED)).facts
    outcome = take_turn(facts, requested, said(text, "skip"))
    assert outcome.facts["complainant_name"] == "anonymous"
    assert outcome.ask == requested
    assert [say.response for say in outcome.say] == ["utter_noted"]


def test_a_wish_told_where_consent_is_asked_is_no_question() -> None:
    turn = said("paise wapas chahiye or saza bhi", "question", desired_outcome=["prosecution", "money_back"])
    facts = start({}, said("I was cheated of Rs 6000 on OLX by a seller", **CHEATED)).facts
    outcome = take_turn(facts, "consent", turn)
    assert outcome.facts["desired_outcome"] == ["prosecution", "money_back"]
    assert (outcome.ask, outcome.answer_question) == ("consent", False)


@pytest.mark.parametrize(
    ("answer", "relationship"),
    [
        ("my uncle asad", "relative"),
        ("the man is my neighbour Aslam", "neighbour"),
        ("mera cousin hai", "relative"),
        ("class fellow hai", "classmate"),
        ("my brother 03451112233 can help", None),
        ("ji sir batata hoon", None),
    ],
)
@pytest.mark.parametrize("question", ["who", "suspect_relationship"])
def test_who_it_is_in_a_few_words(answer: str, relationship: str | None, question: str) -> None:
    facts = told("ek shakhs Facebook par jhooti post laga raha hai", **LIES)
    after = take_turn(facts, question, said(answer, "unclear"))
    assert after.facts.get("suspect_relationship") == relationship


@pytest.mark.parametrize("text", ["نہیں بھیجنا رہنے دو", "مٹا دو", "بس کرو نہیں کرنی شکایت", "nahi bhejna rehne do", "please don't send it"])  # fmt: skip
@pytest.mark.parametrize("requested", ["confirm", "identity"])
def test_what_is_refused_at_the_end_is_not_sent(text: str, requested: str) -> None:
    """It is neither a name nor a part of the story: whether to stop is asked."""
    facts = told("I was cheated of Rs 6000 on OLX by a seller", **CHEATED)
    after = take_turn(facts, requested, said(text, "unclear"))
    assert (after.ask, after.ended) == ("stop_choice", None)
    assert after.facts.get("complainant_name") is None
    assert after.facts["description"] == facts["description"]


def test_what_is_told_where_an_adult_is_asked_for_is_kept() -> None:
    facts = told(
        "main 16 saal ki hoon aur ek larka gandi tasveerein mangta hai", incident_type="blackmail", confidence=0.9
    )
    assert next_field(facts) == "adult_support"
    after = take_turn(facts, "adult_support", said("us ki id @ali_khan786 hai insta pe", "report"))
    assert after.facts["suspect_contacts"][0]["normalised"] == "ali_khan786"
    assert after.facts["platform"] == "instagram"
