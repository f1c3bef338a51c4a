"""The chat in a terminal: lines in, replies and numbered buttons out."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from bot.channels import console
from bot.settings import Settings
from bot.wording import Wording
from tests.auxil.fake_rasa import FakeRasa

WORDING = Wording()


@pytest.fixture(autouse=True)
def use_fake_rasa(monkeypatch: pytest.MonkeyPatch, make_settings: Callable[..., Settings]) -> None:
    config = make_settings()
    monkeypatch.setattr(console, "settings", lambda: config)


async def chat(typed: str, language: str | None = None) -> tuple[int, str]:
    out = io.StringIO()
    code = await console.chat(language, source=io.StringIO(typed), out=out)
    return code, out.getvalue()


def menu(*titles: str) -> Callable[[str], list[dict[str, Any]]]:
    return lambda text: [{"text": text, "buttons": [{"title": t, "payload": f"/{t.lower()}"} for t in titles]}]


async def test_greets_answers_and_ends_with_the_input(rasa: FakeRasa) -> None:
    code, shown = await chat("hello\n\nthere")
    assert code == 0
    assert rasa.texts == ["/greet", "hello", "there"]
    assert rasa.requests[0]["metadata"]["channel"] == "console"
    assert "echo: hello\n" in shown
    assert "> " not in shown  # no prompt into a pipe


async def test_a_number_chooses_a_button(rasa: FakeRasa) -> None:
    rasa.answer = menu("Yes", "No")
    _, shown = await chat("2\n3\n0\n٢\n")
    assert "  1. Yes\n  2. No\n" in shown
    assert rasa.texts == ["/greet", "/no", "3", "0", "/no"]


async def test_typed_payloads_are_words(rasa: FakeRasa) -> None:
    await chat("/submit_report\n")
    assert rasa.texts[1] == "submit_report"


async def test_language_is_passed_on(rasa: FakeRasa) -> None:
    _, shown = await chat("", "ur")
    assert rasa.requests[0]["metadata"]["language"] == "ur"
    assert shown.startswith(WORDING.say("console_hello", "ur").text)


async def test_an_unsaid_notice_keeps_the_buttons(rasa: FakeRasa) -> None:
    rasa.answer = menu("Yes")
    await chat("x" * 5001 + "\n1\n")
    assert rasa.texts == ["/greet", "/yes"]


async def test_says_when_the_chatbot_is_not_running(rasa: FakeRasa) -> None:
    await rasa.stop()
    code, shown = await chat("hello\n", "ur-Latn")
    assert code == 1
    assert shown.strip() == WORDING.say("console_no_rasa", "ur-Latn").text


async def test_input_that_is_not_text_ends_the_chat(rasa: FakeRasa) -> None:
    source = io.TextIOWrapper(io.BytesIO(b"hello\n\xff\xfe\n"), encoding="utf-8")
    assert await console.chat("en", source=source, out=io.StringIO()) == 0
