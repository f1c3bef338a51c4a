"""Web chat: the page, its session and the socket through which it talks."""

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict
from functools import partial
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.channels.web_access import AddressLimits, Sessions, same_origin
from bot.channels.web_page import Page
from bot.conversations import Conversations, Incoming, Line, Reply
from bot.receipt import RECEIPT_NAME, ReceiptError, receipt_pdf
from bot.receipt_link import open_receipt
from bot.settings import Settings
from bot.triage.taxonomy import LANGUAGES
from bot.wording import Wording

LARGEST_FRAME = 128 * 1024  # a text that is far too long still gets a friendly answer, not a closed socket
IDLE_SECONDS = 300.0  # without any frame; an open page pings more often
MOST_FRAMES = 240  # a minute, on one socket
_MINUTE = 60.0
MOST_TASKS = 10  # under way at once, of one socket
_SEND_SECONDS = 10.0
_LONGEST_ID = 64

_Handler = Callable[..., Awaitable[list[Reply]]]
log = structlog.get_logger(__name__)
Json = dict[str, Any]


class WebChannel:
    """Routes of the web chat. Every open socket of a conversation sees every line of it."""

    def __init__(self, settings: Settings, conversations: Conversations, wording: Wording) -> None:
        self._settings = settings
        self._conversations = conversations
        self._wording = wording
        self._page = Page(wording, most_file_bytes=settings.evidence_bytes)
        self.sessions = Sessions(settings)
        self.limits = AddressLimits(settings)
        self._sockets: dict[str, set[web.WebSocketResponse]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def add_to(self, app: web.Application) -> None:
        """Add the routes, and close the sockets when the application stops."""
        app.router.add_get("/", self._index)
        app.router.add_get("/static/{name}", self._static)
        app.router.add_get("/chat/session", self._session)
        app.router.add_get("/chat/leave", self._leave)
        app.router.add_get("/chat/receipt/{token}", self._receipt)
        app.router.add_get("/chat/socket", self._socket)
        app.on_shutdown.append(self._close_all)

    async def _index(self, request: web.Request) -> web.StreamResponse:
        response = web.Response(text=self._page.index, content_type="text/html", charset="utf-8")
        token = self.sessions.token(request)
        if token is None and request.headers.get("Sec-Fetch-Site") == "cross-site":
            return response  # a Strict cookie is not sent along a link from elsewhere: the page asks for it
        return await self._with_session(request, response, token)

    async def _session(self, request: web.Request) -> web.StreamResponse:
        """Make sure that the page has a session before it opens its socket."""
        if not same_origin(request, self._settings.public_url) or _is_cross_site(request):
            raise web.HTTPForbidden(text="forbidden")
        return await self._with_session(request, web.Response(status=204), self.sessions.token(request))

    async def _with_session(
        self, request: web.Request, response: web.Response, token: str | None
    ) -> web.StreamResponse:
        if token is None and not await self.limits.allows("sessions", self.limits.address(request)):
            texts = (self._wording.say("too_many_sessions", language).text for language in LANGUAGES)
            return web.Response(status=429, text="\n\n".join(texts), headers={"Retry-After": "300"})
        self.sessions.give(response, token)
        return response

    async def _leave(self, request: web.Request) -> web.StreamResponse:
        """The quick exit: this device forgets the chat. Only the page itself can ask (custom header)."""
        if request.headers.get("X-Muhafiz") != "leave" or not same_origin(request, self._settings.public_url):
            raise web.HTTPForbidden(text="forbidden")
        token = self.sessions.token(request)
        if token is not None:
            for socket in list(self._sockets.get(self.sessions.conversation_id(token), ())):
                self._in_background(socket.close())  # waits for the other side
        response = web.Response(status=204)
        self.sessions.take_away(response)
        return response

    async def _receipt(self, request: web.Request) -> web.StreamResponse:
        """The receipt of a link that this very session was given."""
        token = self.sessions.token(request)
        conversation = self.sessions.conversation_id(token) if token else ""
        receipt = open_receipt(self._settings.secret("session"), conversation, request.match_info["token"])
        if receipt is None:
            raise web.HTTPNotFound(text="not found")
        if not await self.limits.allows("messages", self.limits.address(request)):
            raise web.HTTPTooManyRequests(text="too many requests")
        try:
            body = await asyncio.to_thread(receipt_pdf, receipt, self._settings.fonts)
        except ReceiptError as error:
            log.error("no_receipt", error=str(error))
            raise web.HTTPServiceUnavailable(text="no receipt") from None
        headers = {"Content-Disposition": f'attachment; filename="{RECEIPT_NAME}"'}
        return web.Response(body=body, content_type="application/pdf", headers=headers)

    async def show(self, conversation_id: str, line: Line) -> None:
        """Show a line on every open page of a conversation."""
        await self._send_all(conversation_id, _item(line))

    async def forget(self, conversation_id: str) -> None:
        """Empty the open pages of a conversation that was erased."""
        transcript = await self._conversations.transcript(conversation_id)
        empty = {"type": "history", "epoch": transcript.epoch, "reset": True, "items": []}
        await self._send_all(conversation_id, {**empty, "language": transcript.language})

    async def _static(self, request: web.Request) -> web.StreamResponse:
        asset = self._page.assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound(text="not found")
        return asset.response(request)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=30, max_msg_size=LARGEST_FRAME, compress=False)
        if not socket.can_prepare(request):
            raise web.HTTPBadRequest(text="a WebSocket is expected here")
        token = self.sessions.token(request)
        if token is None or not same_origin(request, self._settings.public_url):
            raise web.HTTPForbidden(text="forbidden")
        address = self.limits.address(request)
        with self.limits.socket(address) as allowed:
            if not allowed:
                raise web.HTTPTooManyRequests(text="too many connections")
            await socket.prepare(request)
            visitor = _Visitor(socket, self.sessions.conversation_id(token), address)
            self._sockets.setdefault(visitor.conversation_id, set()).add(socket)
            try:
                await self._listen(visitor)
            finally:
                self._forget(visitor)
        return socket

    def _forget(self, visitor: "_Visitor") -> None:
        sockets = self._sockets.get(visitor.conversation_id, set())
        sockets.discard(visitor.socket)
        if not sockets:
            self._sockets.pop(visitor.conversation_id, None)

    async def _listen(self, visitor: "_Visitor") -> None:
        while not visitor.socket.closed:
            try:
                frame = await visitor.socket.receive(timeout=IDLE_SECONDS)
            except TimeoutError:
                await visitor.socket.close(code=WSCloseCode.GOING_AWAY, message=b"idle")
                return
            if frame.type is not WSMsgType.TEXT:
                if frame.type is WSMsgType.BINARY:
                    await visitor.socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
                return
            if not visitor.may_send_frame():
                await visitor.socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"too many frames")
                return
            message = _parse(frame.data)
            if message is None:
                await visitor.send({"type": "error", "code": "bad_frame"})
                continue
            await self._dispatch(visitor, message)

    async def _dispatch(self, visitor: "_Visitor", message: Json) -> None:
        match message:
            case {"type": "ping"}:
                await visitor.send({"type": "pong"})
            case {"type": "hello"}:
                self._spawn(visitor, self._hello(visitor, message))
            case {"type": "say", "text": str(text), "id": str(id_)} if _is_id(id_):
                await self._say(visitor, Incoming(text=text, id=id_))
            case {"type": "choose", "button": str(button), "id": str(id_)} if _is_id(id_):
                await self._say(visitor, Incoming(choice=button, id=id_))
            case {"type": "language", "language": str(language)} if language in LANGUAGES:
                await self._choose_language(visitor, language)
            case _:
                await visitor.send({"type": "error", "code": "bad_frame"})

    async def _hello(self, visitor: "_Visitor", message: Json) -> None:
        if message.get("language") in LANGUAGES:
            visitor.language = message["language"]
        transcript = await self._conversations.transcript(visitor.conversation_id, language_hint=visitor.language)
        last = message.get("last")
        is_same = message.get("epoch") == transcript.epoch and isinstance(last, int)
        lines = [line for line in transcript.lines if not is_same or line.reply.seq > int(last or 0)]
        await visitor.send(
            {
                "type": "history",
                "epoch": transcript.epoch,
                "reset": not is_same,
                "language": transcript.language,
                "items": [_item(line) for line in lines],
            }
        )
        if not transcript.lines:
            await visitor.send({"type": "typing", "on": True})
            await self._answer(visitor, partial(self._conversations.open, visitor.conversation_id), None)
            await visitor.send({"type": "typing", "on": False})

    async def _say(self, visitor: "_Visitor", incoming: Incoming) -> None:
        handler = partial(self._conversations.handle, visitor.conversation_id, incoming, language_hint=visitor.language)
        await self._take(visitor, handler, incoming.id)

    async def _choose_language(self, visitor: "_Visitor", language: str) -> None:
        visitor.language = language
        handler = partial(self._conversations.choose_language, visitor.conversation_id, language)
        await self._take(visitor, handler, None)

    async def _take(self, visitor: "_Visitor", handler: _Handler, id_: str | None) -> None:
        """Answer in the background, so that the socket goes on reading."""
        if visitor.tasks >= MOST_TASKS:
            await self._refuse(visitor, self._say_own(visitor, "one_at_a_time"), id_)
        elif not await self.limits.allows("messages", visitor.address):
            seconds = math.ceil(self.limits.wait_for_message())
            await self._refuse(visitor, self._say_own(visitor, "too_fast", seconds=seconds), id_)
        else:
            self._spawn(visitor, self._answer(visitor, handler, id_))

    async def _answer(self, visitor: "_Visitor", handler: _Handler, id_: str | None) -> None:
        everyone = visitor.conversation_id
        is_typing = False

        async def deliver(line: Line) -> None:
            nonlocal is_typing
            if line.reply.fresh:
                await self.forget(everyone)
            await self._send_all(everyone, _item(line))
            if line.who == "user" and not is_typing:
                is_typing = True
                await self._send_all(everyone, {"type": "typing", "on": True})

        try:
            for reply in await handler(deliver=deliver):
                if not reply.seq:
                    await self._refuse(visitor, reply, id_)
        except Exception:
            await self._refuse(visitor, self._say_own(visitor, "trouble"), id_)
            raise
        finally:
            if is_typing:
                await self._send_all(everyone, {"type": "typing", "on": False})

    def _say_own(self, visitor: "_Visitor", name: str, **values: object) -> Reply:
        language = self._conversations.language(visitor.conversation_id, visitor.language)
        return self._wording.say(name, language, **values)

    async def _refuse(self, visitor: "_Visitor", reply: Reply, id_: str | None) -> None:
        await visitor.send(
            {"type": "error", "code": "refused", "id": id_, "text": reply.text, "language": reply.language}
        )

    def _spawn(self, visitor: "_Visitor", work: Awaitable[None]) -> None:
        """Work goes on when its socket closes: the answer is in the history when the page is back."""

        async def run() -> None:
            try:
                await work
            except Exception as error:  # the last place that can log it
                log.error("web_task_failed", error=type(error).__name__)
            finally:
                visitor.tasks -= 1

        visitor.tasks += 1
        self._in_background(run())

    def _in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_all(self, conversation_id: str, message: Json) -> None:
        sockets = list(self._sockets.get(conversation_id, ()))
        await asyncio.gather(*(_send(socket, message) for socket in sockets))

    async def _close_all(self, _: web.Application) -> None:
        sockets = [socket for group in self._sockets.values() for socket in group]
        closing = (socket.close(code=WSCloseCode.GOING_AWAY, message=b"restart") for socket in sockets)
        await asyncio.gather(*closing, return_exceptions=True)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)


