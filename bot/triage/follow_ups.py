"""Delivers what came after a record: additions, withdrawals and requests to erase, each exactly once."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
import structlog

from bot.complaint_systems import ComplaintSystem, ComplaintSystemError
from bot.settings import Settings
from bot.triage.forwarding import LEASE_MARGIN, WORKER_BATCH, WORKER_TIMEOUT, retry_wait
from bot.triage.models import follow_ups, outbox, records
from bot.triage.record import instant
from bot.triage.store import Store, StoreError

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Claim:
    """A leased follow-up with the message that the other system gets."""

    key: str
    lease: str
    attempts: int
    message: dict[str, Any] = field(repr=False)


async def send_follow_ups(store: Store, system: ComplaintSystem, settings: Settings) -> int:
    """Deliver what is due, oldest first; a follow-up waits until its record is there. Gives how many were tried."""
    claims = await asyncio.to_thread(_claim, store, datetime.now(UTC))
    for claim in claims:  # one after the other: a withdrawal must not overtake an addition
        await _deliver(store, system, claim, settings)
    return len(claims)


def _claim(store: Store, now: datetime) -> list[_Claim]:
    waiting = sa.exists().where(outbox.c.reference == follow_ups.c.reference, outbox.c.done_at.is_(None))
    ready = (follow_ups.c.done_at.is_(None), follow_ups.c.due_at <= now, ~waiting)
    query = sa.select(follow_ups).where(*ready).order_by(follow_ups.c.created_at).limit(WORKER_BATCH)
    until = now + timedelta(seconds=WORKER_BATCH * WORKER_TIMEOUT + LEASE_MARGIN)
    with store.database.write() as connection:
        rows = connection.execute(query.with_for_update(skip_locked=True)).all()
        claims = []
        for row in rows:
            sealed = connection.scalar(sa.select(records.c.body).where(records.c.reference == row.reference))
            record = store.sealer.open(sealed)
            message = {
                "type": "follow_up",
                "schema_version": record["schema_version"],
                "reference": row.reference,
                "external_id": record["forwarding"]["external_id"],
                "kind": row.kind,
                "at": instant(row.created_at),
                "text": store.sealer.open(row.body).get("text"),
            }
            claim = _Claim(row.key, token_hex(16), row.attempts + 1, message)
            leased = {"lease": claim.lease, "attempts": claim.attempts, "due_at": until, "flagged": False}
            connection.execute(sa.update(follow_ups).where(follow_ups.c.key == row.key).values(**leased))
            claims.append(claim)
    return claims


async def _deliver(store: Store, system: ComplaintSystem, claim: _Claim, settings: Settings) -> None:
    about = log.bind(follow_up=claim.message["kind"], attempt=claim.attempts)
    try:
        delivery = system.follow_up(claim.message, idempotency_key=claim.key, timeout=WORKER_TIMEOUT)
        await asyncio.wait_for(delivery, WORKER_TIMEOUT + 1)
        outcome: dict[str, Any] = {"done_at": datetime.now(UTC), "due_at": None}
        about.info("follow_up_forwarded")
    except Exception as error:  # whatever a client does, the follow-up stays
        permanent = isinstance(error, ComplaintSystemError) and error.permanent
        wait = retry_wait(claim.attempts, settings, getattr(error, "retry_after", None))
        again = None if permanent else datetime.now(UTC) + timedelta(seconds=wait)
        outcome = {"due_at": again, "flagged": permanent}
        code = str(error) if isinstance(error, ComplaintSystemError) else type(error).__name__
        about.warning("follow_up_failed", error=code, permanent=permanent)
    try:
        await asyncio.to_thread(_note, store, claim, outcome)
    except StoreError as trouble:  # the lease ends by itself, and the other side knows the key
        about.error("follow_up_not_noted", error=str(trouble))


def _note(store: Store, claim: _Claim, outcome: dict[str, Any]) -> None:
    own = sa.update(follow_ups).where(follow_ups.c.key == claim.key, follow_ups.c.lease == claim.lease)
    with store.database.write() as connection:
        connection.execute(own.values(lease=None, **outcome))
