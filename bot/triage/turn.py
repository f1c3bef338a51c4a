"""One message of a person, and what it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Facts = dict[str, Any]
Ending = Literal["suspended", "cancelled", "declined", "submit"]


@dataclass(frozen=True)
class Turn:
    """One message of the person: intent, text, the analysis of the text, and what a tapped button carries.

    `compares` and `supposes` are what knowledge/ makes of it: it asks how two crimes differ, or what would be if.
    """

    intent: str
    text: str = ""
    analysis: Mapping[str, Any] = field(default_factory=dict)
    entities: tuple[Mapping[str, Any], ...] = ()
    field: str | None = None
    choice: str | None = None
    compares: bool = False
    supposes: bool = False


@dataclass(frozen=True)
class Say:
    """Something to say: a response by name with its values, or a text of knowledge/ by key.

    The value `field` is a field whose name is shown, `fields` a list of fields shown with what they now hold;
    `choices` are buttons, each a field and a choice.
    """

    response: str | None = None
    first_steps: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[tuple[str, str], ...] = ()


@dataclass
class Outcome:
    """What a turn leads to. `ask` is the next question; with `ended` set nothing is asked."""

    facts: Facts
    say: list[Say] = field(default_factory=list)
    ask: str | None = None
    ended: Ending | None = None
    answer_question: bool = False


def progress(facts: Facts) -> dict[str, Any]:
    """What the conversation remembers of itself: what was said, asked, missed and put off."""
    return dict(facts.get("progress") or {})


def with_progress(facts: Facts, **changes: Any) -> Facts:
    """The facts with these marks of the conversation changed."""
    return {**facts, "progress": {**progress(facts), **changes}}


def is_choosing(facts: Facts) -> bool:
    """Whether the person taps several wishes, one after the other, until they say that it is all."""
    return bool(progress(facts).get("choosing"))


def is_empty(value: Any) -> bool:
    """Whether a field has no answer."""
    return value in (None, "", []) or value == {}
