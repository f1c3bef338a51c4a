"""Files through the gateway: asked first, read within limits, refused before they are kept."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.settings import Settings
from bot.triage.access import Access
from bot.triage.drafts import Drafts
from bot.triage.evidence import Evidence
from bot.triage.store import Store, open_store
from bot.wording import Wording
from tests.auxil.fake_rasa import FakeRasa
from tests.auxil.files import EICAR, MARK, PDF, clamd, picture
from tests.auxil.records import a_full_draft
from tests.auxil.telegram_double import TelegramDouble
from tests.auxil.web_visitor import greeted, receive_any

MakeGateway = Callable[..., Awaitable[TestClient]]
WORDING = Wording()
PNG = picture()
HEADERS = {"X-Muhafiz": "file", "X-File-Name": "shot.png"}
CHAT = 880012345678


@pytest.fixture
def store(make_settings: Callable[..., Settings]) -> Iterator[Store]:
    """The store of the gateway, with one open draft."""
    store = open_store(make_settings())
    facts = {"draft_id": "d1", "description": "x"}
    Drafts(store, 14).save(facts, language="en", conversation="web-1", now=datetime.now(UTC))
    yield store
    store.close()


@pytest.fixture
def complaint(rasa: FakeRasa) -> Callable[..., None]:
    """Opens a complaint in the fake Rasa."""

    def open_one(incident_type: str = "fraud", **facts: Any) -> None:
        rasa.slots = {"draft_id": "d1", "consent": {"given_at": "now"}, "incident_type": incident_type, **facts}
        rasa.active_loop = {"name": "complaint_form"}

    return open_one


def kept(store: Store) -> list[dict[str, Any]]:
    return Evidence(store, 10).of_draft("d1")


def said(name: str, **values: object) -> str:
    return WORDING.say(f"file_{name}", "en", **values).text


async def upload(client: TestClient, content: Any, **headers: str) -> bool:
    async with client.post("/chat/files", data=content, headers=HEADERS | headers) as answer:
        assert answer.status == 200
        return bool((await answer.json())["done"])


def nothing_on_disk(folder: Path) -> None:
    for path in folder.rglob("*"):
        assert not path.is_file() or MARK not in path.read_bytes(), path


async def test_a_file_of_an_open_complaint_is_kept(
    gateway: MakeGateway, rasa: FakeRasa, store: Store, complaint: Callable[..., None], tmp_path: Path
) -> None:
    """Its name is the person's line, Rasa is told, and nothing readable lies on the disk."""
    complaint()
    client = await gateway()
    socket = await greeted(client)
    assert await upload(client, PNG, **{"X-File-Name": "%D8%B1%D8%B3%DB%8C%D8%AF.png"})
    assert (await receive_any(socket, "echo"))["text"] == "رسید.png"
    assert rasa.texts[-1] == '/choose{"field":"evidence","choice":"added"}'
    (item,) = kept(store)
    assert (item["content_type"], item["size"], item["filename"]) == ("image/png", len(PNG), "رسید.png")
    nothing_on_disk(tmp_path)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"incident_type": "child_abuse"}, "child"),
        ({"incident_type": "blackmail", "risk_flags": ["intimate_images"]}, "intimate"),
        ({"incident_type": "hate_extremism"}, "extremism"),
        ({"consent": None}, "no_complaint"),
    ],
)
async def test_what_must_not_come_is_refused_before_it_is_read(
    gateway: MakeGateway,
    rasa: FakeRasa,
    store: Store,
    complaint: Callable[..., None],
    tmp_path: Path,
    facts: dict[str, Any],
    name: str,
) -> None:
    """Already the question is answered with no; a file sent all the same is not read to its end."""
    complaint(**facts)
    client = await gateway()
    socket = await greeted(client)
    async with client.get("/chat/files/may", headers=HEADERS) as answer:
        assert not (await answer.json())["done"]
    assert (await receive_any(socket, "message"))["text"] == said(name)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(2000):
            sent += 65_536
            yield PNG + bytes(65_536 - len(PNG))
            await asyncio.sleep(0)

    with suppress(OSError):  # the gateway may close while the file is still coming
        assert not await upload(client, endless())
    assert sent < 2000 * 65_536
    assert (await receive_any(socket, "message"))["text"] == said(name)
    assert kept(store) == []
    assert not any("evidence" in text for text in rasa.texts)
    nothing_on_disk(tmp_path)


