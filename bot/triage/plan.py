"""Which questions a complaint asks, from knowledge/interview.yml, and which of them comes next."""

from functools import lru_cache
from typing import Any

import yaml

from bot.settings import PROJECT
from bot.triage.talk import says
from bot.triage.turn import Facts, is_choosing, is_empty, progress

FIRST = ("description", "type_confirmed", "consent")
CHANGEABLE = (
    "incident_type", "description", "platform", "amount_pkr", "transaction_id", "suspect_contacts",
    "suspect_relationship", "occurred", "city", "desired_outcome", "on_behalf_of", "adult_support",
    "complainant_name", "complainant_contact",
)  # fmt: skip
CHOICES = {"confirm", "stop_choice", "change_line", "restart_choice", "other_matter", "which_no"}


@lru_cache
def plan() -> dict[str, Any]:
    """knowledge/interview.yml."""
    content: dict[str, Any] = yaml.safe_load((PROJECT / "knowledge" / "interview.yml").read_text(encoding="utf-8"))
    return content


def questions(facts: Facts) -> list[str]:
    """Questions that this complaint asks, in order; a question is a field or a group of fields."""
    if facts.get("report_kind") == "tip_off":
        return list(plan()["tip_off"])
    if facts.get("desired_outcome") == ["advice_only"]:
        return []
    wanted = plan()["questions"]
    chosen = list(wanted.get(facts.get("incident_type") or "other", wanted["other"]))
    if is_for_another(facts) and "on_behalf_of" not in chosen:
        chosen.insert(0, "on_behalf_of")
    if facts.get("on_behalf_of") == "self_minor":
        place = chosen.index("on_behalf_of") + 1 if "on_behalf_of" in chosen else 0
        chosen[place:place] = plan()["of_a_minor"]
    idle = set() if is_for_another(facts) else {"on_behalf_of"}
    if facts.get("incident_type") == "blackmail" and not says(str(facts.get("description")), "money"):
        idle.add("amount_pkr")
    return [name for name in chosen if name not in idle]


def is_for_another(facts: Facts) -> bool:
    """Whether it has to be asked whom it happened to: a child, or somebody close is spoken of."""
    return bool(facts.get("on_behalf_of") or facts.get("victim_minor") or progress(facts).get("spoken_of"))


def is_sensitive(facts: Facts) -> bool:
    """Whether somebody near the person may be part of it, so that reading along is a danger."""
    if facts.get("report_kind") == "tip_off":
        return False
    near = facts.get("suspect_relationship") in plan()["near"] or "intimate_images" in (facts.get("risk_flags") or [])
    return near or facts.get("incident_type") in plan()["sensitive"]


def fields_of(question: str) -> list[str]:
    """Fields that a question fills."""
    return list(plan()["groups"].get(question, [question]))


def fields(facts: Facts) -> list[str]:
    """All fields that this complaint asks for, in order, each once."""
    return list(dict.fromkeys(name for question in questions(facts) for name in fields_of(question)))


def missing_in(facts: Facts, question: str) -> list[str]:
    """Fields of a question that are neither known nor let go."""
    let_go = facts.get("skipped") or []
    return [name for name in fields_of(question) if is_empty(facts.get(name)) and name not in let_go]


def next_field(facts: Facts) -> str:
    """The first question still open, else `confirm`."""
    if not facts.get("description"):
        return "description"
    if not facts.get("incident_type"):
        return "type_confirmed"
    if not facts.get("consent"):
        return "consent"
    asked = progress(facts).get("asked") or []
    for question in questions(facts):
        if question == "desired_outcome" and is_choosing(facts):
            return question
        missing = missing_in(facts, question)
        if missing and facts.get("report_kind") == "tip_off" and question not in asked:
            return question
        if missing:
            return question if len(missing) == len(fields_of(question)) and question not in asked else missing[0]
    return "confirm"
