"""The gateway's own words: complete in three languages, in the form of Rasa's responses."""

import re
from pathlib import Path

import pytest
import yaml

from bot.settings import PROJECT
from bot.wording import Wording, WordingError

FILE = PROJECT / "data" / "responses" / "gateway.yml"
ARABIC_LETTERS = re.compile("[\u064a\u0643\u0649\u0629]")


def write(folder: Path, text: str) -> Path:
    (folder / "gateway.yml").write_text(text, encoding="utf-8")
    return folder


def test_text_in_the_persons_language_with_values() -> None:
    reply = Wording().say("too_long", "ur", limit=5000)
    assert reply.language == "ur"
    assert "5000" in reply.text
    assert "{" not in reply.text
    assert reply.seq == 0


def test_unknown_language_falls_back_to_english() -> None:
    assert Wording().say("empty", "fr") == Wording().say("empty", "en")


def test_labels_are_the_same_set_in_every_language() -> None:
    labels = Wording().labels()
    assert set(labels) == {"en", "ur", "ur-Latn"}
    assert len({frozenset(by_name) for by_name in labels.values()}) == 1
    assert all(text for by_name in labels.values() for text in by_name.values())


def test_values_are_not_read_as_placeholders_again() -> None:
    assert "{limit}" in Wording().say("too_fast", "en", seconds="{limit}").text


@pytest.mark.parametrize(
    "text",
    ["", "responses:\n  - x", "no: [", "responses:\n  utter_gateway_x:\n  - text: only one\n"],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(WordingError, match=r"gateway\.yml"):
        Wording(write(tmp_path, text))


def test_a_missing_language_is_named(tmp_path: Path) -> None:
    condition = "condition: [{type: slot, name: language, value: en}]"
    folder = write(tmp_path, f"responses:\n  utter_gateway_x:\n  - text: hello\n    {condition}\n")
    with pytest.raises(WordingError, match="utter_gateway_x"):
        Wording(folder)


def test_file_is_made_of_rasa_responses() -> None:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert content["version"] == "3.1"
    for name, variations in content["responses"].items():
        assert name.startswith("utter_gateway_")
        placeholders = {tuple(sorted(re.findall(r"\{(\w+)\}", variation["text"]))) for variation in variations}
        assert len(placeholders) == 1, name
        for variation in variations:
            (condition,) = variation["condition"]
            assert condition["type"] == "slot"
            assert condition["name"] == "language"


def test_urdu_is_written_with_urdu_letters() -> None:
    for variations in yaml.safe_load(FILE.read_text(encoding="utf-8"))["responses"].values():
        by_language = {variation["condition"][0]["value"]: variation["text"] for variation in variations}
        assert not ARABIC_LETTERS.search(by_language["ur"])
        assert not re.search("[\u0600-\u06ff]", by_language["ur-Latn"] + by_language["en"])
