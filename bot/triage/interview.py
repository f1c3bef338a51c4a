"""The conversation of a complaint: what a turn changes, what is said about it and what is asked next.

Pure rules over plain facts, so that they are tested without Rasa. Facts are the form's slots by name; wording is
named here and written in data/responses and knowledge. The questions are planned in bot.triage.plan, answers read in
bot.triage.answers, and what a button does is in bot.triage.choices.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace

from bot.nlu.asking import item_asked, only_informs
from bot.nlu.normalise import fold
from bot.triage import advice
from bot.triage.after_crisis import kind_of
from bot.triage.answers import (
    CANNOT,
    asks_something,
    read,
    read_about,
    read_name,
    read_victim,
    read_wishes,
    read_writer,
    says_something,
)
from bot.triage.choices import (
    WISHES,
    accept,
    add_wishes,
    ask_other_matter,
    begin_choosing,
    choice_in_words,
    choose,
    confirm_type,
    end_choosing,
    let_go,
    refuse,
    reopen_last,
)
from bot.triage.corrections import LONGEST, find_correction, is_marked, other_type
from bot.triage.plan import CHANGEABLE, CHOICES, FIRST, fields, fields_of, missing_in, next_field, plan, questions
from bot.triage.talk import (
    asks_ahead,
    certain_danger,
    is_gibberish,
    is_likely_danger,
    is_prose,
    lives_abroad,
    says,
    speaks_of_danger,
    spoken_of,
    tells_more,
    threatens_violence,
    without_alarm,
)
from bot.triage.taxonomy import UNSURE
from bot.triage.telling import STORY_WORDS, absorb, is_story, tell_story, writes_for_self
from bot.triage.turn import Facts, Outcome, Say, Turn, is_choosing, is_empty, progress, with_progress

__all__ = [
    "CHANGEABLE",
    "FACTS",
    "Facts",
    "Outcome",
    "Say",
    "Turn",
    "fields",
    "is_story",
    "next_field",
    "plan",
    "questions",
    "start",
    "take_turn",
    "with_name_optional",
]

CONFIDENT_QUESTION = 0.6
CONFIDENT_OTHER = 0.6  # least probability at which "also …" tells of a second crime
BRIEF = 6  # words; so short an answer without any word of danger is no cry for help
BRIEF_WISH = 10  # words; in so short a text a wish is the point of it
RANT = 25  # words; a longer answer is more of the story, whatever was asked
MOST_MISSES = 2  # a question not understood as often as this is left for later
FACTS = (
    "draft_id", "report_kind", "incident_type", "incident_subtype", "type_confirmed", "classifier", "description",
    "consent", "platform", "amount_pkr", "transaction_id", "suspect_contacts", "suspect_relationship", "occurred",
    "city", "desired_outcome", "on_behalf_of", "adult_support", "complainant_name", "complainant_contact",
    "about_complainant", "victim_minor", "risk_flags", "evidence", "skipped", "progress",
)  # fmt: skip
_NO_TIP_OFF = {"hacking", "blackmail"}  # where the writer speaks of something of theirs
_SHORT_ANSWER = 5  # words; so short a text that tells something is no question
_ABOUT_SELF = {"complainant_name", "complainant_contact", "identity"}
_NAME_OPTIONAL = "name_optional"  # among what was said: that the name of the story may be left out
_NAMING = {"complainant_name", "identity"}  # where the answer itself may be that no name is wanted
_READ_SURELY = {"desired_outcome", "on_behalf_of", "suspect_relationship", "adult_support", "who"}
_WRITERS_TURN = {"when_city", "occurred", "city", "desired_outcome", "confirm", "change_line"}  # the others are told
_VIOLENCE = "violence"  # among what was said: that 15 comes first
_OPEN_WORDS = {"complainant_name", "city"}  # any words may be their answer
_OF_THE_OTHER = {"who", "suspect_relationship"}
_NEVER_OF_THE_CASE = {*_ABOUT_SELF, "adult_support"}  # who is named in the answer did not do it
_Handler = Callable[[Facts, str, Turn], Outcome]


def start(facts: Facts, turn: Turn) -> Outcome:
    """The turn that opens the form: a story, a wish to complain, or coming back to an open draft."""
    put_off = progress(facts).get("next_story")
    if put_off and not facts.get("description") and turn.intent not in {"report", "tip_off"}:
        turn = Turn("report", put_off["text"], put_off["analysis"])
    new: Facts = {"draft_id": str(uuid.uuid4()), **{k: v for k, v in facts.items() if v is not None}}
    if turn.intent not in {"report", "tip_off"}:
        say = [Say("utter_draft_resumed")] if facts.get("description") else []
        return advice.advised(Outcome(new, say, ask=next_field(new)))
    new["report_kind"] = facts.get("report_kind") or _kind_of(turn)
    if only_informs(turn.text) and not facts.get("description"):
        return _ask_what(new)
    if not is_story(turn):
        new = absorb(new, turn)
        return _cared(Outcome(new, ask=next_field(new)), turn)
    if facts.get("description") and _another_type(new, turn):
        return ask_other_matter(new, turn)
    new = tell_story(new, turn)
    return _cared(Outcome(new, ask=next_field(new)), turn)


def _kind_of(turn: Turn) -> str:
    """A tip-off points at somebody else's trouble: "my account was hacked" is none, whatever the guess."""
    if _is_no_victim(turn):
        return "tip_off"
    own = turn.analysis.get("incident_type") in _NO_TIP_OFF and says(turn.text, "my")
    return "report" if own else turn.intent


