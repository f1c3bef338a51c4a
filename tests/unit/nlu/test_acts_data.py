"""The phrases of the acts as they are written down."""

from functools import lru_cache

import pytest
import yaml

from bot.nlu.acts import Acts
from bot.nlu.data import DATA
from bot.triage.taxonomy import KINDS

NEW = {"quiz", "quiz_continue", "quiz_pick", "tips", "tips_stop"}


def phrases() -> list[tuple[str, str]]:
    """Normalised phrase and intent of every act."""
    blocks = [block for path in sorted(DATA.glob("*.yml")) for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]]
    return [
        (key, block["intent"])
        for block in blocks
        if block["intent"] not in KINDS
        for line in block["examples"].splitlines()
        for key in Acts.of({line.strip().removeprefix("-"): block["intent"]}).by_phrase
    ]


def test_a_phrase_about_the_quiz_or_the_tips_says_nothing_else() -> None:
    """A phrase of two acts would be taken from one of them by the order of files."""
    owners: dict[str, set[str]] = {}
    for phrase, intent in phrases():
        owners.setdefault(phrase, set()).add(intent)
    assert {phrase: intents for phrase, intents in owners.items() if len(intents) > 1 and intents & NEW} == {}
    assert {intent for _, intent in phrases()} >= NEW


@lru_cache
def acts() -> Acts:
    return Acts.of(dict(phrases()))


def test_no_phrase_says_two_acts() -> None:
    owners: dict[str, set[str]] = {}
    for phrase, intent in phrases():
        owners.setdefault(phrase, set()).add(intent)
    assert {phrase: intents for phrase, intents in owners.items() if len(intents) > 1} == {}


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("ye kyun pooch rahe ho", "why_asked"), ("ye kyu pooch rahe ho", "why_asked"), ("yeh q puch rhe h", "why_asked"),
        ("kyun poch rahe hain", "why_asked"), ("kis liye chahye ye", "why_asked"), ("q", "why_asked"),
        ("mera data delete karo", "erase_me"), ("mera sab kuch mita do", "erase_me"), ("sab kuch delete kr do", "erase_me"),
        ("sab kuch delete kardo jo maine bataya", "erase_me"), ("delete everything about me", "erase_me"),
        ("kuch add karna hai", "add_information"), ("i want to add something", "add_information"),
        ("i want to withdraw", "withdraw_complaint"), ("withdraw it please", "withdraw_complaint"),
        ("wapas leni hai complaint", "withdraw_complaint"), ("english mein baat karo", "speak_english"),
        ("english me jawab do", "speak_english"), ("speak in english please", "speak_english"),
        ("urdu mein likho", "speak_urdu"), ("اردو میں بات کریں", "speak_urdu"),
        ("roman urdu me karo", "speak_roman_urdu"), ("urdu roman me kro", "speak_roman_urdu"),
        ("what did you note", "show_draft"), ("what have you got", "show_draft"), ("what have you got so far", "show_draft"),
        ("ab tak kya likha hai", "show_draft"),
    ],
)  # fmt: skip
def test_people_say_it_in_many_spellings(text: str, act: str) -> None:
    assert acts().find(text) == act


@pytest.mark.parametrize("text", ["usne sab kuch delete kar diya", "he wants to add me", "wo wapas nahi de raha"])
def test_news_of_the_case_is_no_act(text: str) -> None:
    assert acts().find(text) is None
