"""The conversation of a complaint: what a turn changes, what is said about it and what is asked next.

Pure rules over plain facts, so that they are tested without Rasa. Facts are the form's slots by name; wording is
named here and written in data/responses and knowledge.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

import yaml

from bot.settings import PROJECT
from bot.triage.answers import CANNOT, READERS, asks_something, find_correction
from bot.triage.taxonomy import INCIDENT_TYPES, UNSURE

Facts = dict[str, Any]
Ending = Literal["suspended", "cancelled", "declined", "submit"]
STORY_WORDS = 3  # a shorter first message is a wish to complain, not yet a story
CONFIDENT_QUESTION = 0.6
CONFIDENT_TYPE = 0.6  # least probability at which one or two words name a type
FACTS = (
    "draft_id", "report_kind", "incident_type", "type_confirmed", "classifier", "description", "consent", "platform",
    "amount_pkr", "transaction_id", "suspect_contacts", "occurred", "city", "complainant_name", "complainant_contact",
    "victim_minor", "risk_flags", "skipped",
)  # fmt: skip
CHANGEABLE = (
    "incident_type", "description", "platform", "amount_pkr", "transaction_id", "suspect_contacts", "occurred", "city",
    "complainant_name", "complainant_contact",
)  # fmt: skip
UNSKIPPABLE = {"description", "type_confirmed", "consent", "confirm", "stop_choice", "change_line"}
_MERGED = ("platform", "amount_pkr", "transaction_id", "occurred", "city")


@dataclass(frozen=True)
class Turn:
    """One message of the person: intent, text, the analysis of the text, and what a tapped button carries."""

    intent: str
    text: str = ""
    analysis: Mapping[str, Any] = field(default_factory=dict)
    entities: tuple[Mapping[str, Any], ...] = ()
    field: str | None = None
    choice: str | None = None


@dataclass(frozen=True)
class Say:
    """Something to say: a response by name with its values, or a text of knowledge/first_steps by key."""

    response: str | None = None
    first_steps: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Outcome:
    """What a turn leads to. `ask` is the next field; with `ended` set nothing is asked."""

    facts: Facts
    say: list[Say] = field(default_factory=list)
    ask: str | None = None
    ended: Ending | None = None
    answer_question: bool = False


@lru_cache
def plan() -> dict[str, Any]:
    """knowledge/interview.yml."""
    content: dict[str, Any] = yaml.safe_load((PROJECT / "knowledge" / "interview.yml").read_text(encoding="utf-8"))
    return content


def questions(facts: Facts) -> list[str]:
    """Fields that this complaint asks for, in order."""
    if facts.get("report_kind") == "tip_off":
        return list(plan()["tip_off"])
    return list(plan()["questions"].get(facts.get("incident_type") or "other", plan()["questions"]["other"]))


def next_field(facts: Facts) -> str:
    """The first thing still missing, else `confirm`."""
    for name in ("description", "type_confirmed", "consent"):
        if not facts.get(name):
            return name
    skipped = facts.get("skipped") or []
    for name in questions(facts):
        if facts.get(name) in (None, [], "") and name not in skipped:
            return name
    return "confirm"


def absorb(facts: Facts, turn: Turn, *, only_missing: bool = True) -> Facts:
    """Facts with everything that the text tells, without taking away what is already known."""
    found, new = turn.analysis, dict(facts)
    for name in _MERGED:
        value = found.get(name)
        if value is not None and (not only_missing or new.get(name) is None):
            new[name] = value
    known = {item["normalised"] for item in new.get("suspect_contacts") or []}
    fresh = [item for item in found.get("observables") or [] if item["normalised"] not in known]
    if fresh:
        new["suspect_contacts"] = [*(new.get("suspect_contacts") or []), *fresh]
    own = [item["normalised"] for item in found.get("own_contacts") or [] if item["data_type"] in {"phone", "email"}]
    if own and not new.get("complainant_contact"):
        new["complainant_contact"] = own[0]
    new["risk_flags"] = sorted({*(new.get("risk_flags") or []), *(found.get("risk_flags") or [])})
    if found.get("minor"):
        new["victim_minor"] = True
    return new


def tell_story(facts: Facts, turn: Turn) -> Facts:
    """Take a text as (more of) the story: description, type and everything found in it."""
    new = absorb(facts, turn)
    new["description"] = "\n".join(part for part in (facts.get("description"), turn.text.strip()) if part)
    if new.get("type_confirmed"):
        return new
    guess, confidence = turn.analysis.get("incident_type"), turn.analysis.get("confidence", 0.0)
    best_so_far = (facts.get("classifier") or {}).get("confidence", 0.0)
    if guess and (not facts.get("classifier") or confidence >= best_so_far):
        new["classifier"] = {
            "type": guess,
            "confidence": confidence,
            "alternatives": turn.analysis.get("alternatives") or [],
        }
        new["incident_type"] = None if guess == UNSURE else guess
    return new


def start(facts: Facts, turn: Turn) -> Outcome:
    """The turn that opens the form: a story, a wish to complain, or coming back to an open draft."""
    new: Facts = {"draft_id": str(uuid.uuid4()), **{k: v for k, v in facts.items() if v is not None}}
    say: list[Say] = []
    if turn.intent in {"report", "tip_off"}:
        new["report_kind"] = facts.get("report_kind") or turn.intent
        if is_story(turn):
            new = tell_story(new, turn)
            say = urgent_steps(new)
        else:
            new = absorb(new, turn)
    elif facts.get("description"):
        say = [Say("utter_draft_resumed")]
    return Outcome(new, say, ask=next_field(new))


def is_story(turn: Turn) -> bool:
    """Whether the text tells what happened, rather than only that the person wants to complain."""
    confident = turn.analysis.get("confidence", 0.0) >= 0.5
    long_enough = len(turn.text.split()) >= STORY_WORDS
    names_no_type = turn.analysis.get("wish_to_complain", False)
    return long_enough and not names_no_type and (confident or len(turn.text.split()) >= 8)


def urgent_steps(facts: Facts) -> list[Say]:
    """What cannot wait, said before any question."""
    flags = facts.get("risk_flags") or []
    if facts.get("incident_type") == "fraud" and "money_moved_recently" in flags:
        return [Say(first_steps="money_moved")]
    if facts.get("incident_type") == "blackmail" or "threat_to_publish" in flags:
        return [Say(first_steps="threat_to_publish")]
    if facts.get("incident_type") == "child_abuse":
        return [Say(first_steps="child")]
    return []


def take_turn(facts: Facts, requested: str | None, turn: Turn) -> Outcome:
    """What one message inside the form does."""
    requested = requested or next_field(facts)
    if turn.intent == "crisis" or "self_harm" in (turn.analysis.get("risk_flags") or []):
        return Outcome(tell_story(facts, turn), [Say("crisis")], ended="suspended")
    if turn.choice is not None:
        return _choose(facts, requested, turn)
    handler = _ACTS.get(turn.intent)
    if handler:
        outcome: Outcome = handler(facts, requested, turn)
        return outcome
    correction = find_correction(facts, requested, turn)
    if correction:
        name, value = correction
        new = {**facts, name: value}
        return Outcome(new, [Say("utter_changed", values={"field": name})], ask=_after(requested, new))
    if _asks_question(requested, turn):
        return Outcome(facts, ask=requested, answer_question=True)
    return _answer(facts, requested, turn)


def _asks_question(requested: str, turn: Turn) -> bool:
    """A question of the person, as against an answer that happens to read like one."""
    if turn.intent != "question" or len(turn.text.split()) < 2:
        return False
    if "?" in turn.text or "؟" in turn.text or asks_something(turn.text):
        return True
    told = any(turn.analysis.get(name) for name in ("observables", "own_contacts", "amount_pkr", "occurred", "city"))
    sure = turn.analysis.get("kind_confidence", 0.0) >= CONFIDENT_QUESTION
    return sure and not told and requested in {"type_confirmed", "consent", "confirm", "stop_choice", "change_line"}


def _answer(facts: Facts, requested: str, turn: Turn) -> Outcome:
    """Free text while `requested` is open."""
    if requested == "description":
        return _describe(facts, turn)
    if requested == "type_confirmed":
        return _type_from_text(facts, turn)
    if requested in {"consent", "stop_choice", "change_line"}:
        richer = absorb(facts, turn)
        return Outcome(
            richer, [Say("utter_please_choose" if richer == facts else "utter_noted_elsewhere")], ask=requested
        )
    if requested == "confirm":
        return _add_to_story(facts, turn)
    value = READERS[requested](turn)
    if value is None:
        richer = absorb(facts, turn) if requested not in {"complainant_name", "complainant_contact"} else dict(facts)
        say = [Say("utter_noted_elsewhere")] if richer != facts else [Say(f"utter_not_found_{requested}")]
        return Outcome(richer, say, ask=requested)
    if value is CANNOT:
        return _skip(facts, requested, turn)
    keep = {} if requested in {"complainant_contact", "complainant_name"} else absorb(facts, turn)
    new = {**facts, **keep, requested: value}
    return Outcome(new, ask=next_field(new))


def _after(requested: str, facts: Facts) -> str:
    """Stay at an open question unless the change answered it."""
    if requested in {"stop_choice", "change_line", "confirm"}:
        return next_field(facts)
    return requested if facts.get(requested) in (None, [], "") else next_field(facts)


def _describe(facts: Facts, turn: Turn) -> Outcome:
    if len(turn.text.split()) < 2 and turn.analysis.get("confidence", 0.0) < 0.6:
        return Outcome(facts, [Say("utter_not_found_description")], ask="description")
    new = tell_story(facts, turn)
    return Outcome(new, urgent_steps(new), ask=next_field(new))


def _type_from_text(facts: Facts, turn: Turn) -> Outcome:
    """More of the story, or the name of a type, instead of a tap."""
    if len(turn.text.split()) < STORY_WORDS:
        guess = turn.analysis.get("incident_type")
        if guess in INCIDENT_TYPES and turn.analysis.get("confidence", 0.0) >= CONFIDENT_TYPE:
            return _confirm_type(facts, guess)
        return Outcome(facts, [Say("utter_please_choose")], ask="type_confirmed")
    new = tell_story({**facts, "classifier": None}, turn)
    return Outcome(
        new, urgent_steps(new) if new["incident_type"] != facts.get("incident_type") else [], ask="type_confirmed"
    )


def _add_to_story(facts: Facts, turn: Turn) -> Outcome:
    if len(turn.text.split()) < 2:
        return Outcome(facts, [Say("utter_please_choose")], ask="confirm")
    return Outcome(tell_story(facts, turn), [Say("utter_added")], ask="confirm")


def _affirm(facts: Facts, requested: str, turn: Turn) -> Outcome:
    if requested == "type_confirmed" and facts.get("incident_type"):
        return _confirm_type(facts, facts["incident_type"])
    if requested == "consent":
        return _consent(facts)
    if requested == "confirm":
        return Outcome(facts, ended="submit")
    if requested == "stop_choice":
        return _choose(facts, requested, Turn("choose", field="stop_choice", choice="keep"))
    return _unclear(facts, requested)


def _deny(facts: Facts, requested: str, turn: Turn) -> Outcome:
    if requested == "type_confirmed":
        new = {**facts, "incident_type": None, "classifier": {**(facts.get("classifier") or {}), "refused": True}}
        return Outcome(new, ask="type_confirmed")
    if requested == "consent":
        return Outcome(facts, [Say("utter_consent_declined")], ended="declined")
    if requested == "confirm":
        return Outcome(facts, ask="change_line")
    if requested in {"stop_choice", "change_line"}:
        return Outcome(facts, [Say("utter_going_on")], ask=next_field(facts))
    return _skip(facts, requested, turn)


def _skip(facts: Facts, requested: str, turn: Turn) -> Outcome:
    if requested in {"stop_choice", "change_line"}:
        return Outcome(facts, ask=next_field(facts))
    if requested == "type_confirmed":
        return _confirm_type(facts, facts.get("incident_type") or UNSURE)
    if requested in UNSKIPPABLE:
        return Outcome(facts, [Say(f"utter_needed_{requested}")], ask=requested)
    new = {**facts, "skipped": [*dict.fromkeys([*(facts.get("skipped") or []), requested])]}
    return Outcome(new, ask=next_field(new))


def _stop(facts: Facts, requested: str, turn: Turn) -> Outcome:
    return Outcome(facts, ask="stop_choice")


def _go_back(facts: Facts, requested: str, turn: Turn) -> Outcome:
    """Open the question before the current one again."""
    if requested in {"change_line", "stop_choice"}:
        return Outcome(facts, ask=next_field(facts))
    order = ["description", "type_confirmed", "consent", *questions(facts), "confirm"]
    position = order.index(requested) if requested in order else len(order) - 1
    if position == 0:
        return Outcome(facts, [Say("utter_nothing_before")], ask=requested)
    previous = order[position - 1]
    return Outcome(_reopened(facts, previous), ask=previous)


def _reopened(facts: Facts, name: str) -> Facts:
    cleared = {**facts, name: None, "skipped": [s for s in facts.get("skipped") or [] if s != name]}
    if name == "incident_type":
        cleared |= {"type_confirmed": None, "classifier": {**(facts.get("classifier") or {}), "refused": True}}
    return cleared


def _show_draft(facts: Facts, requested: str, turn: Turn) -> Outcome:
    return Outcome(facts, [Say("summary")], ask=requested)


def _why(facts: Facts, requested: str, turn: Turn) -> Outcome:
    return Outcome(facts, [Say(f"utter_why_{requested}")], ask=requested)


def _say_and_ask(response: str) -> Any:
    def act(facts: Facts, requested: str, turn: Turn) -> Outcome:
        return Outcome(facts, [Say(response)], ask=requested)

    return act


def _unclear(facts: Facts, requested: str) -> Outcome:
    return Outcome(
        facts,
        [Say("utter_please_choose" if requested in UNSKIPPABLE else f"utter_not_found_{requested}")],
        ask=requested,
    )


def _choose(facts: Facts, requested: str, turn: Turn) -> Outcome:
    """A tapped button: it names its own field, so that an older button still does what it says."""
    name, choice = turn.field or requested, turn.choice or ""
    if choice == "skip":
        return _skip(facts, name, turn)
    if name == "incident_type" and choice in (*INCIDENT_TYPES, UNSURE):
        outcome = _confirm_type(facts, choice)
        if choice != facts.get("incident_type"):
            outcome.say = [*urgent_steps(outcome.facts), *outcome.say][:2]
        return outcome
    if name in {"type_confirmed", "consent", "confirm"} and choice in {"yes", "no"}:
        return (_affirm if choice == "yes" else _deny)(facts, name, turn)
    if name == "confirm" and choice == "change":
        return Outcome(facts, ask="change_line")
    if name == "confirm" and choice == "stop":
        return Outcome(facts, ask="stop_choice")
    if name == "change_line" and choice in CHANGEABLE:
        new = _reopened(facts, choice)
        return Outcome(new, ask="type_confirmed" if choice == "incident_type" else choice)
    if name == "change_line":
        return Outcome(facts, ask=next_field(facts))
    if name == "stop_choice":
        return _stop_choice(facts, choice)
    if name in questions(facts):
        new = {**facts, name: choice}
        return Outcome(new, ask=next_field(new))
    return Outcome(facts, [Say("utter_please_choose")], ask=requested)


def _stop_choice(facts: Facts, choice: str) -> Outcome:
    if choice == "keep":
        return Outcome(facts, [Say("utter_draft_kept")], ended="suspended")
    if choice == "delete":
        return Outcome({}, [Say("utter_draft_deleted")], ended="cancelled")
    return Outcome(facts, [Say("utter_going_on")], ask=next_field(facts))


def _confirm_type(facts: Facts, incident_type: str) -> Outcome:
    new = {**facts, "incident_type": incident_type, "type_confirmed": True}
    already = {step.first_steps for step in urgent_steps(facts)}
    say = [] if already or incident_type == UNSURE else [Say(first_steps=incident_type)]
    return Outcome(new, say, ask=next_field(new))


def _consent(facts: Facts) -> Outcome:
    given = {"given_at": datetime.now(UTC).isoformat(timespec="seconds"), "text_version": plan()["consent_version"]}
    new = {**facts, "consent": given}
    return Outcome(new, ask=next_field(new))


_ACTS: dict[str, Any] = {
    "affirm": _affirm,
    "deny": _deny,
    "skip": _skip,
    "stop": _stop,
    "go_back": _go_back,
    "start_over": _stop,
    "show_draft": _show_draft,
    "change": lambda facts, requested, turn: Outcome(facts, ask="change_line"),
    "why_asked": _why,
    "ask_item": lambda facts, requested, turn: Outcome(facts, ask=requested, answer_question=True),
    "choose_language": _say_and_ask("utter_choose_language"),
    "help": _say_and_ask("utter_help_in_form"),
    "greet": _say_and_ask("utter_greet_in_form"),
    "thanks": _say_and_ask("utter_welcome"),
    "goodbye": lambda facts, requested, turn: Outcome(facts, [Say("utter_draft_kept")], ended="suspended"),
    "continue_report": lambda facts, requested, turn: Outcome(facts, ask=requested),
    "start_report": lambda facts, requested, turn: Outcome(facts, ask=requested),
}
