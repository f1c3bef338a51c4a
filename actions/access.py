"""Status, additions, withdrawal, receipt and erasure, for whoever has the reference and its PIN."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import answer_question
from actions.drafts import ERASE_NOW
from actions.help_in_crisis import help_at_the_menu
from actions.language import INTENTS as LANGUAGE_INTENTS
from actions.language import choose_language
from actions.quiz import QuizTurn, answers_the_quiz
from actions.shared import channel_of, language_of, turn_of
from actions.stores import access, drafts, store
from actions.submitted import OPEN_FOR, choose_notices, offer_receipt
from actions.tips import subscribers
from bot.settings import settings
from bot.triage.access import Erased, unlocked
from bot.triage.access import schedule as schedule_erasure
from bot.triage.evidence import Evidence, refusal_later
from bot.triage.interview import FACTS, Turn, is_story
from bot.triage.record import ENDED
from bot.triage.reference import misspells_reference, reference_and_pin
from bot.triage.store import StoreError
from bot.triage.talk import is_false_alarm, means, says, without_alarm

FORM = "access_form"
_PURPOSES = {
    "withdraw_complaint": "withdraw",
    "add_information": "add",
    "get_receipt": "receipt",
    "erase_me": "erase",
    "erase_chat": "erase_chat",
}
_FILE_CHOICES = {"file_added", "file_clean", "file_private"}
_MENU = {"access_choice", "access_told"}
_TELLING = {"report", "tip_off", "unclear", "chitchat", "out_of_scope"}
_LEAST_ADDED = 3  # words of an addition
_BRIEF = 8  # words in which somebody says not to have reference or PIN
_ADD = re.compile(r"^\s*(?:please\s+|also\s+)?add\b\s*(?:this|that)?\s*[:,-]?\s*", re.IGNORECASE)
_LEAVING = {"stop", "goodbye", "start_over", "skip", "go_back", "deny"}

State = dict[str, Any]


@dataclass
class _Visit:
    """One turn: what is known of the visit, what is asked next (None: it has ended), and other events."""

    dispatcher: CollectingDispatcher
    tracker: Tracker
    turn: Turn
    state: State
    ask: str | None = None
    events: list[EventType] = field(default_factory=list)

    @property
    def purpose(self) -> str:
        return str(self.state.get("purpose") or "status")

    @property
    def reference(self) -> str:
        return str(self.state["reference"])

    def say(self, response: str, **values: Any) -> None:
        self.dispatcher.utter_message(response=response, **values)

    def is_open(self) -> bool:
        return unlocked(self.state, datetime.now(UTC)) is not None


class OpenAccess(Action):
    """Begins: does at once what the first message already allows, and asks for the rest in the form."""

    def name(self) -> str:
        return "action_open_access"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if answers_the_quiz(tracker):
            return await QuizTurn().run(dispatcher, tracker, domain)
        turn, before = turn_of(tracker), tracker.get_slot("access") or {}
        purpose = _PURPOSES.get(turn.intent) or (_choice_of(turn) if turn.intent == "manage" else "status")
        reference = before.get("reference") or tracker.get_slot("reference")
        state = {**before, "purpose": purpose, "reference": reference, "until": before.get("until")}
        visit = _Visit(dispatcher, tracker, turn, state)
        if purpose == "erase_chat":
            visit.ask = "access_confirm"
        elif purpose in {*_FILE_CHOICES, ERASE_NOW}:
            await _trying(visit, partial(_choose, choice=purpose))
        else:
            await _trying(visit, _identify)
        events = [SlotSet("access", {**visit.state, "ask": visit.ask}), *visit.events]
        return [*events, FollowupAction(FORM)] if visit.ask else events


class ValidateAccessForm(Action):
    """Every turn of the form."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        state, requested = dict(tracker.get_slot("access") or {}), tracker.get_slot("requested_slot")
        first = state.pop("ask", None)
        visit = _Visit(dispatcher, tracker, turn_of(tracker), state)
        if requested is None:  # the form begins; OpenAccess has dealt with the message
            visit.ask = first
        else:
            await _trying(visit, partial(_take, requested))
        # Rasa rejects a form turn that sets no slot of its own.
        return [SlotSet("access", visit.state), *visit.events, SlotSet("requested_slot", visit.ask)]


class AskConfirm(Action):
    """Asks whether it shall really be done."""

    def name(self) -> str:
        return f"action_ask_{FORM}_access_confirm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        purpose = (tracker.get_slot("access") or {}).get("purpose")
        dispatcher.utter_message(response=f"utter_confirm_{purpose}")
        return []


