"""Draws a card: pictures on a coloured ground, a large title, and a few words a line of thought."""

from collections.abc import Iterator
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
_SHRUNK_TITLE = 0.76  # of the title's size: below it a second line is better
_PAPER, _INK = "#ffffff", "#17252b"
_STEP = 4.0  # pixels by which the text shrinks until it fits
_STEP_INDENT = 110  # of a step's words, beside its number
_LEAST_GAP, _MOST_GAP = 22.0, 58.0  # between title and rows
_CLEAR = 6.0  # pixels between the ink of two lines


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
class _Set:
    """A line of a card, the row it belongs to (none for the title), and whether the row begins with it."""

    line: Line
    row: Row | None = None
    is_first: bool = False
    is_label: bool = False


class DoesNotFit(Exception):
    """A card has more words than fit in readable size; the text names it."""


def card_svg(card: Card) -> str:
    """The card as SVG; raises DoesNotFit where its words are too many."""
    theme = _THEMES.get(card.incident_type, _PLAIN)
    drawing = Drawing(WIDTH, HEIGHT, title=card.title, description=card.alt, language=card.language)
    drawing.box(0, 0, WIDTH, HEIGHT, _PAPER)
    _scene(drawing, card, theme)
    _foot(drawing, card, theme)
    lines = _fitted(card)
    bases = _bases(lines, _gap(lines))
    _do_box(drawing, [(line, base) for line, base in zip(lines, bases, strict=True) if line.row], theme)
    for part, base in zip(lines, bases, strict=True):
        is_step = part.row is not None and part.row.is_step
        if is_step and part.is_first:
            _number(drawing, part, base, theme)
        fill = _INK if part.row and not part.is_label else theme.strong
        indent = _STEP_INDENT if is_step else 0
        drawing.write_at(part.line, MARGIN + indent, WIDTH - MARGIN - indent, base, fill)
    return drawing.svg()


def _size(sizes: dict[str, int], language: str) -> int:
    return sizes.get(language, sizes["en"])


def _fitted(card: Card) -> list[_Set]:
    """Title and rows in the largest size in which all of them fit."""
    title = [_Set(line) for line in _title(card)]
    size: float = _size(_TEXT, card.language)
    while size >= _size(SMALLEST_TEXT, card.language):
        lines = [*title, *(part for row in card.rows for part in _row_lines(row, size, card.language))]
        if _gap(lines) >= _LEAST_GAP and all(_is_inside(part) for part in lines):
            return lines
        size -= _STEP
    raise DoesNotFit(f"card {card.name} has too many words")


def _row_lines(row: Row, size: float, language: str) -> Iterator[_Set]:
    width = WIDTH - 2 * MARGIN - (_STEP_INDENT if row.is_step else 0)
    if not row.is_step:
        yield _Set(set_line(row.label, Style(size * _LABEL, language, bold=True)), row, is_first=True, is_label=True)
    for number, line in enumerate(wrap(row.text, Style(size, language), width, balanced=True)):
        yield _Set(line, row, is_first=row.is_step and number == 0)


def _is_inside(part: _Set) -> bool:
    return part.line.width <= WIDTH - 2 * MARGIN - (_STEP_INDENT if part.row and part.row.is_step else 0)


def _gap(lines: list[_Set]) -> float:
    """The space between title and rows, as wide as the rest of the height allows."""
    room = HEIGHT - _FOOT - _end(lines[-1].line, _bases(lines, 0)[-1])
    return min(_MOST_GAP, room / (sum(part.is_first for part in lines) + 2))


def _bases(lines: list[_Set], gap: float) -> list[float]:
    """The base line of each line: its usual distance, or more where letters would touch."""
    first = lines[0].line
    bases = [_SCENE + max(gap + _ascent(first), first.top + _CLEAR)]
    for upper, part in pairwise(lines):
        usual = upper.line.style.leading + _ascent(part.line) - _ascent(upper.line) + (gap if part.is_first else 0)
        bases.append(bases[-1] + max(usual, part.line.distance_below(upper.line) + _CLEAR))
    return bases


def _ascent(line: Line) -> float:
    """How much of a line's height is over its base line: Nastaliq hangs lower than Latin."""
    return line.style.leading * (0.68 if line.style.language == RTL_LANGUAGE else 0.73)


def _end(line: Line, base: float) -> float:
    return base + line.style.leading - _ascent(line)


def _title(card: Card) -> list[Line]:
    """The title on one line where it need not become much smaller for that, else on two."""
    style = Style(_size(_TITLE, card.language), card.language, bold=True)
    fits = (WIDTH - 2 * MARGIN) / set_line(card.title, style).width
    if _SHRUNK_TITLE < fits < 1:
        style = Style(style.size * fits * 0.99, card.language, bold=True)
    return wrap(card.title, style, WIDTH - 2 * MARGIN, balanced=True)


def _do_box(drawing: Drawing, lines: list[tuple[_Set, float]], theme: _Theme) -> None:
    """A coloured ground under what to do."""
    inside = [(part.line, base) for part, base in lines if part.row and part.row.name == "do"]
    if not inside:
        return
    (first, first_base), (last, last_base) = inside[0], inside[-1]
    top = first_base - max(_ascent(first), first.top + _CLEAR) - 8
    height = max(_end(last, last_base), last_base + last.bottom) + 12 - top
    drawing.box(MARGIN - 36, top, WIDTH - 2 * MARGIN + 72, height, theme.soft, radius=22)
    x = WIDTH - MARGIN + 18 if first.style.language == RTL_LANGUAGE else MARGIN - 30
    drawing.box(x, top + 16, 12, height - 32, theme.strong, radius=6)


def _number(drawing: Drawing, part: _Set, base: float, theme: _Theme) -> None:
    """A step's number in a disc beside its first line."""
    style = part.line.style
    x = WIDTH - MARGIN - 42 if style.language == RTL_LANGUAGE else MARGIN + 42
    y = base - style.size * 0.34
    drawing.add(f'<circle cx="{x}" cy="{y:g}" r="40" fill="{theme.strong}"/>')
    figure = set_line(part.row.label if part.row else "", Style(46, bold=True))
    drawing.write(figure, x - figure.width / 2, y + 17, _PAPER)


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
