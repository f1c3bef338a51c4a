"""The quiz "cyber scout": one turn in, words and the new state out. The rules are in bot.learning.quiz."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import answer_question
from actions.shared import entity, language_of, turn_of
from bot.knowledge.load import knowledge
from bot.learning import quiz as game
from bot.learning.certificate import certificate_address, certificate_words
from bot.learning.questions import quiz
from bot.settings import settings

_LISTEN = FollowupAction("action_listen")  # the rules end here, whatever the slots have become


class QuizTurn(Action):
    """Everything that is said to the quiz, and what is said while a question of it is open."""

    def name(self) -> str:
        return "action_quiz_turn"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        heard, language = turn_of(tracker), language_of(tracker)
        turn = game.Turn(
            heard.intent, heard.text, entity(tracker, "quiz_choice"), heard.analysis.get("confidence", 0.0)
        )
        outcome = game.take_turn(tracker.get_slot("quiz"), turn, quiz(), language)
        events: list[EventType] = []
        if outcome.hand_over == "question":
            events = await answer_question(dispatcher, tracker)
        elif outcome.hand_over in {"out_of_scope", "chitchat"}:
            dispatcher.utter_message(response=f"utter_{outcome.hand_over}")
        return [*events, *_told(dispatcher, outcome, language)]


class QuizAgain(Action):
    """Asks the open question again, in the language that the person has just chosen."""

    def name(self) -> str:
        return "action_quiz_again"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        language = language_of(tracker)
        return _told(dispatcher, game.show(tracker.get_slot("quiz"), quiz(), language), language)


class QuizPause(Action):
    """Puts the quiz away without a word: something more important has come."""

    def name(self) -> str:
        return "action_quiz_pause"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if answers_the_quiz(tracker):
            return await QuizTurn().run(dispatcher, tracker, domain)
        return [SlotSet("quiz_open", None), _LISTEN]


def answers_the_quiz(tracker: Tracker) -> bool:
    """Whether the latest message repeats a choice of the open question of the quiz."""
    return bool(tracker.get_slot("quiz_open")) and game.is_answer(
        tracker.get_slot("quiz"), turn_of(tracker).text, quiz()
    )


def _told(dispatcher: CollectingDispatcher, outcome: game.Outcome, language: str) -> list[EventType]:
    for said in outcome.say:
        values = dict(said.values)
        if "item" in values:
            values["item"] = knowledge()[values["item"]].title[language]
        if said.holder:
            told = {"name": said.holder, "score": values["score"], "total": values["total"], "language": language}
            picture = {"image": certificate_address(settings(), **told), "alt": certificate_words(**told)}
            dispatcher.utter_message(json_message=picture)
        dispatcher.utter_message(response=said.response, buttons=list(said.buttons), **values)
    return [
        SlotSet("quiz", outcome.state),
        SlotSet("quiz_open", True if outcome.open else None),
        FollowupAction("complaint_form") if outcome.hand_over == "complaint" else _LISTEN,
    ]
