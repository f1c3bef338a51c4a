"""A question to the answering action without Rasa, and what was said to it as a person reads it."""

from typing import Any

import yaml
from rasa_sdk.events import EventType

from actions import answers
from bot.settings import PROJECT


class Said:
    """A dispatcher that keeps what was said."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def utter_message(self, **message: Any) -> None:
        self.messages.append(message)


class Asked:
    """A tracker with one typed question or one tapped button."""

    def __init__(self, text: str = "", language: str = "ur-Latn", *, intent: str = "question", **given: Any) -> None:
        self.latest_message = {"text": text, "intent": {"name": intent}}
        self.slots = {"language": language, "last_item": given.get("last_item")}
        self.entities = {name: given[name] for name in ("item", "part") if name in given}

    def get_slot(self, name: str) -> Any:
        return self.slots.get(name)

    def get_latest_entity_values(self, name: str) -> Any:
        return iter([self.entities[name]] if name in self.entities else [])


async def said_to(text: str = "", language: str = "ur-Latn", **given: Any) -> list[dict[str, Any]]:
    """Everything that is said to a message."""
    said = Said()
    await answers.answer_question(said, Asked(text, language, **given))  # type: ignore[arg-type]
    return said.messages


async def kept_after(text: str, language: str = "ur-Latn", **given: Any) -> list[EventType]:
    """The events that a message leads to."""
    return await answers.answer_question(Said(), Asked(text, language, **given))  # type: ignore[arg-type]


def rendered(message: dict[str, Any], language: str) -> str:
    """A message as the person gets it, with the frame of its response around the answer."""
    path = PROJECT / "data" / "responses" / "answers.yml"
    variations = yaml.safe_load(path.read_text(encoding="utf-8"))["responses"][message["response"]]
    text = next(v["text"] for v in variations if _language(v) == language)
    values = {name: value for name, value in message.items() if name not in ("response", "buttons")}
    return str(text.format(**values))


def _language(variation: dict[str, Any]) -> str:
    return str((variation.get("condition") or [{"value": "en"}])[0]["value"])
