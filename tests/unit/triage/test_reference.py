"""References: unguessable, readable aloud, and wrong ones are noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage.reference import ALPHABET, new_reference, normalise_reference

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
