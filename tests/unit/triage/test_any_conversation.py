"""Whatever a person does, in whatever order: every turn leads on, has its words, and loses nothing."""

from functools import lru_cache

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.texts import first_steps
from bot.settings import PROJECT
from bot.triage.draft import draft_from
from bot.triage.interview import FACTS, Facts, Turn, next_field, start, take_turn
from bot.triage.plan import CHOICES, FIRST, plan
from bot.triage.record import build_record, new_reference
from bot.triage.summary import noted_text, summary_text
from bot.triage.taxonomy import DESIRED_OUTCOMES, INCIDENT_TYPES, LANGUAGES
from tests.auxil.records import NOW
from tests.auxil.spoken import said, tapped

QUESTIONS = {*FIRST, *CHOICES, *plan()["groups"], *(f for fields in plan()["groups"].values() for f in fields)} | {
    name for names in [*plan()["questions"].values(), plan()["tip_off"], plan()["of_a_minor"]] for name in names
}
BY_ACTION = {"type_confirmed", "consent", "confirm", "change_line", "desired_outcome"}
ACTS = (
    "affirm", "deny", "skip", "stop", "go_back", "start_over", "show_draft", "change", "why_asked", "help", "greet",
    "thanks", "goodbye", "continue_report", "start_report", "choose_language",
)  # fmt: skip
SENTENCES = (
    "he took Rs 50000 from me on WhatsApp", "0301 2345678", "kal, Lahore", "Facebook nahi Instagram", "my name is Sana",
    "why do you ask?", "also someone hacked my Facebook account last week", "bakwas hai", "sdfghjk", "mehfooz nahi",
    "I want to die", "ghar walon ko pata na chale", "Dubai", "nahi", "میری بیٹی کو تنگ کرتا ہے", "TID 48213397",
    "he will not stop", "only Zara, zara@example.com", "I am 15, ammi knows", "bas yehi",
    "yes but it was 25 thousand not 2500", "",
)  # fmt: skip
INTENTS = ("report", "tip_off", "question", "chitchat", "out_of_scope", "unclear", "crisis", "status")


@lru_cache
def words() -> frozenset[str]:
    """Names of all responses."""
    files = (PROJECT / "data" / "responses").glob("*.yml")
    return frozenset(name for file in files for name in yaml.safe_load(file.read_text("utf-8"))["responses"])


typed = st.builds(
    lambda text, intent, incident, wishes: said(
        text, intent, incident_type=incident, confidence=0.9, desired_outcome=wishes
    ),
    st.sampled_from(SENTENCES),
    st.sampled_from(INTENTS),
    st.sampled_from([*INCIDENT_TYPES, "unsure"]),
    st.lists(st.sampled_from(DESIRED_OUTCOMES), max_size=2, unique=True),
)
acts = st.sampled_from(ACTS).map(lambda act: Turn(act, act))
taps = st.builds(
    tapped,
    st.sampled_from(sorted(QUESTIONS | {"incident_type"})),
    st.sampled_from(["yes", "no", "skip", "change", "stop", "keep", "delete", "again", "both", "later", "anonymous",
                     "not_safe", "self", "self_minor", "not_yet", "my_child", "whatsapp", "fraud", "money_back",
                     "advice_only", "several", "all_said", "city", "x"]),
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of(typed, acts, taps), min_size=1, max_size=14))
def test_any_sequence_of_turns_leads_on_and_has_its_words(turns: list[Turn]) -> None:
    """No dead end, no missing text, no unknown slot; whatever could be submitted makes a record."""
    facts: Facts = {}
    asked: str | None = None
    for turn in turns:
        outcome = start(facts, turn) if asked is None else take_turn(facts, asked, turn)
        facts, asked = outcome.facts, outcome.ask
        assert set(facts) <= set(FACTS)
        assert (asked is None) == (outcome.ended is not None)
        assert asked is None or asked in QUESTIONS
        if asked and asked not in BY_ACTION:
            assert f"utter_ask_complaint_form_{asked}" in words()
        for thing in outcome.say:
            if thing.first_steps:
                assert all(first_steps(thing.first_steps, language) for language in LANGUAGES)
            else:
                assert thing.response in words() | {"crisis", "summary"}
            for language in LANGUAGES:
                assert noted_text(list(thing.values.get("fields") or ()), facts, language) is not None
        if facts.get("consent") and facts.get("incident_type") and facts.get("description"):
            assert summary_text(facts, "ur")
            build_record(draft_from(facts, channel="web", language="ur"), reference=new_reference(), now=NOW)
        if outcome.ended in {"cancelled", "declined", "submit"}:
            facts, asked = {}, None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(typed, acts), min_size=1, max_size=8))
def test_without_an_explicit_yes_nothing_is_ever_submitted(turns: list[Turn]) -> None:
    """Only a yes at the summary, by word or button, submits."""
    facts: Facts = start({}, said(SENTENCES[0], "report", incident_type="fraud", confidence=0.9)).facts
    asked: str | None = next_field(facts)
    for turn in turns:
        outcome = take_turn(facts, asked, turn)
        if outcome.ended == "submit":
            assert (asked, turn.intent) == ("confirm", "affirm")
            return
        facts, asked = outcome.facts or facts, outcome.ask
