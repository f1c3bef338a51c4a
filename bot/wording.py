"""What the gateway itself says, read from the same kind of response file as Rasa's own answers."""

from pathlib import Path
from typing import Any

import yaml

from bot.settings import PROJECT
from bot.transcript import Reply
from bot.triage.taxonomy import LANGUAGES

_FILES = ("gateway.yml", "gateway_files.yml")
_PREFIX = "utter_gateway_"
_LABEL = "label_"


class WordingError(Exception):
    """The response file is missing, malformed or lacks a language."""


class Wording:
    """Texts by name and language."""

    def __init__(self, folder: Path = PROJECT / "data" / "responses") -> None:
        self._texts = {name: texts for file in _FILES for name, texts in _read(folder / file).items()}

    def say(self, name: str, language: str, **values: object) -> Reply:
        """The text `utter_gateway_<name>` in `language`, with `{placeholders}` filled in."""
        texts = self._texts[name]
        if language not in texts:
            language = "en"
        text = texts[language]
        for key, value in values.items():
            text = text.replace("{" + key + "}", str(value))
        return Reply(text, language=language)

    def labels(self) -> dict[str, dict[str, str]]:
        """Labels of the chat page: language -> label name -> text."""
        names = [name for name in self._texts if name.startswith(_LABEL)]
        return {
            language: {name.removeprefix(_LABEL): self._texts[name][language] for name in names}
            for language in LANGUAGES
        }


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        responses: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]
        texts = {
            name.removeprefix(_PREFIX): {_language(text): str(text["text"]).strip() for text in variations}
            for name, variations in responses.items()
        }
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise WordingError(f"{path.name} cannot be read: {type(error).__name__}") from None
    for name, by_language in texts.items():
        if set(by_language) != set(LANGUAGES):
            raise WordingError(f"{path.name}: {_PREFIX}{name} needs one text for each language")
    return texts


def _language(variation: dict[str, Any]) -> str:
    conditions = variation.get("condition") or [{}]
    return str(conditions[0].get("value"))
