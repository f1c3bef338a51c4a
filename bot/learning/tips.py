"""Which tip comes next, and when: never at night, never the same twice until all were sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from bot.knowledge.load import knowledge

PAKISTAN = ZoneInfo("Asia/Karachi")
FREQUENCIES = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
STOP_BUTTON = "tips-stop"  # id of the button under every tip; it works however old the tip is
STOP_PAYLOAD = '/tips_choose{"tips_choice":"stop"}'


@lru_cache
def all_tips() -> tuple[str, ...]:
    """Ids of the tips in knowledge/."""
    return tuple(item.id for item in knowledge().values() if item.kind == "tip")


def next_tip(sent: Iterable[str], seed: str, tips: Sequence[str]) -> tuple[str, list[str]]:
    """The next tip of a person and what was sent then; when all were sent it begins again, not with the last one."""
    order = list(tips)
    Random(seed).shuffle(order)  # noqa: S311
    already = [tip for tip in sent if tip in order]
    left = [tip for tip in order if tip not in already]
    if not left:
        left, already = [tip for tip in order if [tip] != already[-1:]] or order, []
    return left[0], [*already, left[0]]


def is_quiet(moment: datetime, quiet_from: int, quiet_until: int) -> bool:
    """Whether it is an hour in Pakistan at which nothing is sent; equal hours mean there are none."""
    hour = moment.astimezone(PAKISTAN).hour
    if quiet_from <= quiet_until:
        return quiet_from <= hour < quiet_until
    return hour >= quiet_from or hour < quiet_until


def after_quiet(moment: datetime, quiet_from: int, quiet_until: int) -> datetime:
    """`moment`, or the end of the quiet hours that it falls into."""
    if not is_quiet(moment, quiet_from, quiet_until):
        return moment
    there = moment.astimezone(PAKISTAN)
    end = datetime.combine(there.date(), time(quiet_until), PAKISTAN)
    return end if end > there else end + timedelta(days=1)
