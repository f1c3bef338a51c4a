"""Drafts that outlive the conversation: saved at every turn, taken up again with a resume code."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.shared import facts_of, language_of, speak, turn_of
from actions.stores import access, drafts, store
from bot.knowledge.texts import day
from bot.triage.erasure import was_erased_elsewhere
from bot.triage.interview import FACTS, Outcome, Say, next_field
from bot.triage.reference import begins_resume_code, misspells_reference, normalise_resume_code, says_reference
from bot.triage.store import StoreError
from bot.triage.talk import says
from bot.triage.turn import Facts, progress, with_progress

_CODE_BEHIND = {"utter_draft_kept": "utter_draft_code", "utter_leave_quietly": "utter_leave_code"}
CODE_TOLD = "draft_code"  # among what was said: the hint with the resume code
ACCESS_INTENTS = {"erase_me", "erase_chat", "withdraw_complaint", "get_receipt"}
ERASE_NOW = "erase_now"  # the button of one who had to leave quickly
log = structlog.get_logger(__name__)


async def keep_draft(dispatcher: CollectingDispatcher, tracker: Tracker, outcome: Outcome) -> None:
    """Save what this turn made of the draft, or forget it; tell its code after consent and when it is kept."""
    facts, draft_id = outcome.facts, tracker.get_slot("draft_id")
    try:
        if outcome.ended in {"cancelled", "declined"}:
            await asyncio.to_thread(partial(drafts().delete, str(draft_id), now=datetime.now(UTC)))
            return
        if not facts.get("description"):
            return
        until = await _save(facts, tracker)
    except StoreError as error:  # the conversation itself still has everything
        log.error("draft_not_saved", error=str(error))
        return
    behind = next((_CODE_BEHIND[str(thing.response)] for thing in outcome.say if thing.response in _CODE_BEHIND), None)
    if behind:
        _tell_code(dispatcher, tracker, facts, until, behind)
    elif code_is_due(outcome):
        outcome.facts = _with_code_told(facts)
        _tell_code(dispatcher, tracker, facts, until, "utter_draft_code_hint")


async def forget_deleted(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Says that the draft was deleted elsewhere, and lets its facts go here too; nothing where it was not."""
    try:
        if not await asyncio.to_thread(_is_gone, tracker):
            return []
    except StoreError as error:  # nothing can be saved now either
        log.error("draft_not_read", error=str(error))
        return []
    speak(dispatcher, [Say(first_steps="draft_gone")], {}, language_of(tracker))
    tracker.slots.update(dict.fromkeys(FACTS))
    return [SlotSet(name, None) for name in FACTS]


def _is_gone(tracker: Tracker) -> bool:
    """Whether the draft was deleted, or went with the whole conversation and is asked for again.

    Who erased this very conversation hears nothing of it: somebody else may be reading.
    """
    draft_id = tracker.get_slot("draft_id")
    if draft_id:
        return drafts().is_deleted(str(draft_id))
    return turn_of(tracker).intent == "continue_report" and was_erased_elsewhere(store(), tracker.sender_id)


def code_is_due(outcome: Outcome) -> bool:
    """Once after consent, in a turn that does not already say what to do: both together are too much to read."""
    told = CODE_TOLD in (progress(outcome.facts).get("said") or []) or not outcome.facts.get("consent")
    at_the_end = outcome.ended or outcome.ask in {"confirm", "stop_choice"}
    return not told and not at_the_end and not any(thing.first_steps for thing in outcome.say)


def _with_code_told(facts: Facts) -> Facts:
    return with_progress(facts, said=[*(progress(facts).get("said") or []), CODE_TOLD])


