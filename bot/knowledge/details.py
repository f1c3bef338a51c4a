"""What is told under `more` of an offence beside its own text: limits, remedies, amendments, disputes."""

from bot.knowledge.texts import content


def offence_details(section: str, language: str) -> str:
    """One line each: what the section does not describe, the victim's remedies, what changed, what is disputed."""
    known = content("offence_details")
    details, say = known["sections"][section], known["say"]
    lines = [
        str(say["not"][language]).format(text=details["not"][language]),
        *(str(say[name][language]) for name in (details["remedy"], details["changed"])),
        str(say[details.get("dispute", "undisputed")][language]),
    ]
    return "\n".join(lines)
