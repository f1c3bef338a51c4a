"""The printable booklet: a cover, the contents, every card and the helplines, in one language."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from bot.knowledge.load import knowledge
from bot.knowledge.texts import content
from bot.pictures.card_drawing import card_svg
from bot.pictures.cards import Card, card_words, cards, kept_together
from bot.pictures.drawing import Drawing
from bot.pictures.icons import icon
from bot.pictures.pdf import Page, pdf_of
from bot.pictures.shaping import RTL_LANGUAGE, Line, Style, set_line, wrap

WIDTH, HEIGHT = 1080, 1440
_MARGIN = 80
_GREEN, _SOFT, _INK = "#0b5d4e", "#edf8f4", "#17252b"
_ENTRY, _ENTRIES_END = {"ur": 80.0, "en": 60.0}, 1390.0  # height of an entry of the contents, and where they end
_TEXT_TOP = 172.0
_HELPLINES = "helpline_list"
_ON_COVER = ("call", "lock", "wallet", "envelope", "mask", "camera", "card", "bubble", "family")


def booklet_pdf(language: str) -> bytes:
    """The booklet of a language as PDF."""
    all_cards = list(cards(language).values())
    contents = _contents(all_cards, language)
    pages = [
        _cover(language),
        *contents,
        *(Page(card_svg(card), card.alt, card.title) for card in all_cards),
        _helplines(language),
    ]
    newest = max(card.as_of for card in all_cards)
    made_at = datetime.combine(newest, time(), UTC)
    title = f"{card_words('brand', language)}: {_say('title', language)}"
    return pdf_of(pages, title=title, language=language, made_at=made_at)


def _say(name: str, language: str) -> str:
    return str(content("cards")["booklet"][name][language])


def _cover(language: str) -> Page:
    brand, title, about = card_words("brand", language), _say("title", language), _say("about", language)
    alt = f"{brand}. {title}. {about}"
    drawing = Drawing(WIDTH, HEIGHT, title=brand, description=alt, language=language)
    drawing.box(0, 0, WIDTH, HEIGHT, _GREEN, radius=40)
    drawing.add(icon("shield", WIDTH / 2 - 120, 90, 240))
    y = _centred(drawing, [set_line(brand, Style(110, language, bold=True))], 370, "#fff")
    y = _centred(drawing, _wrapped(title, Style(64, language, bold=True)), y + 10, "#fff")
    drawing.box(_MARGIN, 760, WIDTH - 2 * _MARGIN, 470, _SOFT, radius=36)
    for place, name in enumerate(_ON_COVER):
        row, column = divmod(place, 5)
        in_row = min(5, len(_ON_COVER) - row * 5)
        left = (WIDTH - in_row * 170) / 2
        drawing.add(icon(name, left + column * 170 + 15, 800 + row * 210, 140))
    _centred(drawing, _wrapped(about, Style(36, language)), 1255, "#fff")
    return Page(drawing.svg(), alt, title)


def _contents(all_cards: Sequence[Card], language: str) -> list[Page]:
    heading = _say("contents", language)
    entries = [*(card.title for card in all_cards), _say("helplines", language)]
    height = _ENTRY.get(language, _ENTRY["en"])
    a_page = int((_ENTRIES_END - _TEXT_TOP) / height)
    count = -(-len(entries) // a_page)
    first = count + 2  # after the cover and the contents
    pages = []
    for start in range(0, len(entries), a_page):
        named = entries[start : start + a_page]
        numbered = [(text, first + start + place) for place, text in enumerate(named)]
        alt = f"{heading}. " + " ".join(f"{text}: {number}." for text, number in numbered)
        drawing, y = _headed(heading, alt, language)
        for text, number in numbered:
            y += height
            _entry(drawing, text, number, y, language)
        pages.append(Page(drawing.svg(), alt, heading if start == 0 else ""))
    return pages


def _entry(drawing: Drawing, text: str, number: int, y: float, language: str) -> None:
    """A card's title, dots, and its page."""
    line, figure = set_line(text, Style(38, language)), set_line(str(number), Style(36, bold=True))
    is_urdu = language == RTL_LANGUAGE
    drawing.write_at(line, _MARGIN, WIDTH - _MARGIN, y, _INK)
    drawing.write(figure, _MARGIN if is_urdu else WIDTH - _MARGIN - figure.width, y, _GREEN)
    used = line.width + 24
    left, right = (_MARGIN + 80, WIDTH - _MARGIN - used) if is_urdu else (_MARGIN + used, WIDTH - _MARGIN - 80)
    if right > left:
        drawing.add(
            f'<path d="M{left:.0f} {y:.0f}H{right:.0f}" stroke="#9db5ad" stroke-width="4" '
            f'stroke-dasharray="1 14" stroke-linecap="round"/>'
        )


def _helplines(language: str) -> Page:
    """The numbers of the knowledge base, with their date and source."""
    item = knowledge()[_HELPLINES]
    heading, told = _say("helplines", language), item.answer[language].strip().split("\n")
    as_of = f"{card_words('as_of', language)} {item.as_of.isoformat()}"
    alt = " ".join([heading, *told, as_of])
    drawing, y = _headed(heading, alt, language)
    for text in told:
        is_number = text.startswith("•")
        lines = _wrapped(kept_together(text.lstrip("• ")), Style(42, language, bold=not is_number), balanced=False)
        if is_number:
            height = sum(line.style.leading for line in lines)
            drawing.box(_MARGIN - 40, y + 4, WIDTH - 2 * _MARGIN + 80, height + 14, _SOFT, radius=16)
        for line in lines:
            y += line.style.leading
            drop = 0.28 if language == RTL_LANGUAGE else 0.2
            drawing.write_at(line, _MARGIN, WIDTH - _MARGIN, y - line.style.leading * drop + 8, _INK)
        y += 24
    drawing.write_at(set_line(as_of, Style(34, language, bold=True)), _MARGIN, WIDTH - _MARGIN, y + 60, _GREEN)
    return Page(drawing.svg(), alt, heading)


def _headed(heading: str, alt: str, language: str) -> tuple[Drawing, float]:
    """An empty page with a heading, and where its text begins."""
    drawing = Drawing(WIDTH, HEIGHT, title=heading, description=alt, language=language)
    drawing.box(0, 0, WIDTH, HEIGHT, "#fff")
    line = set_line(heading, Style(70, language, bold=True))
    drawing.write_at(line, _MARGIN, WIDTH - _MARGIN, 110, _GREEN)
    drawing.box(_MARGIN, 150, WIDTH - 2 * _MARGIN, 6, _GREEN, radius=3)
    return drawing, _TEXT_TOP


def _wrapped(text: str, style: Style, *, balanced: bool = True) -> list[Line]:
    return wrap(text, style, WIDTH - 2 * _MARGIN, balanced=balanced)


def _centred(drawing: Drawing, lines: list[Line], y: float, fill: str) -> float:
    """Lines under each other from y; gives where they end."""
    for line in lines:
        y += line.style.leading
        drawing.write_at(line, 0, WIDTH, y - line.style.leading * 0.25, fill, centred=True)
    return y
