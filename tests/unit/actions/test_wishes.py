"""The question what the person wants, with its buttons, before and while several are tapped."""

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.complaint import AskDesiredOutcome


async def asked(**slots: Any) -> tuple[str, list[str], dict[str, Any]]:
    """The response, what its buttons choose, and the values in it."""
    slots = {"language": "en", "incident_type": "blackmail", **slots}
    tracker = Tracker("web-1", slots, {}, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    await AskDesiredOutcome().run(dispatcher, tracker, {})
    (message,) = dispatcher.messages
    return message["response"], [button["payload"].split('"')[-2] for button in message["buttons"]], message


async def test_one_tap_is_offered_first() -> None:
    response, choices, _ = await asked()
    assert response == "utter_ask_wishes"
    assert choices[:2] == ["content_removed", "offender_warned"]
    assert choices[-3:] == ["advice_only", "several", "skip"]


async def test_what_is_chosen_is_named_and_not_offered_again() -> None:
    progress = {"choosing": True}
    response, choices, _ = await asked(progress=progress)
    assert response == "utter_ask_wishes_several"
    assert "advice_only" not in choices
    assert choices[-1] == "skip"
    response, choices, message = await asked(progress=progress, desired_outcome=["offender_warned", "prosecution"])
    assert response == "utter_ask_wishes_more"
    assert message["wishes"] == "The person is warned, A legal case"
    assert choices == ["content_removed", "account_recovered", "money_back", "all_said"]


@pytest.mark.parametrize("language", ["ur", "ur-Latn"])
async def test_every_button_has_a_title_in_the_language(language: str) -> None:
    _, _, message = await asked(language=language, progress={"choosing": True}, desired_outcome=["prosecution"])
    assert all("_" not in button["title"] for button in message["buttons"])
