"""The menu of an opened complaint, turn by turn, on a real store."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import stores
from actions.access import OpenAccess, ValidateAccessForm
from actions.outside import TalkOutside
from bot.learning import quiz as game
from bot.learning.questions import quiz
from bot.triage.access import Access
from bot.triage.evidence import Evidence
from bot.triage.store import Submission
from tests.auxil.records import a_full_draft


@pytest.fixture
def complaint(own_store: None) -> Submission:
    """A complaint in the store that the actions open."""
    return stores.store().submit(a_full_draft(), system="desk", now=datetime.now(UTC), lease_seconds=0)


class Talk:
    """Runs the form's action on one message after the other, keeping its slots."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {"language": "en"}
        self.analysis: dict[str, Any] = {}
        self.following: list[str] = []

    async def turn(self, action: Any, text: str, intent: str, **entities: str) -> list[str]:
        """The responses to a message."""
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        message = {"text": text, "intent": {"name": intent}, "entities": found, "analysis": self.analysis}
        tracker = Tracker("web-1", dict(self.slots), message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        events = await action.run(dispatcher, tracker, {})
        self.following = [event["name"] for event in events if event["event"] == "followup"]
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        return [message["response"] for message in dispatcher.messages if message.get("response")]

    async def open(self, complaint: Submission) -> list[str]:
        """Reference and PIN in one message, as far as the menu."""
        said = await self.turn(OpenAccess(), f"{complaint.reference} {complaint.pin}", "status")
        await self.turn(ValidateAccessForm(), f"{complaint.reference} {complaint.pin}", "status")
        return said


async def test_the_status_can_be_asked_for_again_in_the_menu(complaint: Submission) -> None:
    talk = Talk()
    assert await talk.open(complaint) == ["utter_status_waiting"]
    assert talk.slots["requested_slot"] == "access_choice"
    again = await talk.turn(ValidateAccessForm(), f"what became of {complaint.reference}", "status")
    assert again == ["utter_status_waiting"]


async def test_another_reference_needs_its_own_pin(complaint: Submission) -> None:
    """An opened complaint opens no other one."""
    talk = Talk()
    await talk.open(complaint)
    other = stores.store().submit(a_full_draft(draft_id="b"), system="desk", now=datetime.now(UTC), lease_seconds=0)
    assert await talk.turn(ValidateAccessForm(), other.reference, "status") == []
    assert talk.slots["requested_slot"] == "access_pin"
    assert await talk.turn(ValidateAccessForm(), complaint.pin, "unclear") == ["utter_access_wrong"]


async def test_nothing_is_withdrawn_without_a_yes(complaint: Submission) -> None:
    talk = Talk()
    await talk.open(complaint)
    await talk.turn(ValidateAccessForm(), "", "manage", choice="withdraw")
    assert talk.slots["requested_slot"] == "access_confirm"
    assert await talk.turn(ValidateAccessForm(), "no", "deny") == ["utter_nothing_done"]
    assert stores.store().get(complaint.reference)["status"] == "received"
    await talk.turn(ValidateAccessForm(), "", "manage", choice="withdraw")
    assert await talk.turn(ValidateAccessForm(), "yes", "affirm") == ["utter_withdrawn"]
    assert stores.store().get(complaint.reference)["status"] == "withdrawn"


async def test_after_an_erasure_the_conversation_knows_nothing(complaint: Submission) -> None:
    talk = Talk()
    await talk.open(complaint)
    await talk.turn(ValidateAccessForm(), "", "manage", choice="erase")
    assert "utter_erased" in await talk.turn(ValidateAccessForm(), "yes", "affirm")
    assert talk.slots["requested_slot"] is None
    assert not talk.slots["access"]
    known = Access(stores.store()).authenticate(complaint.reference, complaint.pin, "c", now=datetime.now(UTC))
    assert known == "wrong"


async def test_a_choice_of_the_quiz_that_reads_like_a_status_is_its_answer() -> None:
    """A choice repeated in words ("report it in the app") does not leave the quiz for the status of a complaint."""
    content = quiz()
    state = game.new_round(content, None, "x")
    question = content.questions[state["todo"][0]]
    talk = Talk()
    talk.slots |= {"quiz": state, "quiz_open": True}
    said = await talk.turn(OpenAccess(), question.choices[0]["en"], "status")
    assert "utter_quiz_right" in said
    assert talk.slots["quiz"]["todo"] == state["todo"][1:]


def keep_file(complaint: Submission) -> None:
    """What the gateway does before it tells the menu."""
    about = {"content_type": "text/plain", "filename": "a.txt", "caption": None, "taken_at": None}
    Evidence(stores.store(), 10).add_later(complaint.reference, b"a", about, now=datetime.now(UTC))


async def test_a_file_in_the_menu_is_told_truly(complaint: Submission) -> None:
    """Kept, and waiting as long as the complaint system does not have it; the menu stays."""
    talk = Talk()
    await talk.open(complaint)
    keep_file(complaint)
    said = await talk.turn(ValidateAccessForm(), "", "manage", choice="file_added")
    assert said == ["utter_file_added", "utter_files_waiting"]
    assert talk.slots["requested_slot"] == "access_choice"
    again = await talk.turn(ValidateAccessForm(), "status", "status")
    assert again == ["utter_status_waiting", "utter_files_waiting"]
    with stores.store().database.write() as connection:
        connection.exec_driver_sql("UPDATE evidence SET done_at = '2026-11-22 10:00:00'")
    assert await talk.turn(ValidateAccessForm(), "", "manage", choice="file_added") == [
        "utter_file_added",
        "utter_files_forwarded",
    ]


async def test_a_file_right_after_sending_opens_the_menu(complaint: Submission) -> None:
    """No form is open then, and no PIN is asked for."""
    talk = Talk()
    until = datetime.now(UTC).replace(year=2099).isoformat()
    talk.slots["access"] = {"reference": complaint.reference, "until": until}
    keep_file(complaint)
    said = await talk.turn(OpenAccess(), "", "manage", choice="file_added")
    assert said == ["utter_file_added", "utter_files_waiting"]
    assert talk.slots["access"]["ask"] == "access_choice"


@pytest.mark.parametrize(
    ("choice", "said", "is_private"),
    [("file_clean", "utter_evidence_ready", False), ("file_private", "utter_evidence_private", True)],
)
async def test_whether_a_file_shows_private_pictures_is_remembered(
    complaint: Submission, choice: str, said: str, is_private: bool
) -> None:
    """For this complaint only, and as long as the visit lasts."""
    talk = Talk()
    await talk.open(complaint)
    assert await talk.turn(ValidateAccessForm(), "", "manage", choice=choice) == [said]
    assert talk.slots["access"]["private_pictures"] is is_private
    other = stores.store().submit(a_full_draft(draft_id="b"), system="desk", now=datetime.now(UTC), lease_seconds=0)
    await talk.turn(ValidateAccessForm(), f"{other.reference} {other.pin}", "status")
    assert "private_pictures" not in talk.slots["access"]


async def test_files_are_offered_where_words_are_added(complaint: Submission) -> None:
    talk = Talk()
    await talk.open(complaint)
    assert await talk.turn(ValidateAccessForm(), "", "manage", choice="add") == ["utter_file_offer_later"]
    assert talk.slots["requested_slot"] == "access_text"
    child = stores.store().submit(
        a_full_draft(draft_id="c", incident_type="child_abuse"), system="desk", now=datetime.now(UTC), lease_seconds=0
    )
    await talk.turn(ValidateAccessForm(), f"{child.reference} {child.pin}", "status")
    await talk.turn(ValidateAccessForm(), f"{child.reference} {child.pin}", "status")
    assert "utter_file_offer_later" not in await talk.turn(ValidateAccessForm(), "", "manage", choice="add")


@pytest.mark.parametrize("text", ["nobody", "I am safe now"])
async def test_a_danger_told_in_the_menu_is_followed_up_and_the_menu_waits(complaint: Submission, text: str) -> None:
    talk = Talk()
    await talk.open(complaint)
    talk.analysis = {"risk_flags": ["self_harm"], "kind_confidence": 0.95}
    said = await talk.turn(ValidateAccessForm(), "i want to die", "crisis")
    assert said == ["utter_crisis_continue"]
    assert talk.slots["requested_slot"] is None
    talk.analysis = {}
    answers = {"nobody": "utter_after_crisis_nobody", "I am safe now": "utter_after_crisis_safe"}
    assert await talk.turn(TalkOutside(), text, "chitchat") == [answers[text]]
    await talk.turn(TalkOutside(), "go on", "continue_report")
    assert talk.following == ["action_open_access"]
    assert await talk.turn(OpenAccess(), "go on", "continue_report") == ["utter_status_waiting"]
    assert talk.slots["access"]["ask"] == "access_choice"


async def test_fear_of_the_family_in_an_addition_is_added(complaint: Submission) -> None:
    talk = Talk()
    await talk.open(complaint)
    await talk.turn(ValidateAccessForm(), "", "manage", choice="add")
    talk.analysis = {"risk_flags": ["violence"], "kind_confidence": 0.6}
    text = "if my brother finds out he will kill me"
    assert await talk.turn(ValidateAccessForm(), text, "crisis") == ["utter_access_added"]
