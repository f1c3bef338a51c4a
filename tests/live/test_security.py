"""Who can reach the product and what it lets them do: ports, cookie, origin, methods, headers, logs."""

import socket
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie

import aiohttp
import psutil
import pytest
import pytest_asyncio

from bot.channels.web_access import COOKIE
from tests.live.stack import PORT, Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]


@pytest_asyncio.fixture(loop_scope="session")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def _cookie(stack: Stack, http: aiohttp.ClientSession) -> str:
    async with http.get(stack.url) as page:
        morsel = SimpleCookie(page.headers["Set-Cookie"])[COOKIE]
    return f"{COOKIE}={morsel.value}"


async def test_the_cookie_is_for_this_site_and_out_of_reach_of_scripts(stack: Stack, http) -> None:
    async with http.get(stack.url) as page:
        cookie = SimpleCookie(page.headers["Set-Cookie"])[COOKIE]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert len(cookie.value) > 60


@pytest.mark.parametrize("forged", ["", "x.y", "AAAA.", "{token}.AAAAAAAA", "{other}.{signature}"])
async def test_no_socket_without_a_cookie_of_this_server(stack: Stack, http, forged: str) -> None:
    token, _, signature = (await _cookie(stack, http)).partition("=")[2].partition(".")
    value = forged.format(token=token, other=token[::-1], signature=signature)
    headers = {"Cookie": f"{COOKIE}={value}"} if value else {}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(stack.url + "/chat/socket", headers=headers)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example"]
)
async def test_no_socket_from_another_page(stack: Stack, http, origin: str) -> None:
    headers = {"Cookie": await _cookie(stack, http), "Origin": origin}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(stack.url + "/chat/socket", headers=headers)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "path", ["/", "/chat/socket", "/health", "/webhooks/rest/webhook", "/telegram/webhook", "/api/complaints"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_nothing_can_be_posted(stack: Stack, http, method: str, path: str) -> None:
    async with http.request(method, stack.url + path, json={"sender": "a", "message": "hello"}) as answer:
        assert answer.status in {403, 404, 405}
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/webhooks/rest/webhook", "/model/parse", "/conversations/a/tracker", "/status", "/static/../app.py", "/static/%2e%2e/app.py", "/api/complaints", "/.git/config"])  # fmt: skip
async def test_nothing_of_the_inside_is_served(stack: Stack, http, path: str) -> None:
    async with http.get(stack.url + path) as answer:
        assert answer.status == 404
        assert (await answer.text()) == "404: Not Found" or len(await answer.text()) < 40


@pytest.mark.parametrize("path", ["/", "/static/chat.js", "/health", "/nowhere"])
async def test_headers_of_everything(stack: Stack, http, path: str) -> None:
    async with http.get(stack.url + path) as answer:
        headers = answer.headers
    policy = dict(rule.strip().partition(" ")[::2] for rule in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["img-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    host = f"127.0.0.1:{stack.settings.port}"
    assert set(policy["connect-src"].split()) <= {"'self'", f"ws://{host}", f"wss://{host}"}
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Python" not in headers.get("Server", "")


async def test_only_the_gateway_listens_beyond_loopback(stack: Stack) -> None:
    ports = {getattr(stack.settings, setting): name for name, setting in PORT.items()}
    listening = [c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.laddr.port in ports]
    addresses = {name: {c.laddr.ip for c in listening if ports[c.laddr.port] == name} for name in PORT}
    assert addresses.pop("gateway") == {"0.0.0.0"}
    assert addresses == {"actions": {"127.0.0.1"}, "rasa": {"127.0.0.1"}, "desk": {"127.0.0.1"}}


async def test_from_outside_only_the_gateway_answers(stack: Stack) -> None:
    outside = [
        item.address
        for items in psutil.net_if_addrs().values()
        for item in items
        if item.family == socket.AF_INET and not item.address.startswith("127.")
    ]
    if not outside:
        pytest.skip("this machine has no address but loopback")
    reached = {name for name, setting in PORT.items() if _answers(outside[0], getattr(stack.settings, setting))}
    assert reached == {"gateway"}


def _answers(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=2):
            return True
    except OSError:
        return False


async def test_what_people_told_is_closed_to_other_users(stack: Stack) -> None:
    var = stack.settings.var
    assert var.stat().st_mode & 0o777 == 0o700
    kept = [*var.glob("*.db"), *(var / "secrets").iterdir()]
    assert len(kept) >= 5
    assert [path.name for path in kept if path.stat().st_mode & 0o077] == []
