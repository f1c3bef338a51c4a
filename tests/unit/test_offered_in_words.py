"""A typed text that means one of the offered buttons."""

import pytest

from bot.offered_in_words import meant

CONSENT = ("Yes, that is right, I agree", "It is something else", "No, only advice", "Not safe now")
WHICH_NO = ("It is something else", "No complaint, only advice")
WHOM = ("To me", "To me, and I am under 18", "To my child")
STOP = ("No, go on", "Stop, keep what I said", "Stop and delete it")
MENU = ("Add something", "Receipt", "Withdraw it", "Delete everything about me", "Done")
SEND = ("Yes, send it", "Change something", "Do not send")
WISHES = ("Content removed", "The person is warned", "A legal case", "Money back", "More than one", "Skip")
TYPES = ("online fraud", "harassment", "blackmail", "another online problem", "not sure yet")
LINES_UR = ("معاملہ", "رقم", "آپ کا شہر", "آپ کا نام")
PLACES = ("1", "the first one", "pehla wala", "پہلا", "Option 1.")


@pytest.mark.parametrize(
    ("titles", "text", "title"),
    [
        (CONSENT, "something else", "It is something else"),
        (CONSENT, "mamla kuch aur hai", "It is something else"),
        (CONSENT, "معاملہ کچھ اور ہے", "It is something else"),
        (CONSENT, "ONLY ADVICE!", "No, only advice"),
        (CONSENT, "sirf mashwra", "No, only advice"),
        (STOP, "delete it", "Stop and delete it"),
        (STOP, "keep what i said", "Stop, keep what I said"),
        (STOP, "go on", "No, go on"),
        (WHICH_NO, "no complaint", "No complaint, only advice"),
        (WHOM, "to me", "To me"),
        (MENU, "withdraw", "Withdraw it"),
        (MENU, "wapas lein", "Withdraw it"),
        (MENU, "delete everything", "Delete everything about me"),
        (MENU, "reciept", "Receipt"),
        (SEND, "change", "Change something"),
        (SEND, "not send", "Do not send"),
        (SEND, "send it", "Yes, send it"),
        (WISHES, "money back", "Money back"),
        (WISHES, "legal case", "A legal case"),
        (WISHES, "raqam wapis", "Money back"),
        (TYPES, "fraud", "online fraud"),
        (TYPES, "harasment", "harassment"),
        (TYPES, "abhi wazeh nahi", "not sure yet"),
        (LINES_UR, "شہر", None),
        (LINES_UR, "your city", "آپ کا شہر"),
    ],
)
def test_words_of_a_button(titles: tuple[str, ...], text: str, title: str | None) -> None:
    found = meant(text, titles, len(titles))
    assert (None if found is None else titles[found]) == title


@pytest.mark.parametrize("text", PLACES)
def test_the_place_of_a_button(text: str) -> None:
    assert meant(text, CONSENT, len(CONSENT)) == 0


@pytest.mark.parametrize(("text", "place"), [("2", 1), ("second", 1), ("doosra", 1), ("دوسرا", 1), ("3rd", 2)])
def test_later_places(text: str, place: int) -> None:
    assert meant(text, STOP, len(STOP)) == place


@pytest.mark.parametrize(
    ("titles", "text"),
    [
        (CONSENT, "no"),
        (CONSENT, "yes"),
        (CONSENT, "it is"),
        (SEND, "do send"),
        (SEND, "send money"),
        (STOP, "stop"),
        (STOP, "he will not stop and I want to delete it all from his phone"),
        (WISHES, "i want money back and a legal case"),
        (STOP, "4"),
        (STOP, "one two"),
        (STOP, "first or second"),
        (MENU, "15"),
        (("Skip",), "1"),
        ((), "1"),
    ],
)
def test_anything_else_is_none(titles: tuple[str, ...], text: str) -> None:
    """A yes or no by itself, half a denial, a longer text, a number where only leaving out is offered."""
    assert meant(text, titles, len(titles)) is None


def test_a_number_counts_within_the_question_asked_last() -> None:
    assert meant("1", ("Helplines", "More", *STOP), len(STOP)) == 2
