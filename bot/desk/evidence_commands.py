"""`muhafiz records evidence`."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from bot.desk.commands import asked_reference, fail, open_records, records_app
from bot.desk.files import replacing
from bot.file_check import clean_name
from bot.triage.evidence import Evidence

__all__ = ["evidence", "records_app"]

FOLDER = typer.Option(..., "--out", "-o", show_default=False, help="Folder for the files (each mode 0600).")
_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}


@records_app.command("evidence")
def evidence(
    reference: str = typer.Argument(show_default=False, help="The reference, as the citizen has it."),
    out: Path = FOLDER,
) -> None:
    """Decrypt the files of a record and check each against its SHA-256.

    Example: muhafiz records evidence MHZ-7K3P-9QXD-4WTM --out case
    """
    found = asked_reference(reference)
    with open_records() as store:
        if store.get(found) is None:
            fail(f"there is no record {found}")
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = 0
        for number, (item, content) in enumerate(Evidence(store, 0).of_record(found), start=1):
            if hashlib.sha256(content).hexdigest() != item["sha256"]:
                fail(f"file {number} is not the one that was given: its SHA-256 differs")
            path = out / _name(number, item)
            with replacing(path) as file:
                file.write(content)
            typer.echo(f"{item['sha256']}  {os.fspath(path)}")
            written = number
        typer.echo(f"{written} files of {found}", err=True)


def _name(number: int, item: Mapping[str, Any]) -> str:
    """A name that sorts as the files came and ends as their content says, whatever they were called."""
    stem = (clean_name(item["filename"]) or "file").rsplit(".", 1)[0] or "file"
    return f"{number:02}-{stem}{_ENDINGS[item['content_type']]}"
