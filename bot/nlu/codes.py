"""Codes that people bring with them: a message that holds one is about the complaint it belongs to."""

from bot.triage.reference import begins_resume_code, misspells_reference, normalise_resume_code, says_reference

_LONGEST = 12  # words; a longer message tells more than a code


def told_code(text: str) -> str | None:
    """The intent of a message that gives a resume code or a reference, rightly spelled or not, or None."""
    if len(text.split()) > _LONGEST:
        return None
    if misspells_reference(text):  # one wrong character may make a resume code of it
        return "status"
    if normalise_resume_code(text):
        return "resume_draft"
    if says_reference(text):
        return "status"
    return "resume_draft" if begins_resume_code(text) else None
