"""Runs a written conversation against the real servers: what is said, what must and must not be heard, the record."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.texts import first_steps
from bot.triage.plan import fields_of
from bot.triage.store import open_store
from tests.auxil.files import PDF, TEXT, picture
from tests.auxil.wording import FORBIDDEN
from tests.live import texts
from tests.live.chats import Answer, SocketChat
from tests.live.stack import Stack

MOST_QUESTIONS = 20
GIVEN = {"picture": picture(), "pdf": PDF, "text": TEXT, "page": b"<html><body>no document</body></html>"}
REFERENCE = re.compile(r"MHZ(?:-[0-9A-Z]{4}){3}")

Step = Mapping[str, Any]


def read(path: Path) -> dict[str, Any]:
    """A conversation file: `language`, `steps`, and `record` (what it must hold) or `record: none`."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


class Conversation:
    """One person talking; keeps everything that was heard, the turns taken and the questions asked."""

    def __init__(self, chat: SocketChat, language: str) -> None:
        self.chat = chat
        self.language = language
        self.last = Answer(())
        self.heard: list[str] = []
        self.asked: list[str] = []
        self.turns = 0
        self.reference: str | None = None

    @property
    def question(self) -> str | None:
        """What is asked now."""
        return texts.asked(self.last.text, self.language)

    async def run(self, steps: list[Step]) -> None:
        """Every step in order."""
        for number, step in enumerate(steps, 1):
            try:
                await self._step(step)
            except AssertionError as error:
                raise AssertionError(f"step {number} {dict(step)}: {error}\n--- heard:\n{self.last.text}") from error

    async def _step(self, step: Step) -> None:
        if "language" in step:
            self.language = step["language"]
        if "say" in step:
            self._note(await self.chat.say(str(step["say"])))
        elif "tap" in step:
            field, choice = next(iter(step["tap"].items()))
            self._note(await self.chat.tap(texts.choice_title(self.language, field, str(choice), self.last.buttons)))
        elif "press" in step:
            self._note(await self.chat.tap(self._command(step["press"])))
        elif "give" in step:
            name, kind = next(iter(step["give"].items()))
            self._note((await self.chat.upload(name, GIVEN[kind]))[1])
        elif "answer" in step:
            await self._answer_all(step["answer"], until=step.get("until", "send"))
        self._check(step)

    async def _answer_all(self, answers: Mapping[str, Any], until: str) -> None:
        """Answer whatever is asked from a table of facts, and leave out what it does not have."""
        for _ in range(MOST_QUESTIONS):
            question = self.question
            assert question, "no question is open"
            if question == until:
                return
            given = answers.get(question) or ", ".join(str(answers[f]) for f in fields_of(question) if f in answers)
            if question == "consent":
                self._note(await self.chat.tap(texts.choice_title(self.language, "consent", "yes", self.last.buttons)))
            elif isinstance(given, Mapping):
                self._note(
                    await self.chat.tap(texts.choice_title(self.language, question, given["tap"], self.last.buttons))
                )
            elif given:
                self._note(await self.chat.say(str(given)))
            else:
                left_out = "anonymous" if question == "identity" else "skip"
                self._note(
                    await self.chat.tap(texts.choice_title(self.language, question, left_out, self.last.buttons))
                )
        raise AssertionError(f"{until} was not asked; these were: {self.asked}")

    def _command(self, payload: str) -> str:
        """Title of an offered button that sends a command such as `continue_report`."""
        titles = texts.titles_of(self.language, payload)
        assert any(title in self.last.buttons for title in titles), f"no {payload} among {self.last.buttons}"
        return next(title for title in titles if title in self.last.buttons)

    def _note(self, answer: Answer) -> None:
        self.last = answer
        self.turns += 1
        self.heard.extend(answer.texts)
        if self.question:
            self.asked.append(self.question)
        found = REFERENCE.search(answer.text)
        self.reference = found.group() if found else self.reference
        for what, pattern in FORBIDDEN.items():
            assert not re.search(pattern, answer.text, re.I), f"{what}: {answer.text}"

    def _check(self, step: Step) -> None:
        for wanted in _listed(step.get("hear")):
            assert self._is_heard(wanted), f"{wanted!r} is not heard"
        for unwanted in _listed(step.get("not")):
            assert not self._is_heard(unwanted), f"{unwanted!r} is heard"
        if "asked" in step:
            assert self.question == step["asked"], f"asked is {self.question}"
        if "turns" in step:
            assert self.turns <= step["turns"], f"{self.turns} turns"

    def _is_heard(self, wanted: str) -> bool:
        """A response by name, a text of knowledge/ as `steps NAME`, or plain words."""
        if wanted.startswith("utter_"):
            return bool(texts.pattern(wanted, self.language).search(self.last.text))
        if wanted.startswith("steps "):
            return first_steps(wanted.removeprefix("steps "), self.language).strip() in self.last.text
        return wanted.lower() in self.last.text.lower()


def check_record(stack: Stack, conversation: Conversation, expected: Any) -> dict[str, Any] | None:
    """The record in the store holds what the conversation says; with `none` there is no reference at all."""
    if expected == "none":
        assert conversation.reference is None
        return None
    assert conversation.reference, conversation.last.text
    store = open_store(stack.settings)
    try:
        record = store.get(conversation.reference)
    finally:
        store.close()
    assert record
    for path, value in expected.items():
        assert _at(record, path) == value, f"{path} is {_at(record, path)!r}, not {value!r}"
    return record


def _at(record: Any, path: str) -> Any:
    """What stands at `complainant.name`; of a list of objects the values of all, in order."""
    value = record
    for part in path.split("."):
        value = [item[part] for item in value] if isinstance(value, list) else value[part]
        if isinstance(value, list) and value and all(isinstance(item, list) for item in value):
            value = [inner for item in value for inner in item]
    return value


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)
