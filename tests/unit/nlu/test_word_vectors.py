"""Vectors of words: known ones, other spellings, and texts without any known word."""

import numpy as np

from bot.nlu.word_vectors import WordVectors, word_vectors


def small() -> WordVectors:
    """Two words in two directions."""
    return WordVectors(["dhamki", "paisay"], np.array([[32, 0], [0, 32]], dtype=np.int8))


def test_a_text_has_the_direction_of_its_words() -> None:
    """One row a text, of length 1."""
    rows = small().encode([["dhamki"], ["paisay", "paisay"]], {}, 1.0)
    assert np.allclose(rows, [[1, 0], [0, 1]], atol=1e-3)


def test_another_spelling_counts_as_the_same_word() -> None:
    """`dhmky` was never seen, but it is `dhamki` without its vowels."""
    assert np.allclose(small().encode([["dhmky"]], {}, 1.0), [[1, 0]], atol=1e-3)


def test_a_text_without_known_words_is_zero() -> None:
    """Nothing is invented for what is not known."""
    assert not small().encode([["xyzzy"], []], {}, 1.0).any()


def test_rare_words_weigh_more() -> None:
    """The weights decide which word leads."""
    row = small().encode([["dhamki", "paisay"]], {"dhamki": 3.0, "paisay": 1.0}, 1.0)[0]
    assert row[0] > row[1]


def test_words_of_like_meaning_are_near_each_other_across_languages() -> None:
    """The shipped vectors bring `photo` nearer to `تصویر` than to `bank`."""
    photo, picture, bank = word_vectors().encode([["photo"], ["تصویر"], ["bank"]], {}, 1.0)
    assert photo @ picture > photo @ bank