def _is_no_victim(turn: Turn) -> bool:
    """Whether the writer says to be only pointing at something: neither the victim nor close to one."""
    tells = says(turn.text, "not_the_victim") or only_informs(turn.text)
    return tells and not spoken_of(turn.text)


def _ask_what(facts: Facts) -> Outcome:
    """Somebody says no more than that they want to point at something."""
    return Outcome(facts, [Say("utter_tip_off_begun")], ask="description")


def take_turn(facts: Facts, requested: str | None, turn: Turn) -> Outcome:
    """What one message inside the form does."""
    requested = requested or next_field(facts)
    if turn.intent == "crisis" or "self_harm" in (turn.analysis.get("risk_flags") or []):
        return _alarmed(facts, requested, turn)
    if turn.choice != "not_safe" and turn.choice is not None:
        return advice.advised(choose(facts, requested, turn))
    if turn.choice == "not_safe" or says(turn.text, "not_safe", brief=True):
        return _leave_quietly(facts)
    if (named := choice_in_words(requested, turn)) is not None:
        return advice.advised(choose(facts, requested, Turn("choose", field=requested, choice=named)))
    if says(turn.text, "give_up", whole=True) or _refuses(requested, turn):
        return _stop(facts, requested, turn)
    if requested == WISHES and (chosen := _about_choosing(facts, turn)):
        return advice.advised(chosen)
    if requested not in _NAMING and says(turn.text, "no_name", brief=True):
        return _without_name(facts, requested, turn)
    if _does_not_follow(turn):
        return Outcome(facts, [Say(f"utter_why_{requested}")], ask=requested)
    if _goes_on(requested, turn):
        return Outcome(facts, ask=requested)
    if requested in _WRITERS_TURN and (given := _given_by_writer(facts, requested, turn)):
        return advice.advised(given)
    handler = _ACTS.get(turn.intent)
    return _cared((handler or _listen)(facts, requested, turn), turn)


