"""A life, violence or a child in danger: help first, no form. What is said next is understood as an answer to it."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.quiz import answers_the_quiz
from actions.shared import facts_of, language_of, tell_crisis, turn_of
from bot.triage.after_crisis import Reply, kind_of, one_turn_later, remembered, reply_to, response_of
from bot.triage.interview import is_story, start
from bot.triage.talk import is_false_alarm, is_likely_danger, says, threatens_violence
from bot.triage.turn import Outcome, Turn, with_progress

SLOT = "after_crisis"
HAS_CASE = "has_case"  # from the first turn of a complaint or the first help on: then a few words may mean more
LISTEN = FollowupAction("action_listen")
_DESPAIR = 8  # words; "I want to kill myself" is no story, whatever crime it sounds like


class HelpInCrisis(Action):
    """Answers a crisis; keeps what was told, so that a later complaint does not ask for it again."""

    def name(self) -> str:
        return "action_help_in_crisis"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if answers_the_quiz(tracker):
            return []
        answered = answer_after_crisis(dispatcher, tracker)
        if answered is not None:
            return answered
        turn, facts = turn_of(tracker), facts_of(tracker)
        state = tracker.get_slot(SLOT)
        if state and is_false_alarm(turn) and not is_story(turn):  # no complaint is pushed on one who was in danger
            dispatcher.utter_message(response=response_of("nobody", state["kind"], draft=_waits(tracker)))
            return [SlotSet(SLOT, one_turn_later(state)), LISTEN]
        if is_false_alarm(turn):
            if is_likely_danger(turn) and not threatens_violence(turn.text):  # the form says it of a threat
                dispatcher.utter_message(response="utter_if_in_danger")
            return [FollowupAction("complaint_form")]
        kind = kind_of(turn.analysis.get("risk_flags") or [], turn.text)
        told = not facts.get("description") and _tells_what_happened(turn)
        tell_crisis(dispatcher, kind, language_of(tracker), open_form=bool(facts.get("draft_id")))
        events: list[EventType] = [SlotSet(SLOT, remembered(kind)), SlotSet(HAS_CASE, True)]
        if not told:
            return events
        kept = start({}, Turn("report", turn.text, turn.analysis, turn.entities)).facts
        kept = with_progress(kept, said=[])  # only the help was said; what else is urgent comes with the complaint
        return [*events, *(SlotSet(name, value) for name, value in kept.items())]


def _tells_what_happened(turn: Turn) -> bool:
    """Whether a cry for help tells of a crime too, so that a complaint can begin with it."""
    found = turn.analysis
    if not is_story(turn) or found.get("incident_type") == "unsure":
        return False
    named = found.get("platform") or found.get("amount_pkr") or found.get("observables") or says(turn.text, "pictures")
    only_despair = set(found.get("risk_flags") or []) == {"self_harm"} and not named
    return not only_despair or len(turn.text.split()) >= _DESPAIR


def reply_after_crisis(tracker: Tracker) -> Reply | None:
    """How this message answers the help that was given shortly before."""
    return reply_to(tracker.get_slot(SLOT), turn_of(tracker), draft=_waits(tracker))


def answer_after_crisis(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType] | None:
    """Says what fits a short answer to the help, or goes on with the complaint; None where it is something else."""
    reply, state = reply_after_crisis(tracker), tracker.get_slot(SLOT)
    if reply is None or state is None:
        return None
    if reply == "go_on":
        return go_on(tracker)
    dispatcher.utter_message(response=response_of(reply, state["kind"], draft=_waits(tracker)))
    return [SlotSet(SLOT, one_turn_later(state)), LISTEN]


def help_at_the_menu(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Help for a danger told at the menu of a sent complaint, which closes and waits."""
    turn = turn_of(tracker)
    kind = kind_of(turn.analysis.get("risk_flags") or [], turn.text)
    tell_crisis(dispatcher, kind, language_of(tracker), open_form=True)
    return [SlotSet(SLOT, remembered(kind, at_menu=True)), SlotSet(HAS_CASE, True)]


def go_on(tracker: Tracker) -> list[EventType]:
    """Back to the complaint that is being written, or to the menu of the one that was sent."""
    if is_at_menu(tracker):
        return [SlotSet(SLOT, None), FollowupAction("action_open_access")]
    return [FollowupAction("complaint_form")]


def remember_crisis(tracker: Tracker, outcome: Outcome) -> list[EventType]:
    """The slots as a turn of the form leaves them: set where help was said, else let go."""
    begun: list[EventType] = [] if tracker.get_slot(HAS_CASE) else [SlotSet(HAS_CASE, True)]
    said = next((thing for thing in outcome.say if thing.response == "crisis"), None)
    if said is None:
        return [*begun, SlotSet(SLOT, None)] if tracker.get_slot(SLOT) else begun
    kind = str(said.values.get("kind") or kind_of(outcome.facts.get("risk_flags") or []))
    return [*begun, SlotSet(SLOT, remembered(kind))]


def is_at_menu(tracker: Tracker) -> bool:
    """Whether the help was said at the menu of a sent complaint."""
    return bool((tracker.get_slot(SLOT) or {}).get("at_menu"))


def _waits(tracker: Tracker) -> bool:
    """Whether there is something to go on with."""
    return has_draft(tracker) or is_at_menu(tracker)


def has_draft(tracker: Tracker) -> bool:
    """Whether a complaint that was begun waits to be finished."""
    return bool(tracker.get_slot("draft_id") and tracker.get_slot("description"))
