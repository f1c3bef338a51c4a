"""The record store keeps its promises on SQLite and on PostgreSQL."""

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from bot.complaint_systems import Receipt
from bot.triage.record import RecordError, validate_record
from bot.triage.store import Store, StoreError, open_store
from tests.auxil.records import NOW, a_draft, a_full_draft, settings_in

SECRET_WORDS = "chachi ki beti ki tasveer ka qissa"


def submitted(store, now=NOW, lease=60, **changes):
    return store.submit(a_full_draft(**{"draft_id": None, **changes}), system="desk", now=now, lease_seconds=lease)


def later(seconds):
    return NOW + timedelta(seconds=seconds)


def due(store, seconds, limit=10):
    return store.claim_due(now=later(seconds), limit=limit, lease_seconds=60)


def test_a_submitted_record_can_be_read_again(store):
    """The same content under its reference, valid against the schema."""
    submission = submitted(store)
    assert submission.created
    assert not submission.delivered
    record = store.get(submission.reference)
    assert record == submission.record
    validate_record(record)
    assert store.get("MHZ-0000-0000-0000") is None


def test_the_same_draft_is_stored_once(store):
    """A repeated yes gives the record that is there already, whatever else is in the draft."""
    first = submitted(store, draft_id="d-1")
    again = submitted(store, draft_id="d-1", description="another text", now=later(5))
    assert (again.created, again.reference, again.record) == (False, first.reference, first.record)
    assert again.claim is None
    assert store.count() == 1


def test_the_same_draft_at_the_same_moment_is_stored_once(store):
    """Impatient clicks in several processes."""
    barrier = threading.Barrier(8)

    def click(_):
        barrier.wait()
        return submitted(store, draft_id="d-1")

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(click, range(8)))
    assert len({result.reference for result in results}) == 1
    assert sum(result.created for result in results) == 1


def test_drafts_without_id_or_with_a_long_one_are_stored(store):
    """No id means no deduplication; an overlong id still means it."""
    submitted(store, draft_id=None)
    submitted(store, draft_id=None)
    long_id = "x" * 5000
    assert submitted(store, draft_id=long_id).created
    assert not submitted(store, draft_id=long_id).created


def test_a_draft_that_makes_no_record_leaves_nothing(store):
    """Neither record nor outbox row."""
    with pytest.raises(RecordError):
        store.submit(a_draft(description=""), system="desk", now=NOW, lease_seconds=1)
    assert store.count() == 0
    assert store.next_due() is None


def test_nothing_personal_is_readable_in_the_database(store, database_url, tmp_path):
    """Neither story nor contact data nor what identifies the suspect, in no column and no file."""
    submission = submitted(store, description=SECRET_WORDS)
    store.failed(submission.claim, "timeout", retry_at=later(60), now=NOW)
    engine = sa.create_engine(database_url, future=True)
    with engine.connect() as connection:
        rows = [connection.execute(sa.text(f"SELECT * FROM {table}")).all() for table in ("records", "outbox")]
    engine.dispose()
    everything = b"".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for table in rows
        for row in table
        for value in row
    )
    everything += b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (SECRET_WORDS, "Sadia", "3211234567", "sadia@", "3007654321", "Lahore"):
        assert secret.encode() not in everything


def test_another_key_reads_nothing_and_says_so(store, database_url):
    """A wrong key is an error, not an empty record; a rotated key still reads."""
    reference = submitted(store).reference
    with pytest.raises(StoreError, match="another key"):
        Store(database_url, Fernet.generate_key().decode()).get(reference)


def test_keys_can_be_rotated(database_url, key):
    """The first key encrypts, all of them decrypt."""
    old = Store(database_url, key)
    old.migrate()
    reference = submitted(old).reference
    rotated = Store(database_url, f"{Fernet.generate_key().decode()},{key}")
    assert rotated.get(reference)["reference"] == reference
    newer = submitted(rotated).reference
    with pytest.raises(StoreError):
        old.get(newer)


def test_a_key_that_is_none_is_refused(database_url):
    """In a line that says what a key looks like."""
    with pytest.raises(StoreError, match="Fernet"):
        Store(database_url, "password")


def test_the_submitter_has_the_record_to_itself_until_its_lease_ends(store):
    """The worker does not take what is being delivered; if the submitter dies, it does."""
    reference = submitted(store, lease=60).reference
    assert due(store, 59) == []
    assert store.claim(reference, now=later(59), lease_seconds=60) is None
    (claim,) = due(store, 61)
    assert (claim.reference, claim.attempts) == (reference, 2)
    assert due(store, 62) == []


