"""Phones, links, handles, e-mail addresses, IBANs, CNICs and coin addresses, and whose they are."""

import pytest

from bot.nlu.identifiers import Identifier, find_identifiers, transaction_id
from bot.nlu.links import normalise_url


def found(text: str) -> list[tuple[str, str]]:
    return [(item.data_type, item.normalised) for item in find_identifiers(text)]


@pytest.mark.parametrize(
    "written",
    [
        "0300-1234567", "0300 1234567", "03001234567", "+92 300 1234567", "+923001234567", "00923001234567",
        "923001234567", "(0300) 1234567", "+92 (0)300 1234567", "0300.123.4567", "0300_1234567", "3001234567",
        "۰۳۰۰۱۲۳۴۵۶۷", "\u202a+92 300 1234567\u202c", "0300-123-4567",
    ],
)  # fmt: skip
def test_one_mobile_number_in_every_notation(written: str) -> None:
    assert found(f"call from {written} last night") == [("phone", "+923001234567")]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("office 042-35761999 se", "+924235761999"),
        ("+971 50 123 4567 on whatsapp", "+971501234567"),
        ("+1 (202) 555-0175", "+12025550175"),
        ("+44 7911 123456", "+447911123456"),
        ("00971501234567 called", "+971501234567"),
    ],
)
def test_landlines_and_foreign_numbers(text: str, number: str) -> None:
    assert found(text) == [("phone", number)]


@pytest.mark.parametrize(
    "text",
    [
        "helpline 1799",
        "15 pe call",
        "1122",
        "otp 123456",
        "number ends in 4471",
        "0213 number se",
        "Rs 3001234 lost",
        "5000000",
    ],
)
def test_short_and_partial_numbers_are_no_phones(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://t.me/abc", "https://t.me/abc"),
        ("http://www.Easy-Loan.pk/", "http://www.easy-loan.pk"),
        ("hxxps://bad[.]site/x?y=1", "https://bad.site/x?y=1"),
        ("hxxp://bisp-help.xyz", "http://bisp-help.xyz"),
        ("daraz-sale.shop", "https://daraz-sale.shop"),
        ("facebook.com/groups/lhr", "https://facebook.com/groups/lhr"),
        ("x.com/abc", "https://x.com/abc"),
        ("bit.ly/3abC", "https://bit.ly/3abC"),
        ("bank-verify.com.pk", "https://bank-verify.com.pk"),
        ("8171-ehsaas-apply dot xyz", "https://8171-ehsaas-apply.xyz"),
        ("youtube.com/@Name", "https://youtube.com/@Name"),
    ],
)
@pytest.mark.parametrize("frame", ["see {} please", "({})", "link: {}.", "یہ {}، جعلی ہے", "{}"])
def test_links(written: str, url: str, frame: str) -> None:
    assert found(frame.format(written)) == [("url", url)]


@pytest.mark.parametrize(
    "text",
    [
        "pareshan hun.me kya karun",
        "B.Com student",
        "wait...in office",
        "e.g. this",
        "5.5 lakh",
        "ok.us ne kaha",
        "img_2023.jpg",
    ],
)
def test_dots_that_make_no_link(text: str) -> None:
    assert found(text) == []


def test_a_bad_address_is_refused() -> None:
    assert normalise_url("http://[") is None
    assert normalise_url("http://localhost") is None
    assert normalise_url("https://a.b:99999/x") == "https://a.b/x"


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("@Real.Truth_PK posted it", "real.truth_pk"), ("insta id queen_aliya22 ne", "queen_aliya22"),
        ("user raja.jutt.302 on that page", "raja.jutt.302"), ("fb id: zara.khan.official.99", "zara.khan.official.99"),
        ("انسٹاگرام آئی ڈی sara.98 جعلی ہے", "sara.98"), ("mehak_butt07 naam ki id", "mehak_butt07"),
        ("sent to cryptoking_pk (telegram id)", "cryptoking_pk"), ("username alikhan is fake", "alikhan"),
        ('insta user "fairskin.tips" told her', "fairskin.tips"), ("fb pe sana.malik.5076 id meri nahi", "sana.malik.5076"),
    ],
)  # fmt: skip
def test_handles(text: str, handle: str) -> None:
    assert found(text) == [("handle", handle)]