async def _trying(visit: _Visit, work: Callable[[_Visit], Awaitable[None]]) -> None:
    try:
        await work(visit)
    except StoreError:
        visit.say("utter_status_trouble")
        visit.ask = None


async def _take(requested: str, visit: _Visit) -> None:
    """One message while `requested` is open."""
    if is_false_alarm(visit.turn):
        visit.turn = without_alarm(visit.turn)
    turn = visit.turn
    if turn.intent == "crisis" or "self_harm" in (turn.analysis.get("risk_flags") or []):
        visit.events += help_at_the_menu(visit.dispatcher, visit.tracker)
    elif turn.intent in LANGUAGE_INTENTS:
        visit.events += choose_language(visit.dispatcher, visit.tracker)
        visit.ask = requested
    elif turn.intent == "manage":
        await _choose(visit, _choice_of(turn))
    elif choice := _button_in_words(requested, turn):
        await _choose(visit, choice)
    elif turn.intent == "resume_draft":
        visit.events.append(FollowupAction("action_resume_draft"))
    elif turn.intent == "notify_me":
        await choose_notices(visit.dispatcher, visit.tracker)
        visit.ask = requested
    elif turn.intent in _LEAVING:
        visit.say("utter_nothing_done" if requested == "access_confirm" else "utter_access_left")
        visit.ask = "access_choice" if requested == "access_confirm" and visit.is_open() else None
    elif requested == "access_text":
        await _add(visit)
    elif requested == "access_confirm" and turn.intent == "affirm":
        await _CONFIRMED[visit.purpose](visit)
    elif requested == "access_told" and turn.intent in {"start_report", "add_information"}:
        await _about_told(visit, "new_matter" if turn.intent == "start_report" else "add_told")
    elif turn.intent in _PURPOSES:
        await _choose(visit, _PURPOSES[turn.intent])
    elif turn.intent in {"status", "check_status"}:
        visit.state["purpose"] = "status" if visit.is_open() else visit.purpose
        await _identify(visit)
    elif requested in _MENU and visit.is_open() and turn.intent in _TELLING and _adds(turn):
        await _add(visit)
    elif turn.intent in {"question", "ask_item"} and not any(reference_and_pin(turn.text)):
        await answer_question(visit.dispatcher, visit.tracker, in_form=True)
        visit.ask = requested
    elif requested in _MENU and visit.is_open() and turn.intent in _TELLING and _tells(turn):
        await _told_in_menu(visit)
    elif turn.intent in {"report", "tip_off", "start_report", "continue_report"} and _is_new_matter(turn):
        visit.events.append(FollowupAction("complaint_form"))
    elif requested in {"access_reference", "access_pin"}:
        await _identify(visit)
    elif turn.intent in {"thanks", "greet"}:
        visit.say("utter_welcome" if turn.intent == "thanks" else "utter_greet")
    else:
        visit.say("utter_please_choose")
        visit.ask = requested


def _is_new_matter(turn: Turn) -> bool:
    return turn.intent in {"start_report", "continue_report"} or is_story(turn)


def _button_in_words(requested: str, turn: Turn) -> str | None:
    """The choice of a button that the message says in words."""
    if requested == "access_confirm":
        return "yes" if means(turn.text, "access_words", "yes") else None
    if requested in {"access_reference", "access_pin"} and not any(reference_and_pin(turn.text)):
        lacks = turn.intent == "skip" or says(turn.text, "no_reference", brief=True)
        return "no_reference" if lacks and len(turn.text.split()) <= _BRIEF else None
    return "done" if means(turn.text, "access_words", "done") else None


def _adds(turn: Turn) -> bool:
    """Whether a message is marked as more to the complaint that is open: "add: …", "he also …"."""
    asks = "?" in turn.text or "؟" in turn.text
    if asks or len(turn.text.split()) < _LEAST_ADDED:
        return False
    return bool(_ADD.match(turn.text)) or (says(turn.text, "adds", brief=True) and _tells(turn))


def _tells(turn: Turn) -> bool:
    """Whether a message tells something: a story, or a number or link of somebody."""
    return is_story(turn) or bool(turn.analysis.get("observables"))


async def _told_in_menu(visit: _Visit) -> None:
    """More to the open complaint, or another matter: only the person knows. Kept until they say."""
    kept = ("incident_type", "confidence", "alternatives", "observables", "platform", "amount_pkr", "risk_flags")
    found = {name: visit.turn.analysis.get(name) for name in kept}
    visit.state["told"] = {"text": visit.turn.text, "analysis": found}
    visit.ask = "access_told"


