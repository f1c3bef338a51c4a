"""What a delivery looks like on the wire, and what each kind of answer means."""

import hashlib
import hmac
import json
import socket
import time

import pytest

from bot.complaint_systems import PermanentError, Receipt, TemporaryError, complaint_system
from bot.complaint_systems.http import ANSWER_LIMIT, HttpComplaintSystem
from bot.complaint_systems.signature import WINDOW_SECONDS, is_genuine, sign
from tests.auxil.receiver import Receiver
from tests.auxil.records import a_record, settings_in

SECRET = "a shared secret"
KEY = "MHZ-7K3P-9QXD-4WTM"


async def deliver(receiver, *, record=None, timeout=2.0):
    system = HttpComplaintSystem("webhook", receiver.url, SECRET)
    return await system.submit(record or a_record(), idempotency_key=KEY, timeout=timeout)


async def refused(receiver, kind, **kwargs):
    with pytest.raises(kind) as caught:
        await deliver(receiver, **kwargs)
    return caught.value


async def test_the_whole_record_arrives_signed(receiver):
    """The receiver can check key, time and signature with a few lines of its own."""
    record = a_record(description="اُردو اور emoji 😔")
    assert await deliver(receiver, record=record) == Receipt("C-1", "https://cases.example/C-1")
    (delivery,) = receiver.deliveries
    assert delivery.record == record
    assert delivery.key == KEY
    assert delivery.headers["Content-Type"] == "application/json"
    timestamp = delivery.headers["Muhafiz-Timestamp"]
    assert abs(int(timestamp) - time.time()) < 5
    expected = hmac.new(SECRET.encode(), timestamp.encode() + b"." + delivery.body, hashlib.sha256).hexdigest()
    assert delivery.headers["Muhafiz-Signature"] == f"v1={expected}"


@pytest.mark.parametrize(
    ("status", "answer", "receipt"),
    [
        (200, b'{"id": "C-9"}', Receipt("C-9")),
        (202, b'{"id": 17, "url": "http://desk.example/17"}', Receipt("17", "http://desk.example/17")),
        (204, b"", Receipt(KEY)),
        (200, b"ok", Receipt(KEY)),
        (201, b"[1, 2]", Receipt(KEY)),
        (201, b'{"id": null}', Receipt(KEY)),
        (201, b'{"id": true}', Receipt(KEY)),
        (201, b'{"id": "C-1", "url": "javascript:alert(1)"}', Receipt("C-1")),
        (201, b'{"id": "C\\u001b[31m-1\\n"}', Receipt("C[31m-1")),
        (201, b'{"id": "' + b"9" * 900 + b'"}', Receipt("9" * 200)),
        (201, b"[" * 60_000, Receipt(KEY)),
        (409, b'{"id": "C-9"}', Receipt("C-9")),
    ],
)
async def test_accepted(receiver, status, answer, receipt):
    """2xx with or without a number, and 409 with the number it had before."""
    receiver.status, receiver.answer = status, answer
    assert await deliver(receiver) == receipt


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 408])
async def test_to_be_tried_again(receiver, status):
    """The other side has trouble of its own."""
    receiver.status = status
    assert str(await refused(receiver, TemporaryError)) == f"http_{status}"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413, 422])
async def test_refused_for_good(receiver, status):
    """Another try would end the same; 409 without a number is no acceptance."""
    receiver.status, receiver.answer = status, b'{"error": "Sadia Noor is unknown"}'
    error = await refused(receiver, PermanentError)
    assert str(error) == f"http_{status}"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(receiver, status):
    """Personal data goes to the configured address alone."""
    async with Receiver() as elsewhere:
        receiver.status, receiver.headers = status, {"Location": elsewhere.url}
        await refused(receiver, PermanentError)
        assert elsewhere.deliveries == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", (120, 120)), ("Wed, 01 Jan 2098 00:00:00 GMT", (10**8, 10**11)), ("soon", None), ("-5", None)],
)
async def test_retry_after_is_read(receiver, header, seconds):
    """Seconds or a date; anything else is ignored."""
    receiver.status, receiver.headers = 429, {"Retry-After": header}
    error = await refused(receiver, TemporaryError)
    assert error.retry_after is None if seconds is None else seconds[0] <= error.retry_after <= seconds[1]


