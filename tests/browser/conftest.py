"""A page of the running chat on a phone."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest_asyncio
from playwright.async_api import Browser

from tests.live.chats import ANSWER_SECONDS, BrowserChat

PHONE = {"width": 360, "height": 740}


@pytest_asyncio.fixture(loop_scope="session")
async def open_chat(browser: Browser) -> AsyncIterator:
    """Opens a chat in a browser of its own, with a language that the browser prefers."""
    async with AsyncExitStack() as stack:

        async def make(locale: str = "en-GB") -> BrowserChat:
            context = await browser.new_context(viewport=PHONE, locale=locale, has_touch=True)
            stack.push_async_callback(context.close)
            page = await context.new_page()
            page.set_default_timeout(ANSWER_SECONDS * 1000)
            return BrowserChat(page)

        yield make