def test_a_delivered_record_says_where_it_is(store):
    """Status, history, the other system's number; the outbox is done."""
    submission = submitted(store)
    store.delivered(submission.claim, Receipt("DESK-7", "https://desk.example/7"), now=later(3))
    record = store.get(submission.reference)
    validate_record(record)
    assert record["status"] == "forwarded"
    assert [entry["status"] for entry in record["status_history"]] == ["received", "forwarded"]
    assert record["forwarding"] == {
        "system": "desk",
        "external_id": "DESK-7",
        "external_url": "https://desk.example/7",
        "attempts": 1,
        "last_error": None,
        "forwarded_at": "2026-11-22T09:30:03.000Z",
    }
    assert due(store, 10_000) == []
    assert store.next_due() is None
    assert store.claim(submission.reference, now=later(10_000), lease_seconds=1) is None


def test_submitting_a_delivered_draft_again_tells_that_it_is_delivered(store):
    """So that the person hears the truth."""
    first = submitted(store, draft_id="d-1")
    store.delivered(first.claim, Receipt("DESK-7"), now=NOW)
    again = submitted(store, draft_id="d-1")
    assert again.delivered
    assert again.record["forwarding"]["external_id"] == "DESK-7"


def test_a_failed_record_waits_and_is_tried_again(store):
    """With the error noted; due when it was said, not before."""
    submission = submitted(store)
    store.failed(submission.claim, "http_503", retry_at=later(30), now=later(1))
    status = store.status(submission.reference)
    assert (status.status, status.last_error, status.attempts) == ("waiting", "http_503", 1)
    assert status.next_attempt_at == store.next_due() == later(30)
    assert due(store, 29) == []
    (claim,) = due(store, 30)
    store.failed(claim, "timeout", retry_at=later(60), now=later(31))
    record = store.get(submission.reference)
    validate_record(record)
    assert record["forwarding"]["attempts"] == 2
    assert [entry["status"] for entry in record["status_history"]] == ["received", "waiting"]


def test_a_refused_record_is_flagged_for_staff(store):
    """It is not tried by itself, but on demand."""
    submission = submitted(store)
    store.failed(submission.claim, "http_422", retry_at=None, now=NOW)
    status = store.status(submission.reference)
    assert (status.status, status.flagged, status.next_attempt_at) == ("waiting", True, None)
    assert due(store, 10**7) == []
    assert store.backlog() == {"waiting": 1, "flagged": 1}
    assert store.retry_now(now=NOW) == 1
    (claim,) = due(store, 0)
    assert claim.reference == submission.reference


def test_retry_now_leaves_alone_what_is_being_delivered_or_done(store):
    """Only what waits becomes due."""
    done, busy, waiting = submitted(store), submitted(store), submitted(store)
    store.delivered(done.claim, Receipt("1"), now=NOW)
    store.failed(waiting.claim, "timeout", retry_at=later(3600), now=NOW)
    assert store.retry_now(now=later(1)) == 1
    assert [claim.reference for claim in due(store, 1)] == [waiting.reference]
    assert busy.reference


def test_who_lost_the_lease_cannot_undo_what_happened_since(store):
    """A slow worker's failure does not overwrite another one's delivery, nor its success a second time."""
    slow = submitted(store, lease=10).claim
    (quick,) = due(store, 11)
    store.failed(slow, "timeout", retry_at=later(999), now=later(12))
    assert store.status(slow.reference).last_error is None
    store.delivered(quick, Receipt("A"), now=later(13))
    store.failed(slow, "timeout", retry_at=None, now=later(14))
    store.delivered(slow, Receipt("A"), now=later(15))
    record = store.get(slow.reference)
    assert (record["status"], record["forwarding"]["last_error"]) == ("forwarded", None)
    assert record["forwarding"]["forwarded_at"] == "2026-11-22T09:30:13.000Z"


def test_a_delivery_counts_even_after_the_lease(store):
    """It is true that the other system has it."""
    slow = submitted(store, lease=10).claim
    due(store, 11)
    store.delivered(slow, Receipt("A"), now=later(12))
    assert store.status(slow.reference).status == "forwarded"


