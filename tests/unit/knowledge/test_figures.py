"""Figures: the same in every language, and the same in every text as in the data of the offences."""

import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.knowledge import check as checks
from bot.knowledge.check import due_on, overdue, problems
from bot.knowledge.corrections import corrections
from bot.knowledge.follow_up import offence_answer
from bot.knowledge.load import Item, KnowledgeError, knowledge, load_items
from bot.knowledge.uses import find_item, own_texts, uses
from bot.triage.taxonomy import LANGUAGES

AMOUNT = re.compile(r"(?<![\d-])\d{1,3}(?:,\d{3})+(?![\d-])")
TERM = {
    "en": re.compile(r"(\d+) (year|month)s?\b"),
    "ur": re.compile(r"(\d+) (سال|ماہ)"),
    "ur-Latn": re.compile(r"(\d+) (saal|mahin)"),
}
UNIT = {"سال": "year", "ماہ": "month", "saal": "year", "mahin": "month"}
LEGAL = ("offence", "procedure", "rights", "helpline", "about")
BESIDE_PUNISHMENT = {("18", "year"), ("10", "year"), ("1", "year"), ("2", "year")}  # ages and keeping of data
each_item = pytest.mark.parametrize("item", knowledge().values(), ids=list(knowledge()))
each_offence = pytest.mark.parametrize(
    "item", [i for i in knowledge().values() if i.figures], ids=[i.id for i in knowledge().values() if i.figures]
)


def amounts(text: str) -> set[str]:
    """Rupee amounts of a text."""
    return set(AMOUNT.findall(text))


def terms(text: str, language: str) -> set[tuple[str, str]]:
    """Terms in years and months, without the ages that mark a minor."""
    found = {(number, UNIT.get(unit, unit)) for number, unit in TERM[language].findall(text)}
    return found - {("18", "year")}


def all_figures() -> tuple[set[str], set[tuple[str, str]]]:
    """Every amount and every term in the figures of the offences."""
    values = [v for item in knowledge().values() for v in item.figures.values() if not isinstance(v, bool)]
    sums = {f"{value:,}" for value in values if isinstance(value, int)}
    return sums, {(v.split()[0], v.split()[1].rstrip("s")) for v in values if isinstance(v, str)}


@each_item
def test_an_item_tells_the_same_figures_in_every_language(item: Item) -> None:
    if item.kind not in LEGAL:
        return  # a scam's example may say "10 hazar"
    for texts in (item.answer, item.more):
        if texts:
            assert amounts(texts["en"]) == amounts(texts["ur"]) == amounts(texts["ur-Latn"])
            if item.id == "rights_child_accused":
                continue  # ages, which English tells without "years"
            said = {language: terms(texts[language], language) for language in LANGUAGES}
            assert said["en"] == said["ur"] == said["ur-Latn"]


@each_item
def test_no_text_on_law_tells_a_figure_that_the_data_does_not_hold(item: Item) -> None:
    if item.kind not in LEGAL:
        return
    sums, lengths = all_figures()
    for language in LANGUAGES:
        text = f"{item.answer[language]} {item.more.get(language, '')}"
        assert amounts(text) <= sums
        assert terms(text, language) <= lengths | BESIDE_PUNISHMENT


@each_offence
def test_an_offence_tells_only_its_own_figures_and_all_of_them(item: Item) -> None:
    own = {f"{v:,}" for v in item.figures.values() if type(v) is int}
    for language in LANGUAGES:
        assert amounts(item.answer[language]) == own, language
    assert not [problem for problem in problems({item.id: item}, date(2026, 11, 22)) if "not told" in problem]


@each_offence
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_follow_up_tells_the_figures_of_the_data(item: Item, language: str) -> None:
    every = ("minor", "repeat", "prison", "fine", "bail", "arrest", "settlement")
    text = offence_answer(item, every, language)
    assert "{" not in text
    own = {f"{v:,}" for v in item.figures.values() if type(v) is int}
    assert amounts(text) <= own
    assert len(text) <= 800


