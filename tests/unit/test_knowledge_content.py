"""The content of knowledge/: complete, sourced, and right where a mistake would hurt somebody."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

KNOWLEDGE = Path(__file__).resolve().parents[2] / "knowledge"
LANGUAGES = ("en", "ur", "ur-Latn")
FILES = ("offences", "procedure", "rights", "platforms", "helplines", "tips", "scams", "about")
KINDS = {"offence", "procedure", "rights", "platform", "helpline", "tip", "scam", "about"}
TOPICS = {
    *("law_punishment", "law_section", "what_counts", "cognizable_bail", "how_to_complain", "evidence"),
    *("privacy_anonymity", "cost_time", "where_office_helpline", "women_family_support", "children_parents"),
    *("account_recovery", "platform_removal", "bank_wallet_recovery", "password_account_safety"),
    *("scam_recognition", "sim_cnic", "social_media_safety", "extremism_reporting", "fake_news_law"),
    *("rights_of_accused", "bot_identity"),
}
INCIDENT_TYPES = {
    *("harassment", "blackmail", "fraud", "hacking", "impersonation", "child_abuse", "hate_extremism"),
    *("defamation", "other"),
}
PLATFORMS = {
    *("facebook", "instagram", "whatsapp", "tiktok", "x", "youtube", "telegram", "snapchat", "email", "sms"),
    *("phone_call", "website", "bank_wallet", "other"),
}
LIMITS = {"title": 120, "answer": 600, "more": 900, "example": 600}
LEAST_PHRASES = 8

COGNIZABLE = {"10", "13", "14", "20", "21", "22", "22A", "22B", "22C", "26A"}  # section 43 since Act II of 2025

# Section: most prison, most fine in rupees (None: the Act states none), and what else the section says.
FIGURES: dict[str, tuple[str, int | None, dict[str, Any]]] = {
    "3": ("3 months", 50_000, {}),
    "4": ("6 months", 100_000, {}),
    "5": ("2 years", 500_000, {}),
    "6": ("3 years", 1_000_000, {}),
    "7": ("5 years", 5_000_000, {}),
    "8": ("7 years", 10_000_000, {}),
    "9": ("7 years", 10_000_000, {}),
    "10": ("14 years", 50_000_000, {}),
    "11": ("7 years", None, {}),
    "12": ("7 years", None, {}),
    "13": ("3 years", 250_000, {"prison_max_critical": "7 years", "fine_max_critical_pkr": 5_000_000}),
    "14": ("2 years", 10_000_000, {}),
    "15": ("6 months", 50_000, {}),
    "16": ("3 years", 5_000_000, {}),
    "17": ("3 years", 500_000, {"cognizable_on_authority_complaint": True}),
    "18": ("3 years", 1_000_000, {}),
    "19": ("2 years", 500_000, {}),
    "20": ("3 years", 1_000_000, {}),
    "21": (
        "5 years",
        5_000_000,
        {
            "prison_max_minor": "7 years",
            "fine_max_minor_pkr": 5_000_000,
            "minor_prison_and_fine": True,
            "prison_repeat_minor": "10 years",
        },
    ),
    "22": ("20 years", None, {"prison_min_reported": "14 years", "fine_min_pkr": 1_000_000}),
    "22A": ("10 years", 10_000_000, {"prison_min": "5 years", "fine_min_pkr": 500_000}),
    "22B": ("20 years", None, {"prison_min": "14 years", "fine_min_pkr": 1_000_000}),
    "22C": ("20 years", None, {"prison_min": "14 years", "fine_min_pkr": 1_000_000}),
    "23": ("2 years", 1_000_000, {}),
    "24": ("3 years", 1_000_000, {"prison_max_minor": "5 years", "fine_max_minor_pkr": 10_000_000}),
    "24A": ("5 years", 500_000, {"prison_min": "1 year", "fine_min_pkr": 100_000}),
    "25": (
        "3 months",
        5_000_000,
        {
            "fine_min_pkr": 50_000,
            "fine_max_marketing_first_pkr": 50_000,
            "fine_min_marketing_repeat_pkr": 50_000,
            "fine_max_marketing_repeat_pkr": 1_000_000,
        },
    ),
    "26": ("3 years", 500_000, {}),
    "26A": ("3 years", 2_000_000, {}),
}

# Contacts that are dead, foreign or unconfirmed: never said anywhere.
NEVER = (
    *("1999", "1930", "1717", "1098", "1094", "111-111-425", "0304-1111741", "0800-22444", "051-2890505"),
    *("051-9106691", "0800-25625", "cybercrime.gov.in", "helpdesk@nr3c", "content-complaint@", "reportchildporn@"),
    *("Aadhaar", "₹", "IT Act", "IPC", "CHAUKAS"),
)
OLD_ROUTE = ("1991", "9911", "complaint.fia.gov.pk", "nr3c")  # only the item that corrects it
ARABIC_LETTERS = re.compile("[\u064a\u0643\u0649\u200e\u200f]")
OTHER_SCRIPTS = re.compile("[\u0900-\u097f\u0400-\u04ff\u4e00-\u9fff]")
URDU = re.compile("[\u0600-\u06ff]")


@lru_cache
def content(name: str) -> dict[str, Any]:
    """Content of knowledge/<name>.yml."""
    return dict(yaml.safe_load((KNOWLEDGE / f"{name}.yml").read_text(encoding="utf-8")))


@lru_cache
def items() -> tuple[dict[str, Any], ...]:
    """Every item of every file."""
    return tuple(item for name in FILES for item in content(name)["items"])


def by_id(name: str) -> dict[str, Any]:
    """One item."""
    return next(item for item in items() if item["id"] == name)


def said(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Language and text of all that an item states (what people ask is not a statement)."""
    for part in LIMITS:
        yield from item.get(part, {}).items()
    yield from item.get("hours", {}).get("text", {}).items()


