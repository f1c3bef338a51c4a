"""The quiz as a conversation: rounds, answers in any form, keeping the place, retaking, the certificate."""

import json

import pytest

from bot.learning.questions import Quiz, quiz
from bot.learning.quiz import MIXED, Outcome, State, Turn, is_answer, new_round, show, shuffled, take_turn
from bot.triage.taxonomy import LANGUAGES

CONTENT = quiz()


def say(state: State | None, intent: str, text: str = "", language: str = "en", confidence: float = 0.5) -> Outcome:
    return take_turn(state, Turn(intent, text, confidence=confidence), CONTENT, language)


def tap(state: State | None, choice: str, language: str = "en") -> Outcome:
    return take_turn(state, Turn("quiz_choose", choice=choice), CONTENT, language)


def kept(outcome: Outcome) -> State:
    """The state as Rasa keeps it: through JSON."""
    assert outcome.state is not None
    return dict(json.loads(json.dumps(outcome.state)))


def offered(outcome: Outcome) -> dict[str, str]:
    """Payload value by title, of the last thing said."""
    return {
        button["title"]: json.loads("{" + button["payload"].partition("{")[2])["quiz_choice"]
        for button in outcome.say[-1].buttons
    }


def answer(state: State, right: bool = True) -> Outcome:
    """Tap the right or a wrong choice of the open question."""
    return tap(state, f"answer:{state['todo'][0]}:{0 if right else 1}")


def play(state: State, wrong: int = 0) -> Outcome:
    """Answer everything that is open, the first `wrong` of them wrongly."""
    outcome = show(state, CONTENT, "en")
    for number in range(len(state["todo"])):
        outcome = answer(kept(outcome), right=number >= wrong)
    return outcome


def test_a_mixed_round_has_ten_questions_over_all_topics() -> None:
    asked = new_round(CONTENT, None, "x")["ids"]
    assert len(asked) == len(set(asked)) == MIXED
    assert {CONTENT.questions[name].topic for name in asked} == set(CONTENT.topics)


@pytest.mark.parametrize("topic", CONTENT.topics)
def test_a_topic_has_at_least_four_questions_and_no_others(topic: str) -> None:
    asked = new_round(CONTENT, topic, "x")["ids"]
    assert len(asked) >= 4
    assert {CONTENT.questions[name].topic for name in asked} == {topic}


def test_rounds_differ() -> None:
    assert len({tuple(new_round(CONTENT, None, str(seed))["ids"]) for seed in range(20)}) == 20


def test_the_right_answer_is_not_always_the_same_letter() -> None:
    places = [shuffled(q, "x").index(0) for q in CONTENT.questions.values()]
    assert all(places.count(place) >= 10 for place in range(3))


def test_menu_and_start() -> None:
    menu = say(None, "quiz")
    assert menu.say[0].response == "utter_quiz_menu"
    assert not menu.open
    asked = tap(None, offered(menu)["10 mixed questions"])
    assert asked.open
    assert asked.say[0].response == "utter_quiz_question"
    assert (asked.say[0].values["number"], asked.say[0].values["total"]) == (1, 10)
    assert list(offered(asked)) == list("ABCD")[: len(offered(asked))]


def test_topics_are_offered_and_chosen() -> None:
    topics = offered(tap(None, "topics", "ur"))
    assert len(topics) == len(CONTENT.topics)
    asked = tap(None, topics[CONTENT.topics["children"]["ur"]], "ur")
    assert CONTENT.questions[kept(asked)["todo"][0]].topic == "children"


def test_right_wrong_and_unknown_are_told_with_the_reason_and_the_item() -> None:
    state = kept(tap(None, "mixed"))
    question = CONTENT.questions[state["todo"][0]]
    for outcome, response in (
        (answer(state), "utter_quiz_right"),
        (answer(state, right=False), "utter_quiz_wrong"),
        (say(state, "skip", "skip"), "utter_quiz_shown"),
    ):
        told, following = outcome.say
        assert told.response == response
        assert told.values["why"] == question.why["en"]
        assert told.values["item"] == question.item
        assert question.choices[0]["en"] in told.values["right"]
        assert following.values["number"] == 2


def test_all_right_gives_full_score_and_a_certificate_with_the_chosen_name() -> None:
    result = play(kept(tap(None, "mixed")))
    assert result.say[-1].response == "utter_quiz_result_all"
    assert result.say[-1].values == {"score": 10, "total": 10}
    assert not result.open
    assert "Retry what I missed" not in offered(result)
    asked = tap(kept(result), "certificate")
    assert asked.open
    assert asked.say[0].response == "utter_quiz_ask_name"
    given = say(kept(asked), "report", "Ayesha Khan")
    assert given.say[0].holder == "Ayesha Khan"
    assert given.say[0].values == {"score": 10, "total": 10}
    assert not given.open


def test_retaking_asks_only_what_was_wrong_and_raises_the_score() -> None:
    result = play(kept(tap(None, "mixed")), wrong=4)
    assert result.say[-1].response == "utter_quiz_result_more"
    assert result.say[-1].values == {"score": 6, "total": 10}
    assert "My certificate" not in offered(result)
    assert tap(kept(result), "certificate").say[0].response != "utter_quiz_ask_name"  # not earned: no back door
    missed = [name for name in kept(result)["ids"] if name not in kept(result)["right"]]
    again = tap(kept(result), "retake")
    assert kept(again)["todo"] == missed
    assert (again.say[0].values["number"], again.say[0].values["total"]) == (1, 4)
    better = play(kept(again), wrong=1)
    assert better.say[-1].response == "utter_quiz_result_good"
    assert better.say[-1].values == {"score": 9, "total": 10}
    assert "My certificate" in offered(better)


