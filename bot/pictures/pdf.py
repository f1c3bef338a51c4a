"""Puts drawings on the pages of a PDF as outlines: sharp in print, right in every script, with alternative texts.

For the booklet, and for any other paper that is drawn with bot/pictures/drawing.py.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from fpdf import FPDF

A5, A4 = (148.0, 210.0), (210.0, 297.0)  # millimetres
_DESCRIBED = re.compile(r"<title.*?</title>|<desc.*?</desc>")  # the PDF has its own place for these words


@dataclass(frozen=True)
class Page:
    """One page: its drawing, the words for who cannot see it, and its name in the list of contents if it has one."""

    svg: str
    alt: str
    section: str = ""


def pdf_of(
    pages: Iterable[Page],
    *,
    title: str,
    language: str,
    size: tuple[float, float] = A5,
    margin: float = 8.0,
    numbered: bool = True,
    made_at: datetime | None = None,
) -> bytes:
    """The pages as a PDF; `made_at` is written into it, so that the same pages give the same file."""
    pdf = FPDF(format=size)
    pdf.set_auto_page_break(False)
    pdf.set_title(title)
    pdf.set_lang(language)
    pdf.set_creation_date(made_at or datetime.now(UTC))
    pdf.set_creator("Muhafiz")
    for number, page in enumerate(pages, start=1):
        pdf.add_page()
        if page.section:
            pdf.start_section(page.section)
        _place(pdf, page, margin)
        if numbered and number > 1:
            pdf.set_font("helvetica", size=10)
            pdf.set_xy(0, size[1] - 10)
            pdf.cell(size[0], 5, str(number), align="C")
    return bytes(pdf.output())


def _place(pdf: FPDF, page: Page, margin: float) -> None:
    """The drawing as large as the page less its margins takes, in the middle."""
    svg = _DESCRIBED.sub("", page.svg)
    width, height = (float(n) for n in re.findall(r'viewBox="0 0 (\S+) (\S+?)"', svg)[0])
    scale = min((pdf.w - 2 * margin) / width, (pdf.h - 2 * margin) / height)
    x, y = (pdf.w - width * scale) / 2, (pdf.h - height * scale) / 2
    pdf.image(io.BytesIO(svg.encode()), x=x, y=y, w=width * scale, h=height * scale, alt_text=page.alt)
