"""The quiz as a conversation: what a turn changes, what is said about it and what is asked next.

Pure rules over a plain state, so that they are tested without Rasa. Wording is named here and written in
data/responses and knowledge/quiz.yml.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from bot.learning.questions import Question, Quiz
from bot.learning.typed import read_choice, read_name

MIXED = 10  # questions of a mixed round
CERTIFICATE_FROM = 0.7  # share of right answers from which there is a certificate

State = dict[str, Any]
HandOver = Literal["question", "complaint", "out_of_scope", "chitchat"]
_ELSEWHERE: dict[str, HandOver] = {
    "report": "complaint",
    "tip_off": "complaint",
    "start_report": "complaint",
    "continue_report": "complaint",
    "question": "question",
    "out_of_scope": "out_of_scope",
    "chitchat": "chitchat",
}
_FEW_WORDS = 3  # that make no sense here are a mistyped answer rather than another subject
_FEWEST_REPEATED = 3  # words of a choice that are surely a repetition of it
_SURE = 0.95  # from this probability of an incident type a few words ("account hacked") are no name


@dataclass(frozen=True)
class Turn:
    """One message: its intent, its text, what a tapped button carries, and how surely the text names an incident."""

    intent: str
    text: str = ""
    choice: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True)
class Say:
    """Something to say: a response by name with its values and buttons; a certificate has a holder."""

    response: str
    values: Mapping[str, Any] = field(default_factory=dict)
    buttons: tuple[dict[str, str], ...] = ()
    holder: str | None = None


@dataclass
class Outcome:
    """What a turn leads to.

    While `open`, the next message is read as an answer; `hand_over` names the part that takes this one.
    """

    state: State | None
    say: list[Say] = field(default_factory=list)
    open: bool = False
    hand_over: HandOver | None = None


def take_turn(state: State | None, turn: Turn, content: Quiz, language: str) -> Outcome:
    """What one message to the quiz does."""
    return _Game(content, language, _still_known(state, content)).turn(turn)


def is_answer(state: State | None, text: str, content: Quiz) -> bool:
    """Whether a text repeats a choice of the open question, which may read like a cry for help and is none."""
    known = _still_known(state, content)
    question = _Game(content, "en", known).open_question()
    too_few = len(text.split()) < _FEWEST_REPEATED and not text.strip().isdecimal()
    if not known or not question or too_few:
        return False
    return read_choice(text, question, shuffled(question, known["seed"])) is not None


def show(state: State | None, content: Quiz, language: str) -> Outcome:
    """Ask again what is open, in this language."""
    return _Game(content, language, _still_known(state, content)).again()


def shuffled(question: Question, seed: str) -> list[int]:
    """The order in which the choices are shown: the same whenever this round shows them."""
    order = list(range(len(question.choices)))
    Random(f"{seed}:{question.id}").shuffle(order)  # noqa: S311
    return order


def new_round(content: Quiz, topic: str | None, seed: str) -> State:
    """A round of one topic, or of mixed questions over all topics."""
    chance = Random(seed)  # noqa: S311
    by_topic = {name: [q.id for q in content.questions.values() if q.topic == name] for name in content.topics}
    for ids in by_topic.values():
        chance.shuffle(ids)
    if topic:
        ids = by_topic[topic]
    else:
        names = list(by_topic)
        chance.shuffle(names)
        rounds = max(len(found) for found in by_topic.values())
        ids = [by_topic[name][turn] for turn in range(rounds) for name in names if turn < len(by_topic[name])][:MIXED]
    return {"ids": ids, "todo": list(ids), "pass": len(ids), "right": [], "seed": seed, "phase": "question"}


def _still_known(state: State | None, content: Quiz) -> State | None:
    """The state without questions that were taken out of the quiz since."""
    if not state:
        return None
    kept = {**state, **{k: [i for i in state[k] if i in content.questions] for k in ("ids", "todo", "right")}}
    return kept if kept["ids"] else None


def _payload(choice: str) -> str:
    return f'/quiz_choose{{"quiz_choice":"{choice}"}}'


class _Game:
    """One turn of the quiz in one language."""

    def __init__(self, content: Quiz, language: str, state: State | None) -> None:
        self._content, self._language, self._state = content, language, state

    def turn(self, turn: Turn) -> Outcome:
        """What the message does."""
        if turn.choice is not None:
            return self._choose(turn.choice)
        if turn.intent == "quiz":
            return self._menu()
        if turn.intent == "quiz_continue":
            return self.again()
        if turn.intent == "start_over":
            return self._menu()
        if turn.intent in {"stop", "goodbye"}:
            return self._pause()
        if self._state and self._state["phase"] == "name":
            return self._name(turn)
        if self._state and self._state["phase"] == "question" and self._state["todo"]:
            return self._answer_in_words(turn)
        return self._elsewhere(turn) or self._menu()

    def again(self) -> Outcome:
        """What is open, once more; the menu when nothing is."""
        if not self._state:
            return self._menu()
        if self._state["phase"] == "name":
            return Outcome(self._state, [Say("utter_quiz_ask_name")], open=True)
        if self._state["todo"]:
            return self._ask(self._state)
        return self._result(self._state)

    def _choose(self, choice: str) -> Outcome:
        """A tapped button of the quiz."""
        kind, _, rest = choice.partition(":")
        if kind == "answer":
            return self._tapped_answer(rest)
        if kind == "mixed" or (kind == "topic" and rest in self._content.topics):
            return self._ask(new_round(self._content, rest or None, secrets.token_hex(4)))
        if kind == "topics":
            return Outcome(self._state, [Say("utter_quiz_topics", buttons=self._topics())])
        if kind == "retake" and self._wrong():
            wrong = self._wrong()
            state = {**(self._state or {}), "todo": wrong, "pass": len(wrong), "phase": "question"}
            return self._ask(state)
        if kind == "certificate" and self._has_earned():
            return Outcome({**(self._state or {}), "phase": "name"}, [Say("utter_quiz_ask_name")], open=True)
        if kind == "stop":
            return self._pause()
        return self._menu() if kind == "menu" else self.again()

    def _pause(self) -> Outcome:
        return Outcome(self._state, [Say("utter_quiz_paused", buttons=self._buttons("continue"))])

    def _tapped_answer(self, rest: str) -> Outcome:
        name, _, position = rest.partition(":")
        open_question = self.open_question()
        if not open_question or open_question.id != name or not position.isdecimal():
            return self.again()  # a button of an earlier question
        return self._mark(open_question, int(position))

    def _answer_in_words(self, turn: Turn) -> Outcome:
        question = self.open_question()
        assert question and self._state  # noqa: S101  (the caller looked)
        chosen = read_choice(turn.text, question, shuffled(question, self._state["seed"]))
        if chosen is not None:
            return self._mark(question, chosen)
        if turn.intent == "skip":
            return self._mark(question, None)
        return self._elsewhere(turn) or self._ask(self._state, before=[Say("utter_quiz_which")])

    def _elsewhere(self, turn: Turn) -> Outcome | None:
        """Another part of the product takes the message; the quiz keeps its place."""
        goes = _ELSEWHERE.get(turn.intent)
        if goes in {"out_of_scope", "chitchat"} and len(turn.text.split()) <= _FEW_WORDS:
            return None
        if goes == "complaint":
            return Outcome(self._state, hand_over=goes)
        waits = [Say("utter_quiz_waits", buttons=self._buttons("continue", "stop"))]
        return Outcome(self._state, waits, open=True, hand_over=goes) if goes else None

    def _name(self, turn: Turn) -> Outcome:
        """The name for the certificate."""
        tells = _ELSEWHERE.get(turn.intent) == "complaint" and turn.confidence >= _SURE
        name = None if tells else read_name(turn.text)
        if name and turn.intent != "skip":
            state = {**(self._state or {}), "phase": "result"}
            values = {"score": len(state["right"]), "total": len(state["ids"])}
            return Outcome(state, [Say("utter_quiz_certificate", values, self._buttons("menu"), holder=name)])
        if turn.intent in {"skip", "deny", "go_back"}:
            return self._result({**(self._state or {}), "phase": "result"})
        return self._elsewhere(turn) or Outcome(self._state, [Say("utter_quiz_name_unclear")], open=True)

    def _mark(self, question: Question, chosen: int | None) -> Outcome:
        """Right or wrong with the reason, then the next question or the result."""
        assert self._state  # noqa: S101  (a question is open)
        state = {**self._state, "todo": self._state["todo"][1:]}
        if chosen == 0:
            state["right"] = [*state["right"], question.id]
        response = {0: "utter_quiz_right", None: "utter_quiz_shown"}.get(chosen, "utter_quiz_wrong")
        values = {
            "right": self._lettered(question, state["seed"])[0],
            "why": question.why[self._language],
            "item": question.item,
        }
        said = [Say(response, values)]
        return self._ask(state, before=said) if state["todo"] else self._result(state, before=said)

    def _ask(self, state: State, before: list[Say] | None = None) -> Outcome:
        question = self._content.questions[state["todo"][0]]
        lettered = self._lettered(question, state["seed"])
        order = shuffled(question, state["seed"])
        letters = self._content.letters[self._language]
        values = {
            "number": state["pass"] - len(state["todo"]) + 1,
            "total": state["pass"],
            "question": question.question[self._language],
            "choices": "\n".join(lettered[n] for n in order),
        }
        buttons = tuple(
            {"title": letters[place], "payload": _payload(f"answer:{question.id}:{n}")} for place, n in enumerate(order)
        )
        asked = Say("utter_quiz_question", values, buttons)
        return Outcome({**state, "phase": "question"}, [*(before or []), asked], open=True)

    def _result(self, state: State, before: list[Say] | None = None) -> Outcome:
        state = {**state, "phase": "result"}
        self._state = state
        score, total = len(state["right"]), len(state["ids"])
        how = "all" if score == total else "good" if self._has_earned() else "more"
        offered = ["retake"] if score < total else []
        offered += ["certificate"] if self._has_earned() else []
        said = Say(f"utter_quiz_result_{how}", {"score": score, "total": total}, self._buttons(*offered, "menu"))
        return Outcome(state, [*(before or []), said])

    def _menu(self) -> Outcome:
        """What can be started; an unfinished round first."""
        unfinished = bool(self._state and self._state["todo"])
        offered = ["continue"] if unfinished else []
        response = "utter_quiz_menu_unfinished" if unfinished else "utter_quiz_menu"
        return Outcome(self._state, [Say(response, buttons=self._buttons(*offered, "mixed", "topics"))])

    def open_question(self) -> Question | None:
        """The question that waits for its answer."""
        if not self._state or self._state["phase"] != "question" or not self._state["todo"]:
            return None
        return self._content.questions[self._state["todo"][0]]

    def _wrong(self) -> list[str]:
        state = self._state or {"ids": [], "right": []}
        return [name for name in state["ids"] if name not in state["right"]]

    def _has_earned(self) -> bool:
        state = self._state
        finished = bool(state and not state["todo"])
        return bool(state and finished and len(state["right"]) >= CERTIFICATE_FROM * len(state["ids"]))

    def _lettered(self, question: Question, seed: str) -> dict[int, str]:
        """Each choice with the letter that it is shown under."""
        letters, order = self._content.letters[self._language], shuffled(question, seed)
        return {n: f"{letters[place]}) {question.choices[n][self._language]}" for place, n in enumerate(order)}

    def _buttons(self, *names: str) -> tuple[dict[str, str], ...]:
        return tuple(
            {"title": self._content.buttons[name][self._language], "payload": _payload(name)} for name in names
        )

    def _topics(self) -> tuple[dict[str, str], ...]:
        return tuple(
            {"title": texts[self._language], "payload": _payload(f"topic:{name}")}
            for name, texts in self._content.topics.items()
        )
