"""References: unguessable, readable aloud, and wrong ones are noticed."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.triage.codes import Codes
from bot.triage.reference import (
    ALPHABET,
    new_reference,
    normalise_reference,
    normalise_resume_code,
    reference_and_pin,
    says_reference,
)

positions = st.integers(0, 11)


def body_of(reference: str) -> str:
    return reference.removeprefix("MHZ-").replace("-", "")


def test_has_no_letters_that_are_mistaken_for_others():
    """No i, l, o, u in what is random, three groups of four after the prefix."""
    reference = new_reference()
    assert [len(group) for group in reference.split("-")] == [3, 4, 4, 4]
    assert not set("ILOU") & set(body_of(reference))


def test_is_never_the_same_twice():
    """At least fifty random bits: no repeat among thousands, all letters in use."""
    many = {new_reference() for _ in range(5000)}
    assert len(many) == 5000
    assert set("".join(body_of(reference) for reference in many)) == set(ALPHABET)


@pytest.mark.parametrize(
    "spoken",
    [
        lambda r: r,
        lambda r: r.lower(),
        lambda r: r.replace("-", " "),
        lambda r: r.replace("-", ""),
        lambda r: r.replace("-", " – "),
        lambda r: " ".join(r),
        lambda r: body_of(r),
        lambda r: body_of(r).lower(),
        lambda r: f"my reference is {r}, what happened?",
        lambda r: f"میرا نمبر {r} ہے",
        lambda r: r.replace("0", "O").replace("1", "l"),
        lambda r: r.translate({48 + d: 0x06F0 + d for d in range(10)}),
        lambda r: r.translate({48 + d: 0x0660 + d for d in range(10)}),
        lambda r: "".join(chr(ord(c) + 0xFEE0) for c in r),
    ],
)
def test_is_understood_however_it_is_typed(spoken):
    """Case, spaces, dashes, prefix, words around it, Urdu digits, look-alikes."""
    for _ in range(50):
        reference = new_reference()
        assert normalise_reference(spoken(reference)) == reference


@given(position=positions, letter=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(position, letter):
    """Any single substitution fails the check."""
    body = body_of(new_reference())
    wrong = body[:position] + letter + body[position + 1 :]
    assert (normalise_reference(wrong) is None) == (wrong != body)


@given(position=st.integers(0, 10))
def test_swapped_neighbours_are_noticed(position):
    """Any swap of two neighbours that changes something fails the check."""
    body = body_of(new_reference())
    swapped = body[:position] + body[position + 1] + body[position] + body[position + 2 :]
    assert (normalise_reference(swapped) is None) == (swapped != body)


@given(st.text())
def test_any_text_is_survived(text):
    """Arbitrary text gives None or a well-formed reference."""
    found = normalise_reference(text)
    assert found is None or normalise_reference(found) == found


@pytest.mark.parametrize("text", ["", "MHZ", "MHZ-", "hello", "1799", "MHZ-AAAA-AAAA", "x" * 100_000])
def test_what_is_no_reference_is_none(text):
    """Too short, too long, unrelated."""
    assert normalise_reference(text) is None


def a_code(seed: str = "draft") -> str:
    return Codes("k" * 44).resume_code(seed)


@given(st.text(max_size=20))
def test_a_resume_code_is_read_as_written_and_never_as_a_reference(seed: str) -> None:
    code = a_code(seed)
    body = code.removeprefix("SAVE-")
    for said in (
        code,
        code.replace("-", ""),
        code.lower().replace("-", " "),
        body,
        f"resume {body}",
        f"mera code hai {code.lower()}",
    ):
        assert normalise_resume_code(said) == code
        assert normalise_reference(said) is None
        assert not says_reference(said)


@given(st.text(max_size=20), positions, st.sampled_from(ALPHABET))
def test_a_wrong_character_makes_no_other_resume_code(seed: str, position: int, wrong: str) -> None:
    body = list(a_code(seed).removeprefix("SAVE-").replace("-", ""))
    assume(body[position] != wrong)
    body[position] = wrong
    assert normalise_resume_code("SAVE " + "".join(body)) is None


@pytest.mark.parametrize(
    "said",
    [
        "save my complaint please",
        "meri shikayat save kar lein aur baad mein",
        "0300 1234 5678",
        "he took 5000 from me",
        "واٹس ایپ 0300 1234567",
        *(f"9230{number:08}" for number in range(40)),
        *(f"FT24{number:04}ABCD" for number in range(60)),
        *(f"9230 {number:04} 4567" for number in range(40)),
    ],
)
def test_words_and_phone_numbers_are_no_codes(said: str) -> None:
    assert normalise_resume_code(said) is None
    assert not says_reference(said)


@pytest.mark.parametrize(
    ("said", "pin"),
    [
        ("{r} 482913", "482913"),
        ("482913 {r}", "482913"),
        ("ref {r}, pin: 482 913", "482913"),
        ("{r} ۴۸۲۹۱۳", "482913"),
        ("{r}\nPIN 4 8 2 9 1 3", "482913"),
        ("{r}", None),
        ("{r} 48291", None),
        ("{r} 4829135", None),
    ],
)
def test_reference_and_pin_come_in_one_message(said: str, pin: str | None) -> None:
    for reference in ("MHZ-1111-2222-3333", new_reference()):
        found = reference_and_pin(said.format(r=reference))
        assert found == (normalise_reference(reference), pin) or normalise_reference(reference) is None


def test_pins_are_six_digits_spread_over_all_of_them() -> None:
    pins = {Codes("k" * 44).pin(str(n)) for n in range(2000)}
    assert all(re.fullmatch(r"\d{6}", pin) for pin in pins)
    assert len(pins) > 1990
    assert {pin[0] for pin in pins} == set("0123456789")
