"""Signs of self-harm, of violence about to happen and of a child in danger, as patterns over the text."""

import re
from functools import lru_cache

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold

KINDS = ("self_harm", "violence", "child_now")


@lru_cache
def _patterns(kind: str) -> dict[str, re.Pattern[str]]:
    return {
        name: re.compile(rf"(?<!\w)(?:{'|'.join(fold(pattern) for pattern in lexicon('danger')[kind][name])})")
        for name in ("sure", "hint", "not")
    }


@lru_cache
def _stems(kind: str) -> re.Pattern[str]:
    stems = "|".join(sorted({re.escape(fold(str(stem))) for stem in lexicon("danger")[kind]["words"]}))
    return re.compile(rf"(?<!\w)(?:{stems})")


@lru_cache
def _child_words() -> frozenset[str]:
    return frozenset(fold(str(word)) for word in lexicon("danger")["child_words"])


def signs(flat: str, words: set[str], minor: bool) -> set[str]:
    """`self_harm`, `violence`, `child_now` where the text says so, and the same with `_hint` where it may mean so.

    With `_not` where something takes it back (news, law, a dying battery); `child_named` where a child is spoken of.
    """
    found: set[str] = {"child_named"} if minor or words & _child_words() else set()
    for kind in KINDS:
        if not _stems(kind).search(flat):
            continue
        patterns = _patterns(kind)
        taken_back = patterns["not"].search(flat)
        sure = not taken_back and patterns["sure"].search(flat)
        if sure and kind == "child_now" and not minor:
            sure = None  # an adult who did not come home, or a word for a child only
            if "child_named" in found:
                found.add("child_now_hint")
        if sure:
            found.add(kind)
        elif not taken_back and patterns["hint"].search(flat):
            found.add(f"{kind}_hint")
        elif taken_back:
            found.add(f"{kind}_not")
    return found
