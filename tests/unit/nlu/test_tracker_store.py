"""What Rasa's tracker store keeps of a conversation is unreadable without the key."""

import sqlite3
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu import tracker_store as module
from bot.nlu.tracker_store import QuickTrackerStore
from tests.auxil.records import settings_in

MARK = "zebraquartz"


def opened(monkeypatch: pytest.MonkeyPatch, folder: Path, secret: str) -> QuickTrackerStore:
    monkeypatch.setenv("MUHAFIZ_TRACKER_SECRET", secret)
    monkeypatch.setattr(module, "settings", lambda: settings_in(folder))
    return QuickTrackerStore(domain=Domain.empty(), db=str(folder / "tracker.db"))


async def test_events_are_encrypted_and_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(monkeypatch, tmp_path, "old-key")
    events = [ActionExecuted("action_session_start"), SessionStarted(), UserUttered(f"it was {MARK}")]
    await store.save(DialogueStateTracker.from_events("web-1", events))
    for file in tmp_path.glob("tracker.db*"):
        assert MARK.encode() not in file.read_bytes()
    rotated = opened(monkeypatch, tmp_path, "new-key,old-key")
    again = await rotated.retrieve("web-1")
    assert again is not None
    assert again.latest_message.text == f"it was {MARK}"


async def test_events_from_before_are_still_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(monkeypatch, tmp_path, "key")
    await store.save(DialogueStateTracker.from_events("web-1", [UserUttered("hello")]))
    with sqlite3.connect(tmp_path / "tracker.db") as connection:
        plain = '{"event": "user", "timestamp": 1.0, "text": "from before", "parse_data": {}}'
        connection.execute("UPDATE events SET data = ?", (plain,))
    again = await opened(monkeypatch, tmp_path, "key").retrieve("web-1")
    assert again is not None
    assert again.latest_message.text == "from before"


def heard(tracker: DialogueStateTracker | None) -> list[str]:
    assert tracker is not None
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


async def conversation(store: QuickTrackerStore, *texts: str) -> None:
    """One turn after the other, as Rasa does: retrieve, add events, save."""
    for text in texts:
        tracker = await store.retrieve("web-1")
        if tracker is None:
            tracker = DialogueStateTracker.from_events("web-1", [ActionExecuted("action_session_start")])
            tracker.update(SessionStarted())
        tracker.update(UserUttered(text))
        await store.save(tracker)


async def test_a_tracker_from_memory_is_the_one_in_the_database(tmp_path: Path, monkeypatch) -> None:
    """Nothing is stored twice, and a store that has just been opened reads the same events."""
    store = opened(monkeypatch, tmp_path, "key")
    await conversation(store, "one", "two", "three")
    assert heard(await store.retrieve("web-1")) == ["one", "two", "three"]
    assert heard(await opened(monkeypatch, tmp_path, "key").retrieve("web-1")) == ["one", "two", "three"]


async def test_what_another_process_wrote_is_seen(tmp_path: Path, monkeypatch) -> None:
    store, other = opened(monkeypatch, tmp_path, "key"), opened(monkeypatch, tmp_path, "key")
    await conversation(store, "one")
    await conversation(other, "two")
    await conversation(store, "three")
    assert heard(await other.retrieve("web-1")) == ["one", "two", "three"]


async def test_an_erased_conversation_is_not_remembered(tmp_path: Path, monkeypatch) -> None:
    store = opened(monkeypatch, tmp_path, "key")
    await conversation(store, "one")
    with sqlite3.connect(tmp_path / "tracker.db") as connection:
        connection.execute("DELETE FROM events")
    assert await store.retrieve("web-1") is None


async def test_a_turn_that_failed_leaves_nothing_behind(tmp_path: Path, monkeypatch) -> None:
    """Events that were added and never saved are not in the next turn's tracker."""
    store = opened(monkeypatch, tmp_path, "key")
    await conversation(store, "one")
    tracker = await store.retrieve("web-1")
    assert tracker is not None
    tracker.update(UserUttered("lost"))
    assert heard(await store.retrieve("web-1")) == ["one"]
    await conversation(store, "two")
    assert heard(await store.retrieve("web-1")) == ["one", "two"]


async def test_only_the_last_session_is_read(tmp_path: Path, monkeypatch) -> None:
    """The gateway begins new sessions so that a long conversation stays quick."""
    store = opened(monkeypatch, tmp_path, "key")
    await conversation(store, "one")
    tracker = await store.retrieve("web-1")
    assert tracker is not None
    tracker.update(ActionExecuted("action_session_start"))
    tracker.update(SessionStarted())
    await store.save(tracker)
    await conversation(store, "two")
    assert heard(await store.retrieve("web-1")) == ["two"]
