"""Files that a person gives with a complaint: whether they may be given, and the store that keeps them encrypted.

A file belongs to a draft and, from the moment of sending, to its record; it is deleted with either. Its content
never lies on the disk unencrypted.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.triage.models import drafts, evidence
from bot.triage.record import instant

if TYPE_CHECKING:
    from bot.triage.codes import Codes
    from bot.triage.store import Store

Refusal = Literal["no_complaint", "child", "intimate", "extremism", "ask_first"]
Kept = Literal["kept", "known", "full", "no_complaint"]
Item = dict[str, Any]
_FORM = "complaint_form"
_WITHOUT_PICTURES = {"fraud", "hacking"}  # types in which a private picture plays no part unless something says so
_NEVER_ASKED = {"fraud"}
_SIGNS = {"threat_to_publish", "minor", "child_in_danger"}


def refusal(slots: Mapping[str, Any], open_form: str | None) -> Refusal | None:
    """Why no file may be given in this state of a conversation; None when one may.

    Where a private picture or one of a child may be among the files, none is taken; where it is not known, the
    person is asked first.
    """
    if open_form != _FORM or not slots.get("consent") or not slots.get("draft_id"):
        return "no_complaint"
    incident, flags = slots.get("incident_type"), set(slots.get("risk_flags") or [])
    answered = (slots.get("progress") or {}).get("private_pictures")
    minor = (
        slots.get("victim_minor") or slots.get("on_behalf_of") == "self_minor" or {"minor", "child_in_danger"} & flags
    )
    if incident == "child_abuse" or (minor and incident not in _WITHOUT_PICTURES):
        return "child"
    if "intimate_images" in flags or answered:
        return "intimate"
    if incident == "hate_extremism":
        return "extremism"
    unclear = incident not in _NEVER_ASKED or bool(_SIGNS & flags) or bool(minor)
    return "ask_first" if unclear and answered is None else None


class Evidence:
    """The files in a store; at most `most` a complaint."""

    def __init__(self, store: "Store", most: int) -> None:
        self._database, self._sealer, self._codes, self._most = store.database, store.sealer, store.codes, most

    def add(self, draft_id: str, content: bytes, about: Mapping[str, Any], *, now: datetime) -> Kept:
        """Keep a file with a draft, once; `about` holds content_type, filename, caption and taken_at."""
        sha256 = hashlib.sha256(content).hexdigest()
        item = {"sha256": sha256, "size": len(content), "received_at": instant(now), **about}
        digest = digest_of(self._codes, draft_id, sha256)
        with self._database.write() as connection:
            this = sa.select(drafts.c.id).where(drafts.c.id == draft_id)
            if connection.scalar(this.with_for_update()) is None:
                return "no_complaint"
            had = list(connection.scalars(sa.select(evidence.c.digest).where(evidence.c.draft_id == draft_id)))
            if digest in had:
                return "known"
            if len(had) >= self._most:
                return "full"
            connection.execute(
                evidence.insert().values(
                    id=token_hex(16),
                    draft_id=draft_id,
                    digest=digest,
                    created_at=now,
                    body=self._sealer.seal(item),
                    content=self._sealer.seal_bytes(content),
                    attempts=0,
                    flagged=False,
                )
            )
        return "kept"

    def of_draft(self, draft_id: str) -> list[Item]:
        """What is known of the files of a draft, in the order in which they came."""
        with self._database.read() as connection:
            rows = connection.execute(_in_order(evidence.c.draft_id == draft_id, evidence.c.body)).all()
        return [self._sealer.open(row.body) for row in rows]

    def remove_last(self, draft_id: str) -> Item | None:
        """Delete the file that came last; None where there is none."""
        with self._database.write() as connection:
            rows = connection.execute(_in_order(evidence.c.draft_id == draft_id, evidence.c.id, evidence.c.body)).all()
            if not rows:
                return None
            connection.execute(sa.delete(evidence).where(evidence.c.id == rows[-1].id))
        return self._sealer.open(rows[-1].body)

    def of_record(self, reference: str) -> Iterator[tuple[Item, bytes]]:
        """The files of a record with their content, one at a time."""
        with self._database.read() as connection:
            ids = list(connection.scalars(_in_order(evidence.c.reference == reference, evidence.c.id)))
        for name in ids:
            with self._database.read() as connection:
                row = connection.execute(
                    sa.select(evidence.c.body, evidence.c.content).where(evidence.c.id == name)
                ).first()
            if row is not None:
                yield self._sealer.open(row.body), self._sealer.open_bytes(row.content)


def digest_of(codes: "Codes", draft_id: str, sha256: str) -> str:
    """Under what a file is known within its complaint; tells neither."""
    return codes.subject("file", f"{draft_id}:{sha256}")


def attach(connection: Connection, digests: list[str], reference: str, now: datetime) -> None:
    """From now on these files belong to the record and are to be forwarded after it."""
    these = sa.update(evidence).where(evidence.c.digest.in_(digests))
    connection.execute(these.values(reference=reference, draft_id=None, due_at=now))


def retry_flagged(connection: Connection, now: datetime) -> None:
    """Make files that were refused for good due again."""
    connection.execute(sa.update(evidence).where(evidence.c.flagged).values(due_at=now, flagged=False))


def delete_of(connection: Connection, reference: str) -> None:
    """Delete the files of a record."""
    connection.execute(sa.delete(evidence).where(evidence.c.reference == reference))


def _in_order(condition: Any, *columns: Any) -> Any:
    return sa.select(*columns).where(condition).order_by(evidence.c.created_at, evidence.c.id)
