"""What a few words mean after a cry for help was answered, and what is no cry for help."""

from typing import Any

import pytest

from bot.triage.after_crisis import TURNS, kind_of, one_turn_later, remembered, reply_to, response_of
from bot.triage.choices import choice_in_words
from bot.triage.interview import Facts, Outcome, start, take_turn
from bot.triage.talk import is_false_alarm, is_likely_danger, is_of_another, speaks_of_danger, threatens_violence
from bot.triage.turn import Turn, progress
from tests.auxil.spoken import said, tapped

STORY = "a man on facebook sends me dirty messages every day"
BLACKMAIL = {"incident_type": "blackmail", "confidence": 0.9}


def heard(outcome: Outcome) -> list[str | None]:
    return [say.response or say.first_steps for say in outcome.say]


def consented(text: str = STORY, **found: Any) -> Facts:
    told = {"incident_type": "harassment", "confidence": 0.9, **found}
    return take_turn(start({}, said(text, **told)).facts, "consent", tapped("consent", "yes")).facts


def reply(text: str, intent: str = "crisis", *, kind: str = "self_harm", draft: bool = True) -> str | None:
    return reply_to(remembered(kind), said(text, intent), draft=draft)


@pytest.mark.parametrize(
    ("text", "intent", "wanted"),
    [
        ("nobody", "unclear", "nobody"),
        ("nahi", "deny", "nobody"),
        ("nahi", "unclear", "nobody"),
        ("no one is here", "crisis", "nobody"),
        ("mere paas koi nahi hai", "crisis", "nobody"),
        ("کوئی نہیں", "unclear", "nobody"),
        ("i am alone", "crisis", "nobody"),
        ("main akeli hun", "crisis", "nobody"),
        ("i am not ok", "crisis", "nobody"),
        ("15 pe koi nahi utha raha", "report", "nobody"),
        ("wo behosh hai", "question", "nobody"),
        ("i dont know", "skip", "nobody"),
        ("i keep crying", "chitchat", "nobody"),
        ("my brother is here with me", "report", "near"),
        ("haan meri behan hai sath", "crisis", "near"),
        ("میری امی میرے پاس ہیں", "report", "near"),
        ("my mother", "unclear", "near"),
        ("i am safe now", "crisis", "safe"),
        ("i am ok now", "unclear", "safe"),
        ("nahi me theek hu", "crisis", "safe"),
        ("nahi me theek hu", "deny", "safe"),
        ("15 pe call kar di", "status", "safe"),
        ("she is in hospital now", "report", "safe"),
        ("میں اب ٹھیک ہوں", "unclear", "safe"),
        ("ok i will call 15", "question", "safe"),
        ("haan ji", "affirm", "go_on"),
        ("yes", "affirm", "go_on"),
        ("aage chalo", "unclear", "go_on"),
        ("han jari rakho", "unclear", "go_on"),
        ("آگے چلیں", "unclear", "go_on"),
        ("ok", "affirm", "heard"),
        ("theek hai", "affirm", "heard"),
    ],
)
def test_a_few_words_answer_the_help(text: str, intent: str, wanted: str) -> None:
    assert reply(text, intent) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "i took 30 pills now",
        "nobody is here and i want to die",
        "my brother is here, he is going to kill me with a gun",
        "main ab jeena nahi chahti",
        "مجھے مرنا ہے",
        "a man hacked my facebook account and asks my friends for money with my name",
        "what is the punishment for blackmail",
    ],
)
def test_new_danger_and_other_matters_are_no_answer(text: str) -> None:
    assert reply(text) is None


def test_a_friend_in_a_story_is_nobody_near() -> None:
    turn = said("mere dost ne mere sath fraud kiya", incident_type="fraud", confidence=0.9)
    assert reply_to(remembered("self_harm"), turn, draft=False) is None


def test_without_help_before_nothing_is_an_answer_to_it() -> None:
    assert reply_to(None, said("nobody", "unclear"), draft=True) is None
    assert reply_to(remembered("self_harm"), Turn("choose", field="consent", choice="yes"), draft=True) is None
    assert reply("stop", "stop") is None
    assert reply("should i call 15?", "question") is None
    assert reply("kya main 15 pe call karun", "question") is None
    assert reply("rehne do nahi karni", "unclear") is None


def test_it_gets_worse_with_somebody_else() -> None:
    assert reply("she is not breathing", kind="self_harm_other") == "near"
    assert speaks_of_danger("she is not breathing")


def test_yes_without_a_complaint_means_that_somebody_is_near() -> None:
    assert reply("haan ji", "affirm", draft=False) == "near"


def test_who_is_attacked_is_not_told_to_stay_with_somebody_that_is_feared() -> None:
    assert reply("my husband is here", kind="danger") is None
    assert reply("he is here", kind="danger") is None
    assert reply("my sister is with me", kind="danger") == "near"


