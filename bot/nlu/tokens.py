"""The shared spaCy pipeline: a fast tokenizer over folded text, and phrase lists as matchers."""

import re
import sys
from collections.abc import Iterable
from functools import lru_cache

from bot.nlu.normalise import fold

_hide_tensorflow = "tensorflow" not in sys.modules
if _hide_tensorflow:  # spaCy loads TensorFlow whenever it is installed: 4 s and 300 MB for nothing
    sys.modules["tensorflow"] = None  # type: ignore[assignment]
try:
    import spacy
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab
finally:
    if _hide_tensorflow:
        del sys.modules["tensorflow"]

_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?:[^\W\d_]|[\u064b-\u065f\u0670])+(?:'[a-z]+)?|_|\S",
    re.UNICODE,
)


class FoldedTokenizer:
    """Splits words, numbers and signs apart (`25k` is `25` `k`), as `Doc` over the given text."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """A Doc whose text equals `text` when its white space is single spaces."""
        pieces, spaces, ends = [], [], []
        for match in _TOKEN.finditer(text):
            if ends:
                spaces.append(match.start() > ends[-1])
            pieces.append(match.group())
            ends.append(match.end())
        spaces += [False] * bool(pieces)
        return Doc(self.vocab, words=pieces, spaces=spaces)


@lru_cache
def pipeline() -> Language:
    """Blank multilingual pipeline (no model files) with this project's tokenizer."""
    nlp = spacy.blank("xx")
    nlp.tokenizer = FoldedTokenizer(nlp.vocab)
    return nlp


def flatten(text: str) -> tuple[str, list[int]]:
    """Folded text with white space as single spaces, and for each character its offset in `text`."""
    folded = fold(text)
    kept: list[str] = []
    origin: list[int] = []
    for index, ch in enumerate(folded):
        if ch.isspace() or ch in "\u200b\u200c\u200d\u200e\u200f\u00ad\ufeff":
            if kept and kept[-1] != " ":
                kept.append(" ")
                origin.append(index)
            continue
        kept.append(ch)
        origin.append(index)
    while kept and kept[-1] == " ":
        kept.pop()
        origin.pop()
    return "".join(kept), origin


def phrase_matcher(lists: dict[str, Iterable[str]]) -> PhraseMatcher:
    """A PhraseMatcher over folded phrases; one rule a list."""
    nlp = pipeline()
    matcher = PhraseMatcher(nlp.vocab, attr="ORTH")
    for name, phrases in lists.items():
        matcher.add(name, [nlp.make_doc(fold(str(phrase))) for phrase in phrases])
    return matcher
