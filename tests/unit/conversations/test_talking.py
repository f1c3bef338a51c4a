"""Conversations: what is taken as text, choice and attachment, and the language of the answer."""

import pytest

from bot import conversations as module
from bot.conversations import Conversations, Incoming
from tests.auxil.fake_rasa import FakeRasa
from tests.auxil.talking import ID, WORDING, buttons, say, texts

# Text


async def test_text_goes_to_rasa_with_language_and_channel(rasa: FakeRasa, talk: Conversations) -> None:
    replies = await talk.handle(ID, say("  hello\u202e "))
    assert texts(replies) == ["echo: hello"]
    assert rasa.requests[0] == {
        "sender": ID,
        "message": "hello",
        "metadata": {"language": "en", "channel": "web"},
    }


@pytest.mark.parametrize(
    ("conversation", "channel"), [("web-a", "web"), ("tg-a", "telegram"), ("console-a", "console")]
)
async def test_channel_follows_from_the_conversation(
    rasa: FakeRasa, talk: Conversations, conversation: str, channel: str
) -> None:
    await talk.handle(conversation, say("hello"))
    assert rasa.requests[0]["metadata"]["channel"] == channel


async def test_typed_payload_is_words(rasa: FakeRasa, talk: Conversations) -> None:
    await talk.handle(ID, say(" ／/SetSlots(consent=true)"))
    await talk.handle(ID, say('/set_language{"language_choice": "ur"}'))
    assert rasa.texts == ["SetSlots(consent=true)", 'set_language{"language_choice": "ur"}']


async def test_commands_are_offered_intents(rasa: FakeRasa, talk: Conversations) -> None:
    for typed in ("/start", "/help", "/language", "/restart"):
        await talk.handle(ID, say(typed))
    assert rasa.texts == ["/greet", "/help", "/choose_language", "/start_over"]


async def test_commands_bring_the_language(rasa: FakeRasa, talk: Conversations) -> None:
    """Rasa does not look at the metadata of an intent that is sent as such."""
    await talk.open("web-2", language_hint="ur")
    await talk.handle(ID, say("/help"), language_hint="ur-Latn")
    assert rasa.texts == ['/greet{"language": "ur"}', '/help{"language": "ur-Latn"}']


@pytest.mark.parametrize(("text", "name"), [("", "empty"), (" \u200f\n", "empty"), ("a" * 5001, "too_long")])
async def test_text_that_is_not_taken(rasa: FakeRasa, talk: Conversations, text: str, name: str) -> None:
    replies = await talk.handle(ID, say(text))
    assert replies == [WORDING.say(name, "en", limit=5000)]
    assert replies[0].seq == 0
    assert not rasa.texts
    assert not await talk.history(ID)


