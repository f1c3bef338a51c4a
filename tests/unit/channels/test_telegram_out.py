"""How texts and buttons are cut to what Telegram takes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram_out import rows, split
from bot.conversations import Button


@given(st.text(max_size=300), st.integers(20, 60))
@settings(max_examples=200)
def test_split_loses_no_word_and_keeps_the_limit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < len(part.encode("utf-16-le", "surrogatepass")) // 2 <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_split_prefers_paragraphs() -> None:
    assert split("a" * 30 + "\n\n" + "b b " * 9, 50) == ["a" * 30, ("b b " * 9).strip()]


def test_short_buttons_share_a_row() -> None:
    titles = ("Yes", "No", "Skip", "A rather long answer indeed")
    keyboard = rows(tuple(Button(title, title) for title in titles))
    assert [[button.text for button in row] for row in keyboard] == [["Yes", "No", "Skip"], [titles[3]]]
