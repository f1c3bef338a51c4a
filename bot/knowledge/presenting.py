"""How an answer looks: the text of one screen, its source and date, and the buttons to go on with."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.knowledge.comparison import comparison
from bot.knowledge.hours import helplines_for, need_label, needs, open_now
from bot.knowledge.load import Item, knowledge
from bot.knowledge.paging import SCREEN, pages
from bot.knowledge.texts import label

COMPLAIN, HELPLINES = "procedure_file_complaint", "helpline_list"
BY_NEED = "helplines"  # stands for an item in the payload of the buttons that list helplines for a need
TOGETHER = "+"  # joins the items of a comparison in a payload
_FRAME = 60  # characters of the response around text, date, source and address, at most
_RELATED = 2
_FOR_VICTIMS = {"offence", "scam", "platform", "rights"}  # kinds of items that lead to complaining

Button = dict[str, str]


@dataclass(frozen=True)
class Shown:
    """One message: a page of text with its date and source, and buttons."""

    text: str
    as_of: date
    source: str
    url: str = ""
    buttons: list[Button] = field(default_factory=list)

    def values(self) -> dict[str, str]:
        """Values of the response that frames an answer."""
        url = f"\n{self.url}" if self.url else ""
        return {"answer": self.text, "as_of": self.as_of.isoformat(), "source": self.source, "url": url}


def show_item(item: Item, part: str, language: str, *, in_form: bool, now: datetime) -> Shown:
    """A page of an item; `part` is `answer`, `more` or `example`, with the page after a dot (`more.2`)."""
    name, _, number = part.partition(".")
    texts = {"more": item.more, "example": item.example}.get(name) or item.answer
    text = texts.get(language) or item.answer[language]
    state = open_now(item, language, now) if name == "answer" else ""
    source, url = item.source["name"], item.source.get("url") or ""
    found = pages(f"{text}\n{state}" if state else text, _room(source, url))
    page = min(int(number) if number.isdigit() and number != "0" else 1, len(found))
    following = f"{name}.{page + 1}" if page < len(found) else ""
    if not following and item.more and name == "answer":
        following = "more"
    buttons = [button(label("answer_buttons", "more", language), item.id, following)] if following else []
    if item.example and name != "example":
        buttons.append(button(label("answer_buttons", "example", language), item.id, "example"))
    return Shown(
        found[page - 1], item.as_of, source, url, buttons + ([] if in_form else _next_steps(item, name, language))
    )


def show_text(text: str, item: Item, others: Iterable[str], language: str, *, in_form: bool) -> Shown:
    """A short text that rests on an item, with buttons for the items that tell more."""
    buttons = [item_button(name, language) for name in dict.fromkeys(others)]
    if not in_form:
        buttons.append(report_button(language))
    return Shown(text, item.as_of, item.source["name"], item.source.get("url") or "", buttons)


def show_comparison(items: list[Item], part: str, language: str) -> Shown:
    """Sections beside each other, in pages."""
    source = "; ".join(dict.fromkeys(item.source["name"] for item in items))
    found = pages(comparison(items, language), _room(source, ""))
    number = part.partition(".")[2]
    page = min(int(number) if number.isdigit() and number != "0" else 1, len(found))
    buttons = [item_button(item.id, language) for item in items]
    if page < len(found):
        joined = TOGETHER.join(item.id for item in items)
        buttons.insert(0, button(label("answer_buttons", "more", language), joined, f"answer.{page + 1}"))
    return Shown(found[page - 1], min(item.as_of for item in items), source, "", buttons)


def show_helplines(need: str, place: str | None, part: str, language: str, now: datetime) -> Shown:
    """The helplines for a need, which of them are open now, and buttons for the other needs."""
    overview = knowledge()[HELPLINES]
    found = pages(helplines_for(need, place, language, now), _room(overview.source["name"], ""))
    number = part.partition(".")[2]
    page = min(int(number) if number.isdigit() and number != "0" else 1, len(found))
    buttons = [need_button(other, language) for other in needs() if other != need]
    if page < len(found):
        more = label("answer_buttons", "more", language)
        buttons.insert(0, button(more, BY_NEED, f"{need}.{page + 1}"))
    return Shown(found[page - 1], overview.as_of, overview.source["name"], "", buttons)


def button(title: str, item: str, part: str = "answer") -> Button:
    """A button that asks for a part of an item."""
    return {"title": title, "payload": f'/ask_item{{"item":"{item}","part":"{part}"}}'}


def item_button(name: str, language: str) -> Button:
    """A button that bears the title of an item."""
    return button(knowledge()[name].title[language], name)


def need_button(need: str, language: str) -> Button:
    """A button that lists the helplines for a need."""
    return button(need_label(need, language), BY_NEED, need)


def report_button(language: str) -> Button:
    """The button that starts a complaint."""
    return {"title": label("answer_buttons", "report", language), "payload": "/start_report"}


def _next_steps(item: Item, part: str, language: str) -> list[Button]:
    if item.id == HELPLINES:
        return [need_button(need, language) for need in needs()]
    width = 1 if item.more and item.example else _RELATED  # with all its parts a screen has room for one
    related = item.see_also[:width] if part == "answer" else ()
    buttons = [item_button(other, language) for other in related]
    if item.kind in _FOR_VICTIMS and COMPLAIN not in related:
        buttons.append(button(label("answer_buttons", "complain", language), COMPLAIN))
    if HELPLINES not in related:
        buttons.append(button(label("answer_buttons", "helplines", language), HELPLINES))
    return [*buttons, report_button(language)]


def _room(source: str, url: str) -> int:
    """Characters left for the text on one screen."""
    return SCREEN - _FRAME - len(source) - len(url)
