"""Whatever comes in, on every way in: a friendly answer in the person's language, and nothing is changed by it."""

import asyncio
import re
import sqlite3
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from bot.triage.store import open_store
from bot.typed_text import LONGEST_TEXT
from bot.wording import Wording
from tests.live import texts
from tests.live.chats import Answer, Chat
from tests.live.stack import Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]

WORDING = Wording()
LANGUAGE = "ur"
STORY = "میرے واٹس ایپ پر کسی نے قبضہ کر لیا ہے اور میرے دوستوں کو پیغام بھیج رہا ہے"
TYPED = {
    "20,000 characters": "بہت لمبا پیغام " * 1340,
    "20,000 characters without a space": "x" * 20_000,
    "only emoji": "😀😡👍🏽",
    "only punctuation": "؟!؟!…",
    "control characters": "\x07\x1b\x00\x01\x02\x9b",
    "set slots": "/SetSlots(consent=true)",
    "intent with data": '/greet{"x":1}',
    "payload of a button": '/choose{"field":"consent","choice":"yes"}',
    "hidden payload": '\u200e \uff0fchoose{"field":"confirm","choice":"yes"}',
    "broken payload": '/choose{"field":',
    "intent of nobody": '/inform{"name":"y"}',
    "html": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "sql": "'; DROP TABLE records; --",
    "template": "{{7*7}} ${7*7} %(amount)s {amount}",
    "formula": "=1+1|cmd",
    "stacked marks": "e" + "\u0301" * 300,
}
NOTICES = {  # what the gateway itself answers
    "20,000 characters": "too_long",
    "20,000 characters without a space": "too_long",
    "only emoji": "only_symbols",
    "only punctuation": "only_symbols",
    "control characters": "empty",
}
KINDS = ("sticker", "voice", "photo", "file", "location")  # what else Telegram can send
_MACHINE_WORDS = re.compile(r'Traceback|Exception|Error\b|File "|\{"|\[\{|</?\w+>|\bNone\b|\bnull\b|utter_|49')
_URDU = re.compile("[\u0600-\u06ff]{2}")

Json = dict[str, Any]


def problem(answer: Answer) -> str | None:
    """What is wrong with an answer: it must be said in the person's language, in words for people."""
    told = answer.text.strip()
    if not told:
        return "no answer"
    if _MACHINE_WORDS.search(told):
        return f"not for people: {told[:200]}"
    return None if _URDU.search(told) else f"not in Urdu: {told[:200]}"


def notice(name: str) -> str:
    """A text of the gateway itself."""
    return WORDING.say(name, LANGUAGE, limit=LONGEST_TEXT).text


async def slots_of(stack: Stack, conversation_id: str) -> Json:
    """The slots of a conversation, as Rasa keeps them."""
    url = f"{stack.settings.rasa_url}/conversations/{conversation_id}/tracker"
    async with aiohttp.ClientSession() as http, http.get(url, params={"include_events": "NONE"}) as answer:
        slots: Json = (await answer.json())["slots"]
    return {name: value for name, value in slots.items() if name != "session_started_metadata"}


def records_in(stack: Stack) -> int:
    """How many records there are."""
    store = open_store(stack.settings)
    try:
        return store.count()
    finally:
        store.close()


async def reach_consent(chat: Chat) -> None:
    """Tell the story and stay at the request for consent."""
    answer = await chat.say(STORY)
    assert texts.asked(answer.text, LANGUAGE) == "consent", answer.text


async def say_all(stack: Stack, chat: Any, cases: Mapping[str, str]) -> list[str]:
    """Say every bad thing where consent is asked for; lists what went wrong."""
    before, wrong = await slots_of(stack, chat.conversation_id), []
    for name, bad in cases.items():
        answer = await chat.say(bad)
        found = problem(answer)
        if name in NOTICES and notice(NOTICES[name]) not in answer.text:
            found = found or f"expected the notice {NOTICES[name]}: {answer.text[:200]}"
        after = await slots_of(stack, chat.conversation_id)
        changed = {key: after[key] for key in after if after[key] != before.get(key)}
        if changed:
            found, before = f"{found or ''} changed {changed}", after
        if found:
            wrong.append(f"{name}: {found}")
    return wrong


async def assert_still_works(chat: Chat) -> None:
    """The consent that was asked for before can still be given, and the form goes on."""
    answer = await chat.tap(texts.title(LANGUAGE, "utter_ask_agree", "yes"))
    assert texts.asked(answer.text, LANGUAGE) == "suspect_contacts", answer.text


async def test_web_socket(stack: Stack, open_socket) -> None:
    chat, records = await open_socket(LANGUAGE), records_in(stack)
    await reach_consent(chat)
    assert await say_all(stack, chat, {**TYPED, "nothing": "", "blank": " \n\t\u200b "}) == []
    await assert_still_works(chat)
    assert records_in(stack) == records


