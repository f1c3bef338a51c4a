"""A draft that is open in two conversations and deleted in one of them is gone in both."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import stores
from actions.access import OpenAccess, ValidateAccessForm
from actions.complaint import ShowDraft, ValidateComplaintForm
from actions.drafts import ResumeDraft, SaveDraft
from bot.knowledge.texts import first_steps
from bot.settings import settings
from bot.triage.drafts import DraftDeleted
from bot.triage.erasure import Erasures, TrackerEvents
from bot.triage.interview import FACTS
from tests.auxil.spoken import said

pytestmark = pytest.mark.usefixtures("own_store")
STORY = "a seller on Facebook took my money"


class Device:
    """A conversation that keeps its slots."""

    def __init__(self, sender: str, language: str = "en") -> None:
        self.sender, self.slots = sender, dict[str, Any](language=language)
        self.following: list[str] = []

    async def turn(self, action: Any, text: str = "", intent: str = "choose", **found: Any) -> list[str]:
        """What is said to a message or a tap."""
        entities = [{"entity": name, "value": found.pop(name)} for name in ("field", "choice") if name in found]
        message = {"text": text, "intent": {"name": intent}, "entities": entities}
        message["analysis"] = said(text, intent, **found).analysis
        tracker = Tracker(self.sender, dict(self.slots), message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        events = await action.run(dispatcher, tracker, {})
        self.slots |= {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        self.following = [event["name"] for event in events if event["event"] == "followup"]
        return [str(m.get("response") or m.get("text")) for m in dispatcher.messages]

    async def form(self, text: str = "", intent: str = "choose", **found: Any) -> list[str]:
        return await self.turn(ValidateComplaintForm(), text, intent, **found)

    def knows(self) -> list[str]:
        """Facts that are still here."""
        return [name for name in FACTS if self.slots.get(name)]


async def on_two_devices(language: str = "en") -> tuple[Device, Device]:
    first, second = Device("web-1"), Device("tg-2", language)
    await first.form(STORY, "report", incident_type="fraud", confidence=0.9)
    await first.form("yes", "affirm")
    code = stores.drafts().code(first.slots["draft_id"])
    await second.turn(ResumeDraft(), code, "resume_draft")
    await second.form(code, "resume_draft")
    assert second.slots["description"] == STORY
    return first, second


async def stop_and_delete(device: Device) -> None:
    assert await device.form(field="stop_choice", choice="delete") == ["utter_draft_deleted"]


@pytest.mark.parametrize("language", ["en", "ur", "ur-Latn"])
@pytest.mark.parametrize(("text", "intent"), [("kal, Lahore", "unclear"), ("continue", "continue_report")])
async def test_the_other_device_says_so_and_keeps_nothing(language: str, text: str, intent: str) -> None:
    first, second = await on_two_devices(language)
    draft_id = first.slots["draft_id"]
    await stop_and_delete(first)
    assert await second.form(text, intent) == [first_steps("draft_gone", language)]
    assert second.knows() == []
    assert second.slots["requested_slot"] is None
    assert stores.drafts().find(stores.drafts().code(draft_id), now=datetime.now(UTC)) is None
    assert stores.store().count() == 0


async def test_nothing_is_sent_by_a_yes_on_the_other_device() -> None:
    first, second = await on_two_devices()
    second.slots["requested_slot"] = "confirm"
    await stop_and_delete(first)
    assert await second.form("yes", "affirm") == [first_steps("draft_gone", "en")]
    assert stores.store().count() == 0


@pytest.mark.parametrize("action", [SaveDraft(), ShowDraft()])
async def test_it_is_neither_shown_nor_given_a_code(action: Any) -> None:
    first, second = await on_two_devices()
    second.slots["requested_slot"] = None
    await stop_and_delete(first)
    assert await second.turn(action, "save my complaint", "save_draft") == [first_steps("draft_gone", "en")]
    assert second.knows() == []


async def test_a_new_story_there_begins_a_new_complaint() -> None:
    first, second = await on_two_devices()
    second.slots["requested_slot"] = None
    old = second.slots["draft_id"]
    await stop_and_delete(first)
    told = "my whatsapp account was hacked this morning"
    heard = await second.form(told, "report", incident_type="hacking", confidence=0.9)
    assert heard[0] == first_steps("draft_gone", "en")
    assert second.slots["description"] == told
    assert second.slots["draft_id"] != old
    assert second.slots["consent"] is None
    assert second.slots["requested_slot"] == "consent"


async def test_a_draft_that_was_deleted_meanwhile_is_not_written() -> None:
    """Between the look and the writing."""
    first, second = await on_two_devices()
    facts = {name: second.slots.get(name) for name in FACTS}
    await stop_and_delete(first)
    with pytest.raises(DraftDeleted):
        stores.drafts().save(facts, language="en", conversation="tg-2", now=datetime.now(UTC))


@pytest.mark.parametrize("choice", ["erase_chat", "erase_now"])
async def test_erasing_the_chat_erases_the_other_one_too(choice: str) -> None:
    first, second = await on_two_devices()
    first.slots["requested_slot"] = None
    await first.turn(OpenAccess(), "", "manage", choice=choice)
    if choice == "erase_chat":
        first.slots["requested_slot"] = "access_confirm"
        await first.turn(ValidateAccessForm(), "", "manage", choice="yes")
    erasures = Erasures(stores.store(), TrackerEvents(settings().tracker_database_url))
    assert set(erasures.pending(asked_before=datetime.now(UTC))) == {"web-1", "tg-2"}
    assert await second.form("kal", "unclear") == [first_steps("draft_gone", "en")]


async def test_after_the_chat_was_erased_going_on_is_answered_truly() -> None:
    first, _ = await on_two_devices()
    await first.turn(OpenAccess(), "", "manage", choice="erase_now")
    emptied = Device("tg-2")
    assert await emptied.form("continue", "continue_report") == [first_steps("draft_gone", "en")]
    assert emptied.slots["requested_slot"] is None
    assert await emptied.form("start a complaint", "start_report") == []
    assert emptied.slots["requested_slot"] == "description"


async def test_who_erased_it_is_told_nothing_that_a_reader_could_learn() -> None:
    first, _ = await on_two_devices()
    await first.turn(OpenAccess(), "", "manage", choice="erase_now")
    emptied = Device("web-1")
    assert await emptied.form("continue", "continue_report") == []
    assert emptied.slots["requested_slot"] == "description"


async def test_the_note_is_forgotten_in_time() -> None:
    first, _ = await on_two_devices()
    draft_id = first.slots["draft_id"]
    await stop_and_delete(first)
    assert stores.drafts().is_deleted(draft_id)
    stores.drafts().purge(now=datetime.now(UTC) + timedelta(days=91), dry_run=False)
    assert not stores.drafts().is_deleted(draft_id)
