"""A complaint in each language through the chat page, from the first word to staff's export."""

from pathlib import Path

import pytest

from tests.live import texts
from tests.live.delivered import OutsideSystem, check, reference_in
from tests.live.person import Person, Story
from tests.live.stack import Stack
from tests.live.stories import BROWSER

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]


@pytest.mark.parametrize("story", BROWSER, ids=lambda story: story.language)
async def test_from_the_first_word_to_the_export(
    story: Story, stack: Stack, outside: OutsideSystem, open_chat, tmp_path: Path
) -> None:
    chat = await open_chat()
    greeting = await chat.open(stack.url)
    assert greeting.text == texts.text("utter_greet", "en")
    if story.language == "ur-Latn":
        chosen = await chat.choose_language("ur-Latn")
        assert chosen.text == texts.text("utter_language_set", "ur-Latn")
    person = Person(chat, story)
    await person.complain()
    await chat.page.screenshot(path=tmp_path / "summary.png")
    told = await person.send()
    await chat.page.screenshot(path=tmp_path / "sent.png")
    reference = reference_in(told, "utter_submitted_forwarded", story.language)
    assert outside.numbers[reference] in told
    await check(stack, outside, reference, story.expected, story.language)
    assert await _direction(chat.page) == {
        "dir": "rtl" if story.language == "ur" else "ltr",
        "lang": story.language,
    }
    assert await chat.page.evaluate("document.documentElement.scrollWidth") <= 360


async def _direction(page) -> dict[str, str]:
    return await page.evaluate("({dir: document.documentElement.dir, lang: document.documentElement.lang})")
