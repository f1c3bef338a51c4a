"""What the record store and the desk's store share: engines, encryption at rest, migrations, instants."""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random

SQLITE_BUSY_MS = 5_000  # how long a writer waits for another one before StoreError
MIGRATION_LOCK = 7_240_911  # PostgreSQL advisory lock held while the tables are brought up to date


class StoreError(Exception):
    """The database did not do what was asked (full, locked, unreachable, wrong key); nothing was stored."""


class UtcDateTime(sa.types.TypeDecorator):
    """An aware UTC instant; SQLite, which has no time zones, keeps it as naive UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealer:
    """Encrypts JSON at rest. `key` may hold several Fernet keys with commas: the first one encrypts."""

    def __init__(self, key: str) -> None:
        try:
            self._fernet = MultiFernet([Fernet(part.strip()) for part in key.split(",") if part.strip()])
        except ValueError as error:
            raise StoreError("the encryption key is not a Fernet key (44 characters of URL-safe base64)") from error

    def seal(self, body: Mapping[str, Any]) -> bytes:
        """The encrypted bytes of `body`."""
        return self._fernet.encrypt(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())

    def open(self, sealed: bytes) -> dict[str, Any]:
        """What was sealed; StoreError when no key fits."""
        body: dict[str, Any] = json.loads(self.open_bytes(sealed))
        return body

    def seal_bytes(self, content: bytes) -> bytes:
        """The encrypted bytes of a file."""
        return self._fernet.encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes:
        """The file that was sealed; StoreError when no key fits."""
        try:
            return self._fernet.decrypt(bytes(sealed))
        except InvalidToken:
            raise StoreError("a record cannot be decrypted: it was stored with another key") from None


class Database:
    """An engine with short transactions, whose errors all become StoreError."""

    def __init__(self, url: str, migrations: Path, version_table: str) -> None:
        self._migrations, self._version_table = migrations, version_table
        try:
            self.url = make_url(url)
            self.engine = _sqlite_engine(self.url) if self.is_sqlite else _server_engine(self.url)
        except (SQLAlchemyError, ImportError, OSError) as error:
            raise StoreError(f"the database cannot be opened: {type(error).__name__}") from None
        self._writing = self.engine.execution_options(writes=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, which has one writer at a time."""
        return str(self.url.get_backend_name()) == "sqlite"

    def write(self) -> AbstractContextManager[Connection]:
        """A transaction that writes; commits at the end of the block."""
        return _transaction(self._writing)

    def read(self) -> AbstractContextManager[Connection]:
        """A transaction that only reads."""
        return _transaction(self.engine)

    def migrate(self) -> None:
        """Bring the tables up to date; of two processes that start at once, one waits for the other."""
        config = Config()
        config.set_main_option("script_location", str(self._migrations))
        config.attributes["version_table"] = self._version_table
        with self.write() as connection:
            if not self.is_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": MIGRATION_LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def shrink_log(self) -> None:
        """Write SQLite's log into its file and empty it, so that what was erased is in neither."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def insert_new(connection: Connection, table: sa.Table, key: str, **values: Any) -> None:
    """Insert a row unless one with the same `key` column is there already, be it from this very moment."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).values(**values).on_conflict_do_nothing(index_elements=[key]))


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    except sa.exc.IntegrityError:
        raise
    except (sa.exc.DBAPIError, sa.exc.TimeoutError, sqlite3.Error, OSError) as error:
        raise StoreError(f"database: {type(getattr(error, 'orig', None) or error).__name__}") from error


def _server_engine(url: sa.engine.URL) -> Engine:
    return sa.create_engine(url, future=True, pool_pre_ping=True, pool_recycle=1800, hide_parameters=True)


def _sqlite_engine(url: sa.engine.URL) -> Engine:
    """SQLite with one real BEGIN a transaction (IMMEDIATE when it writes) and a file only the owner reads."""
    if url.database and url.database != ":memory:":
        path = Path(url.database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private(path)
    engine = sa.create_engine(
        url, future=True, poolclass=QueuePool, hide_parameters=True, connect_args={"check_same_thread": False}
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(path: Path) -> None:
    """Make the file, readable by its owner alone, unless it is there.

    A database file that exists is never opened here: closing it would drop the locks that SQLite holds for the other
    connections of this process (POSIX locks belong to the process), and the next process that leaves would then
    delete the log that they still write to, with every record in it.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    path.chmod(0o600)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite alone
    connection.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    # Switching to WAL does not wait for other connections by itself.
    switch = Retrying(
        retry=retry_if_exception_type(sqlite3.OperationalError),
        wait=wait_random(0.01, 0.1),
        stop=stop_after_delay(SQLITE_BUSY_MS / 1000),
        reraise=True,
    )
    switch(connection.execute, "PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
