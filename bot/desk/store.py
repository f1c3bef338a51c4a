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

follow_ups = sa.Table(
    "follow_ups",
    complaints.metadata,
    sa.Column("idempotency_key", sa.String(100), primary_key=True),
    sa.Column("reference", sa.String(20), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)


attachments = sa.Table(
    "attachments",
    complaints.metadata,
    sa.Column("idempotency_key", sa.String(100), primary_key=True),
    sa.Column("reference", sa.String(20), nullable=False, index=True),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
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

    def follow_up(self, key: str, message: Mapping[str, Any], *, now: datetime) -> Filed | None:
        """Keep what came after a complaint, once for each key; None where there is no such complaint."""
        number = self._number(message["reference"])
        if number is None:
            return None
        row = {"reference": message["reference"], "kind": message["kind"], "received_at": now}
        return Filed(_external_id(number), self._insert_once(follow_ups, key, message, row))

    def attach(self, key: str, file: Mapping[str, Any], *, now: datetime) -> Filed | None:
        """Keep a file of a complaint, once for each key; None where there is no such complaint."""
        number = self._number(file["reference"])
        if number is None:
            return None
        row = {"reference": file["reference"], "received_at": now}
        return Filed(_external_id(number), self._insert_once(attachments, key, file, row))

    def files(self, reference: str) -> list[dict[str, Any]]:
        """The files of a complaint as they came, oldest first; `content` is base64."""
        query = sa.select(attachments.c.body).where(attachments.c.reference == reference)
        with self._database.read() as connection:
            sealed = connection.scalars(query.order_by(attachments.c.received_at)).all()
        return [self._sealer.open(body) for body in sealed]

    def follow_ups(self, reference: str) -> list[dict[str, Any]]:
        """What came after a complaint, oldest first."""
        query = sa.select(follow_ups.c.body).where(follow_ups.c.reference == reference)
        with self._database.read() as connection:
            sealed = connection.scalars(query.order_by(follow_ups.c.received_at)).all()
        return [self._sealer.open(body) for body in sealed]

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

    def _insert_once(self, table: sa.Table, key: str, content: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
        """Insert unless the key is known; whether it was new."""
        try:
            with self._database.write() as connection:
                known = sa.select(table.c.reference).where(table.c.idempotency_key == key)
                if connection.scalar(known) is not None:
                    return False
                sealed = self._sealer.seal(content)
                connection.execute(table.insert().values(idempotency_key=key, body=sealed, **row))
        except sa.exc.IntegrityError:  # the same key at the same moment
            return False
        return True

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
