"""Draws a card: pictures on a coloured ground, a large title, and a few words a line of thought."""

from dataclasses import dataclass
from itertools import pairwise

from bot.pictures.cards import Card, Row, card_words
from bot.pictures.drawing import Drawing
from bot.pictures.icons import icon
from bot.pictures.shaping import RTL_LANGUAGE, Line, Style, set_line, wrap

WIDTH, HEIGHT = 1080, 1440
MARGIN = 68
_SCENE, _FOOT = 400, 96  # heights of the pictures' ground and of the foot
_TITLE = {"ur": 76, "en": 78}
_TEXT, SMALLEST_TEXT = {"ur": 64, "en": 64}, {"ur": 44, "en": 48}
_LABEL = 0.68  # of the text's size
_PAPER, _INK = "#ffffff", "#17252b"
_STEP = 4.0  # pixels by which the text shrinks until it fits


@dataclass(frozen=True)
class _Theme:
    ground: str
    strong: str  # at least 4.5:1 against white, and as the ground of white words
    soft: str


_THEMES = {
    "fraud": _Theme("#fdeac6", "#8a4b00", "#fff6e3"),
    "blackmail": _Theme("#fbd9d5", "#a3262a", "#fff0ee"),
    "harassment": _Theme("#ead9f3", "#6c3a8c", "#f8f1fc"),
    "hacking": _Theme("#d3e6f5", "#1d5688", "#eef6fc"),
    "impersonation": _Theme("#d9e0f4", "#384f9b", "#f0f3fc"),
    "child_abuse": _Theme("#fdeac6", "#a3262a", "#fff0ee"),
    "hate_extremism": _Theme("#f9ddcb", "#99400f", "#fff3ec"),
    "defamation": _Theme("#e4e2d3", "#5d5423", "#f7f6ee"),
}
_PLAIN = _Theme("#d3ece3", "#0b5d4e", "#edf8f4")


@dataclass(frozen=True)
class _Block:
    """A row set in lines, with its height."""

    row: Row
    label: Line
    lines: list[Line]

    @property
    def height(self) -> float:
        style = self.lines[0].style
        return (0 if self.is_step else self.label.style.leading) + len(self.lines) * style.leading

    @property
    def is_step(self) -> bool:
        return self.row.name.startswith("step_")


class DoesNotFit(Exception):
    """A card has more words than fit in readable size; the text names it."""


def card_svg(card: Card) -> str:
    """The card as SVG; raises DoesNotFit where its words are too many."""
    theme = _THEMES.get(card.incident_type, _PLAIN)
    drawing = Drawing(WIDTH, HEIGHT, title=card.title, description=card.alt, language=card.language)
    drawing.box(0, 0, WIDTH, HEIGHT, _PAPER)
    _scene(drawing, card, theme)
    _foot(drawing, card, theme)
    title, blocks = _fitted(card)
    gap = _gap(title, blocks)
    y = _SCENE + gap
    for line in title:
        y += line.style.leading
        _write(drawing, line, _base(y, line), theme.strong)
    for block in blocks:
        y += gap
        _draw_block(drawing, block, y, theme)
        y += block.height
    return drawing.svg()


def _size(sizes: dict[str, int], language: str) -> int:
    return sizes.get(language, sizes["en"])


def _fitted(card: Card) -> tuple[list[Line], list[_Block]]:
    """Title and rows in the largest size in which all of them fit."""
    title_style = Style(_size(_TITLE, card.language), card.language, bold=True)
    title = wrap(card.title, title_style, WIDTH - 2 * MARGIN, balanced=True)
    size: float = _size(_TEXT, card.language)
    while size >= _size(SMALLEST_TEXT, card.language):
        blocks = [_block(row, size, card.language) for row in card.rows]
        if _gap(title, blocks) >= 26 and all(_is_inside(line) for b in blocks for line in b.lines):
            return title, blocks
        size -= _STEP
    raise DoesNotFit(f"card {card.name} has too many words")


def _is_inside(line: Line) -> bool:
    return line.width <= WIDTH - 2 * MARGIN


def _block(row: Row, size: float, language: str) -> _Block:
    indent = 110 if row.name.startswith("step_") else 0
    label = set_line(row.label, Style(size * _LABEL, language, bold=True))
    return _Block(row, label, wrap(row.text, Style(size, language), WIDTH - 2 * MARGIN - indent, balanced=True))


