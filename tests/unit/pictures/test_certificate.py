"""The certificate: any name, shaped and inside the frame, and nothing of it taken as markup."""

import io
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.pictures.certificate import LONGEST_NAME, WIDTH, certificate_png, certificate_svg, clean_name, name_line
from bot.triage.taxonomy import LANGUAGES

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["Ayesha Khan", "محمد عبدالرحمٰن", "", "😀", "<script>&", "W" * 500])
def test_certificate_is_a_picture_for_any_name(name: str, language: str) -> None:
    """A PNG that opens, of a size that phones show."""
    with Image.open(io.BytesIO(certificate_png(name, 37, 40, language))) as picture:
        picture.load()
        assert (picture.format, picture.width) == ("PNG", WIDTH)


def test_the_description_tells_name_and_score() -> None:
    """Who cannot see it hears whom it is for and for what; markup in a name stays text."""
    root = ElementTree.fromstring(certificate_svg("<b>Ali</b> & Co", 37, 40, "en"))
    described = str(root.findtext(f"{SVG}desc"))
    assert "<b>Ali</b> & Co" in described
    assert "37 of 40" in described


def test_an_empty_name_gets_friendly_words() -> None:
    """Nobody is left with an empty line."""
    described = [certificate_svg(name, 1, 2, "en") for name in ("", " \n ", "\u202e")]
    assert all("a friend of safe internet" in svg for svg in described)


@given(st.text(alphabet=st.characters(max_codepoint=0x6FF), max_size=200))
@settings(max_examples=40, deadline=None)
def test_no_name_leaves_the_frame(name: str) -> None:
    """However long and in whatever script, the name fits and holds no control character."""
    line = name_line(name, "en")
    assert len(clean_name(name)) <= LONGEST_NAME
    if line:
        assert line.width <= WIDTH - 340
        assert not any(c in line.text for c in "\n\r\t\u202e\u2066\x00")


def test_a_name_keeps_its_own_direction() -> None:
    """A Latin name on an Urdu certificate and the other way round."""
    latin, urdu = name_line("Ali Khan", "ur"), name_line("علی خان", "en")
    assert latin is not None
    assert urdu is not None
    assert latin.style.language == "en"
    assert urdu.style.language == "ur"
