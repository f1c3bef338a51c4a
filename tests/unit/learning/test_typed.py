"""What a person types as an answer or a name."""

import pytest

from bot.learning.questions import Question
from bot.learning.typed import read_choice, read_name

QUESTION = Question(
    "q",
    "money",
    "scam_bank_otp",
    {"en": "?", "ur": "؟", "ur-Latn": "?"},
    (
        {"en": "Call the bank or wallet", "ur": "بینک یا والٹ کو کال", "ur-Latn": "Bank ya wallet ko call"},
        {"en": "Write a long complaint", "ur": "لمبی درخواست لکھنا", "ur-Latn": "Lambi darkhwast likhna"},
        {"en": "Post about it on Facebook", "ur": "فیس بک پر پوسٹ", "ur-Latn": "Facebook par post"},
    ),
    {"en": ".", "ur": "۔", "ur-Latn": "."},
)
ORDER = [2, 0, 1]  # A is the post, B the bank, C the complaint


@pytest.mark.parametrize(
    "text",
    ["b", "B", " b) ", "(B)", "2", "۲", "٢", "option b", "answer B.", "jawab b", "b hai", "ب", "بے", "جواب ب", "دوسرا",
     "second", "the second one", "doosra", "call the bank or wallet", "Call the bank", "bank ya wallet ko call",
     "بینک یا والٹ کو کال", "bank wallet call", "bank"],
)  # fmt: skip
def test_the_second_choice_in_many_forms(text: str) -> None:
    assert read_choice(text, QUESTION, ORDER) == 0


@pytest.mark.parametrize(
    "text",
    ["", "?", "d", "4", "5", "0", "a b", "b or c", "i do not know", "my bank account was robbed yesterday by a caller",
     "he wants to post my pictures on facebook", "12", "maybe", "جی"],
)  # fmt: skip
def test_what_names_no_choice_or_several_is_none(text: str) -> None:
    assert read_choice(text, QUESTION, ORDER) is None


@pytest.mark.parametrize("text", ["Ayesha Khan", "عائشہ خان", "Muhammad Bilal ur-Rehman", "Dr. Sana", "O'Neil", "رضا"])
def test_names(text: str) -> None:
    assert read_name(f"  {text} ") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a" * 41,
        "A1",
        "@ali",
        "one two three four five six",
        "a\u202eb <b>",
        "..",
        "😀😀",
        "paise chale gaye hain",
        "help me",
        "what is this",
        "مجھے مدد چاہیے",
    ],
)
def test_no_names(text: str) -> None:
    assert read_name(text) is None
