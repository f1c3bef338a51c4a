"""Answers as a person gets them: one screen each, first line first, with the way on, for every item and language."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from bot.knowledge import meaning
from bot.knowledge.follow_up import leans_on_an_answer
from bot.knowledge.hours import PAKISTAN, is_open, needs, open_now
from bot.knowledge.load import knowledge
from bot.knowledge.paging import SCREEN, pages
from bot.knowledge.search import POSSIBLE, SURE, Index, Match, index
from bot.triage.taxonomy import LANGUAGES
from tests.auxil.asked import kept_after, rendered, said_to

each_language = pytest.mark.parametrize("language", LANGUAGES)


async def walk(item: str, part: str, language: str) -> list[dict[str, Any]]:
    """A part of an item with all its further pages, by tapping `more` as long as it stays in that part."""
    found = await said_to(language=language, item=item, part=part)
    while following := next((p for i, p in buttons(found[-1]) if i == item and p.startswith(f"{part}.")), None):
        found += await said_to(language=language, item=item, part=following)
    return found


def buttons(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Item and part of every button that asks for an item."""
    for button in message.get("buttons") or []:
        match = re.fullmatch(r'/ask_item\{"item":"([\w+]+)","part":"([\w.]+)"\}', button["payload"])
        if match:
            yield match.group(1), match.group(2)


@each_language
async def test_every_part_of_every_item_fits_on_a_screen_and_loses_no_word(language: str) -> None:
    for item in knowledge().values():
        for part, texts in (("answer", item.answer), ("more", item.more), ("example", item.example)):
            if not texts:
                continue
            messages = await walk(item.id, part, language)
            shown = [rendered(message, language) for message in messages]
            assert all(len(text) <= SCREEN for text in shown), (item.id, part, [len(t) for t in shown])
            assert all(item.as_of.isoformat() in text and item.source["name"] in text for text in shown), item.id
            told = " ".join(message["answer"] for message in messages)
            assert told.split()[: len(texts[language].split())] == texts[language].split(), (item.id, part)


@each_language
async def test_every_item_offers_the_next_steps_that_it_has(language: str) -> None:
    for item in knowledge().values():
        (message,) = await said_to(language=language, item=item.id, part="answer")
        offered = list(buttons(message))
        assert not item.example or (item.id, "example") in offered, item.id
        assert not item.more or (item.id, "more") in offered, item.id
        assert message["buttons"][-1]["payload"] == "/start_report" or item.id == "helpline_list"
        assert len(offered) == len(set(offered)), item.id
        assert len(message["buttons"]) <= 7, item.id
        assert all(name in knowledge() or name == "helplines" for name, _ in offered), item.id
        if item.kind in ("offence", "scam"):
            assert "procedure_file_complaint" in [name for name, _ in offered], item.id


@each_language
async def test_a_comparison_of_three_sections_fits_and_pages(language: str) -> None:
    (message,) = await said_to("section 21, 25 and 13", language)
    assert len(rendered(message, language)) <= SCREEN
    titles = [knowledge()[name].title[language] for name in ("offence_21", "offence_25", "offence_13")]
    following = next((b for b in buttons(message) if "+" in b[0]), None)
    told = message["answer"]
    if following:
        (rest,) = await said_to(language=language, item=following[0], part=following[1])
        assert len(rendered(rest, language)) <= SCREEN
        told += rest["answer"]
    assert all(title in told for title in titles)


def test_long_texts_are_cut_at_sentences() -> None:
    text = "\n\n".join(f"{n} sentence one of this. Then sentence two follows here." for n in range(40))
    found = pages(text, 300)
    assert all(len(page) <= 300 and page.endswith(".") for page in found)
    assert " ".join(found).split() == text.split()
    assert pages("x" * 700, 300) == ["x" * 300, "x" * 300, "x" * 100]
    assert [
        len(page) <= 60 for page in pages("پہلا جملہ یہاں ختم ہوا۔ دوسرا جملہ یہاں شروع ہو کر ختم ہوا۔ تیسرا جملہ۔", 60)
    ] == [True] * 2


