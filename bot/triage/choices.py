"""What a tapped button, a yes or a no does in a complaint."""

import re
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.triage import advice
from bot.triage.plan import CHANGEABLE, CHOICES, FIRST, fields_of, missing_in, next_field, plan, questions
from bot.triage.talk import says
from bot.triage.taxonomy import ADULT_SUPPORT, DESIRED_OUTCOMES, INCIDENT_TYPES, PLATFORMS, UNSURE
from bot.triage.telling import tell_story
from bot.triage.turn import Facts, Outcome, Say, Turn, is_choosing, progress, with_progress

WISHES = "desired_outcome"
RELATIONSHIPS = (
    "stranger", "online_contact", "ex_partner", "partner", "spouse", "relative", "friend", "classmate", "colleague",
    "superior", "neighbour", "business", "other",
)  # fmt: skip
WHOM = ("self", "self_minor", "my_child", "ward", "other_child", "family", "friend", "other")
_ALLOWED = {
    "platform": PLATFORMS,
    "complainant_name": ("anonymous",),
    "identity": ("anonymous",),
    "suspect_relationship": RELATIONSHIPS,
    "on_behalf_of": WHOM,
    "adult_support": ADULT_SUPPORT,
    WISHES: DESIRED_OUTCOMES,
}
_NEVER_SKIPPED = {"description", "consent", "confirm"}


def choose(facts: Facts, requested: str, turn: Turn) -> Outcome:
    """A tapped button: it names its own field, so that an older button still does what it says."""
    name, choice = turn.field or requested, turn.choice or ""
    if name == WISHES and choice in {"several", "all_said"}:
        return begin_choosing(facts) if choice == "several" else end_choosing(facts)
    if choice == "skip":
        return _skip(facts, name)
    if name == "incident_type" and choice in (*INCIDENT_TYPES, UNSURE):
        return confirm_type(facts, choice)
    if name in {"consent", "confirm"} and choice in {"yes", "no"}:
        return (accept(facts, name) if choice == "yes" else _declined(facts, name)) or Outcome(facts, ask=requested)
    if name == "type_confirmed" and choice == "no":
        return _wrong_type(facts)
    if name == "confirm" and choice in {"change", "stop"}:
        return Outcome(facts, ask="change_line" if choice == "change" else "stop_choice")
    if name in _BY_QUESTION:
        return _BY_QUESTION[name](facts, choice)
    if choice in _ALLOWED.get(name, ()):
        return _set(facts, name, choice)
    return Outcome(facts, [Say("utter_please_choose")], ask=requested)


def _set(facts: Facts, name: str, choice: str) -> Outcome:
    """A value by button. Wishes add up, so that an older button adds to the one tapped first."""
    if name == WISHES and is_choosing(facts) and choice != "advice_only":
        return add_wishes(facts, [choice])
    if name == "identity":
        new = let_go({**facts, "complainant_name": choice}, ["complainant_contact"])
    elif name == WISHES:
        facts = with_progress(facts, choosing=None)
        had = [wish for wish in facts.get("desired_outcome") or [] if wish not in {choice, "advice_only"}]
        new = {**facts, name: ["advice_only"] if choice == "advice_only" else [*had, choice]}
    else:
        new = {**facts, name: choice}
    if name == "on_behalf_of" and choice != "self_minor":
        new["adult_support"] = None
    if name == "on_behalf_of" and choice in {"self_minor", "my_child", "ward", "other_child"}:
        new["victim_minor"] = True
    new = with_progress(new, asked=[*(progress(new).get("asked") or []), name])
    steps = advice.wishes(new) if name == WISHES else []
    return Outcome(new, [Say(first_steps=step) for step in steps], ask=next_field(new))


def begin_choosing(facts: Facts) -> Outcome:
    """More than one wish: the question stays open until the person says that it is all."""
    return Outcome(with_progress(facts, choosing=True), ask=WISHES)


def add_wishes(facts: Facts, wishes: Iterable[str]) -> Outcome:
    """Wishes beside those chosen before; to want something rules out wanting only advice."""
    had = [wish for wish in facts.get(WISHES) or [] if wish != "advice_only"]
    return Outcome({**facts, WISHES: list(dict.fromkeys([*had, *wishes]))}, ask=WISHES)


def end_choosing(facts: Facts) -> Outcome:
    """That is all; where nothing was chosen the question is left out."""
    new = with_progress(facts, choosing=None)
    if not new.get(WISHES):
        return _skip(new, WISHES)
    new = with_progress(new, asked=[*(progress(new).get("asked") or []), WISHES])
    return Outcome(new, [Say(first_steps=step) for step in advice.wishes(new)], ask=next_field(new))


