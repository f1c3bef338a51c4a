"""The only way to Rasa: its REST channel and its tracker addresses, with one error for every failure."""

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_fixed

Json = dict[str, Any]
_RETRY_EVERY = 0.5
_EVENT_STEP = 0.0001  # seconds between the events of a fresh session
_KEEP_IDLE = 3.0  # seconds; Rasa's server closes idle connections after 5, and a request must not meet that


class RasaUnavailable(Exception):
    """Rasa did not give an answer; the text says why and holds nothing that a person wrote."""


class RasaClient:
    """Speaks to one Rasa server over one HTTP session; use as an async context manager."""

    def __init__(self, base_url: str, timeout: float = 20.0, *, start_wait: float = 10.0) -> None:
        self._base = base_url.rstrip("/")
        self._timeout = timeout
        self._start_wait = start_wait
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=self._timeout),
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_IDLE),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.close()

    async def send(self, sender: str, text: str, metadata: Json) -> list[Json]:
        """What Rasa answers to `text`, never empty."""
        body = {"sender": sender, "message": text, "metadata": metadata}
        answer = await self._call("POST", "/webhooks/rest/webhook", json=body)
        if not isinstance(answer, list) or not all(isinstance(message, dict) for message in answer):
            raise RasaUnavailable("unexpected answer")
        if not answer:  # how the REST channel shows an exception inside Rasa
            raise RasaUnavailable("empty answer")
        return answer

    async def history(self, sender: str) -> list[Json]:
        """All events of the conversation, oldest first."""
        tracker = await self._tracker(sender, "ALL")
        events = tracker.get("events")
        return [event for event in events or [] if isinstance(event, dict)]

    async def state(self, sender: str) -> tuple[Json, str | None]:
        """The slots of the conversation and the form that is open."""
        tracker = await self._tracker(sender, "NONE")
        return tracker.get("slots") or {}, (tracker.get("active_loop") or {}).get("name")

    async def start_fresh_session(self, sender: str) -> None:
        """Begin a new session with the same slots and form, so that Rasa reloads few events per message."""
        tracker = await self._tracker(sender, "NONE")
        events = _carried_over(tracker, max(time.time(), float(tracker.get("latest_event_time") or 0)))
        path = f"/conversations/{quote(sender, safe='')}/tracker/events"
        await self._call("POST", path, params={"include_events": "NONE"}, json=events)

    async def add_bot_message(self, sender: str, text: str, buttons: Sequence[tuple[str, str]]) -> None:
        """Note a message that the person gets without having written: its text, and (title, payload) of buttons."""
        data = {"buttons": [{"title": title, "payload": payload} for title, payload in buttons]}
        path = f"/conversations/{quote(sender, safe='')}/tracker/events"
        event = {"event": "bot", "text": text, "data": data, "timestamp": time.time()}
        await self._call("POST", path, params={"include_events": "NONE"}, json=[event])

    async def is_ready(self) -> bool:
        """Whether Rasa runs with a model loaded."""
        try:
            await self._call("GET", "/status", wait=False, timeout=aiohttp.ClientTimeout(total=3))
        except RasaUnavailable:
            return False
        return True

    async def _tracker(self, sender: str, verbosity: str) -> Json:
        path = f"/conversations/{quote(sender, safe='')}/tracker"
        tracker = await self._call("GET", path, params={"include_events": verbosity})
        if not isinstance(tracker, dict):
            raise RasaUnavailable("unexpected answer")
        return tracker

    async def _call(self, method: str, path: str, *, wait: bool = True, **options: Any) -> Any:
        """One request; a refused connection is tried again for a while, since Rasa may be starting."""
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(aiohttp.ClientConnectorError),
                stop=stop_after_delay(self._start_wait if wait else 0),
                wait=wait_fixed(_RETRY_EVERY),
                reraise=True,
            ):
                with attempt:
                    return await self._once(method, path, **options)
        except TimeoutError:
            raise RasaUnavailable("timeout") from None
        except (aiohttp.ClientError, ValueError) as error:
            raise RasaUnavailable(type(error).__name__) from None

    async def _once(self, method: str, path: str, **options: Any) -> Any:
        if self._http is None:
            raise RuntimeError("RasaClient is used outside `async with`")
        async with self._http.request(method, self._base + path, **options) as response:
            if response.status != 200:
                raise RasaUnavailable(f"HTTP {response.status}")
            return await response.json(content_type=None)


def _carried_over(tracker: Json, now: float) -> list[Json]:
    """Events that open a session in the state of `tracker`; a session is loaded by its first timestamp."""
    events: list[Json] = [{"event": "session_started"}]
    slots = tracker.get("slots") or {}
    events += [{"event": "slot", "name": k, "value": v} for k, v in slots.items() if v is not None]
    loop = (tracker.get("active_loop") or {}).get("name")
    if loop:
        events.append({"event": "active_loop", "name": loop})
    events.append({"event": "action", "name": "action_listen"})
    return [{**event, "timestamp": now + step * _EVENT_STEP} for step, event in enumerate(events, start=1)]
