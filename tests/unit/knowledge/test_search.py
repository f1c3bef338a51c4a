"""What the search finds: sections by number, crimes by everyday words, institutions, and nothing where nothing fits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.knowledge import model as models
from bot.knowledge.comparison import comparison
from bot.knowledge.load import knowledge
from bot.knowledge.search import POSSIBLE, SURE, index, no_section, offences_meant, questions_in, sections_named
from bot.knowledge.terms import key
from bot.triage.taxonomy import LANGUAGES
from tests.auxil.asked import said_to


def best(question: str) -> str:
    return index().search(question)[0].item.id


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("what does section 21 say", ["21"]),
        ("دفعہ 24 کیا ہے", ["24"]),
        ("دفعہ ۲۰ کی سزا", ["20"]),
        ("dafa 22-A kya hai", ["22A"]),
        ("peca 26 a ki saza", ["26A"]),
        ("21 aur 24 mein farq", ["21", "24"]),
        ("difference between section 3 and 4", ["3", "4"]),
        ("دفعہ 21 اور 24 میں فرق", ["21", "24"]),
        ("I lost 21 rupees", []),
    ],
)
def test_sections_are_read_in_three_scripts(text: str, sections: list[str]) -> None:
    assert sections_named(text) == sections


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("section 16 kya kehti hai", "offence_16"),
        ("دفعہ 24 کی سزا", "offence_24"),
        ("what is the punishment for cyber bullying", "offence_24a"),
        ("fake id banane ki saza kya hai", "offence_16"),
        ("جھوٹی خبر پھیلانے کی سزا", "offence_26a"),
        ("hate speech ki saza", "offence_11"),
    ],
)
def test_an_offence_is_found_by_number_and_by_everyday_word(question: str, item: str) -> None:
    assert best(question) == item


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("jazzcash helpline number", "helpline_jazzcash"),
        ("محتسب کو شکایت کیسے کروں", "helpline_banking_mohtasib"),
        ("stopncii kya hai", "helpline_stopncii"),
        ("what is the DRF helpline number", "helpline_drf"),
        ("668 par sim kaise check hoti hain", "helpline_sim_668"),
    ],
)
def test_an_institution_is_found_by_name(question: str, item: str) -> None:
    assert best(question) == item


@pytest.mark.parametrize(
    "question", ["kya kal barish hogi", "best pizza in Karachi", "آج سونے کا بھاؤ کیا ہے", "xyzzy qwrt", ""]
)
def test_a_question_about_something_else_finds_nothing(question: str) -> None:
    assert index().search(question)[0].score < POSSIBLE


@pytest.mark.parametrize(
    ("latin", "urdu"), [("tasveer", "تصویر"), ("account", "اکاؤنٹ"), ("saza", "سزا"), ("zamanat", "ضمانت")]
)
def test_a_word_has_one_key_in_both_scripts(latin: str, urdu: str) -> None:
    assert key(latin) == key(urdu)


def test_an_everyday_word_means_an_offence_only_in_a_question_about_the_law() -> None:
    assert offences_meant("what is the punishment for blackmail")[:1] == ["21"]
    assert offences_meant("someone is blackmailing me") == []


def test_two_questions_are_divided_and_one_is_not() -> None:
    assert len(questions_in("fraud ki saza kya hai? aur shikayat kahan karun?")) == 2
    assert questions_in("Hello? kya main shikayat kar sakta hun") == ["Hello? kya main shikayat kar sakta hun"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_offence_can_be_compared(language: str) -> None:
    offences = [item for item in knowledge().values() if item.figures]
    for item in offences:
        text = comparison([item, offences[0]], language)
        assert item.title[language] in text
        assert "{" not in text


def test_a_comparison_tells_the_figures_of_both() -> None:
    text = comparison([knowledge()["offence_21"], knowledge()["offence_24"]], "en")
    assert "prison up to 5 years" in text
    assert "prison up to 3 years" in text
    assert "bail is a right" in text
    assert "bail is for the court to decide" in text


async def test_two_sections_are_answered_in_one_comparison() -> None:
    messages = await said_to("21 aur 24 mein farq kya hai")
    assert len(messages) == 1
    for section in ("offence_21", "offence_24"):
        assert knowledge()[section].title["ur-Latn"] in messages[0]["answer"]


async def test_both_questions_of_a_message_are_answered_or_offered() -> None:
    messages = await said_to("cyber bullying ki saza kya hai? jazzcash ka helpline number kya hai?")
    told = "\n".join(str(m.get("answer")) for m in messages)
    assert knowledge()["offence_24a"].answer["ur-Latn"] in told
    assert knowledge()["helpline_jazzcash"].answer["ur-Latn"] in told


async def test_what_is_not_known_is_said() -> None:
    assert [m["response"] for m in await said_to("kya kal barish hogi")] == ["utter_answer_unknown"]


def test_the_kept_model_scores_as_the_fitted_one(tmp_path: Path) -> None:
    few = dict(list(knowledge().items())[:12])
    few = {
        name: replace(item, ask={language: item.ask[language][:4] for language in LANGUAGES})
        for name, item in few.items()
    }
    fitted, kept = models.load_or_fit(few, tmp_path), models.load_or_fit(few, tmp_path)
    question = "who are you"
    assert len(list(tmp_path.glob("*.npz"))) == 1
    assert np.allclose(fitted.scores(question)[0], kept.scores(question)[0], atol=0.01)
    assert SURE > POSSIBLE


@pytest.mark.parametrize(("text", "section"), [("دفعہ 22 اے", "22A"), ("سیکشن 26 اے کیا ہے", "26A"), ("دفعہ ۲۴اے", "24A"), ("دفعہ 22", "22")])  # fmt: skip
def test_a_section_letter_may_be_written_in_urdu(text: str, section: str) -> None:
    """22A is another offence than 22, with another punishment."""
    assert sections_named(text) == [section]


@pytest.mark.parametrize("text", ["section 99 kya hai", "سیکشن 99 کیا ہے", "what is section 99"])
def test_a_section_that_does_not_exist_is_noticed(text: str) -> None:
    assert no_section(text) == "99"