def _given_by_writer(facts: Facts, requested: str, turn: Turn) -> Outcome | None:
    """A name and a number alone are the writer's own, unless the story names that person or the writer is another."""
    name, contact = read_writer(turn) or (None, None)
    if not name or facts.get("complainant_name") not in {None, "anonymous", name}:
        return None
    told = set(re.findall(r"\w+", fold(str(facts.get("description") or ""))))
    others = {item["normalised"] for item in facts.get("suspect_contacts") or []}
    if contact in others or told & set(fold(name).split()):
        return None
    about = {"safe_to_contact": True, **(facts.get("about_complainant") or {})}
    new = {**facts, "complainant_name": name, "complainant_contact": contact, "about_complainant": about}
    return Outcome(_asked(new, "identity"), _noted(_told(facts, new)), ask=_after(requested, new))


def _refuses(requested: str, turn: Turn) -> bool:
    """`nahi bhejna`, `mita do` where a name or the last yes is asked for: it is neither, and nothing is sent."""
    near_the_end = requested == "confirm" or requested in _ABOUT_SELF
    return near_the_end and len(turn.text.split()) <= BRIEF and says(turn.text, "refuses")


def _does_not_follow(turn: Turn) -> bool:
    """Whether the question was not understood: it is explained, not skipped."""
    return len(turn.text.split()) <= BRIEF and says(turn.text, "not_following")


def _goes_on(requested: str, turn: Turn) -> bool:
    """`nahi, jari rakho` at an open question: nothing is refused."""
    asked = requested not in {*FIRST, *CHOICES} and turn.intent in {"deny", "skip", "unclear", "chitchat"}
    return asked and len(turn.text.split()) <= BRIEF and says(turn.text, "going_on")


def with_name_optional(outcome: Outcome) -> Outcome:
    """The outcome with a way to stay anonymous, once, where the name comes from the story and is not asked for."""
    facts, said = outcome.facts, progress(outcome.facts).get("said") or []
    was_asked = set(progress(facts).get("asked") or []) & _NAMING
    known = facts.get("complainant_name") not in {None, "", "anonymous"}
    if not known or was_asked or _NAME_OPTIONAL in said or outcome.ask not in {"complainant_contact", "confirm"}:
        return outcome
    offer = Say("utter_noted", values={"field": "complainant_name"}, choices=(("complainant_name", "anonymous"),))
    return replace(outcome, facts=with_progress(facts, said=[*said, _NAME_OPTIONAL]), say=[*outcome.say, offer])


def _alarmed(facts: Facts, requested: str, turn: Turn) -> Outcome:
    """A message that is called a danger: help and nothing else, or what was asked where it is only an answer."""
    calm = without_alarm(turn)
    if certain_danger(turn.text) or (speaks_of_danger(turn.text) and not _surely_read(facts, requested, turn)):
        other = kind_of(turn.analysis.get("risk_flags") or [], turn.text) == "self_harm_other"
        said = Say("crisis", values={"kind": "self_harm_other"} if other else {})
        return Outcome(tell_story(facts, turn), [said], ended="suspended")
    outcome = take_turn(facts, requested, calm)
    if is_likely_danger(turn) and (speaks_of_danger(turn.text) or not _only_answers(facts, requested, turn)):
        _put_first(outcome, Say("utter_if_in_danger"))
    return outcome


def _surely_read(facts: Facts, requested: str, turn: Turn) -> bool:
    """Whether the text answers the open question with more than words that could be a name or a place."""
    if requested not in questions(facts):
        return False
    found = read(facts, requested, turn)
    return any(name not in _OPEN_WORDS and value is not CANNOT for name, value in found.items())


def _put_first(outcome: Outcome, thing: Say) -> None:
    if thing not in outcome.say:
        outcome.say = [thing, *outcome.say]


def _without_name(facts: Facts, requested: str, turn: Turn) -> Outcome:
    """No name is wanted, said while something else is asked: noted, and not asked for again."""
    new = {**absorb(facts, without_alarm(turn)), "complainant_name": "anonymous"}
    return Outcome(new, _noted(_told(facts, new)), ask=_after(requested, new))


def _only_answers(facts: Facts, requested: str, turn: Turn) -> bool:
    """Whether a guess of danger is the answer to what was asked: "he is my cousin", "I want this gone"."""
    if requested != "description" and len(turn.text.split()) <= BRIEF:
        return True
    return requested in _READ_SURELY and bool(read(facts, requested, turn))


