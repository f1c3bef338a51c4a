"""The `muhafiz` command."""

import asyncio
import sys
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.desk.commands import export, forward
from bot.desk.evidence_commands import records_app
from bot.desk.retention_commands import erase, purge
from bot.knowledge.commands import knowledge_app
from bot.pictures.commands import booklet, cards
from bot.settings import Settings, SettingsError, settings

app = typer.Typer(
    help="Muhafiz: cybercrime awareness and complaint triage for Pakistan.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(records_app, name="records")
app.add_typer(knowledge_app, name="knowledge")
app.command("export")(export)
app.command("forward")(forward)
app.command("erase")(erase)
app.command("purge")(purge)
knowledge_app.command("cards")(cards)
knowledge_app.command("booklet")(booklet)


def _fail(problem: str) -> NoReturn:
    typer.echo(f"muhafiz: {problem}", err=True)
    raise typer.Exit(2)


def _settings() -> Settings:
    try:
        return settings()
    except SettingsError as error:
        _fail(str(error))


@app.command()
def run() -> None:
    """Start everything: gateway, Rasa, actions, worker and desk.

    Example: MUHAFIZ_PORT=9000 muhafiz run
    """
    from bot.serving import CannotStart, check_machine, check_ports, serve

    config = _settings()
    try:
        check_machine(config)
        check_ports(config)
        config.prepare_var()
    except CannotStart as problem:
        _fail(str(problem))
    except OSError as problem:
        _fail(f"{config.var}: {problem.strerror}")
    _train(config, force=False)
    raise typer.Exit(serve(config))


@app.command()
def train(force: bool = typer.Option(False, "--force", help="Train even if the data did not change.")) -> None:
    """Train the assistant if its data changed.

    Example: muhafiz train --force
    """
    _train(_settings(), force=force)


def _train(config: Settings, *, force: bool) -> None:
    from bot import training

    if training.is_current(config) and not force:
        return
    console = Console(stderr=True)
    with console.status("Training the assistant (about a minute; only when its data changed)…"):
        try:
            path = training.train(config)
        except training.TrainingError as error:
            _fail(str(error))
        except OSError as error:
            _fail(f"training: {error.strerror or error}")
    console.print(f"Trained: {path.name}")


@app.command()
def chat(
    language: str = typer.Option(None, "--language", "-l", help="en, ur or ur-Latn; else recognised as you write."),
) -> None:
    """Talk to the running assistant in this terminal.

    Example: muhafiz chat --language ur-Latn
    """
    from bot.channels.console import chat as talk

    _settings()
    raise typer.Exit(asyncio.run(talk(language)) or 0)


@app.command()
def classify(
    file: str = typer.Argument("-", help="JSON Lines, CSV or plain text; `-` reads standard input."),
    column: str = typer.Option(None, "--column", help="Column of a CSV file that holds the narrative."),
) -> None:
    """Classify narratives: one a line in, one JSON object a line out, in the same order.

    Example: muhafiz classify backlog.csv --column details > triage.jsonl
    """
    from bot.batch import InputError, read_texts
    from bot.batch import classify as run_classify
    from bot.training import NoModelError, extract_classifier

    if file.endswith(".csv") and column is None:
        _fail("a CSV file needs --column NAME")
    try:
        model = extract_classifier(_settings())
        source = sys.stdin if file == "-" else Path(file).open(encoding="utf-8-sig", errors="replace", newline="")  # noqa: SIM115
    except NoModelError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{file}: {error.strerror}")
    columns = (TextColumn("Classifying"), MofNCompleteColumn(), TimeElapsedColumn())
    quiet = not sys.stderr.isatty() or sys.stdout.isatty()
    with source, Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        task = progress.add_task("classify", total=None)
        try:
            for line in run_classify(read_texts(source, file, column), model):
                sys.stdout.write(line + "\n")
                progress.advance(task)
        except InputError as error:
            _fail(str(error))
        except BrokenPipeError:
            sys.stderr.close()


@app.command()
def doctor() -> None:
    """Check this machine and the running processes, a line each.

    Example: muhafiz doctor
    """
    from bot.health import checks

    problems = 0
    for name, problem in checks(_settings()):
        problems += problem is not None
        typer.echo(f"{'ok  ' if problem is None else 'FAIL'}  {name}{f': {problem}' if problem else ''}")
    raise typer.Exit(1 if problems else 0)


if __name__ == "__main__":
    app()