async def _about_told(visit: _Visit, choice: str) -> None:
    """What was told in the menu goes to the open complaint, or opens a new one."""
    told = visit.state.pop("told", None)
    if told and choice == "new_matter":
        waiting = {**(visit.tracker.get_slot("progress") or {}), "next_story": told}
        visit.events += [SlotSet("progress", waiting), FollowupAction("complaint_form")]
        return
    if told:
        visit.turn = replace(visit.turn, text=told["text"], analysis=told["analysis"])
        await _add(visit)
        return
    visit.ask = "access_choice" if visit.is_open() else None


async def _identify(visit: _Visit) -> None:
    """Take reference and PIN out of the message, and go on once both fit."""
    reference, pin = reference_and_pin(visit.turn.text)
    if reference and reference != visit.state.get("reference"):
        visit.state = {"purpose": visit.purpose, "reference": reference, "until": None}
    if visit.is_open():
        await _go_on(visit)
        return
    if not visit.state.get("reference"):
        asked_before = visit.tracker.get_slot("requested_slot") == "access_reference"
        if misspells_reference(visit.turn.text):
            visit.say("utter_access_mistyped")
        elif asked_before:
            visit.say("utter_access_no_reference")
        visit.ask = "access_reference"
        return
    if not pin:
        if visit.tracker.get_slot("requested_slot") == "access_pin" and not reference:
            visit.say("utter_access_no_pin")
        visit.ask = "access_pin"
        return
    await _authenticate(visit, pin)


async def _authenticate(visit: _Visit, pin: str) -> None:
    sender, now = visit.tracker.sender_id, datetime.now(UTC)
    judge = partial(access().authenticate, visit.reference, pin, sender, now=now)
    verdict = await asyncio.to_thread(judge)
    if verdict == "ok":
        await asyncio.to_thread(access().belongs, visit.reference, sender)
        visit.state["until"] = (now + OPEN_FOR).isoformat()
        await _go_on(visit)
        return
    visit.state |= {"reference": None, "until": None}
    visit.say(f"utter_access_{verdict}")
    visit.ask = "access_reference" if verdict == "wrong" else None


async def _go_on(visit: _Visit) -> None:
    """What the person came for, with a record that is theirs."""
    record = await asyncio.to_thread(store().get, visit.reference)
    if record is None:  # erased meanwhile
        visit.say("utter_access_wrong")
        visit.state |= {"reference": None, "until": None}
        return
    visit.ask = "access_choice"
    if visit.purpose == "receipt":
        visit.say("utter_receipt_again")
        offer_receipt(visit.dispatcher, record, language_of(visit.tracker))
    elif visit.purpose in {"add", "withdraw"} and record["status"] in {"withdrawn", "closed"}:
        visit.say(f"utter_status_{record['status']}", reference=visit.reference)
    elif visit.purpose == "add":
        _offer_files(visit, record)
        visit.ask = "access_text"
    elif visit.purpose in _CONFIRMED:
        visit.ask = "access_confirm"
    else:
        status = "waiting" if record["status"] == "received" else record["status"]
        external_id = record["forwarding"]["external_id"] or ""
        visit.say(f"utter_status_{status}", reference=visit.reference, external_id=external_id)
        if status not in ENDED:
            await _tell_files(visit)


async def _choose(visit: _Visit, choice: str) -> None:
    """A tapped button, or word of the gateway that a file came."""
    if choice in _FILE_CHOICES:
        visit.state["purpose"] = "status"
        await _files(visit, choice)
    elif choice == ERASE_NOW:
        await _erase_now(visit)
    elif choice == "yes" and visit.purpose in _CONFIRMED:
        await _CONFIRMED[visit.purpose](visit)
    elif choice in {"add_told", "new_matter"}:
        await _about_told(visit, choice)
    elif choice == "done":
        visit.say("utter_access_left")
    elif choice == "no":
        visit.say("utter_nothing_done")
        visit.ask = "access_choice" if visit.is_open() else None
    elif choice == "no_reference":
        if visit.purpose == "erase":
            visit.state["purpose"] = "erase_chat"
            visit.ask = "access_confirm"
        else:
            visit.say("utter_access_without")
    else:
        visit.state["purpose"] = choice
        if choice == "erase_chat":
            visit.ask = "access_confirm"
        else:
            await _identify(visit)


