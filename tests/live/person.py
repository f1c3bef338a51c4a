"""A person with a story, who answers whatever the product asks, in whatever order it asks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.triage.plan import fields_of
from tests.live import texts
from tests.live.chats import Answer, Chat

MOST_TURNS = 25


@dataclass(frozen=True)
class Tap:
    """An answer by button: what the button chooses, whatever its title."""

    choice: str


@dataclass(frozen=True)
class Story:
    """What a person tells, answers, asks in between and corrects; `expected` is what staff must read."""

    language: str
    opening: str
    answers: Mapping[str, str | Tap]
    question: tuple[str, str]  # (asked while this is open, the question)
    correction: tuple[str, str | Tap]  # (field, its new value): typed as a whole sentence or chosen by button
    expected: Mapping[str, Any]
    by_button: bool = False  # whether the correction goes through "change something"
    never_asked: frozenset[str] = field(default_factory=frozenset)  # told already in the opening


class Person:
    """Drives one chat through a complaint."""

    def __init__(self, chat: Chat, story: Story) -> None:
        self.chat = chat
        self.story = story
        self.asked: list[str] = []
        self.last = Answer(())
        self._has_asked = False
        self._has_corrected = False

    @property
    def open_question(self) -> str | None:
        """What the product asks now."""
        return texts.asked(self.last.text, self.story.language)

    async def tell(self) -> None:
        """Begin with the story."""
        self.last = await self.chat.say(self.story.opening)

    async def answer_until(self, goal: str) -> None:
        """Answer question after question until `goal` is asked."""
        for _ in range(MOST_TURNS):
            question = self.open_question
            assert question, f"no question of the complaint in: {self.last.text!r}"
            if goal in {question, *fields_of(question)}:
                return
            self.asked.append(question)
            await self._answer(question)
        raise AssertionError(f"{goal} was not asked; these were: {self.asked}")

    async def complain(self) -> None:
        """The whole complaint up to the request to send it, with the question in between and the correction."""
        await self.tell()
        await self.answer_until("send")
        await self._correct()
        assert self.open_question == "send", self.last.text
        assert self._has_asked, f"{self.story.question[0]} was never asked: {self.asked}"
        asked = {*self.asked, *(name for question in self.asked for name in fields_of(question))}
        assert not self.story.never_asked & asked, self.asked

    async def send(self) -> str:
        """The explicit yes; gives what the product says of it."""
        self.last = await self.chat.tap(texts.title(self.story.language, "utter_ask_send", "yes"))
        return self.last.text

    async def _answer(self, question: str) -> None:
        if self.story.question[0] in {question, *fields_of(question)} and not self._has_asked:
            await self._ask_in_between(question)
        language, answer = self.story.language, self._answer_to(question)
        if question == "consent":
            told = texts.pattern("utter_ask_agree", language).search(self.last.text)
            assert told and self._type_name() in told["understood"], self.last.text
            answer = Tap("yes")
        if isinstance(answer, Tap):
            self.last = await self.chat.tap(texts.choice_title(language, question, answer.choice, self.last.buttons))
        else:
            self.last = await self.chat.say(answer)

    def _answer_to(self, question: str) -> str | Tap:
        """What the story has for a question; for a group, all of it in one message."""
        answers = self.story.answers
        parts = [answers[name] for name in fields_of(question) if name in answers]
        taps = [part for part in parts if isinstance(part, Tap)]
        if taps or not parts:
            return taps[0] if taps else Tap("anonymous" if question == "identity" else "skip")
        return ", ".join(str(part) for part in parts)

    async def _ask_in_between(self, question: str) -> None:
        """A question about the law gets its answer with date and source, then the form goes on."""
        self._has_asked = True
        self.last = await self.chat.say(self.story.question[1])
        answers = texts.pattern("utter_answer", self.story.language).search(self.last.text)
        assert answers, self.last.text
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", answers["as_of"])
        assert self.open_question == question, self.last.text

    async def _correct(self) -> None:
        language, (name, value) = self.story.language, self.story.correction
        if self.story.by_button:
            self.last = await self.chat.tap(texts.title(language, "utter_ask_send", "change"))
            assert self.open_question == "which_line", self.last.text
            self.last = await self.chat.tap(texts.label("fields", name, language))
            assert self.open_question == name, self.last.text
            said = value if isinstance(value, str) else None
            title = "" if said else texts.choice_title(language, name, value.choice, self.last.buttons)
            self.last = await (self.chat.say(said) if said else self.chat.tap(title))
            return
        assert isinstance(value, str)
        self.last = await self.chat.say(value)
        changed = texts.pattern("utter_changed", language).search(self.last.text)
        assert changed and texts.label("fields", name, language) in changed["noted"], self.last.text

    def _type_name(self) -> str:
        return texts.label("incident_types", self.story.expected["incident_type"], self.story.language)
