"""Signs of danger in the words: plain statements count, news and figures of speech do not."""

import pytest

from bot.nlu.extract import extract


def signs(text: str) -> set[str]:
    return {"self_harm", "violence", "child_now"} & extract(text).cues


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself", "I took 30 pills", "she cut her wrist", "no reason to live", "i dont want to live anymore", "nobody will miss me",
        "main khudkushi kar lungi", "zeher kha lunga", "mar jana chahti hun", "neend ki goliyan kha li hain", "chhat se kood jaungi",
        "خودکشی کر لوں گی", "زہر کھا لوں گا", "مر جاؤں گی", "اب جینا نہیں چاہتا", "پنکھے سے لٹک جاؤں گا", "میں نے گولیاں کھا لی ہیں",
        "standing on the edge of the roof", "my family is happier without me", "I am counting my pills", "mere na hone se sab khush honge",
        "ab saans lene ka dil nahi", "اب جینے کو دل نہیں کرتا", "پٹری کے پاس بیٹھا ہوں", "مجھے اب دنیا میں نہیں رہنا",
    ],
)  # fmt: skip
def test_self_harm(text: str) -> None:
    assert signs(text) == {"self_harm"}


@pytest.mark.parametrize(
    "text",
    [
        "he is outside my house with a gun", "they are breaking my door", "my brothers are coming to kill me", "he will throw acid on me",
        "wo pistol le kar ghar ke bahar khara hai", "aaj raat mujhe maar denge", "darwaza tor rahe hain", "mere cousin ko utha ke le gaye",
        "وہ پستول لے کر دروازے پر کھڑا ہے", "آج رات مجھے قتل کر دیں گے", "جرگے نے قتل کا حکم دیا ہے", "گھر جلانے آ رہے ہیں",
        "two men are climbing our wall", "abba is loading the rifle", "he strangled me", "wo mera gala daba raha tha", "deewar phalang kar aa gaye",
        "log lathian le kar hamare ghar ki taraf aa rahe hain", "شوہر پٹرول چھڑک رہا ہے", "دیوار پھلانگ کر اندر آئے ہیں", "اس نے میرا گلا دبا دیا",
    ],
)  # fmt: skip
def test_violence(text: str) -> None:
    assert "violence" in signs(text)


@pytest.mark.parametrize(
    "text",
    [
        "my 13 year old daughter went to meet him", "12 year old cousin is missing", "13 saal ki beti us se milne nikal gai",
        "10 saal ka bhanja wapis nahi aya", "بارہ سال کی بیٹی لاپتہ ہے", "تیرہ سال کی بچی کی آج رات زبردستی شادی",
    ],
)  # fmt: skip
def test_child_in_danger(text: str) -> None:
    assert "child_now" in signs(text)


@pytest.mark.parametrize(
    "text",
    [
        "a page praises the suicide bombing", "is attempting suicide a crime in Pakistan", "khudkushi ki saza kya hai", "خودکش حملے کی ویڈیو",
        "phone battery is dying", "meri maut ki jhooti khabar", "in pubg he killed me with a gun", "wedding firing video is viral",
        "what is the punishment for acid attack", "tezab phenkne ki saza", "pistols for sale on facebook", "my account was attacked by bots",
        "my phone is missing", "the missing child news is fake, my nephew is 10", "I met him at school", "he keeps sending messages",
        "my husband did not come home", "50 hazar do warna pics viral", "", "mera account kisi ne hack kar liya",
        "garmi se mar jayenge", "hans hans ke mar gaye", "گرمی سے مر جائیں گے", "world cup without me", "kaam tamam kar ke aya hun", "mera khayal rakhna",
    ],
)  # fmt: skip
def test_no_danger(text: str) -> None:
    assert signs(text) == set()
