"""What the live and the browser tests share: the running product and the peers it talks to, once a session."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.auxil.telegram_double import TelegramDouble
    from tests.live.delivered import OutsideSystem
    from tests.live.stack import Stack

CHROMIUM = Path("/usr/bin/chromium")
QUICK = {
    "rate_messages": 1000,
    "rate_messages_address": 10_000,
    "rate_sessions_address": 1000,
    "retry_base": 0.4,
    "retry_cap": 1.5,
    "worker_poll": 0.3,
    "tips_poll": 0.5,
    "tips_quiet_from": 0,
    "tips_quiet_until": 0,  # no quiet hours: the tests run at any hour
    "rasa_timeout": 60,
    "forward_timeout": 20,  # a busy machine is not a complaint system that is down
}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def outside() -> "AsyncIterator[OutsideSystem]":
    """The complaint system that records are forwarded to."""
    from tests.live.delivered import OutsideSystem

    async with OutsideSystem(deduplicating=True) as system:
        yield system


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def telegram() -> "AsyncIterator[TelegramDouble]":
    """The Bot API server that the gateway polls."""
    from tests.auxil.telegram_double import TelegramDouble

    async with TelegramDouble() as double:
        yield double


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _stack(
    tmp_path_factory: pytest.TempPathFactory, outside: "OutsideSystem", telegram: "TelegramDouble"
) -> "AsyncIterator[Stack]":
    from tests.live.stack import Stack

    addresses = {"webhook_url": outside.url, "telegram_api": telegram.url, "telegram_token": telegram.token}
    stack = Stack(tmp_path_factory.mktemp("stack"), complaint_system="webhook", **addresses, **QUICK)
    try:
        await asyncio.to_thread(stack.prepare)
        yield stack
    finally:
        await asyncio.to_thread(stack.close)


@pytest_asyncio.fixture(loop_scope="session")
async def stack(_stack: "Stack") -> "Stack":
    """The whole product, running; what an earlier test left dead is started again."""
    await asyncio.to_thread(_stack.ensure, "actions", "rasa", "desk", "worker", "gateway")
    return _stack


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> "AsyncIterator[Browser]":
    """Headless Chromium; without it CI fails and others skip."""
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing, and CI must test with it")
        pytest.skip(f"Chromium is not installed at {CHROMIUM}")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        await chromium.close()
