"""A complaint in each language through the chat page, from the first word to staff's export."""

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.live import texts
from tests.live.delivered import OutsideSystem, check_delivery, check_exports, check_logs, reference_in
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
    shown = chat.page.locator(".bubble .reference", has_text=reference)
    assert await shown.text_content() == reference
    assert await shown.evaluate("node => node.getClientRects().length") == 1  # not broken over two lines
    record = await check_delivery(stack, outside, reference, story)
    assert record["channel"] == "web"
    await check_exports(stack, reference, story)
    check_logs(stack, story)
    assert await _direction(chat.page) == {
        "dir": "rtl" if story.language == "ur" else "ltr",
        "lang": story.language,
    }
    assert await chat.page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize(("locale", "language"), [("en-GB", "en"), ("ur-PK", "ur")])
async def test_the_conversation_can_be_used_by_everybody(stack: Stack, open_chat, locale: str, language: str) -> None:
    """axe-core finds nothing serious in the real greeting, a typed question and an answer with its buttons."""
    chat = await open_chat(locale)
    greeting = await chat.open(stack.url)
    assert greeting.text == texts.text("utter_greet", language)
    asked = await chat.tap(texts.command_title(language, "utter_greet", "/start_report"))
    assert texts.asked(asked.text, language) == "description"
    await chat.say({"en": "What is the punishment for online fraud?", "ur": "ہراسانی کی سزا کیا ہے؟"}[language])
    found = await Axe().run(chat.page)
    serious = [issue for issue in found.response["violations"] if issue["impact"] in {"serious", "critical"}]
    assert not serious, found.generate_report()


async def test_what_a_person_types_is_shown_as_text(stack: Stack, open_chat) -> None:
    """Typed markup stays text in the person's own line and in the summary that repeats it."""
    chat = await open_chat()
    await chat.open(stack.url)
    markup = (
        '<img src=x onerror="window.pwned=1"><b>bold</b><script>window.pwned=1</script><a href="javascript:1">a</a>'
    )
    story = f"Someone made a fake Instagram profile with my name and my photos and writes {markup} to my friends"
    await chat.say(story)
    await chat.tap(texts.title("en", "utter_ask_agree", "yes"))
    shown = await chat.say("summary")
    assert markup in shown.text
    own = chat.page.locator(".line.user .bubble").first
    assert await own.text_content() == story
    assert await chat.page.locator("#log img, #log b, #log script, #log a[href^='javascript']").count() == 0
    assert await chat.page.evaluate("window.pwned") is None


async def _direction(page) -> dict[str, str]:
    return await page.evaluate("({dir: document.documentElement.dir, lang: document.documentElement.lang})")
