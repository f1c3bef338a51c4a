"""What the actions do with a message after the help in a crisis, and with a stop while no question is open."""

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.complaint import ValidateComplaintForm
from actions.help_in_crisis import HelpInCrisis
from actions.outside import TalkOutside
from bot.triage.after_crisis import TURNS, remembered
from tests.auxil.spoken import said

DRAFT = {"draft_id": "d-1", "description": "he sends me bad messages", "incident_type": "harassment"}
Heard = tuple[list[str], dict[str, Any], list[str]]


@pytest.fixture(autouse=True)
def nothing_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    async def keep(*_: Any) -> None:
        """Drafts are stored elsewhere."""

    async def known(*_: Any) -> list[Any]:
        return []

    monkeypatch.setattr("actions.complaint.keep_draft", keep)
    monkeypatch.setattr("actions.complaint.forget_deleted", known)


async def run(action: Any, text: str, intent: str, slots: dict[str, Any], **found: Any) -> Heard:
    """Responses, slots set and actions that follow."""
    turn = said(text, intent, **found)
    message = {"intent": {"name": intent}, "text": text, "entities": [], "analysis": turn.analysis}
    tracker = Tracker("web-1", {"language": "en", **slots}, message, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, tracker, {})
    set_ = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    following = [event["name"] for event in events if event["event"] == "followup"]
    return [m["response"] or m["text"] for m in dispatcher.messages], set_, following


@pytest.mark.parametrize("action", [TalkOutside(), HelpInCrisis()])
async def test_nobody_is_near(action: Any) -> None:
    heard, slots, following = await run(action, "nobody", "unclear", {"after_crisis": remembered("self_harm")})
    assert heard == ["utter_after_crisis_nobody"]
    assert slots["after_crisis"]["turns"] == TURNS - 1
    assert following == ["action_listen"]


async def test_an_answer_that_reads_like_a_report_opens_no_form() -> None:
    slots = {"after_crisis": remembered("self_harm"), **DRAFT}
    heard, changed, following = await run(ValidateComplaintForm(), "my brother is here with me", "report", slots)
    assert heard == ["utter_after_crisis_near"]
    assert changed["draft_id"] == "d-1"
    assert changed["requested_slot"] is None
    assert following == ["action_listen"]


async def test_yes_takes_up_the_complaint_and_agrees_to_nothing() -> None:
    slots = {"after_crisis": remembered("danger"), **DRAFT}
    assert (await run(TalkOutside(), "haan ji", "affirm", slots))[2] == ["complaint_form"]
    heard, changed, _ = await run(ValidateComplaintForm(), "haan ji", "affirm", slots)
    assert heard[0] == "utter_draft_resumed"
    assert changed["after_crisis"] is None
    assert changed["requested_slot"] == "consent"
    assert changed.get("consent") is None


@pytest.mark.parametrize("draft", [{}, DRAFT])
async def test_going_on_at_the_menu_of_a_sent_complaint_opens_no_new_one(draft: dict[str, Any]) -> None:
    """However the text is classified."""
    slots = {"after_crisis": remembered("danger", at_menu=True), **draft}
    heard, changed, following = await run(
        ValidateComplaintForm(), "ok go on with my complaint", "report", slots, incident_type="fraud"
    )
    assert heard == []
    assert following == ["action_open_access"]
    assert changed["draft_id"] == draft.get("draft_id")
    assert changed["requested_slot"] is None
    assert changed["after_crisis"] is None
    assert "description" not in changed


async def test_a_new_cry_for_help_gets_all_the_help_again() -> None:
    found = {"risk_flags": ["self_harm"], "incident_type": "unsure"}
    slots = {"after_crisis": remembered("danger")}
    heard, changed, _ = await run(HelpInCrisis(), "nobody is here and i want to die", "crisis", slots, **found)
    assert heard[-1] == "utter_crisis_start"
    assert changed["after_crisis"] == remembered("self_harm")


async def test_help_for_somebody_else_does_not_speak_to_the_writer() -> None:
    found = {"risk_flags": ["self_harm"], "incident_type": "unsure"}
    heard, changed, _ = await run(HelpInCrisis(), "my friend took pills", "crisis", {}, **found)
    assert "nearest hospital" in heard[0]
    assert "?" not in heard[0]
    assert changed["after_crisis"]["kind"] == "self_harm_other"


async def test_help_in_the_form_is_remembered() -> None:
    slots = {**DRAFT, "requested_slot": "city", "consent": {"given_at": "x"}, "type_confirmed": True}
    found = {"risk_flags": ["self_harm"]}
    _, changed, _ = await run(ValidateComplaintForm(), "I want to kill myself", "crisis", slots, **found)
    assert changed["after_crisis"] == remembered("self_harm")
    assert changed["requested_slot"] is None


@pytest.mark.parametrize(("text", "intent"), [("stop", "stop"), ("rehne do nahi karni", "unclear")])
async def test_stop_with_a_waiting_complaint_asks_what_becomes_of_it(text: str, intent: str) -> None:
    assert (await run(TalkOutside(), text, intent, DRAFT))[2] == ["complaint_form"]
    changed = (await run(ValidateComplaintForm(), text, intent, DRAFT))[1]
    assert changed["requested_slot"] == "stop_choice"


@pytest.mark.parametrize(
    ("text", "intent", "response"),
    [("stop", "stop", "utter_goodbye"), ("nahi", "deny", "utter_unclear"), ("thanks", "thanks", "utter_welcome")],
)
async def test_without_a_crisis_or_a_complaint_all_is_as_ever(text: str, intent: str, response: str) -> None:
    assert await run(TalkOutside(), text, intent, {}) == ([response], {}, [])


async def test_a_weak_guess_goes_to_the_form_and_speaks_of_danger_only_where_it_may_be_one() -> None:
    unsure = {"incident_type": "unsure", "kind_confidence": 0.6}
    assert await run(HelpInCrisis(), "usne aaj phir call ki", "crisis", {}, **unsure) == ([], {}, ["complaint_form"])
    sure = {"incident_type": "unsure", "kind_confidence": 0.9}
    heard, _, _ = await run(HelpInCrisis(), "usne aaj phir call ki", "crisis", {}, **sure)
    assert heard == ["utter_if_in_danger"]


async def test_no_complaint_is_pushed_by_a_weak_guess_after_the_help() -> None:
    slots = {"after_crisis": remembered("self_harm"), **DRAFT}
    found = {"incident_type": "unsure", "confidence": 0.3, "kind_confidence": 0.6}
    heard, _, following = await run(HelpInCrisis(), "i do feel very strange tonight somehow", "crisis", slots, **found)
    assert (heard, following) == (["utter_after_crisis_nobody"], ["action_listen"])


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("I want to kill myself", False),
        ("میں مرنا چاہتی ہوں", False),
        ("he leaked my photos i want to die", True),
        ("my husband read my chats and told everyone, I want to die", True),
    ],
)
async def test_a_few_words_of_despair_are_not_kept_as_what_happened(text: str, is_kept: bool) -> None:
    found = {"incident_type": "harassment", "confidence": 0.8, "risk_flags": ["self_harm"]}
    heard, slots, _ = await run(HelpInCrisis(), text, "crisis", {}, **found)
    assert heard
    assert slots.get("description") == (text if is_kept else None)
