"""What the channels do for the quiz and the tips: certificates by address, and one button that always stops tips."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.learning.certificate import PATH, certificate_address, certificate_words
from bot.learning.tips import STOP_BUTTON, STOP_PAYLOAD
from bot.settings import Settings
from tests.auxil.fake_rasa import FakeRasa
from tests.auxil.telegram_double import TelegramDouble

CHAT = 770012345678
MakeGateway = Callable[..., Awaitable[TestClient]]
HELD = {"name": "Ayesha Khan", "score": 9, "total": 10, "language": "en"}


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as double:
        yield double


@pytest.fixture
async def bot(telegram: TelegramDouble, gateway: MakeGateway) -> TestClient:
    return await gateway(telegram_token=telegram.token, telegram_api=telegram.url)


async def test_a_certificate_is_shown_at_its_address_and_nowhere_else(
    gateway: MakeGateway, make_settings: Callable[..., Settings]
) -> None:
    client, address = await gateway(), certificate_address(make_settings(), **HELD)
    answer = await client.get(address)
    assert answer.status == 200
    assert answer.content_type == "image/png"
    assert (await answer.read()).startswith(b"\x89PNG")
    assert "no-store" in answer.headers["Cache-Control"]
    for wrong in (address[:-1], address[:-9] + "AAAAAAAA=", PATH + "x", PATH + "../etc/passwd", PATH):
        assert (await client.get(wrong)).status == 404


def test_the_name_cannot_be_read_in_the_address(make_settings: Callable[..., Settings]) -> None:
    one, other = (certificate_address(make_settings(), **HELD) for _ in range(2))
    assert "Ayesha" not in one
    assert one != other


@pytest.mark.parametrize("language", ["en", "ur", "ur-Latn"])
def test_the_picture_has_words_for_who_cannot_see_it(language: str) -> None:
    words = certificate_words(name="Ayesha", score=9, total=10, language=language)
    assert all(part in words for part in ("Ayesha", "9", "10"))
    assert len(words) < 1024  # a Telegram caption


async def test_a_certificate_goes_to_telegram_as_a_photo(
    bot: TestClient, telegram: TelegramDouble, rasa: FakeRasa, make_settings: Callable[..., Settings]
) -> None:
    picture = {"image": certificate_address(make_settings(), **HELD), "alt": "for Ayesha"}
    rasa.answer = lambda text: [{"custom": picture}, {"text": "Here it is"}]
    await telegram.user_says(CHAT, "Ayesha")
    photo, text = await telegram.next_messages(CHAT, timeout=20)
    assert "photo" in photo
    assert text["text"] == "Here it is"
    assert telegram.photos[photo["photo"][0]["file_id"]].startswith(b"\x89PNG")
    assert photo["caption"] == "for Ayesha"


async def test_the_stop_button_works_under_a_tip_that_this_gateway_never_sent(
    bot: TestClient, telegram: TelegramDouble, rasa: FakeRasa
) -> None:
    tip: dict[str, Any] = {"message_id": 1, "date": 1, "chat": {"id": CHAT, "type": "private"}, "text": "a tip"}
    telegram.messages[CHAT][1] = tip
    await telegram.user_taps_data(CHAT, tip, STOP_BUTTON)
    await telegram.next_messages(CHAT)
    assert rasa.texts == [STOP_PAYLOAD]


async def test_the_web_chat_has_no_address(gateway: MakeGateway, rasa: FakeRasa) -> None:
    """A web visitor who sends the stop button's id changes nothing for others: it goes to his own conversation."""
    client = await gateway()
    await client.get("/")
    async with client.ws_connect("/chat/socket") as socket:
        await socket.send_json({"type": "hello", "language": "en"})
        await socket.send_json({"type": "choose", "button": STOP_BUTTON, "id": "1"})
        async with asyncio.timeout(5):
            while STOP_PAYLOAD not in rasa.texts:
                await asyncio.sleep(0.01)
    assert all("address" not in request["metadata"] for request in rasa.requests)
