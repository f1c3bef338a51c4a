"""Wrong public claims about the law and the helplines: contradicted when somebody repeats them, and repeated nowhere."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bot.knowledge.corrections import correction_for, corrections
from bot.knowledge.load import knowledge
from bot.settings import PROJECT
from bot.triage.taxonomy import LANGUAGES
from tests.auxil.asked import rendered, said_to

# What somebody says, and what the answer to it must hold.
CLAIMS: list[tuple[str, str, list[str]]] = [
    ("en", "section 24 is cyber terrorism right?", ["24 is cyber stalking", "terrorism is section 10"]),
    ("ur", "دفعہ 24 سائبر دہشت گردی ہے نا؟", ["اسٹاکنگ", "دفعہ 10"]),
    ("ur-Latn", "dafa 24 spoofing wali hai na", ["stalking", "26"]),
    ("en", "they told me section 21 is cyber stalking", ["not stalking", "section 24"]),
    ("ur-Latn", "section 21 stalking hai?", ["24"]),
    ("ur", "دفعہ 21 سائبر اسٹاکنگ ہے", ["24"]),
    ("en", "section 19 is about modesty of women", ["section 21"]),
    ("ur", "دفعہ 19 حیا کے بارے میں ہے؟", ["دفعہ 21"]),
    ("ur-Latn", "dafa 19 nude tasveer ki hai", ["dafa 21"]),
    ("en", "is 10A cyber terrorism", ["old draft"]),
    ("en", "section 22 is 7 years and 5 million fine", ["20 years", "1,000,000", "before 2023"]),
    ("ur", "دفعہ 22 میں سات سال سزا ہے", ["20 سال", "1,000,000"]),
    ("ur-Latn", "dafa 22 ki saza 7 saal hai na", ["20 saal", "1,000,000"]),
    ("en", "section 14 is bailable", ["non-bailable", "2025"]),
    ("ur", "دفعہ 13 قابل ضمانت ہے", ["ناقابلِ ضمانت", "2025"]),
    ("ur-Latn", "dafa 20 qabil e zamanat hai", ["na-qabil-e-zamanat"]),
    ("en", "online fraud is bailable they say", ["non-bailable"]),
    ("en", "section 24 is non bailable", ["is bailable"]),
    ("ur", "دفعہ 24 ناقابل ضمانت ہے", ["قابلِ ضمانت ہے"]),
    ("ur-Latn", "dafa 24 naqabil zamanat hai na", ["qabil-e-zamanat hai"]),
    ("en", "hacking gets 3 years under section 3", ["three months", "50,000"]),
    ("ur", "دفعہ 3 میں تین سال قید ہے", ["3 ماہ"]),
    ("ur-Latn", "section 3 mein teen saal ki saza hai", ["3 mahine"]),
    ("en", "stalking is 5 years under section 24", ["under 18", "3 years"]),
    ("ur", "دفعہ 24 میں پانچ سال کی سزا ہے", ["3 سال", "18 سال"]),
    ("ur-Latn", "dafa 24 mein panch saal saza hoti hai", ["3 saal"]),
    ("en", "section 20 has extra punishment when the victim is a minor", ["no heavier punishment"]),
    ("ur", "دفعہ 20 میں بچے کے لیے زیادہ سزا ہے", ["زیادہ سزا نہیں"]),
    ("ur-Latn", "dafa 20 mein nabaligh ho to zyada saza hai", ["zyada saza nahi"]),
    ("en", "no PECA section has a minimum, there is no minimum punishment", ["14 years", "24A"]),
    ("ur", "پیکا میں کوئی کم از کم سزا نہیں", ["14 سال"]),
    ("ur-Latn", "peca mein kam se kam saza nahi hoti", ["14 saal"]),
    ("en", "I called 1991 and nobody picks up", ["1799", "NCCIA"]),
    ("ur", "1991 پر کال کروں؟", ["1799"]),
    ("ur-Latn", "fia ko shikayat kaise karun", ["1799", "NCCIA"]),
    ("en", "complaint.fia.gov.pk is not opening", ["complaint.nccia.gov.pk"]),
    ("ur", "ایف آئی اے سائبر کرائم ونگ میں شکایت", ["1799"]),
    ("en", "is the NCCIA helpline 1999", ["1799"]),
    ("ur-Latn", "1799 khudkushi ki helpline hai?", ["15", "1799"]),
    ("en", "should I dial 1930 or cybercrime.gov.in", ["India", "1799"]),
    ("ur", "آئی ٹی ایکٹ کے تحت سزا", ["بھارت", "پیکا"]),
    ("ur-Latn", "ipc 66 lagti hai?", ["India", "PECA"]),
    ("en", "0800-39393 is the mental health line", ["not a mental-health", "15"]),
    ("ur", "0800-39393 ذہنی صحت کی لائن ہے؟", ["ذہنی صحت", "نہیں"]),
    ("ur-Latn", "drf depression ki helpline hai na", ["nahi"]),
    ("en", "I heard you sms block to 111 to stop the account", ["no official source", "bank"]),
    ("ur-Latn", "789 dial karne se sim freeze hoti hai?", ["koi sarkari source nahi"]),
    ("ur", "فراڈ سرکل کو شکایت کریں؟", ["کوئی سرکاری ماخذ نہیں"]),
    ("en", "what does SBP Directive 7/2025 say", ["no official source"]),
    ("en", "compensation is under section 46", ["section 45"]),
    ("ur", "معاوضہ دفعہ 46 میں ہے", ["45"]),
    ("ur-Latn", "dafa 46 muawza", ["45"]),
    ("en", "there is no law for online harassment in pakistan", ["There is a law"]),
    ("ur", "آن لائن بلیک میلنگ کی کوئی سزا نہیں", ["قانون موجود ہے"]),
    ("ur-Latn", "fake id ki koi saza nahi hoti pakistan mein", ["Qanoon maujood hai"]),
]


@pytest.mark.parametrize(("language", "claim", "right"), CLAIMS, ids=[claim for _, claim, _ in CLAIMS])
async def test_a_wrong_claim_is_contradicted(language: str, claim: str, right: list[str]) -> None:
    messages = await said_to(claim, language)
    first = rendered(messages[0], language)
    assert [part for part in right if part not in first] == [], first
    assert messages[0]["as_of"] in first


@pytest.mark.parametrize(
    "question",
    [
        "section 24 kya hai", "what is the punishment in section 22", "is stalking a crime", "دفعہ 21 کی سزا",
        "fake FIA officer called me", "kya 1799 raat ko khula hota hai", "section 24 bailable hai?",
        "compensation kaise milega", "is section 14 non bailable", "drf ka number kya hai", "are you from FIA",
    ],
)  # fmt: skip
def test_a_question_that_claims_nothing_wrong_is_not_corrected(question: str) -> None:
    assert correction_for(question) is None


def test_every_correction_is_complete_and_short() -> None:
    assert len(corrections()) >= 15
    for correction in corrections():
        assert set(correction.text) == set(LANGUAGES)
        assert all(len(text) <= 450 for text in correction.text.values()), correction.id
        assert correction.source.grade in ("H", "H1", "M")


# Wrong statements as patterns; no text of the product may hold one, the corrections (which deny them) included.
WRONG = [
    r"(?:section|s\.|dafa|دفعہ) ?24 (?:is|hai|ہے)? ?(?:cyber terrorism|spoofing|sa?iber dehshat)",
    r"(?:section|s\.) ?21 is (?:cyber )?stalking",
    r"(?:section|s\.) ?19 is (?:the )?modesty",
    r"(?:section|s\.) ?(?:13|14|20) is bailable",
    r"(?:section|s\.) ?24 is non-bailable",
    r"(?:section|s\.) ?22:? (?:carries )?(?:up to )?7 years",
    r"(?:section|s\.) ?3:? (?:carries )?(?:up to )?3 years",
    r"(?:call|dial|number is|helpline is|کال کریں|par call karein) (?:1991|9911|1999|1930)\b",
    r"(?:under|in) section 46 (?:the )?(?:court|compensation)",
    r"39393[^.]{0,40}is (?:a|the) (?:mental|suicide)",
    r"no section (?:of the Act )?has a minimum",
    r"\bdial 789\b|block to 111|\bSBP Directive\b|PNB Fraud",
]


def every_text() -> Iterator[tuple[str, str]]:
    """Everything the product may say: items, corrections, first steps, labels, quiz, cards and responses."""
    for folder in ("knowledge", "data/responses"):
        for path in sorted((PROJECT / folder).rglob("*.yml")):
            yield from (
                (path.name, text) for text in _leaves(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader))
            )


def _leaves(node: Any, name: str = "") -> Iterator[str]:
    """Texts of a tree, without what people ask and the words by which things are found."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in (
                "ask",
                "none",
                "claims",
                "words",
                "concepts",
                "law_words",
                "wrong",
                "distractors",
                "options",
            ):
                yield from _leaves(value, str(key))
    elif isinstance(node, list):
        for value in node:
            yield from _leaves(value, name)
    elif isinstance(node, str):
        yield node


def test_no_text_repeats_a_wrong_claim() -> None:
    texts = list(every_text())
    assert len(texts) > 2000
    for name, text in texts:
        for wrong in WRONG:
            assert not re.search(wrong, text, re.IGNORECASE), f"{name}: {text}"


def test_every_link_is_well_formed() -> None:
    known = re.compile(r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[\w./?=&%-]*)?")
    for item in knowledge().values():
        url = item.source.get("url")
        assert url is None or known.fullmatch(url), item.id
        for language in LANGUAGES:
            for text in (item.answer[language], item.more.get(language, "")):
                for link in re.findall(r"https?://[^\s،؛)\"”]+", text):
                    assert known.fullmatch(link.rstrip(".,;:۔")), (item.id, link)
