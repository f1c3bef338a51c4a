"""Files that a person gives with a complaint: whether they may be given, and the store that keeps them encrypted.

A file belongs to a draft and, from the moment of sending, to its record; one given later belongs to the record at
once. It is deleted with either. Its content never lies on the disk unencrypted.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.triage.models import access, drafts, evidence
from bot.triage.record import ENDED, instant, with_file

if TYPE_CHECKING:
    from bot.triage.codes import Codes
    from bot.triage.store import Store

Refusal = Literal["no_complaint", "ended", "child", "intimate", "extremism", "ask_first"]
Kept = Literal["kept", "known", "full", "no_complaint", "ended"]
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
    answered = (slots.get("progress") or {}).get("private_pictures")
    minor = slots.get("victim_minor") or slots.get("on_behalf_of") == "self_minor"
    return _by_matter(slots.get("incident_type"), set(slots.get("risk_flags") or []), bool(minor), answered)


def refusal_later(record: Mapping[str, Any] | None, visit: Mapping[str, Any]) -> Refusal | None:
    """Why no file may be added to a complaint that was sent; `visit` holds what its person said since."""
    if record is None:
        return "no_complaint"
    if record["status"] in ENDED:
        return "ended"
    flags = {*record["risk_flags"], *(visit.get("risk_flags") or ())}
    minor = record["victim"]["is_minor"] or record["complainant"]["on_behalf_of"] == "self_minor"
    return _by_matter(record["incident_type"], flags, bool(minor), visit.get("private_pictures"))


def _by_matter(incident: str | None, flags: set[str], minor: bool, answered: bool | None) -> Refusal | None:
    """Whether what the complaint is about allows files; `answered` is whether one shows private pictures."""
    minor = minor or bool({"minor", "child_in_danger"} & flags)
    private = "intimate_images" in flags or bool(answered)
    if incident == "child_abuse" or (minor and (private or incident not in _WITHOUT_PICTURES)):
        return "child"
    if private:
        return "intimate"
    if incident == "hate_extremism":
        return "extremism"
    unclear = incident not in _NEVER_ASKED or bool(_SIGNS & flags) or minor
    return "ask_first" if unclear and answered is None else None


class Evidence:
    """The files in a store; at most `most` a complaint."""

    def __init__(self, store: "Store", most: int) -> None:
        self._store, self._most = store, most
        self._database, self._sealer, self._codes = store.database, store.sealer, store.codes

    def add(self, draft_id: str, content: bytes, about: Mapping[str, Any], *, now: datetime) -> Kept:
        """Keep a file with a draft, once; `about` holds content_type, filename, caption and taken_at."""
        item = _described(content, about, now)
        digest = digest_of(self._codes, draft_id, item["sha256"])
        with self._database.write() as connection:
            this = sa.select(drafts.c.id).where(drafts.c.id == draft_id)
            if connection.scalar(this.with_for_update()) is None:
                return "no_complaint"
            had = list(connection.scalars(sa.select(evidence.c.digest).where(evidence.c.draft_id == draft_id)))
            if digest in had:
                return "known"
            if len(had) >= self._most:
                return "full"
            self._insert(connection, item, content, now, draft_id=draft_id, digest=digest)
        return "kept"

    def add_later(self, reference: str, content: bytes, about: Mapping[str, Any], *, now: datetime) -> Kept:
        """Keep a file with a complaint that was sent, list it in the record, and have it delivered; once.

        The limit counts the files of the whole complaint. What has ended or was erased takes none.
        """
        item = _described(content, about, now)
        with self._database.write() as connection:
            mine = sa.select(access.c.reference).where(access.c.reference == reference)
            if connection.scalar(mine) is None:
                return "no_complaint"
            record = self._store.locked(connection, reference)
            if record["status"] in ENDED:
                return "ended"
            if item["sha256"] in {had["sha256"] for had in record["evidence"]}:
                return "known"
            if len(record["evidence"]) >= self._most:
                return "full"
            digest = digest_of(self._codes, reference, item["sha256"])
            self._insert(connection, item, content, now, reference=reference, digest=digest, due_at=now)
            self._store.save(connection, with_file(record, item, now), record["status"], now)
        return "kept"

    def delivered(self, reference: str) -> tuple[int, int]:
        """How many files the store has of a record, and how many of them the complaint system has."""
        done = sa.func.coalesce(sa.func.sum(sa.case((evidence.c.done_at.is_not(None), 1), else_=0)), 0)
        query = sa.select(sa.func.count(), done).where(evidence.c.reference == reference)
        with self._database.read() as connection:
            count, sent = connection.execute(query).one()
        return int(count), int(sent)

    def _insert(self, connection: Connection, item: Item, content: bytes, now: datetime, **belongs: Any) -> None:
        body, sealed = self._sealer.seal(item), self._sealer.seal_bytes(content)
        row = {"id": token_hex(16), "created_at": now, "body": body, "content": sealed, **belongs}
        connection.execute(evidence.insert().values(attempts=0, flagged=False, **row))

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


def _described(content: bytes, about: Mapping[str, Any], now: datetime) -> Item:
    sha256 = hashlib.sha256(content).hexdigest()
    return {"sha256": sha256, "size": len(content), "received_at": instant(now), **about}


def _in_order(condition: Any, *columns: Any) -> Any:
    return sa.select(*columns).where(condition).order_by(evidence.c.created_at, evidence.c.id)
