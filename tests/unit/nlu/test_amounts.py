"""Rupee amounts: every notation, which sum counts, and numbers that are no money."""

import pytest

from bot.nlu.extract import extract
from bot.nlu.numbers import find_numbers
from bot.nlu.tokens import tokenise


def amount(text: str) -> int | None:
    return extract(text).amount_pkr


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5000", 5000), ("5,000", 5000), ("1,45,000", 145_000), ("145,000.00", 145_000), ("50 000", 50_000),
        ("25.000", 25_000), ("۵۰۰۰", 5000), ("٥٠٠٠", 5000), ("۱٬۵۰٬۰۰۰", 150_000),
        ("25k", 25_000), ("1.5 lac", 150_000), ("2 lakh 50 hazar", 250_000), ("1.2 million", 1_200_000),
        ("15hazar", 15_000), ("1 crore 5 lakh", 10_500_000), ("22 sau", 2200), ("5 so", 500),
        ("twenty five thousand", 25_000), ("twenty-five thousand", 25_000), ("one hundred and ten thousand", 110_000),
        ("a hundred thousand", 100_000), ("half million", 500_000), ("five hundred", 500),
        ("dhai lakh", 250_000), ("derh lakh", 150_000), ("sarhe teen hazar", 3500), ("sawa do lakh", 225_000),
        ("pone teen lakh", 275_000), ("sawa lakh", 125_000), ("ek lakh bees hazar paanch sau", 120_500),
        ("chiasath hazar", 66_000), ("bais sau", 2200),
        ("ڈیڑھ لاکھ", 150_000), ("ساڑھے سات ہزار", 7500), ("اٹھانوے ہزار", 98_000), ("اڑتیس لاکھ ستر ہزار", 3_870_000),
        ("پونے دو لاکھ", 175_000), ("ستائیس ہزار آٹھ سو", 27_800), ("بائیس سو", 2200), ("چھ کروڑ", 60_000_000),
    ],
)  # fmt: skip
@pytest.mark.parametrize("frame", ["{} rupees lost", "Rs. {} bheje", "{} روپے بھیجے"])
def test_every_notation(written: str, value: int, frame: str) -> None:
    assert amount(frame.format(written)) == value


def test_every_urdu_number_word_up_to_99_is_known() -> None:
    from bot.nlu.lexicon import lexicon

    words = lexicon("numbers")["urdu"]
    assert set(range(1, 100)) <= set(words)
    for value, spellings in words.items():
        urdu = [word for word in spellings if not word.isascii()]
        assert urdu, value
        for word in urdu:
            assert amount(f"{word} ہزار روپے بھیجے") == int(value * 1000), word


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("i got prize of 25 lakh and paid 8000 fee", 8000),
        ("sold my car for 9 lakh and lost 4 lakh in the scheme", 400_000),
        ("bike worth 90,000, I gave 5,000 advance", 5000),
        ("90 hazar wali bike ka 5 hazar advance diya", 5000),
        ("salary of 60,000 was promised, they took 3,500 for registration", 3500),
        ("meri tankhwah 38 hazar hai us me se 18 hazar le gaye", 18_000),
        ("he asks 60,000 and I have already paid 10,000", 10_000),
        ("ساٹھ ہزار مانگتا ہے، دس ہزار دے چکا ہوں", 10_000),
        ("loan app gave me 3,000 and now wants 5,000", 5000),
        ("qarza app se 8 hazar liya tha ab 14 hazar maangte hain", 14_000),
    ],
)
def test_what_was_lost_or_demanded_counts_and_not_prices_prizes_or_loans(text: str, value: int) -> None:
    assert amount(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sent 5,000 then 10,000 then 20,000", 35_000),
        ("pehle 5 hazar liye phir 18 hazar phir 25 hazar", 48_000),
        ("پہلے چھ لاکھ لگائے، پھر بیس لاکھ", 2_600_000),
        ("card se 38k, 38k aur 20k nikle", 96_000),
        ("registration 2500, security 5000, then gone", 7500),
        ("2 transactions of 24,999 each from my card", 49_998),
        ("45 45 hazar ki 2 transactions hui", 90_000),
        ("course ke 15000 x 3 de chuka hun", 45_000),
        ("I put 5k, 18k and 60k, total loss is 83,000", 83_000),
        ("paid 40,000. I want my 40,000 back", 40_000),
        ("bait of 25 rupees, then lost 73,211", 73_211),
    ],
)
def test_payments_told_one_after_the_other_are_added_up(text: str, value: int) -> None:
    assert amount(text) == value


@pytest.mark.parametrize(
    "text",
    ["20 se 30 hazar do warna", "wants 20-30k", "20 to 30 thousand or he uploads it", "بیس سے تیس ہزار مانگتا ہے"],
)
def test_of_a_range_the_upper_end_counts(text: str) -> None:
    assert amount(text) == 30_000


@pytest.mark.parametrize(
    "text",
    [
        "he wants $700", "300 dollar bhejo warna", "تین سو ڈالر مانگتا ہے", "دو ہزار پاؤنڈ دیے", "send 500 USDT",
        "page with 14k followers", "52 hazar followers gaye", "پوسٹ پر پانچ ہزار لوگ", "ستر ہزار سبسکرائبر گئے",
        "data of 58000 customers was sold", "23 hazar gharon ka data", "5000 comments under it",
        "FIR number 1234 ka kya bana", "section 20 me saza kya hai", "in 2019 he sent me videos", "2022 me liye",
        "دو ہزار بائیس میں لیے", "call 1799", "8171 se paise", "otp 456789 de diya", "flat no 3020 wala",
        "my account number is 0123456789012", "0300-1234567 se bheje", "35202-1234567-1 ka", "50 din se bhej raha",
        "he paid nothing", "", "lakhon rupay", "sab kuch le gaya",
    ],
)  # fmt: skip
def test_other_numbers_are_no_money(text: str) -> None:
    assert amount(text) is None


@pytest.mark.parametrize("text", ["50 hazar do warna", "پچاس ہزار دو ورنہ"])
def test_do_behind_a_sum_says_give(text: str) -> None:
    assert amount(text) == 50_000


def test_entity_of_a_sum_stands_on_the_sum() -> None:
    text = "I  sent\nRs. 12,500/- to him"
    (entity,) = [e for e in extract(text).entities if e.entity == "amount_pkr"]
    assert text[entity.start : entity.end] == "Rs. 12,500/-"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("5 5 lakh", [500_000]),
        ("do teen hazar", [3000]),
        ("0.05", [0.05]),
        ("5,10,15", [5, 10, 15]),
        ("25 k baad", [25]),
    ],
)
def test_numbers(text: str, values: list[float]) -> None:
    tokens = tokenise(text)
    assert [number.value for number in find_numbers(tokens.words, tokens.spaced)] == values


@pytest.mark.parametrize(
    ("text", "value"),
    [("12000 easypaisa kia", 12_000), ("12000 jazzcash bheje", 12_000), ("5000 easypaisa karwaye", 5000)],
)
def test_a_bare_sum_sent_by_wallet(text: str, value: int) -> None:
    assert amount(text) == value
