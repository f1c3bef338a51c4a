"""Words of a folded text, and phrase lists as spaCy matchers over them.

spaCy keeps every word it ever saw. A public bot is sent any word there is, so only the words of the phrase
lists are shown to it; all others are replaced by a filler of the same length.
"""

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.nlu.normalise import fold

_hide_tensorflow = "tensorflow" not in sys.modules
if _hide_tensorflow:  # spaCy loads TensorFlow whenever it is installed: 4 s and 300 MB for nothing
    sys.modules["tensorflow"] = None  # type: ignore[assignment]  # None makes its import fail
try:
    import spacy
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab
finally:
    if _hide_tensorflow:
        del sys.modules["tensorflow"]

__all__ = ["PhraseMatcher", "Tokens", "flatten", "phrase_matcher", "tokenise", "vocabulary"]

_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?:[^\W\d_]|[\u064b-\u065f\u0670])+(?:'[a-z]+)?|_|\S"
)
_FILLER = "\u00b7"
_LONGEST_FILLER = 12  # characters; a longer word is cut for the matcher, which never looks at fillers
_BREAKS = frozenset("\u200b\u200c\u200d\u200e\u200f\u00ad\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MARKS = frozenset(chr(code) for code in (*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, 0x0640))


@dataclass(frozen=True)
class Tokens:
    """Words of a flattened text, whether a space follows each, and where each starts."""

    words: list[str]
    spaced: list[bool]
    starts: list[int]

    @cached_property
    def doc(self) -> Doc:
        """The words for spaCy's matchers."""
        known = _known()
        shown = [word if word in known else _FILLER * min(len(word), _LONGEST_FILLER) for word in self.words]
        return Doc(vocabulary(), words=shown, spaces=self.spaced)

    @cached_property
    def distinct(self) -> set[str]:
        """The different words."""
        return set(self.words)

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """First and last-but-one character of the words start to end."""
        return self.starts[start], self.starts[end - 1] + len(self.words[end - 1])

    def covering(self, first: int, last: int) -> tuple[int, int]:
        """The words that the characters first to last touch."""
        return max(0, bisect_right(self.starts, first) - 1), bisect_left(self.starts, last)


def tokenise(flat: str) -> Tokens:
    """Words, numbers and signs apart: `25k` is `25` `k`."""
    words: list[str] = []
    spaced: list[bool] = []
    starts: list[int] = []
    end = -1
    for match in _TOKEN.finditer(flat):
        start = match.start()
        if words:
            spaced.append(start > end)
        words.append(match.group())
        starts.append(start)
        end = match.end()
    spaced += [False] * bool(words)
    return Tokens(words, spaced, starts)


@lru_cache
def vocabulary() -> Vocab:
    """The vocabulary of a blank multilingual pipeline (no model files)."""
    vocab: Vocab = spacy.blank("xx").vocab
    return vocab


@lru_cache
def _known() -> set[str]:
    return set()


def flatten(text: str) -> tuple[str, list[int]]:
    """Folded text with single spaces and without vowel marks, and for each character its offset in `text`."""
    kept: list[str] = []
    origin: list[int] = []
    space = True
    for index, ch in enumerate(fold(text)):
        if ch.isspace() or ch in _BREAKS:
            if not space:
                kept.append(" ")
                origin.append(index)
                space = True
        elif ch not in _MARKS:
            kept.append(ch)
            origin.append(index)
            space = False
    if kept and space:
        kept.pop()
        origin.pop()
    return "".join(kept), origin


def phrase_matcher(lists: dict[str, Iterable[str]]) -> PhraseMatcher:
    """A PhraseMatcher over folded phrases; one rule a list."""
    vocab = vocabulary()
    matcher = PhraseMatcher(vocab, attr="ORTH")
    for name, phrases in lists.items():
        docs = []
        for phrase in phrases:
            tokens = tokenise(flatten(str(phrase))[0])
            _known().update(tokens.words)
            docs.append(Doc(vocab, words=tokens.words, spaces=tokens.spaced))
        matcher.add(name, docs)
    return matcher
