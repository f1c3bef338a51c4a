"""Answers questions from knowledge/, with source and as-of date; says so where it does not know."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.pictures import PICTURE, card_for, show_card
from actions.shared import entity, language_of
from bot.knowledge.corrections import Correction, correction_for
from bot.knowledge.follow_up import (
    FollowUp,
    beside,
    follow_up,
    item_for,
    leans_on_an_answer,
    of_a_minor,
    offence_answer,
    offence_of,
)
from bot.knowledge.hours import asks_which_is_open, need_in, now_in_pakistan, place_in
from bot.knowledge.load import Item, knowledge
from bot.knowledge.presenting import (
    BY_NEED,
    COMPLAIN,
    HELPLINES,
    TOGETHER,
    Button,
    Shown,
    button,
    item_button,
    show_comparison,
    show_helplines,
    show_item,
    show_text,
)  # fmt: skip
from bot.knowledge.recovery import asks_for_recovery, platform_in, recovery_item, recovery_items
from bot.knowledge.search import CLOSE, NEAR, POSSIBLE, SURE, Match, index, no_section, questions_in
from bot.knowledge.texts import content, label
from bot.nlu.asking import item_asked
from bot.triage.summary import place_text

_MOST_BUTTONS = 7  # under one answer
_MOST_COMPARED = 3  # sections in one comparison
_MAIN_NEED = "main"  # of helplines, where a question names no need
_WIDTH, _SHARED_WIDTH = 3, 2  # items offered for one unclear question, and for each of two
_CERTAIN = 0.85  # least score for a message that was not read as a question
_OTHERWISE = {"out_of_scope": "utter_out_of_scope", "unclear": "utter_unclear"}  # by intent, where that is not reached
_HACKED = {"hacking", "impersonation"}  # types in which "it" that shall come back is an account
_OVERVIEW = "procedure_peca_overview"
_OFFICE = "procedure_office_visit"  # its answer names the nearest office of the city that was told
_FEW_WORDS = 4  # of a message that only names a city
_ALSO_OF_CHILDREN = "rights_child_accused"


class AnswerQuestion(Action):
    """Answers a question outside the form."""

    def name(self) -> str:
        return "action_answer_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        return await answer_question(dispatcher, tracker)


async def answer_question(
    dispatcher: CollectingDispatcher, tracker: Tracker, *, in_form: bool = False
) -> list[EventType]:
    """Answer the latest message, and keep the item that was answered for questions that lean on it."""
    answering = _Answering(dispatcher, language_of(tracker), in_form, _case_of(tracker))
    tapped = str(entity(tracker, "item") or "")
    if tapped:
        answering.tapped(tapped, str(entity(tracker, "part") or "answer"))
    else:
        message = tracker.latest_message
        otherwise = _OTHERWISE.get((message.get("intent") or {}).get("name") or "")
        last = knowledge().get(str(tracker.get_slot("last_item") or ""))
        topic = (message.get("analysis") or {}).get("topic")
        await answering.asked(message.get("text") or "", topic, last, otherwise)
    return [SlotSet("last_item", answering.last)] if answering.last else []


@dataclass(frozen=True)
class _Case:
    """What the open or interrupted complaint of this conversation is about."""

    offence: Item | None
    is_hacked: bool
    platform: str | None
    of_a_minor: bool
    city: dict[str, str] | None


def _case_of(tracker: Tracker) -> _Case:
    incident = str(tracker.get_slot("incident_type") or "")
    return _Case(
        offence=offence_of(incident, tracker.get_slot("incident_subtype")),
        is_hacked=incident in _HACKED,
        platform=tracker.get_slot("platform"),
        of_a_minor=bool(tracker.get_slot("victim_minor")),
        city=(tracker.latest_message.get("analysis") or {}).get("city") or tracker.get_slot("city"),
    )


class _Answering:
    """Says the answer to one message; `last` is the item that it was about."""

    def __init__(self, dispatcher: CollectingDispatcher, language: str, in_form: bool, case: _Case) -> None:
        self.dispatcher, self.language, self.in_form, self.case = dispatcher, language, in_form, case
        self.last: str | None = None

    def tapped(self, name: str, part: str) -> None:
        """What a button asks for."""
        items = [knowledge()[item] for item in name.split(TOGETHER) if item in knowledge()]
        if name == BY_NEED:
            self._say(show_helplines(part.partition(".")[0], None, part, self.language, self._now()))
        elif len(items) > 1:
            self._say(show_comparison(items, part, self.language))
        elif items:
            self._give(items[0], part)
        else:
            self._not_known([])

    async def asked(self, text: str, topic: str | None, last: Item | None, otherwise: str | None) -> None:
        """What a typed question asks for: a comparison, a part of the last answer, or each question by itself.

        `otherwise` is said where the message was not read as a question and no item certainly answers it.
        """
        if last and last.id == _OFFICE and self.case.city and len(text.split()) <= _FEW_WORDS:
            self._give(last)
            return
        sections = index().sections_in(text)
        leaning = None if sections else self._leaning(text, last)
        if number := no_section(text):
            buttons = [item_button(_OVERVIEW, self.language)]
            self.dispatcher.utter_message(response="utter_no_such_section", section=number, buttons=buttons)
        elif asks_for_recovery(text, hacked=self.case.is_hacked):
            self._recover(text)
        elif not sections and (straight := item_asked(text)):
            self._give(knowledge()[straight])
        elif len(sections) > 1 and not correction_for(text):
            self._say(show_comparison(sections[:_MOST_COMPARED], "answer", self.language))
        elif leaning:
            self._follow(of_a_minor(leaning) if self.case.of_a_minor else leaning)
        elif not sections and last is None and leans_on_an_answer(text):
            buttons = [item_button(name, self.language) for name in content("follow_ups")["which_offence"]]
            self.dispatcher.utter_message(response="utter_answer_about_what", buttons=buttons)
        elif otherwise and not correction_for(text) and not await self._certain(text):
            self.dispatcher.utter_message(response=otherwise)
        else:
            await self._each(questions_in(text), topic)

    def _leaning(self, text: str, last: Item | None) -> FollowUp | None:
        """What a question asks of the last answer, or of the case where that answer is no offence itself."""
        asked, case = follow_up(text, last), self.case.offence
        if case and (asked is None or (asked.of_offence and last and not last.section)):
            return follow_up(text, case) or asked
        return asked

    def _recover(self, text: str) -> None:
        """The way back to an account: of the platform named, else of the case, else a choice."""
        item = recovery_item(platform_in(text) or self.case.platform)
        if item:
            self._give(item)
            return
        buttons = [item_button(name, self.language) for name in recovery_items()]
        self.dispatcher.utter_message(response="utter_answer_which", buttons=buttons)

    async def _certain(self, text: str) -> bool:
        matches = await asyncio.to_thread(index().search, text)
        return bool(matches) and matches[0].score >= _CERTAIN

    async def _each(self, questions: list[str], topic: str | None) -> None:
        open_questions: list[str] = []
        for question in questions:
            correction = correction_for(question)
            if correction:
                self._correct(correction)
            elif asks_which_is_open(question):
                need, place = need_in(question) or _MAIN_NEED, place_in(question)
                self._say(show_helplines(need, place, need, self.language, self._now()))
            else:
                open_questions.append(question)
        if open_questions:
            found = await asyncio.to_thread(lambda: [index().search(question, topic) for question in open_questions])
            self._found(found, nothing_said=len(open_questions) == len(questions))

    def _found(self, found: list[list[Match]], *, nothing_said: bool) -> None:
        answers = [matches for matches in found if matches and matches[0].score >= POSSIBLE]
        unclear = [matches for matches in answers if matches[0].score < SURE or _open(matches)]
        for item in dict.fromkeys(matches[0].item.id for matches in answers if matches not in unclear):
            self._give(knowledge()[item])
        if unclear:
            buttons = [item_button(item.id, self.language) for item in _offered(unclear)]
            self.dispatcher.utter_message(response="utter_answer_which", buttons=buttons)
        elif not answers and nothing_said:
            self._not_known([match.item for matches in found for match in matches if match.score >= NEAR])

    def _follow(self, asked: FollowUp) -> None:
        item = asked.item
        if not asked.aspects or asked.aspects[0] in ("more", "example"):
            self._give(item, asked.aspects[0] if asked.aspects else "answer")
            return
        others = [name for aspect in asked.aspects if (name := item_for(aspect, item))]
        if not item.section or not asked.of_offence:
            self._give(knowledge()[others[0]])
            self.last = item.id
            return
        more = [item.id, *beside(item), *others, *([_ALSO_OF_CHILDREN] if "minor" in asked.aspects else [])]
        text = offence_answer(item, asked.aspects, self.language)
        self._say(show_text(text, item, more, self.language, in_form=self.in_form))
        self.last = item.id

    def _correct(self, correction: Correction) -> None:
        text, source = correction.text[self.language], correction.source
        self._say(show_text(text, source, correction.items, self.language, in_form=self.in_form))
        self.last = source.id

    def _not_known(self, nearest: list[Item]) -> None:
        names = dict.fromkeys(item.id for item in nearest)
        buttons = [item_button(name, self.language) for name in list(names)[:_WIDTH]]
        for name, item in (("complain", COMPLAIN), ("helplines", HELPLINES)):
            buttons.append(button(label("answer_buttons", name, self.language), item))
        self.dispatcher.utter_message(response="utter_answer_unknown", buttons=buttons)

    def _give(self, item: Item, part: str = "answer") -> None:
        card, as_picture = card_for(item, self.language), part == PICTURE
        text_part = "answer" if as_picture else part
        shown = show_item(item, text_part, self.language, in_form=self.in_form, now=self._now())
        if item.id == _OFFICE and text_part == "answer" and self.case.city:
            shown = replace(shown, text=f"{place_text(self.case.city, self.language)}\n{shown.text}")
        if card and as_picture:
            show_card(self.dispatcher, card, item, shown.buttons)
        else:
            self._say(replace(shown, buttons=self._with_picture(item, shown.buttons)) if card else shown)
        self.last = item.id

    def _with_picture(self, item: Item, buttons: list[Button]) -> list[Button]:
        """The picture first; where that makes too many buttons, one related topic fewer."""
        related = [b for b in buttons if b in [item_button(other, self.language) for other in item.see_also]]
        spare = related[-1] if related and len(buttons) >= _MOST_BUTTONS else None
        picture = button(label("answer_buttons", PICTURE, self.language), item.id, PICTURE)
        return [picture, *(b for b in buttons if b != spare)]

    def _say(self, shown: Shown) -> None:
        self.dispatcher.utter_message(response="utter_answer", **shown.values(), buttons=shown.buttons)

    @staticmethod
    def _now() -> datetime:
        return now_in_pakistan()


def _offered(unclear: list[list[Match]]) -> list[Item]:
    """Items to choose from: the best of each question before the second of any."""
    width = _WIDTH if len(unclear) == 1 else _SHARED_WIDTH
    ranked = [matches[rank] for rank in range(width) for matches in unclear if rank < len(matches)]
    possible = {match.item.id: match.item for match in ranked if match.score >= NEAR}
    return list(possible.values())


def _open(matches: list[Match]) -> bool:
    """Whether a second item fits about as well as the first."""
    return len(matches) > 1 and matches[0].rank - matches[1].rank < CLOSE
