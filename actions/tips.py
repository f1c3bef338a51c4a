"""Safety tips: one now, or regularly on Telegram."""

import asyncio
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.shared import entity, language_of
from bot.knowledge.load import knowledge
from bot.learning.subscribers import Subscribers, open_subscribers
from bot.learning.tips import FREQUENCIES, all_tips, next_tip
from bot.sealed import Sealed
from bot.settings import settings
from bot.triage.database import StoreError

INTENTS = {"tips", "tips_choose", "tips_stop"}
_TELEGRAM = "tg-"


@lru_cache
def subscribers() -> Subscribers:
    """The subscribers' table of this process."""
    return open_subscribers(settings())


class Tips(Action):
    """Offers, starts, changes and stops the tips, and speaks from what was really stored."""

    def name(self) -> str:
        return "action_tips"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        await tips(dispatcher, tracker)
        return []


async def tips(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """One turn about tips."""
    intent = (tracker.latest_message.get("intent") or {}).get("name")
    choice = "stop" if intent == "tips_stop" else entity(tracker, "tips_choice")
    language, conversation = language_of(tracker), str(tracker.sender_id)
    try:
        if choice == "stop":
            await asyncio.to_thread(lambda: subscribers().remove(conversation))
            dispatcher.utter_message(response="utter_tips_stopped")
        elif not conversation.startswith(_TELEGRAM):
            dispatcher.utter_message(response="utter_tips_only_telegram")
            _give(dispatcher, _a_tip(tracker), language)
        elif choice == "now":
            _give(dispatcher, _a_tip(tracker), language)
        elif choice in FREQUENCIES:
            tip = await asyncio.to_thread(_subscribe, tracker, conversation, language, str(choice))
            dispatcher.utter_message(response=f"utter_tips_{choice}")
            _give(dispatcher, tip, language)
        else:
            has = await asyncio.to_thread(lambda: subscribers().frequency(conversation))
            dispatcher.utter_message(response="utter_tips_have" if has else "utter_tips_offer")
    except StoreError:
        dispatcher.utter_message(response="utter_tips_trouble")


def _subscribe(tracker: Tracker, conversation: str, language: str, frequency: str) -> str:
    """Store the subscription; the gateway sends the chat's address along, sealed."""
    sealed = (tracker.latest_message.get("metadata") or {}).get("address") or ""
    address = Sealed(settings().secret("session"), "telegram").open(sealed)
    if address is None:
        raise StoreError("the message came without the chat's address")
    chat_id = address["chat"]
    now = datetime.now(UTC)
    return subscribers().add(
        conversation, chat_id=chat_id, language=language, frequency=frequency, now=now, tips=all_tips()
    )


def _a_tip(tracker: Tracker) -> str:
    """Another tip each time it is asked for."""
    asked = sum(event.get("event") == "user" for event in tracker.events)
    return next_tip([], f"{tracker.sender_id}:{asked}:{datetime.now(UTC):%j}", all_tips())[0]


def _give(dispatcher: CollectingDispatcher, tip: str, language: str) -> None:
    item = knowledge()[tip]
    dispatcher.utter_message(response="utter_gateway_tip", title=item.title[language], tip=item.answer[language])
