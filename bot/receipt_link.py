"""Receipts travel as sealed tokens: unguessable, good for a day, and only in the conversation they were made for."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sealed import Sealed

_PURPOSE = "receipt"
_OPEN_FOR = timedelta(days=1)


def seal_receipt(secret: str, conversation_id: str, receipt: dict[str, Any]) -> str:
    """The token of a receipt, or nothing when it was asked for too long ago."""
    if datetime.now(UTC) - datetime.fromisoformat(receipt["asked_at"]) > _OPEN_FOR:
        return ""
    return Sealed(secret, _PURPOSE).seal({**receipt, "conversation": conversation_id})


def open_receipt(secret: str, conversation_id: str, token: str) -> dict[str, Any] | None:
    """What the receipt says, if this conversation may see it."""
    receipt = Sealed(secret, _PURPOSE).open(token, seconds=int(_OPEN_FOR.total_seconds()))
    return receipt if receipt and receipt["conversation"] == conversation_id else None
