"""Files of a complaint through the real servers: given, listed, taken out, forwarded, refused, erased."""

import asyncio
import base64
import hashlib
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from bot.triage.store import open_store
from tests.auxil.files import MARK, PDF, TEXT, picture
from tests.auxil.telegram_double import TelegramDouble
from tests.live import texts
from tests.live.delivered import PATIENCE, OutsideSystem, exported_json, reference_in
from tests.live.person import Person
from tests.live.stack import Stack
from tests.live.stories import BROWSER, TELEGRAM

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]

FRAUD = next(story for story in BROWSER if story.expected["incident_type"] == "fraud")
CHILD = "Someone on Instagram asks my 12 year old daughter for pictures of her body and sends her dirty videos"


def says(told: str, response: str, language: str = "en", **values: object) -> bool:
    return _filled(response, language, values) in told


def _filled(response: str, language: str, values: dict[str, object]) -> str:
    found = texts.text(response, language)
    for key, value in values.items():
        found = found.replace("{" + key + "}", str(value))
    return found


async def files_of(outside: OutsideSystem, reference: str, count: int) -> list[dict[str, Any]]:
    """What came of this complaint's files, once there are as many as there should be."""
    until = time.monotonic() + PATIENCE
    while True:
        found = [d for d in outside.deliveries if d.key.startswith(f"{reference}/")]
        if len(found) >= count:
            await asyncio.sleep(1)  # one too many would come by now
            found = [d for d in outside.deliveries if d.key.startswith(f"{reference}/")]
            assert len(found) == count
            assert len({d.key for d in found}) == count
            return [d.record for d in found]
        assert time.monotonic() < until, f"{len(found)} of {count} files came"
        await asyncio.sleep(0.1)


def nothing_readable(stack: Stack) -> None:
    """No file of the product holds what was sent, and no log its name."""
    for path in stack.folder.rglob("*"):
        assert not path.is_file() or MARK not in path.read_bytes(), path
    assert "zebra" not in stack.logs()


async def test_files_over_the_web_chat(stack: Stack, outside: OutsideSystem, open_socket, tmp_path: Path) -> None:
    """Two files, one taken out and given again, a lying name; staff get both back with their hashes."""
    chat = await open_socket("en")
    refused, _ = await chat.upload("early.png", picture())
    assert not refused
    person = Person(chat, FRAUD)
    await person.tell()
    await person.answer_until("send")
    assert says(person.last.text, "utter_evidence_offer")
    done, told = await chat.upload("zebra shot.txt", picture())
    assert done and says(told.text, "utter_evidence_kept", count=1)
    assert texts.asked(told.text, "en") == "send"
    done, told = await chat.upload("page.png", b"<html><script>alert(1)</script>" + MARK)
    assert not done and says(told.text, "utter_gateway_file_type")
    _, told = await chat.upload("statement.pdf", PDF)
    assert says(told.text, "utter_evidence_kept", count=2)
    told = await chat.say("remove last file")
    assert says(told.text, "utter_evidence_removed", name="statement.pdf", count=1)
    _, told = await chat.upload("statement.pdf", PDF)
    shown = await chat.say("what have you got so far?")
    assert "2 (zebra shot.txt, statement.pdf)" in shown.text
    assert texts.label("choices", "remove_file", "en") in shown.buttons
    reference = reference_in(await person.send(), "utter_submitted_forwarded", "en")
    record = (await outside.wait_for(reference)).record
    expected = {hashlib.sha256(content).hexdigest(): content for content in (picture(), PDF)}
    assert {item["sha256"] for item in record["evidence"]} == set(expected)
    assert {item["content_type"] for item in record["evidence"]} == {"image/png", "application/pdf"}
    for file in await files_of(outside, reference, 2):
        assert base64.b64decode(file["content"]) == expected[file["sha256"]]
    assert (await exported_json(stack, reference))["evidence"] == record["evidence"]
    nothing_readable(stack)
    out = tmp_path / "case"
    done = await asyncio.to_thread(stack.run, "records", "evidence", reference, "--out", str(out))
    assert done.returncode == 0, done.stderr.decode()
    assert sorted(path.name for path in out.iterdir()) == ["01-zebra shot.png", "02-statement.pdf"]
    assert {path.read_bytes() for path in out.iterdir()} == set(expected.values())
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}


async def test_a_photo_and_a_document_on_telegram(
    stack: Stack, outside: OutsideSystem, telegram: TelegramDouble, open_telegram
) -> None:
    """A restart between giving and sending loses nothing; erasing takes the files along."""
    chat = open_telegram()
    story = next((s for s in TELEGRAM if s.expected["incident_type"] == "fraud"), FRAUD)
    language = story.language
    person = Person(chat, story)
    await chat.say("/start")
    await person.complain()
    await telegram.user_gives(chat.chat_id, "photo", picture("JPEG", taken="2026:11:20 21:14:03"), caption="receipt")
    assert says((await chat.collect()).text, "utter_evidence_kept", language, count=1)
    await telegram.user_gives(chat.chat_id, "file", TEXT, file_name="chat.txt")
    assert says((await chat.collect()).text, "utter_evidence_kept", language, count=2)
    for name in ("gateway", "rasa", "actions", "worker"):
        await asyncio.to_thread(stack.kill, name)
    await asyncio.to_thread(stack.ensure, "actions", "rasa", "worker", "gateway")
    told = await chat.tap(texts.title(language, "utter_ask_send", "yes"))
    reference = reference_in(told.text, "utter_submitted_forwarded", language)
    record = (await outside.wait_for(reference)).record
    photo, document = record["evidence"]
    assert (photo["caption"], photo["taken_at"]) == ("receipt", "2026:11:20 21:14:03")
    assert (document["filename"], document["content_type"]) == ("chat.txt", "text/plain")
    await files_of(outside, reference, 2)
    erased = await asyncio.to_thread(stack.run, "erase", reference, "--yes")
    assert erased.returncode == 0, erased.stderr.decode()
    done = await asyncio.to_thread(stack.run, "records", "evidence", reference, "--out", str(stack.folder / "none"))
    assert done.stderr.decode().startswith("0 files")
    nothing_readable(stack)


