"""Whether the victim is under 18: ages and school words count, durations and the offender's age do not."""

import pytest

from bot.nlu.extract import extract


@pytest.mark.parametrize(
    "text",
    [
        "my 12 year old daughter", "my 12-year-old son got a message", "im 15 and scared", "I am 16, please help", "she is only 13",
        "my nephew is 9 years old", "my sister (aged 10)", "my daughter (11) was asked", "my nephew, 12, was told", "aged 14", "he's 10",
        "a girl of class 7", "9th class student", "im in 8th grade", "a minor boy", "underage girl", "child pornography link",
        "meri beti 13 saal ki hai", "main 16 saal ki hun", "mera 10 saal ka beta", "me 12 ka hun", "umar 11 saal", "13 sala behan",
        "class 8 ki larki ko", "aathween jamaat ki bachi", "bachi ki tasveer", "choti behan 9 saal ki hai us ko", "nabaligh larki",
        "میری بیٹی تیرہ سال کی ہے", "میرے دس سالہ بیٹے کو", "میں سولہ سال کی ہوں", "عمر گیارہ سال", "کلاس آٹھ کی بچی", "نابالغ لڑکی",
        "eleven years old", "carrom pool chat - grown man - my 10 y/o",
        "a 17 year old boy is being blackmailed", "17 saal ke larke ko blackmail kar rahe",
    ],
)  # fmt: skip
def test_under_18(text: str) -> None:
    assert extract(text).minor


@pytest.mark.parametrize(
    "text",
    [
        "5 saal pehle shadi hui", "12 saal se nurse hun", "he has harassed me for 5 years", "10 saal ki qaid", "10 saal ki jama poonji",
        "6 saal ka record", "within 3 years", "پانچ سال پہلے", "دس سال کی قید", "10 years jail",
        "a 17 year old boy is blackmailing me", "17 saal ka larka mujhe blackmail kar raha hai", "سترہ سال کا لڑکا مجھے تنگ کرتا ہے",
        "the boy who blackmails her is 16, she is 22", "hacked by a 15 year old",
        "my daughter is 23", "I am 34 years old", "meri behan 24 saal ki hai", "umar 45 saal", "beti BS ki student hai", "عمر پینتالیس سال",
        "mother of two children", "mere do bachay hain", "bachon ke sath akeli hun", "with my kids in the car", "divorced with a child",
        "mujhe bachao", "paise bacha lein", "minor issue", "section 16", "grade 17 officer", "class fellow", "12 pm", "14 lakh",
        "class 4 employee", "i am 15,000 short", "at 10 baje", "",
    ],
)  # fmt: skip
def test_not_under_18(text: str) -> None:
    assert not extract(text).minor


def test_age_is_told() -> None:
    assert extract("I am 15 years old").age == 15
    assert extract("no age here 5000").age is None
