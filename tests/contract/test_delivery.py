"""From submit to the other system: told truthfully, delivered once, whatever breaks on the way."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from structlog.testing import capture_logs

from bot.complaint_systems import complaint_system
from bot.triage import worker as working
from bot.triage.forwarding import forward_due, submit_and_forward
from bot.triage.store import Store, StoreError, open_store
from bot.triage.worker import run_worker
from tests.auxil.records import a_draft, a_full_draft, settings_in

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def current(tmp_path, receiver, database_url, key, monkeypatch):
    """Settings of a process that forwards to the receiver by webhook, with quick retries."""
    monkeypatch.setenv("MUHAFIZ_RECORD_SECRET", key)
    return settings_in(
        tmp_path,
        database_url=database_url,
        complaint_system="webhook",
        webhook_url=receiver.url,
    )


async def submit(store, current, draft=None, **kwargs):
    return await submit_and_forward(
        store, complaint_system(current), draft or a_full_draft(), settings=current, **kwargs
    )


async def until(condition, seconds=8.0):
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.02)


async def test_a_record_is_forwarded_while_the_person_waits(store, current, receiver):
    """And both sides have it under the same reference."""
    submission, result = await submit(store, current)
    assert (result.status, result.external_id) == ("forwarded", "C-1")
    assert receiver.deliveries[0].key == submission.reference
    assert receiver.deliveries[0].record["description"] == a_full_draft()["description"]
    status = store.status(submission.reference)
    assert (status.status, status.external_id, status.system) == ("forwarded", "C-1", "webhook")


async def test_saying_yes_twice_files_once(store, current, receiver):
    """Second call: the same reference and number, no second delivery."""
    first, _ = await submit(store, current)
    second, result = await submit(store, current)
    assert (second.reference, second.created) == (first.reference, False)
    assert (result.status, result.external_id) == ("forwarded", "C-1")
    assert len(receiver.deliveries) == 1


async def test_saying_yes_twice_at_once_files_once(store, current, receiver):
    """While the first delivery is under way, the second call waits for nothing and delivers nothing."""
    receiver.delay = 0.2
    results = await asyncio.gather(*(submit(store, current) for _ in range(4)))
    assert len({submission.reference for submission, _ in results}) == 1
    assert len(receiver.deliveries) == 1


async def test_saying_yes_again_after_trouble_tries_again(store, current, receiver):
    """At once, not when the retry would be due."""
    receiver.status = 503
    _, result = await submit(store, current)
    assert result.status == "waiting"
    receiver.status = 201
    _, result = await submit(store, current)
    assert (result.status, result.external_id) == ("forwarded", "C-1")


@pytest.mark.parametrize("trouble", ["down", "slow", 500, 302, 409, 422])
async def test_trouble_on_the_other_side_is_told_as_waiting(store, current, receiver, trouble):
    """Never raised, never told as success; the record is safe."""
    system = complaint_system(current)
    if trouble == "down":
        system = complaint_system(current.copy(update={"webhook_url": "http://127.0.0.1:9/"}))
    elif trouble == "slow":
        receiver.delay = 30
    else:
        receiver.status, receiver.answer = trouble, b""
    submission, result = await submit_and_forward(store, system, a_draft(), settings=current)
    assert (result.status, result.external_id) == ("waiting", None)
    assert store.get(submission.reference)["status"] == "waiting"
    assert store.status(submission.reference).flagged == (trouble in (302, 409, 422))


async def test_a_client_that_breaks_does_not_break_the_submission(store, current):
    """Even an error that no client should raise leaves the record waiting."""

    class Broken:
        name = "broken"

        async def submit(self, record, *, idempotency_key, timeout):
            raise KeyError("Sadia Noor")

    submission, result = await submit_and_forward(store, Broken(), a_full_draft(), settings=current)
    assert result.status == "waiting"
    assert store.status(submission.reference).last_error == "KeyError"


async def test_a_client_that_hangs_is_cut_off(store, current):
    """The person's wait is bounded by us, not by the client."""

    class Hanging:
        name = "hanging"

        async def submit(self, record, *, idempotency_key, timeout):
            await asyncio.sleep(60)

    async with asyncio.timeout(4):
        _, result = await submit_and_forward(store, Hanging(), a_draft(), settings=current)
    assert result.status == "waiting"


async def test_nothing_stored_is_an_error_and_nothing_is_sent(store, current, receiver, monkeypatch):
    """The one case in which the person must be told to try again."""

    def full(*args, **kwargs):
        raise StoreError("database: OperationalError")

    with pytest.raises(StoreError):
        await submit(store, current, a_draft(description=" "))
    monkeypatch.setattr(store, "submit", full)
    with pytest.raises(StoreError):
        await submit(store, current)
    assert receiver.deliveries == []


