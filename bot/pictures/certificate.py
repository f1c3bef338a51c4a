"""The certificate of the quiz: a picture with the name that the person chose."""

import unicodedata

from bot.knowledge.texts import content
from bot.pictures.drawing import Drawing, png_of
from bot.pictures.icons import icon
from bot.pictures.shaping import RTL_LANGUAGE, Line, Style, set_line, wrap

WIDTH, HEIGHT = 1400, 1000
LONGEST_NAME = 60
_MARGIN = 170
_LARGEST_NAME, _SMALLEST_NAME = {"ur": 66, "en": 84}, 40
_GREEN, _INK, _QUIET, _GOLD, _PAPER = "#0b5d4e", "#17302a", "#4d615b", "#b9862b", "#fffaf0"
_NAME_MIDDLE, _RULE = 530, 610  # where the name's ink is centred, and the highest place of the rule under it


def certificate_png(name: str, score: int, total: int, language: str) -> bytes:
    """The certificate as PNG. `name` is taken from the person: cleaned, shortened and set in its own direction."""
    return png_of(certificate_svg(name, score, total, language))


def certificate_svg(name: str, score: int, total: int, language: str) -> str:
    """The certificate as SVG, with its words as title and description."""
    words = content("cards")["certificate"]
    said = {part: str(words[part][language]) for part in words}
    said["for"] = said["for"].format(score=score, total=total)
    shown = name_line(name, language) or _line(said["nobody"], Style(52, language, bold=True))
    parts = (said["given_to"], shown.text, said["for"], said["note"])
    drawing = Drawing(WIDTH, HEIGHT, title=said["heading"], description=" ".join(parts), language=language)
    _frame(drawing)
    drawing.add(icon("shield", WIDTH / 2 - 75, 92, 150))
    _centre(drawing, _line(said["heading"], Style(72, language, bold=True)), 345, _GREEN)
    _centre(drawing, _line(said["given_to"], Style(34, language)), 432, _INK)
    below = _name(drawing, shown)
    for line in wrap(said["for"], Style(37, language), WIDTH - 2 * _MARGIN, balanced=True):
        below += line.style.leading
        _centre(drawing, line, below, _INK)
    wish = _line(said["wish"], Style(37, language, bold=True))
    _centre(drawing, wish, below + wish.style.leading + 12, _GREEN)
    _centre(drawing, _line(said["note"], Style(27, language)), HEIGHT - 88, _QUIET)
    return drawing.svg()


def _name(drawing: Drawing, line: Line) -> float:
    """The name with a rule under its ink; gives the place below it."""
    base = _NAME_MIDDLE + (line.top - line.bottom) / 2
    rule = max(_RULE, base + line.bottom + 10)
    _centre(drawing, line, base, _GREEN)
    drawing.box(WIDTH / 2 - 330, rule, 660, 4, _GOLD, radius=2)
    return rule + 14


def clean_name(name: str) -> str:
    """The name on one line, without control characters, and not longer than a line can hold."""
    plain = unicodedata.normalize("NFC", name[: LONGEST_NAME * 8])
    kept = (
        " " if c.isspace() else c for c in plain if c.isspace() or c == "\u200c" or unicodedata.category(c)[0] != "C"
    )
    words = " ".join("".join(kept).split())
    return words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1].rstrip() + "…"


def name_line(name: str, language: str) -> Line | None:
    """The name as large as fits; None where nothing of it can be drawn."""
    text = clean_name(name)
    own = _language_of(text, language)
    size = _LARGEST_NAME.get(own, _LARGEST_NAME["en"])
    line = set_line(text, Style(size, own, bold=True))
    while line.width > WIDTH - 2 * _MARGIN and size > _SMALLEST_NAME:
        size -= 4
        line = set_line(text, Style(size, own, bold=True))
    while line.width > WIDTH - 2 * _MARGIN and len(text) > 1:
        text = text.rstrip("…")[:-1].rstrip() + "…"
        line = set_line(text, Style(size, own, bold=True))
    return line if line.top + line.bottom > 1 else None


def _language_of(name: str, language: str) -> str:
    """Urdu for a name in Arabic letters, else a Latin one: the direction is the name's own."""
    letters = [c for c in name if c.isalpha()]
    if not letters:
        return language
    urdu = sum("\u0600" <= c <= "\u08ff" or "\ufb50" <= c <= "\ufeff" for c in letters)
    return RTL_LANGUAGE if urdu * 2 > len(letters) else "en"


def _line(text: str, style: Style) -> Line:
    """One line, set smaller where it would be too wide."""
    line = set_line(text, style)
    if line.width <= WIDTH - 2 * _MARGIN:
        return line
    return set_line(text, Style(style.size * (WIDTH - 2 * _MARGIN) / line.width, style.language, style.bold))


def _centre(drawing: Drawing, line: Line, y: float, fill: str) -> None:
    drawing.write_at(line, 0, WIDTH, y, fill, centred=True)


def _frame(drawing: Drawing) -> None:
    drawing.box(0, 0, WIDTH, HEIGHT, _GREEN)
    drawing.box(28, 28, WIDTH - 56, HEIGHT - 56, _PAPER, radius=18)
    drawing.add(
        f'<rect x="50" y="50" width="{WIDTH - 100}" height="{HEIGHT - 100}" rx="10" fill="none" '
        f'stroke="{_GOLD}" stroke-width="4"/>'
    )
    for x, y in ((50, 50), (WIDTH - 50, 50), (50, HEIGHT - 50), (WIDTH - 50, HEIGHT - 50)):
        square = '<rect x="-34" y="-34" width="68" height="68"'
        star = f'{square}/>{square} transform="rotate(45)"/>'
        drawing.add(f'<g transform="translate({x} {y})" fill="{_GOLD}">{star}<circle r="26" fill="{_PAPER}"/></g>')
