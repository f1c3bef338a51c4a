"""Answers offer their picture card, and a tap on it shows the card with its date."""

from typing import Any

import pytest

from actions import pictures
from actions.answers import answer_question
from bot.knowledge.load import knowledge
from bot.knowledge.texts import label
from bot.pictures.cards import address_of, cards
from bot.triage.taxonomy import LANGUAGES


class Said:
    """A dispatcher that keeps what was said."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def utter_message(self, **message: Any) -> None:
        self.messages.append(message)


class Tapped:
    """A tracker in which an item was tapped."""

    def __init__(self, item: str, part: str, language: str) -> None:
        self.latest_message: dict[str, Any] = {}
        self._entities = {"item": item, "part": part}
        self._language = language

    def get_slot(self, name: str) -> Any:
        return self._language if name == "language" else None

    def get_latest_entity_values(self, name: str) -> Any:
        return iter([self._entities[name]] if name in self._entities else [])


async def said(item: str, part: str, language: str, *, in_form: bool = False) -> list[dict[str, Any]]:
    dispatcher = Said()
    await answer_question(dispatcher, Tapped(item, part, language), in_form=in_form)  # type: ignore[arg-type]
    return dispatcher.messages


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_answer_offers_its_card(language: str) -> None:
    """The first button is the picture; the text stays first and short."""
    (answer,) = await said("scam_bank_otp", "answer", language)
    first = answer["buttons"][0]
    assert first["title"] == label("answer_buttons", "picture", language)
    assert first["payload"] == '/ask_item{"item":"scam_bank_otp","part":"picture"}'


@pytest.mark.parametrize("in_form", [False, True])
async def test_a_tap_shows_the_card_then_next_steps(in_form: bool) -> None:
    """The card with its words, then its date; no second offer of the same picture."""
    picture, under = await said("scam_bank_otp", "picture", "ur", in_form=in_form)
    card = cards("ur")["scam_bank_otp"]
    assert picture["json_message"] == {"image": address_of(card), "alt": card.alt}
    assert under["as_of"] == knowledge()["scam_bank_otp"].as_of.isoformat()
    assert label("answer_buttons", "picture", "ur") not in [button["title"] for button in under["buttons"]]
    assert bool([b for b in under["buttons"] if b["payload"] == "/start_report"]) is not in_form


async def test_an_answer_without_a_card_offers_none() -> None:
    """Other answers keep their buttons."""
    (answer,) = await said("about_who", "answer", "en")
    assert label("answer_buttons", "picture", "en") not in [button["title"] for button in answer["buttons"]]


async def test_no_picture_is_offered_where_none_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without fonts answers in words."""
    monkeypatch.setattr(pictures, "_can_draw", lambda: False)
    for part in ("answer", "picture"):
        (answer,) = await said("scam_bank_otp", part, "en")
        assert answer["response"] == "utter_answer"
        assert label("answer_buttons", "picture", "en") not in [button["title"] for button in answer["buttons"]]
