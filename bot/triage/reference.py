"""The reference a citizen keeps: unguessable, easy to read aloud, with a check character.

Eleven random characters of a 32-letter alphabet (55 bits; with ten million records the chance that a guess
hits one is 1 in 3.6 thousand million, and two equal draws are caught by the store). The check character makes
any single wrong character and any swap of neighbours visible: the characters, read as numbers of GF(32) with
weights 2^n, must sum to zero.
"""

import re
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
PREFIX = "MHZ"
RANDOM_CHARACTERS = 11
_GROUP = 4
_BODY = RANDOM_CHARACTERS + 1
_LOOKALIKES = str.maketrans("OIL", "011")
_NOT_SAID = re.compile(r"[^0-9A-Z]+")
_MOST_READ = 6000  # characters of a message that are looked at


def new_reference() -> str:
    """A fresh reference such as `MHZ-7K3P-9QXD-4WTM`."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return _written(body + ALPHABET[_doubled(_weighted(body))])


def normalise_reference(text: str) -> str | None:
    """The reference in `text` as it was given out, or None where there is none or its check fails.

    Tolerates lower case, spaces, missing or odd dashes, a missing prefix, O for 0, I and L for 1, digits of
    the Urdu keyboard, and words around a reference that has its prefix.
    """
    said = _NOT_SAID.sub(" ", _latin(text[:_MOST_READ]))
    whole = said.replace(" ", "")
    candidates = [whole] if len(whole) == _BODY else []
    candidates += [_characters(said[match.end() :]) for match in re.finditer(r"M ?H ?Z", said)]
    for candidate in candidates:
        body = candidate.translate(_LOOKALIKES)
        if len(body) == _BODY and set(body) <= set(ALPHABET) and _weighted(body) == 0:
            return _written(body)
    return None


def _written(body: str) -> str:
    return "-".join([PREFIX, *(body[i : i + _GROUP] for i in range(0, _BODY, _GROUP))])


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
