"""A code that does not fit, or is only spoken of, gets a reply of its own."""

import pytest

from actions.drafts import ResumeDraft, in_form
from tests.unit.actions.test_access import Talk, complaint

__all__ = ["complaint"]  # the fixture, for its store


@pytest.mark.usefixtures("complaint")
@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("SAVE-0000-0000-0000", "utter_resume_unknown"),
        ("SAVE-K", "utter_resume_unknown"),
        ("i have code", "utter_resume_needs_code"),
    ],
)
@pytest.mark.parametrize("draft_id", [None, "d-1"])
async def test_a_code_that_opens_nothing(text: str, reply: str, draft_id: str | None) -> None:
    """Also where this conversation has a draft of its own, which is not what was asked for."""
    talk = Talk()
    talk.slots["draft_id"] = draft_id
    assert await talk.turn(ResumeDraft(), text, "resume_draft") == [reply]


@pytest.mark.usefixtures("complaint")
async def test_inside_a_complaint_the_question_stays() -> None:
    talk = Talk()
    talk.slots |= {"draft_id": "d-1", "requested_slot": "city"}

    class InForm:
        async def run(self, dispatcher, tracker, domain):
            return await in_form(dispatcher, tracker)

    assert await talk.turn(InForm(), "SAVE-K", "resume_draft") == ["utter_resume_unknown"]
    assert talk.slots["requested_slot"] == "city"