def _about_choosing(facts: Facts, turn: Turn) -> Outcome | None:
    """Words for "more than one" and, once that is open, for "that is all"; None where it is something else."""
    if not is_choosing(facts):
        wants_more = says(turn.text, "several", brief=True) and not read(facts, WISHES, turn)
        return begin_choosing(facts) if wants_more else None
    is_all = turn.intent == "deny" or says(turn.text, "all_said", brief=True)
    is_all = is_all or (turn.intent == "affirm" and bool(facts.get(WISHES)))
    return end_choosing(facts) if is_all and not read_wishes(turn) else None


def _cared(outcome: Outcome, turn: Turn) -> Outcome:
    """Adds the advice that is due, what stays private to one who fears family or court, and 15 where violence is told.

    Violence that is only threatened is no reason to stop, but 15 comes before all other advice, once.
    """
    advised = advice.advised(outcome, *(["stays_private"] if says(turn.text, "fear") else []))
    told = progress(advised.facts).get("said") or []
    of_others = advised.facts.get("report_kind") == "tip_off" or turn.intent in {"question", "chitchat", "out_of_scope"}
    if not advised.ended and not of_others and _VIOLENCE not in told and threatens_violence(turn.text):
        advised.facts = with_progress(advised.facts, said=[*told, _VIOLENCE])
        _put_first(advised, Say("utter_if_in_danger"))
    return advised


def _leave_quietly(facts: Facts) -> Outcome:
    about = {**(facts.get("about_complainant") or {}), "safe_to_contact": False}
    return Outcome({**facts, "about_complainant": about}, [Say("utter_leave_quietly")], ended="suspended")


def _listen(facts: Facts, requested: str, turn: Turn) -> Outcome:
    """Free text: a correction, a question, more of the story, or the answer."""
    at_summary = "confirm" if requested == "change_line" else requested
    correction = None if item_asked(turn.text) else find_correction(facts, at_summary, turn)
    if correction:
        name, value = correction
        new = {**facts, name: value}
        if name == "suspect_contacts" or len(turn.text.split()) > LONGEST:
            return Outcome(new, [Say("utter_changed", values={"field": name})], ask=_after(requested, new))
        rest = absorb(new, turn) if requested not in _ABOUT_SELF else new
        return Outcome(rest, [Say("utter_changed", values={"field": name})], ask=_after(requested, rest))
    if _asks_question(requested, turn):
        if steps := _what_to_do(facts, turn):
            return Outcome(facts, steps, ask=requested)
        return _warned(facts, requested, turn) or _answered_and_noted(facts, requested, turn)
    if requested == "description":
        return _describe(facts, turn)
    if requested in {"type_confirmed", "consent", "which_no"}:
        return _before_consent(facts, requested, turn)
    if _is_another_crime(facts, turn):
        return ask_other_matter(facts, turn)
    if requested == "confirm":
        return _add_to_story(facts, turn)
    if requested in CHOICES:
        return _not_chosen(facts, requested, turn)
    return _answer(facts, requested, turn)


def _asks_question(requested: str, turn: Turn) -> bool:
    """A question of the person, as against an answer that happens to read like one."""
    if asks_ahead(turn.text):
        return True
    if says(turn.text, "unknown_person", brief=True) and not re.search("[?؟]", turn.text):
        return False
    if turn.intent not in {"question", "chitchat", "out_of_scope"} or len(turn.text.split()) < 2:
        return False
    if "?" in turn.text or "؟" in turn.text or item_asked(turn.text) or turn.compares:
        return True
    if turn.intent != "question":
        return False
    if requested == "type_confirmed" and len(turn.text.split()) <= STORY_WORDS:
        return asks_something(turn.text)  # "cyber harassment" names the type
    told = any(turn.analysis.get(name) for name in ("observables", "own_contacts", "amount_pkr", "occurred", "city"))
    if asks_something(turn.text):
        return not (told and len(turn.text.split()) <= _SHORT_ANSWER)
    sure = turn.analysis.get("kind_confidence", 0.0) >= CONFIDENT_QUESTION or turn.supposes
    told = told or bool(turn.analysis.get("desired_outcome"))
    return sure and not told and requested in {*FIRST[1:], *CHOICES}


