"""Which tip comes next, and when."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.load import knowledge
from bot.learning.tips import PAKISTAN, after_quiet, all_tips, is_quiet, next_tip


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 10, hour, minute, tzinfo=PAKISTAN)


def test_tips_are_the_sixty_of_knowledge() -> None:
    assert len(all_tips()) >= 60
    assert all(knowledge()[tip].kind == "tip" for tip in all_tips())


@given(st.integers(1, 12), st.text(max_size=5))
def test_none_comes_twice_before_all_came(count: int, seed: str) -> None:
    tips, sent, given_out = [f"t{n}" for n in range(count)], [], []
    for _ in range(3 * count):
        tip, sent = next_tip(sent, seed, tips)
        given_out.append(tip)
    for start in range(0, 3 * count, count):
        assert sorted(given_out[start : start + count]) == sorted(tips)
    assert count == 1 or all(a != b for a, b in pairwise(given_out))


def test_people_get_them_in_different_orders() -> None:
    assert len({next_tip([], str(n), all_tips())[0] for n in range(30)}) > 10


def test_a_tip_that_was_taken_out_of_knowledge_is_forgotten() -> None:
    assert next_tip(["gone"], "x", ["a"]) == ("a", ["a"])


@pytest.mark.parametrize(
    ("hour", "quiet"), [(20, False), (21, True), (23, True), (0, True), (8, True), (9, False), (15, False)]
)
def test_quiet_hours_over_midnight(hour: int, quiet: bool) -> None:
    assert is_quiet(at(hour), 21, 9) is quiet
    assert is_quiet(at(hour).astimezone(UTC), 21, 9) is quiet


def test_quiet_hours_within_a_day_and_none() -> None:
    assert [hour for hour in range(24) if is_quiet(at(hour), 13, 15)] == [13, 14]
    assert not any(is_quiet(at(hour), 9, 9) for hour in range(24))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.integers(0, 23),
    st.integers(0, 23),
)
def test_what_falls_into_quiet_hours_waits_for_their_end(moment: datetime, start: int, end: int) -> None:
    moved = after_quiet(moment, start, end)
    assert not is_quiet(moved, start, end)
    assert moment <= moved <= moment + timedelta(days=1)
    if is_quiet(moment, start, end):
        assert (moved.astimezone(PAKISTAN).hour, moved.minute) == (end, 0)
