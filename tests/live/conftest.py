"""Chats with the running product that need no browser."""

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from tests.auxil.telegram_double import TelegramDouble
from tests.live.chats import SocketChat, TelegramChat
from tests.live.stack import Stack

_chat_ids = itertools.count(7001)


@pytest_asyncio.fixture(loop_scope="session")
async def open_socket(stack: Stack) -> AsyncIterator:
    """Opens a web chat in a language, over the socket."""
    async with AsyncExitStack() as chats:

        async def make(language: str) -> SocketChat:
            return await chats.enter_async_context(SocketChat(stack.settings, language))

        yield make


@pytest.fixture
def open_telegram(stack: Stack, telegram: TelegramDouble) -> Callable[[], TelegramChat]:
    """A chat of a person who never wrote before."""
    return lambda: TelegramChat(telegram, next(_chat_ids), stack.settings)
