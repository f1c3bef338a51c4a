"""The product's own wording, so that tests compare with what the response files say today."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from bot.settings import PROJECT

_BY_NAME = (
    "description", "platform", "amount_pkr", "suspect_contacts", "suspect_relationship", "transaction_id", "occurred",
    "city", "complainant_name", "complainant_contact", "on_behalf_of", "adult_support", "money", "trace", "who", "what_where",
    "when_city", "identity", "stop_choice", "restart_choice", "other_matter", "which_no",
)  # fmt: skip
QUESTIONS = {
    **{f"utter_ask_complaint_form_{name}": name for name in _BY_NAME},
    "utter_ask_agree": "consent",
    "utter_ask_consent": "consent",
    **dict.fromkeys(("utter_ask_wishes", "utter_ask_wishes_several", "utter_ask_wishes_more"), "desired_outcome"),
    "utter_ask_which_type": "which_type",
    "utter_ask_send": "send",
    "utter_ask_which_line": "which_line",
}
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


def choice_title(language: str, field: str, choice: str, offered: Collection[str]) -> str:
    """Title of the offered button that chooses `choice` for a field of the complaint form."""
    titles = titles_of(language, f'choose{{"field":"{field}","choice":"{choice}"}}')
    group = {"incident_type": "incident_types", "desired_outcome": "outcomes", "change_line": "fields"}.get(field)
    labels = _labels()
    titles |= {
        str(entry[choice][language]) for name, entry in labels.items() if name in {group, "choices"} and choice in entry
    }
    found = [title for title in offered if title in titles]
    assert found, f"no button for {field}={choice} among {list(offered)}"
    return found[-1]


def titles_of(language: str, command: str) -> set[str]:
    """Titles of all buttons that send this command, such as `/continue_report`."""
    return {
        shown
        for found in _responses().values()
        for shown, payload in found[language].buttons
        if payload == f"/{command}"
    }


def label(group: str, key: str, language: str) -> str:
    """A name of a thing, as knowledge/labels.yml has it."""
    return str(_labels()[group][key][language])


def asked(told: str, language: str) -> str | None:
    """Which question of the complaint form `told` ends with."""
    for response, question in QUESTIONS.items():
        if any(match.end() == len(told) for match in pattern(response, language).finditer(told)):
            return question
    return None


@lru_cache
def _labels() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((PROJECT / "knowledge" / "labels.yml").read_text(encoding="utf-8"))
    return content


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
