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
Match = tuple[str, int, int]


def phrases() -> dict[str, Iterable[str]]:
    """Phrase lists for the shared matcher, by label."""
    words = lexicon("wishes")
    lists = {f"{_PART}{group} {name}": words[group][name] for group in ("whole", "part") for name in words[group]}
    return lists | {f"{_PART}- {name}": words[name] for name in ("asking", "refusing", "other_asks")}


def desired_outcome(matches: Iterable[Match], tokens: Tokens) -> list[str]:
    """Outcomes that the text asks for; advice only where nothing else is asked for."""
    own = [(label[len(_PART) :], start, end) for label, start, end in matches if label.startswith(_PART)]
    named = [match for match in own if not match[0].startswith("-")]
    if not named:
        return []
    sentence = _sentences(tokens.words, _ENDS)
    clause = _sentences(tokens.words, _ENDS | {str(word) for word in lexicon("wishes")["turns"]})
    cues = {
        name: [(start, end) for label, start, end in own if label == f"- {name}"]
        for name in ("asking", "refusing", "other_asks")
    }
    found = {label.split()[1] for label, start, end in named if _counts(label, start, end, cues, (sentence, clause))}
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
    return label.startswith("whole") or _near(cues["asking"], start, end, _REACH, sentence)


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
