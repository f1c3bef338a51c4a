"""Databases for the contract tests: every test that takes `store` runs on SQLite and on PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from bot.triage.store import Store
from tests.auxil.postgres import postgres_programs, postgres_server
from tests.auxil.receiver import Receiver


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a running PostgreSQL; without one, CI fails and others skip."""
    programs = postgres_programs()
    if programs is None:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is not installed, and CI must test with it")
        pytest.skip("PostgreSQL is not installed under /usr/lib/postgresql")
    with postgres_server(programs) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.db'}"
    else:
        with _fresh_database(request.getfixturevalue("postgres")) as url:
            yield url


@pytest.fixture
def key() -> str:
    """An encryption key."""
    return Fernet.generate_key().decode()


@pytest.fixture
def store(database_url: str, key: str) -> Iterator[Store]:
    """An empty, migrated store."""
    store = Store(database_url, key)
    store.migrate()
    yield store
    store.close()


@pytest.fixture
async def receiver() -> Receiver:
    """A receiver of webhooks that accepts everything until told otherwise."""
    async with Receiver() as running:
        yield running


@contextmanager
def _fresh_database(url: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    engine = sa.create_engine(url, future=True, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield url.rsplit("/", 1)[0] + f"/{name}"
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()
