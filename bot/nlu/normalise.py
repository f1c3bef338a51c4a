"""Bring the many ways of writing one thing together: Unicode forms, Urdu letters, digits, Roman spellings.

`fold` keeps every character in its place, so that entity offsets stay true for the original text;
`normalise` may change lengths and is what the classifiers see, in training and in use alike.
"""

import re
import unicodedata

_URDU_LETTERS = {
    "ي": "ی", "ى": "ی", "ئ": "ئ", "ې": "ی",
    "ك": "ک", "ڪ": "ک",
    "ه": "ہ", "ة": "ہ", "ۃ": "ہ", "ۀ": "ہ", "ە": "ہ",
    "أ": "ا", "إ": "ا", "ٱ": "ا",
    "ؤ": "و",
    "۔": ".", "،": ",", "؟": "?", "؛": ";", "٪": "%", "٫": ".", "٬": ",",
    "’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "−": "-",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "／": "/",
}  # fmt: skip
_DIGITS = {chr(start + n): str(n) for start in (0x0660, 0x06F0, 0xFF10) for n in range(10)}
_ONE_TO_ONE = str.maketrans(_URDU_LETTERS | _DIGITS)
_DIACRITICS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
_SPACE = re.compile(r"\s+")


def fold(text: str) -> str:
    """Lower case, Urdu letters for Arabic ones, ASCII digits and punctuation; same length as `text`."""
    folded = text.translate(_ONE_TO_ONE)
    lowered = folded.lower()
    if len(lowered) == len(folded):
        return lowered
    return "".join(ch.lower() if len(ch.lower()) == 1 else ch for ch in folded)


def normalise(text: str) -> str:
    """What the classifiers see: folded, without diacritics, invisible characters and elongations."""
    text = unicodedata.normalize("NFKC", text)
    text = _INVISIBLE.sub(" ", _DIACRITICS.sub("", text))
    text = _ELONGATED.sub(r"\1", fold(text))
    return _SPACE.sub(" ", text).strip()


_SMALL_WORDS = {
    spelling: spellings.split()[0]
    for spellings in (
        "hai h hy hay he ha hae hain hn hen hein",
        "ne n nay ny",
        "me m mn mai mein men may main mei",
        "nahi nai nae nhi nahin nahe nhe ni nahen nahy",
        "ka k ki ke kay ky kae",
        "aur or ore our",
        "pe par py pay pr",
        "wo woh vo voh who",
        "ye yeh yh yae",
        "kya kia kiya kea",
    )
    for spelling in spellings.split()
}
_SKELETON_STEPS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"ph", "f"), (r"w", "v"), (r"q|ck", "k"), (r"z", "j"), (r"x", "ks"), (r"c(?!h)", "k"),
        (r"(?<!^)[aeiouy]+", ""),  # short vowels inside a word are written or left out at will
        (r"h", ""),
        (r"([a-z])\1+", r"\1"),
    )
]  # fmt: skip
_SKELETONS: dict[str, str] = {}
_SKELETON_LIMIT = 200_000  # distinct words remembered; the cache is emptied when it is full


def skeleton(word: str) -> str:
    """One key for the spellings of a Latin-script word: mujhe, mujhy, mjhe all give the same."""
    known = _SKELETONS.get(word)
    if known is None:
        if len(_SKELETONS) >= _SKELETON_LIMIT:
            _SKELETONS.clear()
        known = _SKELETONS[word] = _reduce(word)
    return known


def _reduce(word: str) -> str:
    if word in _SMALL_WORDS:
        return _SMALL_WORDS[word]
    if not (word.isascii() and word.isalpha()):
        return word
    reduced = word
    for pattern, replacement in _SKELETON_STEPS:
        reduced = pattern.sub(replacement, reduced)
    return reduced or word


_WORD = re.compile(r"[^\W_]+")


def words(normalised: str) -> list[str]:
    """Words of an already normalised text, digits masked by their count so that numbers generalise."""
    return ["#" * min(len(w), 6) if w.isdigit() else w for w in _WORD.findall(normalised)]
