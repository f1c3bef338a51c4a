"""An SVG drawing whose words are outlines, so that it looks the same where no font is installed; and its PNG."""

import io
from html import escape

import resvg_py
from PIL import Image

from bot.pictures.shaping import RTL_LANGUAGE, Face, Line

_COLOURS_OF_PNG = 128  # flat drawings: a palette makes the file a third


class Drawing:
    """Shapes and lines of text on a canvas, in pixels from its top left corner."""

    def __init__(self, width: int, height: int, *, title: str, description: str, language: str) -> None:
        self.width, self.height = width, height
        self._head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
            f'aria-labelledby="t d" lang="{language}">'
            f'<title id="t">{escape(title)}</title><desc id="d">{escape(description)}</desc>'
        )
        self._outlines: dict[tuple[str, int], str] = {}
        self._faces: dict[str, str] = {}
        self._body: list[str] = []

    def add(self, markup: str) -> None:
        """Shapes in SVG, our own and never from outside."""
        self._body.append(markup)

    def box(self, x: float, y: float, width: float, height: float, fill: str, *, radius: float = 0) -> None:
        """A filled rectangle."""
        self.add(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" fill="{fill}"/>')

    def write(self, line: Line, x: float, y: float, fill: str) -> None:
        """A line of text with its left end at x and its base line at y."""
        uses = []
        for glyph in line.glyphs:
            name = self._outline(glyph.face, glyph.id)
            if name:
                place = f"translate({x + glyph.x:.1f} {y - glyph.y:.1f})scale({glyph.size:.4g} -{glyph.size:.4g})"
                uses.append(f'<use xlink:href="#{name}" transform="{place}"/>')
        self.add(f'<g fill="{fill}" aria-hidden="true">{"".join(uses)}</g>')

    def write_at(self, line: Line, left: float, right: float, y: float, fill: str, *, centred: bool = False) -> None:
        """A line between two edges: centred, or at the edge where its language begins."""
        if centred:
            x = (left + right - line.width) / 2
        else:
            x = right - line.width if line.style.language == RTL_LANGUAGE else left
        self.write(line, x, y, fill)

    def _outline(self, face: Face, glyph: int) -> str:
        """Name of a glyph's outline among the definitions; empty for one without ink."""
        prefix = self._faces.setdefault(face.name, chr(ord("a") + len(self._faces)))
        if (prefix, glyph) not in self._outlines:
            self._outlines[prefix, glyph] = face.outline(glyph)
        return f"{prefix}{glyph}" if self._outlines[prefix, glyph] else ""

    def svg(self) -> str:
        """The whole drawing."""
        outlines = (f'<path id="{p}{g}" d="{path}"/>' for (p, g), path in self._outlines.items() if path)
        return f"{self._head}<defs>{''.join(outlines)}</defs>{''.join(self._body)}</svg>"


def png_of(svg: str, *, width: int | None = None) -> bytes:
    """The drawing as PNG with a small palette."""
    drawn = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True))
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    out = io.BytesIO()
    picture.quantize(_COLOURS_OF_PNG, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()
