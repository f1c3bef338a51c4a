"""What a text adds to the facts: the story itself, and everything that can be read from it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.nlu import relations
from bot.nlu.people import tells_adult
from bot.triage.corrections import told
from bot.triage.names import own_name
from bot.triage.payment import with_payment
from bot.triage.talk import done_to, is_abroad, lives_abroad, spoken_of, tells_own_age
from bot.triage.taxonomy import UNSURE
from bot.triage.turn import Facts, Outcome, Turn, is_empty, progress, with_progress

STORY_WORDS = 3  # a shorter first message is a wish to complain, not yet a story
RECENT = timedelta(days=2)  # money gone for longer than this is no longer a race
_MERGED = ("transaction_id", "occurred", "city", "suspect_relationship", "desired_outcome", "incident_subtype")
_DENIABLE = {"occurred", "city"}
_GROWN_UPS = {"mother", "father", "husband"}
_OWN_CHILD = {"daughter", "son"}
_YOUNG = {*_OWN_CHILD, "sister", "brother"}
_TOLD_AS = {"suspect_relationship": "relationship"}  # names in the analysis that differ


def is_story(turn: Turn) -> bool:
    """Whether the text tells what happened, rather than only that the person wants to complain."""
    confident = turn.analysis.get("confidence", 0.0) >= 0.5
    long_enough = len(turn.text.split()) >= STORY_WORDS
    names_no_type = turn.analysis.get("wish_to_complain", False)
    return long_enough and not names_no_type and (confident or len(turn.text.split()) >= 8)


def absorb(facts: Facts, turn: Turn) -> Facts:
    """Facts with everything that the text tells, without taking away what is already known."""
    found, new = turn.analysis, dict(facts)
    for name in ("platform", "amount_pkr"):
        if is_empty(new.get(name)) and not is_empty(found.get(name)):
            new[name] = told(turn, name)
    for name in _MERGED:
        if name == "incident_subtype" and new.get("incident_type") not in {None, found.get("incident_type")}:
            continue  # of another type than the story's
        value: Any = told(turn, name) if name in _DENIABLE else found.get(_TOLD_AS.get(name, name))
        if not is_empty(value) and (is_empty(new.get(name)) or (name == "city" and _is_better_place(new, value))):
            new[name] = value
    new = _with_contacts(new, turn)
    new["risk_flags"] = sorted({*(new.get("risk_flags") or []), *(found.get("risk_flags") or [])})
    new = with_payment(_with_doubts(new, facts, turn), turn)
    return _with_place(_with_age(new, turn), facts, turn)


def _with_doubts(facts: Facts, before: Facts, turn: Turn) -> Facts:
    """Which of the flagged dangers are only guessed so far: what was a guess may be named by a later message."""
    found, guessed = set(turn.analysis.get("risk_flags") or []), set(turn.analysis.get("possible_dangers") or [])
    doubted = set(progress(before).get("possible_dangers") or [])
    sure = (set(before.get("risk_flags") or []) - doubted) | (found - guessed)
    left = sorted((doubted | (guessed & found)) - sure)
    return facts if left == sorted(doubted) else with_progress(facts, possible_dangers=left)


def seen_as_danger(outcome: Outcome) -> Outcome:
    """The outcome without doubts about a danger for which the conversation stopped to give help."""
    if not any(thing.response == "crisis" for thing in outcome.say):
        return outcome
    return replace(outcome, facts=with_progress(outcome.facts, possible_dangers=[]))


def _with_age(facts: Facts, turn: Turn) -> Facts:
    """Whether the victim is under 18: the writer, who may speak of parents too, or a child; a told adult is not."""
    own = tells_own_age(turn.text)
    if not own and not turn.analysis.get("minor"):
        grown = facts.get("victim_minor") and facts.get("incident_type") != "child_abuse" and tells_adult(turn.text)
        return {**facts, "victim_minor": False} if grown else facts
    new = {**facts, "victim_minor": True}
    if own and writes_for_self(new) and spoken_of(turn.text) in {None, *_GROWN_UPS}:
        new["on_behalf_of"] = "self_minor"
    return new


def _with_place(facts: Facts, before: Facts, turn: Turn) -> Facts:
    """The place abroad in which the writer lives; it is theirs whatever city the story names."""
    place = lives_abroad(turn.text)
    if not place or before.get("city"):
        return facts
    return {**facts, "city": {"name": place.title(), "province": "", "office": ""}}


def writes_for_self(facts: Facts) -> bool:
    """Whether nothing says that the writer speaks of somebody else."""
    alone = facts.get("on_behalf_of") in {None, "self"} and not progress(facts).get("spoken_of")
    return alone and facts.get("report_kind") != "tip_off"


def _is_better_place(facts: Facts, city: dict[str, str]) -> bool:
    """A city that has an office, where the place noted so far is one that nobody knows."""
    return not facts["city"].get("province") and not is_abroad(facts) and bool(city.get("province"))


def _with_contacts(facts: Facts, turn: Turn) -> Facts:
    """Adds the contacts of the other person, the writer's own, and the name behind "my name is"."""
    others, own = list(turn.analysis.get("observables") or []), list(turn.analysis.get("own_contacts") or [])
    new, name = dict(facts), own_name(turn.text)
    if name and not new.get("complainant_name"):
        new["complainant_name"] = name
    known = {item["normalised"] for item in new.get("suspect_contacts") or []}
    fresh = [item for item in others if item["normalised"] not in known]
    if fresh:
        new["suspect_contacts"] = [*(new.get("suspect_contacts") or []), *fresh]
    reachable = [item["normalised"] for item in own if item["data_type"] in {"phone", "email"}]
    if reachable and not new.get("complainant_contact"):
        new["complainant_contact"] = reachable[0]
    return new


