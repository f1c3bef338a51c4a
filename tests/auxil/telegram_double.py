"""A Bot API server for tests: the methods that the bot uses, as the published API describes them.

It is strict where Telegram is: token, fields, lengths, blocked chats, flood waits. Its own users write,
tap and send things through `user_says`, `user_taps` and `user_sends`.
"""

import asyncio
import io
import itertools
import json
import re
import time
from collections import defaultdict
from typing import Any, Self

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

Json = dict[str, Any]

_FIELDS = {
    "getMe": set(),
    "getUpdates": {"offset", "limit", "timeout", "allowed_updates"},
    "getWebhookInfo": set(),
    "setWebhook": {"url", "allowed_updates", "secret_token", "max_connections", "drop_pending_updates"},
    "deleteWebhook": {"drop_pending_updates"},
    "sendMessage": {"chat_id", "text", "reply_markup", "link_preview_options", "disable_notification"},
    "sendDocument": {"chat_id", "document"},
    "sendPhoto": {"chat_id", "photo", "caption", "reply_markup", "disable_notification"},
    "sendChatAction": {"chat_id", "action"},
    "answerCallbackQuery": {"callback_query_id", "text", "show_alert"},
    "editMessageReplyMarkup": {"chat_id", "message_id", "reply_markup"},
    "getFile": {"file_id"},
}
_JSON_FIELDS = {"allowed_updates", "reply_markup", "link_preview_options"}
_FILE = {"file_id": "f1", "file_unique_id": "u1", "file_size": 1000}
_ATTACHMENTS: dict[str, Json] = {
    "photo": {"photo": [{**_FILE, "width": 90, "height": 90}]},
    "video": {"video": {**_FILE, "width": 90, "height": 90, "duration": 3}},
    "voice": {"voice": {**_FILE, "duration": 3, "mime_type": "audio/ogg"}},
    "file": {"document": {**_FILE, "file_name": "a.pdf", "mime_type": "application/pdf"}},
    "sticker": {
        "sticker": {
            **_FILE,
            "width": 9,
            "height": 9,
            "is_animated": False,
            "is_video": False,
            "type": "regular",
        }
    },
    "location": {"location": {"latitude": 31.5, "longitude": 74.3}},
    "contact": {"contact": {"phone_number": "+920000000000", "first_name": "X"}},
}


