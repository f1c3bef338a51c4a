"""Switching the language of the conversation."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.shared import entity, language_of
from bot.triage.taxonomy import LANGUAGES

_BY_INTENT = {"speak_english": "en", "speak_urdu": "ur", "speak_roman_urdu": "ur-Latn"}
INTENTS = {*_BY_INTENT, "set_language"}


def choose_language(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Keep the chosen language, and tell the gateway to stay with it."""
    intent = (tracker.latest_message.get("intent") or {}).get("name", "")
    chosen = _BY_INTENT.get(intent) or entity(tracker, "language_choice")
    language = chosen if chosen in LANGUAGES else language_of(tracker)
    dispatcher.utter_message(json_message={"language": language, "pin": True})
    return [SlotSet("language", language)]


class SetLanguage(Action):
    """Switches the language outside the form."""

    def name(self) -> str:
        return "action_set_language"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        return choose_language(dispatcher, tracker)
