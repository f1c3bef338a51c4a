"""Who may open a web chat and how much: session cookie, origin check, limits by address, safe headers."""

import base64
import hashlib
import hmac
import secrets
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiolimiter import AsyncLimiter

from bot.settings import Settings

COOKIE = "muhafiz_session"
MOST_SOCKETS = 20
_KEPT_ADDRESSES = 10_000

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src {connect}; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "muhafiz",
}


class Sessions:
    """Signed session cookies and the conversation ids that follow from them."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.secret("session").encode()
        self._secure = settings.public_url.startswith("https://")
        self._max_age = settings.session_days * 86400

    def token(self, request: web.Request) -> str | None:
        """The token of a cookie that this server made, else None."""
        token, _, signature = request.cookies.get(COOKIE, "").partition(".")
        if not token or not signature.isascii():
            return None
        return token if hmac.compare_digest(signature, self._signature(token)) else None

    def give(self, response: web.StreamResponse, token: str | None = None) -> None:
        """Set the cookie of `token`, or of a new one."""
        token = token or secrets.token_urlsafe(32)
        value = f"{token}.{self._signature(token)}"
        response.set_cookie(COOKIE, value, max_age=self._max_age, **self._attributes())

    def take_away(self, response: web.StreamResponse) -> None:
        """Let the browser forget its session."""
        response.set_cookie(COOKIE, "", max_age=0, **self._attributes())

    def conversation_id(self, token: str) -> str:
        """The conversation of `token`; it cannot be turned back into the token."""
        return conversation_id("web", token, self._secret)

    def _attributes(self) -> dict[str, Any]:
        return {"httponly": True, "samesite": "Strict", "path": "/", "secure": self._secure}

    def _signature(self, token: str) -> str:
        digest = hmac.digest(self._secret, b"cookie\0" + token.encode(errors="replace"), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def conversation_id(prefix: str, token: str, secret: bytes) -> str:
    """`<prefix>-` and 32 hexadecimal digits that only this server can compute from `token`."""
    return f"{prefix}-{hmac.new(secret, token.encode(errors='replace'), hashlib.sha256).hexdigest()[:32]}"


class AddressLimits:
    """What one address may do: messages a minute, new sessions an hour, sockets at a time."""

    def __init__(self, settings: Settings) -> None:
        self._trust_proxy = settings.trust_proxy
        self._rates = {
            "messages": (settings.rate_messages_address, 60.0),
            "sessions": (settings.rate_sessions_address, 3600.0),
        }
        self._limiters: OrderedDict[tuple[str, str], AsyncLimiter] = OrderedDict()
        self._sockets: Counter[str] = Counter()

    def address(self, request: web.Request) -> str:
        """The client's address; behind a trusted proxy the one that this proxy added last."""
        forwarded = request.headers.get("X-Forwarded-For", "") if self._trust_proxy else ""
        return forwarded.rpartition(",")[2].strip() or request.remote or ""

    async def allows(self, what: str, address: str) -> bool:
        """Count one `what` of `address`; False when that is one too many."""
        rate, period = self._rates[what]
        limiter = self._limiters.pop((what, address), None) or AsyncLimiter(rate, period)
        self._limiters[(what, address)] = limiter
        if len(self._limiters) > _KEPT_ADDRESSES:
            self._limiters.popitem(last=False)
        if not limiter.has_capacity():
            return False
        await limiter.acquire()  # does not wait: there is capacity
        return True

    def wait_for_message(self) -> float:
        """Seconds after which an address over its limit may send again."""
        rate, period = self._rates["messages"]
        return max(5.0, period / rate)

    @contextmanager
    def socket(self, address: str) -> Iterator[bool]:
        """Hold one socket of `address`; gives False when it has too many."""
        if self._sockets[address] >= MOST_SOCKETS:
            yield False
            return
        self._sockets[address] += 1
        try:
            yield True
        finally:
            self._sockets[address] -= 1
            if not self._sockets[address]:
                del self._sockets[address]


def same_origin(request: web.Request, public_url: str) -> bool:
    """Whether a browser says that the request comes from our own page; no Origin means no browser page."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    ours = {request.host.lower(), urlsplit(public_url).netloc.lower()} - {""}
    return urlsplit(origin).netloc.lower() in ours


def set_safe_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Headers that every response carries."""
    host = request.host if _is_plain_host(request.host) else ""
    connect = f"'self' ws://{host} wss://{host}" if host else "'self'"
    for name, value in _HEADERS.items():
        response.headers[name] = value.replace("{connect}", connect)
    response.headers.setdefault("Cache-Control", "no-store")


def _is_plain_host(host: str) -> bool:
    return bool(host) and all(ch.isascii() and (ch.isalnum() or ch in ".:-[]") for ch in host)