def confirm_type(facts: Facts, incident_type: str) -> Outcome:
    """The person names the type; the classifier's own reading stays beside it."""
    new = {**facts, "incident_type": incident_type, "type_confirmed": True}
    return Outcome(new, ask=next_field(new))


def accept(facts: Facts, requested: str) -> Outcome | None:
    """An explicit yes; None where a yes answers nothing."""
    if requested == "type_confirmed" and facts.get("incident_type"):
        return confirm_type(facts, facts["incident_type"])
    if requested == "consent":
        return _consent(facts)
    if requested == "confirm":
        return Outcome(facts, ended="submit")
    if requested == "adult_support":
        return _set(facts, requested, "yes")
    if requested == "change_line":  # nothing to change after all
        return Outcome(facts, ask=next_field(facts))
    if requested == "stop_choice":
        return _stop_choice(facts, "keep")
    if requested == "restart_choice":
        return _restart_choice(facts, "again")
    if requested == "other_matter":
        return _other_matter(facts, "both")
    return None


def _consent(facts: Facts) -> Outcome:
    given = {"given_at": datetime.now(UTC).isoformat(timespec="seconds"), "text_version": plan()["consent_version"]}
    new = {**facts, "consent": given, "type_confirmed": True}
    outcome = Outcome(new, ask=next_field(new))
    return advice.advised(outcome, *advice.first_steps_of(new))


def refuse(facts: Facts, requested: str) -> Outcome:
    """A no in words. Where it may mean two things it is asked which."""
    if requested == "type_confirmed":
        return _wrong_type(facts)
    if requested == "consent" and not facts.get("type_confirmed"):
        return Outcome(facts, ask="which_no")
    if requested in {"consent", "confirm"}:
        return _declined(facts, requested) if requested == "consent" else Outcome(facts, ask="change_line")
    if requested in CHOICES:
        return Outcome(facts, [Say("utter_going_on")], ask=next_field(facts))
    return _skip(facts, requested)


def _declined(facts: Facts, name: str) -> Outcome:
    if name == "confirm":
        return Outcome(facts, ask="change_line")
    incident = facts.get("incident_type")
    steps = advice.first_steps_of(facts) if incident else []
    return Outcome(facts, [*(Say(first_steps=s) for s in steps), Say("utter_consent_declined")], ended="declined")


def _wrong_type(facts: Facts) -> Outcome:
    return Outcome(_without_type(facts), ask="type_confirmed")


def _without_type(facts: Facts) -> Facts:
    classifier = {**(facts.get("classifier") or {}), "refused": True}
    return {**facts, "incident_type": None, "type_confirmed": None, "classifier": classifier}


def _skip(facts: Facts, name: str) -> Outcome:
    if name == "type_confirmed":
        return confirm_type(facts, facts.get("incident_type") or UNSURE)
    if name in _NEVER_SKIPPED:
        return Outcome(facts, [Say(f"utter_needed_{name}")], ask=name)
    if name in CHOICES:
        return Outcome(facts, ask=next_field(facts))
    if name == WISHES and is_choosing(facts):
        return end_choosing(facts)
    if name not in {*questions(facts), *(f for q in questions(facts) for f in fields_of(q))}:
        return Outcome(facts, [Say("utter_please_choose")], ask=next_field(facts))
    new = let_go(facts, missing_in(facts, name) or [name])
    new = with_progress(new, asked=[*(progress(new).get("asked") or []), name])
    return Outcome(new, ask=next_field(new))


def let_go(facts: Facts, names: Iterable[str]) -> Facts:
    """Facts with these fields marked as not to be asked for."""
    skipped = [*dict.fromkeys([*(facts.get("skipped") or []), *names])]
    return {**facts, "skipped": skipped} if skipped else facts


def reopen_last(facts: Facts, requested: str) -> Outcome:
    """Open the question before the current one again, as it was asked."""
    if requested in CHOICES and requested != "confirm":
        return Outcome(facts, ask=next_field(facts))
    asked = list(progress(facts).get("asked") or [])
    if asked:
        last = asked.pop()
        new = with_progress(facts, asked=asked)
        for name in fields_of(last):
            new = reopened(new, name)
        return Outcome(new, ask=last)
    if requested not in FIRST and facts.get("consent"):
        return Outcome({**facts, "consent": None}, ask="consent")
    if requested == "consent":
        return _wrong_type(facts)
    return Outcome(facts, [Say("utter_nothing_before")], ask=requested)


