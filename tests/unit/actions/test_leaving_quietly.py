"""Somebody must not talk any more: the way back, honestly what is kept, and to have it deleted at once."""

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.access import OpenAccess
from actions.complaint import ValidateComplaintForm
from actions.drafts import ResumeDraft

pytestmark = pytest.mark.usefixtures("own_store")
DRAFT = {"draft_id": "d-1", "description": "he sends me bad messages", "incident_type": "harassment"}


async def run(action: Any, text: str, intent: str, slots: dict[str, Any], sender: str = "web-1") -> Any:
    """What is said, the slots set and the actions that follow."""
    entities = [{"entity": "choice", "value": "erase_now"}] if intent == "manage" else []
    message = {"intent": {"name": intent}, "text": text, "entities": entities, "analysis": {}}
    tracker = Tracker(sender, {"language": "en", **slots}, message, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, tracker, {})
    set_ = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    return dispatcher.messages, set_, [event["name"] for event in events if event["event"] == "followup"]


async def leave() -> list[dict[str, Any]]:
    return (await run(ValidateComplaintForm(), "not safe", "unclear", {**DRAFT, "requested_slot": "consent"}))[0]


async def test_before_consent_the_code_opens_the_same_draft_elsewhere() -> None:
    quiet, back = await leave()
    assert quiet["response"] == "utter_leave_quietly"
    assert back["response"] == "utter_leave_code"
    assert back["until"]
    _, slots, following = await run(ResumeDraft(), back["code"], "resume_draft", {}, sender="tg-2")
    assert following == ["complaint_form"]
    assert slots["description"] == DRAFT["description"]
    assert slots.get("consent") is None
    assert slots["about_complainant"]["safe_to_contact"] is False


async def test_with_nothing_told_nothing_is_kept() -> None:
    slots = {"draft_id": "d-1", "requested_slot": "description"}
    messages, _, _ = await run(ValidateComplaintForm(), "not safe", "unclear", slots)
    assert [message["response"] for message in messages] == ["utter_leave_quietly"]


@pytest.mark.parametrize("requested", [None, "consent"])
async def test_it_is_deleted_at_once(requested: str | None) -> None:
    code = (await leave())[1]["code"]
    slots = {**DRAFT, "requested_slot": requested}
    if requested:  # the button is tapped later, in the form that was taken up again
        assert (await run(ValidateComplaintForm(), "", "manage", slots))[2] == ["action_open_access"]
    messages, changed, following = await run(OpenAccess(), "", "manage", slots)
    assert [message.get("response") for message in messages if message.get("response")] == ["utter_erased_now"]
    assert any((message.get("custom") or {}).get("erase") for message in messages)
    assert changed["description"] is None
    assert not following
    messages, _, _ = await run(ResumeDraft(), code, "resume_draft", {}, sender="tg-2")
    assert messages[0]["response"] == "utter_resume_unknown"
