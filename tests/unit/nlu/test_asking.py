"""Messages that are questions by their words."""

import pytest

from bot.nlu.asking import asks_outright, item_asked, only_informs


@pytest.mark.parametrize(
    "text",
    [
        "s.21", "sec 19?", "دفعہ 24", "dafa 22-A", "he put my face on a nude with AI. which law",
        "punishment for using someone elses CNIC", "میری تصویر لگا دی، کون سی دفعہ لگے گی", "id hack ki kitni saza hai",
        "jazzcash ka helpline number", "helplines open now", "ہیلپ لائنز", "کس نمبر پر کال کروں",
    ],
)  # fmt: skip
def test_a_question_in_so_many_words(text: str) -> None:
    assert asks_outright(text)


@pytest.mark.parametrize(
    "text",
    [
        "usko saza milni chahiye", "he will not stop sending my photos", "میرا اکاؤنٹ ہیک ہو گیا", "I want to complain",
        "he lives in section 21 of our colony and keeps calling me every night since march", "",
        "which law " + "and then he wrote again " * 12,
    ],
)  # fmt: skip
def test_a_story_or_a_wish_is_none(text: str) -> None:
    assert not asks_outright(text)


@pytest.mark.parametrize(
    "text",
    [
        "ye baat kisi ko pata to nahi chalegi", "tum ye sab kisi ko bata to nahi do ge", "is this confidential",
        "who will see this? will police come to my home?", "tips for old people", "wakeel krna zaroori he?",
        "paise lagte hain shikayat me?", "what is phishing", "should i download the videos as proof",
        "how to get it back", "blackmail aur harassment mein kya farq hai",
    ],
)  # fmt: skip
def test_short_questions_about_the_service_and_terms(text: str) -> None:
    assert asks_outright(text)


def test_in_a_longer_text_these_words_tell_something_else() -> None:
    assert not asks_outright("he said who will see this and then he sent it to all of my friends in the college group")


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("kya ye raaz rahega", "about_data_stored"),
        ("police ko pata chalega?", "about_data_stored"),
        ("کیا میرے گھر والوں کو بتایا جائے گا", "about_data_stored"),
        ("will they call my parents", "about_data_stored"),
        ("میرا نام تو نہیں آئے گا", "rights_identity_protection"),
        ("اس میں کتنا وقت لگے گا", "procedure_time"),
        ("ہراسمنٹ کیا ہوتی ہے", "offence_24"),
        ("agar usko pata chalega to maar dega", None),
        ("اسے پتا چلے گا تو مار دے گا", None),
        ("ghar walon ko pata chal gaya", None),
    ],
)
def test_a_short_question_with_one_answer(text: str, item: str | None) -> None:
    """A fear of what would be is none."""
    assert item_asked(text) == item


@pytest.mark.parametrize(
    "text", ["just informing", "bas ittila deni thi", "صرف بتانا تھا", "I only want to report it!"]
)
def test_words_that_only_inform(text: str) -> None:
    assert only_informs(text)


@pytest.mark.parametrize(
    "text", ["sirf batana tha ke is page par larkiyon ki tasveerein hain", "he was informing the police", "report"]
)
def test_what_tells_more_does_not(text: str) -> None:
    assert not only_informs(text)
