"""`muhafiz erase` and `muhafiz purge`."""

from datetime import UTC, datetime
from functools import partial

import typer

from bot.desk.commands import asked_reference, fail, open_records
from bot.settings import settings
from bot.triage.access import Access
from bot.triage.erasure import Erasures, TrackerEvents
from bot.triage.retention import purge as purge_now

_WHAT = {
    "drafts": "drafts that have expired",
    "conversations": "conversations without a message for MUHAFIZ_CONVERSATION_DAYS",
    "records": "records older than MUHAFIZ_RECORD_DAYS, forwarded or ended, anonymised",
}


def erase(
    reference: str = typer.Argument(show_default=False, help="The reference, as the citizen has it."),
    yes: bool = typer.Option(False, "--yes", "-y", help="Do it without asking."),
) -> None:
    """Erase everything personal that belongs to a reference, its conversations too; a tombstone stays.

    Example: muhafiz erase MHZ-7K3P-9QXD-4WTM
    """
    found = asked_reference(reference)
    with open_records() as store:
        if store.get(found) is None:
            fail(f"there is no record {found}")
        if not yes:
            typer.confirm(f"Erase everything personal of {found}? This cannot be undone", abort=True)
        now = datetime.now(UTC)
        erased = Access(store).erase(found, now=now)
        events = TrackerEvents(settings().tracker_database_url)
        gone = Erasures(store, events).carry_out(erased.conversations if erased else (), now=now)
        events.close()
        typer.echo(f"erased: story, names, contacts, additions, PIN and draft of {found}")
        typer.echo(f"erased: {len(erased.conversations) if erased else 0} conversations with {gone} events")
        typer.echo("kept: reference, type, priority, dates, and what was forwarded")
        if erased and erased.was_forwarded:
            number = erased.external_id or "an unknown number"
            typer.echo(f"not erased: the copy in the complaint system ({number}); it is told that erasure is wanted")


def purge(
    dry_run: bool = typer.Option(False, "--dry-run", help="Only show what would be deleted."),
) -> None:
    """Delete what has been kept as long as the settings say; the worker does this every hour.

    Example: muhafiz purge --dry-run
    """
    with open_records() as store:
        work = partial(purge_now, store, settings(), now=datetime.now(UTC), dry_run=dry_run)
        for name, count in work().items():
            typer.echo(f"{'would delete' if dry_run else 'deleted'} {count} {_WHAT[name]}")
