"""Files of the open complaint: told of when one came, removed on a word, and offered at the summary."""

import asyncio
from typing import Any

import structlog
from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.drafts import keep_draft
from actions.shared import Json, facts_of, language_of, turn_of
from actions.stores import store
from bot.knowledge.texts import label
from bot.settings import settings
from bot.triage.evidence import Evidence, refusal
from bot.triage.interview import Outcome
from bot.triage.store import StoreError
from bot.triage.talk import says
from bot.triage.turn import progress, with_progress

FIELD = "evidence"
_FORM = "complaint_form"
_OFFER = "utter_evidence_offer"
_REMOVE = '/choose{"field":"evidence","choice":"remove_last"}'

log = structlog.get_logger(__name__)


async def files_in_form(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType] | None:
    """A turn about the files of the complaint; the open question stays open. None: it is about something else."""
    choice, requested, facts = _choice_of(tracker), tracker.get_slot("requested_slot"), facts_of(tracker)
    if choice is None or requested is None or not facts.get("draft_id"):
        return None
    try:
        facts = await asyncio.to_thread(_changed, dispatcher, facts, choice)
    except StoreError as error:
        log.error("files_not_read", error=str(error))
        dispatcher.utter_message(response="utter_evidence_trouble")
    await keep_draft(dispatcher, tracker, Outcome(facts))
    changed = [SlotSet(name, facts.get(name)) for name in ("draft_id", FIELD, "progress")]
    return [*changed, SlotSet("requested_slot", requested)]


def offer_files(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """One line, once, where files may be given and none is there yet."""
    facts = facts_of(tracker)
    said = progress(facts).get("said") or []
    if facts.get(FIELD) or _OFFER in said or refusal(facts, _FORM) not in {None, "ask_first"}:
        return []
    dispatcher.utter_message(response=_OFFER)
    return [SlotSet("progress", {**progress(facts), "said": [*said, _OFFER]})]


def removal_buttons(tracker: Tracker) -> list[Json]:
    """The button that takes the last file out, where there is one."""
    if not tracker.get_slot(FIELD):
        return []
    return [{"title": label("choices", "remove_file", language_of(tracker)), "payload": _REMOVE}]


def is_about_files(tracker: Tracker) -> bool:
    """Whether the latest message was about the files."""
    return _choice_of(tracker) is not None


def _choice_of(tracker: Tracker) -> str | None:
    """What a button says of the files, or a word where there are some."""
    turn = turn_of(tracker)
    if turn.choice is not None:
        return turn.choice if turn.field == FIELD else None
    asked = tracker.get_slot(FIELD) and says(turn.text, "remove_file", brief=True)
    return "remove_last" if asked else None


def _changed(dispatcher: CollectingDispatcher, facts: Json, choice: str) -> Json:
    """The facts after this choice; what became of it is said."""
    if choice in {"clean", "private"}:
        dispatcher.utter_message(response="utter_evidence_ready" if choice == "clean" else "utter_evidence_private")
        return with_progress(facts, private_pictures=choice == "private")
    files, draft_id = Evidence(store(), settings().evidence_files), str(facts["draft_id"])
    if choice == "remove_last":
        removed = files.remove_last(draft_id)
        left: list[dict[str, Any]] = files.of_draft(draft_id)
        if removed is None:
            dispatcher.utter_message(response="utter_evidence_nothing_to_remove")
        else:
            name = removed["filename"] or removed["content_type"]
            dispatcher.utter_message(response="utter_evidence_removed", name=name, count=len(left))
        return {**facts, FIELD: left}
    had = files.of_draft(draft_id)
    if choice == "added" and had:
        dispatcher.utter_message(response="utter_evidence_kept", count=len(had))
    return {**facts, FIELD: had}
