"""Every word a person reads: present in three languages, true, and without anything that must never be said."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bot.knowledge.load import knowledge
from bot.settings import PROJECT
from bot.triage.choices import RELATIONSHIPS, WHOM
from bot.triage.plan import CHANGEABLE, CHOICES, fields_of, plan
from bot.triage.taxonomy import ADULT_SUPPORT, DESIRED_OUTCOMES, INCIDENT_TYPES, LANGUAGES, PLATFORMS, UNSURE
from tests.auxil.wording import FORBIDDEN

FILES = sorted((PROJECT / "data" / "responses").glob("*.yml"))


def all_responses() -> dict[str, list[dict[str, Any]]]:
    return {n: v for f in FILES for n, v in yaml.safe_load(f.read_text("utf-8"))["responses"].items()}


def language_of(variation: dict[str, Any]) -> str:
    conditions = variation.get("condition") or []
    return next((c["value"] for c in conditions if c["name"] == "language"), "en")


def texts() -> Iterator[tuple[str, str, str]]:
    for name, variations in all_responses().items():
        for variation in variations:
            yield name, language_of(variation), variation.get("text", "")
            for button in variation.get("buttons", []):
                yield name, language_of(variation), button["title"]


def test_every_response_exists_in_every_language() -> None:
    """No response is missing in a language, with the same buttons in each."""
    for name, variations in all_responses().items():
        assert sorted(language_of(v) for v in variations) == sorted(LANGUAGES), name
        payloads = [[b["payload"] for b in v.get("buttons", [])] for v in variations]
        assert all(p == payloads[0] for p in payloads), name


def test_every_response_uses_the_same_placeholders_in_every_language() -> None:
    """A value that is told in one language is told in all."""
    for name, variations in all_responses().items():
        found = [sorted(re.findall(r"{(\w+)}", v.get("text", ""))) for v in variations]
        assert all(f == found[0] for f in found), name


def test_urdu_is_in_urdu_letters() -> None:
    """Urdu texts use Urdu code points; the other two languages use no Arabic script, except the name of Urdu itself."""
    for name, language, text in texts():
        if language == "ur":
            assert not set(text) & set("يكهىة"), f"{name}: {text}"
        elif text != "اردو":
            assert not re.search("[\u0600-\u06ff]", text), f"{name}: {text}"


def knowledge_texts() -> Iterator[tuple[str, str]]:
    """Every text of knowledge/ with its place."""
    for file in sorted((PROJECT / "knowledge").glob("*.yml")):
        yield from _strings(file.stem, yaml.safe_load(file.read_text("utf-8")))


def _strings(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in {"ask", "spellings"}:  # how people ask, not what is said to them
                yield from _strings(f"{place}.{key}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(place, inner)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_forbidden_is_said(what: str) -> None:
    """No request for intimate pictures or secrets, no promise, no claim of a police case; in knowledge/ neither."""
    said = [*((name, text) for name, _, text in texts()), *knowledge_texts()]
    found = [(place, text) for place, text in said if re.search(FORBIDDEN[what], text, re.I)]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("asking for the picture", "Please send me the picture as proof"),
        ("asking for the picture", "apni tasveer mujhe bhejein"),
        ("asking for the picture", "اپنی تصویر یہاں بھیجیں"),
        ("promising arrest", "Do not worry, he will be arrested"),
        ("promising arrest", "wo giraftar ho jayega"),
        ("filed with the police", "Your complaint was filed with the police"),
        ("filed with the police", "ایف آئی آر درج ہو گئی"),
        ("asking for secrets", "tell me your OTP"),
        ("asking for secrets", "apna password likhein"),
    ],
)
def test_the_forbidden_list_finds_what_it_is_for(what: str, text: str) -> None:
    """A pattern that matches nothing would protect nobody."""
    assert re.search(FORBIDDEN[what], text, re.I)


def test_buttons_lead_somewhere() -> None:
    """Every payload names an intent of the domain, a field of the form and an item of knowledge/ that exist."""
    domain = yaml.safe_load((PROJECT / "domain.yml").read_text("utf-8"))
    intents = {next(iter(i)) if isinstance(i, dict) else i for i in domain["intents"]}
    for name, variations in all_responses().items():
        for button in variations[0].get("buttons", []):
            intent, _, values = button["payload"].removeprefix("/").partition("{")
            carried = json.loads("{" + values) if values else {}
            assert intent in intents, name
            assert "item" not in carried or carried["item"] in knowledge(), f"{name}: {carried}"


BY_ACTION = {"desired_outcome": "utter_ask_wishes"}  # asked by an action that orders the buttons


def test_every_question_of_the_form_has_its_words() -> None:
    """Each field can be asked, explained and asked again."""
    responses = all_responses()
    asked = {f for fields in plan()["questions"].values() for f in fields}
    asked |= {*plan()["tip_off"], *plan()["of_a_minor"]}
    for field in asked | {f for question in asked for f in fields_of(question)}:
        ask = BY_ACTION.get(field, f"utter_ask_complaint_form_{field}")
        for response in (ask, f"utter_why_{field}", f"utter_not_found_{field}"):
            assert response in responses, response


def test_every_choice_says_why_it_is_asked() -> None:
    """Also the questions that no plan lists."""
    assert {f"utter_why_{name}" for name in {*CHOICES, "description", "type_confirmed", "consent"}} <= set(
        all_responses()
    )


def test_everything_named_has_a_label_in_every_language() -> None:
    """Types, platforms and fields are never shown by their code names."""
    labels = yaml.safe_load((PROJECT / "knowledge" / "labels.yml").read_text("utf-8"))
    for group, names in (
        ("incident_types", [*INCIDENT_TYPES, UNSURE]),
        ("platforms", PLATFORMS),
        ("fields", CHANGEABLE),
        ("relationships", RELATIONSHIPS),
        ("whom", WHOM),
        ("adult_support", ADULT_SUPPORT),
        ("outcomes", DESIRED_OUTCOMES),
    ):
        for name in names:
            assert set(labels[group][name]) == set(LANGUAGES), f"{group}.{name}"
