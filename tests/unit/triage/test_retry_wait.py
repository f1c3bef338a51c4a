"""Waits between attempts: growing, jittered, capped, and not before the other side asked."""

from bot.triage.forwarding import LONGEST_WAIT, retry_wait
from tests.auxil.records import settings_in


def waits(tmp_path, attempts, **kwargs):
    current = settings_in(tmp_path, retry_base=20, retry_cap=3600)
    return [retry_wait(attempts, current, **kwargs) for _ in range(300)]


def test_grows_with_each_attempt_and_is_capped(tmp_path):
    """Full jitter: between nothing and base * 2^n, never above the cap, however many attempts."""
    assert max(waits(tmp_path, 1)) <= 20
    assert 80 < max(waits(tmp_path, 4)) <= 160
    assert 3000 < max(waits(tmp_path, 5000)) <= 3600


def test_is_spread_out(tmp_path):
    """So that a receiver that comes back is not hit at once."""
    assert len({round(wait) for wait in waits(tmp_path, 6)}) > 100


def test_retry_after_is_honoured_within_reason(tmp_path):
    """Never earlier than asked, never later than a day."""
    assert min(waits(tmp_path, 1, retry_after=500)) >= 500
    assert max(waits(tmp_path, 1, retry_after=10**9)) == LONGEST_WAIT