async def test_where_private_pictures_are_likely_it_is_asked_first(
    gateway: MakeGateway, rasa: FakeRasa, store: Store, complaint: Callable[..., None]
) -> None:
    """The buttons answer for the draft; after "none of that" a file is taken."""
    complaint("harassment")
    client = await gateway()
    socket = await greeted(client)
    assert not await upload(client, PNG)
    asked = await receive_any(socket, "message")
    assert asked["text"] == said("ask_first")
    clean, private = asked["buttons"]
    assert (clean["title"], private["title"]) == (said("is_clean"), said("is_private"))
    await socket.send_json({"type": "choose", "button": clean["id"], "id": "c1"})
    await receive_any(socket, "message")
    assert rasa.texts[-1] == '/choose{"field":"evidence","choice":"clean"}'
    complaint("harassment", progress={"private_pictures": False})
    assert await upload(client, PNG)
    assert len(kept(store)) == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>" + MARK, "type"),
        (b"\x89PNG\r\n\x1a\n<html>" + MARK, "damaged"),
        (PNG + bytes(2 * 1024 * 1024), "too_big"),
    ],
)
async def test_what_is_not_what_it_has_to_be(
    gateway: MakeGateway,
    rasa: FakeRasa,
    store: Store,
    complaint: Callable[..., None],
    tmp_path: Path,
    content: bytes,
    name: str,
) -> None:
    """Whatever its name says: refused, and nothing is left."""
    complaint()
    client = await gateway(evidence_mb=1)
    socket = await greeted(client)
    assert not await upload(client, content)
    assert (await receive_any(socket, "message"))["text"] == said(name, mb=1)
    assert kept(store) == []
    nothing_on_disk(tmp_path)


async def test_the_limit_holds_without_a_length(
    gateway: MakeGateway, store: Store, complaint: Callable[..., None]
) -> None:
    """A body in pieces that says no length is cut off at the limit."""
    complaint()
    client = await gateway(evidence_mb=1)
    socket = await greeted(client)

    async def pieces() -> AsyncIterator[bytes]:
        yield PNG
        for _ in range(40):
            yield bytes(65_536)

    with suppress(OSError):
        assert not await upload(client, pieces())
    assert (await receive_any(socket, "message"))["text"] == said("too_big", mb=1)
    assert kept(store) == []


async def test_one_file_too_many(gateway: MakeGateway, store: Store, complaint: Callable[..., None]) -> None:
    complaint()
    client = await gateway(evidence_files=1)
    socket = await greeted(client)
    assert await upload(client, PNG)
    await receive_any(socket, "message")
    assert not await upload(client, PDF)
    assert (await receive_any(socket, "message"))["text"] == said("full", most=1)
    assert await upload(client, PNG)  # the same again is no second file
    assert len(kept(store)) == 1


async def test_other_sites_and_strangers_cannot_send(gateway: MakeGateway, store: Store) -> None:
    client = await gateway()
    async with client.post("/chat/files", data=PNG, headers=HEADERS) as answer:
        assert answer.status == 403  # no session
    await client.get("/")
    for headers in ({}, {**HEADERS, "Origin": "https://evil.example"}, {"X-Muhafiz": "leave"}):
        async with client.post("/chat/files", data=PNG, headers=headers) as answer:
            assert answer.status == 403
        async with client.get("/chat/files/may", headers=headers) as answer:
            assert answer.status == 403


async def test_the_scanner_decides(
    gateway: MakeGateway, store: Store, complaint: Callable[..., None], tmp_path: Path
) -> None:
    """Harmful: refused. No clear answer or nobody there: refused too."""
    complaint()
    async with clamd() as scanner:
        client = await gateway(clamd=scanner.address)
        socket = await greeted(client)
        assert not await upload(client, b"test " + EICAR + MARK)
        assert (await receive_any(socket, "message"))["text"] == said("virus")
        scanner.answer = b"stream: ERROR\0"
        assert not await upload(client, PDF)
        assert (await receive_any(socket, "message"))["text"] == said("not_scanned")
        scanner.answer = None
        assert await upload(client, PDF)
        await receive_any(socket, "message")
    assert not await upload(client, PNG)
    assert (await receive_any(socket, "message"))["text"] == said("not_scanned")
    assert [item["content_type"] for item in kept(store)] == ["application/pdf"]
    nothing_on_disk(tmp_path)


