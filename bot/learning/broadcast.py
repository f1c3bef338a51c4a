"""Sends the tips that are due to Telegram: one at a time, at a measured pace, never at night, never twice."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.knowledge.load import knowledge
from bot.learning.subscribers import Delivery, Subscribers, open_subscribers
from bot.learning.tips import STOP_BUTTON, all_tips, is_quiet
from bot.settings import Settings
from bot.triage.database import StoreError
from bot.wording import Wording

RETRY_SECONDS = 300.0  # after which a tip that could not leave is tried again
DATABASE_PAUSE = 5.0
STOP_GRACE = 3.0  # seconds that a tip on its way gets when the worker stops
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

log = structlog.get_logger(__name__)


class Broadcast:
    """Claims and sends, tip by tip."""

    def __init__(self, settings: Settings, bot: Bot, subscribers: Subscribers, wording: Wording) -> None:
        self._settings, self._bot, self._subscribers, self._wording = settings, bot, subscribers, wording
        self._held_until = datetime.min.replace(tzinfo=UTC)

    async def send_due(self, now: datetime | None = None, stop: asyncio.Event | None = None) -> int:
        """Send everything due, or until `stop` is set; returns how many chats a tip went to."""
        sent = 0
        while not (stop and stop.is_set()):
            moment = now or datetime.now(UTC)
            if moment < self._held_until or is_quiet(
                moment, self._settings.tips_quiet_from, self._settings.tips_quiet_until
            ):
                return sent
            delivery = await asyncio.to_thread(self._subscribers.claim, now=moment, tips=all_tips())
            if delivery is None:
                return sent
            sent += await self._send(delivery, moment)
            await asyncio.sleep(1 / self._settings.tips_per_second)
        return sent

    async def _send(self, delivery: Delivery, now: datetime) -> bool:
        """Send one claimed tip. What may have arrived is not sent again."""
        item = knowledge()[delivery.tip]
        text = self._wording.say(
            "tip", delivery.language, title=item.title[delivery.language], tip=item.answer[delivery.language]
        ).text
        stop = InlineKeyboardButton(self._wording.say("tip_stop", delivery.language).text, callback_data=STOP_BUTTON)
        try:
            await self._bot.send_message(
                delivery.chat_id,
                text,
                reply_markup=InlineKeyboardMarkup([[stop]]),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except RetryAfter as error:
            wait = error.retry_after
            self._held_until = now + (wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
            await asyncio.to_thread(self._subscribers.put_back, delivery, due=self._held_until)
            log.warning("tips_told_to_wait")
        except (Forbidden, BadRequest) as error:  # blocked, or the chat is gone
            await asyncio.to_thread(self._subscribers.remove, delivery.conversation_id)
            log.info("tips_unsubscribed", error=type(error).__name__)
        except TelegramError as error:
            if not isinstance(error, NetworkError) or isinstance(error.__cause__, _NEVER_LEFT):
                again = now + timedelta(seconds=RETRY_SECONDS)
                await asyncio.to_thread(self._subscribers.put_back, delivery, due=again)
            log.warning("tip_not_sent", error=type(error).__name__)
        else:
            return True
        return False


async def run_tips(settings: Settings, stop: asyncio.Event) -> None:
    """Look for tips that are due until `stop` is set; survives a database and a Telegram that go away."""
    if not settings.telegram_token:
        return
    sending = asyncio.create_task(_run(settings, stop))
    await stop.wait()
    await asyncio.wait({sending}, timeout=STOP_GRACE)  # the tip that is on its way
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


async def _run(settings: Settings, stop: asyncio.Event) -> None:
    bot = Bot(settings.telegram_token, base_url=f"{settings.telegram_api.rstrip('/')}/bot")
    broadcast: Broadcast | None = None
    while not stop.is_set():
        pause = settings.tips_poll
        try:
            if broadcast is None:
                broadcast = Broadcast(settings, bot, await asyncio.to_thread(open_subscribers, settings), Wording())
            await broadcast.send_due(stop=stop)
        except StoreError as error:
            log.error("tips_database_trouble", error=str(error))
            pause = DATABASE_PAUSE
        except Exception as error:  # whatever it is, the worker goes on forwarding records and tries again
            log.error("tips_failed", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