def test_an_old_button_changes_nothing() -> None:
    first = kept(tap(None, "mixed"))
    second = kept(answer(first))
    old = tap(second, f"answer:{first['todo'][0]}:1")
    assert kept(old) == second
    assert old.say[0].values["number"] == 2


@pytest.mark.parametrize(
    "choice", ["answer:", "answer:x:0", "answer:x:y:z", "topic:nothing", "retake", "certificate", ""]
)
def test_a_payload_that_means_nothing_starts_nothing(choice: str) -> None:
    outcome = tap(None, choice)
    assert outcome.state is None
    assert outcome.say[0].response == "utter_quiz_menu"


@pytest.mark.parametrize("intent", ["report", "tip_off", "start_report", "continue_report"])
def test_a_complaint_takes_over_and_the_place_is_kept(intent: str) -> None:
    state = kept(answer(kept(tap(None, "mixed"))))
    outcome = say(state, intent, "he is threatening to share my photos with my family")
    assert outcome.hand_over == "complaint"
    assert not outcome.open
    assert outcome.say == []
    assert say(kept(outcome), "quiz_continue").say[0].values["number"] == 2


def test_a_question_in_the_middle_is_answered_and_the_quiz_waits() -> None:
    state = kept(tap(None, "mixed"))
    outcome = say(state, "question", "what is the punishment for hacking?")
    assert outcome.hand_over == "question"
    assert outcome.say[0].response == "utter_quiz_waits"
    assert outcome.open
    assert kept(outcome) == state


def test_stop_and_continue() -> None:
    state = kept(answer(kept(tap(None, "mixed"))))
    paused = say(state, "stop", "stop")
    assert paused.say[0].response == "utter_quiz_paused"
    assert not paused.open
    menu = say(kept(paused), "quiz")
    assert menu.say[0].response == "utter_quiz_menu_unfinished"
    resumed = tap(kept(menu), offered(menu)["Continue quiz"])
    assert resumed.say[0].values["number"] == 2


def test_another_language_shows_the_same_question_with_the_same_order() -> None:
    state = kept(tap(None, "mixed"))
    question = CONTENT.questions[state["todo"][0]]
    for language in LANGUAGES:
        shown = show(state, CONTENT, language).say[0]
        lines = str(shown.values["choices"]).splitlines()
        assert shown.values["question"] == question.question[language]
        assert [line[3:] for line in lines] == [
            question.choices[n][language] for n in shuffled(question, state["seed"])
        ]
    assert show(state, CONTENT, "ur").say[0].buttons[0]["title"] == "ا"


def test_something_typed_that_is_no_answer_asks_again() -> None:
    state = kept(tap(None, "mixed"))
    outcome = say(state, "unclear", "zzz")
    assert [s.response for s in outcome.say] == ["utter_quiz_which", "utter_quiz_question"]
    assert kept(outcome) == state


@pytest.mark.parametrize("text", ["my ex put my pictures on facebook", "", "12345", "http://x.example", "a" * 50])
def test_what_is_no_name_is_not_put_on_a_certificate(text: str) -> None:
    named = kept(tap(kept(play(kept(tap(None, "mixed")))), "certificate"))
    outcome = say(named, "unclear", text, confidence=0.2)
    assert all(s.holder is None for s in outcome.say)


def test_a_report_instead_of_a_name_is_a_report() -> None:
    named = kept(tap(kept(play(kept(tap(None, "mixed")))), "certificate"))
    assert say(named, "report", "mera account hack ho gaya").hand_over == "complaint"
    assert say(named, "report", "account hacked", confidence=0.98).hand_over == "complaint"


def test_a_name_that_sounds_like_a_type_of_crime_is_a_name() -> None:
    """What is no report tells no incident, however sure its type would be."""
    named = kept(tap(kept(play(kept(tap(None, "mixed")))), "certificate"))
    outcome = say(named, "chitchat", "عائشہ خان", confidence=0.97)
    assert [s.holder for s in outcome.say if s.holder] == ["عائشہ خان"]


def test_skipping_the_name_goes_back_to_the_result() -> None:
    named = kept(tap(kept(play(kept(tap(None, "mixed")))), "certificate"))
    outcome = say(named, "skip", "skip")
    assert outcome.say[0].response == "utter_quiz_result_all"
    assert not outcome.open


def test_questions_that_were_taken_out_do_not_break_a_round() -> None:
    state = kept(tap(None, "mixed"))
    gone = set(state["todo"][:3])
    fewer = Quiz(
        {n: q for n, q in CONTENT.questions.items() if n not in gone}, CONTENT.topics, CONTENT.buttons, CONTENT.letters
    )
    shown = show(state, fewer, "en")
    assert kept(shown)["todo"] == state["todo"][3:]
    assert kept(shown)["ids"] == state["todo"][3:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_choice_repeated_in_words_is_an_answer_and_no_cry_for_help(language: str) -> None:
    state = new_round(CONTENT, None, "x")
    choices = CONTENT.questions[state["todo"][0]].choices
    long_enough = [choice[language] for choice in choices if len(choice[language].split()) > 2]
    assert long_enough
    assert all(is_answer(state, choice, CONTENT) for choice in long_enough)
    for cry in ("I want to die", "main marna chahti hoon", "وہ مجھے مار رہا ہے", "help me"):
        assert not is_answer(state, cry, CONTENT)
    assert not is_answer(None, long_enough[0], CONTENT)
