"""Signs deliveries and checks them: HMAC-SHA256 over "timestamp.body", as docs/webhook.md describes."""

import hashlib
import hmac

KEY_HEADER = "Idempotency-Key"
TIMESTAMP_HEADER = "Muhafiz-Timestamp"
SIGNATURE_HEADER = "Muhafiz-Signature"
WINDOW_SECONDS = 300  # how far a delivery's clock may be off


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The value of the signature header."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"v1={digest}"


def is_genuine(secret: str, timestamp: str, signature: str, body: bytes, *, now: float) -> bool:
    """Whether the body was signed with `secret` within the window; compares in constant time."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    expected = sign(secret, int(timestamp), body)
    fresh = abs(now - int(timestamp)) <= WINDOW_SECONDS
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")) and fresh
