"""What is said when no rule fits."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, UserUtteranceReverted
from rasa_sdk.executor import CollectingDispatcher


class Restart(Action):
    """Rasa's own `restart` would silently forget the conversation; only the person may decide that."""

    def name(self) -> str:
        return "action_restart"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        dispatcher.utter_message(response="utter_help")
        return []


class SayUnclear(Action):
    """Asks what the person wants and forgets the turn that no rule covers."""

    def name(self) -> str:
        return "action_say_unclear"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        dispatcher.utter_message(response="utter_unclear")
        return [UserUtteranceReverted()]
