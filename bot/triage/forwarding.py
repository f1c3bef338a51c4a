"""Forwards records to the complaint system: at once while the person waits, later by the worker."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import structlog
from tenacity import RetryCallState, wait_random_exponential

from bot.complaint_systems import ComplaintSystem, ComplaintSystemError
from bot.settings import Settings
from bot.triage.record import RecordError
from bot.triage.store import Claim, Store, StoreError, Submission

LEASE_MARGIN = 15.0  # seconds a lease outlives the longest attempt
WORKER_TIMEOUT = 30.0  # seconds the worker gives one delivery; nobody waits for it
WORKER_BATCH = 8  # deliveries at a time
LONGEST_WAIT = 86_400.0  # seconds; more than this no Retry-After gets

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ForwardResult:
    """What may truthfully be said: the other system has it (with its number), or it waits."""

    status: Literal["forwarded", "waiting"]
    external_id: str | None = None


async def submit_and_forward(
    store: Store,
    system: ComplaintSystem,
    draft: Mapping[str, Any],
    *,
    settings: Settings,
    now: datetime | None = None,
) -> tuple[Submission, ForwardResult]:
    """Commit the record, then try to deliver it at once.

    A dead or slow system only makes the result `waiting`. StoreError means that NOTHING was stored.
    """
    moment = now or datetime.now(UTC)
    lease = settings.forward_timeout + LEASE_MARGIN
    try:
        submission = await asyncio.to_thread(store.submit, draft, system=system.name, now=moment, lease_seconds=lease)
    except RecordError as error:
        raise StoreError(f"the draft makes no record: {error}") from error
    if submission.delivered:
        return submission, ForwardResult("forwarded", submission.record["forwarding"]["external_id"])
    try:
        claim = submission.claim or await asyncio.to_thread(
            store.claim, submission.reference, now=moment, lease_seconds=lease
        )
    except StoreError as error:  # stored earlier; only this extra try is lost
        log.warning("claim_failed", error=str(error))
        claim = None
    if claim is None:
        return submission, ForwardResult("waiting")
    result = await forward(store, system, claim, timeout=settings.forward_timeout, settings=settings)
    return submission, result


async def forward(
    store: Store,
    system: ComplaintSystem,
    claim: Claim,
    *,
    timeout: float,  # noqa: ASYNC109
    settings: Settings,
) -> ForwardResult:
    """Deliver one leased record and note the outcome; raises nothing but cancellation."""
    claim = replace(claim, system=system.name)  # the setting may have changed since it was submitted
    about = log.bind(record=claim.reference[:8], system=system.name, attempt=claim.attempts)
    try:
        receipt = await asyncio.wait_for(
            system.submit(claim.record, idempotency_key=claim.reference, timeout=timeout), timeout + 1
        )
    except Exception as error:  # whatever a client does, the record must stay in the outbox
        await _note_failure(store, claim, error, settings, about)
        return ForwardResult("waiting")
    try:
        await asyncio.to_thread(store.delivered, claim, receipt, now=datetime.now(UTC))
        about.info("record_forwarded")
    except StoreError as error:  # it will be delivered again under the same key
        about.error("delivery_not_noted", error=str(error))
    return ForwardResult("forwarded", receipt.external_id)


async def _note_failure(
    store: Store, claim: Claim, error: Exception, settings: Settings, about: structlog.stdlib.BoundLogger
) -> None:
    code = str(error) if isinstance(error, ComplaintSystemError) else type(error).__name__
    permanent = isinstance(error, ComplaintSystemError) and error.permanent
    now = datetime.now(UTC)
    wait = 0.0 if permanent else retry_wait(claim.attempts, settings, getattr(error, "retry_after", None))
    about.warning("forwarding_failed", error=code, permanent=permanent, retry_in=round(wait, 1))
    retry_at = None if permanent else now + timedelta(seconds=wait)
    try:
        await asyncio.to_thread(store.failed, claim, code, retry_at=retry_at, now=now)
    except StoreError as trouble:  # the lease ends by itself
        about.error("failure_not_noted", error=str(trouble))


def retry_wait(attempts: int, settings: Settings, retry_after: float | None = None) -> float:
    """Seconds until the next attempt: base * 2^n with full jitter, capped; never before Retry-After."""
    state = RetryCallState(None, None, (), {})  # type: ignore[arg-type]  # there is no retrier: only the attempt is read
    state.attempt_number = attempts
    wait = wait_random_exponential(multiplier=settings.retry_base, max=settings.retry_cap)(state)
    return max(wait, min(retry_after or 0.0, LONGEST_WAIT))


async def forward_due(
    store: Store, system: ComplaintSystem, settings: Settings, *, now: datetime | None = None
) -> list[ForwardResult]:
    """Claim one batch of records due by `now` and deliver it; an empty list when nothing was due."""
    claims = await asyncio.to_thread(
        store.claim_due,
        now=now or datetime.now(UTC),
        limit=WORKER_BATCH,
        lease_seconds=WORKER_TIMEOUT + LEASE_MARGIN,
    )
    deliveries = (forward(store, system, claim, timeout=WORKER_TIMEOUT, settings=settings) for claim in claims)
    return list(await asyncio.gather(*deliveries))
