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
    again = await store.retrieve("web-1")
    assert again is not None
    assert again.latest_message.text == "from before"
