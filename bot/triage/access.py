"""What the holder of a reference and its PIN may do afterwards, and how many wrong tries there are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.triage.codes import pin_fits
from bot.triage.database import insert_new
from bot.triage.drafts import note_deleted
from bot.triage.evidence import delete_of
from bot.triage.models import access, drafts, erasures, follow_ups, notices, outbox, records, sightings, tries
from bot.triage.record import ENDED, instant
from bot.triage.store import Store

MOST_TRIES = 5  # wrong ones within LOCKED, in one conversation and at one reference
LOCKED = timedelta(hours=1)
ADDITION_LIMIT = 5000  # characters
MOST_ADDITIONS = 50
ERASED = "[erased]"
NOT_ARRIVED = (None, "no_connection", "invalid_address", "certificate_refused")

Verdict = Literal["ok", "wrong", "locked"]
FollowUpKind = Literal["addition", "withdrawal", "erasure_request"]


@dataclass(frozen=True)
class Erased:
    """What an erasure did, for the receipt: the other system's number says that it has a copy."""

    external_id: str | None
    was_forwarded: bool
    conversations: tuple[str, ...]


def unlocked(visit: Mapping[str, Any] | None, now: datetime) -> str | None:
    """Reference of the complaint that a conversation gave the PIN of, or has just sent; None when that is over."""
    reference, until = (visit or {}).get("reference"), (visit or {}).get("until")
    return str(reference) if reference and until and datetime.fromisoformat(until) > now else None