def reopened(facts: Facts, name: str) -> Facts:
    """The facts without the answer to one field."""
    facts = with_progress(facts, choosing=None) if name == WISHES else facts
    cleared = {**facts, name: None, "skipped": [s for s in facts.get("skipped") or [] if s != name]}
    return _without_type(cleared) if name == "incident_type" else cleared


def _change_line(facts: Facts, choice: str) -> Outcome:
    if choice not in CHANGEABLE:
        return Outcome(facts, ask=next_field(facts))
    return Outcome(reopened(facts, choice), ask="type_confirmed" if choice == "incident_type" else choice)


_IN_WORDS = {
    "stop_choice": {"go_on_here": "go_on", "keep_it": "keep", "delete_it": "delete"},
    "other_matter": {"second_later": "later", "both_in_one": "both", "leave_second": "none"},
}
_LINE_WORDS = 3  # a line of the summary is named, and nothing is told of it
_CHOICE_WORDS = 5  # a longer text tells something
_SURE_OF_DELETING = {"delete_it"}  # never said by words that may mean the contrary


def choice_in_words(requested: str, turn: Turn) -> str | None:
    """The choice that a few words name where one of these is asked; None where none or more than one is named."""
    if len(turn.text.split()) > _CHOICE_WORDS or turn.choice is not None:
        return None
    if requested == "change_line":
        return _line_in_words(turn.text)
    named = {
        choice
        for phrases, choice in _IN_WORDS.get(requested, {}).items()
        if says(turn.text, phrases) and not (phrases in _SURE_OF_DELETING and says(turn.text, "negated"))
    }
    return named.pop() if len(named) == 1 else None


def _line_in_words(text: str) -> str | None:
    """The line of the summary that a few words name without a new value: `pesay`, `my city`."""
    if len(text.split()) > _LINE_WORDS or re.search(r"\d", fold(text)):
        return None
    named = [line for line in lexicon("talk")["lines"] if says(text, "lines", group=line)]
    return str(named[0]) if len(named) == 1 else None


def _stop_choice(facts: Facts, choice: str) -> Outcome:
    if choice == "keep":
        return Outcome(facts, [Say("utter_draft_kept")], ended="suspended")
    if choice == "delete":
        return Outcome({}, [Say("utter_draft_deleted")], ended="cancelled")
    return Outcome(facts, [Say("utter_going_on")], ask=next_field(facts))


def _restart_choice(facts: Facts, choice: str) -> Outcome:
    if choice == "again":
        return Outcome({"draft_id": str(uuid.uuid4())}, [Say("utter_started_again")], ask="description")
    return Outcome(facts, [Say("utter_going_on")], ask=next_field(facts))


def ask_other_matter(facts: Facts, turn: Turn) -> Outcome:
    """A second crime came up: keep it aside until the person says what to do with it."""
    kept = ("incident_type", "confidence", "alternatives", "observables", "platform", "amount_pkr", "risk_flags")
    other = {"text": turn.text, "analysis": {name: turn.analysis.get(name) for name in kept}}
    return Outcome(with_progress(facts, other_story=other), ask="other_matter")


def _other_matter(facts: Facts, choice: str) -> Outcome:
    other = progress(facts).get("other_story")
    new = with_progress(facts, other_story=None)
    if not other or choice not in {"both", "later"}:
        return Outcome(new, [Say("utter_going_on")], ask=next_field(new))
    if choice == "later":
        new = with_progress(new, next_story=other)
        return Outcome(new, [Say("utter_second_later")], ask=next_field(new))
    new = tell_story(new, Turn("report", other["text"], other["analysis"]))
    classifier = dict(new.get("classifier") or {"type": new.get("incident_type"), "confidence": None})
    second = {"type": other["analysis"]["incident_type"], "confidence": other["analysis"]["confidence"]}
    classifier["alternatives"] = [second, *(classifier.get("alternatives") or [])]
    return Outcome({**new, "classifier": classifier}, [Say("utter_both_in_one")], ask=next_field(new))


def _which_no(facts: Facts, choice: str) -> Outcome:
    return _declined(facts, "consent") if choice == "advice" else _wrong_type(facts)


_BY_QUESTION: dict[str, Callable[[Facts, str], Outcome]] = {
    "change_line": _change_line,
    "stop_choice": _stop_choice,
    "restart_choice": _restart_choice,
    "other_matter": _other_matter,
    "which_no": _which_no,
}
