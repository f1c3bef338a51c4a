"""Turns a text into placed glyphs: letters joined by HarfBuzz, mixed directions put in order, lines broken to fit."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import uharfbuzz as hb
from fontTools.pens.svgPathPen import SVGPathPen
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

from bot.pictures.fonts import NASKH, NASTALIQ, SANS, font_file, font_file_for

RTL_LANGUAGE = "ur"
_LATIN_IN_URDU = 0.78  # Nastaliq letters are small in their em: Latin beside them is set smaller
_NASKH_IN_URDU = 0.85
_LEADING = {"ur": 1.85}  # line height in ems; Nastaliq falls and rises far
_LATIN_LEADING = 1.3

_NUMBERS = re.compile(r"\d+(?:-\d+)+")  # a date or a phone number: its parts keep their order in an Urdu sentence
_LEFT_TO_RIGHT = "\u200e"


class Face:
    """One font file, opened for shaping and for its outlines."""

    def __init__(self, path: Path, scale: float = 1.0) -> None:
        self.name = path.stem
        self._face = hb.Face(hb.Blob.from_file_path(str(path)))
        self.font = hb.Font(self._face)
        self.em = self._face.upem / scale  # font units that make one em of the style
        self._has = set(self._face.unicodes)

    def has(self, character: str) -> bool:
        """Whether the font can draw the character by itself."""
        return ord(character) in self._has

    def outline(self, glyph: int) -> str:
        """The glyph as SVG path data in font units, y upwards; empty for a space."""
        pen = SVGPathPen(None, ntos=lambda number: str(round(number)))
        self.font.draw_glyph_with_pen(glyph, pen)
        return str(pen.getCommands())


@dataclass(frozen=True)
class Style:
    """How a text is set."""

    size: float
    language: str = "en"
    bold: bool = False

    @property
    def leading(self) -> float:
        """Distance between two lines."""
        return self.size * _LEADING.get(self.language, _LATIN_LEADING)

    @property
    def direction(self) -> TextDirection:
        """Direction of a paragraph in the language."""
        return TextDirection.RTL if self.language == RTL_LANGUAGE else TextDirection.LTR


@dataclass(frozen=True)
class Glyph:
    """A glyph at its place on the line, in pixels from the line's left end and base line (y upwards)."""

    face: Face
    id: int
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Box:
    """Where a glyph's ink is: from the line's left end, over and under its base line."""

    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Line:
    """One line of placed glyphs; `top` and `bottom` are how far the ink reaches over and under the base line."""

    text: str
    glyphs: tuple[Glyph, ...]
    width: float
    top: float
    bottom: float
    style: Style
    boxes: tuple[Box, ...] = ()

    def distance_below(self, upper: "Line") -> float:
        """How far under the base line of `upper` this one's must be, both starting at one edge, to touch no letter."""
        shift = upper.width - self.width if self.style.language == RTL_LANGUAGE else 0.0
        touching = (
            above.bottom + own.top
            for own in self.boxes
            for above in upper.boxes
            if own.left + shift < above.right and above.left < own.right + shift
        )
        return max(touching, default=0.0)


@lru_cache(maxsize=2048)
def set_line(text: str, style: Style) -> Line:
    """`text` on one line, whatever its width."""
    placed: list[Glyph] = []
    x = 0.0
    for run, face, is_rtl in _runs_in_sight_order(_drawable(text, style), style):
        size = style.size / face.em
        buffer = hb.Buffer()
        buffer.add_str(run)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if is_rtl else "ltr"
        hb.shape(face.font, buffer)
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            glyph_x, glyph_y = x + position.x_offset * size, position.y_offset * size
            placed.append(Glyph(face, info.codepoint, glyph_x, glyph_y, size))
            x += position.x_advance * size
    boxes = tuple(_boxes(placed))
    top, bottom = max([0.0, *(b.top for b in boxes)]), max([0.0, *(b.bottom for b in boxes)])
    return Line(text, tuple(placed), x, top, bottom, style, boxes)


