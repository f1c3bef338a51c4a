"""What the person wants from the office."""

import pytest

from bot.nlu.extract import extract


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("please remove these pictures and arrest him", ["content_removed", "prosecution"]),
        ("i sent 50000, i want my money back", ["money_back"]),
        ("kindly recover my facebook account", ["account_recovered"]),
        ("I just want him to stop messaging me", ["offender_warned"]),
        ("someone has my photos. What should I do?", ["advice_only"]),
        ("What should I do? Please take legal action against him", ["prosecution"]),
        ("meri tasveerein hatwa dein aur mere paise wapas dilwa dein", ["content_removed", "money_back"]),
        ("meri id hack ho gai hai, id wapas dilwa dein", ["account_recovered"]),
        ("us ke khilaf sakht karwai ki jaye", ["prosecution"]),
        ("قانونی کارروائی کی جائے اور رقم واپس دلوائی جائے", ["prosecution", "money_back"]),
        ("تصاویر ہٹوا دیں", ["content_removed"]),
        ("مجھے صرف مشورہ چاہیے", ["advice_only"]),
        ("please just remove the pics", ["content_removed"]),
        ("Delete those pictures of my sister", ["content_removed"]),
        ("just stop them", ["offender_warned"]),
        ("trace this number and catch him", ["prosecution"]),
        ("mujhe mere paise chahiye", ["money_back"]),
        ("sirf poochna tha", ["advice_only"]),
        ("یہ اکاؤنٹ بند کرا دیں", ["content_removed"]),
        ("بس وہ مجھے تنگ کرنا چھوڑ دے", ["offender_warned"]),
    ],
)
def test_what_is_asked_for(text: str, wanted: list[str]) -> None:
    assert extract(text).desired_outcome == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I don't want any FIR, only delete my photos please", ["content_removed"]),
        ("FIR nahi karwani, mashwara chahiye", ["advice_only"]),
        ("he says delete the chat or i will leak your pictures", []),
        ("he posted my photo yesterday", []),
        ("he will remove the pics", []),
        ("remove my name from it", []),
        ("wo kehta hai post hata do warna", []),
        ("they said you will be in jail", []),
    ],
)
def test_refusals_and_the_words_of_the_offender(text: str, wanted: list[str]) -> None:
    assert extract(text).desired_outcome == wanted