async def test_while_rasa_is_down_nothing_is_taken(
    gateway: MakeGateway, rasa: FakeRasa, store: Store, complaint: Callable[..., None]
) -> None:
    complaint()
    client = await gateway()
    socket = await greeted(client)
    rasa.status = 500
    assert not await upload(client, PNG)
    assert (await receive_any(socket, "message"))["text"] == said("trouble")
    assert kept(store) == []


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as double:
        yield double


async def test_telegram_photo_and_document(
    telegram: TelegramDouble, gateway: MakeGateway, rasa: FakeRasa, store: Store, complaint: Callable[..., None]
) -> None:
    """Both are fetched and kept, with what was written under them."""
    complaint()
    await gateway(telegram_token=telegram.token, telegram_api=telegram.url)
    await telegram.user_gives(CHAT, "photo", picture("JPEG"), caption="his threat")
    await telegram.next_messages(CHAT)
    await telegram.user_gives(CHAT, "file", PDF, file_name="../bank.pdf")
    await telegram.next_messages(CHAT)
    first, second = kept(store)
    assert (first["content_type"], first["caption"]) == ("image/jpeg", "his threat")
    assert (second["content_type"], second["filename"]) == ("application/pdf", "bank.pdf")
    assert rasa.texts[-2:] == ['/choose{"field":"evidence","choice":"added"}'] * 2


async def test_telegram_fetches_nothing_that_must_not_come(
    telegram: TelegramDouble, gateway: MakeGateway, store: Store, complaint: Callable[..., None]
) -> None:
    """Not the file of a child abuse complaint, and not one that is too big."""
    complaint("child_abuse")
    await gateway(telegram_token=telegram.token, telegram_api=telegram.url, evidence_mb=1)
    await telegram.user_gives(CHAT, "photo", picture("JPEG"))
    (refused,) = await telegram.next_messages(CHAT)
    assert refused["text"] == said("child")
    complaint()
    await telegram.user_gives(CHAT, "file", PDF + bytes(2 * 1024 * 1024))
    (refused,) = await telegram.next_messages(CHAT)
    assert refused["text"] == said("too_big", mb=1)
    assert not any(method == "getFile" for method, _ in telegram.calls)
    assert kept(store) == []


@pytest.fixture
def sent(rasa: FakeRasa, store: Store) -> Callable[..., str]:
    """Sends a complaint and opens it in the fake Rasa, as reference and PIN do; gives its reference."""

    def send_one(
        incident_type: str = "fraud", *, minutes: float = 15, form: str | None = "access_form", **facts: Any
    ) -> str:
        draft = a_full_draft(draft_id="sent-1", incident_type=incident_type, **facts)
        record = store.submit(draft, system="desk", now=datetime.now(UTC), lease_seconds=0)
        until = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
        rasa.slots = {"access": {"reference": record.reference, "until": until}}
        rasa.active_loop = {"name": form} if form else {}
        return record.reference

    return send_one


@pytest.mark.parametrize("form", ["access_form", None])
async def test_a_file_for_a_complaint_that_was_sent(
    gateway: MakeGateway, rasa: FakeRasa, store: Store, sent: Callable[..., str], tmp_path: Path, form: str | None
) -> None:
    """In the menu behind the PIN, or right after sending: kept with the record, and Rasa is told."""
    reference = sent(form=form)
    client = await gateway()
    await greeted(client)
    assert await upload(client, PNG)
    assert rasa.texts[-1] == '/manage{"choice":"file_added"}'
    (item,) = (store.get(reference) or {})["evidence"]
    assert (item["content_type"], item["size"], item["filename"]) == ("image/png", len(PNG), "shot.png")
    assert [content for _, content in Evidence(store, 10).of_record(reference)] == [PNG]
    assert kept(store) == []
    nothing_on_disk(tmp_path)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"incident_type": "child_abuse"}, "child"),
        ({"incident_type": "blackmail", "victim": {"is_minor": True}}, "child"),
        ({"incident_type": "blackmail", "risk_flags": ["intimate_images"]}, "intimate"),
        ({"incident_type": "hate_extremism"}, "extremism"),
        ({"minutes": -1}, "needs_pin"),
        ({"minutes": -1, "form": None}, "no_complaint"),
    ],
)
async def test_what_must_not_be_added_later(
    gateway: MakeGateway, rasa: FakeRasa, store: Store, sent: Callable[..., str], facts: dict[str, Any], name: str
) -> None:
    """Refused before anything is read, as in an open complaint; without a PIN nothing is taken."""
    reference = sent(**facts)
    client = await gateway()
    socket = await greeted(client)
    async with client.get("/chat/files/may", headers=HEADERS) as answer:
        assert not (await answer.json())["done"]
    assert (await receive_any(socket, "message"))["text"] == said(name)
    assert not await upload(client, PNG)
    assert (store.get(reference) or {})["evidence"] == []
    assert not any("file" in text for text in rasa.texts)


