"""Drafts, PINs, follow-ups, notices, erasure and retention, on SQLite and PostgreSQL."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.complaint_systems import complaint_system
from bot.settings import Settings
from bot.triage.access import ERASED, Access
from bot.triage.drafts import Drafts
from bot.triage.erasure import Erasures, TrackerEvents
from bot.triage.follow_ups import send_follow_ups
from bot.triage.forwarding import submit_and_forward
from bot.triage.models import metadata, records
from bot.triage.notices import Notices
from bot.triage.record import validate_record
from bot.triage.retention import purge
from bot.triage.store import MIGRATIONS, Store
from tests.auxil.receiver import Receiver
from tests.auxil.records import NOW, STORY, a_full_draft, settings_in

MARK = "zebraquartz"
LATER = timedelta(hours=1, seconds=1)
WRONG = "x"


@pytest.fixture
def current(tmp_path: Path, receiver: Receiver, database_url: str) -> Settings:
    """Settings that forward to the receiver, with a tracker store of their own."""
    return settings_in(
        tmp_path,
        complaint_system="webhook",
        webhook_url=receiver.url,
        database_url=database_url,
        tracker_database_url=f"sqlite:///{tmp_path / 'tracker.db'}",
    )


def submit(store: Store, **changes: Any):
    return store.submit(a_full_draft(**changes), system="webhook", now=NOW, lease_seconds=0)


def everything(store: Store) -> str:
    """All that the database holds, decrypted."""
    found = []
    with store.database.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                found += [
                    json.dumps(store.sealer.open(v)) if isinstance(v, memoryview | bytes) else str(v) for v in row
                ]
    return "\n".join(found)


def raw(store: Store) -> bytes:
    """All that the database holds, as it lies there."""
    found = b""
    with store.database.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                found += b"\n".join(bytes(v) if isinstance(v, memoryview | bytes) else str(v).encode() for v in row)
    return found


def test_a_draft_comes_back_by_its_code_alone(store: Store) -> None:
    """The latest facts, from any conversation, until it expires; nothing of it lies in clear."""
    drafts = Drafts(store, 14)
    facts = {"draft_id": "d-1", "description": MARK, "city": None}
    drafts.save(facts, language="ur", conversation="web-1", now=NOW)
    until = drafts.save({**facts, "city": {"name": "Lahore"}}, language="ur", conversation="tg-2", now=NOW)
    code = drafts.code("d-1")
    found = drafts.find(code, now=NOW)
    assert found is not None
    assert found.facts == {"draft_id": "d-1", "description": MARK, "city": {"name": "Lahore"}}
    assert found.conversations == ("web-1", "tg-2")
    assert drafts.find(code, now=until) is None
    assert drafts.find(drafts.code("d-2"), now=NOW) is None
    assert MARK.encode() not in raw(store)
    assert code.encode() not in raw(store)


def test_a_new_key_in_front_still_opens_drafts_and_keeps_the_pin_usable(database_url: str, key: str) -> None:
    """Changing the key must not cost anybody a draft or a PIN."""
    from cryptography.fernet import Fernet

    old = Store(database_url, key)
    old.migrate()
    Drafts(old, 14).save({"draft_id": "d-1", "description": "x"}, language="en", conversation="c", now=NOW)
    code, first = Drafts(old, 14).code("d-1"), submit(old)
    new = Store(database_url, f"{Fernet.generate_key().decode()},{key}")
    assert Drafts(new, 14).find(code, now=NOW) is not None
    assert Access(new).authenticate(first.reference, first.pin, "c", now=NOW) == "ok"
    again = submit(new)
    assert (again.reference, again.created) == (first.reference, False)
    assert Access(new).authenticate(first.reference, again.pin, "c", now=NOW) == "ok"


def test_a_repeated_yes_makes_one_record_and_tells_the_same_pin(store: Store) -> None:
    """Also when both come at once."""
    with ThreadPoolExecutor(4) as pool:
        all_ = list(pool.map(lambda _: submit(store), range(4)))
    assert len({one.reference for one in all_}) == len({one.pin for one in all_}) == 1
    assert store.count() == 1
    assert Access(store).authenticate(all_[0].reference, all_[0].pin, "c", now=NOW) == "ok"
    assert all_[0].pin.encode() not in raw(store)


def test_submitting_ends_the_draft(store: Store) -> None:
    drafts = Drafts(store, 14)
    drafts.save({"draft_id": "draft-1", "description": STORY}, language="en", conversation="c", now=NOW)
    submit(store)
    assert drafts.find(drafts.code("draft-1"), now=NOW) is None


@pytest.mark.parametrize("exists", [True, False])
def test_five_wrong_tries_lock_for_an_hour_whether_or_not_the_record_exists(store: Store, exists: bool) -> None:
    """From one conversation, and at one reference from many."""
    access, real = Access(store), submit(store)
    reference = real.reference if exists else "MHZ-0000-0000-0000"
    verdicts = [access.authenticate(reference, WRONG, "one", now=NOW) for _ in range(6)]
    assert verdicts == ["wrong"] * 5 + ["locked"]
    assert access.authenticate(reference, real.pin, "another", now=NOW) == "locked"
    assert access.authenticate("MHZ-1111-1111-1111", WRONG, "one", now=NOW) == "locked"
    later = access.authenticate(reference, real.pin, "another", now=NOW + LATER)
    assert later == ("ok" if exists else "wrong")


def test_tries_at_once_are_all_counted(store: Store) -> None:
    """Eight guesses in the same moment are five guesses."""
    access, real = Access(store), submit(store)
    with ThreadPoolExecutor(8) as pool:
        guesses = pool.map(lambda n: access.authenticate(real.reference, WRONG, f"c{n}", now=NOW), range(8))
    assert sorted(guesses) == ["locked"] * 3 + ["wrong"] * 5


async def test_follow_ups_arrive_once_in_order_and_only_after_the_record(store, current, receiver) -> None:
    receiver.status, receiver.deduplicating = 503, False
    system, access = complaint_system(current), Access(store)
    submission, _ = await submit_and_forward(store, system, a_full_draft(), settings=current)
    assert access.add(submission.reference, "first", now=datetime.now(UTC))
    assert await send_follow_ups(store, system, current) == 0
    receiver.status, receiver.deduplicating = 201, True
    claim = store.claim(submission.reference, now=datetime.now(UTC) + timedelta(hours=2), lease_seconds=9)
    from bot.triage.forwarding import forward

    await forward(store, system, claim, timeout=5, settings=current)
    assert access.withdraw(submission.reference, now=datetime.now(UTC))
    assert not access.withdraw(submission.reference, now=datetime.now(UTC))
    assert not access.add(submission.reference, "too late", now=datetime.now(UTC))
    results = await asyncio.gather(*(send_follow_ups(store, system, current) for _ in range(3)))
    assert sum(results) == 2
    told = [json.loads(d.body) for d in receiver.deliveries if d.key.startswith(f"{submission.reference}/")]
    assert [(one["kind"], one["text"]) for one in told] == [("addition", "first"), ("withdrawal", None)]
    assert {one["external_id"] for one in told} == {receiver.numbers[submission.reference]}
    assert store.get(submission.reference)["status"] == "withdrawn"


async def test_what_was_withdrawn_before_it_went_out_never_goes_out(store, current, receiver) -> None:
    from bot.triage.forwarding import forward_due

    submission = submit(store)
    assert Access(store).withdraw(submission.reference, now=NOW)
    assert await forward_due(store, complaint_system(current), current) == []
    assert await send_follow_ups(store, complaint_system(current), current) == 0
    assert receiver.deliveries == []


async def test_a_withdrawal_during_a_delivery_follows_it_and_stays(store, current, receiver) -> None:
    """The delivery under way cannot be called back; the other side is told, and the status does not jump back."""
    submission = store.submit(a_full_draft(), system="webhook", now=datetime.now(UTC), lease_seconds=60)
    assert Access(store).withdraw(submission.reference, now=datetime.now(UTC))
    from bot.triage.forwarding import forward

    await forward(store, complaint_system(current), submission.claim, timeout=5, settings=current)
    assert store.get(submission.reference)["status"] == "withdrawn"
    assert await send_follow_ups(store, complaint_system(current), current) == 1
    assert json.loads(receiver.deliveries[-1].body)["kind"] == "withdrawal"


def test_erasing_leaves_a_tombstone_and_nothing_told(store: Store) -> None:
    """Neither in the record nor in what belongs to it."""
    access, drafts = Access(store), Drafts(store, 14)
    personal = {"anonymous": False, "name": f"N {MARK}", "phone": "+923211234567", "city": "Lahore"}
    submission = submit(store, description=f"S {MARK}", complainant=personal, conversations=["web-1"])
    drafts.save({"draft_id": "draft-1", "description": MARK}, language="en", conversation="c", now=NOW)
    access.add(submission.reference, MARK, now=NOW)
    access.notify(submission.reference, f"address {MARK}")
    assert everything(store).count(MARK) >= 4
    erased = access.erase(submission.reference, now=NOW)
    assert erased.conversations == ("web-1",)
    assert MARK not in everything(store)
    assert "+923211234567" not in everything(store)
    record = store.get(submission.reference)
    validate_record(record)
    assert (record["incident_type"], record["description"]) == ("fraud", ERASED)
    told_by = ("incident_subtype", "classifier", "rsit", "offences", "risk_flags")
    assert [record[name] for name in told_by] == [None, None, None, [], []]
    assert (record["priority"], record["priority_reasons"]) == (submission.record["priority"], ["erased"])
    assert record["routing"] == {"office": submission.record["routing"]["office"]}
    assert access.authenticate(submission.reference, submission.pin, "c", now=NOW) == "wrong"
    assert access.erase(submission.reference, now=NOW).conversations == ()


def test_an_erased_tip_off_is_no_longer_counted(store: Store) -> None:
    """Not even as a digest of what it pointed at."""
    first, second = submit(store, kind="tip_off"), submit(store, kind="tip_off", draft_id="second")
    assert store.others_about(second.record) == 1
    Access(store).erase(first.reference, now=NOW)
    assert store.others_about(second.record) == 0


def test_a_notice_is_written_with_the_change_and_sent_once(store: Store) -> None:
    """Only to who asked for it, and not for what they did themselves."""
    access, notices = Access(store), Notices(store)
    mine, other = submit(store), submit(store, draft_id="other")
    access.notify(mine.reference, "sealed-address")
    for submission in (mine, other):
        store.failed(submission.claim, "http_503", retry_at=NOW, now=NOW)
    (notice,) = notices.claim(now=NOW)
    assert notice.address == "sealed-address"
    assert notices.claim(now=NOW) == []
    (again,) = notices.claim(now=NOW + timedelta(minutes=2))  # the gateway died before it could say so
    notices.sent(again, now=NOW)
    assert notices.claim(now=NOW + timedelta(days=1)) == []
    access.withdraw(mine.reference, now=NOW)
    assert notices.claim(now=NOW + timedelta(days=1)) == []


def _say(url: str, conversation: str, at: datetime) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            sa.text("CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, sender_id TEXT, timestamp FLOAT)")
        )
        row = {"name": conversation, "at": at.timestamp()}
        connection.execute(sa.text("INSERT INTO events (sender_id, timestamp) VALUES (:name, :at)"), row)


def _speakers(url: str) -> set[str]:
    with sa.create_engine(url).connect() as connection:
        return set(connection.execute(sa.text("SELECT sender_id FROM events")).scalars())


def test_an_erasure_that_nobody_carried_out_is_carried_out_later(store: Store, current: Settings) -> None:
    """As when the gateway died right after the person said yes."""
    url = current.tracker_database_url
    _say(url, "web-1", NOW)
    _say(url, "web-2", NOW)
    erasures = Erasures(store, TrackerEvents(url))
    erasures.ask(["web-1"], now=NOW)
    assert erasures.carry_out_due(now=NOW) == 0  # its turn may still be writing
    assert erasures.lately(now=NOW) == {}
    assert erasures.carry_out_due(now=NOW + timedelta(minutes=1)) == 1
    assert _speakers(url) == {"web-2"}
    assert erasures.carry_out_due(now=NOW + timedelta(minutes=2)) == 0
    assert set(erasures.lately(now=NOW + timedelta(minutes=2))) == {"web-1"}


def test_purge_keeps_what_is_young_or_still_waits(store: Store, current: Settings) -> None:
    """Drafts, conversations and records, each by its setting; a dry run changes nothing."""
    drafts, old = Drafts(store, current.draft_days), NOW + timedelta(days=current.record_days + 1)
    drafts.save({"draft_id": "gone", "description": "x"}, language="en", conversation="c", now=NOW)
    drafts.save({"draft_id": "kept", "description": "x"}, language="en", conversation="c", now=old)
    waiting, settled = submit(store), submit(store, draft_id="settled")
    Access(store).withdraw(settled.reference, now=NOW)
    _say(current.tracker_database_url, "silent", NOW)
    _say(current.tracker_database_url, "talking", old)
    expected = {"drafts": 1, "conversations": 1, "records": 1}
    assert purge(store, current, now=old, dry_run=True) == expected
    assert STORY in everything(store)
    assert _speakers(current.tracker_database_url) == {"silent", "talking"}
    assert purge(store, current, now=old) == expected
    assert _speakers(current.tracker_database_url) == {"talking"}
    assert drafts.find(drafts.code("kept"), now=old) is not None
    assert store.get(settled.reference)["description"] == ERASED
    assert store.get(waiting.reference)["description"] == STORY
    assert purge(store, current, now=old) == dict.fromkeys(expected, 0)


def test_a_database_of_the_version_before_is_brought_up_to_date(database_url: str, key: str) -> None:
    """Its records stay, and an old complaint that is sent again gets a PIN."""
    store = Store(database_url, key)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.database.write() as connection:
        config.attributes |= {"version_table": "muhafiz_version", "connection": connection}
        command.upgrade(config, "0001")
    with store.database.write() as connection:
        old = {"reference": "MHZ-0000-0000-0000", "draft_id": "draft-1", "created_at": NOW, "incident_type": "fraud"}
        rest = {"priority": "normal", "status": "forwarded", "language": "en", "channel": "web"}
        body = store.sealer.seal({"reference": old["reference"]})
        connection.execute(records.insert().values(**old, **rest, body=body))
    store.migrate()
    again = submit(store)
    assert not again.created
    assert Access(store).authenticate(again.reference, again.pin, "c", now=NOW) == "ok"
