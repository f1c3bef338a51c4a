"""The desk's own store: complaints as they were received, encrypted, one for each idempotency key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.settings import Settings
from bot.triage.database import Database, Sealer, UtcDateTime

MIGRATIONS = Path(__file__).with_name("migrations")

complaints = sa.Table(
    "complaints",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("idempotency_key", sa.String(100), nullable=False, unique=True),
    sa.Column("received_at", UtcDateTime, nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sqlite_autoincrement=True,  # a number is never given twice, even after an erasure
)


@dataclass(frozen=True)
class Filed:
    """The desk's number for a complaint, and whether it is new."""

    external_id: str
    created: bool


class DeskStore:
    """Complaints in the database at `url`, encrypted with `key` (one or more Fernet keys)."""

    def __init__(self, url: str, key: str) -> None:
        self._sealer = Sealer(key)
        self._database = Database(url, MIGRATIONS, "desk_version")

    def migrate(self) -> None:
        """Bring the tables up to date."""
        self._database.migrate()

    def close(self) -> None:
        """Give the database connections back."""
        self._database.close()

    def file(self, key: str, record: Mapping[str, Any], *, now: datetime) -> Filed:
        """Keep a complaint; one that came before under the same key keeps its number and its first text."""
        row = complaints.insert().values(idempotency_key=key, received_at=now, body=self._sealer.seal(record))
        if (known := self._number(key)) is not None:
            return Filed(_external_id(known), created=False)
        try:
            with self._database.write() as connection:
                number = connection.execute(row).inserted_primary_key[0]
        except sa.exc.IntegrityError:  # the same key at the same moment
            return Filed(_external_id(self._number(key) or 0), created=False)
        return Filed(_external_id(number), created=True)

    def get(self, external_id: str) -> dict[str, Any] | None:
        """The complaint with this number, as it was received."""
        digits = external_id.removeprefix("DESK-")
        if not (digits.isascii() and digits.isdigit()):
            return None
        query = sa.select(complaints.c.body).where(complaints.c.number == int(digits))
        with self._database.read() as connection:
            sealed = connection.scalar(query)
        return None if sealed is None else self._sealer.open(sealed)

    def count(self) -> int:
        """How many complaints there are; also shows that the database answers."""
        with self._database.read() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(complaints)))

    def _number(self, key: str) -> int | None:
        query = sa.select(complaints.c.number).where(complaints.c.idempotency_key == key)
        with self._database.read() as connection:
            number: int | None = connection.scalar(query)
        return number


def open_desk_store(settings: Settings) -> DeskStore:
    """The desk's store of these settings, its tables up to date."""
    store = DeskStore(settings.desk_database_url, settings.secret("desk_store"))
    store.migrate()
    return store


def _external_id(number: int) -> str:
    return f"DESK-{number:06d}"
