"""Redaction takes out the complainant, wherever they appear, and leaves the case readable."""

import json

import pytest

from bot.desk.redaction import redacted
from tests.auxil.records import a_record

COMPLAINANT = {
    "anonymous": False,
    "name": "Sadia Noor",
    "phone": "+923211234567",
    "email": "sadia@example.pk",
    "city": "Lahore",
    "contact_note": "call my sister Hina",
}


def redacted_story(story, **complainant):
    record = a_record(description=story, complainant=COMPLAINANT | complainant)
    return redacted(record)["description"]


def test_contact_fields_are_replaced():
    """City and the rest of the case stay."""
    shown = redacted(a_record(complainant=COMPLAINANT))
    found = shown["complainant"]
    assert [found[name] for name in ("name", "phone", "email", "contact_note")] == ["[redacted]"] * 4
    assert found["city"] == "Lahore"
    assert shown["suspects"][0]["observables"][0]["normalised"] == "+923007654321"


def test_empty_fields_stay_empty():
    """Nobody should think that something was there."""
    assert redacted(a_record(complainant={}))["complainant"]["name"] is None


@pytest.mark.parametrize(
    "written",
    [
        "+923211234567",
        "0321-1234567",
        "0321 123 45 67",
        "00923211234567",
        "92 321 1234567",
        "۰۳۲۱۱۲۳۴۵۶۷",
        "٠٣٢١-١٢٣٤٥٦٧",
        "3211234567",
        "(0321) 1234567",
    ],
)
def test_a_phone_is_found_in_any_notation(written):
    """Local, international, spaced, Urdu digits."""
    shown = redacted_story(f"mera number {written} hai, us ka 0300-7654321")
    assert "[redacted]" in shown
    assert "1234567" not in shown.replace(" ", "").replace("-", "")
    assert "0300-7654321" in shown


def test_names_and_addresses_are_found_in_the_story():
    """Any case, any spacing, parts of the name, and in the summary too."""
    record = a_record(
        description="main SADIA  noor hun, likhein Sadia@Example.pk par. Sadia ko call karein",
        complainant=COMPLAINANT,
    )
    shown = redacted(record)
    for text in (shown["description"], shown["summary"]):
        assert "sadia" not in text.lower()
        assert "noor" not in text.lower()
        assert "par." in text


def test_only_whole_words_are_names():
    """A short name does not eat other words."""
    assert redacted_story("alibaba se khareeda", name="Ali") == "alibaba se khareeda"
    assert redacted_story("main ali hun", name="Ali") == "main [redacted] hun"
    assert redacted_story("us ne 12 logon ko", name="Al 12", phone=None) == "us ne 12 logon ko"


def test_urdu_names_are_found():
    """In Urdu script."""
    assert redacted_story("میں سعدیہ نور ہوں", name="سعدیہ نور") == "میں [redacted] ہوں"


def test_signs_with_a_meaning_for_patterns_are_harmless():
    """What a person types is no pattern."""
    assert redacted_story("a.b*c (x", name="a.b*c (x", contact_note="[a-z]+") == "[redacted]"


def test_codes_and_the_original_are_left_alone():
    """Even when somebody is called like a code."""
    record = a_record(complainant=COMPLAINANT | {"name": "Web Fraud"})
    before = json.dumps(record)
    shown = redacted(record)
    assert (shown["channel"], shown["incident_type"]) == ("web", "fraud")
    assert json.dumps(record) == before
