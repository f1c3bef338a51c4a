"""Picture cards on their way to people: the address, the web chat, Telegram, the terminal."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from PIL import Image

from bot.channels.console import chat
from bot.pictures.cards import address_of, cards
from bot.pictures.fonts import FontMissing
from bot.pictures.store import CardFiles
from bot.settings import settings
from tests.auxil.fake_rasa import FakeRasa
from tests.auxil.telegram_double import TelegramDouble
from tests.auxil.web_visitor import greeted, receive_any

MakeGateway = Callable[..., Awaitable[TestClient]]
CHAT = 880012345678
CARD = cards("ur")["scam_bank_otp"]


def with_card(_: str) -> list[dict[str, Any]]:
    picture = {"custom": {"image": address_of(CARD), "alt": CARD.alt}}
    return [picture, {"text": "As of today.", "buttons": [{"title": "More", "payload": "/more"}]}]


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as double:
        yield double


@pytest.fixture
async def on_telegram(telegram: TelegramDouble, gateway: MakeGateway, rasa: FakeRasa) -> TelegramDouble:
    """A bot that answers everything with a card; the gateway stops before the double does."""
    rasa.answer = with_card
    await gateway(telegram_token=telegram.token, telegram_api=telegram.url)
    return telegram


async def test_svg_is_served_with_safe_headers(gateway: MakeGateway) -> None:
    """The page may show it under its strict policy, and no trace of it stays on the device."""
    client = await gateway()
    answer = await client.get(address_of(CARD))
    assert answer.status == 200
    assert answer.content_type == "image/svg+xml"
    assert CARD.title in await answer.text()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Encoding"] in ("gzip", "deflate")


async def test_png_is_served(gateway: MakeGateway) -> None:
    """The same card for whoever cannot show an SVG."""
    client = await gateway()
    answer = await client.get(f"/cards/{CARD.name}.png")
    assert answer.content_type == "image/png"
    assert Image.open(io.BytesIO(await answer.read())).width == 1080


@pytest.mark.parametrize(
    "name",
    ["none.en.svg", "scam_job.fr.svg", "scam_job.en.gif", "scam_job.en", "..%2F..%2Fsecrets%2Fsession", "a" * 500],
)
async def test_an_unknown_card_is_not_found(gateway: MakeGateway, name: str) -> None:
    """Nothing but cards can be had there."""
    client = await gateway()
    assert (await client.get(f"/cards/{name}")).status == 404


async def test_the_chat_page_gets_address_and_words(gateway: MakeGateway, rasa: FakeRasa) -> None:
    """The picture comes with an alternative text, then the buttons."""
    socket = await greeted(await gateway())
    rasa.answer = with_card
    await socket.send_json({"type": "say", "text": "otp", "id": "1"})
    picture, text = [await receive_any(socket, "message") for _ in range(2)]
    assert (picture["image"], picture["alt"]) == (address_of(CARD), CARD.alt)
    assert [button["title"] for button in text["buttons"]] == ["More"]


async def test_telegram_gets_the_picture_with_its_words(on_telegram: TelegramDouble) -> None:
    """A photo with a caption for who cannot see it, then text and buttons; uploaded once."""
    await on_telegram.user_says(CHAT, "otp")
    photo, text = await on_telegram.next_messages(CHAT, timeout=20, quiet=1)
    assert photo["caption"] == CARD.alt
    assert Image.open(io.BytesIO(on_telegram.photos[photo["photo"][-1]["file_id"]])).size == (1080, 1440)
    assert text["text"] == "As of today."
    assert text["reply_markup"]["inline_keyboard"][0][0]["text"] == "More"
    await on_telegram.user_says(CHAT, "again")
    await on_telegram.next_messages(CHAT, timeout=20, quiet=1)
    assert len(on_telegram.photos) == 1
    assert sum(method == "sendPhoto" for method, _ in on_telegram.calls) == 2


async def test_without_fonts_telegram_gets_the_words(
    on_telegram: TelegramDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without fonts still says what the card says."""

    def fail(*_: Any) -> None:
        raise FontMissing("the font is not installed")

    monkeypatch.setattr(CardFiles, "make", fail)
    await on_telegram.user_says(CHAT, "otp")
    messages = await on_telegram.next_messages(CHAT, timeout=20, quiet=1)
    assert [message["text"] for message in messages] == [CARD.alt, "As of today."]


async def test_the_terminal_prints_the_words(rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch) -> None:
    """No address where no picture can be seen."""
    rasa.answer = with_card
    monkeypatch.setenv("MUHAFIZ_RASA_PORT", rasa.url.rpartition(":")[2])
    settings.cache_clear()
    out = io.StringIO()
    try:
        async with asyncio.timeout(20):
            assert await chat("ur", source=io.StringIO(""), out=out) == 0
    finally:
        settings.cache_clear()
    assert CARD.alt in out.getvalue()
    assert "/cards/" not in out.getvalue()
