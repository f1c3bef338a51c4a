"""Delivers the files of records that the complaint system has, each exactly once."""

import asyncio
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
import structlog

from bot.complaint_systems import ComplaintSystem, ComplaintSystemError
from bot.settings import Settings
from bot.triage.forwarding import LEASE_MARGIN, WORKER_TIMEOUT, retry_wait
from bot.triage.models import evidence, outbox, records
from bot.triage.store import Store, StoreError

BATCH = 2  # files that are in memory at a time

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Claim:
    """A leased file with the message that the other system gets."""

    id: str
    key: str
    lease: str
    attempts: int
    message: dict[str, Any] = field(repr=False)


async def send_evidence(store: Store, system: ComplaintSystem, settings: Settings) -> int:
    """Deliver files that are due; a file waits until its record is there. Gives how many were tried."""
    claims = await asyncio.to_thread(_claim, store, datetime.now(UTC))
    for claim in claims:
        await _deliver(store, system, claim, settings)
    return len(claims)


def _claim(store: Store, now: datetime) -> list[_Claim]:
    there = sa.exists().where(outbox.c.reference == evidence.c.reference, outbox.c.done_at.is_not(None))
    ready = (evidence.c.done_at.is_(None), evidence.c.due_at <= now, there)
    query = sa.select(evidence.c.id).where(*ready).order_by(evidence.c.due_at, evidence.c.created_at).limit(BATCH)
    until = now + timedelta(seconds=BATCH * WORKER_TIMEOUT + LEASE_MARGIN)
    with store.database.write() as connection:
        names = list(connection.scalars(query.with_for_update(skip_locked=True)))
        claims = []
        for name in names:
            row = connection.execute(sa.select(evidence).where(evidence.c.id == name)).one()
            sealed = connection.scalar(sa.select(records.c.body).where(records.c.reference == row.reference))
            claim = _Claim(
                name, f"{row.reference}/{name}", token_hex(16), row.attempts + 1, _message(store, row, sealed)
            )
            leased = {"lease": claim.lease, "attempts": claim.attempts, "due_at": until, "flagged": False}
            connection.execute(sa.update(evidence).where(evidence.c.id == name).values(**leased))
            claims.append(claim)
    return claims


def _message(store: Store, row: Any, sealed_record: bytes) -> dict[str, Any]:
    record = store.sealer.open(sealed_record)
    return {
        "type": "evidence",
        "schema_version": record["schema_version"],
        "reference": row.reference,
        "external_id": record["forwarding"]["external_id"],
        **store.sealer.open(row.body),
        "content": b64encode(store.sealer.open_bytes(row.content)).decode(),
    }


async def _deliver(store: Store, system: ComplaintSystem, claim: _Claim, settings: Settings) -> None:
    about = log.bind(attempt=claim.attempts)
    try:
        delivery = system.attach(claim.message, idempotency_key=claim.key, timeout=WORKER_TIMEOUT)
        await asyncio.wait_for(delivery, WORKER_TIMEOUT + 1)
        outcome: dict[str, Any] = {"done_at": datetime.now(UTC), "due_at": None}
        about.info("evidence_forwarded")
    except Exception as error:  # whatever a client does, the file stays
        permanent = isinstance(error, ComplaintSystemError) and error.permanent
        wait = retry_wait(claim.attempts, settings, getattr(error, "retry_after", None))
        again = None if permanent else datetime.now(UTC) + timedelta(seconds=wait)
        outcome = {"due_at": again, "flagged": permanent}
        code = str(error) if isinstance(error, ComplaintSystemError) else type(error).__name__
        about.warning("evidence_failed", error=code, permanent=permanent)
    try:
        await asyncio.to_thread(_note, store, claim, outcome)
    except StoreError as trouble:  # the lease ends by itself, and the other side knows the key
        about.error("evidence_not_noted", error=str(trouble))


def _note(store: Store, claim: _Claim, outcome: dict[str, Any]) -> None:
    own = sa.update(evidence).where(evidence.c.id == claim.id, evidence.c.lease == claim.lease)
    with store.database.write() as connection:
        connection.execute(own.values(lease=None, **outcome))
