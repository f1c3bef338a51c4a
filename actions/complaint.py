"""The complaint form: one turn in, slots and words out. The rules are in bot.triage.interview."""

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import answer_question
from actions.drafts import forget_deleted, in_form, keep_draft
from actions.evidence import files_in_form, is_about_files, offer_files, removal_buttons
from actions.help_in_crisis import answer_after_crisis, is_at_menu, remember_crisis, reply_after_crisis
from actions.language import INTENTS as LANGUAGE_INTENTS
from actions.language import choose_language
from actions.shared import channel_of, choose, facts_of, language_of, speak, turn_of
from actions.stores import drafts, store
from actions.submitted import tell_submission
from actions.tips import tips
from bot.complaint_systems import complaint_system
from bot.knowledge.texts import label
from bot.settings import settings
from bot.triage.draft import draft_from
from bot.triage.forwarding import submit_and_forward
from bot.triage.interview import (
    CHANGEABLE,
    FACTS,
    Outcome,
    Say,
    Turn,
    is_story,
    next_field,
    plan,
    start,
    take_turn,
    with_name_optional,
)
from bot.triage.plan import is_sensitive
from bot.triage.store import StoreError
from bot.triage.summary import lines, summary_text, understood, value_text
from bot.triage.talk import is_false_alarm, without_alarm
from bot.triage.taxonomy import INCIDENT_TYPES, UNSURE
from bot.triage.telling import seen_as_danger
from bot.triage.turn import is_choosing, progress

FORM = "complaint_form"
_STARTS = {"report", "tip_off", "start_report", "continue_report", "resume_draft"}
_SAFE = "utter_safe_to_talk"
_LIKELY = 3  # types offered as buttons when unsure


