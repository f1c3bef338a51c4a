"""Staff's part of the command line: look at records, export them, forward what waits."""

# ruff: noqa: UP045  (Typer 0.9, which spaCy 3.6 asks for, knows Optional[str] and not str | None)

import asyncio
import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, Optional
from zoneinfo import ZoneInfo

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from bot.complaint_systems import complaint_system
from bot.desk.export import EXPORT_FORMATS, flat, write_export
from bot.desk.files import replacing
from bot.desk.redaction import redacted
from bot.settings import SettingsError, settings
from bot.triage.access import Access
from bot.triage.forwarding import ForwardResult, forward_due
from bot.triage.logs import configure_logs
from bot.triage.record import normalise_reference
from bot.triage.store import Store, StoreError, open_store
from bot.triage.taxonomy import INCIDENT_TYPES, PRIORITIES, UNSURE

PAKISTAN = ZoneInfo("Asia/Karachi")
STATUSES = ("received", "waiting", "forwarded", "withdrawn", "closed")
_PIPE_WIDTH = 200  # characters a line where the output is no terminal
_TYPES = (*INCIDENT_TYPES, UNSURE)

records_app = typer.Typer(help="Look at triage records.", no_args_is_help=True)

SINCE = typer.Option(None, "--since", help="Not older than this: an ISO date (a day in Pakistan) or date-time.")
UNTIL = typer.Option(
    None, "--until", show_default=False, help="Not newer than this: an ISO date (to its end) or date-time."
)
TYPE = typer.Option(None, "--type", show_default=False, help=f"Only this incident type: {', '.join(_TYPES)}.")
STATUS = typer.Option(None, "--status", show_default=False, help=f"Only this status: {', '.join(STATUSES)}.")
PRIORITY = typer.Option(None, "--priority", show_default=False, help=f"Only this priority: {', '.join(PRIORITIES)}.")
OUT = typer.Option(None, "--out", "-o", show_default=False, help="File to write (mode 0600); else standard output.")
PERSONAL = typer.Option(False, "--personal-data", help="Show name, phone, e-mail and contact note in clear.")
JSON = typer.Option(False, "--json", help="One JSON object a line instead of a table.")


def export(
    format: str = typer.Option(..., "--format", "-f", show_default=False, help=f"{', '.join(EXPORT_FORMATS)}."),
    since: Optional[str] = SINCE,
    until: Optional[str] = UNTIL,
    type: Optional[str] = TYPE,
    status: Optional[str] = STATUS,
    priority: Optional[str] = PRIORITY,
    out: Optional[Path] = OUT,
    personal_data: bool = PERSONAL,
) -> None:
    """Export triage records.

    Example: muhafiz export --format xlsx --since 2026-11-01 --until 2026-11-30 --out november.xlsx
    """
    _one_of("--format", format, EXPORT_FORMATS)
    filters = _filters(since, until, type, status, priority)
    if out is None and format == "xlsx" and sys.stdout.isatty():
        _wrong("--format: an xlsx file cannot be shown in a terminal; name a file with --out")
    with open_records() as store, _target(out) as target:
        records = _watched(store.list(**filters), store, filters)
        write_export(records, format, target, personal_data=personal_data)  # type: ignore[arg-type]  # by _one_of


def forward(
    all: bool = typer.Option(False, "--all", help="Also what is not due yet and what was refused for good."),
) -> None:
    """Forward waiting records to the complaint system now.

    Example: muhafiz forward --all
    """
    configure_logs("error")
    with open_records() as store:
        if all:
            store.retry_now(now=datetime.now(UTC))
        results = asyncio.run(_forward_once(store))
        left = store.backlog()
    done = sum(result.status == "forwarded" for result in results)
    typer.echo(f"forwarded {done}, waiting {left['waiting']}, of which refused for good {left['flagged']}")
    if done < len(results):
        raise typer.Exit(1)


@records_app.command("list")
def list_records(
    since: Optional[str] = SINCE,
    until: Optional[str] = UNTIL,
    type: Optional[str] = TYPE,
    status: Optional[str] = STATUS,
    priority: Optional[str] = PRIORITY,
    limit: int = typer.Option(50, "--limit", "-n", min=1, help="At most this many, the newest first."),
    as_json: bool = JSON,
    personal_data: bool = PERSONAL,
) -> None:
    """List records, the newest first.

    Example: muhafiz records list --status waiting --priority high
    """
    filters = _filters(since, until, type, status, priority)
    with open_records() as store:
        found = store.list(**filters, limit=limit, newest_first=True)
        shown = found if personal_data else (redacted(record) for record in found)
        if as_json:
            _print_json(shown)
        else:
            _print_table(shown, store.count(**filters))


