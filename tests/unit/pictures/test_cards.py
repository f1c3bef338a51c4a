"""The picture cards: whole, readable, true to the knowledge base, and drawn within their frame."""

import io
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import resvg_py
from PIL import Image

from bot.knowledge.load import knowledge
from bot.knowledge.texts import content, first_steps
from bot.pictures.card_drawing import HEIGHT, WIDTH, DoesNotFit, card_svg
from bot.pictures.cards import Card, Row, address_of, card_at, card_of_item, cards
from bot.pictures.store import CardFiles
from bot.settings import Settings
from bot.triage.taxonomy import INCIDENT_TYPES, LANGUAGES

ALL = [card for language in LANGUAGES for card in cards(language).values()]
LONGEST = [max(cards(language).values(), key=lambda card: len(card.alt)) for language in LANGUAGES]
MOST_WORDS = 40
SVG = "{http://www.w3.org/2000/svg}"


def items_of(card: Card) -> list[str]:
    return content("cards")["cards"][card.id].get("items") or [card.id]


def test_every_type_scam_and_the_way_of_a_complaint_has_a_card() -> None:
    """Nothing that people come with lacks its picture."""
    scams = {item.id for item in knowledge().values() if item.kind == "scam"}
    wanted = scams | {f"type_{name}" for name in INCIDENT_TYPES} | {"complaint_route"}
    assert set(cards("en")) == wanted
    assert all(card_of_item(scam, "ur") is cards("ur")[scam] for scam in scams)
    assert card_of_item("procedure_file_complaint", "en") is cards("en")["complaint_route"]
    assert card_of_item("about_who", "en") is None


def test_an_item_has_one_card() -> None:
    """Two cards that claim the same answer would hide one of them."""
    named = [item for card in cards("en").values() for item in items_of(card)]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("card", ALL, ids=lambda card: card.name)
def test_a_card_says_little_and_nothing_that_its_items_do_not(card: Card) -> None:
    """Few words, Urdu letters in Urdu only, and no number that is not in the knowledge base."""
    words = [card.title, *(row.text for row in card.rows)]
    assert sum(len(text.split()) for text in words) <= MOST_WORDS
    urdu = re.compile("[\u0600-\u06ff]")
    assert all(bool(urdu.search(text)) == (card.language == "ur") for text in words)
    assert not set("".join(words)) & set("يكهىة")
    known = " ".join(f"{knowledge()[i].answer['en']} {knowledge()[i].more.get('en', '')}" for i in items_of(card))
    if card.id.startswith("type_"):
        known += first_steps(card.id.removeprefix("type_"), "en")
    assert set(re.findall(r"\d{2,}", " ".join(words))) <= set(re.findall(r"\d{2,}", known))


@pytest.mark.parametrize("card", ALL, ids=lambda card: card.name)
def test_a_card_is_drawn_within_its_frame_and_tells_what_it_shows(card: Card) -> None:
    """Nothing is written on the edges or into the foot; title and description are for screen readers."""
    svg = card_svg(card)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == card.title
    described = str(root.findtext(f"{SVG}desc"))
    assert all(row.text in described for row in card.rows)
    assert "<text" not in svg  # outlines only: no font is needed to see it
    drawn = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=WIDTH // 2, skip_system_fonts=True))
    grey = np.asarray(Image.open(io.BytesIO(drawn)).convert("L"))
    edges = np.hstack([grey[205:670, :14], grey[205:670, -14:]])
    above_foot, under_scene = grey[668:671, :], grey[201:203, :]
    assert edges.min() > 200
    assert above_foot.min() > 200
    assert under_scene.min() > 200


def test_too_many_words_are_refused() -> None:
    """Whoever writes a card that cannot be read is told so, and by name."""
    card = cards("ur")["scam_job"]
    long = Card(**{**vars(card), "rows": (*card.rows, Row("do", "x", " ".join(["بتائیں"] * 60)))})
    with pytest.raises(DoesNotFit, match=r"scam_job\.ur"):
        card_svg(long)


@pytest.mark.parametrize("card", LONGEST, ids=lambda card: card.name)
def test_png_is_small_and_as_wide_as_a_phone_needs(card: Card, tmp_path: Path) -> None:
    """A card is cheap to load on a phone."""
    path = CardFiles(Settings(var=tmp_path)).make(card, "png")
    with Image.open(path) as picture:
        picture.load()
        assert (picture.format, *picture.size) == ("PNG", WIDTH, HEIGHT)
    assert path.stat().st_size <= 150_000


def test_a_card_is_drawn_once_and_anew_when_it_changes(tmp_path: Path) -> None:
    """The second call finds the file; other words replace it."""
    files, card = CardFiles(Settings(var=tmp_path)), cards("en")["scam_job"]
    first = files.make(card, "svg")
    made = first.stat().st_mtime_ns
    assert files.make(card, "svg") == first
    assert first.stat().st_mtime_ns == made
    changed = Card(**{**vars(card), "title": "Another title"})
    second = files.make(changed, "svg")
    assert second != first
    assert "Another title" in second.read_text()
    assert list(first.parent.iterdir()) == [second]


def test_addresses_lead_to_cards_and_nothing_else() -> None:
    """Only names of cards are taken; a path cannot be smuggled in."""
    card = cards("ur-Latn")["complaint_route"]
    assert card_at(address_of(card)) is card
    for wrong in (None, "", "/cards/", "/cards/none.en.svg", "/cards/scam_job.fr.svg", "../secrets.en.svg", "a.b.c.d"):
        assert card_at(wrong) is None
