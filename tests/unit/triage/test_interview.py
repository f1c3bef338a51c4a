"""What a turn of the complaint changes, says and asks."""

from typing import Any

import pytest

from bot.triage.interview import Facts, Outcome, Turn, next_field, start, take_turn

FRAUD = {
    "kind": "report",
    "incident_type": "fraud",
    "confidence": 0.95,
    "platform": "whatsapp",
    "amount_pkr": 50_000,
    "observables": [{"data_type": "phone", "data": "0300-1234567", "normalised": "+923001234567"}],
    "risk_flags": ["money_moved_recently"],
}


def story(**found: Any) -> Turn:
    """A first message that tells what happened."""
    return Turn("report", "someone on whatsapp took fifty thousand from me", {**FRAUD, **found})


def open_complaint(**found: Any) -> Facts:
    """Facts after a story, with type and consent given."""
    facts = start({}, story(**found)).facts
    facts = take_turn(facts, "type_confirmed", Turn("affirm", "yes")).facts
    return take_turn(facts, "consent", Turn("affirm", "yes")).facts


def responses(outcome: Outcome) -> list[str | None]:
    return [say.response or say.first_steps for say in outcome.say]


def test_a_story_fills_what_it_tells_and_asks_if_the_type_is_right() -> None:
    """The first message is never asked for again."""
    outcome = start({}, story())
    assert outcome.facts["incident_type"] == "fraud"
    assert outcome.facts["amount_pkr"] == 50_000
    assert outcome.facts["suspect_contacts"][0]["normalised"] == "+923001234567"
    assert outcome.ask == "type_confirmed"


def test_money_moved_recently_puts_the_bank_before_any_question() -> None:
    """Minutes count: the wallet's number comes first."""
    assert responses(start({}, story())) == ["money_moved"]


def test_a_wish_to_complain_is_not_a_story() -> None:
    """`I want to complain` leads to the question what happened."""
    outcome = start(
        {}, Turn("report", "I want to file a complaint please", {"wish_to_complain": True, "confidence": 0.9})
    )
    assert outcome.facts.get("description") is None
    assert outcome.ask == "description"


def test_only_what_is_missing_is_asked() -> None:
    """Told facts are skipped in the order of questions."""
    facts, asked = open_complaint(), []
    while (name := next_field(facts)) != "confirm":
        asked.append(name)
        facts = take_turn(facts, name, Turn("skip", "skip")).facts
    assert asked == ["transaction_id", "occurred", "city", "complainant_name", "complainant_contact"]


def test_type_and_consent_cannot_be_skipped_but_the_rest_can() -> None:
    """Consent is asked again; no record comes about without it."""
    facts = take_turn(start({}, story()).facts, "type_confirmed", Turn("affirm", "yes")).facts
    outcome = take_turn(facts, "consent", Turn("skip", "skip"))
    assert outcome.ask == "consent"
    assert outcome.facts.get("consent") is None


def test_no_consent_ends_without_a_record() -> None:
    """Declining is respected at once."""
    facts = take_turn(start({}, story()).facts, "type_confirmed", Turn("affirm", "yes")).facts
    outcome = take_turn(facts, "consent", Turn("deny", "no"))
    assert outcome.ended == "declined"
    assert outcome.ask is None


def test_submitting_needs_an_explicit_yes() -> None:
    """Text at the confirmation is not a yes."""
    facts = {
        **open_complaint(),
        "skipped": ["transaction_id", "occurred", "city", "complainant_name", "complainant_contact"],
    }
    assert take_turn(facts, "confirm", Turn("report", "he also called my father twice", {})).ended is None
    assert take_turn(facts, "confirm", Turn("affirm", "yes")).ended == "submit"


def test_denying_at_the_summary_offers_the_lines_to_change() -> None:
    """No means: something is wrong in it."""
    assert take_turn(open_complaint(), "confirm", Turn("deny", "no")).ask == "change_line"


def test_changing_a_line_clears_only_that_line() -> None:
    """A tapped line is asked again and everything else stays."""
    before = open_complaint()
    outcome = take_turn(before, "change_line", Turn("choose", field="change_line", choice="amount_pkr"))
    assert outcome.ask == "amount_pkr"
    assert outcome.facts["amount_pkr"] is None
    assert outcome.facts["suspect_contacts"] == before["suspect_contacts"]


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("Facebook nahi Instagram", [("facebook", 0, 8), ("instagram", 14, 23)], "instagram"),
        ("it was Instagram, not Facebook", [("instagram", 7, 16), ("facebook", 22, 30)], "instagram"),
        ("no, TikTok", [("tiktok", 4, 10)], "tiktok"),
        ("فیس بک نہیں انسٹاگرام", [("facebook", 0, 6), ("instagram", 12, 21)], "instagram"),
    ],
)
def test_a_correction_replaces_what_was_said(text: str, entities: list[tuple[str, int, int]], expected: str) -> None:
    """A platform that is denied loses against the one that is meant, in every word order."""
    found = tuple({"entity": "platform", "value": v, "start": s, "end": e} for v, s, e in entities)
    turn = Turn("unclear", text, {"platform": entities[0][0]}, found)
    outcome = take_turn(open_complaint(), "city", turn)
    assert outcome.facts["platform"] == expected
    assert responses(outcome) == ["utter_changed"]
    assert outcome.ask == "city"


