"""When it happened: told dates as ranges of days in Pakistan time."""

from datetime import UTC, date, datetime

import pytest

from bot.nlu.times import PAKISTAN, find_dates, main_date

NOW = datetime(2026, 11, 22, 12, tzinfo=PAKISTAN)  # a Sunday


def told(text: str) -> list[tuple[str, str]]:
    return [(item.first.isoformat(), item.last.isoformat()) for item in find_dates(text, NOW)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("yesterday", "2026-11-21"), ("kal raat 2 baje", "2026-11-21"), ("کل شام", "2026-11-21"), ("last night", "2026-11-21"),
        ("today", "2026-11-22"), ("aaj subah", "2026-11-22"), ("ابھی ابھی", "2026-11-22"), ("20 minutes ago", "2026-11-22"),
        ("day before yesterday", "2026-11-20"), ("parson", "2026-11-20"), ("پرسوں", "2026-11-20"),
        ("3 days ago", "2026-11-19"), ("teen din pehle", "2026-11-19"), ("پانچ دن پہلے", "2026-11-17"),
        ("14 March", "2026-03-14"), ("14th of March 2025", "2025-03-14"), ("March 14, 2025", "2025-03-14"),
        ("۱۲ اکتوبر", "2026-10-12"), ("25 December", "2025-12-25"), ("5 tareekh ko", "2026-11-05"), ("28 تاریخ", "2026-10-28"),
        ("22nd of last month", "2026-10-22"), ("12/10/2025", "2025-10-12"), ("12-10-25", "2025-10-12"),
        ("2025-10-12", "2025-10-12"), ("10/25/2025", "2025-10-25"),
        ("on Friday", "2026-11-20"), ("peer ko", "2026-11-16"), ("جمعے کو", "2026-11-20"), ("last sunday", "2026-11-15"),
    ],
)  # fmt: skip
def test_days(text: str, day: str) -> None:
    assert told(text) == [(day, day)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2 3 din pehle", "2026-11-19", "2026-11-20"),
        ("2-3 days ago", "2026-11-19", "2026-11-20"),
        ("a week ago", "2026-11-12", "2026-11-18"),
        ("do hafte pehle", "2026-11-05", "2026-11-11"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("گزشتہ ماہ", "2026-10-01", "2026-10-31"),
        ("last week", "2026-11-09", "2026-11-15"),
        ("in March 2025", "2025-03-01", "2025-03-31"),
        ("march mein", "2026-03-01", "2026-03-31"),
        ("15 din se tang kar raha hai", "2026-11-07", "2026-11-22"),
        ("for the past two weeks", "2026-11-08", "2026-11-22"),
        ("تین مہینے سے", "2026-08-24", "2026-11-22"),
    ],
)
def test_ranges(text: str, first: str, last: str) -> None:
    assert told(text) == [(first, last)]


@pytest.mark.parametrize(
    "text",
    [
        "aaj kal log", "آج کل", "kal tak paise do", "کل تک", "by tomorrow", "by tonight", "aaj tak nahi mila", "har jumme ko",
        "kul raqam", "کل رقم دو لاکھ", "30/02/2025", "99/99/9999", "for 5 hours", "may 5000 log", "I may 5", "میں ۳ لاکھ",
        "12 saal se nurse hun", "next friday", "", "24/7 calls",
    ],
)  # fmt: skip
def test_words_that_tell_no_day(text: str) -> None:
    assert told(text) == []


def test_days_to_come_are_left_out() -> None:
    assert told("25/12/2026") == []
    assert told("22/11/2026") == [("2026-11-22", "2026-11-22")]


def test_the_day_is_pakistans() -> None:
    late = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)  # after midnight in Karachi
    assert find_dates("aaj", late)[0].first == date(2026, 11, 22)


def test_a_precise_day_tells_more_than_the_year_before_it() -> None:
    dates = find_dates("5 saal pehle mangni tooti, kal us ne pics daal di", NOW)
    main = main_date(dates)
    assert main is not None
    assert main.first == date(2026, 11, 21)
    assert main_date([]) is None


def test_record_keeps_the_persons_own_words() -> None:
    assert find_dates("Sir Kal Raat ko", NOW)[0].as_record() == {
        "from": "2026-11-21",
        "to": "2026-11-21",
        "as_told": "Kal Raat",
    }