FOLLOW_UPS = [
    ("and if she is 16?", "offence_21", "en", ["7 years", "5,000,000"]),
    ("aur jurmana?", "offence_24", "ur-Latn", ["1,000,000"]),
    ("aur zamanat?", "offence_14", "ur-Latn", ["Na-qabil-e-zamanat"]),
    ("اور اگر وہ نابالغ ہو؟", "offence_24", "ur", ["5 سال", "10,000,000"]),
    ("what about bail", "offence_16", "en", ["Bailable: bail is a right"]),
    ("how do I report it", "offence_21", "en", ["complaint.nccia.gov.pk", "1799"]),
    ("how do I report it", "scam_bank_otp", "en", ["complaint.nccia.gov.pk"]),
    ("can he be arrested without a warrant?", "offence_3", "en", ["no arrest without a warrant"]),
    ("kya sulah ho sakti hai", "offence_21", "ur-Latn", ["Na-qabil-e-razinama"]),
    ("iski saza kya hai", "scam_bank_otp", "ur-Latn", ["2 saal", "Dafa 14"]),
    ("اور دوبارہ کرے تو؟", "offence_21", "ur", ["10 سال"]),
    ("and bail?", "offence_20", "en", ["contested", "lawyer"]),
    ("aur instagram par?", "platform_facebook_hacked", "ur-Latn", ["instagram.com/hacked"]),
    ("aur 24?", "offence_21", "ur-Latn", ["Dafa 24"]),
    ("and the fine?", "offence_22", "en", ["at least Rs 1,000,000"]),
    ("misaal?", "offence_3", "ur-Latn", ["password"]),
    ("aur saboot?", "offence_24", "ur-Latn", ["transaction ID"]),
]


@pytest.mark.parametrize(("text", "last", "language", "told"), FOLLOW_UPS)
async def test_a_follow_up_is_answered_from_the_last_answer(
    text: str, last: str, language: str, told: list[str]
) -> None:
    messages = await said_to(text, language, last_item=last)
    answer = messages[0]["answer"]
    assert [part for part in told if part not in answer] == [], answer


async def test_without_a_last_answer_nothing_is_guessed() -> None:
    (message,) = await said_to("aur jurmana?")
    assert message["response"] == "utter_answer_about_what"
    assert len(list(buttons(message))) == 5


@pytest.mark.parametrize(
    ("text", "last"),
    [("and what is the punishment for fake id", "offence_21"), ("jazzcash helpline number", "offence_21")],
)
async def test_a_question_of_its_own_is_not_read_as_a_follow_up(text: str, last: str) -> None:
    alone, after = await said_to(text, "en"), await said_to(text, "en", last_item=last)
    assert [m.get("answer") for m in alone] == [m.get("answer") for m in after]


def test_only_short_questions_lean_on_an_answer() -> None:
    assert leans_on_an_answer("aur zamanat?")
    assert leans_on_an_answer("اور جرمانہ؟")
    assert not leans_on_an_answer("aur us ne meri tasveer laga di")
    assert not leans_on_an_answer("she is 16 and he sends pictures")


async def test_the_item_that_was_answered_is_kept() -> None:
    events = await kept_after("section 16 kya hai")
    assert [(e["name"], e["value"]) for e in events] == [("last_item", "offence_16")]
    assert await kept_after("kya kal barish hogi") == []


async def test_what_is_not_known_offers_the_nearest_topics_and_help(monkeypatch: pytest.MonkeyPatch) -> None:
    near = [Match(knowledge()[name], 0.3) for name in ("offence_24", "offence_21", "procedure_blackmail")]
    monkeypatch.setattr(Index, "search", lambda *_: near)
    (message,) = await said_to("something that is only half about it", "en")
    assert message["response"] == "utter_answer_unknown"
    offered = [name for name, _ in buttons(message)]
    assert offered[:3] == ["offence_24", "offence_21", "procedure_blackmail"]
    assert {"procedure_file_complaint", "helpline_list"} <= set(offered)
    assert "1799" in rendered(message, "en")


