"""The worker process: forwards what waits, sends tips, erases and purges, until it is told to stop."""

import asyncio
import signal
import sys
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from bot.complaint_systems import complaint_system
from bot.learning.broadcast import run_tips
from bot.settings import Settings, SettingsError, settings
from bot.triage.erasure import Erasures, TrackerEvents
from bot.triage.evidence_delivery import send_evidence
from bot.triage.follow_ups import send_follow_ups
from bot.triage.forwarding import WORKER_BATCH, forward_due
from bot.triage.logs import configure_logs
from bot.triage.retention import purge
from bot.triage.store import Store, StoreError, open_store

STOP_GRACE = 3.0  # seconds that deliveries under way get when the worker stops
DATABASE_PAUSE = 5.0  # seconds after a database error
PURGE_EVERY = timedelta(hours=1)
ERASE_EVERY = timedelta(seconds=15)

log = structlog.get_logger(__name__)


def run() -> None:
    """Work until SIGTERM or Ctrl-C."""
    try:
        current = settings()
    except SettingsError as error:
        print(f"muhafiz worker: {error}", file=sys.stderr)
        sys.exit(2)
    configure_logs(current.log_level)
    asyncio.run(_main(current))


async def _main(current: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await asyncio.gather(run_worker(current, stop), run_tips(current, stop))


async def run_worker(settings: Settings, stop: asyncio.Event) -> None:
    """Forward what is due until `stop` is set; survives a database that goes away."""
    worker = _Worker(settings)
    stopping = asyncio.create_task(stop.wait())
    while not stop.is_set():
        turn = asyncio.create_task(worker.turn())
        await asyncio.wait({turn, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not turn.done():
            await asyncio.wait({turn}, timeout=STOP_GRACE)
            turn.cancel()  # what is cut off is delivered again, under the same key, when its lease ends
            await asyncio.gather(turn, return_exceptions=True)
            break
        await asyncio.wait({stopping}, timeout=turn.result())
    stopping.cancel()
    log.info("worker_stopped")


class _Worker:
    """One look at the outbox at a time, with what stays open between looks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._system = complaint_system(settings)
        self._store: Store | None = None
        self._next_purge = self._next_erasure = datetime.now(UTC)

    async def turn(self) -> float:
        """Forward a batch; returns the seconds to wait before the next look."""
        try:
            if self._store is None:
                self._store = await asyncio.to_thread(open_store, self._settings)
            results = await forward_due(self._store, self._system, self._settings)
            await send_evidence(self._store, self._system, self._settings)
            await send_follow_ups(self._store, self._system, self._settings)
            await self._keep_clean(self._store)
        except StoreError as error:
            log.error("worker_database_trouble", error=str(error))
            return DATABASE_PAUSE
        return 0.0 if len(results) == WORKER_BATCH else self._settings.worker_poll

    async def _keep_clean(self, store: Store) -> None:
        """Erase what was asked to be erased and left over, and once an hour what has been kept long enough."""
        now = datetime.now(UTC)
        if now >= self._next_purge:
            self._next_purge = now + PURGE_EVERY
            log.info("purged", **await asyncio.to_thread(partial(purge, store, self._settings, now=now)))
        elif self._next_erasure <= now:
            self._next_erasure = now + ERASE_EVERY
            events = TrackerEvents(self._settings.tracker_database_url)
            try:
                await asyncio.to_thread(partial(Erasures(store, events).carry_out_due, now=now))
            finally:
                events.close()


if __name__ == "__main__":
    run()
