"""The printable booklet, and the two commands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.pictures.booklet import booklet_pdf
from bot.pictures.cards import cards


def test_booklet_has_cover_contents_every_card_and_helplines() -> None:
    """One page a card, named for screen readers and in the list of contents."""
    pdf = booklet_pdf("en")
    assert pdf.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type /Page\b(?!s)", pdf))
    assert pages == len(cards("en")) + 4
    assert b"/Lang (en)" in pdf
    assert b"/MediaBox [0 0 419.53 595.28]" in pdf
    assert pdf.count(b"/Alt ") == pages


@pytest.mark.parametrize("arguments", [["cards", "--language", "xx"], ["booklet", "--language", "xx"]])
def test_an_unknown_language_is_refused_in_one_line(arguments: list[str]) -> None:
    """The message names the option and what it takes."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "knowledge", *arguments], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "--language xx: must be one of en, ur, ur-Latn" in done.stderr
    assert "Traceback" not in done.stderr


def test_cards_are_written_to_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`muhafiz knowledge cards` gives a plain file a card, language and format."""
    from bot.settings import settings

    monkeypatch.setenv("MUHAFIZ_VAR", str(tmp_path / "var"))
    monkeypatch.setattr("bot.pictures.cards.cards", lambda language: dict(list(cards(language).items())[:2]))
    settings.cache_clear()
    try:
        done = CliRunner().invoke(app, ["knowledge", "cards", "--out", str(tmp_path / "out"), "--language", "ur"])
        again = CliRunner().invoke(app, ["knowledge", "cards", "--out", str(tmp_path / "out"), "--language", "ur"])
    finally:
        settings.cache_clear()
    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == sorted(f"{card.name}.{kind}" for card in list(cards("ur").values())[:2] for kind in ("svg", "png"))
    assert "4 files drawn anew" in done.output
    assert "0 files drawn anew" in again.output
