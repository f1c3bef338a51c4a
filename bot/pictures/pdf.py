"""Puts drawings on the pages of an A5 PDF as outlines: sharp in print, right in every script, with their words."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fpdf import FPDF

_WIDTH, _HEIGHT, _MARGIN = 148.0, 210.0, 8.0  # of a page, in millimetres
_DESCRIBED = re.compile(r"<title.*?</title>|<desc.*?</desc>")  # the PDF has its own place for these words


@dataclass(frozen=True)
class Page:
    """One page: its drawing, the words for who cannot see it, and its name in the list of contents if it has one."""

    svg: str
    alt: str
    section: str = ""


def pdf_of(pages: Iterable[Page], *, title: str, language: str, made_at: datetime) -> bytes:
    """The pages, numbered from the second on; `made_at` is written into the file, so that it can be made again."""
    pdf = FPDF(format=(_WIDTH, _HEIGHT))
    pdf.set_auto_page_break(False)
    pdf.set_title(title)
    pdf.set_lang(language)
    pdf.set_creation_date(made_at)
    pdf.set_creator("Muhafiz")
    for number, page in enumerate(pages, start=1):
        pdf.add_page()
        if page.section:
            pdf.start_section(page.section)
        _place(pdf, page)
        if number > 1:
            pdf.set_font("helvetica", size=10)
            pdf.set_xy(0, _HEIGHT - 10)
            pdf.cell(_WIDTH, 5, str(number), align="C")
    return bytes(pdf.output())


def _place(pdf: FPDF, page: Page) -> None:
    """The drawing as large as the page less its margins takes, in the middle."""
    svg = _DESCRIBED.sub("", page.svg)
    width, height = (float(n) for n in re.findall(r'viewBox="0 0 (\S+) (\S+?)"', svg)[0])
    scale = min((_WIDTH - 2 * _MARGIN) / width, (_HEIGHT - 2 * _MARGIN) / height)
    x, y = (_WIDTH - width * scale) / 2, (_HEIGHT - height * scale) / 2
    pdf.image(io.BytesIO(svg.encode()), x=x, y=y, w=width * scale, h=height * scale, alt_text=page.alt)
