"""One form for the many ways of writing: Unicode, Urdu letters, digits, Roman spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.normalise import fold, normalise, skeleton, words
from bot.nlu.tokens import flatten, tokenise


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("كيا", "کیا"), ("ہے۔", "ہے."), ("٣٤۵", "345"), ("ABC", "abc"), ("don’t", "don't"), ("–", "-"), ("ۀ", "ہ"), ("؟", "?"),
        ("ؤ", "و"), ("İ", "İ"),
    ],
)  # fmt: skip
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(max_size=400))
def test_fold_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(max_size=400))
def test_normalise_is_idempotent_enough_and_never_raises(text: str) -> None:
    once = normalise(text)
    assert "  " not in once
    assert once == once.strip()
    words(once)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("pleaseeeee", "please"),
        ("زِندَگی", "زندگی"),
        ("a\u200bb", "a b"),
        ("ﻻ", "لا"),
        ("Ｒｓ５００", "rs500"),
        ("  x \n y ", "x y"),
    ],
)
def test_normalise(written: str, same: str) -> None:
    assert normalise(written) == same


@pytest.mark.parametrize(
    "spellings",
    [
        ("mujhe", "mujhy", "mjhe"),
        ("nahi", "nhi", "nai", "nahin"),
        ("hai", "hy", "he", "h"),
        ("kya", "kia"),
        ("dhamki", "dhmki"),
        ("phone", "fone"),
    ],
)
def test_spellings_share_a_skeleton(spellings: tuple[str, ...]) -> None:
    assert len({skeleton(word) for word in spellings}) == 1


def test_numbers_are_masked_for_the_classifier() -> None:
    assert words("pay 5000 to 03001234567") == ["pay", "####", "to", "######"]


@given(st.text(max_size=400))
def test_flatten_knows_where_each_character_was(text: str) -> None:
    flat, origin = flatten(text)
    assert len(flat) == len(origin)
    assert origin == sorted(origin)
    folded = fold(text)
    assert all(flat[i] == folded[place] or flat[i] == " " for i, place in enumerate(origin))


@given(st.text(max_size=400))
def test_tokens_are_slices_of_the_flat_text(text: str) -> None:
    flat, _ = flatten(text)
    tokens = tokenise(flat)
    assert all(flat[start : start + len(word)] == word for word, start in zip(tokens.words, tokens.starts, strict=True))
    assert len(tokens.words) == len(tokens.spaced)
    assert len(tokens.doc) == len(tokens.words)


def test_foreign_words_do_not_fill_spacys_memory() -> None:
    strings = tokenise("x").doc.vocab.strings
    before = len(strings)
    for number in range(200):
        _ = tokenise(f"unheardofword{number} qwx{number} {number}9999").doc
    assert len(strings) - before < 30