def _what_to_do(facts: Facts, turn: Turn) -> list[Say]:
    """The first steps of the case, said before or not, where a few words ask for no more than that."""
    incident = facts.get("incident_type")
    if incident in {None, UNSURE} or facts.get("report_kind") == "tip_off":
        return []
    steps = advice.steps_of_a_child(facts) or ("child" if advice.is_of_a_child(facts) else str(incident))
    return [Say(first_steps=steps)] if says(turn.text, "what_to_do", whole=True) else []


def _warned(facts: Facts, requested: str, turn: Turn) -> Outcome | None:
    """Whether to keep or copy it, asked about a child or about hate: never, whatever is said of evidence elsewhere."""
    own = advice.steps_of_a_child(facts)
    about_a_child = bool(own) or facts.get("incident_type") == "child_abuse" or advice.is_of_a_child(facts)
    of_hate = facts.get("incident_type") == "hate_extremism"
    copying = says(turn.text, "copying") or turn.analysis.get("topic") == "evidence"
    if not copying or not (about_a_child or of_hate):
        return None
    if not about_a_child:
        return Outcome(facts, [Say(first_steps="hate_extremism")], ask=requested)
    name = "tip_off_child" if facts.get("report_kind") == "tip_off" else own or "child"
    return Outcome(facts, [Say(first_steps=name)], ask=requested)


def _answered_and_noted(facts: Facts, requested: str, turn: Turn) -> Outcome:
    """A question in between; what else the message tells is noted and not asked for again."""
    if requested in {*FIRST, *CHOICES, *_ABOUT_SELF}:
        return Outcome(facts, ask=requested, answer_question=True)
    asked_about = ["desired_outcome", "relationship", "incident_subtype"]  # not told
    asked_about += ["platform"] if item_asked(turn.text) else []  # "will they call my father"
    new = absorb(facts, replace(turn, analysis={**turn.analysis, **dict.fromkeys(asked_about)}))
    told = _told(facts, new)
    say = _noted(told) if told else []
    return Outcome(new, say, ask=_after(requested, new), answer_question=True)


def _is_another_crime(facts: Facts, turn: Turn) -> bool:
    return bool(facts.get("consent")) and says(turn.text, "also") and _another_type(facts, turn)


def _another_type(facts: Facts, turn: Turn) -> bool:
    found = turn.analysis
    near = {item["type"] for item in (facts.get("classifier") or {}).get("alternatives") or []}
    long_enough = len(re.findall(r"[^\W\d_]{2,}", turn.text)) >= 5  # a number and who it is are no second story
    guess, told = found.get("incident_type"), long_enough and turn.intent in {"report", "tip_off"}
    other = guess not in {facts.get("incident_type"), "unsure", "other", None, *near}
    return told and other and found.get("confidence", 0.0) >= CONFIDENT_OTHER


def _describe(facts: Facts, turn: Turn) -> Outcome:
    if only_informs(turn.text):
        return _ask_what({**facts, "report_kind": "tip_off"})
    few = len(turn.text.split()) < 2 and turn.analysis.get("confidence", 0.0) < 0.6
    if few or is_gibberish(turn.text):
        return Outcome(facts, [Say("utter_not_found_description")], ask="description")
    new = tell_story(facts, turn)
    return Outcome(new, ask=next_field(new))


