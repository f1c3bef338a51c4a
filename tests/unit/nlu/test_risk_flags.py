"""What cannot wait: a live threat to publish, and money that went within a day."""

from datetime import UTC, datetime

import pytest

from bot.nlu.analyse import risk_flags
from bot.nlu.classifier import Prediction
from bot.nlu.extract import extract

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NOTHING_READ = Prediction(kind={}, incident_type={}, topic={}, risk={}, story={})


def flags(text: str, incident_type: str) -> list[str]:
    return risk_flags(NOTHING_READ, extract(text, NOW), incident_type, "report", in_danger=False)


@pytest.mark.parametrize(
    "text",
    [
        "send 50000 in 2 hours or your video goes to your family",
        "he will send my nudes to my father tomorrow",
        "raat 12 baje tak time diya hai phir tasveerein sab ko bhej dega",
        "وہ کہتا ہے کہ چیٹ کے اسکرین شاٹ میرے شوہر کو دکھا دے گا",
    ],
)
def test_a_threat_to_publish_in_many_words(text: str) -> None:
    assert "threat_to_publish" in flags(text, "blackmail")


def test_a_demand_without_anything_to_publish_is_none() -> None:
    assert flags("pay 20000 or I will break your shop", "blackmail") == []


@pytest.mark.parametrize(
    "text",
    [
        "someone took 50k from my account an hour ago",
        "kal raat fraud hua 1 lakh gaya",
        "ابھی ابھی کسی نے میرا ایزی پیسہ خالی کر دیا",
        "they emptied my wallet on 21 November 2026",
    ],
)
def test_money_that_just_went(text: str) -> None:
    assert "money_moved_recently" in flags(text, "fraud")


@pytest.mark.parametrize(
    "text", ["two years ago they took 50000 from me", "caller asked for the code today and I hung up"]
)
def test_money_long_gone_or_not_gone(text: str) -> None:
    assert flags(text, "fraud") == []