class Access:
    """Authenticated acts on records."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._database, self._sealer, self._codes = store.database, store.sealer, store.codes

    def authenticate(self, reference: str, pin: str, conversation: str, *, now: datetime) -> Verdict:
        """Whether the PIN is the record's. The answer and its time do not tell whether the record exists.

        A try is counted before it is judged, so that many at once are counted too.
        """
        subjects = [self._codes.subject("conversation", conversation), self._codes.subject("reference", reference)]
        if not self._count(subjects, now):
            return "locked"
        with self._database.read() as connection:
            stored = connection.scalar(sa.select(access.c.pin_hash).where(access.c.reference == reference))
        if not pin_fits(stored, pin):
            return "wrong"
        self._forget(subjects)
        return "ok"

    def may_resume(self, conversation: str, *, now: datetime) -> bool:
        """Count a try of a resume code; False when this conversation has used up its tries."""
        return self._count([self._codes.subject("resume", conversation)], now)

    def resumed(self, conversation: str) -> None:
        """The code was right: tries start anew."""
        self._forget([self._codes.subject("resume", conversation)])

    def belongs(self, reference: str, conversation: str) -> None:
        """Remember that this conversation told of the record, so that it is erased with it."""
        with self._body(reference) as body:
            body["conversations"] = list(dict.fromkeys([*body["conversations"], conversation]))

    def notify(self, reference: str, address: str | None) -> None:
        """Send word of changes to this address, or with None to nobody."""
        with self._body(reference) as body:
            body["address"] = address

    def add(self, reference: str, text: str, *, now: datetime) -> bool:
        """Keep more information and forward it; False when the record takes no more."""
        with self._database.write() as connection:
            record = self._store.locked(connection, reference)
            mine = (follow_ups.c.reference == reference, follow_ups.c.kind == "addition")
            count = connection.scalar(sa.select(sa.func.count()).select_from(follow_ups).where(*mine))
            if record["status"] in ENDED or count >= MOST_ADDITIONS:
                return False
            self._follow_up(connection, reference, "addition", {"text": text[:ADDITION_LIMIT]}, now)
            record["updated_at"] = instant(now)
            self._store.save(connection, record, record["status"], now)
        return True

    def additions(self, reference: str) -> list[dict[str, Any]]:
        """What was added, oldest first: instant and text."""
        mine = (follow_ups.c.reference == reference, follow_ups.c.kind == "addition")
        query = sa.select(follow_ups.c.created_at, follow_ups.c.body).where(*mine).order_by(follow_ups.c.created_at)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [{"at": instant(row.created_at), **self._sealer.open(row.body)} for row in rows]

    def withdraw(self, reference: str, *, now: datetime) -> bool:
        """End the complaint; False when it had ended already. What was forwarded is withdrawn there too."""
        with self._database.write() as connection:
            record = self._store.locked(connection, reference)
            if record["status"] in ENDED:
                return False
            if self._is_out(connection, record, now):
                self._follow_up(connection, reference, "withdrawal", {}, now)
            delete_of(connection, reference)
            self._store.save(connection, record, "withdrawn", now)
        return True

    def erase(self, reference: str, *, now: datetime) -> Erased | None:
        """Take everything personal out of the record and all that belongs to it; None without such a record.

        A tombstone stays: type, priority, dates, and under which number the other system has its copy.
        """
        with self._database.write() as connection:
            if not connection.scalar(sa.select(records.c.reference).where(records.c.reference == reference)):
                return None
            record = self._store.locked(connection, reference)
            is_out = self._is_out(connection, record, now)
            conversations = self._end_access(connection, reference)
            for table in (notices, sightings):
                connection.execute(sa.delete(table).where(table.c.reference == reference))
            self._erase_follow_ups(connection, reference)
            delete_of(connection, reference)
            told_as = connection.scalar(sa.select(records.c.draft_id).where(records.c.reference == reference))
            if told_as:
                connection.execute(sa.delete(drafts).where(drafts.c.id == told_as))
                note_deleted(connection, told_as, now)
            this = sa.update(records).where(records.c.reference == reference)
            connection.execute(this.values(draft_id=None, language=None, channel=None))
            already = record["description"] == ERASED
            if is_out and not already:
                self._follow_up(connection, reference, "erasure_request", {}, now)
            status = record["status"] if record["status"] in ENDED else "withdrawn"
            self._store.save(connection, tombstone(record), status, now)
            schedule(connection, conversations, now)
        return Erased(record["forwarding"]["external_id"], is_out, tuple(conversations))

    def _is_out(self, connection: Connection, record: dict[str, Any], now: datetime) -> bool:
        """Whether the other system has or may have the record; what has not gone out never will."""
        mine = outbox.c.reference == record["reference"]
        row = connection.execute(sa.select(outbox).where(mine)).first()
        if row is None:
            return False
        under_way = row.lease is not None and row.due_at is not None and row.due_at > now
        if row.done_at is not None or under_way:
            return True
        connection.execute(sa.delete(outbox).where(mine))
        # A try whose answer was lost may have arrived; one that found nobody did not.
        return record["forwarding"]["last_error"] not in NOT_ARRIVED

    def _end_access(self, connection: Connection, reference: str) -> list[str]:
        """Nobody gets in any more; gives the conversations that belonged to the record."""
        sealed = connection.scalar(sa.select(access.c.body).where(access.c.reference == reference))
        connection.execute(sa.delete(access).where(access.c.reference == reference))
        return [] if sealed is None else list(self._sealer.open(sealed)["conversations"])

    def _erase_follow_ups(self, connection: Connection, reference: str) -> None:
        mine = follow_ups.c.reference == reference
        undelivered = (mine, follow_ups.c.kind == "addition", follow_ups.c.done_at.is_(None))
        connection.execute(sa.delete(follow_ups).where(*undelivered))
        empty = self._sealer.seal({})
        connection.execute(sa.update(follow_ups).where(mine).values(body=empty))

    def _follow_up(
        self, connection: Connection, reference: str, kind: FollowUpKind, content: dict[str, Any], now: datetime
    ) -> None:
        connection.execute(
            follow_ups.insert().values(
                key=f"{reference}/{token_hex(6)}",
                reference=reference,
                kind=kind,
                created_at=now,
                body=self._sealer.seal(content),
                attempts=0,
                due_at=now,
                flagged=False,
            )
        )

    def _count(self, subjects: list[str], now: datetime) -> bool:
        """Count one try for each subject; False, and nothing counted, when one of them has none left."""
        mine = tries.c.subject.in_(subjects)
        with self._database.write() as connection:
            for subject in sorted(subjects):
                insert_new(connection, tries, "subject", subject=subject, count=0, until=now + LOCKED)
            rows = connection.execute(sa.select(tries).where(mine).order_by(tries.c.subject).with_for_update()).all()
            if any(row.count >= MOST_TRIES and row.until > now for row in rows):
                return False
            for row in rows:
                count, until = (row.count + 1, row.until) if row.until > now else (1, now + LOCKED)
                this = sa.update(tries).where(tries.c.subject == row.subject)
                connection.execute(this.values(count=count, until=until))
        return True

    def _forget(self, subjects: list[str]) -> None:
        with self._database.write() as connection:
            connection.execute(sa.delete(tries).where(tries.c.subject.in_(subjects)))

    @contextmanager
    def _body(self, reference: str) -> Iterator[dict[str, Any]]:
        """The sealed part of an access row, to be changed in place; nothing happens without the row."""
        this = access.c.reference == reference
        with self._database.write() as connection:
            sealed = connection.scalar(sa.select(access.c.body).where(this).with_for_update())
            body = {"conversations": [], "address": None} if sealed is None else self._sealer.open(sealed)
            yield body
            if sealed is not None:
                connection.execute(sa.update(access).where(this).values(body=self._sealer.seal(body)))


def tombstone(record: dict[str, Any]) -> dict[str, Any]:
    """The record without anything that was told or derived from it: what happened to it stays."""
    gone: dict[str, Any] = {
        "language": None,
        "channel": None,
        "description": ERASED,
        "summary": ERASED,
        "occurred": dict.fromkeys(record["occurred"]),
        "suspects": [],
        "financial_transactions": [],
        "evidence": [],
        "complainant": dict.fromkeys(record["complainant"]) | {"anonymous": True},
        "victim": dict.fromkeys(record["victim"]),
        "risk_flags": [],
        "incident_subtype": None,
        "classifier": None,
        "rsit": None,
        "offences": [],
        "priority_reasons": ["erased"],
        "routing": {"office": record["routing"]["office"]},
        "desired_outcome": [],
        "missing": [],
    }
    return {**record, **gone}


def schedule(connection: Connection, conversations: list[str], now: datetime, *, elsewhere: bool = False) -> None:
    """Have the events of these conversations erased from Rasa's store, whatever ends before that is done.

    `elsewhere` says that the wish came from another conversation, whose draft was taken up in these.
    """
    for conversation in conversations:
        insert_new(connection, erasures, "conversation", conversation=conversation, asked_at=now)
        this = sa.update(erasures).where(erasures.c.conversation == conversation)
        connection.execute(this.values(asked_at=now, done_at=None, elsewhere=elsewhere))
