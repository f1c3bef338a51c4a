"""What people type at the menu of a sent complaint instead of tapping."""

import pytest

from actions import stores
from actions.access import OpenAccess, ValidateAccessForm
from bot.nlu.codes import told_code
from bot.triage.access import Access
from bot.triage.reference import ALPHABET
from bot.triage.store import Submission
from tests.unit.actions.test_access import Talk, complaint

__all__ = ["complaint"]  # the fixture


def additions(complaint: Submission) -> str:
    return str([entry["text"] for entry in Access(stores.store()).additions(complaint.reference)])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("add: he calls from 03005556666", "he calls from 03005556666"),
        ("he also calls from 03005556666", "he also calls from 03005556666"),
        ("also he used 03111111111", "also he used 03111111111"),
        ("aur bhi number hai 03005556666", "aur bhi number hai 03005556666"),
    ],
)
async def test_more_is_added_to_the_open_complaint(complaint: Submission, text: str, kept: str) -> None:
    talk = Talk()
    await talk.open(complaint)
    talk.analysis = {"observables": [{"data": "03005556666"}]}
    assert await talk.turn(ValidateAccessForm(), text, "report") == ["utter_access_added"]
    assert kept in additions(complaint)
    assert talk.slots["requested_slot"] == "access_choice"


STORY = "somebody hacked my instagram account yesterday and asks my friends for money"


async def test_another_matter_is_asked_about(complaint: Submission) -> None:
    """And neither lost nor started unasked."""
    talk = Talk()
    await talk.open(complaint)
    talk.analysis = {"incident_type": "hacking", "confidence": 0.9}
    assert await talk.turn(ValidateAccessForm(), STORY, "report") == []
    assert talk.slots["requested_slot"] == "access_told"
    await talk.turn(ValidateAccessForm(), "", "manage", choice="new_matter")
    assert talk.slots["requested_slot"] is None
    assert talk.slots["progress"]["next_story"]["text"] == STORY
    assert STORY not in additions(complaint)


async def test_another_matter_may_belong_to_it_after_all(complaint: Submission) -> None:
    talk = Talk()
    await talk.open(complaint)
    talk.analysis = {"incident_type": "hacking", "confidence": 0.9}
    await talk.turn(ValidateAccessForm(), STORY, "report")
    talk.analysis = {}
    assert await talk.turn(ValidateAccessForm(), "add it to this one", "add_information") == ["utter_access_added"]
    assert STORY in additions(complaint)


@pytest.mark.parametrize("text", ["i dont have reference", "i forgot my pin", "lost it", "mere paas nahi hain"])
async def test_neither_reference_nor_pin(text: str) -> None:
    talk = Talk()
    await talk.turn(OpenAccess(), "status", "status")
    talk.slots["requested_slot"] = "access_reference"
    assert await talk.turn(ValidateAccessForm(), text, "unclear") == ["utter_access_without"]
    talk.slots["requested_slot"] = "access_pin"
    assert await talk.turn(ValidateAccessForm(), text, "skip") == ["utter_access_without"]


async def test_the_words_of_the_buttons(complaint: Submission) -> None:
    talk = Talk()
    await talk.open(complaint)
    await talk.turn(ValidateAccessForm(), "Withdraw it", "withdraw_complaint")
    assert talk.slots["requested_slot"] == "access_confirm"
    assert await talk.turn(ValidateAccessForm(), "Yes, withdraw it", "unclear") == ["utter_withdrawn"]
    await talk.open(complaint)
    assert await talk.turn(ValidateAccessForm(), "Done", "unclear") == ["utter_access_left"]


async def test_a_mistyped_reference_is_told_as_such(complaint: Submission) -> None:
    others = [complaint.reference[:-1] + last for last in ALPHABET if last != complaint.reference[-1]]
    assert {told_code(other) for other in others} == {"status"}
    wrong = others[0]
    talk = Talk()
    assert await talk.turn(OpenAccess(), wrong, "status") == ["utter_access_mistyped"]
    talk.slots["requested_slot"] = "access_reference"
    assert await talk.turn(ValidateAccessForm(), "MHZ-12", "unclear") == ["utter_access_no_reference"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("SAVE-0000-0000-0000", "resume_draft"), ("SAVE-K", "resume_draft"), ("save 1234 ABCD 5678", "resume_draft"),
        ("save it please", None), ("save my work", None), ("please save that chat for me", None), ("hello", None),
    ],
)  # fmt: skip
def test_what_was_meant_as_a_code(text: str, intent: str | None) -> None:
    assert told_code(text) == intent
