"""What the words around a sum say of it: lost, asked for, the price of something, or only promised."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.nlu.tokens import PhraseMatcher, Tokens, phrase_matcher, vocabulary

_ROLES = ("lost", "demanded", "fee", "bought", "offered")
_SETTINGS = ("borrowing", "in_name")  # what the whole text is about
_SIDES = ("before", "after", "next", "either", "weak")
_WINDOW = 12  # words looked at on each side of a sum
_LONGEST_CUE = 6  # words
_LEAST = 0.08  # a weaker score says nothing
_CLEAR = 0.3  # a score that settles what became of a fee
_TOTAL = 0.5  # "total" must stand close to the sum
_WRONG_SIDE = {"before": 0.3, "after": 0.4, "weak": 0.3}
_WRONG_SIDE_OFFERED = 0.15  # promises and prices bind closely: "salary" counts before, "ka inaam" behind a sum
_WEAK = 0.5  # "a month" says something of a sum only where nothing stronger does
_SENTENCE_ENDS = {".", "!", "?"}
_LIST_GAP = 7  # most words between two sums of one list


@dataclass(frozen=True)
class Cue:
    """A word or phrase about money, on the side of the sum where it counts."""

    role: str
    side: str
    start: int
    end: int


@lru_cache
def _matcher() -> PhraseMatcher:
    money = lexicon("money")
    lists = {
        f"{role} {side}": money[role].get(side, [])
        for role in (*_ROLES, "total")
        for side in _SIDES
        if side in money[role]
    }
    lists |= {f"{name} either": money[name] for name in ("plain", *_SETTINGS)}
    return phrase_matcher(lists)


@lru_cache
def _words(name: str) -> frozenset[str]:
    return frozenset(fold(str(word)) for word in lexicon("money")[name])


@lru_cache
def says_of_money() -> frozenset[str]:
    """Single words that are cues or begin a clause: a counted noun is none of them."""
    money = lexicon("money")
    phrases = [phrase for role in _ROLES for side in money[role].values() for phrase in side]
    return frozenset(fold(str(phrase)) for phrase in phrases if " " not in str(phrase)) | _words("clause")


def sum_cues(tokens: Tokens, numbers: Sequence[tuple[int, int]]) -> list[Cue]:
    """Cues of the text, longest first where they overlap; words inside a number are not cues."""
    matcher, strings = _matcher(), vocabulary().strings
    found = [(strings[rule], start, end) for rule, start, end in matcher(tokens.doc)]
    inside = {index for start, end in numbers for index in range(start, end)}
    settings = [Cue(rule.split()[0], "either", s, e) for rule, s, e in found if rule.split()[0] in _SETTINGS]
    matches = sorted(found, key=lambda match: (match[1] - match[2], match[1]))
    taken: dict[int, tuple[int, int]] = {}
    cues = []
    for rule, start, end in matches:
        places = range(start, end)
        role, side = rule.split()
        if role in _SETTINGS or any(i in inside or taken.get(i, (start, end)) != (start, end) for i in places):
            continue
        taken.update(dict.fromkeys(places, (start, end)))
        cues.append(Cue(role, side, start, end))
    return sorted([cue for cue in cues if cue.role != "plain"] + settings, key=lambda cue: cue.start)


def near(cues: Sequence[Cue], start: int, end: int) -> Sequence[Cue]:
    """Those of the sorted cues that a sum at tokens start to end may take its role from."""
    first = bisect_left(cues, start - _WINDOW - _LONGEST_CUE, key=lambda cue: cue.start)
    return cues[first : bisect_left(cues, end + _WINDOW + 1, key=lambda cue: cue.start)]


def role_of(
    cues: Sequence[Cue], tokens: Sequence[str], span: tuple[int, int], numbers: Sequence[tuple[int, int]]
) -> tuple[str, bool]:
    """Role of the sum at `span`, and whether it is called the total."""
    borrowing = any(cue.role == "borrowing" for cue in cues)
    scores = dict.fromkeys((*_ROLES, "total"), 0.0)
    for cue in near(cues, *span):
        role = "offered" if borrowing and " ".join(tokens[cue.start : cue.end]) in _words("taken") else cue.role
        if role in scores:
            scores[role] = max(scores[role], _score(cue, tokens, span, numbers))
    best = max(_ROLES, key=lambda role: scores[role])
    if scores[best] < _LEAST or (best == "offered" and _TOTAL <= scores["total"] > scores[best]):
        best = "unknown"
    elif best == "fee":  # a fee that was paid is lost, one that is asked for is demanded
        verb = max(("lost", "demanded"), key=lambda role: scores[role])
        best = verb if scores[verb] >= _CLEAR else best if scores[best] >= _CLEAR else "unknown"
    return best, scores["total"] >= _TOTAL


def _score(cue: Cue, tokens: Sequence[str], span: tuple[int, int], numbers: Sequence[tuple[int, int]]) -> float:
    start, end = span
    if cue.end <= start:
        between, side = (cue.end, start), "before"
    elif cue.start >= end:
        between, side = (end, cue.start), "after"
    else:
        return 0.0
    distance = between[1] - between[0]
    if distance > _WINDOW:
        return 0.0
    words = tokens[between[0] : between[1]]
    if _SENTENCE_ENDS & set(words):
        return 0.0
    if cue.side in (side, "either"):
        factor = 1.0
    elif cue.side == "next":
        factor = 1.0 if side == "after" and not distance else 0.0
    elif cue.side == "weak" and side == "after":
        factor = _WEAK
    else:
        factor = _WRONG_SIDE_OFFERED if cue.role == "offered" and cue.side != "weak" else _WRONG_SIDE[cue.side]
    commas = sum(word == "," for word in words)
    clauses = sum(word in _words("clause") for word in words)
    crossed = sum(between[0] <= begin < between[1] for begin, _ in numbers)
    return factor / (1 + 0.5 * distance + 1.5 * commas + 1.5 * clauses + 2 * crossed)


def joined(tokens: Sequence[str], end: int, start: int) -> bool:
    """Whether two sums stand in one list: few words between them, one of which joins, no end of sentence."""
    between = tokens[end:start]
    if len(between) > _LIST_GAP or _SENTENCE_ENDS & set(between):
        return False
    return not between or bool(_words("joining") & set(between))