def test_help_is_remembered_for_some_turns() -> None:
    state: dict[str, Any] | None = remembered("danger")
    for _ in range(TURNS - 1):
        state = one_turn_later(state)
        assert state is not None
    assert one_turn_later(state) is None
    assert one_turn_later(None) is None


def test_what_is_said_depends_on_the_danger_and_on_the_draft() -> None:
    assert response_of("nobody", "self_harm", draft=True) == "utter_after_crisis_nobody"
    assert response_of("near", "self_harm_other", draft=True) == "utter_after_other_near"
    assert response_of("nobody", "child", draft=False) == "utter_after_danger_nobody"
    assert response_of("safe", "danger", draft=True) == "utter_after_crisis_safe"
    assert response_of("safe", "danger", draft=False) == "utter_after_crisis_safe_only"


@pytest.mark.parametrize(
    "text",
    [
        "my friend took pills because of her video",
        "my friend took pills what should i do",
        "my sister wants to kill herself",
        "she has cut her wrist",
        "meri dost ne neend ki goliyan kha li hain",
        "mere bhai ne zeher pi liya hai",
        "میری سہیلی نے زہر کھا لیا ہے",
    ],
)
def test_somebody_elses_life(text: str) -> None:
    assert is_of_another(text)
    assert kind_of(["self_harm"], text) == "self_harm_other"


@pytest.mark.parametrize(
    "text",
    [
        "i took pills",
        "I want to kill myself, my friend shared my video and took money",
        "main marna chahti hoon, us ne meri video phaila di",
        "wo tasveerein viral kar raha hai main khudkushi kar lungi",
        "میری دوست نے سب کو بتا دیا، میں زہر کھا لوں گی",
    ],
)
def test_the_writers_own_life(text: str) -> None:
    assert kind_of(["self_harm"], text) == "self_harm"


def test_somebody_elses_life_in_the_middle_of_a_complaint() -> None:
    outcome = take_turn(consented(), "city", said("my friend took pills", "crisis", risk_flags=["self_harm"]))
    assert outcome.ended == "suspended"
    assert outcome.say[0].values == {"kind": "self_harm_other"}


@pytest.mark.parametrize(
    "text",
    [
        "alone",
        "i am alone in this",
        "i am alone, dont tell my parents",
        "usne aaj phir call ki",
        "usne aaj phir message kiya",
        "us ne mujhe maar dala hai tension se",
        "اکیلی",
    ],
)
def test_few_words_without_danger_are_no_alarm(text: str) -> None:
    turn = said(text, "crisis", kind_confidence=0.95)
    assert not speaks_of_danger(text)
    assert is_false_alarm(turn)


@pytest.mark.parametrize(
    "text",
    [
        "someone is calling me again and again and abusing me from 0333 1234567",
        "i am scared of court, will my name be in newspaper",
        "i did fraud with someone, i am sorry, police coming?",
    ],
)
def test_a_longer_text_without_danger_is_no_alarm_at_a_low_probability(text: str) -> None:
    turn = said(text, "crisis", kind_confidence=0.6)
    assert is_false_alarm(turn)
    assert not is_likely_danger(turn)
    outcome = take_turn(consented(), "city", turn)
    assert (outcome.ended, "utter_if_in_danger" in heard(outcome)) == (None, False)


@pytest.mark.parametrize(
    "text",
    ["i feel so alone and tired", "bohat akeli hun, koi nahi mera", "nobody is there, i am alone and empty", "میں بہت تنہا ہوں"],
)  # fmt: skip
def test_loneliness_with_feeling_stays_a_hint(text: str) -> None:
    assert speaks_of_danger(text)
    assert not is_false_alarm(said(text, "crisis", kind_confidence=0.6))


def test_alone_answers_whether_an_adult_knows() -> None:
    facts = {**consented(minor=True), "on_behalf_of": "self_minor"}
    turn = said("i am alone, dont tell my parents", "crisis", risk_flags=["self_harm"], kind_confidence=0.9)
    outcome = take_turn(facts, "adult_support", turn)
    assert outcome.ended is None
    assert outcome.facts["adult_support"] == "no"
    assert "utter_if_in_danger" not in heard(outcome)


def test_a_hint_in_an_answer_is_an_answer() -> None:
    turn = said(
        "yesterday he sent me a threat again, in Lahore", "crisis", risk_flags=["violence"], kind_confidence=0.5
    )
    assert speaks_of_danger(turn.text)
    outcome = take_turn(consented(), "when_city", turn)
    assert outcome.ended is None
    assert outcome.facts["city"]["name"] == "Lahore"


