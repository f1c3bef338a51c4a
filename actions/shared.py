"""What every action needs: the turn, the language, and saying things by name."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.knowledge.follow_up import supposes
from bot.knowledge.search import compares
from bot.knowledge.texts import first_steps, label
from bot.triage.after_crisis import kind_of
from bot.triage.interview import FACTS, Say, Turn
from bot.triage.summary import noted_text, summary_text
from bot.triage.taxonomy import LANGUAGES

Json = dict[str, Any]


def language_of(tracker: Tracker) -> str:
    """Language of the conversation."""
    language = tracker.get_slot("language")
    return language if language in LANGUAGES else "en"


def channel_of(tracker: Tracker) -> str:
    """Channel that the gateway named, else the one Rasa knows."""
    metadata = tracker.latest_message.get("metadata") or {}
    return str(metadata.get("channel") or tracker.get_latest_input_channel() or "rest")


def entity(tracker: Tracker, name: str) -> Any:
    """Value of the last entity `name` of the latest message."""
    return next(tracker.get_latest_entity_values(name), None)


def facts_of(tracker: Tracker) -> Json:
    """The facts gathered so far, by slot."""
    return {name: tracker.get_slot(name) for name in FACTS}


def turn_of(tracker: Tracker) -> Turn:
    """The latest message as the interview sees it."""
    message = tracker.latest_message
    intent = (message.get("intent") or {}).get("name") or "unclear"
    text = "" if (message.get("text") or "").startswith("/") else message.get("text") or ""
    return Turn(
        intent=intent,
        text=text,
        analysis=message.get("analysis") or {},
        entities=tuple(message.get("entities") or ()),
        field=entity(tracker, "field"),
        choice=entity(tracker, "choice"),
        compares=compares(text),
        supposes=supposes(text),
    )


def speak(dispatcher: CollectingDispatcher, things: list[Say], facts: Mapping[str, Any], language: str) -> None:
    """Say each thing in order."""
    for thing in things:
        if thing.first_steps:
            dispatcher.utter_message(text=first_steps(thing.first_steps, language))
        elif thing.response == "summary":
            dispatcher.utter_message(response="utter_summary", lines=summary_text(facts, language))
        elif thing.response == "crisis":
            kind = str(thing.values.get("kind") or kind_of(facts.get("risk_flags") or []))
            tell_crisis(dispatcher, kind, language, open_form=True)
        elif thing.response:
            values = dict(thing.values)
            named = values.pop("fields", None) or ([values.pop("field")] if "field" in values else [])
            if named:
                values["noted"] = noted_text(named, facts, language)
            if thing.choices:
                values["buttons"] = [_button(name, choice, language) for name, choice in thing.choices]
            dispatcher.utter_message(response=thing.response, **values)


def _button(name: str, choice: str, language: str) -> dict[str, str]:
    return {"title": label("choices", choice, language), "payload": choose(name, choice)}


def choose(name: str, choice: str) -> str:
    """Payload of a button that answers the field `name`."""
    return f'/choose{{"field":"{name}","choice":"{choice}"}}'


def tell_crisis(dispatcher: CollectingDispatcher, kind: str, language: str, *, open_form: bool) -> None:
    """Help for a danger now; the way back to a complaint is offered, never pushed."""
    dispatcher.utter_message(text=first_steps(kind, language))
    dispatcher.utter_message(response="utter_crisis_continue" if open_form else "utter_crisis_start")
