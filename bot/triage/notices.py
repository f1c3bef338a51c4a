"""Notices that something changed: written with the change, taken by the gateway, sent once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex

import sqlalchemy as sa

from bot.triage.models import notices
from bot.triage.store import Store

LEASE = timedelta(seconds=60)
AGAIN = timedelta(seconds=5)
_BATCH = 20


@dataclass(frozen=True)
class Notice:
    """The right to send one notice until the lease ends. `address` is sealed by the channel."""

    id: str
    lease: str
    address: str = field(repr=False)


class Notices:
    """The notices that wait in a store."""

    def __init__(self, store: Store) -> None:
        self._database, self._sealer = store.database, store.sealer

    def claim(self, *, now: datetime) -> list[Notice]:
        """Lease what is due; no notice goes to two claimers."""
        due = (notices.c.done_at.is_(None), notices.c.due_at <= now)
        query = sa.select(notices).where(*due).order_by(notices.c.due_at).limit(_BATCH)
        with self._database.write() as connection:
            rows = connection.execute(query.with_for_update(skip_locked=True)).all()
            claimed = [Notice(row.id, token_hex(16), self._sealer.open(row.body)["address"]) for row in rows]
            for notice in claimed:
                this = sa.update(notices).where(notices.c.id == notice.id)
                connection.execute(this.values(lease=notice.lease, due_at=now + LEASE))
        return claimed

    def sent(self, notice: Notice, *, now: datetime) -> None:
        """It went out; its address is forgotten."""
        own = sa.update(notices).where(notices.c.id == notice.id, notices.c.lease == notice.lease)
        with self._database.write() as connection:
            connection.execute(own.values(done_at=now, due_at=None, body=self._sealer.seal({})))

    def later(self, notice: Notice, *, now: datetime) -> None:
        """It could not be sent now."""
        own = sa.update(notices).where(notices.c.id == notice.id, notices.c.lease == notice.lease)
        with self._database.write() as connection:
            connection.execute(own.values(lease=None, due_at=now + AGAIN))