async def test_only_symbols_keeps_the_open_question(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.answer = lambda _: buttons("Yes", "No")
    (question,) = await talk.handle(ID, say("hello"))
    (prompt,) = await talk.handle(ID, say("👍"))
    assert prompt.text == WORDING.say("only_symbols", "en").text
    assert prompt.buttons == question.buttons
    assert rasa.texts == ["hello"]
    await talk.handle(ID, say("yes"))
    assert rasa.texts[-1] == "/yes"


# Answers


async def test_paragraphs_of_one_answer_stay_together(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.answer = lambda _: [{"text": "One."}, {"text": "Two."}, *buttons("Go", text="Three?")]
    replies = await talk.handle(ID, say("hello"))
    assert texts(replies) == ["One.\n\nTwo.", "Three?"]
    assert [button.title for button in replies[1].buttons] == ["Go"]
    assert [reply.seq for reply in replies] == [2, 3]


async def test_image_is_passed_on(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.answer = lambda _: [{"text": "See"}, {"image": "/static/logo.svg"}]
    replies = await talk.handle(ID, say("hello"))
    assert replies[1].image == "/static/logo.svg"
    assert replies[1].text == ""


async def test_incomplete_buttons_are_left_out(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.answer = lambda _: [{"text": "?", "buttons": [{"title": "A"}, {"payload": "/b"}, "c", {}]}]
    (reply,) = await talk.handle(ID, say("hello"))
    assert reply.buttons == ()


# Buttons


async def test_a_choice_sends_its_payload_and_shows_its_title(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.answer = lambda _: buttons("Yes", "No")
    (reply,) = await talk.handle(ID, say("hello"))
    assert "/yes" not in repr(reply)
    await talk.handle(ID, Incoming(choice=reply.buttons[0].id))
    assert rasa.texts == ["hello", "/yes"]
    assert [line.reply.text for line in await talk.history(ID) if line.who == "user"] == ["hello", "Yes"]


@pytest.mark.parametrize("choice", ["", "/yes", "nonsense", "AAAAAAAAAAAAAAAA", "x" * 5000])
async def test_a_choice_that_was_not_offered(rasa: FakeRasa, talk: Conversations, choice: str) -> None:
    assert await talk.handle(ID, Incoming(choice=choice)) == [WORDING.say("expired", "en")]
    assert not rasa.texts


async def test_a_button_of_another_conversation_is_worth_nothing(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.answer = lambda _: buttons("Yes")
    (reply,) = await talk.handle(ID, say("hello"))
    await talk.handle("web-2", say("hello"))
    assert await talk.handle("web-2", Incoming(choice=reply.buttons[0].id)) == [WORDING.say("expired", "en")]


async def test_old_buttons_expire(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.answer = lambda text: buttons(text)
    (first,) = await talk.handle(ID, say("t0"))
    for number in range(1, 41):
        await talk.handle(ID, say(f"t{number}"))
    assert await talk.handle(ID, Incoming(choice=first.buttons[0].id)) == [WORDING.say("expired", "en")]


async def test_typing_a_title_is_choosing_it(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.answer = lambda _: [{"text": "?", "buttons": [{"title": "شکایت کریں", "payload": "/report"}]}]
    await talk.handle(ID, say("hello"))
    await talk.handle(ID, say("شكايت  کریں۔"))
    assert rasa.texts[-1] == "/report"


async def test_only_titles_of_the_last_answer_count(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.answer = lambda _: buttons("Yes")
    await talk.handle(ID, say("hello"))
    rasa.answer = lambda _: [{"text": "ok"}]
    await talk.handle(ID, say("yes"))
    await talk.handle(ID, say("yes"))
    assert rasa.texts == ["hello", "/yes", "yes"]


# Language


async def test_language_follows_what_is_typed(rasa: FakeRasa, talk: Conversations) -> None:
    await talk.handle(ID, say("میرا اکاؤنٹ ہیک ہو گیا ہے"))
    assert rasa.requests[0]["metadata"]["language"] == "ur"
    (notice,) = await talk.handle(ID, say(""))
    assert notice.language == "ur"


async def test_an_unsure_text_keeps_the_language(
    rasa: FakeRasa, talk: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "detect", lambda _: ("en", False))
    await talk.handle(ID, say("ok"), language_hint="ur-Latn")
    assert rasa.requests[0]["metadata"]["language"] == "ur-Latn"


@pytest.mark.parametrize("hint", ["fr", "", "/ur", None])
async def test_an_odd_hint_is_english(rasa: FakeRasa, talk: Conversations, hint: str | None) -> None:
    await talk.handle(ID, say("hello"), language_hint=hint)
    assert rasa.requests[0]["metadata"]["language"] == "en"


async def test_rasa_pins_the_language(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.answer = lambda _: [{"text": "ٹھیک ہے"}, {"custom": {"language": "ur", "pin": True}}]
    replies = await talk.handle(ID, say("please talk to me in Urdu"))
    assert texts(replies) == ["ٹھیک ہے"]
    assert replies[0].language == "ur"
    await talk.handle(ID, say("this is a long and clearly English sentence"))
    assert rasa.requests[-1]["metadata"]["language"] == "ur"


async def test_an_answer_that_only_steers_is_no_trouble(rasa: FakeRasa, talk: Conversations) -> None:
    rasa.answer = lambda _: [{"custom": {"language": "xx", "pin": True}}]
    assert await talk.handle(ID, say("hello")) == []
    await talk.handle(ID, say("hello"))
    assert rasa.requests[-1]["metadata"]["language"] == "en"


async def test_choosing_a_language_tells_rasa_and_pins(rasa: FakeRasa, talk: Conversations) -> None:
    await talk.choose_language(ID, "ur-Latn")
    await talk.handle(ID, say("میرا اکاؤنٹ ہیک ہو گیا ہے"))
    assert rasa.texts[0] == '/set_language{"language_choice": "ur-Latn"}'
    assert {request["metadata"]["language"] for request in rasa.requests} == {"ur-Latn"}
    assert [line.reply.text for line in await talk.history(ID) if line.who == "user"] == ["میرا اکاؤنٹ ہیک ہو گیا ہے"]
    with pytest.raises(ValueError, match="language"):
        await talk.choose_language(ID, 'ur"}')


# Attachments


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "location", "file", "hologram"])
async def test_attachments_are_answered_in_the_language(rasa: FakeRasa, talk: Conversations, kind: str) -> None:
    (reply,) = await talk.handle(ID, Incoming(attachment=kind), language_hint="ur")
    name = "attachment_file" if kind == "hologram" else f"attachment_{kind}"
    assert reply.text == WORDING.say(name, "ur").text
    assert not rasa.texts


async def test_a_caption_is_read_too(rasa: FakeRasa, talk: Conversations) -> None:
    replies = await talk.handle(ID, Incoming(attachment="photo", text="he sent me this"))
    assert texts(replies) == [WORDING.say("attachment_photo", "en").text, "echo: he sent me this"]
