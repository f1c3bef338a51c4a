"""knowledge/quiz.yml: complete in three languages, resting on knowledge, and refused where it is not."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge.load import KnowledgeError, knowledge
from bot.knowledge.texts import KNOWLEDGE
from bot.learning.questions import FILE, Question, load_quiz, quiz
from bot.triage.taxonomy import LANGUAGES

Content = dict[str, Any]
TOPICS = {"law", "complaint", "evidence", "privacy", "accounts", "money", "scams", "children", "news", "helplines"}
ARABIC_LETTERS = re.compile("[\u064a\u0643\u0649\u200e\u200f]")
URDU = re.compile("[\u0600-\u06ff]")
each_question = pytest.mark.parametrize("question", quiz().questions.values(), ids=lambda q: q.id)


def test_there_are_enough_questions_over_all_topics() -> None:
    assert len(quiz().questions) >= 45
    assert set(quiz().topics) == TOPICS


def test_both_parts_of_the_news_topic_and_women_are_there() -> None:
    topics = {knowledge()[q.item].topic for q in quiz().questions.values()}
    assert {"fake_news_law", "extremism_reporting", "women_family_support", "law_punishment", "what_counts"} <= topics


@each_question
def test_a_question_is_written_in_its_script_and_fits_one_screen(question: Question) -> None:
    for language in LANGUAGES:
        choices = [choice[language] for choice in question.choices]
        texts = [question.question[language], question.why[language]]
        assert all(bool(URDU.search(text)) == (language == "ur") for text in texts)
        assert not any(ARABIC_LETTERS.search(text) for text in [*texts, *choices])
        assert sum(map(len, [*texts, *choices])) <= 700


@each_question
def test_a_question_says_nothing_that_is_never_said(question: Question) -> None:
    """No dead number, no promise, nothing about the police that is not so."""
    text = " ".join(t for texts in (question.question, question.why, *question.choices) for t in texts.values())
    for wrong in ("1999", "1930", "1991", "9911", "1717", "1098", "cybercrime.gov.in", "nr3c", "Aadhaar"):
        assert wrong not in text
    assert not re.search(r"will be arrested|guarantee", text)


def test_the_choices_of_a_language_do_not_give_the_answer_away_by_length() -> None:
    """The right choice is the longest one in no more than two thirds of the questions."""
    for language in LANGUAGES:
        longest = [
            q
            for q in quiz().questions.values()
            if len(q.choices[0][language]) == max(len(c[language]) for c in q.choices)
        ]
        assert len(longest) <= len(quiz().questions) * 2 / 3, language


def broken(change: Callable[[Content], None], folder: Path) -> str:
    """What loading says after a change to a copy of the file."""
    content = yaml.safe_load((KNOWLEDGE / FILE).read_text(encoding="utf-8"))
    change(content)
    (folder / FILE).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        load_quiz(knowledge(), folder)
    return str(error.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c["questions"][0]["why"].pop("ur"), "each language"),
        (lambda c: c["questions"][0]["right"].update(en=" "), "characters"),
        (lambda c: c["questions"][0]["question"].update(en="x" * 261), "characters"),
        (lambda c: c["questions"][0].update(item="offence_99"), "does not exist"),
        (lambda c: c["questions"][0].update(topic="cooking"), "not named"),
        (lambda c: c["questions"][0].pop("why"), "missing"),
        (lambda c: c["questions"][0].update(hint="x"), "unknown"),
        (lambda c: c["questions"][0]["right"].update(en="6 years"), "6 (en) is not in item offence_21"),
        (lambda c: c["questions"][0]["why"].update(ur="دفعہ 21 میں 8 سال"), "8 (ur)"),
        (lambda c: c["questions"][0].update(wrong=c["questions"][0]["wrong"][:1]), "2 choices"),
        (lambda c: c["questions"][0]["wrong"][0].update(en="5 years"), "the same in en"),
        (lambda c: c["questions"][1].update(id=c["questions"][0]["id"]), "twice"),
        (lambda c: c["buttons"]["mixed"].pop("ur-Latn"), "each language"),
        (lambda c: c["topics"].update(cooking={"en": "a", "ur": "b", "ur-Latn": "c"}), "no question"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(change: Callable[[Content], None], said: str, tmp_path: Path) -> None:
    """Also a figure that differs from the knowledge item."""
    problem = broken(change, tmp_path)
    assert said in problem
    assert problem.startswith(FILE)
    assert "\n" not in problem