class _Visitor:
    """One open socket."""

    def __init__(self, socket: web.WebSocketResponse, conversation_id: str, address: str) -> None:
        self.socket = socket
        self.conversation_id = conversation_id
        self.address = address
        self.language: str | None = None
        self.tasks = 0
        self._frames = 0
        self._minute = time.monotonic()

    def may_send_frame(self) -> bool:
        """Count a frame; False when this socket sends too many."""
        now = time.monotonic()
        if now - self._minute > _MINUTE:
            self._minute, self._frames = now, 0
        self._frames += 1
        return self._frames <= MOST_FRAMES

    async def send(self, message: Json) -> None:
        """Send to this socket alone."""
        await _send(self.socket, message)


async def _send(socket: web.WebSocketResponse, message: Json) -> None:
    """Send, or give up on a socket that is gone or does not read."""
    if socket.closed:
        return
    try:
        async with asyncio.timeout(_SEND_SECONDS):
            await socket.send_str(json.dumps(message, ensure_ascii=False))
    except TimeoutError:
        await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"slow")
    except (ConnectionError, RuntimeError):
        pass  # closed meanwhile


def _item(line: Line) -> Json:
    reply = line.reply
    if line.who == "user":
        return {
            "type": "echo",
            "from": "user",
            "seq": reply.seq,
            "id": line.id,
            "text": reply.text,
            "language": reply.language,
        }
    shown = asdict(reply)
    receipt = shown.pop("receipt")
    link = f"chat/receipt/{receipt}" if receipt else ""
    return {"type": "message", "from": "bot", **shown, "receipt": link}


def _parse(data: str) -> Json | None:
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _is_id(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_ID and text.isascii()


def _is_cross_site(request: web.Request) -> bool:
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
