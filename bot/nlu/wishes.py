"""What the person wants from the office: phrases that say it, or that say it beside a word of asking."""

from collections.abc import Collection, Iterable, Sequence

from bot.nlu.lexicon import lexicon
from bot.nlu.tokens import Tokens
from bot.triage.taxonomy import DESIRED_OUTCOMES

_ENDS = frozenset({".", "!", "?", ";"})
_REACH = 9  # words between what is wanted and the word of asking
_REFUSED = 7  # words between what is named and the refusal
_OFFENDER = 5  # words between what is named and the offender's "he says"
_PART = "wish "
_ADVICE = "advice_only"
_GROUPS = ("whole", "part", "first")
_CUES = ("asking", "refusing", "other_asks", "things")
Match = tuple[str, int, int]


def phrases() -> dict[str, Iterable[str]]:
    """Phrase lists for the shared matcher, by label."""
    words = lexicon("wishes")
    lists = {f"{_PART}{group} {name}": words[group][name] for group in _GROUPS for name in words[group]}
    return lists | {f"{_PART}- {name}": words[name] for name in _CUES}


def desired_outcome(matches: Iterable[Match], tokens: Tokens) -> list[str]:
    """Outcomes that the text asks for; advice only where nothing else is asked for."""
    own = [(label[len(_PART) :], start, end) for label, start, end in matches if label.startswith(_PART)]
    named = [match for match in own if not match[0].startswith("-")]
    if not named:
        return []
    sentence = _sentences(tokens.words, _ENDS)
    clause = _sentences(tokens.words, _ENDS | {str(word) for word in lexicon("wishes")["turns"]})
    cues = {name: [(start, end) for label, start, end in own if label == f"- {name}"] for name in _CUES}
    leads = _led(tokens.words, sentence)
    found = {
        label.split()[1]
        for label, start, end in named
        if (not label.startswith("first") or _is_order(label, start, cues["things"], leads, sentence))
        and _counts(label, start, end, cues, (sentence, clause))
    }
    if len(found) > 1:
        found.discard(_ADVICE)
    return [name for name in DESIRED_OUTCOMES if name in found]


def _counts(
    label: str, start: int, end: int, cues: dict[str, list[tuple[int, int]]], parts: tuple[list[int], list[int]]
) -> bool:
    sentence, clause = parts
    if _near(cues["refusing"], start, end, _REFUSED, clause):
        return label.endswith(_ADVICE)
    if any(0 <= start - last <= _OFFENDER and sentence[first] == sentence[start] for first, last in cues["other_asks"]):
        return False
    return not label.startswith("part") or _near(cues["asking"], start, end, _REACH, sentence)


def _led(words: Sequence[str], sentence: Sequence[int]) -> list[bool]:
    """Whether nothing but `please` and the like stands before a word in its sentence."""
    lead = {str(word) for word in lexicon("wishes")["lead"]}
    led: list[bool] = []
    for i in range(len(words)):
        begins = i == 0 or sentence[i - 1] != sentence[i]
        led.append(begins or (led[i - 1] and words[i - 1] in lead))
    return led


def _is_order(
    label: str, start: int, things: list[tuple[int, int]], led: Sequence[bool], sentence: Sequence[int]
) -> bool:
    """`remove the pics`, `please just stop them`: not `he will remove them` or `delete my name`."""
    if not led[start]:
        return False
    named = any(start < first <= start + _OFFENDER and sentence[first] == sentence[start] for first, _ in things)
    return named or not label.endswith("content_removed")


def _near(cues: list[tuple[int, int]], start: int, end: int, reach: int, sentence: Sequence[int]) -> bool:
    return any(
        sentence[first] == sentence[start] and first - end <= reach and start - last <= reach for first, last in cues
    )


def _sentences(words: Sequence[str], ends: Collection[str]) -> list[int]:
    """The number of the sentence, or part of one, that each word stands in."""
    numbers, current = [], 0
    for word in words:
        numbers.append(current)
        current += word in ends
    return numbers
