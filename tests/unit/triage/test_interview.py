"""What a turn of the complaint changes, says and asks: first steps, questions, consent, choices and endings."""

from typing import Any

import pytest

from bot.triage.interview import Facts, Outcome, next_field, start, take_turn
from bot.triage.taxonomy import INCIDENT_TYPES
from bot.triage.turn import Turn, progress
from tests.auxil.spoken import said, tapped

FRAUD = "A man on WhatsApp took Rs 50000 from me by JazzCash today, his number is 0300-1234567"
EASY = {"incident_type": "fraud", "confidence": 0.95}


def story(text: str = FRAUD, **found: Any) -> Turn:
    """A first message that tells what happened."""
    return said(text, **{**EASY, "risk_flags": ["money_moved_recently"], **found})


def open_complaint(text: str = FRAUD, **found: Any) -> Facts:
    """Facts after a story and consent."""
    return take_turn(start({}, story(text, **found)).facts, "consent", Turn("affirm", "yes")).facts


def heard(outcome: Outcome) -> list[str | None]:
    return [say.response or say.first_steps for say in outcome.say]


def questions_until_confirm(facts: Facts) -> list[str]:
    """What is asked of a person who leaves out everything that may be left out."""
    asked = []
    while (name := next_field(facts)) != "confirm":
        asked.append(name)
        facts = take_turn(facts, name, Turn("skip", "skip")).facts
    return asked


def test_a_story_fills_what_it_tells_and_leads_to_consent_at_once() -> None:
    """What was understood and the request for consent are one question."""
    outcome = start({}, story())
    assert outcome.facts["amount_pkr"] == 50_000
    assert outcome.facts["suspect_contacts"][0]["normalised"] == "+923001234567"
    assert outcome.ask == "consent"
    agreed = take_turn(outcome.facts, "consent", Turn("affirm", "yes"))
    assert agreed.facts["type_confirmed"] is True
    assert agreed.facts["consent"]["text_version"]


def test_a_story_that_fits_no_type_is_asked_for_its_type_first() -> None:
    """Nothing is sent under a guess."""
    outcome = start({}, story(incident_type="unsure", alternatives=[{"type": "fraud", "confidence": 0.4}]))
    assert outcome.ask == "type_confirmed"
    assert take_turn(outcome.facts, "type_confirmed", tapped("incident_type", "hacking")).ask == "consent"


def test_a_wish_to_complain_is_not_a_story() -> None:
    """`I want to complain` leads to the question what happened."""
    outcome = start({}, said("I want to file a complaint please", wish_to_complain=True, confidence=0.9))
    assert outcome.facts.get("description") is None
    assert outcome.ask == "description"


@pytest.mark.parametrize(
    ("text", "found", "first"),
    [
        (FRAUD, {}, ["money_moved"]),
        ("he wants 20000 or he makes my pictures viral", {"incident_type": "blackmail"}, ["threat_to_publish"]),
        ("my Facebook account was hacked", {"incident_type": "hacking", "risk_flags": []}, ["account_lost"]),
        ("a man sends dirty videos to my 11 year old son", {"incident_type": "child_abuse"}, ["child"]),
    ],
)
def test_what_cannot_wait_comes_before_any_question_and_only_once(
    text: str, found: dict[str, Any], first: list[str]
) -> None:
    """Bank, keeping evidence, the account, the child: at once, and never again."""
    outcome = start({}, story(text, **found))
    assert heard(outcome) == first
    agreed = take_turn(outcome.facts, "consent", Turn("affirm", "yes"))
    again = take_turn(agreed.facts, agreed.ask, said("my number is 0333 1234567", "unclear"))
    assert not {*heard(agreed), *heard(again)} & {*first, found.get("incident_type", "fraud")}


def test_money_that_turns_out_to_have_gone_yesterday_still_brings_the_bank_first() -> None:
    """The date may come later than the story."""
    facts = open_complaint("A man on WhatsApp sold me a phone and took Rs 50000", risk_flags=[])
    assert "money_moved" not in progress(facts)["said"]
    outcome = take_turn(facts, "when_city", said("yesterday, Lahore", "unclear"))
    assert heard(outcome)[0] == "money_moved"


def test_only_what_is_missing_is_asked() -> None:
    """Told facts are left out; what remains of a pair is asked by itself."""
    assert questions_until_confirm(open_complaint()) == [
        "transaction_id",
        "city",
        "desired_outcome",
        "identity",
    ]


