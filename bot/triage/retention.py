"""Deletes what has been kept long enough, by the settings; the worker does it every hour."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.settings import Settings
from bot.triage.access import ERASED, Access
from bot.triage.drafts import Drafts
from bot.triage.erasure import KNOWN_FOR, Erasures, TrackerEvents
from bot.triage.models import erasures, notices, records, tries
from bot.triage.record import ENDED
from bot.triage.store import Store

SETTLED = ("forwarded", *ENDED)  # a record that still waits is never anonymised


def purge(store: Store, settings: Settings, *, now: datetime, dry_run: bool = False) -> dict[str, int]:
    """Delete or anonymise what is older than its setting; gives how much of what kind."""
    events = TrackerEvents(settings.tracker_database_url)
    try:
        idle = events.idle(now - timedelta(days=settings.conversation_days))
        old = _old_records(store, now - timedelta(days=settings.record_days))
        if not dry_run:
            Erasures(store, events).carry_out_due(now=now)
            events.erase(idle)
            for reference in old:
                Access(store).erase(reference, now=now)
        done = {
            "drafts": Drafts(store, settings.draft_days).purge(now=now, dry_run=dry_run),
            "conversations": len(idle),
            "records": len(old),
        }
        _delete_notes(store, now, dry_run)
        return done
    finally:
        events.close()


def _old_records(store: Store, before: datetime) -> list[str]:
    """References of settled records from before this moment that still hold what was told."""
    told = sa.or_(records.c.draft_id.is_not(None), records.c.channel.is_not(None), records.c.language.is_not(None))
    old = (records.c.created_at < before, records.c.status.in_(SETTLED), told)  # erasing empties these columns
    query = sa.select(records.c.reference).where(*old)
    with store.database.read() as connection:
        references = list(connection.scalars(query))
    return [name for name in references if (store.get(name) or {}).get("description") != ERASED]


def _delete_notes(store: Store, now: datetime, dry_run: bool) -> None:
    """Forget counted tries, sent notices and erasures that everybody has learnt of."""
    if dry_run:
        return
    with store.database.write() as connection:
        connection.execute(sa.delete(tries).where(tries.c.until < now))
        connection.execute(sa.delete(notices).where(notices.c.done_at < now))
        old = (erasures.c.done_at.is_not(None), erasures.c.asked_at < now - KNOWN_FOR)
        connection.execute(sa.delete(erasures).where(*old))