async def _files(visit: _Visit, choice: str) -> None:
    """A file was kept with the complaint, or the person said whether one shows a private picture."""
    if choice == "file_added" and visit.state.get("reference"):
        visit.say("utter_file_added", reference=visit.reference)
        await _tell_files(visit)
    if not visit.is_open():
        await _identify(visit)
        return
    visit.ask = "access_choice"
    if choice != "file_added":
        visit.state["private_pictures"] = choice == "file_private"
        visit.say("utter_evidence_private" if choice == "file_private" else "utter_evidence_ready")


async def _tell_files(visit: _Visit) -> None:
    """How many files there are, and how many of them the complaint system has."""
    delivered = partial(Evidence(store(), settings().evidence_files).delivered, visit.reference)
    count, sent = await asyncio.to_thread(delivered)
    if count:
        said = "utter_files_forwarded" if sent == count else "utter_files_waiting"
        visit.say(said, count=count, sent=sent, waiting=count - sent)


def _offer_files(visit: _Visit, record: dict[str, Any]) -> None:
    has_room = len(record["evidence"]) < settings().evidence_files
    if has_room and refusal_later(record, visit.state) in {None, "ask_first"}:
        visit.say("utter_file_offer_later")


async def _add(visit: _Visit) -> None:
    if not visit.is_open():
        await _identify(visit)
        return
    told = [*(visit.state.get("risk_flags") or ()), *(visit.turn.analysis.get("risk_flags") or ())]
    visit.state["risk_flags"] = list(dict.fromkeys(told))  # they decide on files too
    text = _ADD.sub("", visit.turn.text, count=1) or visit.turn.text
    taken = await asyncio.to_thread(partial(access().add, visit.reference, text, now=datetime.now(UTC)))
    visit.say("utter_access_added" if taken else "utter_access_full")
    visit.ask = "access_choice"


async def _withdraw(visit: _Visit) -> None:
    if not visit.is_open():
        await _identify(visit)
        return
    await asyncio.to_thread(partial(access().withdraw, visit.reference, now=datetime.now(UTC)))
    visit.say("utter_withdrawn", reference=visit.reference)


async def _erase(visit: _Visit) -> None:
    if not visit.is_open():
        await _identify(visit)
        return
    erased = await asyncio.to_thread(partial(access().erase, visit.reference, now=datetime.now(UTC)))
    await _erase_conversation(visit)
    visit.say("utter_erased", reference=visit.reference)
    _tell_copies(visit, erased)
    _close_conversation(visit)


async def _erase_chat(visit: _Visit) -> None:
    await _erase_conversation(visit)
    visit.say("utter_erased_chat")
    _close_conversation(visit)


async def _erase_now(visit: _Visit) -> None:
    """The same without asking, and in words that tell a reader over the shoulder nothing."""
    await _erase_conversation(visit)
    visit.say("utter_erased_now")
    _close_conversation(visit)


def _tell_copies(visit: _Visit, erased: Erased | None) -> None:
    if erased is None or not erased.was_forwarded:
        visit.say("utter_erased_no_copy")
    elif erased.external_id:
        visit.say("utter_erased_copy", external_id=erased.external_id)
    else:
        visit.say("utter_erased_maybe_copy")


async def _erase_conversation(visit: _Visit) -> None:
    """Forget the draft and the tips, and have the events of this conversation erased once its turn is over.

    Where the draft was taken up elsewhere, those conversations go too: they hold the same story.
    """
    draft_id, sender, now = visit.tracker.get_slot("draft_id"), visit.tracker.sender_id, datetime.now(UTC)
    told_in = await asyncio.to_thread(partial(drafts().delete, str(draft_id), now=now)) if draft_id else []
    await asyncio.to_thread(lambda: subscribers().remove(str(sender)))
    await asyncio.to_thread(_schedule, sender, [name for name in told_in if name != sender], now)


def _schedule(sender: str, others: list[str], now: datetime) -> None:
    with store().database.write() as connection:
        schedule_erasure(connection, [sender], now)
        schedule_erasure(connection, others, now, elsewhere=True)


def _close_conversation(visit: _Visit) -> None:
    if channel_of(visit.tracker) == "telegram":
        visit.say("utter_erased_telegram")
    visit.dispatcher.utter_message(json_message={"erase": True})
    visit.state = {}
    visit.events += [SlotSet(name, None) for name in (*FACTS, "reference", "submitted")]


def _choice_of(turn: Turn) -> str:
    return turn.choice or "status"


_CONFIRMED: dict[str, Callable[[_Visit], Awaitable[None]]] = {
    "withdraw": _withdraw,
    "erase": _erase,
    "erase_chat": _erase_chat,
}
