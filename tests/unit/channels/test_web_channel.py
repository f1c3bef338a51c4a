"""Web chat over real HTTP and WebSockets: access, limits, the socket's protocol, hostile input."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestClient
from yarl import URL

from bot.channels import web as module
from bot.channels.web_access import COOKIE
from bot.wording import Wording
from tests.auxil.fake_rasa import FakeRasa

Json = dict[str, Any]
MakeGateway = Callable[..., Awaitable[TestClient]]
WORDING = Wording()
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def cookie(client: TestClient) -> str:
    return next(morsel.value for morsel in client.session.cookie_jar if morsel.key == COOKIE)


async def connect(client: TestClient, **options: Any) -> ClientWebSocketResponse:
    if not any(morsel.key == COOKIE for morsel in client.session.cookie_jar):
        await client.get("/")
    return await client.ws_connect("/chat/socket", **options)


async def receive(socket: ClientWebSocketResponse, kind: str) -> Json:
    """The next frame of this type; typing frames on the way are passed over."""
    while True:
        frame = json.loads(await socket.receive_str(timeout=5))
        if frame["type"] == kind:
            return frame
        assert frame["type"] == "typing", frame


async def receive_any(socket: ClientWebSocketResponse, kind: str) -> Json:
    """The next frame of this type, whatever comes before it."""
    while True:
        frame = json.loads(await socket.receive_str(timeout=5))
        if frame["type"] == kind:
            return frame


async def closed(socket: ClientWebSocketResponse) -> int:
    """The code with which the server closes the socket."""
    while (frame := await socket.receive(timeout=5)).type is WSMsgType.TEXT:
        pass
    assert frame.type is WSMsgType.CLOSE
    return frame.data


async def greeted(client: TestClient, **hello: Any) -> ClientWebSocketResponse:
    """A socket of a conversation that has been greeted."""
    socket = await connect(client)
    await socket.send_json({"type": "hello", "last": 0, **hello})
    history = await receive(socket, "history")
    if not history["items"]:
        await receive(socket, "message")
    return socket


async def refused(client: TestClient, **options: Any) -> int:
    with pytest.raises(WSServerHandshakeError) as caught:
        await client.ws_connect("/chat/socket", **options)
    return caught.value.status


# Page, session, headers


async def test_page_gives_a_session_cookie(gateway: MakeGateway) -> None:
    client = await gateway()
    page = await client.get("/")
    assert page.status == 200
    header = page.headers["Set-Cookie"]
    assert all(part in header for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"))
    assert "Secure" not in header
    first = cookie(client)
    await client.get("/")
    assert cookie(client) == first


async def test_cookie_is_secure_behind_https(gateway: MakeGateway) -> None:
    client = await gateway(public_url="https://chat.example")
    assert "Secure" in (await client.get("/")).headers["Set-Cookie"]


@pytest.mark.parametrize(
    "forged",
    ["x", "abc.def", ".", "token.", "é.é", "token.'; drop", "a.b.c", "%00.%00", pytest.param("x" * 3000, id="long")],
)
async def test_a_forged_cookie_is_replaced(gateway: MakeGateway, forged: str) -> None:
    client = await gateway()
    headers = {"Cookie": f"{COOKIE}={forged}"}
    page = await client.get("/", headers=headers)
    assert COOKIE in page.cookies
    client.session.cookie_jar.clear()
    assert await refused(client, headers=headers) == 403


async def test_a_link_from_elsewhere_does_not_replace_the_session(gateway: MakeGateway) -> None:
    """A Strict cookie does not come along such a link; the page then asks for its session itself."""
    client = await gateway()
    page = await client.get("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert COOKIE not in page.cookies
    session = await client.get("/chat/session", headers={"Sec-Fetch-Site": "same-origin"})
    assert session.status == 204
    assert COOKIE in session.cookies
    other = await client.get("/chat/session", headers={"Sec-Fetch-Site": "cross-site"})
    assert other.status == 403


@pytest.mark.parametrize("path", ["/", "/static/chat.css", "/static/labels.json", "/nothing", "/health", "/chat/socket"])
async def test_every_answer_has_safe_headers(gateway: MakeGateway, path: str) -> None:
    client = await gateway()
    answer = await client.get(path)
    assert SAFE_HEADERS.items() <= dict(answer.headers).items()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "aiohttp" not in answer.headers["Server"].lower()


async def test_page_is_not_stored_and_has_nothing_inline(gateway: MakeGateway) -> None:
    client = await gateway()
    page = await client.get("/")
    text = await page.text()
    assert page.headers["Cache-Control"] == "no-store"
    assert "style=" not in text
    assert "onclick" not in text
    assert "<script>" not in text
    assert "://" not in text
    assert WORDING.say("label_no_script", "ur").text in text


async def test_an_odd_host_does_not_reach_the_policy(gateway: MakeGateway) -> None:
    client = await gateway()
    answer = await client.get("/", headers={"Host": "evil.example; script-src *"})
    assert "evil" not in answer.headers.get("Content-Security-Policy", "")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/chat/socket", "/telegram/webhook", "/webhooks/rest/webhook", "/x"])
async def test_nothing_takes_a_body(gateway: MakeGateway, method: str, path: str) -> None:
    client = await gateway()
    answer = await client.request(method, path, data=b"{}")
    assert answer.status in (404, 405)
    assert SAFE_HEADERS.items() <= dict(answer.headers).items()


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/index.html",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2f%2e%2e%2fsettings.py",
        "/static/chat.css%00",
        "/static//etc/passwd",
    ],
)
async def test_only_the_pages_files_are_served(gateway: MakeGateway, path: str) -> None:
    client = await gateway()
    answer = await client.get(URL(path, encoded=True))
    assert answer.status == 404


async def test_files_are_revalidated_and_compressed(gateway: MakeGateway) -> None:
    client = await gateway()
    first = await client.get("/static/chat.js")
    assert first.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert first.headers["Content-Encoding"] == "gzip"
    plain = await client.get("/static/chat.js", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert await plain.text() == await first.text()
    again = await client.get("/static/chat.js", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


async def test_labels_come_from_the_response_file(gateway: MakeGateway) -> None:
    client = await gateway()
    assert await (await client.get("/static/labels.json")).json() == WORDING.labels()


async def test_health_follows_rasa(gateway: MakeGateway, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app._HEALTH_KEPT", 0.0)
    client = await gateway()
    assert (await client.get("/health")).status == 200
    await rasa.stop()
    answer = await client.get("/health")
    assert answer.status == 503
    assert await answer.json() == {"status": "unavailable", "rasa": False}


async def test_too_many_new_sessions_of_one_address(gateway: MakeGateway) -> None:
    client = await gateway(rate_sessions_address=2)
    for _ in range(2):
        client.session.cookie_jar.clear()
        assert (await client.get("/")).status == 200
    assert (await client.get("/")).status == 200  # the session it has stays good
    client.session.cookie_jar.clear()
    answer = await client.get("/")
    assert answer.status == 429
    assert WORDING.say("too_many_sessions", "ur").text in await answer.text()


@pytest.mark.parametrize(("trusted", "status"), [(True, 200), (False, 429)])
async def test_addresses_behind_a_proxy(gateway: MakeGateway, trusted: bool, status: int) -> None:
    client = await gateway(rate_sessions_address=1, trust_proxy=trusted)
    for last in ("10.0.0.1", "10.0.0.2"):
        client.session.cookie_jar.clear()
        answer = await client.get("/", headers={"X-Forwarded-For": f"1.1.1.1, {last}"})
    assert answer.status == status


# Who may open a socket


async def test_socket_needs_an_upgrade_a_session_and_our_origin(gateway: MakeGateway) -> None:
    client = await gateway()
    assert (await client.get("/chat/socket")).status == 400
    assert await refused(client) == 403
    await client.get("/")
    for origin in ("https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1.evil.example", "[", ""):
        assert await refused(client, headers={"Origin": origin}) == 403
    host = f"{client.host}:{client.port}"
    await (await connect(client, headers={"Origin": f"http://{host}"})).close()


async def test_socket_takes_the_public_origin(gateway: MakeGateway) -> None:
    client = await gateway(public_url="http://chat.example")
    await (await connect(client, headers={"Origin": "http://chat.example"})).close()
    assert await refused(client, headers={"Origin": "http://other.example"}) == 403


async def test_too_many_sockets_of_one_address(gateway: MakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web_access.MOST_SOCKETS", 2)
    client = await gateway()
    sockets = [await connect(client) for _ in range(2)]
    assert await refused(client) == 429
    await sockets[0].close()
    await asyncio.sleep(0.05)
    await (await connect(client)).close()


# The protocol


async def test_first_visit_is_greeted_in_the_pages_language(gateway: MakeGateway, rasa: FakeRasa) -> None:
    socket = await connect(await gateway())
    await socket.send_json({"type": "hello", "last": 0, "language": "ur"})
    history = await receive(socket, "history")
    assert history["items"] == []
    assert history["reset"]
    message = await receive(socket, "message")
    assert message["text"] == "echo: /greet"
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


async def test_leaving_forgets_the_session_on_this_device(gateway: MakeGateway) -> None:
    client = await gateway()
    socket = await greeted(client)
    first = cookie(client)
    assert (await client.get("/chat/leave")).status == 403
    assert (await client.get("/chat/leave", headers={"X-Muhafiz": "leave", "Origin": "http://x"})).status == 403
    assert (await client.get("/chat/leave", headers={"X-Muhafiz": "leave"})).status == 204
    await closed(socket)
    await client.get("/")
    assert cookie(client) != first


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
async def test_bad_frames_are_refused_and_the_socket_lives(
    gateway: MakeGateway, rasa: FakeRasa, frame: str
) -> None:
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
        await getattr(socket, send)("x" * 40_000 if code == 1009 else b"x")
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