class ApiError(Exception):
    """An answer that is not ok."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class TelegramDouble:
    """The server. `url` goes into MUHAFIZ_TELEGRAM_API, `token` into MUHAFIZ_TELEGRAM_TOKEN."""

    def __init__(self, token: str = "4242:test-token") -> None:
        self.token = token
        self.calls: list[tuple[str, Json]] = []
        self.blocked: set[int] = set()
        self.flood_waits: dict[int, int] = {}  # chat -> seconds that its next sendMessage is told to wait
        self.webhook: Json | None = None
        self.webhook_base: str | None = None  # where the webhook's path is really reached in a test
        self.messages: dict[int, dict[int, Json]] = defaultdict(dict)
        self.documents: dict[int, list[tuple[str, bytes]]] = defaultdict(list)  # chat -> name and content
        self.files: dict[str, bytes] = {}  # what can be fetched, by file id
        self._new: dict[int, list[Json]] = defaultdict(list)
        self._last_sent: dict[int, float] = defaultdict(float)
        self._updates: list[Json] = []
        self._arrived = asyncio.Event()
        self._sent = asyncio.Event()
        self._queries: set[str] = set()
        self.photos: dict[str, bytes] = {}  # what was uploaded, by file id
        self._ids = itertools.count(1)
        self._server: TestServer | None = None

    @property
    def url(self) -> str:
        """Base address of the API."""
        assert self._server is not None
        return str(self._server.make_url("")).rstrip("/")

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/files/{id}", self._download)
        self._server = TestServer(app, host="127.0.0.1")
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._arrived.set()
        if self._server:
            await self._server.close()

    # What people do

    async def user_says(self, chat_id: int, text: str, *, language: str | None = "en", **fields: Any) -> Json:
        """A person (or, below zero, a group) writes a text message. Returns the update."""
        return await self._message(chat_id, {"text": text, **fields}, language)

    async def user_sends(self, chat_id: int, kind: str, *, caption: str | None = None, **fields: Any) -> Json:
        """A person sends a photo, voice, sticker, file, location…"""
        extra = {"caption": caption} if caption else {}
        return await self._message(chat_id, {**_ATTACHMENTS[kind], **extra, **fields}, "en")

    async def user_gives(
        self, chat_id: int, kind: str, content: bytes, *, file_name: str = "a.pdf", **fields: Any
    ) -> Json:
        """A person sends a photo or file with this content, which the bot can fetch."""
        file_id = f"f{next(self._ids)}"
        self.files[file_id] = content
        file = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content)}
        if kind == "photo":
            small = {**_FILE, "width": 9, "height": 9}
            media: Json = {"photo": [small, {**file, "width": 90, "height": 90}]}
        else:
            media = {"document": {**file, "file_name": file_name, "mime_type": "application/octet-stream"}}
        return await self._message(chat_id, {**media, **fields}, "en")

    async def user_edits(self, chat_id: int, text: str) -> Json:
        """A person changes an earlier message."""
        message = {**self._new_message(chat_id, {"text": text}, "en"), "edit_date": int(time.time())}
        return await self.deliver({"edited_message": message})

    async def user_taps(self, chat_id: int, title: str) -> Json:
        """A person taps the newest open button with this title."""
        for message in reversed(self.messages[chat_id].values()):
            for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"] == title:
                        return await self.user_taps_data(chat_id, message, button["callback_data"])
        raise AssertionError(f"no open button {title!r}")

    async def user_taps_data(self, chat_id: int, message: Json, data: str) -> Json:
        """A callback query with any data, as a forged client would send it."""
        query_id = str(next(self._ids))
        self._queries.add(query_id)
        query = {"id": query_id, "from": _user(chat_id, "en"), "chat_instance": "1", "data": data}
        return await self.deliver({"callback_query": {**query, "message": message}})

    async def next_messages(self, chat_id: int, timeout: float = 5.0, quiet: float = 0.25) -> list[Json]:
        """Messages the bot sent to the chat since the last call: waits for one, then for `quiet` seconds."""
        until = time.monotonic() + timeout
        while (now := time.monotonic()) < until:
            since = now - self._last_sent[chat_id]
            if self._new[chat_id] and since >= quiet:
                break
            wait = quiet - since if self._new[chat_id] else until - now
            self._sent.clear()
            try:
                await asyncio.wait_for(self._sent.wait(), min(wait, until - now))
            except TimeoutError:
                continue
        taken, self._new[chat_id] = self._new[chat_id], []
        return taken

    async def deliver(self, update: Json) -> Json:
        """Hand an update to the bot, by its webhook if it set one. An update with an id may be repeated."""
        update = {"update_id": next(self._ids), **update}
        if self.webhook:
            await self._post(update)
        else:
            self._updates.append(update)
            self._arrived.set()
        return update

    async def _post(self, update: Json) -> None:
        assert self.webhook is not None
        path = "/" + self.webhook["url"].split("/", 3)[3]
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        address = f"{self.webhook_base}{path}"
        async with (
            aiohttp.ClientSession() as http,
            http.post(address, json=update, headers=headers) as answer,
        ):
            assert answer.status == 200, await answer.text()

    async def _message(self, chat_id: int, content: Json, language: str | None) -> Json:
        return await self.deliver({"message": self._new_message(chat_id, content, language)})

    def _new_message(self, chat_id: int, content: Json, language: str | None) -> Json:
        message = {
            "message_id": next(self._ids),
            "date": int(time.time()),
            "chat": _chat(chat_id),
            "from": _user(chat_id, language),
            **content,
        }
        self.messages[chat_id][message["message_id"]] = message
        return message

    # The Bot API

    async def _serve(self, request: web.Request) -> web.Response:
        try:
            result = await self._call(request)
        except ApiError as error:
            body = {"ok": False, "error_code": error.code, "description": error.description}
            return web.json_response({**body, "parameters": error.parameters}, status=error.code)
        return web.json_response({"ok": True, "result": result})

    async def _call(self, request: web.Request) -> Any:
        if request.match_info["token"] != self.token:
            raise ApiError(401, "Unauthorized")
        method = request.match_info["method"]
        if method not in _FIELDS:
            raise ApiError(404, "Not Found: method not found")
        sent = await request.post()
        fields = {
            name: value if isinstance(value, web.FileField) else _decoded(name, value) for name, value in sent.items()
        }
        unknown = set(fields) - _FIELDS[method]
        if unknown:
            raise ApiError(400, f"Bad Request: unknown fields {sorted(unknown)}")
        self.calls.append((method, fields))
        answer = getattr(self, f"_{_snake(method)}")(fields)
        return await answer if asyncio.iscoroutine(answer) else answer

    def _get_me(self, _: Json) -> Json:
        return {**_BOT, "can_join_groups": True, "can_read_all_group_messages": False}

    async def _get_updates(self, fields: Json) -> list[Json]:
        if self.webhook:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(fields.get("offset") or 0)
        until = time.monotonic() + min(float(fields.get("timeout") or 0), 1.0)
        while True:
            self._updates = [update for update in self._updates if update["update_id"] >= offset]
            kinds = fields.get("allowed_updates")
            found = [update for update in self._updates if not kinds or set(update) & set(kinds)]
            if found or time.monotonic() >= until:
                return found[: int(fields.get("limit") or 100)]
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), until - time.monotonic())
            except TimeoutError:
                continue

    def _get_webhook_info(self, _: Json) -> Json:
        url = self.webhook["url"] if self.webhook else ""
        return {"url": url, "has_custom_certificate": False, "pending_update_count": len(self._updates)}

    def _set_webhook(self, fields: Json) -> bool:
        if not str(fields.get("url", "")).startswith("https://"):
            raise ApiError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", str(fields.get("secret_token", "x"))):
            raise ApiError(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = fields
        return True

    def _delete_webhook(self, _: Json) -> bool:
        self.webhook = None
        return True

    def _send_message(self, fields: Json) -> Json:
        chat_id = self._chat_of(fields)
        wait = self.flood_waits.pop(chat_id, None)
        if wait is not None:
            raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        text = str(fields.get("text", ""))
        if not text.strip():
            raise ApiError(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            raise ApiError(400, "Bad Request: message is too long")
        return self._sent_message(chat_id, fields, {"text": text.strip()})

    def _send_photo(self, fields: Json) -> Json:
        chat_id = self._chat_of(fields)
        photo, caption = fields.get("photo"), str(fields.get("caption", ""))
        if len(caption.encode("utf-16-le")) // 2 > 1024:
            raise ApiError(400, "Bad Request: message caption is too long")
        if isinstance(photo, web.FileField):
            self.photos[f"photo{next(self._ids)}"] = photo.file.read()
            photo = next(reversed(self.photos))
        if photo not in self.photos:
            raise ApiError(400, "Bad Request: wrong file identifier/HTTP URL specified")
        size = {"file_id": photo, "file_unique_id": photo, **_measured(self.photos[photo])}
        return self._sent_message(chat_id, fields, {"photo": [size], "caption": caption})

    def _sent_message(self, chat_id: int, fields: Json, content: Json) -> Json:
        markup = _checked_markup(fields.get("reply_markup"))
        message = {
            "message_id": next(self._ids),
            "date": int(time.time()),
            "chat": _chat(chat_id),
            "from": _BOT,
            **content,
            **({"reply_markup": markup} if markup else {}),
        }
        self.messages[chat_id][message["message_id"]] = message
        self._new[chat_id].append(message)
        self._last_sent[chat_id] = time.monotonic()
        self._sent.set()
        return message

    def _send_document(self, fields: Json) -> Json:
        chat_id, file = self._chat_of(fields), fields.get("document")
        if not isinstance(file, web.FileField):
            raise ApiError(400, "Bad Request: there is no document in the request")
        content = file.file.read()
        self.documents[chat_id].append((file.filename, content))
        document = {**_FILE, "file_size": len(content), "file_name": file.filename, "mime_type": file.content_type}
        return {
            "message_id": next(self._ids),
            "date": int(time.time()),
            "chat": _chat(chat_id),
            "from": _BOT,
            "document": document,
        }

    def _send_chat_action(self, fields: Json) -> bool:
        self._chat_of(fields)
        if fields.get("action") not in ("typing", "upload_photo", "upload_document"):
            raise ApiError(400, "Bad Request: wrong parameter action in request")
        return True

    def _answer_callback_query(self, fields: Json) -> bool:
        query_id = str(fields.get("callback_query_id"))
        if query_id not in self._queries:
            raise ApiError(400, "Bad Request: query is too old and response timeout expired or id is invalid")
        self._queries.discard(query_id)
        return True

    def _edit_message_reply_markup(self, fields: Json) -> Json:
        chat_id = self._chat_of(fields)
        message = self.messages[chat_id].get(int(fields.get("message_id") or 0))
        if message is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        markup = _checked_markup(fields.get("reply_markup"))
        if message.get("reply_markup") == markup:
            raise ApiError(400, "Bad Request: message is not modified")
        message.pop("reply_markup", None)
        if markup:
            message["reply_markup"] = markup
        return message

    def _get_file(self, fields: Json) -> Json:
        file_id = str(fields.get("file_id"))
        if file_id not in self.files:
            raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        return {**_FILE, "file_id": file_id, "file_size": len(self.files[file_id]), "file_path": f"files/{file_id}"}

    async def _download(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["id"])
        if request.match_info["token"] != self.token or content is None:
            return web.Response(status=404)
        return web.Response(body=content)

    def _chat_of(self, fields: Json) -> int:
        chat_id = int(fields.get("chat_id") or 0)
        if chat_id not in self.messages:
            raise ApiError(400, "Bad Request: chat not found")
        if chat_id in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return chat_id


_BOT = {"id": 4242, "is_bot": True, "first_name": "Muhafiz", "username": "muhafiz_test_bot"}


def _chat(chat_id: int) -> Json:
    if chat_id < 0:
        return {"id": chat_id, "type": "group", "title": "Group"}
    return {"id": chat_id, "type": "private", "first_name": "A"}


def _user(chat_id: int, language: str | None) -> Json:
    user = {"id": abs(chat_id), "is_bot": False, "first_name": "A"}
    return {**user, "language_code": language} if language else user


def _checked_markup(markup: Any) -> Json | None:
    if not markup:
        return None
    if not isinstance(markup, dict) or set(markup) != {"inline_keyboard"}:
        raise ApiError(400, "Bad Request: object expected as reply markup")
    for button in itertools.chain.from_iterable(markup["inline_keyboard"]):
        if set(button) - {"text", "callback_data", "url"} or not str(button.get("text", "")).strip():
            raise ApiError(400, "Bad Request: can't parse inline keyboard button")
        if not 1 <= len(str(button.get("callback_data", "")).encode()) <= 64:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    return markup if markup["inline_keyboard"] else None


def _decoded(name: str, value: Any) -> Any:
    return json.loads(value) if name in _JSON_FIELDS else str(value)


def _measured(photo: bytes) -> Json:
    """Width and height of a photo that Telegram would take."""
    try:
        width, height = Image.open(io.BytesIO(photo)).size
    except OSError:
        raise ApiError(400, "Bad Request: IMAGE_PROCESS_FAILED") from None
    if len(photo) > 10 * 1024 * 1024 or width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise ApiError(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    return {"width": width, "height": height, "file_size": len(photo)}


def _snake(method: str) -> str:
    return re.sub(r"(?=[A-Z])", "_", method).lower()