async def test_the_worker_delivers_what_waits(store, current, receiver):
    """Once the other side is back."""
    receiver.status = 503
    submission, _ = await submit(store, current)
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(current, stop))
    await until(lambda: len(receiver.deliveries) >= 3)
    receiver.status = 201
    await until(lambda: store.status(submission.reference).status == "forwarded")
    stop.set()
    await worker
    assert {delivery.key for delivery in receiver.deliveries} == {submission.reference}
    assert store.status(submission.reference).attempts == len(receiver.deliveries)


async def test_two_workers_deliver_each_record_once(store, current, receiver, database_url, key):
    """Together, out of one outbox."""
    receiver.deduplicating = True
    references = {store.submit(a_draft(), system="webhook", now=LONG_AGO, lease_seconds=0).reference for _ in range(30)}
    stop = asyncio.Event()
    workers = [asyncio.create_task(run_worker(current, stop)) for _ in range(2)]
    await until(lambda: store.count(status="forwarded") == 30)
    stop.set()
    await asyncio.gather(*workers)
    assert sorted(delivery.key for delivery in receiver.deliveries) == sorted(references)
    assert len({record["forwarding"]["external_id"] for record in store.list()}) == 30


async def test_a_crash_between_delivery_and_marking_files_once(store, current, receiver, monkeypatch):
    """The record goes out again under the same key; the receiver knows it; both agree on the number."""
    receiver.deduplicating = True
    submission = store.submit(a_draft(), system="webhook", now=LONG_AGO, lease_seconds=0)

    def crash(*args, **kwargs):
        raise StoreError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(Store, "delivered", crash)
        (result,) = await forward_due(store, complaint_system(current), current)
        assert result.status == "forwarded"  # which is true: the other side has it
    assert store.status(submission.reference).status == "received"
    later = datetime.now(UTC) + timedelta(hours=1)
    assert [r.status for r in await forward_due(store, complaint_system(current), current, now=later)] == ["forwarded"]
    assert [delivery.key for delivery in receiver.deliveries] == [submission.reference] * 2
    assert list(receiver.numbers) == [submission.reference]
    assert store.status(submission.reference).external_id == "C-1"


async def test_a_submitter_that_dies_is_followed_by_the_worker(store, current, receiver):
    """Killed between the commit and the delivery: its lease ends, the worker takes over."""
    submission = store.submit(a_draft(), system="webhook", now=datetime.now(UTC), lease_seconds=0.3)
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(current, stop))
    await until(lambda: store.status(submission.reference).status == "forwarded")
    stop.set()
    await worker
    assert len(receiver.deliveries) == 1


async def test_the_worker_survives_a_database_that_goes_away(store, current, receiver, monkeypatch):
    """It waits and goes on."""
    monkeypatch.setattr(working, "DATABASE_PAUSE", 0.05)
    submission = store.submit(a_draft(), system="webhook", now=LONG_AGO, lease_seconds=0)
    real, calls = Store.claim_due, []

    def flaky(self, **kwargs):
        calls.append(1)
        if len(calls) < 3:
            raise StoreError("database: OperationalError")
        return real(self, **kwargs)

    monkeypatch.setattr(Store, "claim_due", flaky)
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(current, stop))
    await until(lambda: store.status(submission.reference).status == "forwarded")
    stop.set()
    await worker


async def test_the_worker_stops_soon_even_in_the_middle_of_a_delivery(store, current, receiver, monkeypatch):
    """The delivery gets a moment to end; what is cut off stays in the outbox."""
    monkeypatch.setattr(working, "STOP_GRACE", 0.2)
    receiver.delay = 20
    submission = store.submit(a_draft(), system="webhook", now=LONG_AGO, lease_seconds=0)
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(current, stop))
    await until(lambda: receiver.deliveries)
    stop.set()
    async with asyncio.timeout(3):
        await worker
    assert store.status(submission.reference).status == "received"
    assert store.next_due() is not None


async def test_the_worker_sleeps_until_it_is_stopped(current):
    """With nothing to do it ends at once when asked."""
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(current.copy(update={"worker_poll": 600.0}), stop))
    await asyncio.sleep(0.3)
    stop.set()
    async with asyncio.timeout(2):
        await worker


async def test_a_change_of_system_is_noted(store, current):
    """What was submitted for the desk and went to the webhook says webhook."""
    submission = store.submit(a_draft(), system="desk", now=LONG_AGO, lease_seconds=0)
    await forward_due(store, complaint_system(current), current)
    assert store.status(submission.reference).system == "webhook"


async def test_logs_hold_nothing_personal(store, current, receiver):
    """Neither of a success nor of a failure."""
    structlog.reset_defaults()
    with capture_logs() as logged:
        await submit(store, current)
        receiver.status = 422
        submission, _ = await submit(store, current, a_full_draft(draft_id="other"))
    assert [entry["event"] for entry in logged] == ["record_forwarded", "forwarding_failed"]
    for secret in ("Sadia", "3211234567", "OTP", submission.reference):
        assert secret not in str(logged)


def test_open_store_reports_an_unusable_folder(tmp_path):
    """As a store error, which the action knows how to tell."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError):
        open_store(settings_in(tmp_path / "file" / "var"))
