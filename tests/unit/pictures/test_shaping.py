"""Text in pictures: letters join, directions are in order, lines are broken within their width."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pictures import fonts
from bot.pictures.fonts import FontMissing, font_file, missing_fonts
from bot.pictures.shaping import Glyph, Line, Style, set_line, wrap
from bot.settings import Settings

WORDS = ["کوڈ", "بتائیں", "آپ", "1799", "OTP", "کارڈ", "call", "بینک", "0800-39393"]
URDU, ENGLISH = Style(50, "ur"), Style(50, "en")


def glyphs(text: str, style: Style = URDU) -> list[int]:
    return [glyph.id for glyph in set_line(text, style).glyphs]


def latin(line: Line) -> list[Glyph]:
    """Glyphs with ink that the Latin font draws, from left to right."""
    return [glyph for glyph in line.glyphs if glyph.face.name.startswith("NotoSans-") and glyph.face.outline(glyph.id)]


def test_letters_of_an_urdu_word_are_joined() -> None:
    """A letter inside a word has another shape than the letter alone."""
    alone = {glyph for letter in "بینک" for glyph in glyphs(letter)}
    joined = glyphs("بینک")
    assert len(joined) >= 4
    assert not alone & set(joined)


def test_an_urdu_line_runs_from_right_to_left() -> None:
    """The first word of the sentence is the rightmost one."""
    line = set_line("محافظ 1799", URDU)
    letters = [glyph.x for glyph in line.glyphs if glyph not in latin(line)]
    assert latin(line)[-1].x < min(letters)


@pytest.mark.parametrize("text", ["بمطابق 2026-10-05", "کال کریں 042-111-003737 ابھی", "DRF 0800-39393 پر"])
def test_a_number_reads_from_left_to_right_in_an_urdu_line(text: str) -> None:
    """Dates and phone numbers keep the order of their parts."""
    number = re.search(r"[\d-]{5,}", text)
    assert number
    line = set_line(text, URDU)
    drawn = [glyph.id for glyph in latin(line)]
    wanted = [glyph.id for glyph in latin(set_line(number.group(), ENGLISH))]
    assert wanted in [drawn[start : start + len(wanted)] for start in range(len(drawn))]


def test_latin_words_in_an_urdu_line_read_from_left_to_right() -> None:
    """OTP is not PTO."""
    line = set_line("بینک کا OTP نہ بتائیں", URDU)
    assert [glyph.id for glyph in latin(line)] == glyphs("OTP", ENGLISH)


def test_a_sindhi_name_is_joined_in_one_font() -> None:
    """A letter that Nastaliq lacks does not tear its word apart."""
    line = set_line("ڪراچي", URDU)
    assert {glyph.face.name for glyph in line.glyphs} == {"NotoNaskhArabic-Regular"}
    assert glyphs("ڪ")[0] != line.glyphs[-1].id


def test_what_no_font_has_is_left_out() -> None:
    """An unassigned character leaves no empty box."""
    assert glyphs("Ali\U000e0fff", ENGLISH) == glyphs("Ali", ENGLISH)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=25))
@settings(max_examples=40, deadline=None)
def test_wrapping_keeps_every_word_and_the_width(words: list[str]) -> None:
    """No word is lost or torn, no line is too wide, balanced or not."""
    text = " ".join(words)
    plain, balanced = wrap(text, URDU, 400), wrap(text, URDU, 400, balanced=True)
    for lines in (plain, balanced):
        assert " ".join(line.text for line in lines) == text
        assert all(line.width <= 400 for line in lines)
    assert len(balanced) == len(plain)


def without_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder has the fonts."""
    monkeypatch.setattr(fonts, "_FOLDERS", ())
    monkeypatch.setattr(fonts, "settings", lambda: Settings(fonts="/nowhere"))


def test_fonts_that_are_missing_are_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts the product without the package reads which one to install."""
    without_folders(monkeypatch)
    monkeypatch.setattr(fonts, "_ask_fontconfig", lambda pattern: ("DejaVu Sans", "/usr/share/fonts/dejavu.ttf"))
    font_file.cache_clear()
    try:
        with pytest.raises(FontMissing, match=r"Noto Nastaliq Urdu.*apt-get install fonts-noto-core"):
            font_file("Noto Nastaliq Urdu")
        assert "\n" not in str(missing_fonts())
    finally:
        font_file.cache_clear()


def test_fontconfig_finds_a_font_outside_the_usual_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """A font installed elsewhere is found by asking fontconfig."""
    usual = font_file("Noto Sans")
    without_folders(monkeypatch)
    font_file.cache_clear()
    try:
        assert font_file("Noto Sans") == usual
    finally:
        font_file.cache_clear()
