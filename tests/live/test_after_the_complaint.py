"""Saved drafts, PIN, status, additions, withdrawal, receipts, notices and erasure, through the real servers."""

import asyncio
import json
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot.triage.models import metadata
from bot.triage.store import Store, open_store
from tests.auxil.telegram_double import TelegramDouble
from tests.live import texts
from tests.live.chats import Chat, SocketChat
from tests.live.delivered import OutsideSystem
from tests.live.person import Person, Story
from tests.live.stack import Stack
from tests.live.stories import BROWSER, TELEGRAM

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(900)]

STORIES = pytest.mark.parametrize("story", BROWSER, ids=lambda story: story.language)
WRONG_PIN = "000000"


async def submitted(chat: Chat, story: Story) -> tuple[Person, str, str]:
    """A person who has sent a complaint, with its reference and PIN."""
    person = Person(chat, story)
    await person.complain()
    told = await person.send()
    reference = re.search(r"MHZ(?:-[0-9A-Z]{4}){3}", told)
    pin = texts.pattern("utter_submitted_pin", story.language).search(told)
    assert reference and pin, told
    assert re.fullmatch(r"\d{6}", pin["pin"])
    return person, reference.group(), pin["pin"]


async def eventually(look: Callable[[], Any], what: str, seconds: float = 40.0) -> Any:
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, f"{what} did not happen"
        await asyncio.sleep(0.2)
    return found


async def eventually_forgotten(chat: SocketChat, marker: str) -> None:
    """The gateway remembers nothing of the story: an open page is emptied, a new one starts empty."""
    until = time.monotonic() + 10
    while marker in (await chat.connect()).text:
        assert time.monotonic() < until, "the gateway still tells the story"
        await asyncio.sleep(0.5)


def says(told: str, response: str, language: str) -> bool:
    return bool(texts.pattern(response, language).search(told))


@STORIES
async def test_a_draft_goes_on_in_another_browser_after_a_restart_of_everything(
    story: Story, stack: Stack, open_socket
) -> None:
    first = Person(await open_socket(story.language), story)
    await first.tell()
    await first.answer_until("city")
    hint = texts.pattern("utter_draft_code_hint", story.language)
    told = await first.chat.say({"en": "save my draft", "ur": "محفوظ کریں", "ur-Latn": "save kar lein"}[story.language])
    code = texts.pattern("utter_draft_code", story.language).search(told.text)
    assert code, told.text
    asked = first.open_question
    assert told.text.endswith(first.last.texts[-1]), told.text  # and the same question again
    assert not hint.search(told.text)
    for name in ("gateway", "rasa", "actions"):
        await asyncio.to_thread(stack.kill, name)
    await asyncio.to_thread(stack.ensure, "actions", "rasa", "gateway")
    second = Person(await open_socket(story.language), story)
    second.last = await second.chat.say(code["code"].lower().replace("-", " "))
    assert says(second.last.text, "utter_draft_resumed", story.language), second.last.text
    assert second.open_question == asked
    await second.answer_until("send")
    assert not {"description", "which_type", "consent"} & set(second.asked)
    assert story.opening[:25] in second.last.text
    told_again = await second.send()
    assert re.search(r"MHZ(?:-[0-9A-Z]{4}){3}", told_again), told_again
    third = await open_socket(story.language)
    gone = await third.say(code["code"])
    assert says(gone.text, "utter_resume_unknown", story.language), gone.text


@STORIES
async def test_status_needs_the_pin_and_locks_after_five_wrong_ones(story: Story, outside: OutsideSystem, open_socket):
    _, reference, pin = await submitted(await open_socket(story.language), story)
    owner = await open_socket(story.language)
    asked = await owner.say({"en": "what is the status of my complaint", "ur": "میری شکایت کا کیا بنا", "ur-Latn": "meri shikayat ka kya bana"}[story.language])  # fmt: skip
    assert says(asked.text, "utter_ask_access_form_access_reference", story.language), asked.text
    asked = await owner.say(reference)
    assert says(asked.text, "utter_ask_access_form_access_pin", story.language), asked.text
    known = await owner.say(pin)
    assert outside.numbers[reference] in known.text
    assert says(known.text, "utter_status_forwarded", story.language), known.text
    stranger = await open_socket(story.language)
    invented = "MHZ-0000-0000-0000"
    first = await stranger.say(f"{invented} {WRONG_PIN}")
    assert says(first.text, "utter_access_wrong", story.language), first.text
    for _ in range(4):
        again = await stranger.say(f"{reference} {WRONG_PIN}")
        assert again.text == first.text  # nothing tells which of them exists
    locked = await stranger.say(f"{reference} {pin}")
    assert says(locked.text, "utter_access_locked", story.language), locked.text
    assert outside.numbers[reference] not in locked.text
    both = await (await open_socket(story.language)).say(f"{reference} PIN {pin}")  # four tries were left over
    assert says(both.text, "utter_status_forwarded", story.language), both.text


