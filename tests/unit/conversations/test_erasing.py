"""Erased conversations are forgotten by the gateway too, and what may be kept is offered."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.conversations import Conversations, Incoming
from bot.rasa_client import RasaClient
from bot.receipt_link import open_receipt
from bot.triage.database import StoreError
from bot.wording import Wording
from tests.auxil.fake_rasa import FakeRasa

ID = "web-1"
RECEIPT = {"reference": "MHZ-7K3P-9QXD-4WTM", "asked_at": datetime.now(UTC).isoformat()}


@pytest.mark.parametrize("fails", [False, True])
async def test_after_an_erasure_only_its_own_answer_is_left(rasa: FakeRasa, client: RasaClient, fails: bool) -> None:
    erased: list[str] = []

    async def erase(conversation: str) -> None:
        erased.append(conversation)
        if fails:  # the worker does it later
            raise StoreError("database: OperationalError")

    talk = Conversations(client, Wording(), secret="s", erase=erase)
    await talk.handle(ID, Incoming(text="my secret story"))
    rasa.answer = lambda text: [{"text": "All gone"}, {"custom": {"erase": True}}]
    delivered = []

    async def deliver(line) -> None:
        delivered.append(line)

    await talk.handle(ID, Incoming(text="yes"), deliver=deliver)
    assert erased == [ID]
    assert [line.reply.text for line in await talk.history(ID)] == ["All gone"]
    assert [(line.who, line.reply.fresh) for line in delivered] == [("user", False), ("bot", True)]


async def test_what_was_erased_elsewhere_is_dropped_and_what_came_later_stays(rasa: FakeRasa, talk) -> None:
    await talk.handle(ID, Incoming(text="secret"))
    assert talk.forget({ID: datetime.now(UTC) - timedelta(hours=1), "web-unknown": datetime.now(UTC)}) == []
    rasa.events.clear()
    assert talk.forget({ID: datetime.now(UTC)}) == [ID]
    assert await talk.history(ID) == []


async def test_a_receipt_travels_sealed_and_a_copy_in_clear(rasa: FakeRasa, talk) -> None:
    rasa.answer = lambda text: [
        {"text": "Sent", "buttons": [{"title": "A", "payload": "/a"}]},
        {"custom": {"keep": {"copy": "MHZ PIN", "receipt": RECEIPT}}},
    ]
    (reply,) = await talk.handle(ID, Incoming(text="yes"))
    assert reply.copy == "MHZ PIN"
    assert RECEIPT["reference"] not in reply.receipt
    opened = open_receipt("s", ID, reply.receipt)
    assert opened is not None
    assert opened["reference"] == RECEIPT["reference"]


async def test_a_notice_outlives_a_restart_with_its_button(rasa: FakeRasa, client: RasaClient, talk) -> None:
    lines = []

    async def deliver(line) -> None:
        lines.append(line)

    await talk.notify("tg-1", "label_open", "/check_status", deliver=deliver)
    assert lines[0].reply.text == Wording().say("notice", "en").text
    restarted = Conversations(client, Wording(), secret="s")
    await restarted.handle("tg-1", Incoming(choice=lines[0].reply.buttons[0].id))
    assert rasa.texts == ["/check_status"]