def statement(item: dict[str, Any], language: str | None = None) -> str:
    """All that an item states, joined; of one language where it is given."""
    return "\n".join(text for lang, text in said(item) if language in (None, lang))


each_item = pytest.mark.parametrize("item", items(), ids=lambda item: str(item["id"]))
each_offence = pytest.mark.parametrize("item", content("offences")["items"], ids=lambda item: str(item["id"]))


@each_item
def test_item_is_complete(item: dict[str, Any]) -> None:
    """Every item has its texts in three languages, within the limits, and people's ways of asking."""
    assert item["kind"] in KINDS
    assert item["topic"] in TOPICS
    assert set(item.get("topics", [])) <= TOPICS
    assert set(item.get("incident_types", [])) <= INCIDENT_TYPES
    assert set(item.get("platforms", [])) <= PLATFORMS
    for part, limit in LIMITS.items():
        if part in item or part in ("title", "answer"):
            assert set(item[part]) == set(LANGUAGES), part
            assert all(0 < len(text) <= limit for text in item[part].values()), part
    for language in LANGUAGES:
        assert len(item["ask"][language]) >= LEAST_PHRASES, language


@each_item
def test_item_is_sourced(item: dict[str, Any]) -> None:
    """Every item names its source, its date, a grade that may be shown, and when it was last looked at."""
    assert item["source"]["name"]
    assert item["source"].get("url", "https://").startswith("https://")
    assert isinstance(item["as_of"], date)
    assert item["grade"] in ("H", "H1", "M")
    assert isinstance(item["checked_on"], date)
    assert item["as_of"] <= item["checked_on"]
    assert isinstance(item["checked_by"], str)


@each_item
def test_item_is_written_in_its_own_script(item: dict[str, Any]) -> None:
    """Urdu uses Urdu code points, the two Latin languages use no Urdu letters."""
    phrases = [(language, phrase) for language in LANGUAGES for phrase in item["ask"][language]]
    for language, text in [*said(item), *phrases]:
        assert not ARABIC_LETTERS.search(text), text
        assert not OTHER_SCRIPTS.search(text), text
        assert bool(URDU.search(text)) == (language == "ur") or text == item["title"]["ur"], text


@each_item
def test_what_rests_on_one_source_is_worded_with_care(item: dict[str, Any]) -> None:
    """Grade M is told as a report."""
    if item["grade"] == "M":
        assert "reported" in statement(item, "en").lower()
        assert "اطلاعات" in statement(item, "ur")
        assert "ittila" in statement(item, "ur-Latn").lower()


