"""A store of its own for what the actions do."""

from collections.abc import Iterator

import pytest

from actions import stores
from bot.settings import settings


@pytest.fixture
def own_store(tmp_path, monkeypatch) -> Iterator[None]:
    """The stores that the actions open lie in an empty folder."""
    monkeypatch.setenv("MUHAFIZ_VAR", str(tmp_path / "var"))
    caches = (settings, stores.store, stores.drafts, stores.access)
    for cache in caches:
        cache.cache_clear()
    yield
    stores.store().close()
    for cache in caches:
        cache.cache_clear()