def test_no_row_goes_to_two_claimers(store):
    """Many workers claim at the same moment; each row is given out once."""
    references = {submitted(store, lease=0).reference for _ in range(40)}
    barrier = threading.Barrier(6)

    def work(_):
        barrier.wait()
        mine = []
        while claims := due(store, 1, limit=3):
            mine += [claim.reference for claim in claims]
        return mine

    with ThreadPoolExecutor(6) as pool:
        taken = [reference for mine in pool.map(work, range(6)) for reference in mine]
    assert sorted(taken) == sorted(references)


def test_one_unreadable_record_does_not_hold_up_the_others(store, database_url):
    """It is set aside, flagged; the next one is delivered."""
    broken, good = submitted(store, lease=0), submitted(store, lease=0)
    engine = sa.create_engine(database_url, future=True)
    with engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE records SET body = :body WHERE reference = :reference"),
            {"body": b"rotten", "reference": broken.reference},
        )
    engine.dispose()
    assert [claim.reference for claim in due(store, 1)] == [good.reference]
    assert store.backlog() == {"waiting": 2, "flagged": 1}


def test_lists_filter_and_keep_the_order(store):
    """By time (since included, until not), type, status, priority; limited; either way round."""
    first = submitted(store, now=NOW)
    second = submitted(store, now=later(10), incident_type="hacking", risk_flags=[])
    third = submitted(store, now=later(20), incident_type="blackmail")
    store.delivered(third.claim, Receipt("1"), now=later(21))

    def found(**filters):
        return [record["reference"] for record in store.list(**filters)]

    assert found() == [first.reference, second.reference, third.reference]
    assert found(newest_first=True, limit=2) == [third.reference, second.reference]
    assert found(since=later(10)) == [second.reference, third.reference]
    assert found(until=later(10)) == [first.reference]
    assert found(incident_type="hacking") == found(priority="normal") == [second.reference]
    assert found(status="forwarded") == [third.reference]
    assert found(limit=0) == []
    assert store.count(status="received") == 2


def test_long_lists_come_whole_even_with_equal_times(store):
    """More records than one batch, all of the same instant; new ones may arrive meanwhile."""
    references = {submitted(store).reference for _ in range(205)}
    listing = store.list()
    seen = {next(listing)["reference"]}
    submitted(store, now=later(60))
    seen |= {record["reference"] for record in listing if record["created_at"] < "2026-11-22T09:31"}
    assert seen == references
    assert len(list(store.list(newest_first=True, limit=203))) == 203


def test_processes_that_start_at_once_migrate_once(database_url, key):
    """Each finds the tables ready."""
    barrier = threading.Barrier(4)

    def start(_):
        store = Store(database_url, key)
        barrier.wait()
        store.migrate()
        store.migrate()
        return store.count()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, range(4))) == [0, 0, 0, 0]


def test_a_database_that_is_not_there_is_a_store_error(key, tmp_path):
    """On either kind."""
    with pytest.raises(StoreError):
        Store("postgresql+psycopg2://nobody@127.0.0.1:1/none?connect_timeout=2", key).migrate()
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError):
        Store(f"sqlite:///{tmp_path}/file/records.db", key)
    with pytest.raises(StoreError):
        Store("nonsense", key)


def test_a_locked_sqlite_file_is_a_store_error(tmp_path, key, monkeypatch):
    """After the wait for the other writer; nothing was stored."""
    monkeypatch.setattr("bot.triage.database.SQLITE_BUSY_MS", 100)
    url = f"sqlite:///{tmp_path / 'records.db'}"
    store, other = Store(url, key), Store(url, key)
    store.migrate()
    with other.database.write():
        with pytest.raises(StoreError, match="OperationalError"):
            submitted(store)
        assert store.count() == 0  # readers are not held up
    assert submitted(store).created


def test_a_full_disk_is_a_store_error(tmp_path, key):
    """And leaves the store usable; SQLite's page limit plays the full disk."""
    store = Store(f"sqlite:///{tmp_path / 'records.db'}", key)
    store.migrate()
    with store.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with store.database.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
        connection.rollback()
    with pytest.raises(StoreError):
        for _ in range(20):
            submitted(store, description="x" * 50_000)
    assert list(store.list()) == []


def test_the_sqlite_file_is_for_its_owner_only(tmp_path):
    """Mode 0600 for it and what SQLite keeps beside it, in a folder of mode 0700."""
    settings = settings_in(tmp_path / "var")
    store = open_store(settings)
    submitted(store)
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    files = list(Path(tmp_path / "var").glob("muhafiz.db*"))
    assert len(files) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
