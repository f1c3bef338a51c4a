"""Web chat: the page and its files, sessions, headers, and who may open a socket."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp.test_utils import TestClient
from yarl import URL

from bot.channels.web_access import COOKIE
from bot.wording import Wording
from tests.auxil.fake_rasa import FakeRasa
from tests.auxil.web_visitor import closed, connect, cookie, greeted, refused

MakeGateway = Callable[..., Awaitable[TestClient]]
WORDING = Wording()
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


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
    [
        "x",
        "abc.def",
        ".",
        "token.",
        "é.é",
        "token.'; drop",
        "a.b.c",
        "%00.%00",
        pytest.param("x" * 3000, id="long"),
    ],
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


@pytest.mark.parametrize(
    "path", ["/", "/static/chat.css", "/static/labels.json", "/nothing", "/health", "/chat/socket"]
)
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
    for origin in (
        "https://evil.example",
        "null",
        "http://127.0.0.1",
        "http://127.0.0.1.evil.example",
        "[",
        "",
    ):
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
