"""The turns after a cry for help was answered: somebody near or nobody, safe by now, or going on with the complaint."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from bot.triage.answers import asks_something
from bot.triage.talk import certain_danger, is_of_another, says
from bot.triage.turn import Turn

Reply = Literal["nobody", "near", "safe", "heard", "go_on"]
TURNS = 6  # messages in which a few words are understood as an answer to the help
_BRIEF = 12  # words; a longer message tells something of its own
_FEW = 6  # words in which "no" or "alone" is the whole answer
_OF_A_TYPE = 0.6  # probability of a type from which "with me" and "my friend" belong to a story
_VAGUE = {"unclear", "out_of_scope", "chitchat", "skip"}  # "I don't know", "I am crying": no time to ask what is meant
_SELF = {"self_harm", "self_harm_other"}


def kind_of(flags: Iterable[str], text: str = "") -> str:
    """Which help a danger calls for, as a text of knowledge/first_steps.yml."""
    found = set(flags)
    if "self_harm" in found:
        return "self_harm_other" if is_of_another(text) else "self_harm"
    return "child" if "child_in_danger" in found else "danger"


def remembered(kind: str, *, at_menu: bool = False) -> dict[str, Any]:
    """What the conversation keeps of a cry for help that was answered, at the menu of a sent complaint or elsewhere."""
    return {"kind": kind, "turns": TURNS, **({"at_menu": True} if at_menu else {})}


def one_turn_later(state: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The same one message later; None once it is long enough ago."""
    left = int((state or {}).get("turns", 0)) - 1
    return {**state, "turns": left} if state and left > 0 else None


def reply_to(state: Mapping[str, Any] | None, turn: Turn, *, draft: bool) -> Reply | None:
    """How a message answers the help that was just given; None where it is about something else, or new danger."""
    if not state or not turn.text or len(turn.text.split()) > _BRIEF or turn.intent in {"stop", "start_over"}:
        return None
    kind, text = state["kind"], turn.text
    if says(text, "give_up", whole=True) or _asks(turn):
        return None
    if certain_danger(text) or says(text, "after_despair") or (kind not in _SELF and says(text, "not_safe")):
        return None
    few = len(text.split()) <= _FEW
    if says(text, "after_go_on") and not says(text, "after_refusal"):
        return "go_on"
    if says(text, "after_worse"):
        return "near" if kind == "self_harm_other" else "nobody"
    if says(text, "after_unwell"):
        return "nobody"
    if says(text, "after_safe"):
        return "safe"
    if says(text, "after_nobody") or (few and turn.intent == "deny"):
        return "nobody"
    tells_a_case = turn.intent in {"report", "tip_off"} and turn.analysis.get("confidence", 0.0) >= _OF_A_TYPE
    if says(text, "after_near") and says(text, "after_people") and not tells_a_case:
        return "near"
    if few and (says(text, "after_alone") or _is_just(text, "after_no")):
        return "nobody"
    if few and _is_just(text, "after_heard"):
        return "heard"
    if few and (turn.intent == "affirm" or _is_just(text, "after_yes")):
        return "go_on" if draft or kind not in _SELF else "near"
    if few and kind in _SELF and says(text, "after_somebody"):
        return "near"
    return "nobody" if few and kind == "self_harm" and turn.intent in _VAGUE else None


def _asks(turn: Turn) -> bool:
    """Whether it is a question: "should I call 15?"."""
    asking = "?" in turn.text or "؟" in turn.text
    return asking or (turn.intent == "question" and asks_something(turn.text.split()[0]))


def _is_just(text: str, name: str) -> bool:
    """Whether the text is nothing but a phrase of this list."""
    return says(text, name, whole=True)


def response_of(reply: Reply, kind: str, *, draft: bool) -> str:
    """The response that says it."""
    if reply == "safe":
        return "utter_after_crisis_safe" if draft else "utter_after_crisis_safe_only"
    if reply == "heard":
        return "utter_crisis_continue" if draft else "utter_crisis_start"
    about = {"self_harm": "crisis", "self_harm_other": "other"}.get(kind, "danger")
    return f"utter_after_{about}_{reply}"
