"""The receipt of a complaint as a PDF: reference, what happens next, helplines, evidence. Never the story or the PIN.

The PIN stays out because a file is copied, printed and found by others, and reference and PIN together let
anyone read, withdraw or erase the complaint; there is a line on which its owner may write it.
"""

import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from fpdf import FPDF

from bot.knowledge.texts import content, day, label

RECEIPT_NAME = "receipt.pdf"
_FONTS = {
    "latin": ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    "urdu": ("NotoNaskhArabic-Regular.ttf", "NotoNaskhArabic-Bold.ttf"),
}
_MARGIN, _LINE, _SMALL_LINE = 18.0, 6.4, 5.4
_NUMBER = re.compile(r"\+?[0-9A-Za-z]+(?:[-.][0-9A-Za-z]+)+")  # kept in one piece, left to right, within Urdu
_INK, _QUIET, _RULE = (20, 30, 40), (90, 100, 110), (190, 198, 206)


class ReceiptError(Exception):
    """The fonts of the receipt are missing."""


def receipt_pdf(receipt: dict[str, Any], fonts: Path) -> bytes:
    """The PDF of a receipt: reference, created_at, incident_type, status, external_id, language, other bodies."""
    return bytes(_Page(receipt, fonts).filled().output())


@lru_cache
def _helpline_items() -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in content("helplines")["items"]}


def _page(item: dict[str, Any]) -> str | None:
    """The address of a page, where the title does not name it."""
    contact = item.get("contact") or {}
    host = str(contact.get("value")).removeprefix("https://").removeprefix("www.").split("/")[0]
    return host if contact.get("kind") == "url" and host.lower() not in item["title"]["en"].lower() else None


class _Page(FPDF):
    """One receipt, written from top to bottom in its language's direction."""

    def __init__(self, receipt: dict[str, Any], fonts: Path) -> None:
        super().__init__(format="A4")
        self._receipt = receipt
        self._language = str(receipt["language"])
        self._is_urdu = self._language == "ur"
        self._align = "R" if self._is_urdu else "L"
        self._family = "urdu" if self._is_urdu else "latin"
        try:
            for family, (regular, bold) in _FONTS.items():
                self.add_font(family, "", fonts / regular)
                self.add_font(family, "B", fonts / bold)
        except FileNotFoundError as error:
            raise ReceiptError(f"no fonts in {fonts}: install fonts-noto-core or set MUHAFIZ_FONTS") from error
        self.set_fallback_fonts(["latin" if self._is_urdu else "urdu"], exact_match=False)
        self.set_text_shaping(
            use_shaping_engine=True,
            direction="rtl" if self._is_urdu else "ltr",
            script="arab" if self._is_urdu else "latn",
            language="urd" if self._is_urdu else "eng",
        )
        self.set_margin(_MARGIN)
        self.set_auto_page_break(True, margin=_MARGIN)
        self.set_title(self._text("title"))
        self.set_lang("ur" if self._is_urdu else "en")
        self.add_page()

    def filled(self) -> "_Page":
        """The page with everything on it."""
        self._heading()
        self._facts()
        self._section("next", [step[self._language] for step in content("receipt")["next_steps"]])
        self._section("evidence", self._evidence())
        self._section("helplines", list(self._helplines()))
        self._paragraph(self._text("not_fir"), size=9, color=_QUIET)
        return self

    def _heading(self) -> None:
        self._paragraph(self._text("title"), size=18, bold=True, line=10)
        self._rule()

    def _facts(self) -> None:
        known = self._receipt
        created = datetime.fromisoformat(known["created_at"])
        facts = [
            ("date", day(created, self._language)),
            ("about", label("incident_types", known["incident_type"], self._language)),
            ("status", content("receipt")["status"][known["status"]][self._language]),
        ]
        if known.get("external_id"):
            facts.append(("office_number", known["external_id"]))
        self._paragraph(self._text("reference"), size=10, color=_QUIET)
        self.set_text_shaping(use_shaping_engine=False)  # letters and digits that must not be reordered
        self.set_font("latin", "B", 18)
        self.set_text_color(*_INK)
        self.cell(0, 10, known["reference"], align=self._align, new_x="LMARGIN", new_y="NEXT")
        self._shape_again()
        for name, value in facts:
            self._paragraph(f"{self._text(name)}: {value}")
        self.ln(2)
        self._paragraph(self._text("pin"), size=10, color=_QUIET)
        self.ln(9)
        self.set_draw_color(*_RULE)
        start = self.w - _MARGIN - 60 if self._is_urdu else _MARGIN
        self.line(start, self.get_y(), start + 60, self.get_y())
        self.ln(4)

    def _evidence(self) -> list[str]:
        texts = content("receipt")
        names = texts["evidence_by_type"].get(self._receipt["incident_type"], texts["evidence_by_type"]["other"])
        return [texts["evidence"][name][self._language] for name in names]

    def _helplines(self) -> list[str]:
        names = [*content("receipt")["helplines"], *self._receipt.get("also", ())]
        return [self._helpline(_helpline_items()[name]) for name in names]

    def _helpline(self, item: dict[str, Any]) -> str:
        hours = (item.get("hours") or {}).get("text", {}).get(self._language)
        known = f"{self._text('as_of')} {day(item['as_of'], self._language)}"
        parts = [item["title"][self._language], _page(item), hours, known]
        return ("، " if self._is_urdu else ", ").join(filter(None, parts))

    def _section(self, name: str, lines: list[str]) -> None:
        self.ln(2)
        self._paragraph(self._text(name), size=12.5, bold=True, line=8)
        for text in lines:
            self._paragraph(f"• {text}", size=10.5, line=_SMALL_LINE + (1.0 if self._is_urdu else 0.0))
        self.ln(1)

    def _paragraph(
        self,
        text: str,
        *,
        size: float = 11,
        bold: bool = False,
        line: float = _LINE,
        color: tuple[int, int, int] = _INK,
    ) -> None:
        self.set_font(self._family, "B" if bold else "", size)
        self.set_text_color(*color)
        self.multi_cell(
            0,
            line,
            _NUMBER.sub("\u200e\\g<0>\u200e", text) if self._is_urdu else text,
            align=self._align,
            new_x="LMARGIN",
            new_y="NEXT",
        )

    def _rule(self) -> None:
        self.set_draw_color(*_RULE)
        self.line(_MARGIN, self.get_y() + 1, self.w - _MARGIN, self.get_y() + 1)
        self.ln(4)

    def _shape_again(self) -> None:
        self.set_text_shaping(
            use_shaping_engine=True,
            direction="rtl" if self._is_urdu else "ltr",
            script="arab" if self._is_urdu else "latn",
            language="urd" if self._is_urdu else "eng",
        )

    def _text(self, name: str) -> str:
        return str(content("receipt")["texts"][name][self._language])
