"""The store of triage records and the outbox that forwards them, in one database.

A record and its outbox row are written in one transaction: what was confirmed to a person is also going to be
forwarded. Work on an outbox row is leased: if the process dies, the lease ends and another process delivers
the record again under the same key, which the receiver knows already.
"""

import hashlib
from builtins import list as list_of  # `Store.list` hides the builtin inside the class
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.complaint_systems.base import Receipt
from bot.settings import Settings
from bot.triage.codes import Codes, pin_fits, pin_hash
from bot.triage.database import Database, Sealer, StoreError
from bot.triage.evidence import Evidence, attach, digest_of, retry_flagged
from bot.triage.models import access, drafts, notices, outbox, records
from bot.triage.record import build_record, instant, new_reference
from bot.triage.sightings import Sightings

__all__ = ["Claim", "RecordStatus", "Store", "StoreError", "Submission", "open_store"]

MIGRATIONS = Path(__file__).with_name("migrations")
_BATCH = 200  # records that `list` holds in memory at a time
_TRIES = 3  # fresh references tried should one be taken


@dataclass(frozen=True)
class Claim:
    """The right to forward one record until the lease ends; `attempts` counts this one too."""

    reference: str
    record: dict[str, Any] = field(repr=False)
    system: str
    attempts: int
    lease: str


@dataclass(frozen=True)
class Submission:
    """What `submit` stored, and the PIN to tell. `claim` is the caller's lease on a record it has just created."""

    reference: str
    record: dict[str, Any] = field(repr=False)
    created: bool
    delivered: bool
    claim: Claim | None = None
    pin: str = field(default="", repr=False)


@dataclass(frozen=True)
class RecordStatus:
    """Where a record stands; `flagged` means refused for good, for staff to look at."""

    reference: str
    status: str
    created_at: datetime
    system: str | None
    external_id: str | None
    external_url: str | None
    forwarded_at: str | None
    attempts: int
    last_error: str | None
    next_attempt_at: datetime | None
    flagged: bool


