"""Who the suspect is to the victim."""

import pytest

from bot.nlu.extract import extract


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("my class fellow is sending me bad messages", "classmate"),
        ("my cousin is blackmailing me with my pictures", "relative"),
        ("I am being blackmailed by my class fellow. He demands 50000", "classmate"),
        ("complaint against our neighbour for filming us", "neighbour"),
        ("he is my ex husband and he keeps calling me", "ex_partner"),
        ("we became friends on facebook and then she recorded the video call", "online_contact"),
        ("an unknown number keeps sending me obscene videos", "stranger"),
        ("mere cousin ne meri tasveerein viral kar di hain", "relative"),
        ("mera boss mujhe ganday messages karta hai", "superior"),
        ("wo mera class fellow hai aur roz tang karta hai", "classmate"),
        ("sabiq mangetar kehta hai shadi karo warna pics bhej dunga", "ex_partner"),
        ("میرے سابق شوہر نے میری تصاویر لگا دیں", "ex_partner"),
        ("میرا کزن مجھے بلیک میل کر رہا ہے", "relative"),
        ("اجنبی نے میری تصویر لگا دی", "stranger"),
        ("my husband reads all my whatsapp", "spouse"),
        ("mera shohar mere phone me app dal k sab messages parhta he", "spouse"),
        ("میرا شوہر میرے فون کی نگرانی کرتا ہے", "spouse"),
    ],
)
def test_the_suspect_is_told(text: str, told: str) -> None:
    assert extract(text).relationship == told


@pytest.mark.parametrize(
    "text",
    [
        "my wife is in saudia and someone hacked her id",
        "my husband received a call from the bank and lost 50000",
        "mere shohar ko kisi ne call ki aur paise le liye",
        "My friend's id was hacked and they asked me for money",
        "mere dost ne mujhe bataya ke meri fake id bani hui hai",
        "میری بہن کو کوئی دھمکیاں دے رہا ہے",
        "my facebook account was hacked yesterday",
    ],
)
def test_victims_and_helpers_are_not_suspects(text: str) -> None:
    assert extract(text).relationship is None
