"""What the gateway does besides answering: erases what a person asked to erase, and sends notices."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import structlog
from aiohttp import web

from bot.conversations import Conversations
from bot.rasa_client import RasaUnavailable
from bot.settings import Settings
from bot.triage.erasure import Erasures, TrackerEvents
from bot.triage.notices import Notices
from bot.triage.store import Store, StoreError, open_store

Notify = Callable[[str], Awaitable[bool]]
Forget = Callable[[str], Awaitable[None]]
log = structlog.get_logger(__name__)


class Aftercare:
    """Looks at the store every `worker_poll` seconds; opens it when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store: Store | None = None
        self._events = TrackerEvents(settings.tracker_database_url)
        self.conversations: Conversations | None = None
        self.notify: Notify | None = None
        self.forget: Forget | None = None

    async def erase(self, conversation: str) -> None:
        """Erase the events of a conversation whose turn has just ended, and of others that belong to it."""
        store = await self.store()

        def work() -> None:
            now, erasures = datetime.now(UTC), Erasures(store, self._events)
            erasures.carry_out([conversation, *erasures.pending(asked_before=now)], now=now)

        await asyncio.to_thread(work)

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """Work as long as the application runs."""
        task = asyncio.create_task(self._run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        self._events.close()

    async def _run(self) -> None:
        while True:
            try:
                store = await self.store()
                await self._forget_erased(store)
                await self._send_notices(store)
            except StoreError as error:
                log.error("aftercare_database_trouble", error=str(error))
            except Exception as error:  # whatever a channel raises: the next look comes
                log.error("aftercare_failed", error=type(error).__name__)
            await asyncio.sleep(self._settings.worker_poll)

    async def _forget_erased(self, store: Store) -> None:
        """Conversations that were erased elsewhere, such as by `muhafiz erase`, are forgotten here too."""
        lately = partial(Erasures(store, self._events).lately, now=datetime.now(UTC))
        erased = await asyncio.to_thread(lately)
        for conversation in self.conversations.forget(erased) if self.conversations else []:
            if self.forget:
                await self.forget(conversation)

    async def _send_notices(self, store: Store) -> None:
        if self.notify is None:
            return
        notices = Notices(store)
        for notice in await asyncio.to_thread(partial(notices.claim, now=datetime.now(UTC))):
            sent = False
            try:
                sent = await self.notify(notice.address)
            except RasaUnavailable as error:
                log.warning("notice_waits", reason=str(error))
            note = notices.sent if sent else notices.later
            await asyncio.to_thread(partial(note, notice, now=datetime.now(UTC)))

    async def store(self) -> Store:
        """The store, opened when it is first needed."""
        if self._store is None:
            self._store = await asyncio.to_thread(open_store, self._settings)
        return self._store
