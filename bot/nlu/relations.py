"""Who the suspect is to the victim, from words for people and what the sentence says that they do."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import takewhile

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.nlu.tokens import Tokens

_ENDS = frozenset({".", "!", "?", ";"})
_BEHIND = 14  # words behind a person in which the harm is told
_BEFORE = 8  # words before "by my cousin" in which the harm is told
_NEAR = 4  # words between "he" and "is my cousin"
_PART = "relation "
_SURE, _DOES_HARM = 2, 3  # a known person who does it says more than "an unknown number"
Match = tuple[str, int, int]


def phrases() -> dict[str, Iterable[str]]:
    """Phrase lists for the shared matcher, by label."""
    words = lexicon("relations")
    lists = {f"{_PART}{group} {name}": words[group][name] for group in ("known", "sure") for name in words[group]}
    names = ("harm", "not_after", "told", "by", "pronouns", "copulas", "being", "mine")
    return lists | {f"{_PART}- {name}": words[name] for name in names}


def named(text: str) -> str | None:
    """Who somebody is in a few words: "my uncle asad", "the man is my neighbour Aslam"; address is no name."""
    folded = fold(text)
    for match in _named().finditer(folded):
        words = folded[: match.start()].split()
        before = words[-1] if words else ""
        if before in _listed("mine") | _listed("naming"):
            return _by_name()[match.group()]
        if not words and match.group() not in _listed("address"):
            return _by_name()[match.group()]
    return None


@lru_cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(fold(str(word)).split()[-1] for word in lexicon("relations")[name])


@lru_cache
def _by_name() -> dict[str, str]:
    words = lexicon("relations")
    return {
        fold(str(word)): kind for group in ("known", "sure") for kind, names in words[group].items() for word in names
    }


@lru_cache
def _named() -> re.Pattern[str]:
    names = sorted(map(re.escape, _by_name()), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)")


def relationship(matches: Iterable[Match], tokens: Tokens) -> str | None:
    """The suspect's relation to the victim, where the text tells it."""
    own = [(label[len(_PART) :], start, end) for label, start, end in matches if label.startswith(_PART)]
    people = [match for match in own if not match[0].startswith("-")]
    if not people:
        return None
    cues = {(label[2:], start): end for label, start, end in own if label.startswith("-")}
    scored = [(_score(match, people, cues, tokens.words), -match[1], match[0].split()[1]) for match in people]
    score, _, name = max(scored)
    return name if score else None


def _score(match: Match, people: list[Match], cues: dict[tuple[str, int], int], words: Sequence[str]) -> int:
    label, start, end = match
    if label.startswith("sure"):
        return _SURE + label.endswith("ex_partner")
    if any(s <= start and end <= e and (e - s) > (end - start) for _, s, e in people):
        return 0  # the longer phrase tells it
    return _DOES_HARM * (_acts(end, cues, words) or _is_named(start, cues, words) or _is_that(start, end, cues, words))


def _acts(end: int, cues: dict[tuple[str, int], int], words: Sequence[str]) -> bool:
    """ "my cousin is blackmailing", "mere cousin ne ... viral kar di"."""
    if ("not_after", end) in cues:
        return False
    for place in takewhile(lambda i: words[i] not in _ENDS, range(end, min(end + _BEHIND, len(words)))):
        if ("told", place) in cues:
            return False
        if ("harm", place) in cues:
            behind = cues["harm", place]
            return behind >= len(words) or words[behind] != "by"  # "my brother blackmailed by a girl"
    return False


def _is_named(start: int, cues: dict[tuple[str, int], int], words: Sequence[str]) -> bool:
    """ "blackmailed by my cousin", "complaint against our neighbour"."""
    places = [place for place in range(max(0, start - 3), start) if cues.get(("by", place), 0) == start]
    return any(
        words[place] == "against" or any(("harm", i) in cues for i in range(max(0, place - _BEFORE), place))
        for place in places
    )


def _is_that(start: int, end: int, cues: dict[tuple[str, int], int], words: Sequence[str]) -> bool:
    """ "he is my class fellow", "wo mera cousin hai"."""
    before = range(max(0, start - _NEAR), start)
    if not any(("pronouns", place) in cues for place in before):
        return False
    if any(("copulas", place) in cues and cues["copulas", place] >= start - 1 for place in before):
        return start > 0 and (("mine", start - 1) in cues or words[start - 1] in {"a", "an", "the"})
    return ("being", end) in cues and any(("mine", place) in cues for place in before)
