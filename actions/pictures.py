"""Offers and shows the picture card that belongs to an answer."""

from functools import lru_cache

from rasa_sdk.executor import CollectingDispatcher

from bot.knowledge.load import Item
from bot.pictures.cards import Card, address_of, card_of_item
from bot.pictures.fonts import missing_fonts

PICTURE = "picture"  # the part of an item that a button asks for


def card_for(item: Item, language: str) -> Card | None:
    """The item's card, unless this machine cannot draw any."""
    return card_of_item(item.id, language) if _can_draw() else None


def show_card(dispatcher: CollectingDispatcher, card: Card, item: Item, buttons: list[dict[str, str]]) -> None:
    """The card first, then its date with the buttons, so that they end the turn."""
    dispatcher.utter_message(json_message={"image": address_of(card), "alt": card.alt})
    dispatcher.utter_message(
        response="utter_picture_next",
        as_of=item.as_of.isoformat(),
        buttons=buttons,
    )


@lru_cache
def _can_draw() -> bool:
    return missing_fonts() is None
