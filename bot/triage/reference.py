"""The reference a citizen keeps: unguessable, easy to read aloud, with a check character.

Eleven random characters of a 32-letter alphabet (55 bits; with ten million records the chance that a guess
hits one is 1 in 3.6 thousand million, and two equal draws are caught by the store). The check character makes
any single wrong character and any swap of neighbours visible: the characters, read as numbers of GF(32) with
weights 2^n, must sum to zero.
"""

import itertools
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
PREFIX = "MHZ"
RESUME_PREFIX = "SAVE"
RANDOM_CHARACTERS = 11
_RESUME_SUM = 1  # what a resume code sums to, so that it is never taken for a reference
_LEAST_DIGITS = 2  # and letters: what tells a code without its prefix from words and from numbers
_MOST_WORDS = 4  # that may stand before a code without its prefix
_GROUP = 4
_BODY = RANDOM_CHARACTERS + 1
_GROUPS = _BODY // _GROUP
_LOOKALIKES = str.maketrans("OIL", "011")
_LOOKALIKE_CLASSES = {"0": "[0O]", "1": "[1IL]"}
_NOT_SAID = re.compile(r"[^0-9A-Z]+")
_GROUPED = r" ?(?=[0-9A-Z ]*[0-9])(?:[0-9A-Z]{4} ?){3}(?![0-9A-Z])"
_WRITTEN_REFERENCE = re.compile(rf"(?<![0-9A-Z])MHZ{_GROUPED}")
_WRITTEN_RESUME_CODE = re.compile(rf"(?<![0-9A-Z])SAVE{_GROUPED}")
_BEGUN_RESUME_CODE = re.compile(r"(?<![0-9A-Z])SAVE ?[-–—] ?[0-9A-Z]")
_MOST_READ = 6000  # characters of a message that are looked at


def new_reference() -> str:
    """A fresh reference such as `MHZ-7K3P-9QXD-4WTM`."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return _written(PREFIX, body + ALPHABET[_doubled(_weighted(body))])


def resume_code(seed: Callable[[int], bytes]) -> str:
    """The resume code that `seed` leads to; `seed(n)` gives the bytes of the nth try, one character a byte."""
    for attempt in itertools.count():
        body = "".join(ALPHABET[byte & 31] for byte in seed(attempt)[:RANDOM_CHARACTERS])
        body += ALPHABET[_doubled(_weighted(body)) ^ _RESUME_SUM]
        if min(_digits(body), _BODY - _digits(body)) >= _LEAST_DIGITS:
            return _written(RESUME_PREFIX, body)
    raise AssertionError("unreachable")


def normalise_resume_code(text: str) -> str | None:
    """The resume code in `text` as it was given out, or None; as tolerant as `normalise_reference`."""
    said = _NOT_SAID.sub(" ", _latin(text[:_MOST_READ]))
    candidates = [_characters(said[match.end() :]) for match in re.finditer(r"S ?A ?V ?E", said)]
    for candidate in [*filter(_digits, candidates), *_unprefixed(said)]:  # "save" is a word too
        body = candidate.translate(_LOOKALIKES)
        if _is_body(body, _RESUME_SUM):
            return _written(RESUME_PREFIX, body)
    return None


def says_reference(text: str) -> bool:
    """Whether a message gives a reference: with its prefix anywhere, without it at the end of a few words."""
    said = _NOT_SAID.sub(" ", _latin(text[:_MOST_READ]))
    candidates = [_characters(said[match.end() :]) for match in re.finditer(r"M ?H ?Z", said)]
    return any(_is_body(c.translate(_LOOKALIKES), 0) for c in [*candidates, *_unprefixed(said)])


def misspells_reference(text: str) -> bool:
    """Whether a message holds what has the form of a reference, but a character of it is wrong."""
    said = _NOT_SAID.sub(" ", _latin(text[:_MOST_READ]))
    return not says_reference(text) and bool(_WRITTEN_REFERENCE.search(said))


def begins_resume_code(text: str) -> bool:
    """Whether a message holds what was meant as a resume code, whole or in part: `SAVE-K`, `SAVE-0000-0000-0000`."""
    latin = _latin(text[:_MOST_READ])
    return bool(_BEGUN_RESUME_CODE.search(latin)) or bool(_WRITTEN_RESUME_CODE.search(_NOT_SAID.sub(" ", latin)))


def reference_and_pin(text: str) -> tuple[str | None, str | None]:
    """The reference and the six digits of a PIN that a message holds; the digits of the reference are no PIN."""
    said = _NOT_SAID.sub(" ", _latin(text[:_MOST_READ]))
    reference, rest = normalise_reference(text), said
    if reference:
        spaced = " ?".join(_LOOKALIKE_CLASSES.get(c, c) for c in reference.replace("-", "").removeprefix(PREFIX))
        rest = re.sub(rf"(?:M ?H ?Z ?)?{spaced}", " ", said, count=1)
    pin = re.search(r"(?<![0-9A-Z])([0-9]{3} ?[0-9]{3})(?![0-9A-Z])", rest)
    spelled = re.search(r"(?<![0-9A-Z])(?:[0-9] ){5}[0-9](?![0-9A-Z])", rest)
    found = pin or spelled
    return reference, found.group().replace(" ", "") if found else None


def normalise_reference(text: str) -> str | None:
    """The reference in `text` as it was given out, or None where there is none or its check fails.

    Tolerates lower case, spaces, missing or odd dashes, a missing prefix, O for 0, I and L for 1, digits of
    the Urdu keyboard, and words around a reference that has its prefix.
    """
    said = _NOT_SAID.sub(" ", _latin(text[:_MOST_READ]))
    whole = said.replace(" ", "")
    candidates = [whole] if len(whole) == _BODY else []
    candidates += [_characters(said[match.end() :]) for match in re.finditer(r"M ?H ?Z", said)]
    for candidate in [*candidates, *_unprefixed(said)]:
        body = candidate.translate(_LOOKALIKES)
        if _is_body(body, 0):
            return _written(PREFIX, body)
    return None


def _is_body(body: str, total: int) -> bool:
    return len(body) == _BODY and set(body) <= set(ALPHABET) and _weighted(body) == total


def _unprefixed(said: str) -> Iterator[str]:
    """The last words of a short text, where they look like a code: three of four characters, letters and digits.

    Stricter than with a prefix, for a phone or transaction number must not be taken for a code.
    """
    words = said.split()
    groups = words[-_GROUPS:]
    if len(groups) == _GROUPS <= len(words) <= _MOST_WORDS + _GROUPS and {len(group) for group in groups} == {_GROUP}:
        body = "".join(groups)
        if min(_digits(body), _BODY - _digits(body)) >= _LEAST_DIGITS:
            yield body


def _digits(body: str) -> int:
    return sum(character.isdecimal() for character in body)


def _written(prefix: str, body: str) -> str:
    return "-".join([prefix, *(body[i : i + _GROUP] for i in range(0, _BODY, _GROUP))])


def _characters(said: str) -> str:
    return said.replace(" ", "")[:_BODY]


def _latin(text: str) -> str:
    """Upper case with every decimal digit as 0-9 and width variants folded."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded).upper()


def _doubled(value: int) -> int:
    """Multiply by the primitive element 2 of GF(32), polynomial x^5 + x^2 + 1."""
    return (value << 1) ^ 0b100101 if value & 0b10000 else value << 1


def _weighted(body: str) -> int:
    total = 0
    for character in body:
        total = _doubled(total) ^ ALPHABET.index(character)
    return total