class ValidateComplaintForm(Action):
    """Runs every turn of the form, and submits on an explicit yes.

    Submitting is part of the turn, so that the form stays open, with nothing lost, until the record exists; a
    repeated yes finds the same record by the draft's id.
    """

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        forgotten = await forget_deleted(dispatcher, tracker)
        if forgotten and (tracker.get_slot("requested_slot") or not is_story(turn_of(tracker))):
            return [*forgotten, SlotSet("requested_slot", None)]
        return [*forgotten, *await self._turn(dispatcher, tracker)]

    async def _turn(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        taken = await in_form(dispatcher, tracker) or await files_in_form(dispatcher, tracker)
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
        if turn.intent in {"tips_choose", "tips_stop"} and facts.get("draft_id"):
            await tips(dispatcher, tracker)
            return [SlotSet("draft_id", facts["draft_id"]), SlotSet("requested_slot", requested or next_field(facts))]
        if requested is None:
            reply = reply_after_crisis(tracker)
            if reply == "go_on" and not is_at_menu(tracker):
                turn = Turn("continue_report")
            elif reply is not None:
                answered = answer_after_crisis(dispatcher, tracker) or []
                return [SlotSet("draft_id", facts.get("draft_id")), SlotSet("requested_slot", None), *answered]
        opening = requested is None and (turn.intent in _STARTS or not facts.get("draft_id"))
        if requested is None and is_false_alarm(turn):
            turn, opening = without_alarm(turn), True
        outcome = seen_as_danger(start(facts, turn) if opening else take_turn(facts, requested, turn))
        outcome = with_name_optional(outcome)
        events: list[EventType] = []
        if outcome.answer_question:
            events = await answer_question(dispatcher, tracker, in_form=True)
        speak(dispatcher, outcome.say, outcome.facts, language)
        await keep_draft(dispatcher, tracker, outcome)
        events = [*events, *remember_crisis(tracker, outcome)]
        if outcome.ended == "submit":
            submitted, outcome = await self._submit(dispatcher, tracker, outcome)
            events = [*events, *submitted]
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
        others = await self._known_already(submission.record)
        if others:
            dispatcher.utter_message(response="utter_known_already", others=others)
        said = "utter_submitted_forwarded" if result.status == "forwarded" else "utter_submitted_waiting"
        dispatcher.utter_message(response=said, reference=submission.reference, external_id=result.external_id or "")
        put_off = progress(outcome.facts).get("next_story")
        if put_off:
            dispatcher.utter_message(response="utter_second_ready")
        left = {"progress": {"next_story": put_off}} if put_off else {}
        return tell_submission(dispatcher, tracker, submission), Outcome(left)

    @staticmethod
    async def _known_already(record: dict[str, Any]) -> int:
        """How many earlier reports point at the same thing; told of tip-offs only."""
        if record["kind"] != "tip_off":
            return 0
        try:
            return await asyncio.to_thread(store().others_about, record)
        except StoreError:
            return 0  # the record is stored; only this courtesy is lost


def _changes(tracker: Tracker, outcome: Outcome) -> list[EventType]:
    """Slot events for the facts that this turn changed."""
    facts = {} if outcome.ended in {"cancelled", "declined"} else outcome.facts
    changed = [name for name in FACTS if facts.get(name) != tracker.get_slot(name)]
    # Rasa rejects a form turn that sets no slot of its own, so the draft's id is always set again.
    return [SlotSet(name, facts.get(name)) for name in dict.fromkeys(["draft_id", *changed])]


class AskTypeConfirmed(Action):
    """Offers likely types where it is not clear what it is about."""

    def name(self) -> str:
        return f"action_ask_{FORM}_type_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        classifier, language = facts_of(tracker).get("classifier") or {}, language_of(tracker)
        likely = [item["type"] for item in classifier.get("alternatives") or []]
        if classifier.get("refused") or not likely:
            offered = [*INCIDENT_TYPES, UNSURE]
        else:
            offered = [*likely[:_LIKELY], *({"other"} - set(likely[:_LIKELY])), UNSURE]
        buttons = [
            {"title": label("incident_types", name, language), "payload": choose("incident_type", name)}
            for name in offered
        ]
        dispatcher.utter_message(response="utter_ask_which_type", buttons=buttons)
        return []


class AskConsent(Action):
    """Says what was understood and asks for consent in one; tells how to leave quickly where that may matter."""

    def name(self) -> str:
        return f"action_ask_{FORM}_consent"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        facts, language = facts_of(tracker), language_of(tracker)
        buttons, said = [], progress(facts).get("said") or []
        if is_sensitive(facts):
            buttons = [{"title": label("choices", "not_safe", language), "payload": choose("consent", "not_safe")}]
            if _SAFE not in said:
                dispatcher.utter_message(response=_SAFE)
        if facts.get("type_confirmed"):
            dispatcher.utter_message(response="utter_ask_consent", buttons=buttons)
        else:
            dispatcher.utter_message(
                response="utter_ask_agree", understood=understood(facts, language), buttons=buttons
            )
        return [SlotSet("progress", {**progress(facts), "said": [*said, _SAFE]})] if is_sensitive(facts) else []


class AskDesiredOutcome(Action):
    """Asks what the person wants, with what people in such a case want most often first; one tap or several."""

    def name(self) -> str:
        return f"action_ask_{FORM}_desired_outcome"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        facts, language = facts_of(tracker), language_of(tracker)
        outcomes = plan()["outcomes"]
        offered = outcomes.get(facts.get("incident_type"), outcomes["default"])
        if not is_choosing(facts):
            buttons = [*_wish_buttons(offered, language), *_choice_buttons(["several", "skip"], language)]
            dispatcher.utter_message(response="utter_ask_wishes", buttons=buttons)
            return []
        chosen = facts.get("desired_outcome") or []
        left = [wish for wish in offered if wish not in {*chosen, "advice_only"}]
        end = "all_said" if chosen else "skip"
        buttons = [*_wish_buttons(left, language), *_choice_buttons([end], language)]
        if chosen:
            wishes = value_text("desired_outcome", facts, language)
            dispatcher.utter_message(response="utter_ask_wishes_more", wishes=wishes, buttons=buttons)
        else:
            dispatcher.utter_message(response="utter_ask_wishes_several", buttons=buttons)
        return []


def _wish_buttons(wishes: list[str], language: str) -> list[dict[str, str]]:
    return [{"title": label("outcomes", wish, language), "payload": choose("desired_outcome", wish)} for wish in wishes]


def _choice_buttons(choices: list[str], language: str) -> list[dict[str, str]]:
    return [{"title": label("choices", name, language), "payload": choose("desired_outcome", name)} for name in choices]


class AskConfirm(Action):
    """Shows the summary and asks for an explicit yes."""

    def name(self) -> str:
        return f"action_ask_{FORM}_confirm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        events: list[EventType] = []
        if not is_about_files(tracker):  # then only that changed
            text = summary_text(facts_of(tracker), language_of(tracker))
            dispatcher.utter_message(response="utter_summary", lines=text)
            events = offer_files(dispatcher, tracker)
        dispatcher.utter_message(response="utter_ask_send", buttons=removal_buttons(tracker))
        return events


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
        if forgotten := await forget_deleted(dispatcher, tracker):
            return forgotten
        facts = facts_of(tracker)
        if not facts.get("draft_id"):
            dispatcher.utter_message(response="utter_help")
            return []
        speak(dispatcher, [Say("summary"), Say("utter_crisis_continue")], facts, language_of(tracker))
        return []
