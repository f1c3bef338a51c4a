"""Which of the three languages a message is written in: script first, then everyday words and letter patterns.

Language detectors on the package index call Roman Urdu English, Hausa or Tswana, so the decision between
the two Latin-script languages is this project's own.
"""

import re
from functools import lru_cache

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.triage.taxonomy import Language

_WORD = re.compile(r"[a-z']+")
_URDU = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_LATIN = re.compile("[a-z]")
_LINK_SIGNS = ("://", "www.", "@")
_SURE_MARGIN = 1.5  # one everyday word alone ("why", "haan") does not switch the conversation
_LEAST_URDU = 5  # letters
_SENTENCE = 1.0  # less evidence than this is no sentence in Latin letters
_URDU_SHARE = 0.35  # of letters; an English brand name or two does not make an Urdu message English


@lru_cache
def _weights() -> tuple[dict[str, float], list[tuple[re.Pattern[str], float]]]:
    """Word weights (positive is Roman Urdu, negative is English) and weighted letter patterns."""
    lists = lexicon("languages")
    words: dict[str, float] = {}
    for entry in lists["words"]:
        words.update({str(word): entry["weight"] for word in str(entry["list"]).split()})
    patterns = [(re.compile(entry["pattern"]), entry["weight"]) for entry in lists["patterns"]]
    return words, patterns


def score(text: str) -> tuple[float, int]:
    """Evidence for Roman Urdu (above 0) or English (below 0), and how many words were weighed."""
    words, patterns = _weights()
    total, counted = 0.0, 0
    for word in _WORD.findall(text):
        weight = words.get(word)
        if weight is None:
            if len(word) < 3:
                continue
            weight = sum(w for pattern, w in patterns if pattern.search(word))
        total += weight
        counted += 1
    return total, counted


def detect(text: str) -> tuple[Language, bool]:
    """Language of `text`, and whether the text is clear enough to change the conversation's language."""
    folded = " ".join(word for word in fold(text).split() if not any(sign in word for sign in _LINK_SIGNS))
    urdu, latin = len(_URDU.findall(folded)), len(_LATIN.findall(folded))
    if urdu and urdu / (urdu + latin) >= _URDU_SHARE:
        return "ur", urdu >= 3
    evidence, counted = score(folded)
    if urdu >= _LEAST_URDU and abs(evidence) < _SENTENCE:
        return "ur", True  # the Latin letters are names and single words
    return ("ur-Latn" if evidence > 0 else "en"), counted > 0 and abs(evidence) >= _SURE_MARGIN