async def test_a_complaint_that_has_ended_takes_no_file(
    gateway: MakeGateway, store: Store, sent: Callable[..., str]
) -> None:
    """Withdrawn: it is said. Erased: as if there had never been one."""
    reference = sent()
    client = await gateway()
    socket = await greeted(client)
    Access(store).withdraw(reference, now=datetime.now(UTC))
    assert not await upload(client, PNG)
    assert (await receive_any(socket, "message"))["text"] == said("ended")
    Access(store).erase(reference, now=datetime.now(UTC))
    assert not await upload(client, PNG)
    assert list(Evidence(store, 10).of_record(reference)) == []


async def test_it_is_asked_first_for_a_sent_complaint_too(
    gateway: MakeGateway, rasa: FakeRasa, store: Store, sent: Callable[..., str]
) -> None:
    """The answer goes to the menu of the complaint, not to a form."""
    reference = sent("harassment")
    client = await gateway()
    socket = await greeted(client)
    assert not await upload(client, PNG)
    asked = await receive_any(socket, "message")
    assert asked["text"] == said("ask_first")
    await socket.send_json({"type": "choose", "button": asked["buttons"][0]["id"], "id": "c1"})
    await receive_any(socket, "message")
    assert rasa.texts[-1] == '/manage{"choice":"file_clean"}'
    rasa.slots["access"]["private_pictures"] = False
    assert await upload(client, PNG)
    assert len((store.get(reference) or {})["evidence"]) == 1


async def test_limits_and_scanner_hold_for_a_sent_complaint(
    gateway: MakeGateway, store: Store, sent: Callable[..., str]
) -> None:
    reference = sent()
    async with clamd() as scanner:
        client = await gateway(clamd=scanner.address, evidence_files=1, evidence_mb=1)
        socket = await greeted(client)
        for content, name in (
            (b"test " + EICAR, "virus"),
            (PNG + bytes(2 * 1024 * 1024), "too_big"),
            (b"<html>", "type"),
        ):
            assert not await upload(client, content)
            assert (await receive_any(socket, "message"))["text"] == said(name, mb=1)
        assert await upload(client, PNG)
        await receive_any(socket, "message")
        assert not await upload(client, PDF)
        assert (await receive_any(socket, "message"))["text"] == said("full_later", most=1)
    assert len((store.get(reference) or {})["evidence"]) == 1


async def test_telegram_adds_to_a_sent_complaint(
    telegram: TelegramDouble, gateway: MakeGateway, rasa: FakeRasa, store: Store, sent: Callable[..., str]
) -> None:
    """A photo with its caption; behind a PIN that was not given yet it is not even fetched."""
    reference = sent(minutes=-1)
    await gateway(telegram_token=telegram.token, telegram_api=telegram.url)
    await telegram.user_gives(CHAT, "photo", picture("JPEG"))
    (refused,) = await telegram.next_messages(CHAT)
    assert refused["text"] == said("needs_pin")
    assert not any(method == "getFile" for method, _ in telegram.calls)
    rasa.slots["access"]["until"] = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    await telegram.user_gives(CHAT, "photo", picture("JPEG"), caption="his second threat")
    await telegram.next_messages(CHAT)
    (item,) = (store.get(reference) or {})["evidence"]
    assert (item["content_type"], item["caption"]) == ("image/jpeg", "his second threat")
    assert rasa.texts[-1] == '/manage{"choice":"file_added"}'