class Store:
    """Records, encrypted with `key` (one or more Fernet keys), in the database at `url`."""

    def __init__(self, url: str, key: str) -> None:
        self.sealer = Sealer(key)
        self.codes = Codes(key)
        self._sightings = Sightings(key)
        self.database = Database(url, MIGRATIONS, "muhafiz_version")

    def migrate(self) -> None:
        """Bring the tables up to date."""
        self.database.migrate()

    def close(self) -> None:
        """Give the database connections back."""
        self.database.close()

    def submit(self, draft: Mapping[str, Any], *, system: str, now: datetime, lease_seconds: float) -> Submission:
        """Store the draft as a record to be forwarded to `system`; a known draft id gives the same again."""
        draft_id = _draft_key(draft.get("draft_id"))
        for _ in range(_TRIES):
            if draft_id and (existing := self._by_draft(draft_id)):
                return replace(existing, pin=self._pin_again(existing.reference, draft_id))
            files = Evidence(self, 0).of_draft(draft_id) if draft_id else []
            draft = {**draft, "evidence": files or draft.get("evidence")}
            record = build_record(draft, reference=new_reference(), now=now)
            record["forwarding"]["system"] = system
            pin = self.codes.pin(draft_id or record["reference"])
            entry = {
                "pin_hash": pin_hash(pin),
                "body": self.sealer.seal({"conversations": draft.get("conversations") or [], "address": None}),
            }
            try:
                return replace(self._insert(record, draft_id, system, now, lease_seconds, entry), pin=pin)
            except sa.exc.IntegrityError:
                continue  # the same draft at the same moment, or a reference that is taken
        raise StoreError("no free reference was found")

    def get(self, reference: str) -> dict[str, Any] | None:
        """The record with this reference."""
        with self.database.read() as connection:
            sealed = connection.scalar(sa.select(records.c.body).where(records.c.reference == reference))
        return None if sealed is None else self.sealer.open(sealed)

    def others_about(self, record: Mapping[str, Any]) -> int:
        """How many other tip-offs point at the same link, number or account."""
        with self.database.read() as connection:
            return self._sightings.others(connection, record)

    def status(self, reference: str) -> RecordStatus | None:
        """Where the record with this reference stands."""
        query = sa.select(records, outbox).join(outbox, isouter=True).where(records.c.reference == reference)
        with self.database.read() as connection:
            row = connection.execute(query.set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)).first()
        if row is None:
            return None
        forwarding = self.sealer.open(row.records_body)["forwarding"]
        waits = row.outbox_done_at is None and row.outbox_lease is None
        return RecordStatus(
            reference=reference,
            status=row.records_status,
            created_at=row.records_created_at,
            next_attempt_at=row.outbox_due_at if waits else None,
            flagged=bool(row.outbox_flagged),
            **forwarding,
        )

    def list(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        incident_type: str | None = None,
        status: str | None = None,
        priority: str | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """Matching records by age (since <= created < until), read in batches: memory does not grow."""
        wanted = _conditions(since, until, incident_type=incident_type, status=status, priority=priority)
        created, reference = records.c.created_at, records.c.reference
        place = sa.tuple_(created, reference)
        order = [column.desc() if newest_first else column.asc() for column in (created, reference)]
        query = sa.select(created, reference, records.c.body).where(*wanted).order_by(*order)
        beyond: list_of[Any] = []
        left = limit
        while left is None or left > 0:
            size = _BATCH if left is None else min(_BATCH, left)
            with self.database.read() as connection:
                rows = connection.execute(query.where(*beyond).limit(size)).all()
            yield from (self.sealer.open(row.body) for row in rows)
            if len(rows) < size:
                return
            last = sa.tuple_(sa.literal(rows[-1].created_at, created.type), sa.literal(rows[-1].reference))
            beyond = [place < last if newest_first else place > last]
            left = None if left is None else left - size

    def count(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        incident_type: str | None = None,
        status: str | None = None,
        priority: str | None = None,
    ) -> int:
        """How many records `list` would give."""
        wanted = _conditions(since, until, incident_type=incident_type, status=status, priority=priority)
        with self.database.read() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(records).where(*wanted)))

    def claim_due(self, *, now: datetime, limit: int, lease_seconds: float) -> list_of[Claim]:
        """Lease up to `limit` rows that are due; no row goes to two claimers."""
        due = sa.select(outbox.c.reference).where(outbox.c.done_at.is_(None), outbox.c.due_at <= now)
        due = due.order_by(outbox.c.due_at).limit(limit).with_for_update(skip_locked=True)
        with self.database.write() as connection:
            references = connection.scalars(due).all()
            claims = [self._lease(connection, reference, now, lease_seconds) for reference in references]
        return [claim for claim in claims if claim]

    def claim(self, reference: str, *, now: datetime, lease_seconds: float) -> Claim | None:
        """Lease this record, due or not; None when it is delivered or somebody works on it."""
        free = sa.or_(outbox.c.lease.is_(None), outbox.c.due_at.is_(None), outbox.c.due_at <= now)
        query = sa.select(outbox.c.reference).where(outbox.c.reference == reference, outbox.c.done_at.is_(None), free)
        with self.database.write() as connection:
            if connection.scalar(query.with_for_update()) is None:
                return None
            return self._lease(connection, reference, now, lease_seconds)

    def delivered(self, claim: Claim, receipt: Receipt, *, now: datetime) -> None:
        """The other system has the record. Holds even when the lease has ended meanwhile: it is true."""
        done = sa.update(outbox).where(outbox.c.reference == claim.reference, outbox.c.done_at.is_(None))
        with self.database.write() as connection:
            changed = connection.execute(done.values(done_at=now, due_at=None, lease=None, flagged=False))
            if not changed.rowcount:
                return
            record = self.locked(connection, claim.reference)
            record["forwarding"] |= {
                "system": claim.system,
                "external_id": receipt.external_id,
                "external_url": receipt.external_url,
                "attempts": claim.attempts,
                "last_error": None,
                "forwarded_at": instant(now),
            }
            self.save(connection, record, _unless_ended(record, "forwarded"), now)

    def failed(self, claim: Claim, error: str, *, retry_at: datetime | None, now: datetime) -> None:
        """The attempt failed; None as `retry_at` flags the record for staff. Ignored without the lease."""
        own = sa.update(outbox).where(outbox.c.reference == claim.reference, outbox.c.lease == claim.lease)
        with self.database.write() as connection:
            changed = connection.execute(own.values(due_at=retry_at, lease=None, flagged=retry_at is None))
            if not changed.rowcount:
                return
            record = self.locked(connection, claim.reference)
            record["forwarding"] |= {"attempts": claim.attempts, "last_error": error[:200]}
            self.save(connection, record, _unless_ended(record, "waiting"), now)

    def next_due(self) -> datetime | None:
        """When the next row becomes due, None when nothing waits."""
        query = sa.select(sa.func.min(outbox.c.due_at)).where(outbox.c.done_at.is_(None))
        with self.database.read() as connection:
            due: datetime | None = connection.scalar(query)
        return due

    def retry_now(self, *, now: datetime) -> int:
        """Make everything undelivered due at once, what is flagged too; returns how many rows."""
        free = sa.or_(outbox.c.lease.is_(None), outbox.c.due_at <= now)
        due = sa.update(outbox).where(outbox.c.done_at.is_(None), free)
        with self.database.write() as connection:
            retry_flagged(connection, now)
            return int(connection.execute(due.values(due_at=now, lease=None, flagged=False)).rowcount)

    def backlog(self) -> dict[str, int]:
        """How many records wait to be forwarded, and how many of them are flagged for staff."""
        flagged = sa.func.coalesce(sa.func.sum(sa.case((outbox.c.flagged, 1), else_=0)), 0)
        query = sa.select(sa.func.count(), flagged).where(outbox.c.done_at.is_(None))
        with self.database.read() as connection:
            waiting, stuck = connection.execute(query).one()
        return {"waiting": waiting, "flagged": stuck}

    def _by_draft(self, draft_id: str) -> Submission | None:
        query = sa.select(records.c.reference, records.c.body, outbox.c.done_at).join(outbox, isouter=True)
        with self.database.read() as connection:
            row = connection.execute(query.where(records.c.draft_id == draft_id)).first()
        if row is None:
            return None
        return Submission(row.reference, self.sealer.open(row.body), False, row.done_at is not None)

    def _pin_again(self, reference: str, draft_id: str) -> str:
        """The PIN of a record whose draft is submitted once more; made valid again should the key have changed."""
        pin, this = self.codes.pin(draft_id), access.c.reference == reference
        with self.database.read() as connection:
            stored = connection.scalar(sa.select(access.c.pin_hash).where(this))
        if pin_fits(stored, pin):
            return pin
        with self.database.write() as connection:
            if stored is not None:
                connection.execute(sa.update(access).where(this).values(pin_hash=pin_hash(pin)))
            else:  # stored before there were PINs
                body = self.sealer.seal({"conversations": [], "address": None})
                connection.execute(access.insert().values(reference=reference, pin_hash=pin_hash(pin), body=body))
        return pin

    def _insert(
        self,
        record: dict[str, Any],
        draft_id: str | None,
        system: str,
        now: datetime,
        lease_seconds: float,
        entry: dict[str, Any],
    ) -> Submission:
        reference, lease = record["reference"], token_hex(16)
        plain = {name: record[name] for name in ("incident_type", "priority", "status", "language", "channel")}
        with self.database.write() as connection:
            connection.execute(
                records.insert().values(
                    reference=reference,
                    draft_id=draft_id,
                    created_at=now,
                    body=self.sealer.seal(record),
                    **plain,
                )
            )
            self._sightings.note(connection, record)
            connection.execute(
                outbox.insert().values(
                    reference=reference,
                    system=system,
                    attempts=1,
                    due_at=now + timedelta(seconds=lease_seconds),
                    lease=lease,
                    flagged=False,
                )
            )
            connection.execute(access.insert().values(reference=reference, **entry))
            files = [digest_of(self.codes, draft_id, item["sha256"]) for item in record["evidence"] if draft_id]
            attach(connection, files, reference, now)
            connection.execute(sa.delete(drafts).where(drafts.c.id == draft_id))
        claim = Claim(reference, record, system, 1, lease)
        return Submission(reference, record, created=True, delivered=False, claim=claim)

    def _lease(self, connection: Connection, reference: str, now: datetime, lease_seconds: float) -> Claim | None:
        """Take a row that this transaction has locked; one whose record cannot be read is set aside."""
        row = connection.execute(
            sa.select(outbox.c.system, outbox.c.attempts, records.c.body)
            .join(records)
            .where(outbox.c.reference == reference)
        ).one()
        this = sa.update(outbox).where(outbox.c.reference == reference)
        try:
            record = self.sealer.open(row.body)
        except StoreError:
            connection.execute(this.values(due_at=None, lease=None, flagged=True))
            return None
        lease, until = token_hex(16), now + timedelta(seconds=lease_seconds)
        connection.execute(this.values(due_at=until, lease=lease, attempts=row.attempts + 1, flagged=False))
        return Claim(reference, record, row.system, row.attempts + 1, lease)

    def locked(self, connection: Connection, reference: str) -> dict[str, Any]:
        """The record, which no other transaction can change until this one ends."""
        query = sa.select(records.c.body).where(records.c.reference == reference).with_for_update()
        return self.sealer.open(connection.execute(query).scalar_one())

    def save(self, connection: Connection, record: dict[str, Any], status: str, now: datetime) -> None:
        """Write a changed record back, with its status and history, and give notice where that is wanted."""
        if record["status"] != status:
            record["status"] = status
            record["status_history"].append({"status": status, "at": instant(now)})
            if status != "withdrawn":  # its person did that
                self._give_notice(connection, record["reference"], now)
        record["updated_at"] = instant(now)
        connection.execute(
            sa.update(records)
            .where(records.c.reference == record["reference"])
            .values(status=status, body=self.sealer.seal(record))
        )

    def _give_notice(self, connection: Connection, reference: str, now: datetime) -> None:
        sealed = connection.scalar(sa.select(access.c.body).where(access.c.reference == reference))
        address = self.sealer.open(sealed)["address"] if sealed is not None else None
        if address:
            body = self.sealer.seal({"address": address})
            connection.execute(notices.insert().values(id=token_hex(16), reference=reference, body=body, due_at=now))


def _unless_ended(record: Mapping[str, Any], status: str) -> str:
    """The new status, or the one that the person or staff ended the record with."""
    return str(record["status"]) if record["status"] in ("withdrawn", "closed") else status


def _conditions(since: datetime | None, until: datetime | None, **equal: str | None) -> list[Any]:
    """What `list` and `count` filter by."""
    wanted: list[Any] = [records.c[name] == value for name, value in equal.items() if value]
    wanted += [records.c.created_at >= since] if since else []
    return wanted + ([records.c.created_at < until] if until else [])


def open_store(settings: Settings) -> Store:
    """The record store of these settings, its tables up to date."""
    try:
        store = Store(settings.database_url, settings.secret("record"))
    except OSError as error:
        raise StoreError(f"the state folder cannot be used: {type(error).__name__}") from error
    store.migrate()
    return store


def _draft_key(draft_id: Any) -> str | None:
    """The draft id as it is stored; one too long for the column by its digest."""
    text = str(draft_id or "")
    return (text if len(text) <= 120 else hashlib.sha256(text.encode()).hexdigest()) or None