@each_item
def test_no_wrong_or_dead_contact_is_given(item: dict[str, Any]) -> None:
    """Dead numbers, other countries' channels and unconfirmed contacts appear in no statement."""
    text = statement(item) + str(item.get("contact", ""))
    for wrong in NEVER:
        assert not re.search(rf"(?<![\w-]){re.escape(wrong)}(?![\w-])", text), wrong
    if item["id"] != "helpline_old_fia_numbers":
        assert not any(old in text for old in OLD_ROUTE)


@each_item
def test_no_wrong_claim_about_the_act(item: dict[str, Any]) -> None:
    """Section numbers and rules that are often wrong elsewhere are not repeated here."""
    text = statement(item)
    assert not re.search(r"(?:section|s\.|dafa|دفعہ)\s*46", text, re.IGNORECASE)
    assert not re.search(r"(?:will|shall) (?:surely |certainly )?be arrested|guaranteed? (?:arrest|refund)", text)
    if "0800-39393" in text:
        assert "mental_health" not in item.get("needs", [])


def test_ids_are_unique_and_references_exist() -> None:
    """Each id is used once, and every see_also leads somewhere else."""
    ids = [item["id"] for item in items()]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in ids)
    for item in items():
        assert set(item.get("see_also", [])) <= set(ids) - {item["id"]}, item["id"]


def test_each_way_of_asking_belongs_to_one_item() -> None:
    """A phrase that leads to two items would make the answer a matter of luck."""
    owner: dict[str, str] = {}
    for item in items():
        for language in LANGUAGES:
            for phrase in item["ask"][language]:
                key = re.sub(r"\W+", " ", phrase.lower()).strip()
                assert owner.setdefault(key, item["id"]) == item["id"], phrase


def test_every_offence_of_the_act_is_there() -> None:
    """Sections 3 to 26A, each once."""
    assert [item["section"] for item in content("offences")["items"]] == list(FIGURES)


@each_offence
def test_figures_of_an_offence(item: dict[str, Any]) -> None:
    """The punishment as data equals the table above."""
    section = item["section"]
    prison, fine, rest = FIGURES[section]
    cognizable = section in COGNIZABLE
    assert item["figures"] == {
        "prison_max": prison,
        "fine_max_pkr": fine,
        "cognizable": cognizable,
        "bailable": not cognizable,
        "compoundable": not cognizable,
        **rest,
    }


@each_offence
def test_an_offence_says_its_figures(item: dict[str, Any]) -> None:
    """The punishment that a person reads is the one in the data, in all three languages."""
    prison, fine, rest = FIGURES[item["section"]]
    number, unit = prison.split()
    units = {"en": unit, "ur": {"y": "سال", "m": "ماہ"}[unit[0]], "ur-Latn": {"y": "saal", "m": "mahine"}[unit[0]]}
    sums = [value for value in (fine, *rest.values()) if type(value) is int]
    for language in LANGUAGES:
        answer = item["answer"][language]
        assert f"{number} {units[language]}" in answer
        assert all(f"{value:,}" in answer for value in sums), sums


@each_offence
def test_an_offence_says_whether_arrest_needs_a_court(item: dict[str, Any]) -> None:
    """Cognizable: without a warrant. Not cognizable: a court's permission first."""
    answer = item["answer"]["en"]
    if item["section"] in COGNIZABLE - {"20"}:
        assert "arrest without a warrant" in answer
    elif item["section"] not in {"17", "20"}:
        assert "needs a court's permission" in answer


def test_the_cognizable_list_is_told_in_full() -> None:
    """The lists in the procedures name exactly the sections of section 43."""
    for name in ("procedure_cognizable", "procedure_bail", "procedure_settlement"):
        for language in LANGUAGES:
            first = re.search(r"10[،,] 13[^.۔;؛:]*", by_id(name)["answer"][language])
            assert first, (name, language)
            assert set(re.findall(r"\d+[A-C]?", first[0])) >= COGNIZABLE, (name, language)


def test_section_20_is_told_as_contested() -> None:
    """Both High Courts and the advice to ask a lawyer; no other item is marked contested."""
    assert [item["id"] for item in items() if item["contested"]] == ["offence_20"]
    answer = by_id("offence_20")["answer"]["en"]
    assert all(word in answer for word in ("contested", "lawyer", "Islamabad High Court", "Lahore High Court"))
    assert "minor" not in by_id("offence_20")["figures"]


