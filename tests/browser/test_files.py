"""Files through the chat page: the real file input, on a phone, by keyboard and in Urdu."""

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.auxil.files import PDF, picture
from tests.live import texts
from tests.live.delivered import OutsideSystem, reference_in
from tests.live.person import Person
from tests.live.stack import Stack
from tests.live.stories import BROWSER

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]

FRAUD = next(story for story in BROWSER if story.expected["incident_type"] == "fraud")


async def test_files_are_chosen_sent_and_forwarded(
    stack: Stack, outside: OutsideSystem, open_chat, tmp_path: Path
) -> None:
    """Two at once, and one that is too big and never leaves the page."""
    chat = await open_chat()
    await chat.open(stack.url)
    person = Person(chat, FRAUD)
    await person.complain()
    (tmp_path / "a shot.png").write_bytes(picture())
    (tmp_path / "bill.pdf").write_bytes(PDF)
    (tmp_path / "big.png").write_bytes(bytes(stack.settings.evidence_bytes + 1))
    files = [tmp_path / name for name in ("a shot.png", "big.png", "bill.pdf")]
    async with chat.page.expect_file_chooser() as chooser:
        await chat.page.focus("#attach")
        await chat.page.keyboard.press("Enter")
    await (await chooser.value).set_files(files)
    await chat.page.get_by_text(texts.text("utter_evidence_kept", "en", count=2)).wait_for()
    told = texts.text("utter_gateway_label_file_too_big", "en", mb=stack.settings.evidence_mb)
    told = told.replace("{name}", "big.png")
    assert await chat.page.get_by_text(told).is_visible()
    assert await chat.page.locator(".line.user .bubble").all_text_contents() == [
        *(await chat.page.locator(".line.user .bubble").all_text_contents())[:-2],
        "a shot.png",
        "bill.pdf",
    ]
    await expect(chat.page.locator(".sending-file")).to_have_count(0)
    assert await chat.page.evaluate("document.documentElement.scrollWidth") <= 360
    found = await Axe().run(chat.page)
    assert not [i for i in found.response["violations"] if i["impact"] in {"serious", "critical"}]
    await chat.page.screenshot(path=tmp_path / "files.png")
    reference = reference_in(await person.send(), "utter_submitted_forwarded", "en")
    record = (await outside.wait_for(reference)).record
    assert [item["filename"] for item in record["evidence"]] == ["a shot.png", "bill.pdf"]


@pytest.mark.parametrize(("locale", "language"), [("ur-PK", "ur"), ("en-GB", "en")])
async def test_without_a_complaint_no_file_leaves_the_page(
    stack: Stack, open_chat, tmp_path: Path, locale: str, language: str
) -> None:
    """The page asks first, shows why not, and its button is named in the person's language."""
    chat = await open_chat(locale)
    await chat.open(stack.url)
    button = chat.page.get_by_role("button", name=texts.text("utter_gateway_label_attach", language))
    assert await button.is_visible()
    sent: list[str] = []
    chat.page.on("request", lambda request: sent.append(request.method))
    (tmp_path / "a.png").write_bytes(picture())
    await chat.page.set_input_files("#files", tmp_path / "a.png")
    await chat.page.get_by_text(texts.text("utter_gateway_file_no_complaint", language)).wait_for()
    assert "POST" not in sent