def tell_story(facts: Facts, turn: Turn) -> Facts:
    """Take a text as (more of) the story: description, type and everything found in it."""
    new = absorb(facts, turn)
    new["description"] = "\n".join(part for part in (facts.get("description"), turn.text.strip()) if part)
    if not progress(new).get("spoken_of") and (person := spoken_of(turn.text)):
        new = with_progress(new, spoken_of=person)
        if person in _OWN_CHILD and new.get("victim_minor") and not new.get("on_behalf_of"):
            new["on_behalf_of"] = "my_child"
    new = new if new.get("type_confirmed") else _guess_type(new, turn)
    return new if new.get("on_behalf_of") else _with_victim(new, turn)


def _with_victim(facts: Facts, turn: Turn) -> Facts:
    """Whom it happened to, where the story says that it was done to somebody close and nothing to the writer."""
    person = done_to(turn.text)
    of_a_child = facts.get("victim_minor") or facts.get("incident_type") == "child_abuse"
    suspect = facts.get("suspect_relationship")
    did_it = bool(suspect) and relations.named(f"my {person}") == suspect
    if (
        not person
        or did_it
        or person == "student"
        or (person in _YOUNG and of_a_child)
        or facts.get("report_kind") == "tip_off"
    ):
        return facts
    return {**facts, "on_behalf_of": "friend" if person == "friend" else "family"}


def _guess_type(facts: Facts, turn: Turn) -> Facts:
    guess, confidence = turn.analysis.get("incident_type"), turn.analysis.get("confidence", 0.0)
    if guess in {"other", UNSURE} and facts.get("incident_type"):
        return facts
    if not guess or confidence < (facts.get("classifier") or {}).get("confidence", 0.0):
        return facts
    classifier: dict[str, Any] = {
        "type": guess,
        "confidence": confidence,
        "alternatives": turn.analysis.get("alternatives") or [],
        "model_version": turn.analysis.get("model_version"),
    }
    return {**facts, "classifier": classifier, "incident_type": None if guess == UNSURE else guess}


def money_just_moved(facts: Facts, today: date | None = None) -> bool:
    """Whether money went so recently that the bank may still stop it."""
    if "money_moved_recently" in (facts.get("risk_flags") or []):
        return True
    when = str((facts.get("occurred") or {}).get("to") or (facts.get("occurred") or {}).get("from") or "")[:10]
    if facts.get("incident_type") != "fraud" or not facts.get("amount_pkr") or not when:
        return False
    try:
        return (today or datetime.now(UTC).date()) - date.fromisoformat(when) <= RECENT
    except ValueError:
        return False
