"""Delivers records by signed HTTP POST: to the desk and to webhooks, which speak the same protocol."""

import asyncio
import json
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.complaint_systems.base import PermanentError, Receipt, TemporaryError
from bot.complaint_systems.signature import KEY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

ANSWER_LIMIT = 64 * 1024  # bytes of an answer that are read; what follows is ignored
_ID_LIMIT = 200
_URL_LIMIT = 2000
_TRY_AGAIN = (408, 425, 429)  # 4xx that ask for another try


class HttpComplaintSystem:
    """A receiver at `url` that knows `secret`. Follows no redirects and reads no more than it needs."""

    def __init__(self, name: str, url: str, secret: str) -> None:
        self.name, self._url, self._secret = name, url, secret

    async def submit(self, record: dict[str, Any], *, idempotency_key: str, timeout: float) -> Receipt:  # noqa: ASYNC109
        """POST the record; see ComplaintSystem."""
        return await self._post(record, idempotency_key, timeout)

    async def attach(self, file: dict[str, Any], *, idempotency_key: str, timeout: float) -> None:  # noqa: ASYNC109
        """POST the file to the same address; see ComplaintSystem."""
        await self._post(file, idempotency_key, timeout)

    async def follow_up(self, message: dict[str, Any], *, idempotency_key: str, timeout: float) -> None:  # noqa: ASYNC109
        """POST the message to the same address; see ComplaintSystem."""
        await self._post(message, idempotency_key, timeout)

    async def _post(self, content: dict[str, Any], idempotency_key: str, timeout: float) -> Receipt:  # noqa: ASYNC109
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        limit = aiohttp.ClientTimeout(total=timeout)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit, auto_decompress=False) as session,
                session.post(
                    self._url, data=body, headers=self._headers(idempotency_key, body), allow_redirects=False
                ) as response,
            ):
                answer = await _read_at_most(response.content, ANSWER_LIMIT)
                return _receipt(response.status, response.headers.get("Retry-After"), answer, idempotency_key)
        except TimeoutError:
            raise TemporaryError("timeout") from None
        except (aiohttp.InvalidURL, ValueError):
            raise PermanentError("invalid_address") from None
        except aiohttp.ClientConnectorCertificateError:
            raise TemporaryError("certificate_refused") from None
        except aiohttp.ClientConnectionError:
            raise TemporaryError("no_connection") from None
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError):
            raise TemporaryError("broken_answer") from None

    def _headers(self, key: str, body: bytes) -> dict[str, str]:
        timestamp = int(time.time())
        return {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "muhafiz",
            KEY_HEADER: key,
            TIMESTAMP_HEADER: str(timestamp),
            SIGNATURE_HEADER: sign(self._secret, timestamp, body),
        }


async def _read_at_most(stream: aiohttp.StreamReader, limit: int) -> bytes:
    """The first `limit` bytes of an answer."""
    got = bytearray()
    while len(got) < limit and (chunk := await stream.read(limit - len(got))):
        got += chunk
    return bytes(got)


def _receipt(status: int, retry_after: str | None, answer: bytes, key: str) -> Receipt:
    """What an answer means: accepted, there already, later, or never."""
    told = _told(answer)
    if status == 409 and "id" in told:
        return _from(told, key)
    if 200 <= status < 300:
        if answer.lstrip()[:1] == b"<":  # a page of a portal, proxy or wrong address, not a receiver
            raise TemporaryError("page_instead_of_answer")
        return _from(told, key)
    if status >= 500 or status in _TRY_AGAIN:
        raise TemporaryError(f"http_{status}", _seconds(retry_after))
    raise PermanentError(f"http_{status}")


def _told(answer: bytes) -> dict[str, Any]:
    """The answer's JSON object with a usable id, or nothing."""
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict) or isinstance(told.get("id"), bool):
        return {}
    return told if isinstance(told.get("id"), str | int) and str(told["id"]).strip() else {}


def _from(told: dict[str, Any], key: str) -> Receipt:
    """The receipt; a receiver that gives no number files the record under ours."""
    number = "".join(c for c in str(told.get("id", key)) if c.isprintable()).strip()[:_ID_LIMIT] or key
    url = told.get("url")
    if not (isinstance(url, str) and url.startswith(("https://", "http://")) and url.isprintable()):
        url = None
    return Receipt(number, url if url and len(url) <= _URL_LIMIT else None)


def _seconds(retry_after: str | None) -> float | None:
    """The wait a Retry-After header asks for, in seconds; None when it says nothing usable."""
    if not retry_after:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after.strip()[:9])
    try:
        moment = parsedate_to_datetime(retry_after)
    except (TypeError, ValueError):
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
