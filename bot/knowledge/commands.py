"""The `muhafiz knowledge` commands: for whoever looks after the content, without programming."""

from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from bot.knowledge.load import Item

knowledge_app = typer.Typer(help="Look after the reviewed content in knowledge/.", no_args_is_help=True)


def _fail(problem: str) -> NoReturn:
    typer.echo(f"muhafiz: {problem}", err=True)
    raise typer.Exit(2)


@knowledge_app.command("check")
def check() -> None:
    """Check every item: languages, source, grade, cross-references, figures; list what is due for another look.

    Example: muhafiz knowledge check
    """
    from bot.knowledge.check import check as check_all
    from bot.knowledge.check import overdue
    from bot.knowledge.hours import now_in_pakistan
    from bot.knowledge.load import KnowledgeError
    from bot.learning.questions import load_quiz
    from bot.pictures.cards import cards
    from bot.triage.taxonomy import LANGUAGES

    try:
        today = now_in_pakistan().date()
        items, problems = check_all(today)
        questions = load_quiz(items).questions
        for language in LANGUAGES:
            cards(language)
    except KnowledgeError as error:
        _fail(str(error))
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        _fail(f"{len(problems)} problems in knowledge/")
    typer.echo(f"{len(items)} items are complete in three languages.")
    typer.echo(f"{len(questions)} quiz questions rest on them, with the same figures.")
    waiting = [item.id for item in items.values() if item.grade != "H"]
    typer.echo(f"{len(waiting)} rest on one source only (grade H1 or M) and wait for a check: {', '.join(waiting)}")
    due = overdue(items, today)
    typer.echo(f"{len(due)} are overdue for another look.")
    for day, item in due:
        typer.echo(f"  {item.id}: due since {day}, last checked {item.checked_on}, grade {item.grade}")


@knowledge_app.command("show")
def show(name: str = typer.Argument(help="An item's id or a section: offence_24, 24, 22a.")) -> None:
    """Show an item with its figures and all its texts.

    Example: muhafiz knowledge show 24
    """
    item = _item(name)
    typer.echo(f"{item.id}: {item.title['en']}")
    typer.echo(f"file knowledge/{item.file}, grade {item.grade}, as of {item.as_of}, checked on {item.checked_on}")
    typer.echo(f"source: {item.source['name']} {item.source.get('url', '')}".rstrip())
    for figure, value in item.figures.items():
        typer.echo(f"  {figure}: {value:,}" if type(value) is int else f"  {figure}: {value}")
    for part, texts in (("answer", item.answer), ("more", item.more), ("example", item.example)):
        for language, text in texts.items():
            typer.echo(f"\n[{part}, {language}]\n{text}")


@knowledge_app.command("uses")
def uses(name: str = typer.Argument(help="An item's id or a section: offence_24, 24, 22a.")) -> None:
    """List every text that a change of this item touches: its own figures in words, and who names it.

    Example: muhafiz knowledge uses 24
    """
    from bot.knowledge.uses import own_texts, uses

    item = _item(name)
    typer.echo(f"{item.id} in knowledge/{item.file}. Its own texts with figures:")
    for use in own_texts(item):
        typer.echo(f"  {use.place} ({use.why}): {use.text}")
    places = uses(item)
    typer.echo(f"Named in {len(places)} other places:")
    for use in places:
        typer.echo(f"  {use.file} {use.place} ({use.why}): {use.text}")


def _item(name: str) -> "Item":
    from bot.knowledge.load import KnowledgeError, load_items
    from bot.knowledge.uses import find_item

    try:
        item = find_item(load_items(), name)
    except KnowledgeError as error:
        _fail(str(error))
    return item or _fail(f"{name} is neither an item nor a section of the Act")
