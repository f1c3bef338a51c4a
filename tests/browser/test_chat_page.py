"""The chat page in a real browser, against the real gateway and a fake Rasa."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.app import create_app
from bot.settings import Settings
from bot.wording import Wording
from tests.auxil.fake_rasa import FakeRasa

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHROMIUM = "/usr/bin/chromium"
PHONE = {"width": 360, "height": 740}
WORDING = Wording()
OpenPage = Callable[..., Awaitable[Page]]


class Gateway:
    """A gateway that can stop and start again on its port."""

    def __init__(self, config: Settings) -> None:
        self._config = config
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    async def start(self) -> None:
        self._runner = web.AppRunner(create_app(self._config), access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, shutdown_timeout=1)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()


def answer(text: str) -> list[dict[str, Any]]:
    """Rasa for these tests: repeats the text and asks whether it is right."""
    language = re.search(r'"language_choice": "([^"]+)"', text)
    control = [{"custom": {"language": language.group(1), "pin": True}}] if language else []
    titles = ("ہاں", "نہیں") if language and language.group(1) == "ur" else ("Yes", "No")
    choices = [{"title": title, "payload": f"/{number}"} for number, title in enumerate(titles)]
    return [*control, {"text": f"You said: {text}"}, {"text": "Right?", "buttons": choices}]


@pytest_asyncio.fixture(loop_scope="module")
async def rasa() -> AsyncIterator[FakeRasa]:
    async with FakeRasa(answer) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="module")
async def gateway(tmp_path: Path, rasa: FakeRasa) -> AsyncIterator[Gateway]:
    port = int(rasa.url.rpartition(":")[2])
    gateway = Gateway(Settings(var=tmp_path, rasa_port=port, rate_messages=1000))
    await gateway.start()
    yield gateway
    await gateway.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(browser: Browser, gateway: Gateway) -> AsyncIterator[OpenPage]:
    """Opens the page and waits for the greeting. Console errors and requests to other hosts fail the test."""
    complaints: list[str] = []

    async def start(**options: Any) -> Page:
        context = await browser.new_context(**{"viewport": PHONE, "locale": "en-GB", **options})
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda entry: entry.type == "error" and complaints.append(entry.text))
        page.on("request", lambda asked: complaints.append(asked.url) if not _is_ours(asked.url) else None)
        await page.goto(gateway.url)
        await expect(page.locator(".choices button").first).to_be_visible()
        return page

    yield start
    for context in browser.contexts:
        await context.close()
    ours = [text for text in complaints if "ERR_CONNECTION" not in text and "WebSocket connection" not in text]
    assert not ours


def _is_ours(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "https://www.google.com/"))


async def say(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


def lines(page: Page, who: str) -> Any:
    return page.locator(f".line.{who} .bubble")


async def test_talking_and_choosing(open_page: OpenPage, rasa: FakeRasa) -> None:
    page = await open_page()
    await say(page, "hello")
    await expect(lines(page, "bot").nth(-2)).to_have_text("You said: hello")
    await expect(page.locator(".choices:visible")).to_have_count(1)
    await page.get_by_role("button", name="Yes").click()
    await expect(lines(page, "user").last).to_have_text("Yes")
    await expect(lines(page, "bot").nth(-2)).to_have_text("You said: /0")
    assert rasa.texts == ["/greet", "hello", "/0"]
    await expect(page.locator("#text")).to_have_value("")


async def test_text_is_never_markup(open_page: OpenPage) -> None:
    page = await open_page()
    hostile = '<img src=x onerror="document.title=1"> <a href="javascript:alert(1)">x</a> javascript:alert(1)'
    await say(page, hostile)
    await expect(lines(page, "bot").nth(-2)).to_have_text(f"You said: {hostile}")
    await expect(lines(page, "user").last).to_have_text(hostile)
    assert await page.locator(".log img, .log a").count() == 0
    assert await page.title() == WORDING.say("label_title", "en").text


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://www.nccia.gov.pk/a?b=1. Or", ["https://www.nccia.gov.pk/a?b=1"]),
        ("(complaint.nccia.gov.pk)", ["https://complaint.nccia.gov.pk/"]),
        ("Mail helpdesk@nccia.gov.pk.", ["mailto:helpdesk@nccia.gov.pk"]),
        ("In danger call 15. The helpline is 1799.", ["tel:15", "tel:1799"]),
        ("ابھی 15 پر کال کریں، ہیلپ لائن 1799", ["tel:15", "tel:1799"]),
        ("Abhi 15 par call karein", ["tel:15"]),
        ("Phone 0800-22444 or +92 51 9106384 or 111-222-333", None),
        ("NCCIA 1799. As of NCCIA 2025", ["tel:1799"]),
        ("15 days, Section 21, PKR 1,000,000, year 2025, 12345", []),
        ("CNIC 35202-1234567-1 and hbl-verify.com and x@evil.com", []),
    ],
)
async def test_links(open_page: OpenPage, rasa: FakeRasa, text: str, links: list[str] | None) -> None:
    rasa.answer = lambda _: [{"text": text, "buttons": [{"title": "A", "payload": "/a"}]}]
    page = await open_page()
    anchors = await page.eval_on_selector_all(".bubble a", "all => all.map(a => [a.href, a.rel, a.target])")
    expected = ["tel:080022444", "tel:+92519106384", "tel:111222333"] if links is None else links
    assert [href for href, _, _ in anchors] == expected
    for href, rel, target in anchors:
        if href.startswith("http"):
            assert (rel, target) == ("noopener noreferrer", "_blank")
    await expect(lines(page, "bot").first).to_have_text(text)


async def test_urdu_turns_the_page_round(open_page: OpenPage, rasa: FakeRasa) -> None:
    page = await open_page()
    await page.click("[data-language=ur]")
    await expect(page.get_by_role("button", name="ہاں")).to_be_visible()
    html = page.locator("html")
    await expect(html).to_have_attribute("dir", "rtl")
    await expect(html).to_have_attribute("lang", "ur")
    await expect(page.locator("h1")).to_have_text(WORDING.say("label_name", "ur").text)
    await expect(page.locator("#text")).to_have_attribute("placeholder", WORDING.say("label_placeholder", "ur").text)
    assert rasa.texts[-1] == '/set_language{"language_choice": "ur"}'
    await page.reload()
    await expect(html).to_have_attribute("lang", "ur")
    await expect(page.locator("[data-language=ur]")).to_have_attribute("aria-pressed", "true")


async def test_the_browsers_language_greets(open_page: OpenPage, rasa: FakeRasa) -> None:
    page = await open_page(locale="ur-PK")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert rasa.requests[0]["metadata"]["language"] == "ur"


async def test_reload_keeps_the_conversation_and_its_buttons(open_page: OpenPage, rasa: FakeRasa) -> None:
    page = await open_page()
    await say(page, "hello")
    await expect(lines(page, "bot").nth(-2)).to_have_text("You said: hello")
    await page.fill("#text", "not sent yet")
    await page.reload()
    await expect(lines(page, "user")).to_have_text(["hello"])
    await expect(page.locator(".choices:visible")).to_have_count(1)
    await expect(page.locator("#text")).to_have_value("not sent yet")
    assert rasa.texts == ["/greet", "hello"]


async def test_a_restart_of_the_gateway_loses_nothing(open_page: OpenPage, gateway: Gateway, rasa: FakeRasa) -> None:
    page = await open_page()
    await say(page, "before")
    await expect(lines(page, "bot").nth(-2)).to_have_text("You said: before")
    await gateway.stop()
    await expect(page.locator("#banner")).to_have_text(WORDING.say("label_reconnecting", "en").text)
    await say(page, "meanwhile")
    await expect(page.locator(".waiting .bubble")).to_have_text("meanwhile")
    await gateway.start()
    await expect(lines(page, "bot").nth(-2)).to_have_text("You said: meanwhile", timeout=20_000)
    await expect(page.locator("#banner")).to_be_hidden()
    await expect(lines(page, "user")).to_have_text(["before", "meanwhile"])
    assert rasa.texts == ["/greet", "before", "meanwhile"]


async def test_keys(open_page: OpenPage, rasa: FakeRasa) -> None:
    page = await open_page()
    await page.focus("#text")
    await page.keyboard.type("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Enter")
    await expect(lines(page, "user").last).to_have_text("one\ntwo")
    await page.keyboard.press("Enter")  # nothing to send
    await expect(lines(page, "bot").nth(-2)).to_have_text("You said: one\ntwo")
    assert len(rasa.texts) == 2


async def test_too_long_a_text_is_counted_and_kept(open_page: OpenPage, rasa: FakeRasa) -> None:
    page = await open_page()
    await page.fill("#text", "ک" * 4999)
    await expect(page.locator("#counter")).to_have_text("1 characters left")
    await page.fill("#text", "ک" * 5002)
    await expect(page.locator("#counter")).to_have_text("2 characters too many")
    await expect(page.locator("#send")).to_be_disabled()
    await page.press("#text", "Enter")
    await expect(page.locator("#text")).to_have_value("ک" * 5002)
    assert rasa.texts == ["/greet"]


async def test_a_refused_text_comes_back(open_page: OpenPage, rasa: FakeRasa) -> None:
    page = await open_page()
    rasa.delay = 1.5
    for number in range(7):
        await say(page, f"m{number}")
    await expect(page.locator(".note").first).to_have_text(WORDING.say("one_at_a_time", "en").text)
    await expect(page.locator("#text")).to_have_value("m6")
    await expect(lines(page, "bot").nth(-2)).to_have_text("You said: m5", timeout=30_000)


@pytest.mark.parametrize("way", ["button", "shift"])
async def test_leaving_quickly(open_page: OpenPage, gateway: Gateway, way: str) -> None:
    page = await open_page()
    await say(page, "secret")
    await expect(lines(page, "bot").nth(-2)).to_have_text("You said: secret")
    await page.context.route("https://www.google.com/**", lambda route: route.fulfill(body="elsewhere"))
    if way == "button":
        await page.click("#leave")
    else:
        for _ in range(3):
            await page.keyboard.press("Shift")
    await page.wait_for_url("https://www.google.com/")
    async with asyncio.timeout(5):
        while await page.context.cookies(gateway.url):
            await asyncio.sleep(0.05)
    await page.go_back()
    assert "secret" not in await page.content()
    await page.goto(gateway.url)
    await expect(page.locator(".choices button").first).to_be_visible()
    assert await lines(page, "user").count() == 0


async def test_nothing_is_wider_than_a_small_phone(open_page: OpenPage, rasa: FakeRasa) -> None:
    rasa.answer = lambda _: [
        {"text": "https://example.gov.pk/" + "a" * 300 + " " + "W" * 300},
        {"text": "?", "buttons": [{"title": "B" * 80, "payload": "/b"}]},
    ]
    page = await open_page(viewport={"width": 320, "height": 560})
    await say(page, "X" * 400)
    await expect(lines(page, "bot")).to_have_count(4)
    for language in ("en", "ur", "ur-Latn"):
        await page.click(f"[data-language={language}]")
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        assert await page.evaluate("document.documentElement.scrollHeight") == 560


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ur"])
async def test_accessibility(open_page: OpenPage, scheme: str, language: str) -> None:
    page = await open_page(color_scheme=scheme, bypass_csp=True)
    await page.click(f"[data-language={language}]")
    await say(page, "hello https://example.gov.pk")
    await expect(lines(page, "user").last).to_be_visible()
    await page.fill("#text", "x" * 5001)
    results = await Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


async def test_page_without_javascript_says_so(browser: Browser, gateway: Gateway) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(gateway.url)
    await expect(page.locator(".note").first).to_contain_text("1799")