def wrap(text: str, style: Style, width: float, *, balanced: bool = False) -> list[Line]:
    """`text` in lines of at most `width`; a single word that is wider stays whole. `balanced` evens the lines out."""
    lines = _greedy(text, style, width)
    if not balanced or len(lines) < 2:
        return [set_line(line, style) for line in lines]
    narrow, wide = width / len(lines) * 0.8, width
    while wide - narrow > 4:
        middle = (narrow + wide) / 2
        tried = _greedy(text, style, middle)
        fits = len(tried) <= len(lines) and all(set_line(line, style).width <= middle for line in tried)
        narrow, wide = (narrow, middle) if fits else (middle, wide)
    return [set_line(line, style) for line in _greedy(text, style, wide)]


def _greedy(text: str, style: Style, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and set_line(longer, style).width <= width:
            lines[-1] = longer
        elif word:
            lines.append(word)
    return lines


@lru_cache
def _faces(language: str, bold: bool) -> tuple[Face, ...]:
    """Fonts in the order in which they are asked for a character: Latin, Nastaliq, Naskh."""
    in_urdu = language == RTL_LANGUAGE
    scaled = ((SANS, _LATIN_IN_URDU if in_urdu else 1), (NASTALIQ, 1), (NASKH, _NASKH_IN_URDU if in_urdu else 1))
    return tuple(Face(font_file(family, bold=bold), scale) for family, scale in scaled)


@lru_cache(maxsize=64)
def _other_face(path: Path) -> Face:
    return Face(path)


def _face_of(character: str, style: Style, *, plain: bool = False) -> Face | None:
    """The font for a character: Latin letters and figures are never Nastaliq; with `plain` nothing is."""
    latin, nastaliq, naskh = _faces(style.language, style.bold)
    for face in (latin, naskh) if plain else (latin, nastaliq, naskh):
        if face.has(character):
            return face
    path = font_file_for(character, bold=style.bold)
    other = _other_face(path) if path else None
    return other if other and other.has(character) else None


def _drawable(text: str, style: Style) -> str:
    """`text` without what no installed font can draw, such as emoji."""
    return "".join(c for c in text if _is_mark_or_format(c) or _face_of(c, style))


def _is_mark_or_format(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me", "Cf")


def _runs_in_sight_order(text: str, style: Style) -> Iterator[tuple[str, Face, bool]]:
    """Pieces of one font and one direction from left to right, each in reading order."""
    if not text:
        return
    text = _NUMBERS.sub(f"{_LEFT_TO_RIGHT}\\g<0>", text)
    paragraph = BidiParagraph(text, style.direction)
    in_sight = paragraph.get_reordered_characters()
    levels = {c.character_index: c.embedding_level for c in in_sight}
    faces = _face_a_character(text, style)
    for (level, face), group in groupby(in_sight, key=lambda c: (levels[c.character_index], faces[c.character_index])):
        indexes = sorted(c.character_index for c in group)
        yield "".join(text[index] for index in indexes), face, bool(level % 2)


def _face_a_character(text: str, style: Style) -> list[Face]:
    """The font of each character; spaces and marks stay with the letter before them.

    A text with a letter that Nastaliq does not have, such as a Sindhi one, is Naskh as a whole, so that it joins.
    """
    latin, nastaliq, naskh = _faces(style.language, style.bold)
    plain = any(naskh.has(c) and not (nastaliq.has(c) or latin.has(c)) for c in text)
    chosen: list[Face] = []
    for character in text:
        follows = bool(chosen) and (_is_mark_or_format(character) or character in " \u00a0")
        face = chosen[-1] if follows else _face_of(character, style, plain=plain)
        chosen.append(face or latin)
    return chosen


def _boxes(glyphs: list[Glyph]) -> Iterator[Box]:
    for glyph in glyphs:
        extents = glyph.face.font.get_glyph_extents(glyph.id)
        if extents and extents.height:
            left, top = glyph.x + extents.x_bearing * glyph.size, glyph.y + extents.y_bearing * glyph.size
            yield Box(left, left + extents.width * glyph.size, top, -top - extents.height * glyph.size)
