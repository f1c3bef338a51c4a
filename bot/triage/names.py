"""The writer's own name behind "my name is", as against the words of somebody else."""

import re
from collections.abc import Iterator

from bot.nlu.identifiers import scan
from bot.triage.talk import plain_words, says
from bot.triage.turn import Facts

_NAME_WORDS = 3
_NOT_CALLED = (  # "my name is used", "mera naam likha hai": something is done with the name
    r"(?:being|used|misused|written|there|everywhere|damaged|ruined|mentioned|trending|listed|shown|still|now|also"
    r"|already|likh\w*|lena|lene|liya|le|da+l\w*|wahan|yahan|sab|har|bhi|hi|to|kisi|istem\w*|badn\w*|mash\w*|ghalat|ab"
    r"|لکھ\w*|لے|لیا|لینا|بھی|ہی|استعمال|بدنام|مشہور|ڈال\w*|غلط|ہر|سب|کسی|وہاں|یہاں|اب|تو)(?!\w)"
)
_NAME_IS = re.compile(
    rf"(?<!\w)(?:my (?:full )?name is|mera (?:poora )?na+m|میرا (?:پورا )?نام)\s+(?!{_NOT_CALLED})"
    r"([^\d,.;:!?۔،؛؟\n]{2,60}?)"
    r"(?:\s+(?:hai|hy|he|hay|hoon|hun|ہے|ہوں)(?!\w)|\s+(?:and|aur|اور)(?!\w)|\s*[,.;!۔،؛\n]|\s*$)",
    re.I,
)
# Somebody else's words: a verb of saying before them in the same sentence, or right behind them.
_SAYING = (
    r"(?:sa(?:id|ys?|ying)|t(?:old|ells?|elling)|wr(?:ote|ites?)|claim(?:s|ed|ing)?|introduc(?:ed|es|ing)|pretend(?:s|ed|ing)?"
    r"|kaha|keh(?:ta|ti|te|ne)|kahta|bol(?:a|i|e|ta|ti|te)|likh(?:a|ta|ti|te)|bata(?:ya|ta|ti|te)|btaya"
    r"|کہ(?:ا|تا|تی|تے|نے)|بول(?:ا|ی|ے|تا|تی|تے)|لکھ(?:ا|تا|تی|تے)|بتا(?:یا|تا|تی|تے))"
)
_QUOTED_BEFORE = re.compile(rf"(?<!\w){_SAYING}(?!\w)[^.!?۔؟\n]*$|[:\"'“”‘’]\s*$", re.I)
_QUOTED_BEHIND = re.compile(
    r"^(?:\s+(?:hai|hy|ہے))?[\s,،\"'”’]*(?:he|she|they|us ?ne|un ?ho?n ?ne|wo|woh|اس نے|انہوں نے|وہ)\s+"
    rf"(?:ne\s+)?{_SAYING}(?!\w)",
    re.I,
)


def own_name(text: str) -> str | None:
    """The writer's name behind "my name is"; not one that somebody else gave, and none that is to stay unsaid."""
    if says(text, "no_name") or says(text, "anonymous"):
        return None
    plain = without_identifiers(text)
    return next((found[1].strip() for found in _own_names(plain)), None)


def own_words(facts: Facts) -> str:
    """The story as it was told; who stays anonymous is not named behind "my name is" either."""
    text = str(facts.get("description") or "")
    if facts.get("complainant_name") != "anonymous":
        return text
    for found in reversed(list(_own_names(text))):
        text = f"{text[: found.start(1)]}…{text[found.end(1) :]}"
    return text


def _own_names(text: str) -> Iterator[re.Match[str]]:
    for found in _NAME_IS.finditer(text):
        name = found[1].strip()
        quoted = _QUOTED_BEFORE.search(text[: found.start()]) or _QUOTED_BEHIND.search(text[found.end(1) :])
        if not quoted and len(name.split()) <= _NAME_WORDS and plain_words(name):
            yield found


def without_identifiers(text: str) -> str:
    """The text with a comma in place of each number, link and handle."""
    for start, end in sorted(scan(text).places, reverse=True):
        text = f"{text[:start]},{text[end:]}"
    return text
