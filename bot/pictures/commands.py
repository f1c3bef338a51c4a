"""`muhafiz knowledge cards` and `muhafiz knowledge booklet`."""

import shutil
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.settings import SettingsError, settings
from bot.triage.taxonomy import LANGUAGES

_OUT = typer.Option(None, "--out", help="Folder for the files; created if missing.")
_HERE = typer.Option(Path(), "--out", help="Folder for the PDF files; created if missing.")
_LANGUAGE = typer.Option(None, "--language", "-l", help="en, ur or ur-Latn; all three if left out.")


def _fail(problem: str) -> NoReturn:
    typer.echo(f"muhafiz: {problem}", err=True)
    raise typer.Exit(2)


def _chosen(language: str | None) -> list[str]:
    if language and language not in LANGUAGES:
        _fail(f"--language {language}: must be one of {', '.join(LANGUAGES)}")
    return [language] if language else list(LANGUAGES)


def cards(out: Path = _OUT, language: str = _LANGUAGE) -> None:
    """Draw the picture cards as SVG and PNG; those already drawn are kept.

    Example: muhafiz knowledge cards --out cards --language ur
    """
    from bot.knowledge.load import KnowledgeError
    from bot.pictures.card_drawing import DoesNotFit
    from bot.pictures.cards import cards as cards_of
    from bot.pictures.fonts import FontMissing
    from bot.pictures.store import FORMATS, CardFiles

    chosen = _chosen(language)
    try:
        files = CardFiles(settings())
        wanted = [(card, kind) for one in chosen for card in cards_of(one).values() for kind in FORMATS]
        fresh = sum(not files.path(card, kind).exists() for card, kind in wanted)
        if out:
            out.mkdir(parents=True, exist_ok=True)
        with _progress() as progress:
            for card, kind in progress.track(wanted, description="Drawing cards"):
                path = files.make(card, kind)
                if out:
                    shutil.copyfile(path, out / f"{card.name}.{kind}")
    except (FontMissing, KnowledgeError, DoesNotFit, SettingsError) as problem:
        _fail(str(problem))
    except OSError as problem:
        _fail(f"{problem.filename or out}: {problem.strerror}")
    typer.echo(f"{len(wanted) // 2} cards as SVG and PNG, {fresh} files drawn anew, in {out or path.parent}")


def booklet(
    out: Path = _HERE,
    language: str = _LANGUAGE,
) -> None:
    """Make the printable booklet (A5 PDF) of all cards, one file a language.

    Example: muhafiz knowledge booklet --language ur
    """
    from bot.knowledge.load import KnowledgeError
    from bot.pictures.booklet import booklet_pdf
    from bot.pictures.card_drawing import DoesNotFit
    from bot.pictures.fonts import FontMissing

    chosen = _chosen(language)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _progress() as progress:
            for one in progress.track(chosen, description="Making booklets"):
                path = out / f"muhafiz-booklet.{one}.pdf"
                path.write_bytes(booklet_pdf(one))
                progress.console.print(str(path))
    except (FontMissing, KnowledgeError, DoesNotFit) as problem:
        _fail(str(problem))
    except OSError as problem:
        _fail(f"{problem.filename or out}: {problem.strerror}")


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
