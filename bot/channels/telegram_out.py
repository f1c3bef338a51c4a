"""What goes out to Telegram: texts cut to its limit, inline keyboards, patience with its errors."""

import asyncio
from collections import OrderedDict
from contextlib import suppress

import structlog
from telegram import Bot, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import MessageLimit
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential

from bot.conversations import Button, Reply
from bot.learning.certificate import PATH, Certificates
from bot.pictures.cards import Card, card_at
from bot.pictures.fonts import FontMissing
from bot.pictures.store import CardFiles

CHOSEN = "chosen"  # callback data of the mark that shows which button was chosen
_KEPT_CHATS = 10_000
_ROW_WIDTH = 26  # characters of titles that fit beside each other on a narrow phone
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_ONLY_BUTTONS = "👇"  # Telegram takes no message without a text

log = structlog.get_logger(__name__)


class Outbox:
    """Sends replies to chats and keeps at most one open keyboard in each."""

    def __init__(self, bot: Bot, cards: CardFiles, certificates: Certificates) -> None:
        self._bot = bot
        self._cards = cards
        self._certificates = certificates
        self._uploaded: dict[str, str] = {}  # file of a card -> the id under which Telegram has it
        self._open_keyboards: OrderedDict[int, int] = OrderedDict()  # chat -> message
        self._background: set[asyncio.Task[None]] = set()

    async def send(self, chat_id: int, reply: Reply) -> bool:
        """Send a reply, in several messages if it is long. A chat that blocked the bot is left alone.

        False when it did not go out and may do so later.
        """
        card = await asyncio.to_thread(card_at, reply.image) if reply.image else None
        text = reply.text or (_ONLY_BUTTONS if reply.buttons else "")
        if reply.image and reply.image.startswith(("https://", "http://")):
            text = f"{text}\n\n{reply.image}".strip()
        parts = split(text)
        try:
            if card and not await self._send_card(chat_id, card):
                parts = [*split(reply.alt), *parts]
            if reply.image and reply.image.startswith(PATH) and not await self._send_certificate(chat_id, reply):
                parts = [*split(reply.alt), *parts]
            for number, part in enumerate(parts, start=1):
                await self._send_part(chat_id, part, reply.buttons if number == len(parts) else ())
        except Forbidden:
            log.info("telegram_blocked")
        except TelegramError as error:
            log.warning("telegram_send_failed", error=type(error).__name__)
            return False
        return True

    async def send_file(self, chat_id: int, name: str, content: bytes) -> None:
        """Send a file, under a name that tells nothing."""
        try:
            await self._bot.send_document(chat_id, document=content, filename=name)
        except TelegramError as error:
            log.warning("telegram_file_failed", error=type(error).__name__)

    async def _send_card(self, chat_id: int, card: Card) -> bool:
        """Send a card with its words as caption, for who cannot see it; False where it cannot be drawn."""
        try:
            path = await self._cards.file(card, "png")
        except FontMissing as problem:
            log.warning("card_not_drawn", reason=str(problem))
            return False
        photo = self._uploaded.get(path.name) or path
        caption = split(card.alt, MessageLimit.CAPTION_LENGTH)[0]
        async for attempt in _attempts():
            with attempt:
                sent = await self._bot.send_photo(chat_id, photo, caption=caption)
        self._uploaded[path.name] = sent.photo[-1].file_id
        return True

    async def _send_certificate(self, chat_id: int, reply: Reply) -> bool:
        """Send the picture with its words as caption; False where it cannot be drawn."""
        picture = await self._certificates.png(reply.image or "")
        if picture is None:
            return False
        async for attempt in _attempts():
            with attempt:
                await self._bot.send_photo(chat_id, picture, caption=reply.alt, filename="certificate.png")
        return True

    async def _send_part(self, chat_id: int, text: str, buttons: tuple[Button, ...]) -> None:
        markup = InlineKeyboardMarkup(rows(buttons)) if buttons else None
        async for attempt in _attempts():
            with attempt:
                sent = await self._bot.send_message(
                    chat_id, text, reply_markup=markup, link_preview_options=_NO_PREVIEW
                )
        if markup:
            self._open_keyboards.pop(chat_id, None)
            self._open_keyboards[chat_id] = sent.message_id
            if len(self._open_keyboards) > _KEPT_CHATS:
                self._open_keyboards.popitem(last=False)

    def close_buttons(self, chat_id: int, query: CallbackQuery | None) -> None:
        """Once answered, a question's buttons go; of a tapped keyboard the chosen one stays as a mark."""
        last = self._open_keyboards.pop(chat_id, None)
        tapped = query.message.message_id if query and query.message else None
        if tapped is not None:
            self._edit(chat_id, tapped, _mark(query))
        if last is not None and last != tapped:
            self._edit(chat_id, last, None)

    async def acknowledge(self, query: CallbackQuery) -> None:
        """Stop the waiting sign on a tapped button."""
        with suppress(TelegramError):
            await query.answer()

    def _edit(self, chat_id: int, message_id: int, markup: InlineKeyboardMarkup | None) -> None:
        async def edit() -> None:
            with suppress(TelegramError):
                await self._bot.edit_message_reply_markup(chat_id, message_id, reply_markup=markup)

        task = asyncio.create_task(edit())
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _attempts() -> AsyncRetrying:
    return AsyncRetrying(
        retry=retry_if_exception(_may_pass), stop=stop_after_attempt(3), wait=wait_exponential(), reraise=True
    )


def rows(buttons: tuple[Button, ...]) -> list[list[InlineKeyboardButton]]:
    """Buttons in rows: short titles side by side, long ones alone."""
    keyboard: list[list[InlineKeyboardButton]] = []
    width = 0
    for button in buttons:
        width += len(button.title) + 2
        if not keyboard or width > _ROW_WIDTH:
            keyboard.append([])
            width = len(button.title) + 2
        keyboard[-1].append(InlineKeyboardButton(button.title, callback_data=button.id))
    return keyboard


def split(text: str, limit: int = MessageLimit.MAX_TEXT_LENGTH) -> list[str]:
    """`text` in parts that Telegram takes, cut between paragraphs, lines or words where that is possible."""
    parts: list[str] = []
    while _length(text) > limit:
        head = _head(text, limit)
        cuts = (head.rfind(mark) for mark in ("\n\n", "\n", " "))
        cut = next((cut for cut in cuts if cut > len(head) // 2), len(head))
        parts.append(text[:cut].strip())
        text = text[cut:].strip()
    return [part for part in [*parts, text] if part]


def _length(text: str) -> int:
    """Length as Telegram counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def _head(text: str, limit: int) -> str:
    head = text[:limit]
    while _length(head) > limit:
        head = head[: len(head) - max(1, (_length(head) - limit) // 2)]
    return head


def _mark(query: CallbackQuery | None) -> InlineKeyboardMarkup | None:
    markup = getattr(query.message, "reply_markup", None) if query else None
    for row in markup.inline_keyboard if markup else ():
        for button in row:
            if query and button.callback_data == query.data:
                mark = InlineKeyboardButton(f"✓ {button.text}", callback_data=CHOSEN)
                return InlineKeyboardMarkup([[mark]])
    return None


def _may_pass(error: BaseException) -> bool:
    """A failing network may recover; a refused request will not. A second copy beats a lost answer."""
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)
