"""Files of the cards under var/cards: drawn when first asked for, kept until anything they are made of changes."""

import asyncio
import hashlib
import os
from functools import cached_property
from pathlib import Path

from bot.pictures.cards import Card
from bot.pictures.fonts import FAMILIES, font_file
from bot.settings import Settings

_HERE = Path(__file__).parent
_MADE_BY = ("shaping.py", "drawing.py", "card_drawing.py", "icons.py", "icons.svg", "fonts.py")
FORMATS = ("svg", "png")


class CardFiles:
    """Gives the file of a card, drawing it if there is none yet."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._drawing = asyncio.Lock()

    @cached_property
    def _folder(self) -> Path:
        folder = self._settings.prepare_var() / "cards"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def path(self, card: Card, kind: str) -> Path:
        """Where the card's file lies or will lie."""
        return self._folder / f"{card.name}.{self._fingerprint(card)}.{kind}"

    def make(self, card: Card, kind: str) -> Path:
        """The card's file. Raises FontMissing where it cannot be drawn."""
        path = self.path(card, kind)
        if not path.exists():
            self._write(path, card, self._drawn(card, kind))
        return path

    async def file(self, card: Card, kind: str) -> Path:
        """As `make`, without holding up the loop; one drawing at a time."""
        async with self._drawing:
            return await asyncio.to_thread(self.make, card, kind)

    def _drawn(self, card: Card, kind: str) -> bytes:
        from bot.pictures.card_drawing import card_svg  # a second of imports that the start need not wait for
        from bot.pictures.drawing import png_of

        kept = self.path(card, "svg")
        svg = kept.read_text(encoding="utf-8") if kept.exists() else card_svg(card)
        return png_of(svg) if kind == "png" else svg.encode()

    def _write(self, path: Path, card: Card, content: bytes) -> None:
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        partial.write_bytes(content)
        partial.replace(path)
        for other in self._folder.glob(f"{card.name}.*{path.suffix}"):
            if other != path:
                other.unlink(missing_ok=True)

    def _fingerprint(self, card: Card) -> str:
        return hashlib.sha256(f"{self._tools}{card}".encode()).hexdigest()[:16]

    @cached_property
    def _tools(self) -> str:
        """Digest of the code, the pictures and the fonts that cards are made with."""
        digest = hashlib.sha256()
        for name in _MADE_BY:
            digest.update((_HERE / name).read_bytes())
        for family in FAMILIES:
            for bold in (False, True):
                path = font_file(family, bold=bold)
                digest.update(f"{path.name}{path.stat().st_size}".encode())
        return digest.hexdigest()