def _before_consent(facts: Facts, requested: str, turn: Turn) -> Outcome:
    """More of the story, or the name of a type, where a tap was hoped for."""
    if _is_only_anger(turn):
        return Outcome(facts, [Say("utter_angry")], ask=requested)
    if not is_prose(turn.text):
        return Outcome(facts, [Say("utter_please_choose")], ask=requested)
    if requested == "consent" and _wants_it_written(turn) and (agreed := accept(facts, requested)):
        return agreed
    own = says(str(facts.get("description") or ""), "my")
    if facts.get("report_kind") == "report" and not own and _is_no_victim(turn):
        new = {**absorb(facts, turn), "report_kind": "tip_off"}
        return Outcome(new, ask=next_field(new))
    words = len(turn.text.split())
    known = {**facts, "incident_type": None} if requested == "which_no" else facts
    named = None if facts.get("type_confirmed") else other_type(known, turn)
    if named and (words <= STORY_WORDS or is_marked(turn.text)):
        return confirm_type(facts, named)
    if requested == "consent" and facts.get("incident_type") and is_story(turn) and _another_type(facts, turn):
        return ask_other_matter(facts, turn)
    if words >= STORY_WORDS and turn.intent in {"report", "tip_off"}:
        new = tell_story({**facts, "classifier": None} if requested == "type_confirmed" else facts, turn)
        wished = new.get(WISHES) and not facts.get(WISHES) and words <= BRIEF_WISH
        say = [*_noted([WISHES]), *(Say(first_steps=name) for name in advice.wishes(new))] if wished else []
        asks = says(turn.text, "what_to_do", brief=True)
        return Outcome(new, say or [Say("utter_added")], ask=next_field(new), answer_question=asks)
    richer = absorb(facts, turn)
    told = _told(facts, richer)
    return Outcome(richer, _noted(told) if told else [Say("utter_please_choose")], ask=requested)


def _wants_it_written(turn: Turn) -> bool:
    """An explicit `shikayat likho`, with nothing in it that refuses or asks."""
    asked = "?" in turn.text or "؟" in turn.text or says(turn.text, "not_written")
    return says(turn.text, "write_it", brief=True) and not asked


def _add_to_story(facts: Facts, turn: Turn) -> Outcome:
    if len(turn.text.split()) < 2 or is_gibberish(turn.text):
        return Outcome(facts, [Say("utter_please_choose")], ask="confirm")
    if _is_only_anger(turn):
        return Outcome(facts, [Say("utter_angry")], ask="confirm")
    known = facts.get("report_kind") == "tip_off" and _is_no_victim(turn) and len(turn.text.split()) <= BRIEF_WISH
    if known or says(turn.text, "all_said", whole=True):
        return Outcome(facts, ask="confirm")
    return Outcome(tell_story(facts, turn), [Say("utter_added")], ask="confirm")


def _not_chosen(facts: Facts, requested: str, turn: Turn) -> Outcome:
    richer = absorb(facts, turn)
    told = _told(facts, richer)
    if told and requested == "other_matter" and (both := accept(richer, requested)):
        both.say = [*_noted(told), *both.say]
        return both
    return Outcome(richer, _noted(told) if told else [Say("utter_please_choose")], ask=requested)


def _answer(facts: Facts, requested: str, turn: Turn) -> Outcome:
    """The answer to an open question, which may tell more than was asked for, or less."""
    if len(turn.text.split()) >= RANT and requested not in _ABOUT_SELF:
        new = tell_story(facts, turn)
        told = _told(facts, new)
        return Outcome(new, [Say("utter_added")] if not told else _noted(told), ask=next_field(_asked(new, requested)))
    if _is_only_anger(turn):
        return Outcome(facts, [Say("utter_angry")], ask=requested)
    if _is_a_place_for_a_name(facts, requested, turn):
        new = absorb(facts, turn)
        return Outcome(new, _noted(_told(facts, new)), ask=requested)
    found = read(facts, requested, turn)
    if not found:
        return _not_understood(facts, requested, turn)
    values = {name: value for name, value in found.items() if value is not CANNOT}
    if requested == WISHES and is_choosing(facts):
        return add_wishes(facts, values[WISHES]) if values else end_choosing(facts)
    base = facts if requested in _NEVER_OF_THE_CASE else absorb({**facts, **values}, turn)
    new = _asked(let_go({**base, **values}, [n for n, value in found.items() if value is CANNOT]), requested)
    new = _with_words(_with_rest(new, requested, turn), values, turn)
    told = _told(facts, new)
    say = _noted(told) if len(told) > 1 or (told and told != fields_of(requested)) else []
    outcome = Outcome(new, say, ask=next_field(new))
    if "desired_outcome" in values:
        outcome.say = [*(Say(first_steps=name) for name in advice.wishes(new)), *outcome.say]
    return outcome