async def test_files_after_sending_over_the_web_chat(
    stack: Stack, outside: OutsideSystem, open_socket, tmp_path: Path
) -> None:
    """From another browser, with reference and PIN only: kept, told truly, delivered once; nothing without a PIN."""
    teller = Person(await open_socket("en"), FRAUD)
    await teller.tell()
    await teller.answer_until("send")
    await teller.chat.upload("first.png", picture())
    told = await teller.send()
    reference = reference_in(told, "utter_submitted_forwarded", "en")
    pin = texts.pattern("utter_submitted_pin", "en").search(told)
    assert pin, told
    await files_of(outside, reference, 1)
    chat = await open_socket("ur")
    done, refused = await chat.upload("zebra.pdf", PDF)
    assert not done and says(refused.text, "utter_gateway_file_no_complaint", "ur")
    await chat.say(reference)
    done, refused = await chat.upload("zebra.pdf", PDF)
    assert not done and says(refused.text, "utter_gateway_file_needs_pin", "ur")
    opened = await chat.say(pin["pin"])
    assert says(
        opened.text, "utter_status_forwarded", "ur", reference=reference, external_id=outside.numbers[reference]
    )
    assert says(opened.text, "utter_files_forwarded", "ur", count=1)
    done, told_file = await chat.upload("zebra.pdf", PDF)
    assert done and says(told_file.text, "utter_file_added", "ur", reference=reference), told_file.text
    done, told_file = await chat.upload("zebra.pdf", PDF)
    assert done, told_file.text  # the same again is no third one
    delivered = await files_of(outside, reference, 2)
    assert {base64.b64decode(file["content"]) for file in delivered} == {picture(), PDF}
    known = await chat.say(f"{reference} {pin['pin']}")
    assert says(known.text, "utter_files_forwarded", "ur", count=2), known.text
    record = await exported_json(stack, reference)
    assert [item["filename"] for item in record["evidence"]] == ["first.png", "zebra.pdf"]
    assert [entry.get("event") for entry in record["status_history"]].count("evidence_added") == 1
    assert record["updated_at"] == record["status_history"][-1]["at"]
    nothing_readable(stack)
    out = tmp_path / "case"
    listed = await asyncio.to_thread(stack.run, "records", "evidence", reference, "--out", str(out))
    assert listed.returncode == 0, listed.stderr.decode()
    assert {path.read_bytes() for path in out.iterdir()} == {picture(), PDF}


async def test_a_photo_after_sending_on_telegram(
    stack: Stack, outside: OutsideSystem, telegram: TelegramDouble, open_telegram
) -> None:
    """While the complaint system does not answer the person hears that it waits; later it is there once."""
    chat = open_telegram()
    story = next((s for s in TELEGRAM if s.expected["incident_type"] == "fraud"), FRAUD)
    person = Person(chat, story)
    await chat.say("/start")
    await person.complain()
    reference = reference_in(await person.send(), "utter_submitted_forwarded", story.language)
    await asyncio.to_thread(stack.kill, "worker")
    await telegram.user_gives(chat.chat_id, "photo", picture("JPEG"), caption="receipt")
    told = await chat.collect()
    assert says(told.text, "utter_file_added", story.language, reference=reference), told.text
    assert says(told.text, "utter_files_waiting", story.language, count=1, sent=0, waiting=1), told.text
    await asyncio.to_thread(stack.ensure, "worker")
    (file,) = await files_of(outside, reference, 1)
    assert file["caption"] == "receipt"
    assert file["external_id"] == outside.numbers[reference]


async def test_nothing_of_a_child_is_ever_taken(stack: Stack, open_socket) -> None:
    """Refused when asked and when sent, with where to go; the store has no file of it."""
    chat = await open_socket("en")
    answer = await chat.say(CHILD)
    for _ in range(3):
        if texts.asked(answer.text, "en") == "consent":
            answer = await chat.tap(texts.title("en", "utter_ask_agree", "yes"))
    done, told = await chat.upload("proof.png", picture(colour="blue"))
    assert not done
    assert says(told.text, "utter_gateway_file_child"), told.text
    store = open_store(stack.settings)
    with store.database.read() as connection:
        held = connection.exec_driver_sql("SELECT content FROM evidence").scalars().all()
    contents = [store.sealer.open_bytes(content) for content in held]
    store.close()
    assert picture(colour="blue") not in contents
    nothing_readable(stack)


async def test_harassment_is_asked_first(stack: Stack, open_socket) -> None:
    """Nothing is taken before the answer; the answer counts for the rest of the complaint."""
    chat = await open_socket("en")
    await chat.say(
        "A stranger keeps sending me abusive messages on WhatsApp and calls me all night, I blocked him twice"
    )
    await chat.tap(texts.title("en", "utter_ask_agree", "yes"))
    done, told = await chat.upload("chat.png", picture())
    assert not done and says(told.text, "utter_gateway_file_ask_first")
    told = await chat.tap(texts.text("utter_gateway_file_is_clean", "en"))
    assert says(told.text, "utter_evidence_ready")
    done, told = await chat.upload("chat.png", picture())
    assert done and says(told.text, "utter_evidence_kept", count=1)
    told = await chat.say("remove last file")
    assert says(told.text, "utter_evidence_removed", name="chat.png", count=0)
