"""The client for Rasa: what it sends, and one clear error for every way of failing."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.rasa_client import RasaClient, RasaUnavailable
from tests.auxil.fake_rasa import FakeRasa


@pytest.fixture
async def client(rasa: FakeRasa) -> AsyncIterator[RasaClient]:
    async with RasaClient(rasa.url, 1, start_wait=0.3) as client:
        yield client


async def test_send_uses_the_rest_channel(rasa: FakeRasa, client: RasaClient) -> None:
    answer = await client.send("web-1", "hello", {"language": "ur"})
    assert answer == [{"recipient_id": "web-1", "text": "echo: hello"}]
    assert rasa.requests == [{"sender": "web-1", "message": "hello", "metadata": {"language": "ur"}}]


@pytest.mark.parametrize("answer", [[], {}, None, ["text"], "text"])
async def test_an_empty_or_odd_answer_is_a_failure(rasa: FakeRasa, client: RasaClient, answer: object) -> None:
    async def odd(_: web.Request) -> web.Response:
        return web.json_response(answer)

    rasa._message = odd  # type: ignore[method-assign]
    await rasa.stop()
    await rasa.start()
    with pytest.raises(RasaUnavailable):
        await client.send("web-1", "hello", {})


async def test_an_http_error_is_a_failure_without_the_text(rasa: FakeRasa, client: RasaClient) -> None:
    rasa.status = 500
    with pytest.raises(RasaUnavailable, match=r"^HTTP 500$"):
        await client.send("web-1", "my secret", {})


async def test_an_answer_that_is_not_json_is_a_failure(rasa: FakeRasa, client: RasaClient) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>")

    rasa._message = page  # type: ignore[method-assign]
    await rasa.stop()
    await rasa.start()
    with pytest.raises(RasaUnavailable):
        await client.send("web-1", "hello", {})


async def test_a_slow_answer_is_a_failure(rasa: FakeRasa) -> None:
    rasa.delay = 2
    async with RasaClient(rasa.url, 0.1) as client:
        with pytest.raises(RasaUnavailable, match="timeout"):
            await client.send("web-1", "hello", {})


async def test_waits_for_a_rasa_that_is_starting(rasa: FakeRasa) -> None:
    await rasa.stop()
    async with RasaClient(rasa.url, 5, start_wait=5) as client:
        sending = asyncio.create_task(client.send("web-1", "hello", {}))
        await asyncio.sleep(0.2)
        await rasa.start()
        assert await sending


async def test_gives_up_on_a_rasa_that_does_not_start(rasa: FakeRasa, client: RasaClient) -> None:
    await rasa.stop()
    began = time.monotonic()
    with pytest.raises(RasaUnavailable):
        await client.send("web-1", "hello", {})
    assert time.monotonic() - began < 2


async def test_is_ready(rasa: FakeRasa, client: RasaClient) -> None:
    assert await client.is_ready()
    rasa.status = 409
    assert not await client.is_ready()
    await rasa.stop()
    assert not await client.is_ready()


async def test_history_gives_all_events(rasa: FakeRasa, client: RasaClient) -> None:
    assert await client.history("web-1") == []
    await client.send("web-1", "hello", {})
    assert [event["event"] for event in await client.history("web-1")] == ["user", "bot"]


async def test_conversation_ids_are_escaped(rasa: FakeRasa, client: RasaClient) -> None:
    assert await client.history("a/../b?c") == []


async def test_fresh_session_carries_slots_and_form_over(rasa: FakeRasa, client: RasaClient) -> None:
    rasa.slots = {"language": "ur", "amount": 0, "empty": None, "requested_slot": "description"}
    rasa.active_loop = {"name": "report_form", "is_interrupted": False}
    before = time.time()
    await client.start_fresh_session("web-1")
    ((sender, events),) = rasa.posted_events
    assert sender == "web-1"
    assert [{key: value for key, value in event.items() if key != "timestamp"} for event in events] == [
        {"event": "session_started"},
        {"event": "slot", "name": "language", "value": "ur"},
        {"event": "slot", "name": "amount", "value": 0},
        {"event": "slot", "name": "requested_slot", "value": "description"},
        {"event": "active_loop", "name": "report_form"},
        {"event": "action", "name": "action_listen"},
    ]
    times = [event["timestamp"] for event in events]
    assert times[0] >= before
    assert all(earlier < later for earlier, later in itertools.pairwise(times))


async def test_fresh_session_without_form(rasa: FakeRasa, client: RasaClient) -> None:
    await client.start_fresh_session("web-1")
    assert [event["event"] for event in rasa.posted_events[0][1]] == ["session_started", "action"]
