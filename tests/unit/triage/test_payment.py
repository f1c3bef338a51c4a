"""Which wallet, bank or card money went through: as told with the money, never for being mentioned."""

from typing import Any

import pytest

from bot.nlu.lexicon import lexicon
from bot.triage.draft import draft_from
from bot.triage.interview import Facts, start, take_turn
from bot.triage.mapping import mapping
from bot.triage.payment import _bare, _names
from bot.triage.record import build_record, new_reference
from bot.triage.summary import value_text
from bot.triage.turn import Turn
from tests.auxil.records import NOW
from tests.auxil.spoken import said


def told(text: str, incident_type: str = "fraud") -> Facts:
    return start({}, said(text, incident_type=incident_type, confidence=0.9)).facts


def instruments(facts: Facts) -> list[Any]:
    agreed = take_turn(facts, "consent", Turn("affirm", "yes")).facts
    draft = draft_from(agreed, channel="web", language="en")
    record = build_record(draft, reference=new_reference(), now=NOW)
    return [item["instrument"] for item in record["financial_transactions"]]


@pytest.mark.parametrize(
    ("text", "instrument"),
    [
        ("I sent 35,000 rupees through JazzCash to a shop on Instagram", "JazzCash"),
        ("50,000 was withdrawn from my HBL account this morning", "HBL"),
        ("a man from HBL called and I sent him 20000 by Easypaisa", "Easypaisa"),
        ("maine 35000 easypaisa se bheje aur dukandar ne block kar diya", "Easypaisa"),
        ("HBL ke naam se call aayi aur mere Meezan account se 80 hazar nikal gaye", "Meezan Bank"),
        ("mere HBL account se 50 hazar nikle phir JazzCash par bheje gaye", "HBL, JazzCash"),
        ("میں نے جاز کیش سے 35000 روپے بھیجے اور دکان بند ہو گئی", "JazzCash"),
        ("میزان بینک کے اکاؤنٹ سے 50 ہزار روپے نکل گئے", "Meezan Bank"),
        ("they took 40000 from my debit card", "card"),
    ],
)
def test_named_with_the_money(text: str, instrument: str) -> None:
    assert instruments(told(text)) == [instrument]


@pytest.mark.parametrize(
    "text",
    [
        "I work at HBL. A shop on Facebook took 20000 rupees from me",
        "somebody from HBL called me and 20000 rupees are gone",
        "HBL ki taraf se call aayi, 20 hazar rupay chale gaye",
        "main HBL mein kaam karta hoon. Facebook ki dukan ne 20000 rupay le liye",
        "ایچ بی ایل کی طرف سے کال آئی، 20 ہزار روپے چلے گئے",
        "20000 rupees are gone. Should I ask JazzCash about the money?",
    ],
)
def test_mentioned_only(text: str) -> None:
    assert instruments(told(text)) == [None]


def test_of_another_matter_it_makes_no_payment() -> None:
    """A matter without money has none, whatever bank is named."""
    text = "my ex works at HBL and sends me abuse on WhatsApp, he paid my rent through HBL"
    assert instruments(told(text, "harassment")) == []


@pytest.mark.parametrize(
    ("language", "story", "answer"),
    [
        ("en", "a page on Instagram took my money and blocked me", "35,000 by JazzCash"),
        ("ur-Latn", "Instagram ke page ne paise le kar block kar diya", "35000, jazz cash se"),
        ("ur", "انسٹاگرام کے پیج نے رقم لے کر بلاک کر دیا", "35000 روپے، جاز کیش"),
    ],
)
def test_named_by_a_later_answer(language: str, story: str, answer: str) -> None:
    facts = take_turn(told(story), "consent", Turn("affirm", "yes")).facts
    facts = take_turn(facts, "money", said(answer, "report")).facts
    record = build_record(draft_from(facts, channel="web", language=language), reference=new_reference(), now=NOW)
    (payment,) = record["financial_transactions"]
    assert (payment["amount_pkr"], payment["instrument"]) == (35_000, "JazzCash")
    assert "financial_transactions.instrument" not in record["missing"]
    assert "35,000" in (line := value_text("amount_pkr", facts, language))
    assert "(JazzCash)" in line


def test_a_correction_replaces_it() -> None:
    facts = told("I sent 35,000 rupees through JazzCash to a shop on Instagram")
    facts = take_turn(facts, "confirm", said("jazzcash nahi, easypaisa se bheje", "report")).facts
    assert instruments(facts) == ["Easypaisa"]


def test_every_service_that_is_found_has_a_name() -> None:
    """What the lexicon knows is a name here, or one of the words for any bank."""
    unnamed = {word for word in lexicon("platforms")["services"] if _bare(str(word)) not in _names()}
    marks = ("bank", "account", "بینک", "بنک", "اکاؤنٹ")
    assert all(any(mark in str(word) for mark in marks) for word in unnamed), unnamed
    assert set(mapping()["instruments"]) == {"wallet", "bank", "card"}