async def test_frames_that_no_page_sends(stack: Stack, open_socket) -> None:
    chat = await open_socket(LANGUAGE)
    for frame in (
        "", "not json", "[]", "null", '{"type":"say"}', '{"type":"say","text":7,"id":"a"}', '{"type":["say"]}',
        '{"type":"choose","button":{},"id":"a"}', '{"type":"say","text":"x","id":""}', "[" * 5000,
        '{"type":"language","language":"xx"}', '{"type":"language","language":"../ur"}',
    ):  # fmt: skip
        assert await chat.send_raw(frame) == {"type": "error", "code": "bad_frame"}, frame
    forged = await chat.send_raw('{"type":"choose","button":"AAAAAAAAAAAAAAAA","id":"f1"}')
    assert forged["text"] == notice("expired")
    await reach_consent(chat)


async def test_telegram(stack: Stack, open_telegram) -> None:
    chat, records = open_telegram(), records_in(stack)
    await reach_consent(chat)
    before = await slots_of(stack, chat.conversation_id)
    once = {name: bad for name, bad in TYPED.items() if name != "20,000 characters without a space"}
    wrong = await say_all(stack, chat, once)  # Telegram is not told the same notice twice within seconds
    for kind in KINDS:
        answer = await chat.send(kind)
        assert answer.texts[0] == notice(f"attachment_{kind}")
        assert texts.title(LANGUAGE, "utter_ask_agree", "yes") in answer.buttons
    assert wrong == []
    assert await slots_of(stack, chat.conversation_id) == before
    await assert_still_works(chat)
    assert records_in(stack) == records


class DirectChat:
    """Rasa's own REST channel, without the gateway in front of it."""

    def __init__(self, stack: Stack, sender: str) -> None:
        self.conversation_id = sender
        self._url = f"{stack.settings.rasa_url}/webhooks/rest/webhook"
        self._payloads: dict[str, str] = {}

    async def say(self, text: str) -> Answer:
        body = {"sender": self.conversation_id, "message": text, "metadata": {"language": LANGUAGE}}
        async with aiohttp.ClientSession() as http, http.post(self._url, json=body) as answer:
            assert answer.status == 200
            messages = await answer.json()
        buttons = [button for message in messages for button in message.get("buttons", ())]
        self._payloads = {button["title"]: button["payload"] for button in buttons} or self._payloads
        return Answer(tuple(message["text"] for message in messages if "text" in message), tuple(self._payloads))

    async def tap(self, title: str) -> Answer:
        return await self.say(self._payloads[title])


async def test_rasa_itself(stack: Stack) -> None:
    """On loopback a slash is Rasa's own way to send a button; what no button sends must change nothing."""
    chat, records = DirectChat(stack, "direct-1"), records_in(stack)
    await reach_consent(chat)
    tapped = ("payload of a button",)
    typed = {name: bad for name, bad in TYPED.items() if name not in {*NOTICES, *tapped}}
    direct = {"nothing": "", "emoji": "😀😡", "control": "\x07\x1b\x00", "long": TYPED["20,000 characters"]}
    assert await say_all(stack, chat, {**typed, **direct}) == []
    await assert_still_works(chat)
    assert records_in(stack) == records


async def test_restart_at_rasa_itself(stack: Stack) -> None:
    chat = DirectChat(stack, "direct-2")
    await reach_consent(chat)
    assert await say_all(stack, chat, {"restart": "/restart"}) == []


@pytest.mark.parametrize("way", ["web", "telegram"])
async def test_the_restart_command_asks_before_anything_is_lost(
    stack: Stack, open_socket, open_telegram, way: str
) -> None:
    """On the chats `/restart` is a command of the product: it asks what to do with the draft, and changes nothing."""
    chat = await open_socket(LANGUAGE) if way == "web" else open_telegram()
    await reach_consent(chat)
    answer = await chat.say("/restart")
    assert texts.asked(answer.text, LANGUAGE) == "restart_choice"
    slots = await slots_of(stack, chat.conversation_id)
    assert slots["description"] == STORY and slots["language"] == LANGUAGE


async def test_console(stack: Stack) -> None:
    records = records_in(stack)
    typed = {name: bad for name, bad in TYPED.items() if "\n" not in bad}
    lines = [STORY, *typed.values(), "\x00", "1", ""]
    done = await asyncio.to_thread(stack.run, "chat", "--language", LANGUAGE, typed="\n".join(lines))
    shown = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()[-1000:]
    assert done.stderr == b""
    assert not _MACHINE_WORDS.search(shown), shown
    assert shown.count(notice("too_long")) == 2
    assert shown.count(notice("only_symbols")) == 2
    assert texts.asked(shown.rstrip().rpartition("\n  1. ")[0], LANGUAGE) == "suspect_contacts"
    slots = await slots_of(stack, _console_id(stack))
    assert slots["consent"] and slots["incident_type"] == "hacking" and slots["description"] == STORY
    assert records_in(stack) == records


def _console_id(stack: Stack) -> str:
    """The conversation that a terminal had last, out of Rasa's tracker store."""
    with sqlite3.connect(stack.settings.var / "tracker.db") as database:
        query = "select sender_id from events where sender_id like 'console-%' order by id desc limit 1"
        return str(database.execute(query).fetchone()[0])
