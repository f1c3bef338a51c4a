"""Erases conversations from Rasa's tracker store, which has no way of its own to forget one."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.triage.access import schedule
from bot.triage.database import Database, StoreError
from bot.triage.models import erasures
from bot.triage.store import Store

GRACE = timedelta(seconds=10)  # the turn that asked for an erasure still writes its own events
KNOWN_FOR = timedelta(days=1)  # how long every gateway may learn of an erasure

_events = sa.table("events", sa.column("sender_id"), sa.column("timestamp"))


class TrackerEvents:
    """The events table of Rasa's tracker store at `url`."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, Path(), "")

    def erase(self, conversations: Iterable[str]) -> int:
        """Delete every event of these conversations, in the file too; gives how many there were."""
        names = list(conversations)
        if not names or not self._exists():
            return 0
        with self._database.write() as connection:
            gone = int(connection.execute(sa.delete(_events).where(_events.c.sender_id.in_(names))).rowcount)
        self._database.shrink_log()
        return gone

    def idle(self, before: datetime) -> list[str]:
        """Conversations in which nothing was said since `before`."""
        if not self._exists():
            return []
        last = sa.func.max(_events.c.timestamp)
        query = sa.select(_events.c.sender_id).group_by(_events.c.sender_id).having(last < before.timestamp())
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def _exists(self) -> bool:
        with self._database.read() as connection:
            return bool(sa.inspect(connection).has_table("events"))


def was_erased_elsewhere(store: Store, conversation: str) -> bool:
    """Whether this conversation was erased not long ago because its draft was deleted in another one."""
    erased = (erasures.c.conversation == conversation, erasures.c.elsewhere)
    mine = sa.select(erasures.c.conversation).where(*erased)
    with store.database.read() as connection:
        return connection.scalar(mine) is not None


class Erasures:
    """Conversations that are to be erased: noted first, so that a crash forgets none."""

    def __init__(self, store: Store, events: TrackerEvents) -> None:
        self._store, self._events = store, events

    def ask(self, conversations: Sequence[str], *, now: datetime) -> None:
        """Note that these conversations are to be erased."""
        with self._store.database.write() as connection:
            schedule(connection, list(conversations), now)

    def carry_out(self, conversations: Sequence[str], *, now: datetime) -> int:
        """Erase these conversations now; gives how many events went."""
        gone = self._events.erase(conversations)
        this = erasures.c.conversation.in_(list(conversations))
        with self._store.database.write() as connection:
            connection.execute(sa.update(erasures).where(this).values(done_at=now))
        with suppress(StoreError):
            self._store.database.shrink_log()
        return gone

    def carry_out_due(self, *, now: datetime) -> int:
        """Erase what is still to be erased; gives how many conversations that were."""
        names = self.pending(asked_before=now - GRACE)
        if names:
            self.carry_out(names, now=now)
        return len(names)

    def pending(self, *, asked_before: datetime) -> list[str]:
        """Conversations whose erasure was asked for by then and is not done."""
        due = (erasures.c.done_at.is_(None), erasures.c.asked_at <= asked_before)
        with self._store.database.read() as connection:
            return list(connection.scalars(sa.select(erasures.c.conversation).where(*due)))

    def lately(self, *, now: datetime) -> dict[str, datetime]:
        """Conversations that were erased, and when, for whoever remembers them."""
        query = sa.select(erasures.c.conversation, erasures.c.done_at).where(erasures.c.done_at > now - KNOWN_FOR)
        with self._store.database.read() as connection:
            return {row.conversation: row.done_at for row in connection.execute(query)}
