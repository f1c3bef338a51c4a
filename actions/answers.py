"""Answers questions from knowledge/, with source and as-of date; says so where it does not know."""

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.pictures import PICTURE, card_for, show_card
from actions.shared import entity, language_of
from bot.knowledge.comparison import comparison
from bot.knowledge.load import Item, knowledge
from bot.knowledge.search import CLOSE, POSSIBLE, SURE, Match, index, questions_in
from bot.knowledge.texts import label

_MOST_COMPARED = 3  # sections in one comparison


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
    text, topic = message.get("text") or "", (message.get("analysis") or {}).get("topic")
    sections = index().sections_in(text)
    if len(sections) > 1:
        _compare(dispatcher, sections[:_MOST_COMPARED], language)
        return
    found = await asyncio.to_thread(lambda: [index().search(question, topic) for question in questions_in(text)])
    answers = [matches for matches in found if matches and matches[0].score >= POSSIBLE]
    if not answers:
        dispatcher.utter_message(response="utter_answer_unknown")
        return
    unclear = [matches for matches in answers if matches[0].score < SURE or _open(matches)]
    for item in dict.fromkeys(matches[0].item.id for matches in answers if matches not in unclear):
        _give(dispatcher, knowledge()[item], language, in_form=in_form)
    if unclear:
        offered = _offered(unclear)
        dispatcher.utter_message(
            response="utter_answer_which", buttons=[_button(item.title[language], item.id) for item in offered]
        )


def _offered(unclear: list[list[Match]]) -> list[Item]:
    """Items to choose from: the best of each question before the second of any."""
    width = 3 if len(unclear) == 1 else 2
    ranked = [matches[rank] for rank in range(width) for matches in unclear if rank < len(matches)]
    possible = {match.item.id: match.item for match in ranked if match.score >= POSSIBLE}
    return list(possible.values())


def _compare(dispatcher: CollectingDispatcher, items: list[Item], language: str) -> None:
    sources = [item.source["name"] for item in items]
    dispatcher.utter_message(
        response="utter_answer",
        answer=comparison(items, language),
        as_of=min(item.as_of for item in items).isoformat(),
        source="; ".join(dict.fromkeys(sources)),
        url="",
        buttons=[_button(item.title[language], item.id) for item in items],
    )


def _open(matches: list[Match]) -> bool:
    """Whether a second item fits about as well as the first."""
    return len(matches) > 1 and matches[0].score < 0.6 and matches[1].score >= matches[0].score * CLOSE


def _button(title: str, item: str, part: str = "answer") -> dict[str, str]:
    return {"title": title, "payload": f'/ask_item{{"item":"{item}","part":"{part}"}}'}


def _give(dispatcher: CollectingDispatcher, item: Item, language: str, *, part: str = "answer", in_form: bool) -> None:
    text = {"more": item.more, "example": item.example}.get(part, item.answer).get(language) or item.answer[language]
    url = item.source.get("url") or ""
    card = card_for(item, language)
    buttons = []
    if card and part != PICTURE:
        buttons.append(_button(label("answer_buttons", PICTURE, language), item.id, PICTURE))
    if item.more and part == "answer":
        buttons.append(_button(label("answer_buttons", "more", language), item.id, "more"))
    if item.example and part != "example":
        buttons.append(_button(label("answer_buttons", "example", language), item.id, "example"))
    if not in_form:
        buttons += [_button(knowledge()[other].title[language], other) for other in item.see_also[:2]]
        buttons.append({"title": label("answer_buttons", "report", language), "payload": "/start_report"})
    if card and part == PICTURE:
        show_card(dispatcher, card, item, buttons)
        return
    dispatcher.utter_message(
        response="utter_answer",
        answer=text,
        as_of=item.as_of.isoformat(),
        source=item.source["name"],
        url=f"\n{url}" if url else "",
        buttons=buttons,
    )
