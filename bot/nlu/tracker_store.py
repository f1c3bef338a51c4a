"""Rasa's SQL tracker store: encrypted, and without what makes it slow on SQLite."""

import base64
import hashlib
import itertools
import json
import os
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.pool import QueuePool

from bot.settings import settings

_MARK = "v1:"  # what an encrypted event begins with; one from before begins with a brace
_NONCE = 12
_MOST_KEPT = 200  # conversations whose trackers stay in memory; some 100 KB each


class SealedText(sa.types.TypeDecorator):
    """A text column that is encrypted on its way to the database (AES-256-GCM) and read as it was."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, secret: str = "") -> None:
        super().__init__()
        keys = [part.strip() for part in secret.split(",") if part.strip()]
        self._ciphers = [AESGCM(hashlib.sha256(b"tracker\0" + key.encode()).digest()) for key in keys]

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """To the database."""
        if value is None:
            return None
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._ciphers[0].encrypt(nonce, value.encode(), None)
        return _MARK + base64.b64encode(sealed).decode()

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """From the database."""
        if value is None or not value.startswith(_MARK):
            return value
        sealed = base64.b64decode(value[len(_MARK) :])
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
            except InvalidTag:
                continue
        raise RuntimeError("an event was stored with another key")


@dataclass(frozen=True)
class _Kept:
    """A tracker as it was saved: how many events it had, and the number of its last one in the database."""

    tracker: DialogueStateTracker
    events: int
    last: int


class QuickTrackerStore(SQLTrackerStore):
    """Encrypted events, one kept connection in WAL mode, and trackers that stay in memory while they are right.

    Rasa's own store opens a connection a session, waits for the disk at every commit, counts the stored events again
    before saving, and makes the tracker anew from all its events for every message. Here a tracker is taken from
    memory when its last event is still the last one in the database: it is not when another process has written
    or the conversation was erased. In WAL mode with `synchronous=NORMAL` a crash of the process loses nothing.
    """

    engine: sa.engine.Engine

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._table = self.SQLEvent.__table__
        self._table.c.data.type = SealedText(settings().secret("tracker"))
        self._last_of = sa.select(sa.func.max(self._table.c.id)).where(
            self._table.c.sender_id == sa.bindparam("sender_id")
        )
        if self.engine.dialect.name == "sqlite":
            url = self.engine.url
            self.engine.dispose()
            self.engine = sa.create_engine(url, poolclass=QueuePool, connect_args={"check_same_thread": False})
            sa.event.listen(self.engine, "connect", _set_pragmas)
            self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker, marked with how many of its events are stored."""
        kept = self._kept.pop(sender_id, None)  # comes back when it is saved: what fails in between is read anew
        if kept and kept.events == len(kept.tracker.events) and kept.last == self._last_event(sender_id):
            return kept.tracker
        tracker = await super().retrieve(sender_id)
        if tracker is not None:
            tracker.stored_events = len(tracker.events)
        return tracker

    def _last_event(self, sender_id: str) -> int | None:
        with self.engine.connect() as connection:
            last: int | None = connection.scalar(self._last_of, {"sender_id": sender_id})
            return last

    def _additional_events(self, session: Any, tracker: DialogueStateTracker) -> Iterator[Event]:
        stored = getattr(tracker, "stored_events", None)
        if stored is None:
            missing: Iterator[Event] = super()._additional_events(session, tracker)
            return missing
        return itertools.islice(tracker.events, stored, len(tracker.events))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the new events, and keep the tracker in memory."""
        await self.stream_events(tracker)
        with self.session_scope() as session:
            rows = [_row(tracker.sender_id, event) for event in self._additional_events(session, tracker)]
            if rows:
                session.connection().execute(self._table.insert(), rows)
            last = session.connection().scalar(self._last_of, {"sender_id": tracker.sender_id})
            session.commit()
        tracker.stored_events = len(tracker.events)
        self._keep(tracker, last)

    def _keep(self, tracker: DialogueStateTracker, last: int | None) -> None:
        """Keep a tracker of one session; of several, only the last one is read back, so that it stays short."""
        self._kept.pop(tracker.sender_id, None)
        if last is None or sum(isinstance(event, SessionStarted) for event in tracker.events) > 1:
            return
        self._kept[tracker.sender_id] = _Kept(tracker, len(tracker.events), last)
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    """What Rasa's own store keeps of an event."""
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _set_pragmas(connection: Any, _: Any) -> None:
    for setting in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "secure_delete=ON"):
        connection.execute(f"PRAGMA {setting}")