@records_app.command("show")
def show_record(
    reference: str = typer.Argument(show_default=False, help="The reference, as the citizen has it."),
    as_json: bool = JSON,
    personal_data: bool = PERSONAL,
) -> None:
    """Show one record.

    Example: muhafiz records show MHZ-7K3P-9QXD-4WTM
    """
    found = asked_reference(reference)
    with open_records() as store:
        record = store.get(found)
        additions = Access(store).additions(found) if personal_data else []
    if record is None:
        fail(f"there is no record {found}")
    shown = record if personal_data else redacted(record)
    if as_json:
        _print_json([{**shown, "additions": additions} if additions else shown])
    else:
        _print_record(shown)
        for addition in additions:
            typer.echo(f"added {addition['at']}: {_safe(addition.get('text') or '')}")


def asked_reference(reference: str) -> str:
    """The reference as it was given out; the command ends where it is none."""
    found = normalise_reference(reference)
    if found is None:
        _wrong(f"{_safe(reference)!r} is not a reference: a character is wrong or missing")
    return found


async def _forward_once(store: Store) -> list[ForwardResult]:
    """Try everything that is due by now, each record once."""
    current, now = settings(), datetime.now(UTC)
    system = complaint_system(current)
    results: list[ForwardResult] = []
    while batch := await forward_due(store, system, current, now=now):
        results += batch
    return results


def moment(option: str, text: str | None, *, end: bool = False) -> datetime | None:
    """The instant an option means: a date is that day in Pakistan (with `end`, the moment after it)."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        pass
    else:
        return datetime.combine(day + timedelta(days=1 if end else 0), time(), PAKISTAN)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        _wrong(f"{option}: {_safe(text)!r} is no ISO date or date-time such as 2026-11-22 or 2026-11-22T14:30")
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=PAKISTAN)


def _filters(
    since: str | None, until: str | None, type: str | None, status: str | None, priority: str | None
) -> dict[str, Any]:
    _one_of("--type", type, _TYPES)
    _one_of("--status", status, STATUSES)
    _one_of("--priority", priority, PRIORITIES)
    first, last = moment("--since", since), moment("--until", until, end=True)
    if first and last and first >= last:
        _wrong("--until: lies before --since")
    return {"since": first, "until": last, "incident_type": type, "status": status, "priority": priority}


def _one_of(option: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value is not None and value not in allowed:
        _wrong(f"{option}: {_safe(value)!r} is not one of {', '.join(allowed)}")


def _wrong(problem: str) -> NoReturn:
    """End with one line about a wrong value."""
    typer.echo(f"muhafiz: {problem}", err=True)
    raise typer.Exit(2)


def fail(problem: str) -> NoReturn:
    """End with one line about what did not work."""
    typer.echo(f"muhafiz: {problem}", err=True)
    raise typer.Exit(1)


@contextmanager
def open_records() -> Iterator[Store]:
    """The record store; trouble with it or with a file ends the command with one line."""
    try:
        store = open_store(settings())
    except SettingsError as error:
        _wrong(str(error))
    except StoreError as error:
        fail(str(error))
    try:
        yield store
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        raise typer.Exit(0) from None
    except StoreError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or 'output'}: {error.strerror}")
    finally:
        store.close()


@contextmanager
def _target(out: Path | None) -> Iterator[BinaryIO]:
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with replacing(out) as file:
            yield file


def _watched(records: Iterator[dict[str, Any]], store: Store, filters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The records, with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        yield from records
        return
    with Progress(console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(records, total=store.count(**filters), description="Exporting")


def _print_json(records: Iterable[dict[str, Any]]) -> None:
    for record in records:
        typer.echo(json.dumps(record, ensure_ascii=False))


def _print_table(records: Iterable[dict[str, Any]], total: int) -> None:
    """One line a record; the summary takes the room that is left."""
    table = Table("reference", "created", "priority", "status", "summary", box=SIMPLE_HEAD, expand=True)
    for column in table.columns:
        column.no_wrap = True
    table.columns[-1].ratio = 1
    for record in records:
        created = datetime.fromisoformat(record["created_at"]).astimezone(PAKISTAN)
        summary = Text(_safe(record["summary"]).replace("\n", " "))
        cells = (f"{created:%Y-%m-%d %H:%M}", record["priority"], record["status"])
        table.add_row(record["reference"], *cells, summary)
    table.caption = f"{table.row_count} of {total}; times of Pakistan"
    _console().print(table)


def _print_record(record: dict[str, Any]) -> None:
    """One line a field that is known, under the names that an export has."""
    table = Table(show_header=False, box=None)
    history = "\n".join(f"{entry['at']} {entry.get('event') or entry['status']}" for entry in record["status_history"])
    for name, value in {**flat(record), "status_history": history}.items():
        if value is not None:
            table.add_row(Text(name, style="bold"), Text(_safe(str(value))))
    _console().print(table)


def _console() -> Console:
    """Standard output; wide where it is no terminal, so that nothing is cut for a pipe."""
    return Console() if sys.stdout.isatty() else Console(width=_PIPE_WIDTH)


def _safe(text: str) -> str:
    """Text that cannot steer the terminal: control and text-direction characters are taken out."""
    kept = ("\n", "\u200c", "\u200d")  # the joiners of Urdu are letters' business
    return "".join(c for c in text if c in kept or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
