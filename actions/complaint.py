"""The complaint form: one turn in, slots and words out. The rules are in bot.triage.interview."""

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import answer_question
from actions.drafts import in_form, keep_draft
from actions.language import INTENTS as LANGUAGE_INTENTS
from actions.language import choose_language
from actions.shared import channel_of, facts_of, language_of, speak, turn_of
from actions.stores import drafts, store
from actions.submitted import tell_submission
from bot.complaint_systems import complaint_system
from bot.knowledge.texts import label
from bot.settings import settings
from bot.triage.draft import draft_from
from bot.triage.forwarding import submit_and_forward
from bot.triage.interview import CHANGEABLE, FACTS, Outcome, Say, next_field, start, take_turn
from bot.triage.store import StoreError
from bot.triage.summary import lines, summary_text, understood
from bot.triage.taxonomy import INCIDENT_TYPES, UNSURE

FORM = "complaint_form"
_STARTS = {"report", "tip_off", "start_report", "continue_report", "resume_draft"}
_LIKELY = 3  # types offered as buttons when unsure


class ValidateComplaintForm(Action):
    """Runs every turn of the form, and submits on an explicit yes.

    Submitting is part of the turn, so that the form stays open, with nothing lost, until the record exists; a
    repeated yes finds the same record by the draft's id.
    """

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        taken = await in_form(dispatcher, tracker)
        if taken is not None:
            return taken
        facts, turn, language = facts_of(tracker), turn_of(tracker), language_of(tracker)
        requested = tracker.get_slot("requested_slot")
        if turn.intent in LANGUAGE_INTENTS and facts.get("draft_id"):
            again = SlotSet("draft_id", facts["draft_id"])
            return [
                again,
                *choose_language(dispatcher, tracker),
                SlotSet("requested_slot", requested or next_field(facts)),
            ]
        opening = requested is None and (turn.intent in _STARTS or not facts.get("draft_id"))
        outcome = start(facts, turn) if opening else take_turn(facts, requested, turn)
        if outcome.answer_question:
            await answer_question(dispatcher, tracker, in_form=True)
        speak(dispatcher, outcome.say, outcome.facts, language)
        await keep_draft(dispatcher, tracker, outcome)
        events: list[EventType] = []
        if outcome.ended == "submit":
            events, outcome = await self._submit(dispatcher, tracker, outcome)
        # Rasa rejects a form turn that sets no slot of its own, so the draft's id is always set again.
        return [*_changes(tracker, outcome), *events, SlotSet("requested_slot", outcome.ask)]

    async def _submit(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, outcome: Outcome
    ) -> tuple[list[EventType], Outcome]:
        draft = draft_from(outcome.facts, channel=channel_of(tracker), language=language_of(tracker))
        try:
            told_in = await asyncio.to_thread(drafts().conversations, draft["draft_id"])
            draft["conversations"] = list(dict.fromkeys([*told_in, tracker.sender_id]))
            submission, result = await submit_and_forward(
                await asyncio.to_thread(store), complaint_system(settings()), draft, settings=settings()
            )
        except StoreError:
            dispatcher.utter_message(response="utter_not_saved")
            return [], Outcome(outcome.facts, ask="confirm")
        said = "utter_submitted_forwarded" if result.status == "forwarded" else "utter_submitted_waiting"
        dispatcher.utter_message(response=said, reference=submission.reference, external_id=result.external_id or "")
        return tell_submission(dispatcher, tracker, submission), Outcome({})


def choose(field: str, choice: str) -> str:
    """Payload of a button that answers `field`."""
    return f'/choose{{"field":"{field}","choice":"{choice}"}}'


def _changes(tracker: Tracker, outcome: Outcome) -> list[EventType]:
    """Slot events for the facts that this turn changed."""
    facts = {} if outcome.ended in {"cancelled", "declined"} else outcome.facts
    changed = [name for name in FACTS if facts.get(name) != tracker.get_slot(name)]
    # Rasa rejects a form turn that sets no slot of its own, so the draft's id is always set again.
    return [SlotSet(name, facts.get(name)) for name in dict.fromkeys(["draft_id", *changed])]


class AskTypeConfirmed(Action):
    """Says what was understood and asks if it is right; offers likely types where it is not clear."""

    def name(self) -> str:
        return f"action_ask_{FORM}_type_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        facts, language = facts_of(tracker), language_of(tracker)
        if facts.get("incident_type"):
            dispatcher.utter_message(response="utter_ask_type_right", understood=understood(facts, language))
            return []
        classifier = facts.get("classifier") or {}
        likely = [item["type"] for item in classifier.get("alternatives") or []]
        if classifier.get("refused") or not likely:
            offered = [*INCIDENT_TYPES, UNSURE]
        else:
            offered = [*likely[:_LIKELY], *({"other"} - set(likely[:_LIKELY])), UNSURE]
        buttons = [
            {
                "title": label("incident_types", name, language),
                "payload": f'/choose{{"field":"incident_type","choice":"{name}"}}',
            }
            for name in offered
        ]
        dispatcher.utter_message(response="utter_ask_which_type", buttons=buttons)
        return []


class AskConfirm(Action):
    """Shows the summary and asks for an explicit yes."""

    def name(self) -> str:
        return f"action_ask_{FORM}_confirm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        text = summary_text(facts_of(tracker), language_of(tracker))
        dispatcher.utter_message(response="utter_summary", lines=text)
        dispatcher.utter_message(response="utter_ask_send")
        return []


class AskChangeLine(Action):
    """Offers every line of the summary for change."""

    def name(self) -> str:
        return f"action_ask_{FORM}_change_line"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        buttons = [
            {"title": title, "payload": choose("change_line", name)}
            for name, title, _ in lines(facts_of(tracker), language_of(tracker))
            if name in CHANGEABLE
        ]
        dispatcher.utter_message(response="utter_ask_which_line", buttons=buttons)
        return []


class ShowDraft(Action):
    """Shows what has been gathered so far, also while no question is open."""

    def name(self) -> str:
        return "action_show_draft"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        facts = facts_of(tracker)
        if not facts.get("draft_id"):
            dispatcher.utter_message(response="utter_help")
            return []
        speak(dispatcher, [Say("summary"), Say("utter_crisis_continue")], facts, language_of(tracker))
        return []
