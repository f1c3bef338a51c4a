"""What a browser does with the web chat, for tests: cookie, socket, frames."""

import json
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestClient

from bot.channels.web_access import COOKIE

Json = dict[str, Any]


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
