"""What the actions keep things in, opened once in this process."""

from functools import lru_cache

from bot.settings import settings
from bot.triage.access import Access
from bot.triage.drafts import Drafts
from bot.triage.store import Store, open_store


@lru_cache
def store() -> Store:
    """The record store of this process."""
    return open_store(settings())


@lru_cache
def drafts() -> Drafts:
    """Saved drafts."""
    return Drafts(store(), settings().draft_days)


@lru_cache
def access() -> Access:
    """What holders of a reference and its PIN may do."""
    return Access(store())
