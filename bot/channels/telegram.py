"""Telegram: updates in by polling or webhook, answers out, in the order of each chat."""

import asyncio
import hashlib
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Hashable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import structlog
from aiohttp import web
from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    ApplicationHandlerStop,
    CallbackContext,
    CallbackQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.channels.telegram_files import offered_file
from bot.channels.telegram_out import CHOSEN, Outbox
from bot.channels.web_access import conversation_id
from bot.conversations import Conversations, Incoming, Line
from bot.files import Files
from bot.incoming import OfferedFile, Sender
from bot.learning.certificate import Certificates
from bot.pictures.store import CardFiles
from bot.receipt import RECEIPT_NAME, ReceiptError, receipt_pdf
from bot.receipt_link import open_receipt
from bot.sealed import Sealed
from bot.settings import Settings
from bot.wording import Wording

WEBHOOK_PATH = "/telegram/webhook"
_UPDATES = ["message", "callback_query"]
_AT_ONCE = 256
_KEPT = 10_000
_RESTART_SECONDS = (5.0, 15.0, 60.0)
_TYPING_EVERY = 4.5  # Telegram shows "typing" for five seconds
_SAME_NOTICE_SECONDS = 10.0
_ALBUM_SECONDS = 60.0
_GROUP_NOTICE_SECONDS = 3600.0
_KINDS = {
    "voice": ("voice", "audio"),
    "photo": ("photo", "video", "video_note", "live_photo", "story"),
    "sticker": ("sticker", "animation", "dice", "game"),
    "location": ("location", "venue", "contact"),
    "file": ("document", "poll", "paid_media", "checklist"),
}

log = structlog.get_logger(__name__)
Context = CallbackContext[Any, Any, Any, Any]


def webhook_secret(settings: Settings) -> str:
    """The secret token that Telegram repeats in a header; only letters and digits, as it demands."""
    return hmac.new(settings.secret("telegram").encode(), b"webhook", hashlib.sha256).hexdigest()


