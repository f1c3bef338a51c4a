"""Which of the three languages: script first, then everyday words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.language import detect
from bot.triage.taxonomy import LANGUAGES


@pytest.mark.parametrize(
    "text",
    [
        "my whatsapp is hacked", "help", "someone is blackmailing me", "How do I complain?", "he took 5000", "fake profile",
        "is bail allowed", "PTA toll free number", "what is section 21", "Yes please", "I am from Lahore", "thank you",
        "extortion call, 20 lakh", "my id was stolen plz help sir",
    ],
)  # fmt: skip
def test_english(text: str) -> None:
    assert detect(text)[0] == "en"


@pytest.mark.parametrize(
    "text",
    [
        "mera whatsapp hack ho gaya", "madad chahiye", "koi blackmail kar rha hai", "shikayat kaise karun", "5 hazar le gaya",
        "jali id bani hui hai", "haan ji", "shukriya", "acha theek hai", "Lahore se hun", "section 21 me kitni saza hai",
        "account hack hogya plz help kro", "bhai jan pese wapis milenge", "fb id ka password bhool gya", "kis office jana hoga",
        "meri pics leak kr di us ne", "wo mujhe call krta hai", "cyber crime ka office kidhar hai", "nahi", "kya hal hai",
    ],
)  # fmt: skip
def test_roman_urdu(text: str) -> None:
    assert detect(text)[0] == "ur-Latn"


@pytest.mark.parametrize(
    "text",
    [
        "میرا واٹس ایپ ہیک ہو گیا", "مدد", "میرا WhatsApp account ہیک ہو گیا ہے", "facebook پر fake id بنی ہے", "جی ہاں",
        "ميرا موبايل چوري ہو گيا", "یہ لنک https://bad-site.example/very/long/path جعلی ہے", "0300-1234567 نے تنگ کیا",
    ],
)  # fmt: skip
def test_urdu_script(text: str) -> None:
    assert detect(text)[0] == "ur"


def test_links_and_addresses_say_nothing_of_the_language() -> None:
    assert detect("https://kya.example/mera/hai/nahi please remove it")[0] == "en"
    assert detect("ye link http://the-and-of.example/my/your hatwa dein")[0] == "ur-Latn"


@pytest.mark.parametrize("text", ["why", "haan", "ok", "5000", "", "?", "0300-1234567", "🙂"])
def test_little_text_is_not_enough_to_switch(text: str) -> None:
    assert not detect(text)[1]


@pytest.mark.parametrize(
    "text", ["mera account hack ho gaya hai", "my account has been hacked by someone", "میرا اکاؤنٹ ہیک ہو گیا"]
)
def test_a_sentence_is_enough_to_switch(text: str) -> None:
    assert detect(text)[1]


@given(st.text(max_size=300))
def test_any_text_has_a_language(text: str) -> None:
    assert detect(text)[0] in LANGUAGES
