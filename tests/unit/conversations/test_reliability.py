"""Conversations: order, limits, trouble with Rasa, and what a restart of the gateway keeps."""

import asyncio

import pytest
import structlog

from bot import conversations as module
from bot.conversations import Conversations, Incoming, Line
from bot.rasa_client import RasaClient
from tests.auxil.fake_rasa import FakeRasa
from tests.auxil.talking import ID, WORDING, buttons, say, texts

# Order and limits


async def test_one_conversation_in_order_others_beside_it(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.delay = 0.05
    await asyncio.gather(*(talk.handle(ID, say(f"m{n}")) for n in range(5)))
    assert rasa.texts == [f"m{n}" for n in range(5)]
    assert rasa.most_at_once == 1
    await asyncio.gather(*(talk.handle(f"web-{n}", say("hello")) for n in range(4)))
    assert rasa.most_at_once == 4


async def test_more_than_five_waiting_are_asked_to_wait(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.delay = 0.05
    answers = await asyncio.gather(*(talk.handle(ID, say(f"m{n}")) for n in range(8)))
    assert [answer[0].seq == 0 for answer in answers] == [False] * 6 + [True] * 2
    assert answers[-1] == [WORDING.say("one_at_a_time", "en")]
    assert await talk.handle(ID, say("again")) != answers[-1]


async def test_too_many_messages_a_minute(client: RasaClient, rasa: FakeRasa) -> None:
    talk = Conversations(client, WORDING, secret="s", rate=3)
    for _ in range(3):
        await talk.handle(ID, say("hello"))
    assert await talk.handle(ID, say("hello")) == [WORDING.say("too_fast", "en", seconds=20)]
    assert len(rasa.texts) == 3
    assert (await talk.handle("web-2", say("hello")))[0].seq


async def test_the_same_id_is_taken_once(rasa: FakeRasa, talk: Conversations) -> None:
    first, second = await asyncio.gather(talk.handle(ID, say("hello", "a")), talk.handle(ID, say("hello", "a")))
    assert first
    assert second == []
    assert rasa.texts == ["hello"]
    assert rasa.requests[0]["metadata"]["id"] == "a"


async def test_idle_and_surplus_conversations_are_forgotten(
    talk: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEPT_CONVERSATIONS", 3)
    for number in range(6):
        await talk.handle(f"web-{number}", say("hello"))
    assert list(talk._known) == ["web-3", "web-4", "web-5"]
    monkeypatch.setattr(module, "_IDLE_SECONDS", 0.0)
    await talk.handle("web-9", say("hello"))
    assert list(talk._known) == ["web-9"]


async def test_lines_are_delivered_in_order(talk: Conversations) -> None:
    seen: list[tuple[str, str]] = []

    async def deliver(line: Line) -> None:
        seen.append((line.who, line.reply.text))

    await asyncio.gather(*(talk.handle(ID, say(f"m{n}"), deliver=deliver) for n in range(3)))
    assert seen == [pair for n in range(3) for pair in (("user", f"m{n}"), ("bot", f"echo: m{n}"))]


async def test_a_channel_that_fails_does_not_stop_the_conversation(talk: Conversations) -> None:
    async def deliver(_: Line) -> None:
        raise ConnectionError

    assert texts(await talk.handle(ID, say("hello"), deliver=deliver)) == ["echo: hello"]


# Trouble


@pytest.mark.parametrize("failure", ["http", "empty", "down"])
async def test_trouble_offers_to_send_again(rasa: FakeRasa, talk: Conversations, failure: str) -> None:
    await talk.handle(ID, say("میرا اکاؤنٹ ہیک ہو گیا ہے"))
    if failure == "down":
        await rasa.stop()
    rasa.status = 500 if failure == "http" else 200
    rasa.answer = lambda _: []
    (reply,) = await talk.handle(ID, say("مدد کریں"))
    assert reply.text == WORDING.say("trouble", "ur").text
    (again,) = reply.buttons
    assert again.title == WORDING.say("label_try_again", "ur").text
    if failure == "down":
        await rasa.start()
    rasa.status, rasa.answer = 200, lambda text: [{"text": f"now: {text}"}]
    assert texts(await talk.handle(ID, Incoming(choice=again.id))) == ["now: مدد کریں"]


async def test_trouble_at_the_first_message_loses_nothing(rasa: FakeRasa, talk: Conversations) -> None:
    await rasa.stop()
    (reply,) = await talk.handle(ID, say("hello"))
    assert reply.text == WORDING.say("trouble", "en").text
    await rasa.start()
    assert texts(await talk.handle(ID, Incoming(choice=reply.buttons[0].id))) == ["echo: hello"]
    history = [(line.who, line.reply.text) for line in await talk.history(ID)]
    assert history == [
        ("user", "hello"),
        ("bot", reply.text),
        ("user", "Try again"),
        ("bot", "echo: hello"),
    ]
    assert [line.reply.seq for line in await talk.history(ID)] == [1, 2, 3, 4]


async def test_logs_hold_no_text(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.status = 500
    with structlog.testing.capture_logs() as logs:
        await talk.handle(ID, say("my secret name"))
    assert logs
    assert "secret" not in str(logs)
    assert ID not in str(logs)


# Greeting, history, restart


async def test_open_greets_once(rasa: FakeRasa, talk: Conversations) -> None:
    both = await asyncio.gather(talk.open(ID, language_hint="ur"), talk.open(ID))
    assert sorted(map(len, both)) == [0, 1]
    assert rasa.texts == ['/greet{"language": "ur"}']
    assert rasa.requests[0]["metadata"]["language"] == "ur"


async def test_a_restart_keeps_history_buttons_language_and_ids(
    rasa: FakeRasa, client: RasaClient, talk: Conversations
) -> None:
    rasa.answer = lambda text: [
        {"text": "One."},
        {"text": "Two."},
        {"custom": {"language": "ur", "pin": True}},
        *buttons("Yes", "No", text=f"{text}?"),
    ]
    await talk.open(ID)
    await talk.handle(ID, say("hello", "id-1"))
    (_, question) = await talk.handle(ID, say("yes", "id-2"))
    before = await talk.history(ID)

    restarted = Conversations(client, WORDING, secret="s", rate=1000)
    after = await restarted.history(ID)
    assert [(line.who, line.reply.text, line.id) for line in after] == [
        (line.who, line.reply.text, line.id) for line in before
    ]
    assert after[-1].reply.buttons == question.buttons
    assert restarted.language(ID) == "ur"
    assert await restarted.open(ID) == []
    assert await restarted.handle(ID, say("yes", "id-2")) == []
    await restarted.handle(ID, Incoming(choice=question.buttons[1].id))
    assert rasa.texts[-1] == "/no"
    await restarted.handle(ID, say("a clearly English sentence"))
    assert rasa.requests[-1]["metadata"]["language"] == "ur"


async def test_another_secret_gives_other_button_ids(rasa: FakeRasa, client: RasaClient, talk: Conversations) -> None:
    rasa.answer = lambda _: buttons("Yes")
    (reply,) = await talk.handle(ID, say("hello"))
    other = Conversations(client, WORDING, secret="t", rate=1000)
    assert await other.handle(ID, Incoming(choice=reply.buttons[0].id)) == [WORDING.say("expired", "en")]


async def test_odd_events_do_no_harm(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.events[ID] = [
        {"event": "user", "text": None, "metadata": None},
        {"event": "user", "text": "/greet", "metadata": {"language": "zz"}},
        {"event": "bot", "text": None, "data": None},
        {"event": "bot", "text": "hi", "data": {"buttons": [None], "custom": ["x"]}},
        {},
    ]
    assert [(line.who, line.reply.text) for line in await talk.history(ID)] == [("bot", "hi")]


# Short sessions


async def test_a_fresh_session_after_fifteen_messages(rasa: FakeRasa, talk: Conversations) -> None:
    for number in range(16):
        await talk.handle(ID, say(f"m{number}"))
        await talk.aclose()
        assert len(rasa.posted_events) == (0 if number < 14 else 1)
    assert rasa.posted_events[0][0] == ID
    assert len(await talk.history(ID)) == 32


async def test_turns_are_counted_across_a_restart(rasa: FakeRasa, client: RasaClient, talk: Conversations) -> None:
    for number in range(14):
        await talk.handle(ID, say(f"m{number}"))
    restarted = Conversations(client, WORDING, secret="s", rate=1000)
    await restarted.handle(ID, say("one more"))
    await restarted.aclose()
    assert len(rasa.posted_events) == 1


async def test_a_failing_fresh_session_is_only_logged(
    talk: Conversations, client: RasaClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: str) -> None:
        raise module.RasaUnavailable("x")

    monkeypatch.setattr(client, "start_fresh_session", fail)
    for number in range(16):
        await talk.handle(ID, say(f"m{number}"))
    await talk.aclose()
    assert texts(await talk.handle(ID, say("hello"))) == ["echo: hello"]