def test_a_fraud_whose_first_message_holds_the_story_takes_nine_turns_at_most() -> None:
    """From the first message to the reference, even when nothing but the sum is in it."""
    facts = open_complaint("Someone cheated me and took 50000 rupees", risk_flags=[])
    answers = {
        "platform": said("phone call", "unclear"),
        "trace": said("0301 2345678, TID 48213397", "unclear"),
        "when_city": said("3 days ago, Multan", "unclear"),
        "desired_outcome": tapped("desired_outcome", "money_back"),
        "identity": said("Bilal Ahmed 0333 1234567", "unclear"),
    }
    turns = 2
    while (name := next_field(facts)) != "confirm":
        facts, turns = take_turn(facts, name, answers[name]).facts, turns + 1
    assert turns + 1 <= 9
    assert (facts["transaction_id"], facts["city"]["name"], facts["occurred"]["as_told"]) == (
        "48213397", "Multan", "3 days ago",
    )  # fmt: skip
    assert (facts["complainant_name"], facts["complainant_contact"]) == ("Bilal Ahmed", "+923331234567")
    assert facts["desired_outcome"] == ["money_back"]


ANSWERS = {
    "on_behalf_of": tapped("on_behalf_of", "family"),
    "platform": tapped("platform", "facebook"),
    "money": said("50 thousand rupees on WhatsApp", "unclear"),
    "trace": said("0301 2345678, TID 48213397", "unclear"),
    "who": said("0301 2345678, a stranger", "unclear", relationship="stranger"),
    "what_where": said("https://www.facebook.com/some.page.example", "unclear"),
    "suspect_contacts": said("0301 2345678", "unclear"),
    "suspect_relationship": tapped("suspect_relationship", "stranger"),
    "amount_pkr": said("20000", "unclear"),
    "when_city": said("3 days ago, Multan", "unclear"),
    "desired_outcome": tapped("desired_outcome", "prosecution"),
    "identity": said("Bilal Ahmed 0333 1234567", "unclear"),
}


@pytest.mark.parametrize("incident_type", [*INCIDENT_TYPES, "unsure"])
def test_no_type_takes_more_than_fourteen_turns_even_when_the_story_tells_nothing(incident_type: str) -> None:
    """Money is spoken of and somebody close is named, so that every question is asked."""
    known = {} if incident_type != "unsure" else {"alternatives": []}
    text = "they did it to my sister and want money, it is terrible"
    facts = start({}, story(text, incident_type=incident_type, risk_flags=[], **known)).facts
    turns = 1
    if incident_type == "unsure":
        facts, turns = take_turn(facts, "type_confirmed", tapped("incident_type", "unsure")).facts, 2
    facts, turns = take_turn(facts, "consent", Turn("affirm", "yes")).facts, turns + 1
    while (name := next_field(facts)) != "confirm":
        facts, turns = take_turn(facts, name, ANSWERS[name]).facts, turns + 1
    assert turns + 1 <= 14
    assert facts["complainant_contact"] == "+923331234567"


def test_consent_cannot_be_skipped() -> None:
    """It is asked again; no record comes about without it."""
    outcome = take_turn(start({}, story()).facts, "consent", Turn("skip", "skip"))
    assert (outcome.ask, outcome.facts.get("consent")) == ("consent", None)


def test_a_bare_no_to_what_was_understood_is_asked_what_it_means() -> None:
    """It may be a no to the type or to the complaint; each is then done."""
    facts = start({}, story()).facts
    assert take_turn(facts, "consent", Turn("deny", "no")).ask == "which_no"
    assert take_turn(facts, "which_no", tapped("which_no", "type")).ask == "type_confirmed"
    declined = take_turn(facts, "which_no", tapped("which_no", "advice"))
    assert (declined.ended, declined.ask) == ("declined", None)


def test_submitting_needs_an_explicit_yes() -> None:
    """Text at the confirmation is not a yes."""
    facts = {**open_complaint(), "desired_outcome": ["advice_only"]}
    assert take_turn(facts, "confirm", said("he also called my father twice", "report")).ended is None
    assert take_turn(facts, "confirm", Turn("affirm", "yes")).ended == "submit"
    assert take_turn(facts, "confirm", Turn("deny", "no")).ask == "change_line"


def test_changing_a_line_clears_only_that_line() -> None:
    """A tapped line is asked again and everything else stays."""
    before = open_complaint()
    outcome = take_turn(before, "change_line", tapped("change_line", "amount_pkr"))
    assert (outcome.ask, outcome.facts["amount_pkr"]) == ("amount_pkr", None)
    assert outcome.facts["suspect_contacts"] == before["suspect_contacts"]


def test_stop_is_confirmed_and_the_draft_kept_or_deleted_by_choice() -> None:
    """Stopping by mistake costs nothing."""
    facts = open_complaint()
    assert take_turn(facts, "city", Turn("stop", "stop")).ask == "stop_choice"
    kept = take_turn(facts, "stop_choice", tapped("stop_choice", "keep"))
    assert (kept.ended, kept.facts["description"]) == ("suspended", facts["description"])
    deleted = take_turn(facts, "stop_choice", tapped("stop_choice", "delete"))
    assert (deleted.ended, deleted.facts) == ("cancelled", {})