@pytest.mark.parametrize(
    "text",
    [
        "my id was hacked",
        "fake id bana li",
        "id card",
        'group "expose the beggars"',
        "account of 5000",
        "page 24",
        "@ 5 pm",
        "user id password",
    ],
)
def test_words_beside_id_are_no_handles(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["mail ali.khan+x@Gmail.com.", "ali.khan+x@gmail.com se", "(ali.khan+x@gmail.com)"])
def test_email(text: str) -> None:
    assert found(text) == [("email", "ali.khan+x@gmail.com")]


def test_spelt_email() -> None:
    assert found("write to ali.khan (at) gmail (dot) com") == [("email", "ali.khan@gmail.com")]


@pytest.mark.parametrize(
    "written", ["PK36SCBL0000001123456702", "pk36 scbl 0000 0011 2345 6702", "PK36-SCBL-0000-0011-2345-6702"]
)
def test_iban(written: str) -> None:
    assert found(f"sent to {written} yesterday") == [("iban", "PK36SCBL0000001123456702")]


def test_foreign_iban_needs_its_check_digits() -> None:
    assert found("DE89370400440532013000") == [("iban", "DE89370400440532013000")]
    assert ("iban", "DE89370400440532013001") not in found("DE89370400440532013001")


@pytest.mark.parametrize("written", ["35202-1234567-1", "3520212345671", "35202 1234567 1"])
def test_cnic(written: str) -> None:
    assert found(f"cnic {written} hai") == [("cnic", "35202-1234567-1")]


def test_coin_addresses() -> None:
    address = "0x52908400098527886E0F7030069857D2E4169EE7"
    assert found(f"send to {address}") == [("coin_address", address)]
    bitcoin = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
    assert found(f"0.05 btc to {bitcoin}") == [("coin_address", bitcoin)]


@pytest.mark.parametrize(
    "text", ["TID 12345678901", "trx id: 12345678901 hai", "transaction no. 12345678901", "ٹرانزیکشن نمبر 12345678901"]
)
def test_transaction_number_is_no_phone(text: str) -> None:
    assert transaction_id(text) == "12345678901"
    assert found(text) == []


def owners(text: str) -> dict[str, bool]:
    return {item.normalised: item.own for item in find_identifiers(text)}


HIS, MINE = "+923451112223", "+923219998887"


@pytest.mark.parametrize(
    "text",
    [
        "0345-1112223 harasses me. My number is 0321-9998887",
        "0345-1112223 wala tang karta hai, mera number 0321-9998887 hai",
        "0345-1112223 والا تنگ کرتا ہے۔ میرا نمبر 0321-9998887 ہے",
        "suspect no. is 0345-1112223, my own contact no. 0321-9998887",
        "0345-1112223 se msg aye. 0321-9998887 mera number hai",
        "us ka 0345-1112223, mujh se 0321-9998887 pe rabta karein",
        "from my account to 0345-1112223. You can call me on 0321-9998887",
        "meri behan ke number 0321-9998887 pe 0345-1112223 se calls aati hain",
        "0345-1112223 threatens me. Regards, Ali, 0321-9998887",
        "my ex's number is 0345-1112223 and my wife's number is 0321-9998887",
    ],
)
def test_own_contact_and_the_offenders(text: str) -> None:
    assert owners(text) == {HIS: False, MINE: True}


def test_offsets_are_those_of_the_original_text() -> None:
    text = "ٹیلی گرام  @Abc_1, 0300-1234567"
    assert [text[item.start : item.end] for item in find_identifiers(text)] == ["@Abc_1", "0300-1234567"]
    assert isinstance(find_identifiers(text)[0], Identifier)