@STORIES
async def test_adding_and_withdrawing_reach_the_complaint_system(
    story: Story, stack: Stack, outside: OutsideSystem, open_socket
) -> None:
    _, reference, pin = await submitted(await open_socket(story.language), story)
    chat, language = await open_socket(story.language), story.language
    await chat.say(f"{reference} {pin}")
    await chat.tap(_manage(language, "add"))
    marker = f"Extra detail {reference[-4:]}"
    added = await chat.say(marker)
    assert says(added.text, "utter_access_added", language), added.text
    await chat.tap(_manage(language, "withdraw"))
    done = await chat.tap(texts.title(language, "utter_confirm_withdraw", "yes"))
    assert says(done.text, "utter_withdrawn", language), done.text

    def arrived() -> list[dict[str, Any]]:
        found = [json.loads(d.body) for d in outside.deliveries if d.key.startswith(f"{reference}/")]
        return found if len(found) == 2 else []

    addition, withdrawal = await eventually(arrived, "both follow-ups")
    assert (addition["kind"], addition["text"]) == ("addition", marker)
    assert (withdrawal["kind"], withdrawal["text"]) == ("withdrawal", None)
    assert withdrawal["external_id"] == outside.numbers[reference]
    assert open_store(stack.settings).get(reference)["status"] == "withdrawn"
    later = await chat.say(f"{reference} {pin}")
    assert says(later.text, "utter_status_withdrawn", language), later.text


@STORIES
async def test_the_receipt_opens_in_its_own_session_only_and_holds_no_story(story: Story, open_socket, tmp_path):
    chat, language = await open_socket(story.language), story.language
    _, reference, pin = await submitted(chat, replace(story, opening=f"{story.opening} gnuwidgetmark"))
    assert chat.copy == f"{reference}\nPIN {pin}"
    told = await chat.tap(texts.command_title(language, "utter_submitted_pin", "/get_receipt"))
    assert says(told.text, "utter_receipt_again", language), told.text
    status, body = await chat.get(chat.receipt)
    assert status == 200
    (tmp_path / "receipt.pdf").write_bytes(body)
    read = subprocess.run(["pdftotext", "-layout", tmp_path / "receipt.pdf", "-"], capture_output=True, check=True)
    text = re.sub("[\u200e\u200f\u202a-\u202e]", "", read.stdout.decode())
    assert reference in text
    assert "1799" in text
    assert "0800-39393" in text
    assert pin not in text
    assert "gnuwidgetmark" not in text
    assert (await chat.get(chat.receipt, with_cookie=False))[0] == 404
    assert (await (await open_socket(language)).get(chat.receipt))[0] == 404
    assert (await chat.get(chat.receipt[:-6] + "AAAAA="))[0] == 404


@STORIES
async def test_erasing_everything_leaves_nothing_behind(
    story: Story, stack: Stack, outside: OutsideSystem, open_socket
):
    marker = f"zebra{story.language.replace('-', '').lower()}quartz"
    story = replace(story, opening=f"{story.opening} {marker}")
    teller = await open_socket(story.language)
    _, reference, pin = await submitted(teller, story)
    store, language = open_store(stack.settings), story.language
    assert marker in _everything_stored(stack, store)
    other = await open_socket(language)
    await other.say(f"{reference} {pin}")
    await other.tap(_manage(language, "erase"))
    done = await other.tap(texts.title(language, "utter_confirm_erase", "yes"))
    assert says(done.text, "utter_erased", language), done.text
    assert texts.text("utter_erased_copy", language, external_id=outside.numbers[reference]) in done.text
    ids = (teller.conversation_id, other.conversation_id)
    await eventually(lambda: not any(_events(stack, name) for name in ids), "the erasure of both conversations")
    assert marker not in _everything_stored(stack, store)
    for path in stack.settings.var.rglob("*.db*"):
        if not path.name.startswith("desk"):
            assert marker.encode() not in path.read_bytes(), path.name
    assert (await other.say(f"{reference} {pin}")).text == texts.text("utter_access_wrong", language) + "\n\n" + texts.text("utter_ask_access_form_access_reference", language)  # fmt: skip
    await eventually_forgotten(teller, marker)
    await eventually(lambda: any(d.key.startswith(f"{reference}/") for d in outside.deliveries), "the request to erase")


async def test_deleting_the_conversation_without_a_reference(stack: Stack, open_socket) -> None:
    chat = await open_socket("en")
    person = Person(chat, replace(BROWSER[0], opening=BROWSER[0].opening + " otherwidgetmark"))
    await person.tell()
    await person.answer_until("city")
    assert "otherwidgetmark" in _everything_stored(stack, open_store(stack.settings))
    asked = await chat.say("delete my conversation")
    assert says(asked.text, "utter_confirm_erase_chat", "en"), asked.text
    done = await chat.tap(texts.title("en", "utter_confirm_erase_chat", "yes"))
    assert says(done.text, "utter_erased_chat", "en"), done.text
    assert "otherwidgetmark" not in _everything_stored(stack, open_store(stack.settings))
    assert not _events(stack, chat.conversation_id)
    assert (await chat.connect()).texts == done.texts