def test_section_22_is_not_the_old_one() -> None:
    """The punishment from before 2023 is gone."""
    answer = statement(by_id("offence_22"))
    assert not re.search(r"(?<!\d)7 (?:years|saal|سال)|5,000,000|seven years", answer)


def test_sections_24_and_24a() -> None:
    """Stalking is bailable and no terrorism; for bullying it is said that adults are unclear."""
    stalking = statement(by_id("offence_24"), "en")
    assert "bailable" in stalking
    assert "non-bailable" not in stalking
    assert "terror" not in stalking
    assert "unclear whether adults" in by_id("offence_24a")["answer"]["en"]


def test_the_old_route_is_corrected() -> None:
    """Who asks for the FIA numbers learns in the first line that 1799 took over."""
    for language in LANGUAGES:
        first = by_id("helpline_old_fia_numbers")["answer"][language].splitlines()[0]
        assert "1799" in first
        assert "1991" not in first


def test_contacts_of_helplines() -> None:
    """A contact has a known kind and a value; opening hours can be read by a machine."""
    for item in content("helplines")["items"]:
        if "contact" in item:
            assert item["contact"]["kind"] in ("phone", "url", "email", "sms")
            assert item["contact"]["value"]
        if "open" in item.get("hours", {}):
            assert re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", item["hours"]["open"])
        assert item["place"] in ("Pakistan", "Punjab")
        assert item["needs"]


def test_first_steps_exist_for_every_type_and_danger() -> None:
    """Three languages, short enough for one bubble."""
    steps = content("first_steps")["first_steps"]
    dangers = {"unsure", "money_moved", "threat_to_publish", "danger", "self_harm", "child", "account_lost"}
    dangers |= {"self_harm_other", "threat_without_pictures"}
    assert set(steps) == INCIDENT_TYPES | dangers
    for name, texts in steps.items():
        assert set(texts) == set(LANGUAGES), name
        for text in texts.values():
            assert len(text) <= 500, name
            assert not ARABIC_LETTERS.search(text), name
            assert not any(wrong in text for wrong in (*NEVER, *OLD_ROUTE)), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_steps_say_what_saves_a_life(language: str) -> None:
    """15 first in danger; the bank before NCCIA; both hash tools for a threat; nothing of a child is sent."""
    steps = {name: texts[language] for name, texts in content("first_steps")["first_steps"].items()}
    assert "15" in steps["danger"].splitlines()[0]
    assert steps["self_harm"].index("15") < steps["self_harm"].index("0311-7786264")
    assert "7" in steps["self_harm"]
    other = steps["self_harm_other"]
    assert other.index("15") < other.index("0311-7786264")
    assert not set("؟?") & set(other)
    assert "StopNCII" not in steps["threat_without_pictures"]
    assert "takeitdown" not in steps["threat_without_pictures"]
    assert "15" in steps["threat_without_pictures"]
    assert steps["money_moved"].index("JazzCash") < steps["money_moved"].index("1799")
    assert "042-111-003737" in steps["money_moved"]
    assert "StopNCII.org" in steps["threat_to_publish"]
    assert "takeitdown.ncmec.org" in steps["threat_to_publish"]
    assert "1121" in steps["child"]
    assert "StopNCII" not in steps["child"]


def test_offices_and_cities() -> None:
    """Cities only: no address, no phone; every town leads to a city with an office."""
    offices = content("offices")
    names = {office["name"]["en"] for office in offices["offices"]}
    provinces = {province["id"] for province in offices["provinces"]}
    assert len(names) == len(offices["offices"])
    assert len(offices["cities"]) >= 80
    owner: dict[str, str] = {}
    for city in offices["cities"]:
        assert city["office"] in names
        assert city["province"] in provinces
        for spelling in [*city["spellings"], *city.get("exact_spellings", [])]:
            assert owner.setdefault(spelling, city["name"]) == city["name"], spelling
            assert not ARABIC_LETTERS.search(spelling), spelling
    assert not re.search(r"\d", yaml.safe_dump(offices["offices"], allow_unicode=True))
