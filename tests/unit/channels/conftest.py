"""A gateway in front of a fake Rasa, for the tests of its channels."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.app import create_app
from bot.settings import Settings
from tests.auxil.fake_rasa import FakeRasa

MakeGateway = Callable[..., Awaitable[TestClient]]


@pytest.fixture
def make_settings(tmp_path: Path, rasa: FakeRasa) -> Callable[..., Settings]:
    def make(**values: Any) -> Settings:
        port = int(rasa.url.rpartition(":")[2])
        defaults = {"var": tmp_path, "rasa_port": port, "rasa_timeout": 2, "rate_messages": 1000}
        return Settings(**{**defaults, "rate_messages_address": 1000, **values})

    return make


@pytest.fixture
async def gateway(make_settings: Callable[..., Settings]) -> AsyncIterator[MakeGateway]:
    """Starts a gateway with the given settings and gives a client that keeps its cookies."""
    async with AsyncExitStack() as stack:

        async def start(**values: Any) -> TestClient:
            server = TestServer(create_app(make_settings(**values)), host="127.0.0.1")
            return await stack.enter_async_context(TestClient(server, cookie_jar=CookieJar(unsafe=True)))

        yield start
