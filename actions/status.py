"""What became of an earlier complaint."""

import asyncio
import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.complaint import store
from bot.triage.record import normalise_reference
from bot.triage.store import StoreError

_REFERENCE_LIKE = re.compile(r"mhz[\w\s-]{8,24}", re.I)


class CheckStatus(Action):
    """Tells whether a record waits or was forwarded, by the reference in the message or of this conversation."""

    def name(self) -> str:
        return "action_check_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        text = tracker.latest_message.get("text") or ""
        match = _REFERENCE_LIKE.search(text)
        reference = normalise_reference(match.group()) if match else tracker.get_slot("reference")
        if not reference:
            dispatcher.utter_message(response="utter_status_needs_reference")
            return []
        try:
            record = await asyncio.to_thread(lambda: store().get(reference))
        except StoreError:
            dispatcher.utter_message(response="utter_status_trouble")
            return []
        if record is None:
            dispatcher.utter_message(response="utter_status_unknown")
            return []
        forwarded = record["status"] == "forwarded"
        dispatcher.utter_message(
            response="utter_status_forwarded" if forwarded else "utter_status_waiting",
            reference=reference,
            external_id=record["forwarding"].get("external_id") or "",
        )
        return []