class TelegramChannel:
    """The bot on Telegram, running inside the gateway's own loop."""

    def __init__(
        self,
        settings: Settings,
        conversations: Conversations,
        wording: Wording,
        cards: CardFiles,
        certificates: Certificates,
        files: Files,
    ) -> None:
        self._settings = settings
        self._files = files
        self._conversations = conversations
        self._wording = wording
        self._secret = settings.secret("session").encode()
        self._addresses = Sealed(settings.secret("session"), "telegram")
        self._application = _application(settings)
        self._add_handlers()
        self._outbox = Outbox(self._application.bot, cards, certificates)
        self._updates = _Recently(_KEPT)
        self._said = _Recently(_KEPT)
        self._is_running = False

    def add_to(self, app: web.Application) -> None:
        """Run with `app`; in webhook mode also take updates at WEBHOOK_PATH."""
        app.cleanup_ctx.append(self._running)
        if self._settings.telegram_mode == "webhook":
            app.router.add_post(WEBHOOK_PATH, self._webhook)

    def _add_handlers(self) -> None:
        new, application = filters.UpdateType.MESSAGE, self._application
        application.add_handler(TypeHandler(Update, self._drop_repeated), group=-1)
        application.add_handler(MessageHandler(new & filters.ChatType.PRIVATE, self._on_message))
        application.add_handler(MessageHandler(new & filters.ChatType.GROUPS, self._on_group))
        application.add_handler(CallbackQueryHandler(self._on_choice))
        application.add_error_handler(self._on_error)

    async def _running(self, _: web.Application) -> AsyncIterator[None]:
        starting = asyncio.create_task(self._start())
        yield
        starting.cancel()
        with suppress(asyncio.CancelledError):
            await starting
        await self._stop()

    async def _start(self) -> None:
        """Start, again and again if need be: the web chat does not wait for Telegram."""
        attempt = 0
        while True:
            try:
                await self._start_once()
            except InvalidToken:
                log.error("telegram_token_refused", hint="check MUHAFIZ_TELEGRAM_TOKEN")
                return
            except Exception as error:  # whatever the network and the library raise
                pause = _RESTART_SECONDS[min(attempt, len(_RESTART_SECONDS) - 1)]
                log.warning("telegram_start_failed", error=type(error).__name__, again_in=pause)
                attempt += 1
                await asyncio.sleep(pause)
            else:
                log.info("telegram_started", mode=self._settings.telegram_mode)
                return

    async def _start_once(self) -> None:
        application = self._application
        await application.initialize()
        if not application.running:
            await application.start()
        if application.updater:
            await application.updater.start_polling(
                allowed_updates=_UPDATES, bootstrap_retries=-1, error_callback=_on_polling_error
            )
        else:
            address = self._settings.public_url.rstrip("/") + WEBHOOK_PATH
            secret = webhook_secret(self._settings)
            await application.bot.set_webhook(address, allowed_updates=_UPDATES, secret_token=secret)
        self._is_running = True

    async def _stop(self) -> None:
        self._is_running = False
        application = self._application
        try:
            if application.updater and application.updater.running:
                await application.updater.stop()
            if application.running:
                await application.stop()
            await application.shutdown()
        except Exception as error:  # nothing may keep the gateway from stopping
            log.warning("telegram_stop_failed", error=type(error).__name__)

    async def _webhook(self, request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(errors="replace"), webhook_secret(self._settings).encode()):
            raise web.HTTPForbidden(text="forbidden")
        if not self._is_running:
            raise web.HTTPServiceUnavailable(text="starting")  # Telegram sends it again
        try:
            update = Update.de_json(json.loads(await request.text()), self._application.bot)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise web.HTTPBadRequest(text="not an update") from None
        await self._application.update_queue.put(update)
        return web.Response(text="ok")

    async def _drop_repeated(self, update: Update, _: Context) -> None:
        if not self._updates.is_first(update.update_id):
            raise ApplicationHandlerStop

    async def _on_group(self, update: Update, _: Context) -> None:
        message = update.message
        if message and message.from_user and self._said.is_first(message.chat_id, _GROUP_NOTICE_SECONDS):
            language = _hint(message.from_user.language_code) or "en"
            await self._outbox.send(message.chat_id, self._wording.say("group", language))

    async def _on_message(self, update: Update, _: Context) -> None:
        message = update.message
        if message is None:
            return
        if await self._take_file(update, message):
            return
        kind = _kind(message)
        album = message.media_group_id
        if album and not self._said.is_first((message.chat_id, album), _ALBUM_SECONDS):
            kind = None  # one answer for all pictures of an album
        text = message.text if message.text is not None else message.caption
        if text is not None or kind is not None:
            await self._answer(update, message.chat_id, Incoming(text, None, kind, _id(update)))

    async def _take_file(self, update: Update, message: Message) -> bool:
        """Answer a file where there is a complaint that it may belong to; False leaves the message to others."""
        file = offered_file(message)
        conversation = conversation_id("tg", str(message.chat_id), self._secret)
        if file is None or await self._files.refusal(conversation) == "no_complaint":
            return False
        await self._answer(update, message.chat_id, Incoming(id=_id(update)), file=file)
        return True

    async def _on_choice(self, update: Update, context: Context) -> None:
        query = update.callback_query
        if query is None:
            return
        # Not awaited here: the order of a chat is the order in which its updates reach `handle`.
        context.application.create_task(self._outbox.acknowledge(query))
        if query.message and query.message.chat.type == ChatType.PRIVATE and query.data and query.data != CHOSEN:
            incoming = Incoming(choice=query.data, id=_id(update))
            await self._answer(update, query.message.chat.id, incoming, query)

    async def _answer(
        self,
        update: Update,
        chat_id: int,
        incoming: Incoming,
        query: CallbackQuery | None = None,
        *,
        file: OfferedFile | None = None,
    ) -> None:
        user = update.effective_user
        typing: asyncio.Task[None] | None = None

        async def deliver(line: Line) -> None:
            nonlocal typing
            if line.who == "user":
                self._outbox.close_buttons(chat_id, query)
                typing = asyncio.create_task(self._type(chat_id))
                return
            if typing:
                typing.cancel()
            await self._outbox.send(chat_id, line.reply)
            if line.reply.receipt:
                await self._send_receipt(chat_id, line.reply.receipt)

        conversation, hint = (
            conversation_id("tg", str(chat_id), self._secret),
            _hint(user.language_code if user else None),
        )
        incoming = replace(incoming, address=self._addresses.seal({"chat": chat_id}))
        try:
            if file:
                sender = Sender(conversation, deliver, hint, incoming.id)
                _, replies = await self._files.receive(sender, file)
            else:
                replies = await self._conversations.handle(conversation, incoming, language_hint=hint, deliver=deliver)
        finally:
            if typing:
                typing.cancel()
        for notice in replies:
            if not notice.seq and self._said.is_first((chat_id, notice.text), _SAME_NOTICE_SECONDS):
                await self._outbox.send(chat_id, notice)

    async def _send_receipt(self, chat_id: int, token: str) -> None:
        conversation = conversation_id("tg", str(chat_id), self._secret)
        receipt = open_receipt(self._settings.secret("session"), conversation, token)
        try:
            if receipt:
                content = await asyncio.to_thread(receipt_pdf, receipt, self._settings.fonts)
                await self._outbox.send_file(chat_id, RECEIPT_NAME, content)
        except ReceiptError as error:
            log.error("no_receipt", error=str(error))

    async def notify(self, address: str) -> bool:
        """Tell the person at this address that something changed, and nothing more; False to try again later."""
        known = self._addresses.open(address)
        if known is None:
            return True  # sealed with a secret that is gone
        chat_id = int(known["chat"])
        sent = False

        async def deliver(line: Line) -> None:
            nonlocal sent
            sent = await self._outbox.send(chat_id, line.reply)

        if self._is_running:
            conversation = conversation_id("tg", str(chat_id), self._secret)
            await self._conversations.notify(conversation, "label_open", "/check_status", deliver=deliver)
        return sent

    async def _on_error(self, update: object, context: Context) -> None:
        log.error("telegram_update_failed", error=type(context.error).__name__)
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat and chat.type == ChatType.PRIVATE:
            conversation = conversation_id("tg", str(chat.id), self._secret)
            trouble = self._wording.say("trouble", self._conversations.language(conversation))
            await self._outbox.send(chat.id, trouble)

    async def _type(self, chat_id: int) -> None:
        with suppress(TelegramError):
            while True:
                await self._application.bot.send_chat_action(chat_id, ChatAction.TYPING)
                await asyncio.sleep(_TYPING_EVERY)


