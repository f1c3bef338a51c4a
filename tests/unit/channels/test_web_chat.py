"""Web chat over real WebSockets: the protocol, limits and hostile frames."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.channels import web as module
from bot.wording import Wording
from tests.auxil.fake_rasa import FakeRasa
from tests.auxil.web_visitor import closed, connect, greeted, receive, receive_any

Json = dict[str, Any]
MakeGateway = Callable[..., Awaitable[TestClient]]
WORDING = Wording()


# The protocol


async def test_first_visit_is_greeted_in_the_pages_language(gateway: MakeGateway, rasa: FakeRasa) -> None:
    socket = await connect(await gateway())
    await socket.send_json({"type": "hello", "last": 0, "language": "ur"})
    history = await receive(socket, "history")
    assert history["items"] == []
    assert history["reset"]
    message = await receive(socket, "message")
    assert message["text"] == 'echo: /greet{"language": "ur"}'
    assert rasa.requests[0]["metadata"] == {"language": "ur", "channel": "web"}
    assert rasa.requests[0]["sender"].startswith("web-")
    assert len(rasa.requests[0]["sender"]) == 36


async def test_say_is_echoed_then_answered(gateway: MakeGateway, rasa: FakeRasa) -> None:
    socket = await greeted(await gateway())
    rasa.answer = lambda text: [{"text": text, "buttons": [{"title": "Yes", "payload": "/affirm"}]}]
    await socket.send_json({"type": "say", "text": "<b>hello</b>", "id": "u1"})
    echo = await receive(socket, "echo")
    assert (echo["seq"], echo["id"], echo["text"]) == (2, "u1", "<b>hello</b>")
    assert (await receive(socket, "typing")) == {"type": "typing", "on": True}
    message = await receive(socket, "message")
    assert message["seq"] == 3
    assert message["buttons"][0].keys() == {"id", "title"}
    assert (await receive(socket, "typing"))["on"] is False
    await socket.send_json({"type": "choose", "button": message["buttons"][0]["id"], "id": "u2"})
    assert (await receive(socket, "echo"))["text"] == "Yes"
    assert (await receive(socket, "message"))["text"] == "/affirm"


async def test_what_is_not_taken_is_an_error_for_its_id(gateway: MakeGateway, rasa: FakeRasa) -> None:
    socket = await greeted(await gateway())
    for frame, name in (
        ({"type": "say", "text": "a" * 5001, "id": "u1"}, "too_long"),
        ({"type": "say", "text": " ", "id": "u2"}, "empty"),
        ({"type": "choose", "button": "/affirm", "id": "u3"}, "expired"),
    ):
        await socket.send_json(frame)
        error = await receive(socket, "error")
        assert error["id"] == frame["id"]
        assert error["text"] == WORDING.say(name, "en", limit=5000).text
    assert rasa.texts == ["/greet"]


async def test_language_of_the_page_is_sent_to_rasa(gateway: MakeGateway, rasa: FakeRasa) -> None:
    socket = await greeted(await gateway())
    await socket.send_json({"type": "language", "language": "ur"})
    message = await receive(socket, "message")
    assert message["language"] == "ur"
    assert rasa.texts[-1] == '/set_language{"language_choice": "ur"}'


async def test_a_resent_message_is_handled_once(gateway: MakeGateway, rasa: FakeRasa) -> None:
    client = await gateway()
    socket = await greeted(client)
    rasa.delay = 0.2
    await socket.send_json({"type": "say", "text": "hello", "id": "u1"})
    await receive(socket, "echo")
    await socket.close()  # before the answer
    socket = await connect(client)
    await socket.send_json({"type": "hello", "last": 0})
    history = await receive(socket, "history")
    assert [item.get("id") for item in history["items"]] == [None, "u1"]
    await socket.send_json({"type": "say", "text": "hello", "id": "u1"})
    assert (await receive(socket, "message"))["text"] == "echo: hello"
    await socket.send_json({"type": "ping"})
    await receive(socket, "pong")
    assert rasa.texts == ["/greet", "hello"]


async def test_history_starts_after_the_last_seen_line(gateway: MakeGateway) -> None:
    client = await gateway()
    socket = await greeted(client)
    await socket.send_json({"type": "hello", "last": 0})
    whole = await receive(socket, "history")
    assert [item["seq"] for item in whole["items"]] == [1]
    await socket.send_json({"type": "hello", "last": 1, "epoch": whole["epoch"]})
    assert (await receive(socket, "history"))["items"] == []
    await socket.send_json({"type": "hello", "last": 1, "epoch": "of another process"})
    assert len((await receive(socket, "history"))["items"]) == 1


async def test_every_tab_sees_the_conversation(gateway: MakeGateway) -> None:
    client = await gateway()
    one, two = await greeted(client), await greeted(client)
    await one.send_json({"type": "say", "text": "hello", "id": "u1"})
    for socket in (one, two):
        assert (await receive(socket, "echo"))["text"] == "hello"
        assert (await receive(socket, "message"))["text"] == "echo: hello"


async def test_another_session_sees_nothing_of_it(gateway: MakeGateway) -> None:
    client = await gateway()
    socket = await greeted(client)
    await socket.send_json({"type": "say", "text": "secret", "id": "u1"})
    await receive(socket, "echo")
    client.session.cookie_jar.clear()
    other = await connect(client)
    await other.send_json({"type": "hello", "last": 0})
    assert (await receive(other, "history"))["items"] == []


async def test_rasa_down_is_said_with_a_button(gateway: MakeGateway, rasa: FakeRasa) -> None:
    socket = await greeted(await gateway())
    rasa.status = 503
    await socket.send_json({"type": "say", "text": "hello", "id": "u1"})
    await receive(socket, "echo")
    message = await receive(socket, "message")
    assert message["text"] == WORDING.say("trouble", "en").text
    rasa.status = 200
    await socket.send_json({"type": "choose", "button": message["buttons"][0]["id"], "id": "u2"})
    await receive(socket, "echo")
    assert (await receive(socket, "message"))["text"] == "echo: hello"


# Hostile input


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "[]",
        "null",
        "1",
        '"say"',
        "{}",
        '{"type": "say"}',
        '{"type": "say", "text": 1, "id": "u"}',
        '{"type": "say", "text": "x", "id": ""}',
        '{"type": "say", "text": "x", "id": ["u"]}',
        '{"type": "say", "text": "x", "id": "' + "u" * 65 + '"}',
        '{"type": "choose", "button": {}, "id": "u"}',
        '{"type": "language", "language": "fr"}',
        '{"type": "language", "language": ["ur"]}',
        '{"type": "greet"}',
        '{"type": {"a": 1}}',
        "[" * 20000,
    ],
)
async def test_bad_frames_are_refused_and_the_socket_lives(gateway: MakeGateway, rasa: FakeRasa, frame: str) -> None:
    socket = await greeted(await gateway())
    await socket.send_str(frame)
    assert (await receive(socket, "error"))["code"] == "bad_frame"
    await socket.send_json({"type": "ping"})
    await receive(socket, "pong")
    assert rasa.texts == ["/greet"]


@pytest.mark.parametrize(
    "hello", [{"last": "1"}, {"last": -5}, {"last": None, "epoch": 7}, {"language": {}}, {"last": 1e99}]
)
async def test_odd_hellos_get_the_whole_history(gateway: MakeGateway, hello: Json) -> None:
    socket = await greeted(await gateway())
    await socket.send_json({"type": "hello", **hello})
    assert len((await receive(socket, "history"))["items"]) == 1


async def test_broken_unicode_is_taken_without_harm(gateway: MakeGateway, rasa: FakeRasa) -> None:
    socket = await greeted(await gateway())
    await socket.send_str('{"type": "say", "text": "bad \\ud800 half \\u0000 \\u202e", "id": "u1"}')
    assert (await receive(socket, "echo"))["text"] == "bad  half"
    assert (await receive(socket, "message"))["text"] == "echo: bad  half"
    assert rasa.texts[-1] == "bad  half"


async def test_huge_and_binary_frames_close_the_socket(gateway: MakeGateway) -> None:
    client = await gateway()
    for send, code in (("send_str", 1009), ("send_bytes", 1003)):
        socket = await greeted(client)
        await getattr(socket, send)("x" * (module.LARGEST_FRAME + 1) if code == 1009 else b"x")
        assert await closed(socket) == code


async def test_a_flood_of_frames_closes_the_socket(gateway: MakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_FRAMES", 10)
    socket = await greeted(await gateway())
    for _ in range(20):
        await socket.send_json({"type": "ping"})
    assert await closed(socket) == 1008


async def test_messages_of_one_address_are_limited(gateway: MakeGateway, rasa: FakeRasa) -> None:
    client = await gateway(rate_messages_address=2)
    socket = await greeted(client)
    for number in range(3):
        await socket.send_json({"type": "say", "text": "hello", "id": f"u{number}"})
    error = await receive_any(socket, "error")
    assert error["id"] == "u2"
    assert error["text"] == WORDING.say("too_fast", "en", seconds=30).text
    assert rasa.texts.count("hello") <= 2


async def test_many_messages_at_once_are_held_back(gateway: MakeGateway, rasa: FakeRasa) -> None:
    socket = await greeted(await gateway())
    rasa.delay = 0.1
    for number in range(30):
        await socket.send_json({"type": "say", "text": f"m{number}", "id": f"u{number}"})
    errors = [await receive_any(socket, "error") for _ in range(24)]
    assert {error["text"] for error in errors} == {WORDING.say("one_at_a_time", "en").text}
    assert rasa.most_at_once == 1


async def test_an_idle_socket_is_closed(gateway: MakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.05)
    client = await gateway()
    await client.get("/")
    socket = await client.ws_connect("/chat/socket")
    assert await closed(socket) == 1001
