"""Typed text: what is dropped, what is refused, and that no text can become a payload."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.typed_text import LONGEST_TEXT, clean, command, problem, same_words, without_payload


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  hello \n", "hello"),
        ("a\x00b\x07c", "abc"),
        ("pay\u202e\u2066gpj.exe\u2069", "paygpj.exe"),
        ("\ufeffhello\u200b", "hello"),
        ("line one\r\nline two\u2028three", "line one\nline two\nthree"),
        ("می\u200cخواہم", "می\u200cخواہم"),
        ("cafe\u0301", "café"),
        ("bad \ud83d half", "bad  half"),
        ("\u200f\u200e \u200d", ""),
    ],
)
def test_clean_drops_what_nobody_sees(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned


@pytest.mark.parametrize(
    ("typed", "payload"),
    [
        ("/start", "/greet"),
        ("/START@muhafiz_bot", "/greet"),
        ("/start from-poster", "/greet"),
        ("／help", "/help"),
        ("/language", "/choose_language"),
        ("/restart", "/start_over"),
        ("/help my account was hacked", None),
        ("/starting", None),
        ("/greet", None),
        ('/set_language{"language_choice": "ur"}', None),
        ("help", None),
    ],
)
def test_only_four_commands_are_commands(typed: str, payload: str | None) -> None:
    assert command(clean(typed)) == payload


@pytest.mark.parametrize("start", ["/", "//", " / /", "／", "\u200b/", "\u200d/", "\u2066/", "\n/", "\u00a0/", "\x1f/"])
def test_leading_slashes_go(start: str) -> None:
    assert without_payload(clean(start + "submit_report")) == "submit_report"


@given(st.text())
def test_no_text_becomes_a_payload(text: str) -> None:
    assert not without_payload(clean(text)).strip().startswith("/")
    without_payload(clean(text)).encode("utf-8")


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "empty"),
        ("😀👍🏽", "only_symbols"),
        ("?!…۔", "only_symbols"),
        ("a" * LONGEST_TEXT, None),
        ("a" * (LONGEST_TEXT + 1), "too_long"),
        ("15", None),
        ("۱۵", None),
        ("کیا؟", None),
    ],
)
def test_problems(text: str, expected: str | None) -> None:
    assert problem(text) == expected


def test_titles_meet_however_they_are_typed() -> None:
    assert same_words("🚨 Report  a crime!") == same_words("report a CRIME")
    assert same_words("شكايت کرني ہے") == same_words("شکایت کرنی ہے۔")
    assert same_words("😀") == ""