async def in_form(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType] | None:
    """Within the complaint: saving, another draft's code, and leaving for an earlier complaint. None: none of it."""
    turn, requested, facts = turn_of(tracker), tracker.get_slot("requested_slot"), facts_of(tracker)
    if requested is None:
        return None
    again = SlotSet("draft_id", facts.get("draft_id"))
    saves = requested != "stop_choice" and says(turn.text, "save_it", whole=True)  # there it means to keep and stop
    if saves or turn.intent == "save_draft":
        await _save_and_tell(dispatcher, tracker, facts)
        return [again, SlotSet("progress", progress(_with_code_told(facts))), SlotSet("requested_slot", requested)]
    if turn.intent == "resume_draft":
        slots = await _resume(dispatcher, tracker)
        if slots is None:
            return [again, SlotSet("requested_slot", requested)]
        dispatcher.utter_message(response="utter_draft_resumed")
        return [*slots, SlotSet("requested_slot", next_field({slot["name"]: slot["value"] for slot in slots}))]
    names_one = says_reference(turn.text) or misspells_reference(turn.text)
    at_once = turn.intent == "manage" and turn.choice == ERASE_NOW
    if at_once or turn.intent in ACCESS_INTENTS or (turn.intent == "status" and names_one):
        return [again, SlotSet("requested_slot", None), FollowupAction("action_open_access")]
    return None


class ResumeDraft(Action):
    """Takes a draft up again by its code, or the one of this conversation."""

    def name(self) -> str:
        return "action_resume_draft"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        text = turn_of(tracker).text
        speaks_of_code = normalise_resume_code(text) or begins_resume_code(text) or says(text, "code")
        if not speaks_of_code and tracker.get_slot("draft_id"):
            return [FollowupAction("complaint_form")]
        slots = await _resume(dispatcher, tracker)
        return [] if slots is None else [*slots, FollowupAction("complaint_form")]


class SaveDraft(Action):
    """Tells the code of the draft that waits in this conversation."""

    def name(self) -> str:
        return "action_save_draft"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if forgotten := await forget_deleted(dispatcher, tracker):
            return forgotten
        await _save_and_tell(dispatcher, tracker, facts_of(tracker))
        return []


async def _save_and_tell(dispatcher: CollectingDispatcher, tracker: Tracker, facts: dict[str, Any]) -> None:
    if not facts.get("draft_id") or not facts.get("description"):
        dispatcher.utter_message(response="utter_nothing_to_save")
        return
    try:
        until = await _save(facts, tracker)
    except StoreError as error:
        log.error("draft_not_saved", error=str(error))
        dispatcher.utter_message(response="utter_draft_not_saved")
        return
    _tell_code(dispatcher, tracker, facts, until, "utter_draft_code")


async def _save(facts: dict[str, Any], tracker: Tracker) -> datetime:
    save = partial(drafts().save, facts, language=language_of(tracker), conversation=tracker.sender_id)
    return await asyncio.to_thread(save, now=datetime.now(UTC))


def _tell_code(
    dispatcher: CollectingDispatcher, tracker: Tracker, facts: dict[str, Any], until: datetime, response: str
) -> None:
    code = drafts().code(str(facts["draft_id"]))
    dispatcher.utter_message(response=response, code=code, until=day(until, language_of(tracker)))


async def _resume(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType] | None:
    """Slots of the draft that the code in the message opens; None, and the reason said, where there is none."""
    text, now = turn_of(tracker).text, datetime.now(UTC)
    code = normalise_resume_code(text)
    if code is None:
        known = "utter_resume_unknown" if begins_resume_code(text) else "utter_resume_needs_code"
        dispatcher.utter_message(response=known)
        return None
    try:
        if not await asyncio.to_thread(partial(access().may_resume, tracker.sender_id, now=now)):
            dispatcher.utter_message(response="utter_resume_locked")
            return None
        draft = await asyncio.to_thread(partial(drafts().find, code, now=now))
        if draft is None:
            dispatcher.utter_message(response="utter_resume_unknown")
            return None
        await asyncio.to_thread(access().resumed, tracker.sender_id)
        here = facts_of(tracker)
        if here.get("description") and here["draft_id"] != draft.id:
            until = await _save(here, tracker)
            _tell_code(dispatcher, tracker, here, until, "utter_other_draft_kept")
    except StoreError as error:
        log.error("draft_not_read", error=str(error))
        dispatcher.utter_message(response="utter_status_trouble")
        return None
    return [SlotSet(name, draft.facts.get(name)) for name in FACTS]
