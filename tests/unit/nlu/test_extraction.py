"""All of the extraction together: labelled messages, any text at all, and texts that are made to hang it."""

import json
import string
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.extract import LONGEST, Extraction, extract
from bot.nlu.language import detect
from bot.nlu.times import PAKISTAN

NOW = datetime(2026, 11, 22, 12, tzinfo=PAKISTAN)
CASES: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("extraction_cases.jsonl").read_text(encoding="utf-8").splitlines()
]
LEAST_RIGHT = 0.98


def _right(case: dict[str, Any], found: Extraction) -> dict[str, bool]:
    return {
        "language": detect(case["text"])[0] == case["language"],
        "platform": found.platform == case["platform"],
        "amount_pkr": found.amount_pkr == case["amount_pkr"],
        "observables": {i.normalised for i in found.identifiers if not i.own} == set(case["observables"]),
        "city": (found.city.name if found.city else None) == case["city"],
        "minor": found.minor == case["minor"],
        "occurred": _occurred_right(case["occurred"], found),
    }


def _occurred_right(back: list[int] | None, found: Extraction) -> bool:
    if back is None or not found.dates:
        return back is None and not found.dates
    told = found.dates[0]
    middle = NOW.date() - timedelta(days=sum(back) // 2)
    return told.first <= middle <= told.last


@pytest.mark.parametrize("language", ["en", "ur", "ur-Latn"])
def test_labelled_messages(language: str) -> None:
    cases = [case for case in CASES if case["language"] == language]
    assert len(cases) >= 150
    judged = [(case, _right(case, extract(case["text"], NOW))) for case in cases]
    for field in judged[0][1]:
        wrong = [case["text"] for case, right in judged if not right[field]]
        assert len(wrong) <= (1 - LEAST_RIGHT) * len(cases), (field, wrong)


PIECES = st.sampled_from(
    ["5 lakh", "do", "50 hazar do", "Rs.", "/-", "kal", "3 din pehle", "14 March", "@abc_1", "0300-1234567", "mera number", "hxxp://a.pk/?q=(",
     "PK36SCBL0000001123456702", "35202-1234567-1", "میں", "ڈیڑھ لاکھ", "سال", "12 saal ki", "beti", "whatsapp pe", "video call", "total", "x 3",
     "45 45 hazar", "\u200c", "\u202a", "\n", "۵", "ﻻ", "İ", "🙂", "se", "20-30k", "umar", "class 8", "ghar ke bahar", "TID", "dot com", "a@b.co"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=600),
    st.lists(st.one_of(PIECES, st.text(alphabet=string.printable, max_size=6)), max_size=60).map(" ".join),
    st.lists(PIECES, max_size=60).map("".join),
)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_text_breaks_it_and_entities_are_slices_of_it(text: str) -> None:
    found = extract(text, NOW)
    for entity in found.entities:
        assert 0 <= entity.start < entity.end <= len(text)
    for item in found.identifiers:
        assert text[item.start : item.end] == item.data
        assert item.normalised
    for told in found.dates:
        assert text[told.start : told.end] == told.as_told
        assert told.first <= told.last <= NOW.date()
    assert found.amount_pkr is None or found.amount_pkr > 0
    detect(text)


@pytest.mark.parametrize(
    "piece",
    [
        "a", "1", "0", "@", "a.", "a_", "- ", "+92 ", "0300 ", "(0300", "http://", "www.", "a@", "x@y.z ", "آپ ", "پانچ ", "5 lakh ", "do ",
        "50000 bheje aur ", "20 hazar do ", "kal ", "3 din ", "saal ", "12 saal ki ", "my sister 12 ", "class ", "umar ", "id ", "user name is ",
        "PK36 SCBL ", "12345 ", "rs ", "jo larka ", "the boy who ", "log jama ", "ghar ke bahar ", "pistol ", "mar ", "missing girl ", "🙂", "\n",
        "\u200b", "١٢٣", "my number is ", "whatsap", "dot ", "tid ", "x 3 ",
    ],
)  # fmt: skip
def test_long_texts_do_not_hang_it(piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    started = time.perf_counter()
    extract(text, NOW)
    detect(text)
    assert time.perf_counter() - started < 2


def test_beyond_the_longest_text_nothing_is_read() -> None:
    assert extract("a " * LONGEST + " paid Rs 5000").amount_pkr is None


def test_fast_enough() -> None:
    texts = [case["text"] for case in CASES]
    extract(texts[0])
    started = time.process_time()
    for text in texts:
        extract(text)
    assert len(texts) / (time.process_time() - started) > 300  # texts a second; about 2000 on an idle core
