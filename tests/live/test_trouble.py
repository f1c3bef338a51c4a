"""What a person notices when a process or the complaint system is down, and that nothing is lost or sent twice."""

import asyncio
import time
from dataclasses import replace

import pytest

from bot.triage.plan import fields_of
from bot.triage.store import open_store
from bot.wording import Wording
from tests.live import texts
from tests.live.delivered import OutsideSystem, check_delivery, check_logs, reference_in
from tests.live.person import Person
from tests.live.stack import Stack
from tests.live.stories import BROWSER, TELEGRAM

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]

WORDING = Wording()
YES = {"en": "yes", "ur": "ہاں", "ur-Latn": "haan"}


def stored(stack: Stack) -> list[str]:
    """References of all records."""
    store = open_store(stack.settings)
    try:
        return [record["reference"] for record in store.list()]
    finally:
        store.close()


def says_success(told: str, language: str) -> bool:
    """Whether a person would think that the complaint was taken."""
    responses = ("utter_submitted_forwarded", "utter_submitted_waiting")
    return any(texts.pattern(response, language).search(told) for response in responses) or "MHZ-" in told


async def test_the_complaint_system_is_down(stack: Stack, outside: OutsideSystem, open_socket) -> None:
    story = TELEGRAM[2]
    chat = await open_socket(story.language)
    person = Person(chat, story)
    await person.complain()
    await outside.go_down()
    try:
        told = await person.send()
        reference = reference_in(told, "utter_submitted_waiting", story.language)
        status = await chat.tap(texts.command_title(story.language, "utter_submitted_waiting", "/check_status"))
        assert status.text.startswith(texts.text("utter_status_waiting", story.language, reference=reference))
        await asyncio.sleep(2)  # the worker tries, and again
    finally:
        await outside.come_back()
    await check_delivery(stack, outside, reference, story)
    await asyncio.sleep(3)  # longer than the longest pause between two tries
    assert len(outside.deliveries_of(reference)) == 1
    number = outside.numbers[reference]
    status = await chat.say(f"meri complaint {reference} ka kya bana")
    expected = texts.text("utter_status_forwarded", story.language, reference=reference, external_id=number)
    assert status.text.startswith(expected)


@pytest.mark.parametrize("story", BROWSER, ids=lambda story: story.language)
async def test_the_action_server_dies_before_the_yes(stack: Stack, outside, open_socket, story) -> None:
    before = stored(stack)
    chat = await open_socket(story.language)
    person = Person(chat, story)
    await person.complain()
    stack.kill("actions")
    told = await person.send()
    assert not says_success(told, story.language)
    assert WORDING.say("trouble", story.language).text in told
    assert stored(stack) == before
    await asyncio.to_thread(stack.start, "actions")
    told = (await chat.say(YES[story.language])).text
    reference = reference_in(told, "utter_submitted_forwarded", story.language)
    again = await chat.say(YES[story.language])
    assert texts.text("utter_submitted_again", story.language, reference=reference) in again.text
    assert stored(stack) == [*before, reference]
    await check_delivery(stack, outside, reference, story)
    check_logs(stack, story)


async def test_the_gateway_restarts_in_the_middle(stack: Stack, outside, open_socket) -> None:
    story = BROWSER[1]
    chat = await open_socket(story.language)
    person = Person(chat, story)
    await person.tell()
    await person.answer_until("occurred")
    open_question = person.last
    await asyncio.to_thread(stack.stop, "gateway")
    await asyncio.to_thread(stack.start, "gateway")
    shown = await chat.connect()
    assert shown.texts[-1] == open_question.texts[-1]
    person.last = shown
    await person.answer_until("send")
    reference = reference_in(await person.send(), "utter_submitted_forwarded", story.language)
    await check_delivery(stack, outside, reference, replace(story, expected={**story.expected, "amount_pkr": 50_000}))


async def test_the_gateway_restarts_while_somebody_writes_on_telegram(stack: Stack, telegram, open_telegram) -> None:
    story = TELEGRAM[1]
    chat = open_telegram()
    person = Person(chat, story)
    await person.tell()
    await person.answer_until("consent")
    await asyncio.to_thread(stack.kill, "gateway")
    await telegram.user_taps(chat.chat_id, texts.title(story.language, "utter_ask_agree", "yes"))
    await asyncio.to_thread(stack.start, "gateway")
    answer = await chat.collect()
    assert "suspect_contacts" in fields_of(texts.asked(answer.text, story.language)), answer.text


async def test_rasa_restarts_in_the_middle(stack: Stack, outside, open_socket) -> None:
    story = BROWSER[2]
    chat = await open_socket(story.language)
    person = Person(chat, story)
    await person.tell()
    await person.answer_until("city")
    stack.kill("rasa")
    started = time.monotonic()
    trouble = await chat.say(f"{story.answers['occurred']}, {story.answers['city']}")
    assert trouble.text == WORDING.say("trouble", story.language).text
    assert time.monotonic() - started < 40
    await asyncio.to_thread(stack.start, "rasa")
    person.last = await chat.tap(WORDING.say("label_try_again", story.language).text)
    assert person.open_question == "desired_outcome", person.last.text
    await person.answer_until("send")
    reference = reference_in(await person.send(), "utter_submitted_forwarded", story.language)
    uncorrected = replace(story, expected={**story.expected, "platform": "instagram"})
    record = await check_delivery(stack, outside, reference, uncorrected)
    assert record["description"] == story.opening
    check_logs(stack, story)
