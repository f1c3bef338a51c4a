"""Files of the web chat: the page asks whether one may come, then sends it."""

from urllib.parse import unquote

import structlog
from aiohttp import web

from bot.channels.web import WebChannel
from bot.channels.web_access import same_origin
from bot.conversations import Line, Reply
from bot.files import Files
from bot.incoming import OfferedFile, Sender
from bot.settings import Settings
from bot.triage.taxonomy import LANGUAGES

UPLOAD_PATH = "/chat/files"
ASK_PATH = "/chat/files/may"
_CHUNK = 64 * 1024
_LONGEST_NAME = 1000

log = structlog.get_logger(__name__)


class WebFiles:
    """Two addresses that only the page itself can use: they want a header that other sites cannot set."""

    def __init__(self, settings: Settings, channel: WebChannel, files: Files) -> None:
        self._settings, self._channel, self._files = settings, channel, files

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get(ASK_PATH, self._ask)
        app.router.add_post(UPLOAD_PATH, self._upload)

    async def _ask(self, request: web.Request) -> web.Response:
        """Whether a file may come, so that one that may not never leaves the phone."""
        return _told(*await self._files.may_come(await self._sender(request)))

    async def _upload(self, request: web.Request) -> web.Response:
        sender = await self._sender(request)
        name = unquote(request.headers.get("X-File-Name", "")[:_LONGEST_NAME], errors="replace")
        file = OfferedFile(name, request.content_length, lambda: request.content.iter_chunked(_CHUNK))
        taken, replies = await self._files.receive(sender, file)
        response = _told(taken, replies)
        if not request.content.at_eof():
            response.force_close()  # the rest of a file that is not taken is not read
        return response

    async def _sender(self, request: web.Request) -> Sender:
        token = self._channel.sessions.token(request)
        is_ours = request.headers.get("X-Muhafiz") == "file" and same_origin(request, self._settings.public_url)
        if token is None or not is_ours:
            raise web.HTTPForbidden(text="forbidden")
        if not await self._channel.limits.allows("messages", self._channel.limits.address(request)):
            raise web.HTTPTooManyRequests(text="too many requests")
        conversation = self._channel.sessions.conversation_id(token)
        language = request.headers.get("X-Language")

        async def deliver(line: Line) -> None:
            await self._channel.show(conversation, line)

        return Sender(conversation, deliver, language if language in LANGUAGES else None)


def _told(done: bool, replies: list[Reply]) -> web.Response:
    """`notice` is what the conversation does not hold, such as that too much came at once."""
    notice = next((reply for reply in replies if not reply.seq), None)
    shown = {"text": notice.text, "language": notice.language} if notice else None
    return web.json_response({"done": done and notice is None, "notice": shown})
