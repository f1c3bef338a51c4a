"""What is said once a complaint is stored: reference, PIN, receipt, and whether to hear of changes."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.shared import entity
from actions.stores import access, store
from bot.triage.routing import bodies_for
from bot.triage.store import StoreError, Submission

OPEN_FOR = timedelta(minutes=15)  # without asking for the PIN again
AGAIN_WITHIN = timedelta(minutes=5)  # a yes repeated in this time gets its answer again


def address_of(tracker: Tracker) -> str | None:
    """Where the channel can reach this person later, sealed by the gateway; None where it cannot."""
    address = (tracker.latest_message.get("metadata") or {}).get("address")
    return str(address) if address else None


def tell_submission(dispatcher: CollectingDispatcher, tracker: Tracker, submission: Submission) -> list[EventType]:
    """The PIN, something to keep, and the offer of notices; gives what the conversation remembers."""
    _tell_pin(dispatcher, submission.reference, submission.pin)
    if address_of(tracker):
        dispatcher.utter_message(response="utter_offer_notices")
    now = datetime.now(UTC)
    done = {"draft_id": tracker.get_slot("draft_id"), "at": now.isoformat()}
    open_ = {"reference": submission.reference, "until": (now + OPEN_FOR).isoformat()}
    return [SlotSet("reference", submission.reference), SlotSet("submitted", done), SlotSet("access", open_)]


def offer_receipt(dispatcher: CollectingDispatcher, record: dict[str, Any], language: str) -> None:
    """Have the channel offer the receipt."""
    receipt = {
        "reference": record["reference"],
        "created_at": record["created_at"],
        "incident_type": record["incident_type"],
        "status": record["status"],
        "external_id": record["forwarding"]["external_id"],
        "also": [body["item"] for body in bodies_for(record)],
        "language": language,
        "asked_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    dispatcher.utter_message(json_message={"keep": {"receipt": receipt}})


def _tell_pin(dispatcher: CollectingDispatcher, reference: str, pin: str) -> None:
    dispatcher.utter_message(response="utter_submitted_pin", pin=pin)
    dispatcher.utter_message(json_message={"keep": {"copy": f"{reference}\nPIN {pin}"}})


class OldChoice(Action):
    """A button or a yes of a complaint that is not open any more; a yes whose answer was lost gets it again."""

    def name(self) -> str:
        return "action_old_choice"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        submitted, reference = tracker.get_slot("submitted"), tracker.get_slot("reference")
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        is_yes = intent == "affirm" or (entity(tracker, "field"), entity(tracker, "choice")) == ("confirm", "yes")
        if not (is_yes and submitted and reference and _is_recent(submitted["at"])):
            dispatcher.utter_message(response="utter_unclear")
            return []
        dispatcher.utter_message(response="utter_submitted_again", reference=reference)
        _tell_pin(dispatcher, reference, store().codes.pin(submitted["draft_id"]))
        return []


class NotifyMe(Action):
    """The person wants to hear of changes, or no longer."""

    def name(self) -> str:
        return "action_notify_me"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        await choose_notices(dispatcher, tracker)
        return []


async def choose_notices(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Turn the notices of this conversation's complaint on or off."""
    reference, wanted = tracker.get_slot("reference"), entity(tracker, "choice") != "no"
    address = address_of(tracker) if wanted else None
    if not reference or (wanted and not address):
        dispatcher.utter_message(response="utter_unclear")
        return
    try:
        await asyncio.to_thread(access().notify, reference, address)
    except StoreError:
        dispatcher.utter_message(response="utter_status_trouble")
        return
    dispatcher.utter_message(response="utter_notices_on" if wanted else "utter_notices_off")


def _is_recent(at: str) -> bool:
    return datetime.now(UTC) - datetime.fromisoformat(at) < AGAIN_WITHIN