def _gap(title: list[Line], blocks: list[_Block]) -> float:
    """The space between title and rows, as wide as the rest of the height allows."""
    used = sum(line.style.leading for line in title) + sum(block.height for block in blocks)
    room = HEIGHT - _SCENE - _FOOT - used
    return min(58.0, room / (len(blocks) + 2))


def _base(y: float, line: Line) -> float:
    """The base line in a line's height that ends at y: Nastaliq hangs lower than Latin."""
    return y - line.style.leading * (0.3 if line.style.language == RTL_LANGUAGE else 0.27)


def _write(drawing: Drawing, line: Line, y: float, fill: str, indent: float = 0) -> None:
    drawing.write_at(line, MARGIN + indent, WIDTH - MARGIN - indent, y, fill)


def _draw_block(drawing: Drawing, block: _Block, top: float, theme: _Theme) -> None:
    is_urdu = block.label.style.language == RTL_LANGUAGE
    y, indent = top, 0.0
    if block.row.name == "do":
        drawing.box(MARGIN - 36, top - 16, WIDTH - 2 * MARGIN + 72, block.height + 30, theme.soft, radius=22)
        x = WIDTH - MARGIN + 12 if is_urdu else MARGIN - 24
        drawing.box(x, top + 4, 12, block.height - 8, theme.strong, radius=6)
    if block.is_step:
        indent = 110
        _number(drawing, block, top, theme, is_urdu)
    else:
        y += block.label.style.leading
        _write(drawing, block.label, _base(y, block.label), theme.strong)
    for line in block.lines:
        y += line.style.leading
        _write(drawing, line, _base(y, line), _INK, indent)


def _number(drawing: Drawing, block: _Block, top: float, theme: _Theme, is_urdu: bool) -> None:
    """A step's number in a disc beside its first line."""
    x = WIDTH - MARGIN - 42 if is_urdu else MARGIN + 42
    y = top + block.lines[0].style.leading / 2
    drawing.add(f'<circle cx="{x}" cy="{y:g}" r="40" fill="{theme.strong}"/>')
    figure = set_line(block.row.label, Style(46, bold=True))
    drawing.write(figure, x - figure.width / 2, y + 17, "#fff")


def _scene(drawing: Drawing, card: Card, theme: _Theme) -> None:
    """The pictures side by side, the middle one larger, in the reading direction of the language."""
    drawing.box(0, 0, WIDTH, _SCENE, theme.ground)
    drawing.add(
        f'<g fill="#fff" opacity=".55"><circle cx="{WIDTH / 2}" cy="{_SCENE / 2}" r="172"/>'
        f'<circle cx="60" cy="70" r="120"/><circle cx="{WIDTH - 40}" cy="{_SCENE - 40}" r="140"/></g>'
    )
    pictures = card.pictures[::-1] if card.language == RTL_LANGUAGE else card.pictures
    sizes = (210, 280, 210) if len(pictures) == 3 else (260,) * len(pictures)
    space = (WIDTH - sum(sizes)) / (len(pictures) + 1)
    x, middles = space, []
    for name, size in zip(pictures, sizes, strict=True):
        drawing.add(icon(name, x, (_SCENE - size) / 2, size))
        middles.append((x, x + size))
        x += size + space
    for (_, before), (after, _) in pairwise(middles):
        for dot in (-22, 0, 22):
            x = (before + after) / 2 + dot
            drawing.add(f'<circle cx="{x:g}" cy="{_SCENE / 2}" r="6" fill="{theme.strong}"/>')


def _foot(drawing: Drawing, card: Card, theme: _Theme) -> None:
    """Who made the card, and how old its facts are."""
    top = HEIGHT - _FOOT
    drawing.box(0, top, WIDTH, _FOOT, theme.strong)
    is_urdu = card.language == RTL_LANGUAGE
    brand = set_line(card_words("brand", card.language), Style(40, card.language, bold=True))
    as_of = set_line(f"{card_words('as_of', card.language)} {card.as_of.isoformat()}", Style(34, card.language))
    y = top + (58 if is_urdu else 62)
    badge = WIDTH - MARGIN - 58 if is_urdu else MARGIN
    drawing.add(f'<circle cx="{badge + 29}" cy="{top + _FOOT / 2}" r="34" fill="#fff"/>')
    drawing.add(icon("shield", badge + 5, top + _FOOT / 2 - 24, 48))
    drawing.write(brand, badge - 20 - brand.width if is_urdu else badge + 78, y, "#fff")
    drawing.write(as_of, MARGIN if is_urdu else WIDTH - MARGIN - as_of.width, y, "#fff")
