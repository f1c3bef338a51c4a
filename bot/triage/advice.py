"""What a person hears without asking: what cannot wait, what to do, what stays private. Each thing once."""

from bot.triage.mapping import mapping
from bot.triage.plan import is_sensitive
from bot.triage.talk import is_abroad, says, threatens_violence
from bot.triage.telling import money_just_moved
from bot.triage.turn import Facts, Outcome, Say, progress, with_progress

_COVERS = {
    "fraud": "money_moved",
    "blackmail": "threat_to_publish",
    "child_abuse": "child",
    "hacking": "account_lost",
}  # what says the same as the first steps of a type
_ACCOUNTS = {"facebook", "instagram", "whatsapp", "tiktok", "x", "youtube", "telegram", "snapchat", "email"}
_CAN_WAIT = {"stays_private", "minor"}  # said one turn later where something urgent is said already
_TIP_OFF = {"child_abuse": "tip_off_child", "hate_extremism": "hate_extremism"}


def urgent(facts: Facts) -> list[str]:
    """What cannot wait for the next question, most urgent first."""
    incident, flags = facts.get("incident_type"), facts.get("risk_flags") or []
    if facts.get("report_kind") == "tip_off":
        return [_TIP_OFF[incident]] if incident in _TIP_OFF else []
    due = ["money_moved"] if incident == "fraud" and money_just_moved(facts) else []
    if incident == "child_abuse" or (incident == "harassment" and is_of_a_child(facts)):
        return [*due, "minor" if facts.get("on_behalf_of") == "self_minor" else "child"]
    if incident == "blackmail" or "threat_to_publish" in flags:
        due.append(_about_pictures(facts) if _tells_of_pictures(facts) else "threat_without_pictures")
    elif incident == "hacking" and facts.get("platform") in _ACCOUNTS and not is_sensitive(facts):
        due.append("account_lost")
    return due


def _about_pictures(facts: Facts) -> str:
    """What helps against a threat with pictures: one under 18 is not sent to a service for adults."""
    told_already = "threat_to_publish" in (progress(facts).get("said") or [])
    return "threat_to_publish_minor" if facts.get("victim_minor") and not told_already else "threat_to_publish"


def _tells_of_pictures(facts: Facts) -> bool:
    """Whether the threat is about pictures; words of what stops them from spreading would frighten others.

    Whatever the flag guesses, a threat against a body that names no picture is about none.
    """
    flags, story = facts.get("risk_flags") or [], str(facts.get("description") or "")
    if "intimate_images" in flags or says(story, "pictures"):
        return True
    return "threat_to_publish" in flags and not threatens_violence(story)


def is_child_abuse_too(facts: Facts) -> bool:
    """Whether a matter of another type is child abuse as well.

    Private pictures of a person under 18 were made, shared or asked for, or pictures of them are what a blackmailer
    threatens with.
    """
    flags, incident = facts.get("risk_flags") or [], facts.get("incident_type")
    minor = facts.get("victim_minor")
    if incident == "child_abuse" or not ("minor" in flags if minor is None else minor):
        return False
    pictures = "intimate_images" in flags or facts.get("incident_subtype") in mapping()["private_pictures"]
    return pictures or (incident == "blackmail" and says(str(facts.get("description") or ""), "pictures"))


def steps_of_a_child(facts: Facts) -> str | None:
    """What to do, said to somebody under 18, where pictures of them are asked for, shared or threatened with."""
    if facts.get("on_behalf_of") != "self_minor":
        return None
    if facts.get("incident_type") == "blackmail" and is_child_abuse_too(facts):
        return "threat_to_publish_minor"
    return "minor" if facts.get("incident_type") == "child_abuse" or is_child_abuse_too(facts) else None


def circumstances(facts: Facts) -> list[str]:
    """What is worth knowing from where and for whom the person complains."""
    due = []
    whom = facts.get("on_behalf_of")
    if whom == "self_minor":
        due.append("minor")
    elif whom in {"my_child", "ward", "other_child"} and "child" not in _said(facts):
        due.append("behalf_minor")
    elif whom in {"family", "friend", "other"}:
        due.append("behalf_adult")
    if is_abroad(facts):
        due.append("abroad_person")
    elif has_foreign_contact(facts):
        due.append("abroad_offender")
    return due


def _said(facts: Facts) -> list[str]:
    return [*(progress(facts).get("said") or []), *urgent(facts)]


def is_of_a_child(facts: Facts) -> bool:
    """Whether somebody else tells of a child; a child that writes itself is spoken to differently."""
    return bool(facts.get("victim_minor") and progress(facts).get("spoken_of"))


def has_foreign_contact(facts: Facts) -> bool:
    """Whether a number of the other person belongs to another country."""
    return any(_is_foreign(item) for item in facts.get("suspect_contacts") or [])


def _is_foreign(contact: dict[str, str]) -> bool:
    number = str(contact.get("normalised") or "")
    return contact.get("data_type") == "phone" and number.startswith("+") and not number.startswith("+92")


def first_steps_of(facts: Facts) -> list[str]:
    """What to do now about this type of incident, where nothing said so far covers it."""
    incident = facts.get("incident_type")
    if not incident or incident == "unsure" or facts.get("report_kind") == "tip_off":
        return []
    if own := steps_of_a_child(facts):
        return [] if own in _said(facts) else [own]
    return [] if _covering(incident) & set(_said(facts)) else [incident]


def _covering(incident: str) -> set[str]:
    """What makes the first steps of this type superfluous; a child that writes itself hears its own words instead."""
    more = {"child_abuse": ["minor"], "blackmail": ["threat_without_pictures", "threat_to_publish_minor"]}
    return {"child", _COVERS.get(incident, incident), *more.get(incident, [])}


def wishes(facts: Facts) -> list[str]:
    """What can honestly be said of the first thing that the person wants."""
    return [f"want_{wish}" for wish in (facts.get("desired_outcome") or [])[:1]]


def advised(outcome: Outcome, *more: str) -> Outcome:
    """The outcome with all advice that is due and was not given before, ahead of the rest."""
    said = progress(outcome.facts).get("said") or []
    if outcome.ended:
        return outcome
    pressing, waited = urgent(outcome.facts), progress(outcome.facts).get("advice_later") or []
    due = list(dict.fromkeys([*pressing, *waited, *more, *circumstances(outcome.facts)]))
    fresh = [name for name in due if name not in said]
    later = [name for name in fresh if name in _CAN_WAIT - set(pressing) and set(pressing) & set(fresh)]
    now = [name for name in fresh if name not in later]
    if fresh:
        outcome.facts = with_progress(outcome.facts, said=[*said, *now], advice_later=later)
        outcome.say = [*(Say(first_steps=name) for name in now), *outcome.say]
    return outcome