async def test_an_open_question_is_asked_back(monkeypatch: pytest.MonkeyPatch) -> None:
    near = [Match(knowledge()["offence_24"], 0.9, 0.70), Match(knowledge()["offence_21"], 0.88, 0.69)]
    monkeypatch.setattr(Index, "search", lambda *_: near)
    (message,) = await said_to("which one is it", "en")
    assert message["response"] == "utter_answer_which"
    assert [name for name, _ in buttons(message)] == ["offence_24", "offence_21"]


async def test_a_message_read_as_out_of_scope_is_answered_only_where_it_is_certain() -> None:
    assert [m["response"] for m in await said_to("kya kal barish hogi", intent="out_of_scope")] == [
        "utter_out_of_scope"
    ]
    messages = await said_to("section 16 kya kehti hai", intent="out_of_scope")
    assert "Dafa 16" in messages[0]["answer"]


def at(hour: int, minute: int = 0) -> datetime:
    """A moment in Pakistan."""
    return datetime(2026, 11, 22, hour, minute, tzinfo=PAKISTAN)


@pytest.mark.parametrize(
    ("item", "hour", "minute", "state"),
    [
        ("helpline_drf", 8, 59, False),
        ("helpline_drf", 9, 0, True),
        ("helpline_drf", 16, 59, True),
        ("helpline_drf", 17, 0, False),
        ("helpline_pta", 20, 30, True),
        ("helpline_pta", 21, 0, False),
        ("helpline_police_15", 3, 0, True),
        ("helpline_umang", 12, 0, None),
        ("helpline_mohr_1099", 12, 0, None),
    ],
)
def test_whether_a_helpline_is_open(item: str, hour: int, minute: int, state: bool | None) -> None:
    assert is_open(knowledge()[item], at(hour, minute)) is state


def test_opening_hours_are_told_in_pakistan_time_whatever_the_server_says() -> None:
    from datetime import UTC

    assert is_open(knowledge()["helpline_drf"], datetime(2026, 11, 22, 11, 0, tzinfo=UTC)) is True  # 16:00 there
    assert is_open(knowledge()["helpline_drf"], datetime(2026, 11, 22, 12, 30, tzinfo=UTC)) is False


@each_language
def test_what_is_not_confirmed_is_not_called_open(language: str) -> None:
    always = open_now(knowledge()["helpline_police_15"], language, at(3))
    for item in knowledge().values():
        if item.kind == "helpline" and item.contact.get("kind") == "phone" and not item.hours.get("open"):
            assert open_now(item, language, at(3)) != always, item.id
    assert "3:00" in open_now(knowledge()["helpline_drf"], language, at(3))


async def test_helplines_are_listed_by_need_and_place() -> None:
    (punjab,) = await said_to("women helpline in punjab", "en")
    (sindh,) = await said_to("women helpline in sindh", "en")
    assert "1043" in punjab["answer"]
    assert "1043" not in sindh["answer"]
    assert "0800-39393" in sindh["answer"]
    (night,) = await said_to("which helpline is open now", "en")
    assert "15" in night["answer"]
    assert "1799" in night["answer"]


@each_language
async def test_every_need_lists_its_helplines_on_one_screen(language: str) -> None:
    for need in [*needs(), "main"]:
        (message,) = await said_to(language=language, item="helplines", part=need)
        assert len(rendered(message, language)) <= SCREEN, need
        assert len(message["buttons"]) >= len(needs()) - 1


def test_the_search_goes_on_without_the_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning.Encoder, "encode", lambda *_: None)
    assert index().search("what is the punishment for cyber bullying")[0].item.id == "offence_24a"
    assert index().search("kya kal barish hogi")[0].score < POSSIBLE
    assert index().search("jazzcash helpline number")[0].score >= SURE
