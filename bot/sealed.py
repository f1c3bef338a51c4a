"""Small things that travel through other hands sealed: receipt links and addresses."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken


class Sealed:
    """Seals for one `purpose`; what was sealed for another does not open."""

    def __init__(self, secret: str, purpose: str) -> None:
        key = hmac.digest(secret.encode(), b"sealed\0" + purpose.encode(), hashlib.sha256)
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, content: dict[str, Any]) -> str:
        """A token for `content` that only this server can make and read."""
        return self._fernet.encrypt(json.dumps(content, ensure_ascii=False).encode()).decode()

    def open(self, token: str, *, seconds: int | None = None) -> dict[str, Any] | None:
        """What was sealed, unless it is forged or older than `seconds`."""
        try:
            content: dict[str, Any] = json.loads(self._fernet.decrypt(token.encode(errors="replace"), ttl=seconds))
        except InvalidToken:
            return None
        return content
