"""The quiz on a phone: readable, in its own direction, without anything cut off."""

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe

from bot.learning.questions import quiz
from tests.live import texts
from tests.live.chats import BrowserChat
from tests.live.stack import Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]
NAME = {"en": "Ayesha Khan", "ur": "عائشہ خان"}


def right_letter(chat_text: str, language: str) -> str:
    """The letter of the right choice of the question that is shown last."""
    shown = max(quiz().questions.values(), key=lambda q: chat_text.rfind(q.question[language]))
    lines = chat_text[chat_text.rfind(shown.question[language]) :].splitlines()
    return next(line[0] for line in lines if line[3:] == shown.choices[0][language])


@pytest.mark.parametrize(("locale", "language"), [("en-GB", "en"), ("ur-PK", "ur")])
async def test_a_round_in_a_phone_window(stack: Stack, open_chat, tmp_path: Path, locale: str, language: str) -> None:
    chat: BrowserChat = await open_chat(locale)
    await chat.open(stack.url)
    await chat.tap(texts.command_title(language, "utter_greet", "/quiz"))
    await chat.page.screenshot(path=tmp_path / f"menu-{language}.png")
    shown = await chat.tap(quiz().buttons["topics"][language])
    assert set(shown.buttons) >= {names[language] for names in quiz().topics.values()}
    shown = await chat.tap(quiz().topics["helplines"][language])
    await chat.page.screenshot(path=tmp_path / f"question-{language}.png")
    for number in range(5):
        shown = await chat.tap(right_letter(shown.text, language))
        await chat.page.screenshot(path=tmp_path / f"answer-{number}-{language}.png")
    await chat.tap(quiz().buttons["certificate"][language])
    await chat.say(NAME[language])
    picture = chat.page.locator("img.picture")
    await picture.scroll_into_view_if_needed()
    await chat.page.wait_for_function("() => document.querySelector('img.picture').naturalWidth > 0")
    assert NAME[language] in (await picture.get_attribute("alt") or "")
    await chat.page.screenshot(path=tmp_path / f"certificate-{language}.png")
    assert await chat.page.evaluate("document.documentElement.scrollWidth") <= 360
    bubble = chat.page.locator(".line.bot .bubble").last
    assert await bubble.get_attribute("dir") == ("rtl" if language == "ur" else "auto")
    found = (await Axe().run(chat.page)).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
