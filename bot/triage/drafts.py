"""Drafts of complaints: saved encrypted at every turn, taken up again anywhere with a resume code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.triage.models import drafts, records
from bot.triage.store import Store


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
        """Save the facts of a draft; gives the moment at which it expires."""
        draft_id, expires = str(facts["draft_id"]), now + self._life
        known = {name: value for name, value in facts.items() if value not in (None, [], "")}
        with self._database.write() as connection:
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

    def expiry(self, now: datetime) -> datetime:
        """When a draft changed now will be gone."""
        return now + self._life

    def find(self, code: str, *, now: datetime) -> Draft | None:
        """The draft with this resume code, unless it has expired."""
        query = sa.select(drafts).where(drafts.c.code_digest.in_(self._codes.digests(code)), drafts.c.expires_at > now)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        body = self._sealer.open(row.body)
        return Draft(row.id, body["facts"], row.language, tuple(body["conversations"]), row.expires_at)

    def delete(self, draft_ids: Iterable[str]) -> int:
        """Forget drafts; gives how many there were."""
        with self._database.write() as connection:
            return int(connection.execute(sa.delete(drafts).where(drafts.c.id.in_(list(draft_ids)))).rowcount)

    def conversations(self, draft_id: str) -> list[str]:
        """Where the draft was told."""
        with self._database.read() as connection:
            sealed = connection.scalar(sa.select(drafts.c.body).where(drafts.c.id == draft_id))
        return [] if sealed is None else list(self._sealer.open(sealed)["conversations"])

    def is_submitted(self, draft_id: str) -> bool:
        """Whether the draft has become a record meanwhile, in another conversation."""
        with self._database.read() as connection:
            return connection.scalar(sa.select(records.c.reference).where(records.c.draft_id == draft_id)) is not None

    def purge(self, *, now: datetime, dry_run: bool) -> int:
        """Delete what has expired; gives how many drafts that are."""
        expired = drafts.c.expires_at <= now
        with self._database.write() as connection:
            if dry_run:
                return int(connection.scalar(sa.select(sa.func.count()).select_from(drafts).where(expired)))
            return int(connection.execute(sa.delete(drafts).where(expired)).rowcount)
