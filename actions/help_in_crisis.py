"""A life, violence or a child in danger: help first, no form."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.quiz import answers_the_quiz
from actions.shared import facts_of, language_of, speak_crisis, turn_of
from bot.triage.interview import is_story, start
from bot.triage.talk import is_false_alarm
from bot.triage.turn import with_progress


class HelpInCrisis(Action):
    """Answers a crisis; keeps what was told, so that a later complaint does not ask for it again."""

    def name(self) -> str:
        return "action_help_in_crisis"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if answers_the_quiz(tracker):
            return []
        turn, facts = turn_of(tracker), facts_of(tracker)
        if is_false_alarm(turn) and is_story(turn):
            dispatcher.utter_message(response="utter_if_in_danger")
            return [FollowupAction("complaint_form")]
        flags = list(turn.analysis.get("risk_flags") or [])
        told = is_story(turn) and not facts.get("description") and turn.analysis.get("incident_type") != "unsure"
        speak_crisis(dispatcher, flags, language_of(tracker), open_form=bool(facts.get("draft_id")))
        if not told:
            return []
        kept = start({}, type(turn)("report", turn.text, turn.analysis, turn.entities)).facts
        kept = with_progress(kept, said=[])  # only the help was said; what else is urgent comes with the complaint
        return [SlotSet(name, value) for name, value in kept.items()]
