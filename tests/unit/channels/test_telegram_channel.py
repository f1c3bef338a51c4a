"""Telegram against a Bot API double: polling and webhook, order, buttons, limits, hostile updates."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import structlog
from aiohttp.test_utils import TestClient

from bot.channels import telegram as module
from bot.channels.telegram import WEBHOOK_PATH, webhook_secret
from bot.settings import Settings
from bot.wording import Wording
from tests.auxil.fake_rasa import FakeRasa
from tests.auxil.telegram_double import ApiError, TelegramDouble

WORDING = Wording()
CHAT = 770012345678
MakeGateway = Callable[..., Awaitable[TestClient]]


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as double:
        yield double


@pytest.fixture
def gateway(telegram: TelegramDouble, gateway: MakeGateway) -> MakeGateway:
    """The gateway stops before the double does."""
    return gateway


@pytest.fixture(params=["polling", "webhook"])
async def bot(request: pytest.FixtureRequest, gateway: MakeGateway, telegram: TelegramDouble) -> TestClient:
    return await start(gateway, telegram, request.param)


@pytest.fixture
async def polling(gateway: MakeGateway, telegram: TelegramDouble) -> TestClient:
    return await start(gateway, telegram, "polling")


async def start(gateway: MakeGateway, telegram: TelegramDouble, mode: str, **values: Any) -> TestClient:
    client = await gateway(
        telegram_token=telegram.token,
        telegram_api=telegram.url,
        telegram_mode=mode,
        public_url="https://bot.example",
        **values,
    )
    telegram.webhook_base = f"http://{client.host}:{client.port}"
    async with asyncio.timeout(5):
        while not any(method in ("getUpdates", "setWebhook") for method, _ in telegram.calls):
            await asyncio.sleep(0.01)
    return client


def texts(messages: list[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in messages]


def menu(*titles: str) -> Callable[[str], list[dict[str, Any]]]:
    return lambda text: [{"text": text, "buttons": [{"title": t, "payload": f"/{t.lower()}"} for t in titles]}]


# Talking


async def test_text_is_answered(bot: TestClient, telegram: TelegramDouble, rasa: FakeRasa) -> None:
    rasa.delay = 0.1
    await telegram.user_says(CHAT, "hello")
    assert texts(await telegram.next_messages(CHAT)) == ["echo: hello"]
    request = rasa.requests[0]
    assert request["metadata"]["channel"] == "telegram"
    assert request["sender"].startswith("tg-")
    assert str(CHAT) not in request["sender"]
    assert ("sendChatAction", {"chat_id": str(CHAT), "action": "typing"}) in telegram.calls


async def test_start_greets_in_the_language_of_the_app(
    polling: TestClient, telegram: TelegramDouble, rasa: FakeRasa
) -> None:
    await telegram.user_says(CHAT, "/start", language="ur-PK")
    await telegram.next_messages(CHAT)
    assert rasa.texts == ['/greet{"language": "ur"}']
    assert rasa.requests[0]["metadata"]["language"] == "ur"


async def test_tapping_sends_the_payload_and_marks_the_choice(
    bot: TestClient, telegram: TelegramDouble, rasa: FakeRasa
) -> None:
    rasa.answer = menu("Yes", "No")
    await telegram.user_says(CHAT, "hello")
    (question,) = await telegram.next_messages(CHAT)
    assert "/yes" not in json.dumps(question)
    await telegram.user_taps(CHAT, "Yes")
    await telegram.next_messages(CHAT)
    assert rasa.texts == ["hello", "/yes"]
    shown = telegram.messages[CHAT][question["message_id"]]["reply_markup"]["inline_keyboard"]
    assert [[button["text"] for button in row] for row in shown] == [["✓ Yes"]]
    assert any(method == "answerCallbackQuery" for method, _ in telegram.calls)
    await telegram.user_taps(CHAT, "✓ Yes")
    assert await telegram.next_messages(CHAT, timeout=0.3) == []
    assert len(rasa.texts) == 2


async def test_typing_closes_the_open_buttons(polling: TestClient, telegram: TelegramDouble, rasa: FakeRasa) -> None:
    rasa.answer = menu("Yes")
    await telegram.user_says(CHAT, "hello")
    (question,) = await telegram.next_messages(CHAT)
    await telegram.user_says(CHAT, "something else")
    await telegram.next_messages(CHAT)
    assert "reply_markup" not in telegram.messages[CHAT][question["message_id"]]


@pytest.mark.parametrize("data", ["/submit", "x" * 64, "chosen2", "AAAAAAAAAAAAAAAA"])
async def test_forged_buttons_are_expired(
    polling: TestClient, telegram: TelegramDouble, rasa: FakeRasa, data: str
) -> None:
    await telegram.user_says(CHAT, "hello")
    (message,) = await telegram.next_messages(CHAT)
    await telegram.user_taps_data(CHAT, message, data)
    assert texts(await telegram.next_messages(CHAT)) == [WORDING.say("expired", "en").text]
    assert rasa.texts == ["hello"]


async def test_buttons_survive_a_restart(gateway: MakeGateway, telegram: TelegramDouble, rasa: FakeRasa) -> None:
    rasa.answer = menu("Yes")
    first = await start(gateway, telegram, "polling")
    await telegram.user_says(CHAT, "hello")
    await telegram.next_messages(CHAT)
    await first.close()
    telegram.calls.clear()
    await start(gateway, telegram, "polling")
    await telegram.user_taps(CHAT, "Yes")
    await telegram.next_messages(CHAT)
    assert rasa.texts == ["hello", "/yes"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("photo", "photo"),
        ("video", "photo"),
        ("voice", "voice"),
        ("sticker", "sticker"),
        ("file", "file"),
        ("location", "location"),
        ("contact", "location"),
    ],
)
async def test_attachments(polling: TestClient, telegram: TelegramDouble, rasa: FakeRasa, kind: str, name: str) -> None:
    await telegram.user_sends(CHAT, kind)
    assert texts(await telegram.next_messages(CHAT)) == [WORDING.say(f"attachment_{name}", "en").text]
    assert not rasa.texts
    assert not any(method == "getFile" for method, _ in telegram.calls)


async def test_an_album_is_answered_once_and_its_caption_read(
    polling: TestClient, telegram: TelegramDouble, rasa: FakeRasa
) -> None:
    for number in range(3):
        caption = "he sends me these" if number == 2 else None
        await telegram.user_sends(CHAT, "photo", caption=caption, media_group_id="g1")
    assert texts(await telegram.next_messages(CHAT)) == [
        WORDING.say("attachment_photo", "en").text,
        "echo: he sends me these",
    ]


async def test_edits_and_service_messages_are_passed_over(
    polling: TestClient, telegram: TelegramDouble, rasa: FakeRasa
) -> None:
    await telegram.user_edits(CHAT, "changed")
    await telegram.deliver({"message": {**telegram._new_message(CHAT, {}, "en"), "delete_chat_photo": True}})
    assert await telegram.next_messages(CHAT, timeout=0.4) == []
    assert not rasa.texts


async def test_groups_are_asked_once_to_write_privately(
    polling: TestClient, telegram: TelegramDouble, rasa: FakeRasa
) -> None:
    for _ in range(3):
        await telegram.user_says(-500, "my account was hacked", language="ur")
    assert texts(await telegram.next_messages(-500)) == [WORDING.say("group", "ur").text]
    assert not rasa.texts


# Order, repetition, limits


async def test_one_chat_in_order_others_beside_it(bot: TestClient, telegram: TelegramDouble, rasa: FakeRasa) -> None:
    rasa.delay = 0.1
    for number in range(4):
        await telegram.user_says(CHAT, f"m{number}")
        await telegram.user_says(CHAT + number + 1, "hello")
    answers = await telegram.next_messages(CHAT, quiet=0.6)
    assert texts(answers) == [f"echo: m{number}" for number in range(4)]
    assert rasa.most_at_once > 1


async def test_a_tap_does_not_overtake_a_text(polling: TestClient, telegram: TelegramDouble, rasa: FakeRasa) -> None:
    rasa.answer = menu("Yes")
    await telegram.user_says(CHAT, "hello")
    await telegram.next_messages(CHAT)
    await telegram.user_taps(CHAT, "Yes")
    await telegram.user_says(CHAT, "after")
    await telegram.next_messages(CHAT, quiet=0.5)
    assert rasa.texts == ["hello", "/yes", "after"]


async def test_a_repeated_update_is_handled_once(bot: TestClient, telegram: TelegramDouble, rasa: FakeRasa) -> None:
    update = await telegram.user_says(CHAT, "hello")
    await telegram.next_messages(CHAT)
    await telegram.deliver(update)
    assert await telegram.next_messages(CHAT, timeout=0.4) == []
    assert rasa.texts == ["hello"]


async def test_a_repeated_update_is_known_after_a_restart(
    gateway: MakeGateway, telegram: TelegramDouble, rasa: FakeRasa
) -> None:
    first = await start(gateway, telegram, "webhook")
    update = await telegram.user_says(CHAT, "hello")
    await telegram.next_messages(CHAT)
    await first.close()
    telegram.calls.clear()
    await start(gateway, telegram, "webhook")
    await asyncio.sleep(0.05)
    await telegram.deliver(update)
    assert await telegram.next_messages(CHAT, timeout=0.4) == []
    assert rasa.texts == ["hello"]


async def test_a_flood_gets_one_notice(gateway: MakeGateway, telegram: TelegramDouble) -> None:
    await start(gateway, telegram, "polling", rate_messages=2)
    for _ in range(10):
        await telegram.user_says(CHAT, "hello")
    answers = texts(await telegram.next_messages(CHAT, quiet=0.5))
    assert answers.count(WORDING.say("too_fast", "en", seconds=30).text) == 1
    assert len(answers) == 3


@pytest.mark.filterwarnings("ignore:.*retry_after")
async def test_flood_wait_is_honoured(polling: TestClient, telegram: TelegramDouble) -> None:
    await telegram.user_says(CHAT, "hello")
    await telegram.next_messages(CHAT)
    telegram.flood_waits[CHAT] = 1
    await telegram.user_says(CHAT, "again")
    assert texts(await telegram.next_messages(CHAT, timeout=5)) == ["echo: again"]


async def test_a_blocked_chat_is_left_alone(polling: TestClient, telegram: TelegramDouble) -> None:
    telegram.blocked.add(CHAT)
    with structlog.testing.capture_logs() as logs:
        await telegram.user_says(CHAT, "hello")
        await telegram.user_says(CHAT + 1, "hello")
        assert texts(await telegram.next_messages(CHAT + 1)) == ["echo: hello"]
    assert [entry["event"] for entry in logs] == ["telegram_blocked"]
    assert "hello" not in str(logs)


async def test_long_answers_are_split(polling: TestClient, telegram: TelegramDouble, rasa: FakeRasa) -> None:
    paragraphs = [f"Paragraph {number}. " + "کیا ہوا؟ " * 100 for number in range(10)]
    rasa.answer = lambda _: [{"text": "\n\n".join(paragraphs), "buttons": [{"title": "Yes", "payload": "/y"}]}]
    await telegram.user_says(CHAT, "hello")
    messages = await telegram.next_messages(CHAT)
    assert len(messages) > 1
    assert all(message["text"].startswith("Paragraph") for message in messages)
    assert ["reply_markup" in message for message in messages] == [False] * (len(messages) - 1) + [True]


async def test_texts_are_plain(polling: TestClient, telegram: TelegramDouble, rasa: FakeRasa) -> None:
    rasa.answer = lambda text: [{"text": f"*{text}* <b>_x_</b> https://evil.example/bottle"}]
    await telegram.user_says(CHAT, "[a](b)")
    assert texts(await telegram.next_messages(CHAT)) == ["*[a](b)* <b>_x_</b> https://evil.example/bottle"]
    assert not any("parse_mode" in fields for _, fields in telegram.calls)


async def test_an_answer_of_buttons_or_a_picture_alone(
    polling: TestClient, telegram: TelegramDouble, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: [
        {"image": "https://bot.example/a.png"},
        {"text": " ", "buttons": [{"title": "Yes", "payload": "/y"}]},
    ]
    await telegram.user_says(CHAT, "hello")
    assert texts(await telegram.next_messages(CHAT)) == ["https://bot.example/a.png", "👇"]


async def test_rasa_down_is_said(polling: TestClient, telegram: TelegramDouble, rasa: FakeRasa) -> None:
    rasa.status = 500
    await telegram.user_says(CHAT, "hello")
    (message,) = await telegram.next_messages(CHAT)
    assert message["text"] == WORDING.say("trouble", "en").text
    rasa.status = 200
    await telegram.user_taps(CHAT, WORDING.say("label_try_again", "en").text)
    assert texts(await telegram.next_messages(CHAT)) == ["echo: hello"]


# Webhook


async def test_webhook_needs_the_secret(
    gateway: MakeGateway, telegram: TelegramDouble, rasa: FakeRasa, make_settings: Callable[..., Settings]
) -> None:
    client = await start(gateway, telegram, "webhook")
    update = {"update_id": 1, "message": telegram._new_message(CHAT, {"text": "forged"}, "en")}
    header = "X-Telegram-Bot-Api-Secret-Token"
    for headers in ({}, {header: ""}, {header: "wrong"}, {header: "é"}):
        assert (await client.post(WEBHOOK_PATH, json=update, headers=headers)).status == 403
    good = {header: webhook_secret(make_settings())}
    for body in (b"", b"{", b"[]", b"1", b'{"update_id": 5}', b'{"message": {}}', b"[" * 10000, b"\xff"):
        answer = await client.post(WEBHOOK_PATH, data=body, headers=good)
        assert answer.status in (200, 400), body
    assert (await client.post(WEBHOOK_PATH, data=b"x" * 300_000, headers=good)).status == 413
    assert not rasa.texts
    assert (await client.post(WEBHOOK_PATH, json=update, headers=good)).status == 200
    assert texts(await telegram.next_messages(CHAT)) == ["echo: forged"]


async def test_webhook_is_closed_in_polling_mode(polling: TestClient) -> None:
    assert (await polling.post(WEBHOOK_PATH, json={})).status == 404


# Starting


async def test_a_refused_token_leaves_the_web_chat_alone(gateway: MakeGateway, telegram: TelegramDouble) -> None:
    with structlog.testing.capture_logs() as logs:
        client = await gateway(telegram_token="1:wrong", telegram_api=telegram.url)
        async with asyncio.timeout(5):
            while not logs:
                await asyncio.sleep(0.01)
    assert logs[0]["event"] == "telegram_token_refused"
    assert "1:wrong" not in str(logs)
    assert (await client.get("/")).status == 200


async def test_an_unreachable_api_is_tried_again(
    gateway: MakeGateway, telegram: TelegramDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_RESTART_SECONDS", (0.05,))
    failures = iter([True, True])
    real = telegram._get_me

    def get_me(fields: dict[str, Any]) -> dict[str, Any]:
        if next(failures, False):
            raise ApiError(502, "Bad Gateway")
        return real(fields)

    monkeypatch.setattr(telegram, "_get_me", get_me)
    await start(gateway, telegram, "polling")
    await telegram.user_says(CHAT, "hello")
    assert texts(await telegram.next_messages(CHAT)) == ["echo: hello"]
