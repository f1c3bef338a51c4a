"""Answers questions from knowledge/, with source and as-of date; says so where it does not know."""

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.shared import entity, language_of
from bot.knowledge.load import Item, knowledge
from bot.knowledge.search import CLOSE, POSSIBLE, SURE, Match, index
from bot.knowledge.texts import label


class AnswerQuestion(Action):
    """Answers a question outside the form."""

    def name(self) -> str:
        return "action_answer_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        await answer_question(dispatcher, tracker)
        return []


async def answer_question(dispatcher: CollectingDispatcher, tracker: Tracker, *, in_form: bool = False) -> None:
    """Answer the latest message: a tapped item, the best match, a choice of items, or an honest `not known`."""
    language = language_of(tracker)
    tapped = knowledge().get(str(entity(tracker, "item") or ""))
    if tapped:
        _give(dispatcher, tapped, language, part=str(entity(tracker, "part") or "answer"), in_form=in_form)
        return
    message = tracker.latest_message
    topic = (message.get("analysis") or {}).get("topic")
    matches = await asyncio.to_thread(lambda: index().search(message.get("text") or "", topic))
    best = matches[0] if matches else None
    if best is None or best.score < POSSIBLE:
        dispatcher.utter_message(response="utter_answer_unknown")
    elif best.score >= SURE and not _open(matches):
        _give(dispatcher, best.item, language, in_form=in_form)
    else:
        buttons = [_button(m.item.title[language], m.item.id) for m in matches if m.score >= POSSIBLE]
        dispatcher.utter_message(response="utter_answer_which", buttons=buttons)


def _open(matches: list[Match]) -> bool:
    """Whether a second item fits about as well as the first."""
    return len(matches) > 1 and matches[0].score < 0.6 and matches[1].score >= matches[0].score * CLOSE


def _button(title: str, item: str, part: str = "answer") -> dict[str, str]:
    return {"title": title, "payload": f'/ask_item{{"item":"{item}","part":"{part}"}}'}


def _give(dispatcher: CollectingDispatcher, item: Item, language: str, *, part: str = "answer", in_form: bool) -> None:
    text = {"more": item.more, "example": item.example}.get(part, item.answer).get(language) or item.answer[language]
    url = item.source.get("url") or ""
    buttons = []
    if item.more and part == "answer":
        buttons.append(_button(label("answer_buttons", "more", language), item.id, "more"))
    if item.example and part != "example":
        buttons.append(_button(label("answer_buttons", "example", language), item.id, "example"))
    if not in_form:
        buttons += [_button(knowledge()[other].title[language], other) for other in item.see_also[:2]]
        buttons.append({"title": label("answer_buttons", "report", language), "payload": "/start_report"})
    dispatcher.utter_message(
        response="utter_answer",
        answer=text,
        as_of=item.as_of.isoformat(),
        source=item.source["name"],
        url=f"\n{url}" if url else "",
        buttons=buttons,
    )
