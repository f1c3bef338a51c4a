"""The quiz and the tips with the running product: a round in each language, interrupted in every way that matters."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
import sqlalchemy as sa

from bot.learning.questions import Question, quiz
from bot.learning.subscribers import open_subscribers, subscribers
from bot.wording import Wording
from tests.auxil.telegram_double import TelegramDouble
from tests.live import texts
from tests.live.chats import Answer, Chat, TelegramChat
from tests.live.stack import Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]
PNG = b"\x89PNG"
START = {"en": "cyber scout", "ur": "کوئز", "ur-Latn": "quiz shuru karo"}
CHOOSE = {"en": "English", "ur": "اردو", "ur-Latn": "roman urdu"}
NAME = {"en": "Ayesha Khan", "ur": "عائشہ خان", "ur-Latn": "Bilal Ahmed"}


def button(name: str, language: str) -> str:
    """Title of a button of the quiz."""
    return quiz().buttons[name][language]


def asked(answer: Answer, language: str) -> Question:
    """The question that is open at the end of an answer."""
    found = [q for q in quiz().questions.values() if q.question[language] in answer.texts[-1]]
    assert len(found) == 1, answer.texts
    return found[0]


def line_of(answer: Answer, choice: str) -> str:
    """The letter under which a choice is shown."""
    return next(line[0] for line in answer.texts[-1].splitlines() if line[1:].removeprefix(") ") == choice)


async def reply(chat: Chat, shown: Answer, language: str, *, right: bool, how: str) -> Answer:
    """Answer the open question: by tap, by letter, by number or in words."""
    question = asked(shown, language)
    choice = question.choices[0 if right else 1][language]
    letter = line_of(shown, choice)
    if how == "tap":
        return await chat.tap(letter)
    if how == "letter":
        return await chat.say(letter.lower())
    if how == "number":
        return await chat.say(str(quiz().letters[language].index(letter) + 1))
    return await chat.say(choice)


async def begin(chat: Chat, language: str) -> Answer:
    """Choose the language and start a mixed round."""
    await chat.say(CHOOSE[language])
    menu = await chat.say(START[language])
    assert texts.text("utter_quiz_menu", language) in menu.text
    return await chat.tap(button("mixed", language))


async def play_to_the_end(chat: Chat, shown: Answer, language: str, *, wrong: int) -> Answer:
    """Answer what is left of a round, the first `wrong` questions wrongly, each in another way."""
    ways = ("tap", "letter", "words", "number")
    for number in range(20):
        if not any(q.question[language] in shown.texts[-1] for q in quiz().questions.values()):
            return shown
        question = asked(shown, language)
        shown = await reply(chat, shown, language, right=number >= wrong, how=ways[number % len(ways)])
        assert question.why[language] in shown.text, (ways[number % len(ways)], shown.texts)
    raise AssertionError("the round does not end")


@pytest.mark.parametrize("language", ["en", "ur", "ur-Latn"])
async def test_a_round_with_retake_and_certificate_on_telegram(
    language: str, telegram: TelegramDouble, open_telegram
) -> None:
    chat: TelegramChat = open_telegram()
    shown = await begin(chat, language)
    result = await play_to_the_end(chat, shown, language, wrong=4)
    assert texts.text("utter_quiz_result_more", language).format(score=6, total=10) in result.text
    again = await chat.tap(button("retake", language))
    better = await play_to_the_end(chat, again, language, wrong=0)
    assert texts.text("utter_quiz_result_all", language).format(score=10, total=10) in better.text
    await chat.tap(button("certificate", language))
    given = await chat.say(NAME[language])
    assert texts.text("utter_quiz_certificate", language).format(score=10, total=10) in given.text
    (sent,) = [message for message in telegram.messages[chat.chat_id].values() if "photo" in message]
    assert telegram.photos[sent["photo"][0]["file_id"]].startswith(PNG)
    assert NAME[language] in sent["caption"]


async def test_a_certificate_in_the_web_chat(stack: Stack, open_socket) -> None:
    """The picture has an address that cannot be guessed, and it is not found under any other."""
    chat = await open_socket("en")
    await play_to_the_end(chat, await begin(chat, "en"), "en", wrong=2)
    await chat.tap(button("certificate", "en"))
    given = await chat.say("Ayesha Khan")
    (address,) = given.images
    async with aiohttp.ClientSession() as http:
        async with http.get(stack.url + address) as answer:
            assert answer.status == 200
            assert (await answer.read()).startswith(PNG)
        async with http.get(stack.url + address[:-3]) as answer:
            assert answer.status == 404


async def test_what_matters_more_comes_first_and_the_place_is_kept(stack: Stack, open_socket) -> None:
    chat = await open_socket("en")
    shown = await begin(chat, "en")
    shown = await reply(chat, shown, "en", right=True, how="tap")
    second = asked(shown, "en")

    question = await chat.say("what is the punishment for hacking an account?")
    assert texts.text("utter_quiz_waits", "en") in question.text
    assert "prison" in question.text

    crisis = await chat.say("i want to kill myself")
    assert "15" in crisis.text
    assert "quiz" not in crisis.text.lower()

    back = await chat.say("continue quiz")
    assert asked(back, "en") == second

    urdu = await chat.say("اردو")
    assert asked(urdu, "ur") == second
    english = await chat.say("English")
    assert asked(english, "en") == second

    report = await chat.say("a man on instagram is threatening to send my private photos to my family unless i pay him")
    assert "quiz" not in report.text.lower()
    assert texts.asked(report.text, "en") == "consent"
    waits = await chat.say("quiz")
    assert texts.text("utter_quiz_after_complaint", "en") in waits.text
    await chat.say("stop")
    left = await chat.tap(texts.title("en", "utter_ask_complaint_form_stop_choice", "keep"))
    assert texts.text("utter_draft_kept", "en") in left.text
    assert asked(await chat.say("continue quiz"), "en") == second


async def test_a_restart_of_everything_keeps_the_place(stack: Stack, open_telegram) -> None:
    chat = open_telegram()
    shown = await reply(chat, await begin(chat, "en"), "en", right=True, how="letter")
    second = asked(shown, "en")
    for name in ("gateway", "rasa", "actions"):
        await asyncio.to_thread(stack.kill, name)
    await asyncio.to_thread(stack.ensure, "actions", "rasa", "gateway")
    after = await reply(chat, shown, "en", right=True, how="letter")
    assert second.why["en"] in after.text
    assert asked(await chat.say("continue quiz"), "en") == asked(after, "en")


async def test_tips_are_subscribed_sent_and_stopped_in_one_tap(
    stack: Stack, telegram: TelegramDouble, open_telegram
) -> None:
    chat = open_telegram()
    offer = await chat.say("subscribe tips")
    assert offer.text == texts.text("utter_tips_offer", "en")
    done = await chat.tap("Daily")
    assert texts.text("utter_tips_daily", "en") in done.text
    assert "💡" in done.text
    people = open_subscribers(stack.settings)
    try:
        assert people.frequency(chat.conversation_id) == "daily"
        assert texts.text("utter_tips_have", "en") in (await chat.say("tips")).text
        with sa.create_engine(stack.settings.database_url).begin() as connection:
            due = datetime.now(UTC) - timedelta(minutes=1)
            connection.execute(sa.update(subscribers).values(next_due=due))
        sent = await chat.collect()
        assert sent.text.startswith("💡")
        assert sent.text not in done.text  # another tip
        assert (await telegram.next_messages(chat.chat_id, timeout=2)) == []  # once
        stopped = await chat.tap(Wording().say("tip_stop", "en").text)
        assert texts.text("utter_tips_stopped", "en") in stopped.text
        assert people.frequency(chat.conversation_id) is None
    finally:
        people.close()
    assert str(chat.chat_id) not in stack.logs()


async def test_tips_in_the_web_chat_say_that_they_are_for_telegram(open_socket) -> None:
    chat = await open_socket("ur")
    answer = await chat.say("ٹپس")
    assert texts.text("utter_tips_only_telegram", "ur") in answer.text
    assert "💡" in answer.text
    assert "💡" in (await chat.tap("ایک اور ٹپ")).text
