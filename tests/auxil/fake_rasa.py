"""A small HTTP server that answers like Rasa's REST channel and keeps a tracker, for tests of the gateway."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer

Json = dict[str, Any]
Answer = Callable[[str], list[Json]]


class FakeRasa:
    """Answers with `answer(text)`; `requests` and `posted_events` show what came."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer: Answer = answer or (lambda text: [{"text": f"echo: {text}"}])
        self.requests: list[Json] = []
        self.posted_events: list[tuple[str, list[Json]]] = []
        self.events: dict[str, list[Json]] = {}
        self.slots: Json = {}
        self.active_loop: Json = {}
        self.status = 200
        self.delay = 0.0
        self.at_once = 0
        self.most_at_once = 0
        self._server: TestServer | None = None
        self._port: int | None = None

    @property
    def url(self) -> str:
        """Base address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def texts(self) -> list[str]:
        """What was sent to the REST channel, in order."""
        return [request["message"] for request in self.requests]

    async def start(self) -> None:
        """Listen; after `stop` again on the same port."""
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", self._message)
        app.router.add_get("/conversations/{id}/tracker", self._tracker)
        app.router.add_post("/conversations/{id}/tracker/events", self._append)
        app.router.add_get("/status", self._status)
        self._server = TestServer(app, host="127.0.0.1", port=self._port or 0)
        await self._server.start_server()
        self._port = self._server.port

    async def stop(self) -> None:
        """Refuse connections from now on."""
        if self._server:
            await self._server.close()
        self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _message(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.requests.append(body)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.delay)
        finally:
            self.at_once -= 1
        if self.status != 200:
            return web.json_response({"status": "failure"}, status=self.status)
        messages = self.answer(body["message"])
        self._remember(body, messages)
        return web.json_response([{"recipient_id": body["sender"], **message} for message in messages])

    def _remember(self, body: Json, messages: list[Json]) -> None:
        events = self.events.setdefault(body["sender"], [])
        events.append({"event": "user", "text": body["message"], "metadata": body["metadata"]})
        for message in messages:
            data = {key: message.get(key) for key in ("buttons", "image", "custom")}
            events.append({"event": "bot", "text": message.get("text"), "data": data})

    async def _tracker(self, request: web.Request) -> web.Response:
        if self.status != 200:
            return web.json_response({}, status=self.status)
        is_full = request.query.get("include_events") != "NONE"
        events = self.events.get(request.match_info["id"], [])
        return web.json_response(
            {
                "slots": self.slots,
                "active_loop": self.active_loop,
                "events": events if is_full else None,
                "latest_event_time": time.time(),
            }
        )

    async def _append(self, request: web.Request) -> web.Response:
        conversation_id = request.match_info["id"]
        events = await request.json()
        self.posted_events.append((conversation_id, events))
        self.events.setdefault(conversation_id, []).extend(events)
        return web.json_response({})

    async def _status(self, _: web.Request) -> web.Response:
        return web.json_response({}, status=self.status)