class _Recently:
    """Remembers a bounded number of things and when they were last first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._seen: OrderedDict[Hashable, float] = OrderedDict()

    def is_first(self, thing: Hashable, within: float = float("inf")) -> bool:
        """Whether `thing` was not seen in the last `within` seconds; remembers it then."""
        now = time.monotonic()
        if now - self._seen.get(thing, float("-inf")) < within:
            return False
        self._seen.pop(thing, None)
        self._seen[thing] = now
        if len(self._seen) > self._size:
            self._seen.popitem(last=False)
        return True


def _application(settings: Settings) -> Application[Any, Any, Any, Any, Any, Any]:
    api = settings.telegram_api.rstrip("/")
    builder = (
        ApplicationBuilder()
        .token(settings.telegram_token)
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .rate_limiter(AIORateLimiter(max_retries=3))
        .concurrent_updates(_AT_ONCE)
    )
    return builder.updater(None).build() if settings.telegram_mode == "webhook" else builder.build()


def _kind(message: Message) -> str | None:
    for kind, fields in _KINDS.items():
        if any(getattr(message, field, None) for field in fields):
            return kind
    return None


def _id(update: Update) -> str:
    return f"tg{update.update_id}"


def _hint(language_code: str | None) -> str | None:
    return "ur" if (language_code or "").lower().partition("-")[0] == "ur" else None


def _on_polling_error(error: TelegramError) -> None:
    log.warning("telegram_polling_failed", error=type(error).__name__)