async def test_wrong_resume_codes_are_limited(open_socket) -> None:
    chat = await open_socket("en")
    for _ in range(5):
        told = await chat.say("SAVE-0000-0000-0001")
        assert says(told.text, "utter_resume_unknown", "en"), told.text
    told = await chat.say("SAVE-0000-0000-0001")
    assert says(told.text, "utter_resume_locked", "en"), told.text


async def test_the_status_questions_trap_nobody(open_socket) -> None:
    """A danger, a question and a new story get their answers while reference and PIN are asked for."""
    chat = await open_socket("en")
    asked = await chat.say("what is the status of my complaint")
    assert says(asked.text, "utter_ask_access_form_access_reference", "en"), asked.text
    answer = await chat.say("What is the punishment for online fraud?")
    assert says(answer.text, "utter_answer", "en"), answer.text
    assert answer.text.endswith(texts.text("utter_ask_access_form_access_reference", "en"))
    danger = await chat.say("I want to kill myself, I cannot take it any more")
    assert "15" in danger.text
    assert "utter_ask_access" not in danger.text
    await chat.say("status of my complaint please")
    person = Person(chat, BROWSER[0])
    await person.tell()
    assert person.open_question == "consent", person.last.text
    left = await chat.say("MHZ-0000-0000-0000")
    assert says(left.text, "utter_ask_access_form_access_pin", "en"), left.text
    await chat.say("stop")
    back = await chat.say("resume")
    assert says(back.text, "utter_draft_resumed", "en"), back.text


async def test_a_yes_whose_answer_was_lost_is_answered_again_with_the_same_pin(stack: Stack, open_socket) -> None:
    """As when the gateway gave up waiting: the same tap reaches Rasa a second time."""
    chat = await open_socket("en")
    _, reference, pin = await submitted(chat, BROWSER[0])
    async with aiohttp.ClientSession() as http:
        address = f"{stack.settings.rasa_url}/webhooks/rest/webhook"
        body = {"sender": chat.conversation_id, "message": '/choose{"field":"confirm","choice":"yes"}'}
        async with http.post(address, json=body) as answer:
            told = " ".join(message.get("text", "") for message in await answer.json())
    assert reference in told
    assert pin in told


@pytest.mark.parametrize("story", TELEGRAM, ids=lambda story: story.language)
async def test_telegram_gets_one_discreet_notice_and_the_receipt(
    story: Story, stack: Stack, outside: OutsideSystem, telegram: TelegramDouble, open_telegram
) -> None:
    chat, language = open_telegram(), story.language
    await chat.say("/start")
    await outside.go_down()
    try:
        _, reference, pin = await submitted(chat, story)
        on = await chat.tap(texts.title(language, "utter_offer_notices", "yes"))
        assert says(on.text, "utter_notices_on", language), on.text
        await asyncio.to_thread(stack.kill, "gateway")
    finally:
        await outside.come_back()
    await outside.wait_for(reference)
    await asyncio.to_thread(stack.ensure, "gateway")
    notice = await chat.collect()
    expected = texts.text("utter_gateway_notice", language)
    assert notice.texts == (expected,)
    assert not re.search(r"MHZ|1799|complain|shikayat|شکایت|Muhafiz", notice.text, re.I)
    opened = await chat.tap(notice.buttons[0])
    if says(opened.text, "utter_ask_access_form_access_pin", language):
        opened = await chat.say(pin)
    assert says(opened.text, "utter_status_forwarded", language), opened.text
    receipt = await chat.tap(_manage(language, "receipt"))
    assert says(receipt.text, "utter_receipt_again", language), receipt.text
    name, content = (await eventually(lambda: telegram.documents[chat.chat_id], "the receipt"))[0]
    assert name == "receipt.pdf"
    assert content.startswith(b"%PDF")
    await asyncio.sleep(3)
    assert sum(m.get("text") == expected for m in telegram.messages[chat.chat_id].values()) == 1


def _manage(language: str, choice: str) -> str:
    return texts.title(language, "utter_ask_access_form_access_choice", choice)


def _events(stack: Stack, conversation: str) -> int:
    engine = sa.create_engine(stack.settings.tracker_database_url)
    with engine.connect() as connection:
        query = sa.text("SELECT count(*) FROM events WHERE sender_id = :name")
        return int(connection.execute(query, {"name": conversation}).scalar())


def _everything_stored(stack: Stack, store: Store) -> str:
    """All text in the record store and in Rasa's tracker store, decrypted."""
    from bot.nlu.tracker_store import SealedText

    found = []
    with store.database.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                found += [
                    store.sealer.open_bytes(v).decode(errors="replace") if isinstance(v, bytes) else str(v) for v in row
                ]
    engine = sa.create_engine(stack.settings.tracker_database_url)
    column = SealedText(stack.settings.secret("tracker"))
    with engine.connect() as connection:
        for (data,) in connection.execute(sa.text("SELECT data FROM events")):
            assert data.startswith("v1:")
            found.append(column.process_result_value(data, None) or "")
    return "\n".join(found)