def test_a_corrected_amount_is_the_one_not_denied() -> None:
    """`no, 25 thousand not 2500` means 25,000."""
    entities = (
        {"entity": "amount_pkr", "value": 25_000, "start": 4, "end": 15},
        {"entity": "amount_pkr", "value": 2500, "start": 20, "end": 24},
    )
    turn = Turn("deny_like", "no, 25 thousand not 2500", {"amount_pkr": 25_000}, entities)
    assert take_turn({**open_complaint(), "amount_pkr": 2500}, "city", turn).facts["amount_pkr"] == 25_000


def test_a_question_in_the_middle_keeps_the_open_question() -> None:
    """It is answered, and the form goes on where it was."""
    outcome = take_turn(open_complaint(), "city", Turn("question", "is this confidential?", {"kind_confidence": 0.9}))
    assert outcome.answer_question
    assert outcome.ask == "city"


def test_stop_is_confirmed_and_the_draft_kept_or_deleted_by_choice() -> None:
    """Stopping by mistake costs nothing."""
    facts = open_complaint()
    assert take_turn(facts, "city", Turn("stop", "stop")).ask == "stop_choice"
    kept = take_turn(facts, "stop_choice", Turn("choose", field="stop_choice", choice="keep"))
    assert kept.ended == "suspended"
    assert kept.facts["description"] == facts["description"]
    deleted = take_turn(facts, "stop_choice", Turn("choose", field="stop_choice", choice="delete"))
    assert deleted.ended == "cancelled"
    assert deleted.facts == {}


def test_danger_comes_before_the_form_and_the_draft_stays() -> None:
    """A life at risk: help first, no question follows."""
    outcome = take_turn(open_complaint(), "city", Turn("crisis", "I want to die", {"risk_flags": ["self_harm"]}))
    assert responses(outcome) == ["crisis"]
    assert outcome.ask is None
    assert outcome.facts["incident_type"] == "fraud"
    assert outcome.facts["risk_flags"] == ["money_moved_recently", "self_harm"]


def test_the_persons_own_number_is_not_taken_for_the_suspects() -> None:
    """An answer to `how may staff reach you` stays with the complainant."""
    mine = {"observables": [{"data_type": "phone", "data": "03331112222", "normalised": "+923331112222"}]}
    outcome = take_turn(open_complaint(), "complainant_contact", Turn("unclear", "03331112222", mine))
    assert outcome.facts["complainant_contact"] == "+923331112222"
    assert [c["normalised"] for c in outcome.facts["suspect_contacts"]] == ["+923001234567"]


def test_an_old_button_still_does_what_it_says() -> None:
    """Buttons name their field, so tapping an earlier one changes that field and nothing else."""
    outcome = take_turn(open_complaint(), "city", Turn("choose", field="platform", choice="telegram"))
    assert outcome.facts["platform"] == "telegram"
    assert outcome.ask == "transaction_id"


def test_a_button_value_that_is_not_offered_changes_nothing() -> None:
    """Unknown fields and choices are refused kindly."""
    facts = open_complaint()
    outcome = take_turn(facts, "city", Turn("choose", field="draft_id", choice="x"))
    assert outcome.facts == facts
    assert outcome.ask == "city"


def test_back_opens_the_question_before() -> None:
    """The earlier answer is asked for again."""
    outcome = take_turn(open_complaint(), "transaction_id", Turn("go_back", "back"))
    assert outcome.ask == "suspect_contacts"
    assert outcome.facts["suspect_contacts"] is None


def test_a_tip_off_asks_at_most_three_things() -> None:
    """Whoever points at a page is not interrogated."""
    facts = start(
        {}, Turn("tip_off", "this page sells fake jobs please check it", {"incident_type": "fraud", "confidence": 0.9})
    ).facts
    facts = take_turn(facts, "type_confirmed", Turn("affirm", "yes")).facts
    asked = []
    while (name := next_field(facts)) != "confirm":
        asked.append(name)
        turn = Turn("affirm", "yes") if name == "consent" else Turn("skip", "skip")
        facts = take_turn(facts, name, turn).facts
    assert len(asked) <= 3
    assert facts["report_kind"] == "tip_off"
