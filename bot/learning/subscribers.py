"""Who gets tips on Telegram: a row each, found by the conversation, the chat's address encrypted.

A tip is claimed in a transaction before it is sent, and the claim already moves the row to its next day. A process
that dies in between therefore never sends a tip twice.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bot.learning.tips import FREQUENCIES, after_quiet, next_tip
from bot.settings import Settings
from bot.triage.database import Database, Sealer, StoreError, UtcDateTime

MIGRATIONS = Path(__file__).with_name("migrations")

metadata = sa.MetaData()
subscribers = sa.Table(
    "tip_subscribers",
    metadata,
    sa.Column("conversation_id", sa.String(80), primary_key=True),
    sa.Column("address", sa.LargeBinary, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("frequency", sa.String(8), nullable=False),
    sa.Column("next_due", UtcDateTime, nullable=False, index=True),
    sa.Column("last_tip", sa.String(80)),
    sa.Column("sent", sa.Text, nullable=False),  # ids of the tips of this round, JSON
)


@dataclass(frozen=True)
class Delivery:
    """One tip for one chat, claimed; nobody else sends it."""

    conversation_id: str
    chat_id: int = field(repr=False)
    language: str
    tip: str


class Subscribers:
    """The table, in the database of the records."""

    def __init__(self, settings: Settings) -> None:
        self._sealer = Sealer(settings.secret("record"))
        self._database = Database(settings.database_url, MIGRATIONS, "learning_version")
        self._quiet = (settings.tips_quiet_from, settings.tips_quiet_until)

    def migrate(self) -> None:
        """Bring the table up to date."""
        self._database.migrate()

    def close(self) -> None:
        """Give the database connections back."""
        self._database.close()

    def add(
        self, conversation_id: str, *, chat_id: int, language: str, frequency: str, now: datetime, tips: Sequence[str]
    ) -> str:
        """Subscribe, or change an earlier subscription. Returns the tip to give at once."""
        with self._database.write() as connection:
            this = subscribers.c.conversation_id == conversation_id
            row = connection.execute(sa.select(subscribers).where(this).with_for_update()).first()
            tip, sent = next_tip(json.loads(row.sent) if row else [], conversation_id, tips)
            values = {
                "address": self._sealer.seal({"chat_id": chat_id}),
                "language": language,
                "frequency": frequency,
                "next_due": after_quiet(now + FREQUENCIES[frequency], *self._quiet),
                "last_tip": tip,
                "sent": json.dumps(sent),
            }
            if row:
                connection.execute(sa.update(subscribers).where(this).values(**values))
            else:
                connection.execute(sa.insert(subscribers).values(conversation_id=conversation_id, **values))
        return tip

    def frequency(self, conversation_id: str) -> str | None:
        """How often this conversation gets tips, or None."""
        query = sa.select(subscribers.c.frequency).where(subscribers.c.conversation_id == conversation_id)
        with self._database.read() as connection:
            found: str | None = connection.scalar(query)
        return found

    def remove(self, conversation_id: str) -> bool:
        """Forget a subscriber; False when there was none."""
        with self._database.write() as connection:
            gone = connection.execute(sa.delete(subscribers).where(subscribers.c.conversation_id == conversation_id))
        return bool(gone.rowcount)

    def claim(self, *, now: datetime, tips: Sequence[str]) -> Delivery | None:
        """The next tip that is due, taken for good; None when nothing is."""
        while True:
            with self._database.write() as connection:
                query = sa.select(subscribers).where(subscribers.c.next_due <= now).order_by(subscribers.c.next_due)
                row = connection.execute(query.limit(1).with_for_update(skip_locked=True)).first()
                if row is None:
                    return None
                this = subscribers.c.conversation_id == row.conversation_id
                try:
                    chat_id = self._sealer.open(row.address)["chat_id"]
                except StoreError:  # sealed with a key that is gone: it can never be sent
                    connection.execute(sa.delete(subscribers).where(this))
                    continue
                tip, sent = next_tip(json.loads(row.sent), row.conversation_id, tips)
                due = after_quiet(now + FREQUENCIES[row.frequency], *self._quiet)
                changed = {"next_due": due, "last_tip": tip, "sent": json.dumps(sent)}
                connection.execute(sa.update(subscribers).where(this).values(**changed))
            return Delivery(row.conversation_id, chat_id, row.language, tip)

    def put_back(self, delivery: Delivery, *, due: datetime) -> None:
        """Undo a claim whose tip was certainly not sent; it is due again at `due`."""
        with self._database.write() as connection:
            this = subscribers.c.conversation_id == delivery.conversation_id
            row = connection.execute(sa.select(subscribers).where(this).with_for_update()).first()
            if row is None or row.last_tip != delivery.tip:
                return  # unsubscribed or changed meanwhile
            sent = [tip for tip in json.loads(row.sent) if tip != delivery.tip]
            values = {"next_due": due, "sent": json.dumps(sent), "last_tip": sent[-1] if sent else None}
            connection.execute(sa.update(subscribers).where(this).values(**values))


def open_subscribers(settings: Settings) -> Subscribers:
    """The subscribers of these settings, the table up to date."""
    try:
        found = Subscribers(settings)
    except OSError as error:
        raise StoreError(f"the state folder cannot be used: {type(error).__name__}") from error
    found.migrate()
    return found
