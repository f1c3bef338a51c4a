"""A picture card from a typed question to the screen of a phone, and to Telegram, with the real product behind."""

import io

import pytest
from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import Page

from bot.knowledge.texts import label
from bot.pictures.cards import cards
from tests.auxil.telegram_double import TelegramDouble
from tests.live.chats import TelegramChat
from tests.live.stack import Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]

QUESTIONS = {"en": "bank called and asked for otp is it real", "ur": "بینک سے کال آئی OTP مانگ رہے ہیں کیا اصلی ہے؟"}
CARD = "scam_bank_otp"


@pytest.mark.parametrize(("locale", "language"), [("en-GB", "en"), ("ur-PK", "ur")])
async def test_a_card_is_seen_and_heard_in_the_web_chat(stack: Stack, open_chat, locale: str, language: str) -> None:
    """After a tap the card stands on the screen as a whole, with words for a screen reader, and buttons end the turn."""
    chat = await open_chat(locale)
    await chat.open(stack.url)
    told = await chat.say(QUESTIONS[language])
    wish = label("answer_buttons", "picture", language)
    assert told.buttons[0] == wish
    after = await chat.tap(wish)
    assert wish not in after.buttons
    assert label("answer_buttons", "report", language) in after.buttons
    picture = chat.page.locator("img.picture")
    await _drawn(chat.page)
    assert await picture.get_attribute("alt") == cards(language)[CARD].alt
    box = await picture.bounding_box()
    assert box is not None
    assert 300 <= box["width"] <= 360
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 740 - 60  # over the text field
    assert await chat.page.evaluate("document.documentElement.scrollWidth") <= 360
    found = await Axe().run(chat.page)
    serious = [issue for issue in found.response["violations"] if issue["impact"] in {"serious", "critical"}]
    assert not serious, found.generate_report()


async def test_a_card_comes_as_a_photo_on_telegram(stack: Stack, telegram: TelegramDouble) -> None:
    """The same button gives a photo with the card's words as caption."""
    chat = TelegramChat(telegram, 660012345678, stack.settings)
    await chat.say(QUESTIONS["en"])
    after = await chat.tap(label("answer_buttons", "picture", "en"))
    assert after.texts[0] == cards("en")[CARD].alt
    sent = [m for m in telegram.messages[chat.chat_id].values() if "photo" in m and m["from"]["is_bot"]]
    assert Image.open(io.BytesIO(telegram.photos[sent[-1]["photo"][-1]["file_id"]])).format == "PNG"


async def _drawn(page: Page) -> None:
    await page.wait_for_function(
        "() => { const seen = document.querySelector('img.picture'); return seen && seen.complete && seen.naturalWidth }"
    )
