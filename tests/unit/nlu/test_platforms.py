"""Where the offender acted: spellings in three scripts, and names that are only spoken of."""

import pytest

from bot.nlu.extract import extract
from bot.nlu.platforms import platform_of_url


def platform(text: str) -> str | None:
    return extract(text).platform


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        (
            "facebook",
            ["Facebook", "fb", "face book", "fesbook", "faceboook", "FB messenger", "فیس بک", "فیسبک", "میسنجر"],
        ),
        ("instagram", ["Instagram", "insta", "instgram", "instagaram", "ig", "انسٹاگرام", "انسٹا"]),
        (
            "whatsapp",
            ["WhatsApp", "whats app", "watsap", "wtsapp", "whatsaap", "whattsapp", "واٹس ایپ", "وٹس اپ", "واٹساپ"],
        ),
        ("tiktok", ["TikTok", "tik tok", "tictok", "ٹک ٹاک"]),
        ("x", ["Twitter", "twiter", "ٹوئٹر"]),
        ("youtube", ["YouTube", "you tube", "utube", "yutube", "yutuber", "یوٹیوب", "یو ٹیوب"]),
        ("telegram", ["Telegram", "telgram", "telegrm", "ٹیلی گرام", "ٹیلیگرام"]),
        ("snapchat", ["Snapchat", "snap chat", "snapchatt", "snap", "سنیپ چیٹ"]),
        ("email", ["email", "e-mail", "gmail", "imail", "jeemail", "ای میل"]),
        ("sms", ["sms", "text message", "ایس ایم ایس"]),
        (
            "website",
            ["website", "webside", "olx", "daraz", "google map", "zameen app", "او ایل ایکس", "ویب سائٹ", "گوگل میپ"],
        ),
        (
            "other",
            [
                "discord",
                "pubg",
                "linkedin",
                "linkdin",
                "imo",
                "loan app",
                "indrive",
                "bykea",
                "1xbet",
                "پب جی",
                "بمبل",
            ],
        ),
        ("bank_wallet", ["jazzcash", "easy paisa", "HBL", "debit card", "ایزی پیسہ"]),
    ],
)
def test_spellings(name: str, spellings: list[str]) -> None:
    for spelling in spellings:
        assert platform(f"he cheated me, {spelling}") == name, spelling


@pytest.mark.parametrize(
    "text",
    [
        "Yesterday someone called from 03001234567 and took my jazzcash code",
        "kal mujhe call aayi bank se", "fone aya ke beta thane me hai", "نامعلوم نمبر سے کالیں آتی ہیں",
        "a man on phone said he is an officer", "somebody rang me at night",
    ],
)  # fmt: skip
def test_calls_of_the_offender(text: str) -> None:
    assert platform(text) == "phone_call"


@pytest.mark.parametrize(
    "text",
    [
        "I called the police and they told me to come", "maine police ko call ki", "میں نے پولیس کو فون کیا", "he calls himself a doctor",
        "it is a so called academy", "she calls on people to hate us", "call me back please", "mujhe wapis call karen",
    ],
)  # fmt: skip
def test_calls_of_the_person_are_no_platform(text: str) -> None:
    assert platform(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("they hacked my whatsapp, I reported to facebook as well", "whatsapp"),
        ("facebook ko report ki magar insta pe ab bhi hai", "instagram"),
        ("job was to like youtube videos, admin in telegram group took 5000", "telegram"),
        ("fb page se order kiya, easypaisa se paise bheje", "facebook"),
        ("call came and money left my hbl account", "phone_call"),
        ("facebook marketplace pe ghalat cheez", "facebook"),
        ("scam on t.me/earnpk24 group", "telegram"),
        ("look at https://vm.tiktok.com/ZS8/", "tiktok"),
        ("enter card here: http://hbl-verify.xyz", "website"),
        ("someone mailed from boss@corp.pk to change the account", "email"),
        ("my email is ali@gmail.com. he posts on insta", "instagram"),
        ("id card se loan nikal liya", None),
        ("shanakhti card pe sim nikli", None),
        ("FBR se notice aya, ایف بی آر والے پیسے مانگتے ہیں", None),
        ("raat 2 baje se gandi kaalain ati hain", "phone_call"),
        ("ludo khelte hue us ne meri beti se umar poochi", "other"),
        ("there was a video call and now he has my recording", None),
        ("complaint di thi, kisi ne call nahi ki", None),
    ],
)
def test_the_place_of_the_act_counts(text: str, name: str | None) -> None:
    assert platform(text) == name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.facebook.com/x", "facebook"), ("https://m.facebook.com/x", "facebook"), ("https://fb.com/x", "facebook"),
        ("https://wa.me/92300", "whatsapp"), ("https://youtu.be/x", "youtube"), ("https://x.com/a", "x"), ("https://t.me/a", "telegram"),
        ("https://t.example.org", "website"), ("https://x.pk", "website"), ("https://facebook-login.xyz", "website"), ("https://a", "website"),
    ],
)  # fmt: skip
def test_platform_of_url(url: str, name: str) -> None:
    assert platform_of_url(url) == name


def test_cities_prefer_the_persons_own() -> None:
    city = extract("thief is in Karachi, I am from Multan").city
    assert city is not None
    assert (city.name, city.province) == ("Multan", "Punjab")
    assert extract("فیصل آباد سے ہوں").city is not None
    assert extract("nothing here").city is None


@pytest.mark.parametrize(
    "text",
    [
        "he is black mailing me since march", "sir she black mailed me for money", "black-mailing kar raha hai wo", "i mail them daily",
        "jemal bhai ne paise liye", "messenger of Allah ki shan me gustakhi",
        "میرے ایکس کی نئی بیوی دھمکی دیتی ہے", "کورا کاغذ پر دستخط کروائے", "please find my phone it was stolen",
        "I read on google it is a crime", "google se pata chala ye jurm hai", "he edited my photo in picsart",
    ],
)  # fmt: skip
def test_words_that_only_look_like_a_platform(text: str) -> None:
    assert platform(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("satta app me sab haar gaya", "other"), ("قرض کی ایپ والے گھر تک پہنچ گئے", "other"), ("جوئے کی ایپ نے کنگال کر دیا", "other"),
        ("parcel ka msg aya tha, 40 rupay mange", "sms"), ("بجلی کٹنے کا میسج آیا تھا", "sms"), ("whatsapp pe msg aya", "whatsapp"),
        ("msg aya aur jazzcash se paise gaye", "bank_wallet"), ("maine usko msg bheja", None), ("app kaise hain", None),
    ],
)  # fmt: skip
def test_an_unnamed_app_or_message(text: str, name: str | None) -> None:
    """An app without a name is another place; a message without a place is a text message, if nothing else is named."""
    assert platform(text) == name
