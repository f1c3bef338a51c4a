"""The product's own wording, so that tests compare with what the response files say today."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from bot.settings import PROJECT

QUESTIONS = {
    **{
        f"utter_ask_complaint_form_{name}": name
        for name in (
            "description", "consent", "platform", "amount_pkr", "suspect_contacts", "transaction_id", "occurred",
            "city", "complainant_name", "complainant_contact", "stop_choice",
        )
    },
    "utter_ask_type_right": "type_right",
    "utter_ask_which_type": "which_type",
    "utter_ask_send": "send",
    "utter_ask_which_line": "which_line",
}  # fmt: skip
_PLACEHOLDER = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True)
class _Variation:
    text: str
    buttons: tuple[tuple[str, str], ...]  # title, payload


def text(name: str, language: str, **values: object) -> str:
    """The text of a response, with its placeholders filled in."""
    found = _responses()[name][language].text
    for key, value in values.items():
        found = found.replace("{" + key + "}", str(value))
    return found


def pattern(name: str, language: str) -> re.Pattern[str]:
    """A pattern that finds the response; every placeholder is a group of its name."""
    found = _PLACEHOLDER.sub(r"(?P<\1>.*?)", re.escape(text(name, language)))
    return re.compile(found + r"(?=\n\n|\Z)", re.DOTALL)


def title(language: str, response: str, choice: str) -> str:
    """Title of the button of `response` that chooses `choice`."""
    for shown, payload in _responses()[response][language].buttons:
        if json.loads("{" + payload.partition("{")[2] or "{}").get("choice") == choice:
            return shown
    raise AssertionError(f"{response} offers no {choice!r}")


def command_title(language: str, response: str, payload: str) -> str:
    """Title of the button of `response` that sends exactly this payload."""
    return next(shown for shown, sent in _responses()[response][language].buttons if sent == payload)


def label(group: str, key: str, language: str) -> str:
    """A name of a thing, as knowledge/labels.yml has it."""
    labels = yaml.safe_load((PROJECT / "knowledge" / "labels.yml").read_text(encoding="utf-8"))
    return str(labels[group][key][language])


def asked(told: str, language: str) -> str | None:
    """Which question of the complaint form `told` ends with."""
    for response, question in QUESTIONS.items():
        if any(match.end() == len(told) for match in pattern(response, language).finditer(told)):
            return question
    return None


@lru_cache
def _responses() -> dict[str, dict[str, _Variation]]:
    found: dict[str, dict[str, _Variation]] = {}
    for path in sorted((PROJECT / "data" / "responses").glob("*.yml")):
        for name, variations in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items():
            found[name] = dict(map(_variation, variations))
    return found


def _variation(given: dict[str, Any]) -> tuple[str, _Variation]:
    language = (given.get("condition") or [{}])[0].get("value", "en")
    buttons = tuple((button["title"], button["payload"]) for button in given.get("buttons") or ())
    return language, _Variation(given["text"].strip(), buttons)
