"""Files of complaints from draft to delivery and erasure, on SQLite and PostgreSQL."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestServer

from bot.complaint_systems import complaint_system
from bot.complaint_systems.http import HttpComplaintSystem
from bot.desk.app import STORE, create_app
from bot.settings import Settings
from bot.triage.access import Access
from bot.triage.drafts import Drafts
from bot.triage.evidence import Evidence
from bot.triage.evidence_delivery import send_evidence
from bot.triage.forwarding import submit_and_forward
from bot.triage.models import evidence
from bot.triage.record import validate_record
from bot.triage.store import Store
from tests.auxil.files import MARK, PDF, TEXT, picture
from tests.auxil.receiver import Receiver
from tests.auxil.records import NOW, a_full_draft, settings_in

PNG = picture()
ABOUT = {"content_type": "image/png", "filename": "shot.png", "caption": None, "taken_at": None}


@pytest.fixture
def current(tmp_path: Path, receiver: Receiver, database_url: str) -> Settings:
    """Settings that forward to the receiver."""
    return settings_in(tmp_path, complaint_system="webhook", webhook_url=receiver.url, database_url=database_url)


@pytest.fixture
def files(store: Store) -> Evidence:
    """The files of a store that has one open draft."""
    save_draft(store)
    return Evidence(store, 3)


def save_draft(store: Store, draft_id: str = "draft-1") -> None:
    facts = {"draft_id": draft_id, "description": "x"}
    Drafts(store, 14).save(facts, language="en", conversation="web-1", now=NOW)


def kept_rows(store: Store) -> int:
    with store.database.read() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(evidence)))


def submit(store: Store):
    return store.submit(a_full_draft(), system="webhook", now=NOW, lease_seconds=0)


async def test_a_file_is_kept_once_and_up_to_the_limit(store: Store, files: Evidence) -> None:
    """The same file again changes nothing; the one after the last is refused; without a draft none is kept."""
    given = (PNG, PNG, PDF, TEXT, b"one more", PDF)
    times = [NOW + timedelta(seconds=n) for n in range(len(given))]
    add = [files.add("draft-1", content, ABOUT, now=now) for content, now in zip(given, times, strict=True)]
    assert add == ["kept", "known", "kept", "kept", "full", "known"]
    assert files.add("draft-2", PNG, ABOUT, now=NOW) == "no_complaint"
    assert kept_rows(store) == 3
    first = files.of_draft("draft-1")[0]
    assert first["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert first["size"] == len(PNG)
    save_draft(store, "draft-2")
    assert files.add("draft-2", PNG, ABOUT, now=NOW) == "kept"  # another complaint may have the same file


async def test_many_at_once_keep_to_the_limit(store: Store, files: Evidence) -> None:
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda n: files.add("draft-1", b"file %d" % n, ABOUT, now=NOW), range(8)))
    assert sorted(given) == ["full"] * 5 + ["kept"] * 3


async def test_the_last_file_can_be_taken_out(store: Store, files: Evidence) -> None:
    files.add("draft-1", PNG, ABOUT, now=NOW)
    files.add("draft-1", PDF, {**ABOUT, "filename": "b.pdf"}, now=NOW + timedelta(seconds=1))
    removed = files.remove_last("draft-1")
    assert removed is not None and removed["filename"] == "b.pdf"
    assert [item["filename"] for item in files.of_draft("draft-1")] == ["shot.png"]
    assert files.remove_last("draft-1") is not None
    assert files.remove_last("draft-1") is None
    assert kept_rows(store) == 0


async def test_the_record_lists_its_files_and_staff_get_them_back(store: Store, files: Evidence) -> None:
    files.add("draft-1", PNG, {**ABOUT, "taken_at": "2026:11:20 21:14:03"}, now=NOW)
    record = submit(store).record
    validate_record(record)
    (item,) = record["evidence"]
    assert item["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert item["taken_at"] == "2026:11:20 21:14:03"
    assert "evidence" not in record["missing"]
    assert [content for _, content in files.of_record(record["reference"])] == [PNG]


async def test_nothing_readable_lies_in_the_database(store: Store, files: Evidence, tmp_path: Path) -> None:
    """Neither the content nor the name, in the rows as in the files under the store."""
    files.add("draft-1", PNG, {**ABOUT, "filename": "zebraquartz.png"}, now=NOW)
    with store.database.read() as connection:
        row = connection.execute(sa.select(evidence)).one()
    assert not any(b"zebraquartz" in bytes(v) if isinstance(v, bytes | memoryview) else "zebra" in str(v) for v in row)
    assert MARK in PNG
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"zebraquartz" not in path.read_bytes(), path


@pytest.mark.parametrize("how", ["delete", "purge"])
async def test_files_go_with_their_draft(store: Store, files: Evidence, how: str) -> None:
    files.add("draft-1", PNG, ABOUT, now=NOW)
    drafts = Drafts(store, 14)
    if how == "delete":
        drafts.delete("draft-1", now=NOW)
    else:
        drafts.purge(now=NOW + timedelta(days=15), dry_run=False)
    assert kept_rows(store) == 0


@pytest.mark.parametrize("how", ["withdraw", "erase"])
async def test_files_go_with_their_record(store: Store, files: Evidence, how: str) -> None:
    files.add("draft-1", PNG, ABOUT, now=NOW)
    reference = submit(store).reference
    getattr(Access(store), how)(reference, now=NOW)
    assert kept_rows(store) == 0
    if how == "erase":
        assert (store.get(reference) or {})["evidence"] == []


async def test_files_follow_their_record_exactly_once(
    store: Store, files: Evidence, current: Settings, receiver: Receiver
) -> None:
    """Not before the record is there, again after a failure under the same key, and never after an acceptance."""
    receiver.deduplicating = True
    files.add("draft-1", PNG, ABOUT, now=NOW)
    files.add("draft-1", PDF, {**ABOUT, "content_type": "application/pdf"}, now=NOW)
    system = complaint_system(current)
    reference = submit(store).reference
    assert await send_evidence(store, system, current) == 0
    await submit_and_forward(store, system, a_full_draft(), settings=current)
    receiver.deduplicating, receiver.status = False, 503
    assert await send_evidence(store, system, current) == 2
    receiver.deduplicating = True
    due_again(store)
    assert await send_evidence(store, system, current) == 2
    due_again(store)
    assert await send_evidence(store, system, current) == 0
    got = [d for d in receiver.deliveries if d.record.get("type") == "evidence"]
    assert len(got) == 4 and len({d.key for d in got}) == 2
    assert all(d.key.startswith(f"{reference}/") for d in got)
    contents = {base64.b64decode(d.record["content"]) for d in got}
    assert contents == {PNG, PDF}
    for delivery in got:
        content = base64.b64decode(delivery.record["content"])
        assert hashlib.sha256(content).hexdigest() == delivery.record["sha256"]
        assert delivery.record["external_id"] == "C-1"


async def test_the_desk_keeps_files_encrypted_and_once(store: Store, files: Evidence, tmp_path: Path, key: str) -> None:
    """From the store through the real client into the real desk; a repeat changes nothing, a forgery is refused."""
    current = settings_in(tmp_path / "desk")
    server = TestServer(create_app(current))
    await server.start_server()
    try:
        system = HttpComplaintSystem("desk", str(server.make_url("/api/complaints")), current.secret("desk"))
        files.add("draft-1", PNG, ABOUT, now=NOW)
        submission, _ = await submit_and_forward(store, system, a_full_draft(), settings=current)
        assert await send_evidence(store, system, current) == 1
        desk = server.app[STORE]
        (kept,) = desk.files(submission.reference)
        assert base64.b64decode(kept["content"]) == PNG
        repeat: dict[str, Any] = {**kept}
        with store.database.read() as connection:
            name = connection.scalar(sa.select(evidence.c.id))
        await system.attach(repeat, idempotency_key=f"{submission.reference}/{name}", timeout=5)
        assert len(desk.files(submission.reference)) == 1
        with pytest.raises(Exception, match="http_422"):
            await system.attach({**repeat, "sha256": "0" * 64}, idempotency_key=f"{submission.reference}/x", timeout=5)
        with pytest.raises(Exception, match="http_404"):
            await system.attach({**repeat, "reference": "MHZ-0"}, idempotency_key="MHZ-0/x", timeout=5)
    finally:
        await server.close()
    for path in (tmp_path / "desk").rglob("*"):
        assert not path.is_file() or MARK not in path.read_bytes(), path


LATER = NOW + timedelta(days=1)


async def test_a_file_added_later_is_listed_and_counted_over_the_whole_complaint(store: Store, files: Evidence) -> None:
    """Once, up to the limit with the first files; the record says when, and misses no evidence any more."""
    files.add("draft-1", PNG, ABOUT, now=NOW)
    reference = submit(store).reference
    given = [files.add_later(reference, content, ABOUT, now=LATER) for content in (PNG, PDF, PDF, TEXT, b"more")]
    assert given == ["known", "kept", "known", "kept", "full"]
    record = store.get(reference) or {}
    validate_record(record)
    assert [item["sha256"] for item in record["evidence"]] == [hashlib.sha256(c).hexdigest() for c in (PNG, PDF, TEXT)]
    added = [entry for entry in record["status_history"] if entry.get("event")]
    assert [(entry["event"], entry["at"], entry["status"]) for entry in added] == 2 * [
        ("evidence_added", record["updated_at"], "received")
    ]
    assert record["updated_at"].startswith("2026-11-23")
    assert {content for _, content in files.of_record(reference)} == {PNG, PDF, TEXT}
    assert files.delivered(reference) == (3, 0)


async def test_the_first_file_of_a_sent_complaint_is_no_longer_missing(store: Store, files: Evidence) -> None:
    reference = submit(store).reference
    assert "evidence" in (store.get(reference) or {})["missing"]
    assert files.add_later(reference, PNG, ABOUT, now=LATER) == "kept"
    assert "evidence" not in (store.get(reference) or {})["missing"]


@pytest.mark.parametrize(("how", "why"), [("withdraw", "ended"), ("erase", "no_complaint")])
async def test_what_was_ended_or_erased_takes_no_file(store: Store, files: Evidence, how: str, why: str) -> None:
    """An anonymised record is an erased one. What was added goes with the rest."""
    reference = submit(store).reference
    files.add_later(reference, PNG, ABOUT, now=LATER)
    getattr(Access(store), how)(reference, now=LATER)
    assert kept_rows(store) == 0
    assert files.add_later(reference, PDF, ABOUT, now=LATER) == why
    assert files.add_later("MHZ-0000-0000-0000", PDF, ABOUT, now=LATER) == "no_complaint"
    assert kept_rows(store) == 0


async def test_many_added_at_once_keep_to_the_limit(store: Store, files: Evidence) -> None:
    reference = submit(store).reference
    with ThreadPoolExecutor(6) as pool:
        given = list(pool.map(lambda n: files.add_later(reference, b"file %d" % n, ABOUT, now=LATER), range(6)))
    assert sorted(given) == ["full"] * 3 + ["kept"] * 3
    assert len((store.get(reference) or {})["evidence"]) == kept_rows(store) == 3


async def test_a_file_added_later_is_delivered_exactly_once(
    store: Store, files: Evidence, current: Settings, receiver: Receiver
) -> None:
    """Before or after the record has gone out; the same content is sent as it came."""
    receiver.deduplicating = True
    system = complaint_system(current)
    reference = submit(store).reference
    assert files.add_later(reference, PNG, ABOUT, now=NOW) == "kept"
    assert await send_evidence(store, system, current) == 0
    await submit_and_forward(store, system, a_full_draft(), settings=current)
    assert (store.get(reference) or {})["status"] == "forwarded"
    assert files.add_later(reference, PDF, ABOUT, now=NOW) == "kept"
    assert files.delivered(reference) == (2, 0)
    assert await send_evidence(store, system, current) == 2
    assert await send_evidence(store, system, current) == 0
    assert files.delivered(reference) == (2, 2)
    got = [d for d in receiver.deliveries if d.record.get("type") == "evidence"]
    assert {base64.b64decode(d.record["content"]) for d in got} == {PNG, PDF}
    assert len(got) == len({d.key for d in got}) == 2
    record = store.get(reference) or {}
    assert record["status"] == "forwarded" and len(record["evidence"]) == 2


async def test_a_refused_file_is_sent_again_when_staff_say_so(
    store: Store, files: Evidence, current: Settings, receiver: Receiver
) -> None:
    """As a record that was refused for good: `muhafiz forward --all` makes both due."""
    files.add("draft-1", PNG, ABOUT, now=NOW)
    system = complaint_system(current)
    await submit_and_forward(store, system, a_full_draft(), settings=current)
    receiver.status = 422
    assert await send_evidence(store, system, current) == 1
    receiver.status = 201
    assert await send_evidence(store, system, current) == 0
    store.retry_now(now=datetime.now(UTC))
    assert await send_evidence(store, system, current) == 1
    assert await send_evidence(store, system, current) == 0


def due_again(store: Store) -> None:
    """The wait after a failure is over."""
    with store.database.write() as connection:
        waits = sa.update(evidence).where(evidence.c.due_at.is_not(None))
        connection.execute(waits.values(due_at=datetime.now(UTC) - timedelta(seconds=1)))
