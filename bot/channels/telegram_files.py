"""Pictures and documents that somebody sends on Telegram, as files that a complaint may take."""

from collections.abc import AsyncIterator

from telegram import Document, Message, PhotoSize
from telegram.error import TelegramError

from bot.incoming import OfferedFile


def offered_file(message: Message) -> OfferedFile | None:
    """The document, or the largest size of the photo; None in any other message. Nothing is fetched yet."""
    media: Document | PhotoSize | None = message.document or (message.photo[-1] if message.photo else None)
    if media is None or message.animation:
        return None
    name = media.file_name if isinstance(media, Document) else f"telegram-{message.date:%Y-%m-%d-%H%M%S}.jpg"

    async def read() -> AsyncIterator[bytes]:
        try:
            file = await media.get_file()
            yield bytes(await file.download_as_bytearray())
        except TelegramError as error:
            raise OSError(type(error).__name__) from None

    return OfferedFile(name, media.file_size, read, message.caption)
