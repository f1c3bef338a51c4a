"""A receiver of webhooks on loopback that behaves as told and remembers what it got."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web


@dataclass
class Delivery:
    """One request as it arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        """Its idempotency key."""
        return self.headers["Idempotency-Key"]

    @property
    def record(self) -> dict[str, Any]:
        """The record in its body."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers every POST with `status`, `answer` and `headers` after `delay` seconds.

    With `deduplicating` it is a good receiver: a number for each new key, the same number again with 409.
    """

    status: int = 201
    answer: bytes = b'{"id": "C-1", "url": "https://cases.example/C-1"}'
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    deduplicating: bool = False
    deliveries: list[Delivery] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    url: str = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        delivery = Delivery(dict(request.headers), await request.read())
        self.deliveries.append(delivery)
        await asyncio.sleep(self.delay)
        if self.deduplicating:
            return self._numbered(delivery.key)
        return web.Response(status=self.status, body=self.answer, headers=self.headers)

    def _numbered(self, key: str) -> web.Response:
        known = key in self.numbers
        number = self.numbers.setdefault(key, f"C-{len(self.numbers) + 1}")
        return web.json_response({"id": number}, status=409 if known else 201)
