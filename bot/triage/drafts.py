"""Drafts of complaints: saved encrypted at every turn, taken up again anywhere with a resume code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.triage.database import insert_new
from bot.triage.models import deleted_drafts, drafts
from bot.triage.store import Store, StoreError

_HELD = timedelta(days=90)  # how long a conversation elsewhere may still hold the facts of a deleted draft


class DraftDeleted(StoreError):
    """The draft was deleted and is not kept again."""


@dataclass(frozen=True)
class Draft:
    """A saved draft: its facts, and the conversations it was told in."""

    id: str
    facts: dict[str, Any] = field(repr=False)
    language: str | None
    conversations: tuple[str, ...]
    expires_at: datetime


class Drafts:
    """The drafts in a store; each lives for `days` after its last change."""

    def __init__(self, store: Store, days: int) -> None:
        self._database, self._sealer, self._codes = store.database, store.sealer, store.codes
        self._life = timedelta(days=days)

    def save(self, facts: Mapping[str, Any], *, language: str, conversation: str, now: datetime) -> datetime:
        """Save the facts of a draft; gives the moment at which it expires. DraftDeleted where it was deleted."""
        draft_id, expires = str(facts["draft_id"]), now + self._life
        known = {name: value for name, value in facts.items() if value not in (None, [], "")}
        with self._database.write() as connection:
            if _is_deleted(connection, draft_id):
                raise DraftDeleted("the draft was deleted")
            row = connection.execute(sa.select(drafts.c.body).where(drafts.c.id == draft_id)).first()
            before = self._sealer.open(row.body)["conversations"] if row else []
            body = self._sealer.seal({"facts": known, "conversations": list(dict.fromkeys([*before, conversation]))})
            values = {"language": language, "expires_at": expires, "body": body}
            if row:
                connection.execute(sa.update(drafts).where(drafts.c.id == draft_id).values(**values))
            else:
                digest = self._codes.digests(self.code(draft_id))[0]
                connection.execute(drafts.insert().values(id=draft_id, code_digest=digest, **values))
        return expires

    def code(self, draft_id: str) -> str:
        """The resume code of a draft."""
        return self._codes.resume_code(draft_id)

    def find(self, code: str, *, now: datetime) -> Draft | None:
        """The draft with this resume code, unless it has expired."""
        query = sa.select(drafts).where(drafts.c.code_digest.in_(self._codes.digests(code)), drafts.c.expires_at > now)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        body = self._sealer.open(row.body)
        return Draft(row.id, body["facts"], row.language, tuple(body["conversations"]), row.expires_at)

    def delete(self, draft_id: str, *, now: datetime) -> list[str]:
        """Forget a draft for good, wherever it is open; gives the conversations it was told in."""
        told_in = self.conversations(draft_id)
        with self._database.write() as connection:
            connection.execute(sa.delete(drafts).where(drafts.c.id == draft_id))
            note_deleted(connection, draft_id, now)
        return told_in

    def is_deleted(self, draft_id: str) -> bool:
        """Whether the draft was deleted, maybe from another conversation."""
        with self._database.read() as connection:
            return _is_deleted(connection, draft_id)

    def conversations(self, draft_id: str) -> list[str]:
        """Where the draft was told."""
        with self._database.read() as connection:
            sealed = connection.scalar(sa.select(drafts.c.body).where(drafts.c.id == draft_id))
        return [] if sealed is None else list(self._sealer.open(sealed)["conversations"])

    def purge(self, *, now: datetime, dry_run: bool) -> int:
        """Delete what has expired; gives how many drafts that are."""
        expired = drafts.c.expires_at <= now
        with self._database.write() as connection:
            if dry_run:
                return int(connection.scalar(sa.select(sa.func.count()).select_from(drafts).where(expired)))
            connection.execute(sa.delete(deleted_drafts).where(deleted_drafts.c.until <= now))
            return int(connection.execute(sa.delete(drafts).where(expired)).rowcount)


def note_deleted(connection: Connection, draft_id: str, now: datetime) -> None:
    """From now on nobody keeps this draft again."""
    insert_new(connection, deleted_drafts, "id", id=draft_id, until=now + _HELD)


def _is_deleted(connection: Connection, draft_id: str) -> bool:
    return connection.scalar(sa.select(deleted_drafts.c.id).where(deleted_drafts.c.id == draft_id)) is not None
