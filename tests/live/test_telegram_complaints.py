"""A complaint in each language on Telegram, from the first word to staff's export."""

import pytest

from tests.auxil.telegram_double import TelegramDouble
from tests.live import texts
from tests.live.delivered import OutsideSystem, check_delivery, check_exports, check_logs, reference_in
from tests.live.person import Person, Story
from tests.live.stack import Stack
from tests.live.stories import TELEGRAM

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]


@pytest.mark.parametrize("story", TELEGRAM, ids=lambda story: story.language)
async def test_from_the_first_word_to_the_export(
    story: Story, stack: Stack, outside: OutsideSystem, telegram: TelegramDouble, open_telegram
) -> None:
    chat = open_telegram()
    greeting = await chat.say("/start")
    assert greeting.text == texts.text("utter_greet", "en")
    person = Person(chat, story)
    await person.complain()
    told = await person.send()
    reference = reference_in(told, "utter_submitted_forwarded", story.language)
    assert outside.numbers[reference] in told
    record = await check_delivery(stack, outside, reference, story)
    assert record["channel"] == "telegram"
    await check_exports(stack, reference, story)
    check_logs(stack, story)