def _with_rest(facts: Facts, requested: str, turn: Turn) -> Facts:
    """Lets go what a group's answer left out, unless it is worth asking again; marks contact as safe."""
    group = fields_of(requested)
    new = facts
    if len(group) > 1:
        again = {
            *plan()["asked_again"],
            *(plan()["for_a_case"] if "prosecution" in (new.get("desired_outcome") or []) else ()),
        }
        new = let_go(new, [n for n in missing_in(new, requested) if n not in again])
    if requested in _ABOUT_SELF:
        about = {**(new.get("about_complainant") or {}), **read_about(turn)}
        if new.get("complainant_contact"):
            about.setdefault("safe_to_contact", True)
        new = {**new, "about_complainant": about}
        if about.get("age_band") == "under_18" and writes_for_self(new):
            new |= {"on_behalf_of": "self_minor", "victim_minor": True}
    return new


def _is_only_anger(turn: Turn) -> bool:
    told = any(turn.analysis.get(name) for name in ("observables", "own_contacts", "amount_pkr", "occurred", "city"))
    return says(turn.text, "angry", brief=True) and not told


def _is_a_place_for_a_name(facts: Facts, requested: str, turn: Turn) -> bool:
    """A city while the name is asked for answers the earlier question."""
    named = turn.analysis.get("city") or lives_abroad(turn.text)
    place = named and not facts.get("city") and len(turn.text.split()) <= 3
    alone = not turn.analysis.get("own_contacts") and not read_name(turn)
    return bool(place) and requested in _ABOUT_SELF and alone


def _with_words(facts: Facts, values: Facts, turn: Turn) -> Facts:
    """Keeps the words of an answer about the other person where they tell more than a number: a name, for one."""
    if not {"suspect_contacts", "suspect_relationship"} & values.keys() or not tells_more(turn):
        return facts
    return {**facts, "description": f"{facts['description']}\n{turn.text.strip()}"}


def _not_understood(facts: Facts, requested: str, turn: Turn) -> Outcome:
    """Nothing that was asked for is in the answer: what it tells otherwise is noted; twice is enough."""
    richer = _beside_the_question(facts, requested, turn)
    told = _told(facts, richer)
    if told:
        return Outcome(richer, _noted(told), ask=_after(requested, richer))
    if says(turn.text, "fear"):
        return Outcome(facts, ask=requested)  # what stays private is said in its place
    misses = {**(progress(facts).get("misses") or {})}
    misses[requested] = misses.get(requested, 0) + 1
    new = with_progress(richer, misses=misses)
    if misses[requested] < MOST_MISSES:
        return Outcome(new, [Say(f"utter_not_found_{requested}")], ask=requested)
    new = with_progress(let_go(new, missing_in(new, requested)), choosing=None)
    return Outcome(new, [Say("utter_left_for_later")], ask=next_field(new))


def _beside_the_question(facts: Facts, requested: str, turn: Turn) -> Facts:
    """What an answer tells besides what was asked; an adult who stands by is not the one who did it."""
    if requested in _ABOUT_SELF:
        when = {"occurred": turn.analysis.get("occurred")} if len(turn.text.split()) <= BRIEF else {}
        return absorb(facts, replace(turn, entities=(), analysis=when))
    if requested == "adult_support":
        turn = replace(turn, analysis={**turn.analysis, "relationship": None})
    new = absorb(facts, turn)
    whom = read_victim(new, turn) if requested in _OF_THE_OTHER and not new.get("on_behalf_of") else None
    return {**new, "on_behalf_of": whom} if whom else new


