"""How many others pointed at the same thing, on both databases."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.triage.store import Store
from tests.auxil.records import NOW, a_draft

PAGE = {"data_type": "url", "data": "https://fb.example/bad", "normalised": "https://fb.example/bad"}
HANDLE = {"data_type": "handle", "data": "@bad", "normalised": "bad"}


def point_at(store: Store, *observables: dict[str, str], kind: str = "tip_off", platform: str = "facebook") -> Any:
    draft = a_draft(draft_id=None, kind=kind, observables=list(observables), platform=platform)
    return store.submit(draft, system="desk", now=NOW, lease_seconds=60).record


@pytest.mark.parametrize(("second", "others"), [((PAGE,), 1), ((HANDLE, PAGE), 1), ((HANDLE,), 0), ((), 0)])
def test_the_same_link_is_known_again(store: Store, second: Sequence[dict[str, str]], others: int) -> None:
    """Whatever else is pointed at; nothing is known of nothing."""
    point_at(store, PAGE)
    assert store.others_about(point_at(store, *second)) == others


def test_each_report_counts_once(store: Store) -> None:
    """Also when it shares several things."""
    for _ in range(3):
        point_at(store, PAGE, HANDLE)
    assert store.others_about(point_at(store, PAGE, HANDLE)) == 3


def test_a_name_on_another_platform_is_another(store: Store) -> None:
    """A link is the same everywhere, a handle is not."""
    point_at(store, HANDLE)
    assert store.others_about(point_at(store, HANDLE, platform="instagram")) == 0


def test_what_victims_report_is_not_told_to_others(store: Store) -> None:
    """Nobody can find out by a tip-off whether somebody complained about them."""
    point_at(store, PAGE, kind="report")
    assert store.others_about(point_at(store, PAGE)) == 0


def test_links_are_not_kept_in_clear(store: Store) -> None:
    """The database holds a keyed digest."""
    point_at(store, PAGE)
    with store.database.read() as connection:
        kept = connection.exec_driver_sql("select digest from sightings").scalars().all()
    assert len(kept) == 1 and "fb.example" not in kept[0] and len(kept[0]) == 64
