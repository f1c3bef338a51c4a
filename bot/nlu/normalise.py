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
        "hai h hy hay he ha hae hain hn hen hein ہے ہیں",
        "ne n nay ny نے",
        "me m mn mai mein men may main mei میں",
        "nahi nai nae nhi nahin nahe nhe ni nahen nahy نہیں",
        "ka k ki ke kay ky kae کا کی کے کہ",
        "aur or ore our اور",
        "pe par py pay pr پر پہ",
        "wo woh vo voh who وہ",
        "ye yeh yh yae یہ",
        "kya kia kiya kea کیا",
    )
    for spelling in spellings.split()
}
_SOUNDS = {
    letter: sound
    for letters, sound in (
        ("ب", "b"), ("پ", "p"), ("تطٹ", "t"), ("ثسصش", "s"), ("جذزضظژ", "j"), ("چ", "c"), ("خقک", "k"), ("دڈ", "d"),
        ("رڑ", "r"), ("غگ", "g"), ("ف", "f"), ("ل", "l"), ("م", "m"), ("نں", "n"), ("و", "v"), ("یے", "y"),
        ("اآعء", "a"), ("حہھ", "h"),
    )
    for letter in letters
}  # fmt: skip
_LATIN_SOUNDS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"ph", "f"), (r"sh", "s"), (r"zh", "j"), (r"(?<=[kgtdbjr])h", ""), (r"c(?=[eiy])", "s"), (r"c(?!h)|q", "k"),
        (r"ch", "c"), (r"z", "j"), (r"x", "ks"), (r"w", "v"), (r"^[aeiou]", "a"),
    )
]  # fmt: skip
_UNWRITTEN = re.compile(r"(?<!^)[aeiouyvh]+")  # inside a word each script writes or leaves them out in its own way
_DOUBLED = re.compile(r"([a-z])\1+")
_SKELETONS: dict[str, str] = {}
_SKELETON_LIMIT = 200_000  # distinct words remembered; the cache is emptied when it is full


def skeleton(word: str) -> str:
    """One key for the spellings of a word in both scripts: mujhe, mujhy, mjhe and مجھے all give the same.

    It holds the consonants as they sound, and whether the word begins with a vowel, so that what is learnt
    from texts in Urdu script serves Roman Urdu too, and the other way round.
    """
    known = _SKELETONS.get(word)
    if known is None:
        if len(_SKELETONS) >= _SKELETON_LIMIT:
            _SKELETONS.clear()
        known = _SKELETONS[word] = _SMALL_WORDS.get(word) or _reduce(word)
    return known


def _reduce(word: str) -> str:
    sounds = _sounds(word)
    return _DOUBLED.sub(r"\1", _UNWRITTEN.sub("", sounds)) or word


def _sounds(word: str) -> str:
    """Latin letters for what is heard; empty for a word with other signs in it."""
    if word.isascii() and word.isalpha():
        for pattern, replacement in _LATIN_SOUNDS:
            word = pattern.sub(replacement, word)
        return word
    if all(letter in _SOUNDS for letter in word):
        return "".join(_SOUNDS[letter] for letter in word)
    return ""


_WORD = re.compile(r"[^\W_]+")


def words(normalised: str) -> list[str]:
    """Words of an already normalised text, digits masked by their count so that numbers generalise."""
    return ["#" * min(len(w), 6) if w.isdigit() else w for w in _WORD.findall(normalised)]