def _asked(facts: Facts, question: str) -> Facts:
    """Remembers that a question was answered, for `back` and so that a group is asked once."""
    asked = [name for name in progress(facts).get("asked") or [] if name != question]
    return with_progress(facts, asked=[*asked, question])


def _told(before: Facts, after: Facts) -> list[str]:
    """Fields that a person may see, which hold something new."""
    return [name for name in CHANGEABLE[2:] if after.get(name) != before.get(name) and not is_empty(after.get(name))]


def _noted(names: list[str]) -> list[Say]:
    return [Say("utter_noted", values={"fields": names})]


def _after(requested: str, facts: Facts) -> str:
    """Stay at an open question unless the change answered it."""
    if requested in FIRST and not facts.get(requested):
        return requested
    open_still = missing_in(facts, requested) if requested not in {*CHOICES, *FIRST} else []
    if not open_still or next_field(facts) == "confirm":
        return next_field(facts)
    return requested if len(open_still) == len(fields_of(requested)) else open_still[0]


def _affirm(facts: Facts, requested: str, turn: Turn) -> Outcome:
    if requested in {*CHOICES, *FIRST, "adult_support"}:
        return accept(facts, requested) or Outcome(facts, [Say("utter_please_choose")], ask=requested)
    return _not_understood(facts, requested, turn)


def _deny(facts: Facts, requested: str, turn: Turn) -> Outcome:
    if requested == "adult_support":
        return _answer(facts, requested, turn)
    told = requested not in {*FIRST, *CHOICES} and says_something(turn)
    return _listen(facts, requested, turn) if told else refuse(facts, requested)


def _skip(facts: Facts, requested: str, turn: Turn) -> Outcome:
    return choose(facts, requested, Turn("choose", field=requested, choice="skip"))


def _stop(facts: Facts, requested: str, turn: Turn) -> Outcome:
    return Outcome(facts, ask="stop_choice")


def _start_over(facts: Facts, requested: str, turn: Turn) -> Outcome:
    return Outcome(facts, ask="restart_choice" if facts.get("description") else next_field(facts))


def _show_draft(facts: Facts, requested: str, turn: Turn) -> Outcome:
    return Outcome(facts, [] if requested == "confirm" else [Say("summary")], ask=requested)


def _say_and_ask(response: str) -> _Handler:
    def act(facts: Facts, requested: str, turn: Turn) -> Outcome:
        return Outcome(facts, [Say(response)], ask=requested)

    return act


def _still(facts: Facts, requested: str, turn: Turn) -> Outcome:
    return Outcome(facts, ask=requested)


_ACTS: dict[str, _Handler] = {
    "affirm": _affirm,
    "deny": _deny,
    "skip": _skip,
    "stop": _stop,
    "go_back": lambda facts, requested, turn: reopen_last(facts, requested),
    "start_over": _start_over,
    "show_draft": _show_draft,
    "change": lambda facts, requested, turn: Outcome(facts, ask="change_line"),
    "why_asked": lambda facts, requested, turn: Outcome(facts, [Say(f"utter_why_{requested}")], ask=requested),
    "ask_item": lambda facts, requested, turn: Outcome(facts, ask=requested, answer_question=True),
    "choose_language": _say_and_ask("utter_choose_language"),
    "help": _say_and_ask("utter_help_in_form"),
    "greet": _say_and_ask("utter_greet_in_form"),
    "thanks": _say_and_ask("utter_welcome"),
    "goodbye": lambda facts, requested, turn: Outcome(facts, [Say("utter_draft_kept")], ended="suspended"),
    "continue_report": _still,
    "start_report": _still,
    **dict.fromkeys(("quiz", "quiz_continue", "quiz_choose", "tips"), _say_and_ask("utter_quiz_after_complaint")),
}