def test_starting_again_asks_first_and_then_forgets() -> None:
    """The old draft is gone, and its id with it."""
    facts = open_complaint()
    assert take_turn(facts, "city", Turn("start_over", "start again")).ask == "restart_choice"
    assert take_turn(facts, "restart_choice", Turn("deny", "no")).facts["description"] == facts["description"]
    again = take_turn(facts, "restart_choice", tapped("restart_choice", "again"))
    assert again.ask == "description"
    assert again.facts.keys() == {"draft_id"} and again.facts["draft_id"] != facts["draft_id"]


def test_danger_comes_before_the_form_and_the_draft_stays() -> None:
    """A life at risk: help first, no question follows."""
    outcome = take_turn(open_complaint(), "city", said("I want to die", "crisis", risk_flags=["self_harm"]))
    assert (heard(outcome), outcome.ask, outcome.ended) == (["crisis"], None, "suspended")
    assert outcome.facts["incident_type"] == "fraud"
    assert "self_harm" in outcome.facts["risk_flags"]


@pytest.mark.parametrize(
    "text", ["not safe", "it is not safe here", "mehfooz nahi", "abhi mehfooz nahi hai", "محفوظ نہیں"]
)
def test_not_safe_leaves_at_once_and_keeps_everything(text: str) -> None:
    """No question follows, and staff know that contact is a danger."""
    facts = open_complaint()
    outcome = take_turn(facts, "city", said(text, "unclear"))
    assert (heard(outcome), outcome.ended, outcome.ask) == (["utter_leave_quietly"], "suspended", None)
    assert outcome.facts["about_complainant"]["safe_to_contact"] is False
    assert outcome.facts["description"] == facts["description"]


def test_an_old_button_still_does_what_it_says() -> None:
    """Buttons name their field, so tapping an earlier one changes that field and nothing else."""
    outcome = take_turn(open_complaint(), "city", tapped("platform", "telegram"))
    assert (outcome.facts["platform"], outcome.ask) == ("telegram", "transaction_id")


@pytest.mark.parametrize(("field", "choice"), [("draft_id", "x"), ("platform", "moon"), ("desired_outcome", "revenge")])
def test_a_button_value_that_is_not_offered_changes_nothing(field: str, choice: str) -> None:
    """Unknown fields and choices are refused kindly."""
    facts = open_complaint()
    outcome = take_turn(facts, "city", tapped(field, choice))
    assert (outcome.facts, outcome.ask, heard(outcome)) == (facts, "city", ["utter_please_choose"])


def test_back_opens_the_question_before_and_not_what_the_story_told() -> None:
    """Only what that question filled is asked again."""
    facts = take_turn(open_complaint(), "transaction_id", said("TID 778899", "unclear")).facts
    outcome = take_turn(facts, "city", Turn("go_back", "back"))
    assert (outcome.ask, outcome.facts["transaction_id"]) == ("transaction_id", None)
    assert outcome.facts["amount_pkr"] == 50_000
    assert take_turn(outcome.facts, "transaction_id", Turn("go_back", "back")).ask == "consent"


def test_wishes_add_up_and_only_advice_ends_the_questions() -> None:
    """An older button adds a wish; who wants only advice is asked nothing more."""
    facts = take_turn(open_complaint(), "desired_outcome", tapped("desired_outcome", "money_back")).facts
    facts = take_turn(facts, "identity", tapped("desired_outcome", "prosecution")).facts
    assert facts["desired_outcome"] == ["money_back", "prosecution"]
    assert take_turn(facts, "identity", tapped("desired_outcome", "advice_only")).ask == "confirm"


def test_a_tip_off_asks_three_things_at_most_and_no_name() -> None:
    """Whoever points at a page is not interrogated."""
    found = {"incident_type": "hate_extremism", "confidence": 0.9}
    outcome = start({}, said("this page calls for killing people of another sect, please check it", "tip_off", **found))
    assert heard(outcome) == ["hate_extremism"]
    facts = take_turn(outcome.facts, "consent", Turn("affirm", "yes")).facts
    assert [*("consent",), *questions_until_confirm(facts), "confirm"] == ["consent", "what_where", "confirm"]


def test_child_abuse_is_asked_the_fewest_questions() -> None:
    """A child is a fast track."""
    facts = open_complaint("a man sends dirty videos to my 11 year old son", incident_type="child_abuse")
    assert len(questions_until_confirm(facts)) <= 4


@pytest.mark.parametrize(
    ("whom", "advice"),
    [("self_minor", "minor"), ("my_child", "behalf_minor"), ("family", "behalf_adult"), ("self", None)],
)
def test_for_whom_it_is_changes_the_advice(whom: str, advice: str | None) -> None:
    """A child, a parent and a friend need different words."""
    text = "he says he will put my sister's pictures online"
    facts = open_complaint(text, incident_type="blackmail", risk_flags=[])
    assert next_field(facts) == "on_behalf_of"
    outcome = take_turn(facts, "on_behalf_of", tapped("on_behalf_of", whom))
    assert heard(outcome) == ([advice] if advice else [])