async def test_a_page_is_no_answer(receiver):
    """A login or proxy page with 200 has accepted nothing."""
    receiver.status, receiver.answer = 200, b"\n<!doctype html><title>Sign in</title>"
    await refused(receiver, TemporaryError)


async def test_a_slow_receiver_ends_in_time(receiver):
    """The submitter's wait is bounded."""
    receiver.delay = 5
    start = time.monotonic()
    assert str(await refused(receiver, TemporaryError, timeout=0.3)) == "timeout"
    assert time.monotonic() - start < 1.5


async def test_nobody_there_is_temporary(receiver):
    """Refused connections and unknown hosts."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        receiver.url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    assert str(await refused(receiver, TemporaryError)) == "no_connection"
    receiver.url = "http://no-such-host.invalid/"
    await refused(receiver, TemporaryError)


async def test_a_huge_answer_is_not_read_to_its_end(receiver):
    """It was accepted; its number is beyond the limit and ours stands in."""
    receiver.answer = b'{"pad": "' + b"x" * (50 * ANSWER_LIMIT) + b'", "id": "C-1"}'
    assert await deliver(receiver) == Receipt(KEY)


async def test_a_compressed_answer_is_not_unpacked(receiver):
    """A small answer cannot become a large one."""
    import gzip

    receiver.answer, receiver.headers = gzip.compress(b"x" * 10**6), {"Content-Encoding": "gzip"}
    assert await deliver(receiver) == Receipt(KEY)


async def test_an_answer_that_is_no_http_is_temporary():
    """Whatever listens there may be replaced tomorrow."""
    import asyncio

    async def babble(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(TemporaryError):
            await HttpComplaintSystem("webhook", url, SECRET).submit({}, idempotency_key=KEY, timeout=2)


async def test_the_settings_choose_the_system(tmp_path, receiver):
    """The desk on loopback by default, or the webhook's address with its own secret."""
    assert complaint_system(settings_in(tmp_path)).name == "desk"
    settings = settings_in(tmp_path, complaint_system="webhook", webhook_url=receiver.url)
    system = complaint_system(settings)
    await system.submit(a_record(), idempotency_key=KEY, timeout=2)
    (delivery,) = receiver.deliveries
    headers = delivery.headers
    stamp, signature = headers["Muhafiz-Timestamp"], headers["Muhafiz-Signature"]
    assert is_genuine(settings.secret("webhook"), stamp, signature, delivery.body, now=time.time())
    assert not is_genuine(settings.secret("desk"), stamp, signature, delivery.body, now=time.time())


@pytest.mark.parametrize("stamp", ["", "-1", "1e9", "abc", "١٢٣", "9" * 400])
def test_odd_timestamps_are_not_genuine(stamp):
    """None of them raises."""
    assert not is_genuine(SECRET, stamp, "v1=00", b"", now=1000)


def test_signatures_hold_for_their_time_body_and_secret_only():
    """Replays after five minutes and any change are noticed."""
    body = json.dumps({"a": 1}).encode()
    good = sign(SECRET, 10_000, body)
    assert is_genuine(SECRET, "10000", good, body, now=10_000 + WINDOW_SECONDS)
    assert not is_genuine(SECRET, "10000", good, body, now=10_001 + WINDOW_SECONDS)
    assert not is_genuine(SECRET, "10001", good, body, now=10_000)
    assert not is_genuine(SECRET, "10000", good, body + b" ", now=10_000)
    assert not is_genuine("other", "10000", good, body, now=10_000)
    assert not is_genuine(SECRET, "10000", good[:-1] + "é", body, now=10_000)