def test_a_certain_danger_in_an_answer_is_still_one() -> None:
    turn = said("yesterday in Lahore, i want to kill myself", "crisis", risk_flags=["self_harm"])
    assert take_turn(consented(), "when_city", turn).ended == "suspended"


@pytest.mark.parametrize(
    "text",
    [
        "5 lakh do warna tezab phenk dunga aisa kehta hai",
        "kehta hai dosti karo warna tezab phenk dunga",
        "he says pay 2 lakh or i will kill you",
        "wo kehta hai paise do warna bete ko utha lunga",
        "کہتا ہے پیسے دو ورنہ تیزاب پھینک دوں گا",
    ],
)
@pytest.mark.parametrize("flags", [[], ["threat_to_publish"], ["threat_to_publish", "violence"]])
def test_threatened_violence_brings_15_before_the_advice_and_nothing_of_pictures(text: str, flags: list[str]) -> None:
    """Whatever is flagged: the trained guess takes nearly every demand for a threat to publish."""
    assert threatens_violence(text)
    outcome = start({}, said(text, **BLACKMAIL, risk_flags=flags))
    assert heard(outcome) == ["utter_if_in_danger", "threat_without_pictures"]
    again = take_turn(outcome.facts, "consent", tapped("consent", "yes"))
    assert not {"utter_if_in_danger", "blackmail", "threat_without_pictures"} & set(heard(again))


def test_a_threat_about_pictures_still_says_what_stops_them() -> None:
    flagged = start({}, said("wo sab ko bhej dega warna paise do", **BLACKMAIL, risk_flags=["threat_to_publish"]))
    assert heard(flagged) == ["threat_to_publish"]
    told = start({}, said("he has my pictures and wants money", **BLACKMAIL, risk_flags=[]))
    assert heard(told) == ["threat_to_publish"]
    later = take_turn(start({}, said("he wants 2 lakh from me or else", **BLACKMAIL)).facts, "consent",
                      said("he will send my video to everyone", **BLACKMAIL, risk_flags=["threat_to_publish"]))  # fmt: skip
    assert "threat_to_publish" in heard(later)


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        *((text, "delete") for text in (
            "mita do", "mita dein", "haan mita do", "delete", "delete it", "delete kar do", "yes delete it", "حذف کر دیں")),
        *((text, "keep") for text in ("save rakho", "keep it", "رکھ لیں", "haan save kar lo", "keep it please")),
        *((text, None) for text in (
            "don't delete it", "delete nahi karna", "keep it or delete it", "Lahore", "مٹا نہ دیں")),
    ],
)  # fmt: skip
def test_stopping_in_words(text: str, choice: str | None) -> None:
    assert choice_in_words("stop_choice", said(text, "unclear")) == choice


def test_deleted_and_kept_in_words() -> None:
    facts = consented()
    assert take_turn(facts, "stop_choice", said("haan mita do", "affirm")).ended == "cancelled"
    kept = take_turn(facts, "stop_choice", said("save rakho", "unclear"))
    assert (kept.ended, heard(kept)) == ("suspended", ["utter_draft_kept"])
    assert take_turn(facts, "stop_choice", said("don't delete it", "unclear")).ended is None


@pytest.mark.parametrize("text", ["rehne do nahi karni", "leave it, i don't want to", "شکایت نہیں کرنی"])
@pytest.mark.parametrize("requested", ["consent", "city", "confirm", None])
def test_giving_up_is_asked_about(text: str, requested: str | None) -> None:
    outcome = take_turn(consented(), requested, said(text, "unclear"))
    assert (outcome.ended, outcome.ask) == (None, "stop_choice")


def test_stop_with_the_form_suspended_asks_what_becomes_of_the_draft() -> None:
    assert take_turn(consented(), None, Turn("stop", "stop")).ask == "stop_choice"


@pytest.mark.parametrize(
    ("text", "intent", "said_of_it"),
    [
        ("yes both", "affirm", "utter_both_in_one"),
        ("both", "unclear", "utter_both_in_one"),
        ("dono", "unclear", "utter_both_in_one"),
        ("دونوں", "unclear", "utter_both_in_one"),
        ("alag alag", "unclear", "utter_second_later"),
        ("separately", "unclear", "utter_second_later"),
        ("الگ", "unclear", "utter_second_later"),
        ("rehne do", "skip", "utter_going_on"),
    ],
)
def test_a_second_matter_in_words(text: str, intent: str, said_of_it: str) -> None:
    also = said("also somebody hacked my gmail account last week", incident_type="hacking", confidence=0.9)
    asked = take_turn(consented(), "city", also)
    assert asked.ask == "other_matter"
    outcome = take_turn(asked.facts, "other_matter", said(text, intent))
    assert said_of_it in heard(outcome)
    assert outcome.ask != "other_matter"
    assert progress(outcome.facts).get("other_story") is None
