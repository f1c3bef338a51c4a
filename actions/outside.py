"""What is typed while no question is open: an answer to help that was given, a stop, else what its intent calls for."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.access import OpenAccess
from actions.answers import AnswerQuestion
from actions.help_in_crisis import SLOT, answer_after_crisis, go_on, has_draft
from actions.shared import turn_of
from actions.submitted import OldChoice
from bot.triage.after_crisis import one_turn_later
from bot.triage.talk import says

_ACTIONS: dict[str, type[Action]] = {"affirm": OldChoice, "status": OpenAccess}
_SAYS = {
    "deny": "utter_unclear",
    "skip": "utter_unclear",
    "stop": "utter_goodbye",
    "chitchat": "utter_chitchat",
    "thanks": "utter_welcome",
}


class TalkOutside(Action):
    """One message outside every form and the quiz."""

    def name(self) -> str:
        return "action_talk_outside"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        answered = answer_after_crisis(dispatcher, tracker)
        if answered is not None:
            return answered
        turn, state = turn_of(tracker), tracker.get_slot(SLOT)
        if turn.intent == "continue_report":
            return go_on(tracker)
        later: list[EventType] = [SlotSet(SLOT, one_turn_later(state))] if state else []
        if has_draft(tracker) and (turn.intent == "stop" or says(turn.text, "give_up", whole=True)):
            return [*later, FollowupAction("complaint_form")]  # which asks whether to keep what was told
        if turn.intent in _SAYS:
            dispatcher.utter_message(response=_SAYS[turn.intent])
            return later
        return [*later, *await _ACTIONS.get(turn.intent, AnswerQuestion)().run(dispatcher, tracker, domain)]