def test_corrections_tell_figures_of_the_data() -> None:
    sums, lengths = all_figures()
    for correction in corrections():
        for language in LANGUAGES:
            assert amounts(correction.text[language]) <= sums, correction.id
            assert terms(correction.text[language], language) <= lengths, correction.id


def test_items_are_due_by_their_grade() -> None:
    item = knowledge()["offence_3"]
    assert (item.grade, due_on(item)) == ("H", date(2027, 11, 22))
    single = knowledge()["offence_24"]
    assert (single.grade, due_on(single)) == ("H1", date(2027, 5, 22))
    assert overdue(knowledge(), date(2026, 11, 23)) == []
    late = overdue(knowledge(), date(2027, 6, 1))
    assert {entry.grade for _, entry in late} == {"H1", "M"}
    assert len(late) > 40


def test_the_check_command_passes_and_lists() -> None:
    result = CliRunner().invoke(app, ["knowledge", "check"])
    assert result.exit_code == 0
    assert "complete in three languages" in result.output
    assert "overdue" in result.output


def _copy(folder: Path, change: tuple[str, str]) -> Path:
    text = (checks.KNOWLEDGE / "offences.yml").read_text(encoding="utf-8")
    assert change[0] in text
    (folder / "offences.yml").write_text(text.replace(change[0], change[1], 1), encoding="utf-8")
    return folder


def test_a_figure_changed_in_one_place_only_is_found() -> None:
    changed = knowledge()["offence_3"]
    twisted = Item(**{**changed.__dict__, "figures": {**changed.figures, "fine_max_pkr": 60_000}})
    found = list(problems({"offence_3": twisted}, date(2026, 11, 22)))
    assert len([line for line in found if "fine_max_pkr (60000) is not told" in line]) == len(LANGUAGES)
    stalking = knowledge()["offence_24"]
    longer = Item(**{**stalking.__dict__, "figures": {**stalking.figures, "prison_max": "4 years"}})
    found = list(problems({"offence_24": longer}, date(2026, 11, 22)))
    assert len([line for line in found if "prison_max (4 years) is not told" in line]) == len(LANGUAGES)


@pytest.mark.parametrize(
    "change",
    [
        ("      ur-Latn: 'Dafa 3: bila", "      xx: 'Dafa 3: bila"),
        ("    source:\n      name: Prevention", "    source:\n      title: Prevention"),
        ("    checked_on: 2026-11-22\n", ""),
        ("    grade: H\n", "    grade: L\n"),
        ("see_also: [offence_4,", "see_also: [offence_99,"),
    ],
    ids=["language", "source", "checked_on", "grade", "cross-reference"],
)
def test_what_is_missing_stops_the_load(tmp_path: Path, change: tuple[str, str]) -> None:
    with pytest.raises(KnowledgeError, match=r"offence|see_also"):
        load_items(_copy(tmp_path, change))


def test_what_a_change_touches_is_listed() -> None:
    item = find_item(knowledge(), "s.24")
    assert item is knowledge()["offence_24"]
    assert find_item(knowledge(), "24a") is knowledge()["offence_24a"]
    assert find_item(knowledge(), "nothing") is None
    assert {use.place for use in own_texts(item)} >= {f"answer.{language}" for language in LANGUAGES}
    found = uses(item)
    assert any(use.file == "knowledge/corrections.yml" and item.figures["prison_max"] in use.why for use in found)
    assert any("procedure_cognizable" in use.place for use in found)
    result = CliRunner().invoke(app, ["knowledge", "uses", "24"])
    assert result.exit_code == 0
    assert "other places" in result.output


def test_a_section_in_a_list_is_found() -> None:
    names = {use.place for use in uses(knowledge()["offence_22b"])}
    assert any("procedure_bail" in place for place in names)
    assert any("rights_pressure_settle" in place for place in names)
