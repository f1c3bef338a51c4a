"""The desk takes signed complaints, once each, and nothing else."""

import json
import time

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.complaint_systems.http import HttpComplaintSystem
from bot.complaint_systems.signature import sign
from bot.desk.app import STORE, body_limit, create_app
from bot.triage.database import StoreError
from tests.auxil.records import a_record, settings_in

PATH = "/api/complaints"


@pytest.fixture
def current(tmp_path):
    return settings_in(tmp_path / "var")


@pytest.fixture
async def desk(current):
    async with TestClient(TestServer(create_app(current))) as client:
        yield client


async def post(desk, current, body, *, key=None, age=0, secret=None, **changed_headers):
    """POST a body as the forwarder would, with what the test changes."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = int(time.time()) - age
    key = key or (body["reference"] if isinstance(body, dict) and "reference" in body else "k")
    headers = {
        "Idempotency-Key": key,
        "Muhafiz-Timestamp": str(stamp),
        "Muhafiz-Signature": sign(secret or current.secret("desk"), stamp, data),
    }
    return await desk.post(PATH, data=data, headers=headers | changed_headers)


async def test_a_complaint_gets_a_number(desk, current):
    """And is kept as it came."""
    record = a_record()
    answer = await post(desk, current, record)
    assert answer.status == 201
    number = (await answer.json())["id"]
    assert number == "DESK-000001"
    assert desk.app[STORE].get(number) == record
    assert desk.app[STORE].get("DESK-000002") is None
    assert desk.app[STORE].get("nonsense") is None


async def test_the_same_complaint_again_keeps_its_number(desk, current):
    """200 instead of 201, even when several arrive at once."""
    import asyncio

    record = a_record()
    answers = await asyncio.gather(*(post(desk, current, record) for _ in range(6)))
    assert sorted(answer.status for answer in answers) == [200] * 5 + [201]
    assert {(await answer.json())["id"] for answer in answers} == {"DESK-000001"}
    other = await post(desk, current, a_record())
    assert other.status == 201
    assert (await other.json())["id"] != "DESK-000001"


async def test_the_forwarder_and_the_desk_understand_each_other(desk, current):
    """The real client against the real desk."""
    system = HttpComplaintSystem("desk", str(desk.make_url(PATH)), current.secret("desk"))
    record = a_record(description="صرف اردو")
    first = await system.submit(record, idempotency_key=record["reference"], timeout=5)
    again = await system.submit(record, idempotency_key=record["reference"], timeout=5)
    assert first == again
    assert desk.app[STORE].get(first.external_id)["description"] == "صرف اردو"


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "wrong"},
        {"age": 301},
        {"age": -310},
        {"Muhafiz-Signature": ""},
        {"Muhafiz-Signature": "v1="},
        {"Muhafiz-Timestamp": "now"},
        {"Muhafiz-Timestamp": "1" * 5000},
    ],
)
async def test_what_is_not_signed_is_refused(desk, current, forged):
    """Wrong secret, old or early time, missing or mangled headers."""
    answer = await post(desk, current, a_record(), **forged)
    assert answer.status == 401
    assert desk.app[STORE].count() == 0


async def test_headers_may_be_missing_altogether(desk):
    """Still 401."""
    assert (await desk.post(PATH, json=a_record())).status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        ({}, 422),
        ([], 422),
        ({"reference": "MHZ-0000-0000-0000"}, 422),
    ],
)
async def test_what_is_no_record_is_refused(desk, current, body, status):
    """With a code and without an echo."""
    answer = await post(desk, current, body)
    assert answer.status == status
    assert set(await answer.json()) == {"error"}
    assert desk.app[STORE].count() == 0


async def test_a_genuine_body_cannot_be_filed_under_another_key(desk, current):
    """The signature does not cover the key, so the key must be the record's reference."""
    assert (await post(desk, current, a_record(), key="MHZ-0000-0000-0000")).status == 422


async def test_a_body_over_the_limit_is_refused(desk, current):
    """Nothing is larger than a record with the largest file."""
    answer = await post(desk, current, b" " * (body_limit(current) + 1))
    assert answer.status == 413


async def test_database_trouble_asks_to_try_again(desk, current, monkeypatch):
    """503 with a time, which the forwarder honours."""

    def broken(*args, **kwargs):
        raise StoreError("database: OperationalError")

    monkeypatch.setattr(desk.app[STORE], "file", broken)
    answer = await post(desk, current, a_record())
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")


async def test_health(desk, monkeypatch):
    """ok while the database answers."""
    answer = await desk.get("/health")
    assert (answer.status, await answer.json()) == (200, {"status": "ok"})

    def broken():
        raise StoreError("database: OperationalError")

    monkeypatch.setattr(desk.app[STORE], "count", broken)
    assert (await desk.get("/health")).status == 503


async def test_there_is_nothing_else(desk):
    """No pages, no listing, no other method."""
    assert (await desk.get("/")).status == 404
    assert (await desk.get(PATH)).status == 405
    assert (await desk.delete(PATH)).status == 405


async def test_nothing_personal_is_readable_in_the_desks_files(desk, current):
    """Encrypted at rest, and for the owner only."""
    await post(desk, current, a_record())
    files = list(current.var.glob("desk.db*"))
    content = b"".join(path.read_bytes() for path in files)
    assert b"Sadia" not in content
    assert b"OTP" not in content
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


async def test_what_comes_after_a_complaint_is_kept_once(desk, current):
    """Under the complaint's number; only with a known reference, a known kind and a key of its own."""
    record = a_record()
    await post(desk, current, record)
    message = {"type": "follow_up", "reference": record["reference"], "kind": "addition", "text": "more"}
    key = f"{record['reference']}/a1"
    statuses = [(await post(desk, current, message, key=key)).status for _ in range(2)]
    assert statuses == [201, 200]
    assert desk.app[STORE].follow_ups(record["reference"]) == [message]
    refused = [
        (await post(desk, current, {**message, **changes}, key=wrong_key or key)).status
        for changes, wrong_key in (
            ({"kind": "other"}, None),
            ({}, "other/a1"),
            ({"text": 5}, None),
            ({"reference": "MHZ-0000-0000-0000"}, "MHZ-0000-0000-0000/a1"),
        )
    ]
    assert refused == [422, 422, 422, 404]
