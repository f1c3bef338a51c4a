"""What the search counts in a text: words without regard to script and spelling, their parts, and concepts."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from bot.knowledge.texts import content
from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import normalise

_WORD = re.compile(r"[^\W_]+")
_LONGEST_NAME = 4  # words of a concept's longest name
_MOST_PAIRED = 7  # concepts of a text that are paired with one another

_URDU = {
    **dict.fromkeys("اأإآٱعء", "a"),
    **dict(zip("بپتٹثجچخدڈذرڑزژسشصضطظغفقکگلمنںوہھحیےئؤ", "bpttsjckddjrrjjsssjtjgfkkglmnnvhhhyyyv", strict=True)),
}
_ROMAN_STEPS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"tion\b", "shn"), (r"ph", "f"), (r"q|ck", "k"), (r"z", "j"), (r"x", "ks"), (r"c(?!h)", "k"), (r"w", "v"),
    )
]  # fmt: skip
_ENDINGS = re.compile(r"(?<=\w{3})(?:ing|s|ein|on)$")
_URDU_ENDINGS = re.compile(r"(?<=\w{3})(?:یں|وں|یاں|ات)$")


@lru_cache(maxsize=50_000)
def key(word: str) -> str:
    """One key for a word in either script: vowels, h, doubled letters and common endings do not count."""
    if word.isdigit():
        return word
    if word.isascii():
        sound = _ENDINGS.sub("", word)
        for pattern, replacement in _ROMAN_STEPS:
            sound = pattern.sub(replacement, sound)
    else:
        sound = "".join(_URDU.get(letter, letter) for letter in _URDU_ENDINGS.sub("", word))
    first = "a" if sound[0] in "aeiou" else sound[0]
    rest = re.sub(r"[aeiouyvh]", "", sound[1:])
    return re.sub(r"(.)\1+", r"\1", first + rest)


def words(text: str) -> list[str]:
    """Words of a text as they are written, folded."""
    return _WORD.findall(normalise(text))


@lru_cache
def _names() -> dict[tuple[str, ...], set[str]]:
    """Concepts by the keys of their names."""
    found: dict[tuple[str, ...], set[str]] = {}
    platforms = lexicon("platforms")["channels"]
    for concept, names in [*content("concepts")["concepts"].items(), *platforms.items()]:
        for name in names:
            keys = tuple(key(word) for word in words(str(name)))
            if keys and (len(keys) > 1 or len(keys[0]) > 1):
                found.setdefault(keys, set()).add(concept)
    return found


def concepts(keys: list[str]) -> list[str]:
    """Concepts named in a text, in the order of first mention; a longer name hides what is inside it."""
    names = _names()
    found: dict[str, None] = {}
    for start in range(len(keys)):
        for length in range(min(_LONGEST_NAME, len(keys) - start), 0, -1):
            for concept in sorted(names.get(tuple(keys[start : start + length]), ())):
                found.setdefault(concept, None)
    return list(found)


def terms(text: str) -> Iterator[tuple[str, str]]:
    """(group, term) for everything that counts in a text."""
    written = words(text)
    keys = [key(word) for word in written]
    yield from (("written", word) for word in written)
    yield from (("word", k) for k in keys)
    yield from (("pair", f"{a} {b}") for a, b in pairwise(keys))
    yield from (("part", part) for part in _parts(keys))
    named = concepts(keys)
    yield from (("concept", concept) for concept in named)
    ordered = sorted(named[:_MOST_PAIRED])
    yield from (("concepts", f"{a}+{b}") for i, a in enumerate(ordered) for b in ordered[i + 1 :])


def _parts(keys: Iterable[str]) -> Iterator[str]:
    for k in keys:
        framed = f"<{k}>"
        yield from (framed[i : i + 3] for i in range(len(framed) - 2))
