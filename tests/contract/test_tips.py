"""Tips by subscription: stored encrypted, sent once each by the real worker, by night not at all."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.knowledge.load import knowledge
from bot.learning.broadcast import Broadcast
from bot.learning.subscribers import Subscribers, open_subscribers
from bot.learning.tips import PAKISTAN, all_tips
from bot.settings import PROJECT, Settings
from bot.wording import Wording
from tests.auxil.telegram_double import TelegramDouble

NOON = datetime(2026, 3, 10, 12, tzinfo=PAKISTAN)
NIGHT = datetime(2026, 3, 10, 23, tzinfo=PAKISTAN)
TIPS = ("a", "b", "c")


@pytest.fixture
def config(database_url: str, tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("MUHAFIZ_RECORD_SECRET", key)
    return Settings(var=tmp_path, database_url=database_url, telegram_token="1:t", tips_per_second=30)


@pytest.fixture
def people(config: Settings) -> Iterator[Subscribers]:
    found = open_subscribers(config)
    yield found
    found.close()


def subscribe(people: Subscribers, number: int = 1, frequency: str = "daily", now: datetime = NOON) -> str:
    return people.add(f"tg-{number}", chat_id=number, language="en", frequency=frequency, now=now, tips=TIPS)


def test_a_tip_is_claimed_once_a_day_and_never_the_same_twice(people: Subscribers) -> None:
    given = [subscribe(people)]
    assert people.claim(now=NOON, tips=TIPS) is None
    for day in (1, 2):
        claimed = people.claim(now=NOON + timedelta(days=day), tips=TIPS)
        assert claimed and (claimed.chat_id, claimed.language) == (1, "en")
        given.append(claimed.tip)
        assert people.claim(now=NOON + timedelta(days=day), tips=TIPS) is None
    assert sorted(given) == list(TIPS)


def test_weekly_is_weekly_and_can_be_changed(people: Subscribers) -> None:
    subscribe(people, frequency="weekly")
    assert people.claim(now=NOON + timedelta(days=6), tips=TIPS) is None
    subscribe(people, frequency="daily")
    assert people.frequency("tg-1") == "daily"
    assert people.claim(now=NOON + timedelta(days=1), tips=TIPS)


def test_who_subscribes_at_night_gets_the_next_one_in_the_morning(people: Subscribers) -> None:
    subscribe(people, now=NIGHT)
    assert people.claim(now=NIGHT + timedelta(days=1, hours=9, minutes=59), tips=TIPS) is None
    assert people.claim(now=NIGHT + timedelta(days=1, hours=10), tips=TIPS)


def test_removed_is_gone(people: Subscribers) -> None:
    subscribe(people)
    assert people.remove("tg-1")
    assert not people.remove("tg-1")
    assert people.frequency("tg-1") is None
    assert people.claim(now=NOON + timedelta(days=9), tips=TIPS) is None


def test_the_chat_is_not_readable_in_the_database(people: Subscribers, config: Settings) -> None:
    people.add("tg-x", chat_id=923001234567, language="ur", frequency="daily", now=NOON, tips=TIPS)
    with sa.create_engine(config.database_url).connect() as connection:
        row = connection.execute(sa.text("SELECT * FROM tip_subscribers")).first()
    assert row and b"923001234567" not in b"".join(str(value).encode() + bytes(str(value), "utf-8") for value in row)
    assert b"923001234567" not in bytes(row.address)


def test_what_never_left_is_due_again_with_the_same_tip(people: Subscribers) -> None:
    subscribe(people)
    tomorrow = NOON + timedelta(days=1)
    first = people.claim(now=tomorrow, tips=TIPS)
    assert first
    people.put_back(first, due=tomorrow + timedelta(seconds=5))
    assert people.claim(now=tomorrow, tips=TIPS) is None
    again = people.claim(now=tomorrow + timedelta(seconds=5), tips=TIPS)
    assert again == first


async def test_two_senders_share_the_work(people: Subscribers) -> None:
    for number in range(1, 41):
        subscribe(people, number)
    tomorrow = NOON + timedelta(days=1)

    def take() -> list[int]:
        return [claimed.chat_id for claimed in iter(lambda: people.claim(now=tomorrow, tips=TIPS), None) if claimed]

    taken = await asyncio.gather(*(asyncio.to_thread(take) for _ in range(3)))
    assert sorted(chat for part in taken for chat in part) == list(range(1, 41))


class Sending:
    """A broadcast to a Bot API double."""

    def __init__(self, config: Settings, people: Subscribers, double: TelegramDouble) -> None:
        from telegram import Bot

        self.double, self.people = double, people
        self._broadcast = Broadcast(config, Bot(double.token, base_url=f"{double.url}/bot"), people, Wording())

    def subscribe(self, *chats: int, language: str = "en") -> None:
        for chat in chats:
            self.double.messages[chat] = {}
            self.people.add(f"tg-{chat}", chat_id=chat, language=language, frequency="daily", now=NOON, tips=all_tips())

    async def at(self, moment: datetime) -> int:
        return await self._broadcast.send_due(moment)

    def texts(self, chat: int) -> list[str]:
        return [message["text"] for message in self.double.messages[chat].values()]


@pytest.fixture
async def sending(config: Settings, people: Subscribers) -> Any:
    async with TelegramDouble("1:t") as double:
        yield Sending(config, people, double)


@pytest.mark.parametrize("language", ["en", "ur", "ur-Latn"])
async def test_a_tip_is_knowledge_with_a_button_to_stop(sending: Sending, language: str) -> None:
    sending.subscribe(5, language=language)
    assert await sending.at(NOON + timedelta(days=1)) == 1
    (message,) = sending.double.messages[5].values()
    ours = [f"💡 {knowledge()[tip].title[language]}\n{knowledge()[tip].answer[language]}" for tip in all_tips()]
    assert message["text"] in [text.strip() for text in ours]
    (button,) = message["reply_markup"]["inline_keyboard"][0]
    assert button["text"] == Wording().say("tip_stop", language).text


async def test_nothing_is_sent_at_night(sending: Sending) -> None:
    sending.subscribe(5)
    assert await sending.at(NIGHT + timedelta(days=1)) == 0
    assert await sending.at(NIGHT + timedelta(days=1, hours=9)) == 0
    assert sending.texts(5) == []
    assert await sending.at(NIGHT + timedelta(days=1, hours=10)) == 1


async def test_who_blocked_the_bot_is_unsubscribed(sending: Sending) -> None:
    sending.subscribe(5, 6)
    sending.double.blocked.add(5)
    assert await sending.at(NOON + timedelta(days=1)) == 1
    assert sending.people.frequency("tg-5") is None
    assert sending.people.frequency("tg-6") == "daily"


async def test_telegram_says_wait_and_is_obeyed(sending: Sending) -> None:
    sending.subscribe(5, 6)
    tomorrow = NOON + timedelta(days=1)
    sending.double.flood_waits.update({5: 30, 6: 30})
    assert await sending.at(tomorrow) == 0
    calls = len(sending.double.calls)
    assert await sending.at(tomorrow + timedelta(seconds=29)) == 0
    assert len(sending.double.calls) == calls == 1  # the other chat is left in peace as well
    sending.double.flood_waits.clear()
    assert await sending.at(tomorrow + timedelta(seconds=31)) == 2
    assert [len(sending.texts(chat)) for chat in (5, 6)] == [1, 1]


async def test_telegram_away_and_back(config: Settings, people: Subscribers) -> None:
    from telegram import Bot

    subscribe(people)
    away = Broadcast(config, Bot("1:t", base_url="http://127.0.0.1:9/bot"), people, Wording())
    tomorrow = NOON + timedelta(days=1)
    assert await away.send_due(tomorrow) == 0
    assert people.claim(now=tomorrow, tips=TIPS) is None
    assert people.claim(now=tomorrow + timedelta(minutes=6), tips=TIPS)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("end", ["kill", "terminate"])
async def test_a_broadcast_that_is_ended_in_the_middle_and_started_again_sends_each_tip_once(
    config: Settings, tmp_path: Path, end: str
) -> None:
    """The real worker process, ended twice: killed between two tips, or told to stop at any moment."""
    config = config.copy(update={"tips_quiet_from": 0, "tips_quiet_until": 0})
    people = open_subscribers(config)
    chats = range(1, 31)
    async with TelegramDouble("1:t") as double:
        yesterday = datetime.now(UTC) - timedelta(days=1, minutes=5)
        for chat in chats:
            double.messages[chat] = {}
            people.add(f"tg-{chat}", chat_id=chat, language="en", frequency="daily", now=yesterday, tips=all_tips())
        for enough in (8, 19, 30):
            worker = await _worker(config, double, tmp_path)
            try:
                await _until(lambda enough=enough: _sent(double).total() >= enough)
                await asyncio.sleep(0.1 if end == "kill" else 0)  # a killed worker would lose the tip on its way
            finally:
                getattr(worker, end)()
                await worker.wait()
        assert _sent(double) == dict.fromkeys(chats, 1)
    people.close()


def _sent(double: TelegramDouble) -> Counter[int]:
    return Counter({chat: len(messages) for chat, messages in double.messages.items() if messages})


async def _worker(config: Settings, double: TelegramDouble, folder: Path) -> asyncio.subprocess.Process:
    ours = {
        "VAR": str(config.var),
        "DATABASE_URL": config.database_url,
        "TELEGRAM_TOKEN": double.token,
        "TELEGRAM_API": double.url,
        "TIPS_PER_SECOND": "2.5",
        "TIPS_POLL": "0.2",
        "TIPS_QUIET_FROM": "0",
        "TIPS_QUIET_UNTIL": "0",
    }
    environment = {**os.environ, **{f"MUHAFIZ_{name}": value for name, value in ours.items()}}
    with (folder / "worker.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.triage.worker", cwd=PROJECT, env=environment, stdout=log, stderr=log
        )


async def _until(happened: Any) -> None:
    async with asyncio.timeout(60):
        while not happened():
            await asyncio.sleep(0.02)
