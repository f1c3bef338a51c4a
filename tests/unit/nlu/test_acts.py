"""Dialogue acts are whole short messages, never a word inside a story."""

from pathlib import Path

import pytest

from bot.nlu.acts import Acts

ACTS = Acts.of(
    {"yes": "affirm", "ji haan": "affirm", "bhej dein": "affirm", "no": "deny", "stop": "stop", "skip": "skip", "thanks": "thanks",
     "جی ہاں": "affirm", "please": "affirm", "!!": "nothing"}
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Yes", "affirm"), ("yes!!", "affirm"), ("YES.", "affirm"), ("  ji   haan ", "affirm"), ("جی ہاں۔", "affirm"), ("stop", "stop"),
        ("ji haan, bhej dein", "affirm"), ("yes please thanks", "affirm"), ("no thanks", "deny"), ("thanks", "thanks"),
    ],
)  # fmt: skip
def test_the_whole_message_is_the_act(text: str, act: str) -> None:
    assert ACTS.find(text) == act


@pytest.mark.parametrize(
    "text",
    [
        "he will not stop sending my photos",
        "yes but he hacked me",
        "yes no",
        "",
        "!!",
        "?",
        "no " * 60,
        "stop " * 9,
        "yesterday",
        "0",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert ACTS.find(text) is None


def test_saved_and_loaded_are_the_same(tmp_path: Path) -> None:
    ACTS.save(tmp_path / "acts.json")
    assert Acts.load(tmp_path / "acts.json") == ACTS
