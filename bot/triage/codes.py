"""Codes and PINs that follow from a draft and the store's key, so that the same ones can be told again.

A resume code and a PIN are HMACs of the draft's random id: unguessable without the key, the same when an answer
was lost and is asked for again, and kept nowhere in clear. The database holds a keyed digest of the code and an
argon2 hash of the PIN.
"""

import hashlib
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from bot.triage.reference import resume_code

PIN_DIGITS = 6
# OWASP's second choice: 19 MiB and two rounds, about 20 ms; with five tries an hour more would only cost memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODYS = _hasher.hash(secrets.token_hex())


class Codes:
    """Codes under `key`, which may hold several keys with commas: the first one makes, all recognise."""

    def __init__(self, key: str) -> None:
        self._keys = [part.strip().encode() for part in key.split(",") if part.strip()]

    def resume_code(self, draft_id: str) -> str:
        """The code with which this draft is taken up again."""
        return resume_code(lambda attempt: self._mac(f"resume:{attempt}:{draft_id}"))

    def digests(self, code: str) -> list[str]:
        """What the store may know this resume code by; the first is what it writes."""
        return [self._mac(f"code:{code}", key).hex() for key in self._keys]

    def pin(self, draft_id: str) -> str:
        """The PIN of the record that this draft becomes."""
        number = int.from_bytes(self._mac(f"pin:{draft_id}")) % 10**PIN_DIGITS
        return f"{number:0{PIN_DIGITS}}"

    def subject(self, kind: str, name: str) -> str:
        """Under what the tries of a conversation or at a reference are counted; tells neither."""
        return self._mac(f"{kind}:{name}").hex()

    def _mac(self, text: str, key: bytes | None = None) -> bytes:
        return hmac.digest(key or self._keys[0], text.encode(errors="replace"), hashlib.sha256)


def pin_hash(pin: str) -> str:
    """The only form in which a PIN is stored."""
    return _hasher.hash(pin)


def pin_fits(stored: str | None, pin: str) -> bool:
    """Whether the PIN is the right one; takes as long where there is nothing to compare with."""
    try:
        return _hasher.verify(stored or _NOBODYS, pin) and stored is not None
    except Argon2Error:
        return False
