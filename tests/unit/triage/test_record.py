"""Records: a partial draft is enough, nothing is invented, and the schema holds."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings import PROJECT
from bot.triage.record import RecordError, build_record, new_reference, validate_record
from bot.triage.taxonomy import INCIDENT_TYPES, LANGUAGES, OBSERVABLE_TYPES, PLATFORMS, PRIORITIES, RISK_FLAGS
from tests.auxil.records import NOW, STORY, a_draft, a_full_draft, a_record


def built(draft):
    return build_record(draft, reference=new_reference(), now=NOW)


def test_consent_type_and_description_are_enough():
    """All else is empty and listed as missing."""
    record = built(a_draft())
    assert record["description"] == STORY
    assert record["platform"] is None
    assert {"platform", "occurred", "complainant.phone", "financial_transactions.amount_pkr"} <= set(record["missing"])


@pytest.mark.parametrize(
    "without",
    [
        {"incident_type": None},
        {"incident_type": "murder"},
        {"description": " \n"},
        {"description": None},
        {"consent": None},
        {"consent": {"given_at": "yesterday", "text_version": "1"}},
    ],
)
def test_without_one_of_them_there_is_no_record(without):
    """The error names the field."""
    with pytest.raises(RecordError, match=next(iter(without))):
        built(a_draft(**without))


def test_everything_told_is_in_the_record():
    """Each answer is found at its place."""
    record = a_record()
    assert record["financial_transactions"][0]["amount_pkr"] == 85_000
    assert record["financial_transactions"][0]["transaction_id"] == "TID 5566778"
    assert record["suspects"][0]["relationship"] == "stranger"
    assert [item["data_type"] for item in record["suspects"][0]["observables"]] == ["phone", "url"]
    assert record["occurred"]["as_told"] == "parson shaam"
    assert record["complainant"]["name"] == "Sadia Noor"
    assert (record["routing"]["office"], record["routing"]["abroad"]) == ("Lahore", [])
    assert record["routing"]["also"][0] == {
        "item": "helpline_jazzcash",
        "name": "JazzCash helpline 4444",
        "contact": "4444",
    }
    assert (record["priority"], record["priority_reasons"]) == ("high", ["money_moved_recently"])
    assert record["rsit"] == {"class": "fraud", "type": "phishing"}
    assert {"law": "PECA 2016", "section": "14"} in record["offences"]
    assert record["missing"] == ["evidence"]


def test_what_the_person_skipped_counts_as_missing_only_when_empty():
    """Under the record's own field names, each once."""
    record = built(a_full_draft(skipped=["age_band", "phone", "city"]))
    assert record["missing"] == ["evidence", "complainant.age_band"]


def test_the_description_is_verbatim():
    """Line breaks, Urdu and emoji stay; only what no text may hold goes."""
    story = "پہلی سطر\n  دوسری 😔 <b>"
    assert built(a_draft(description=story + "\0\ud800"))["description"] == story + "?"


def test_instants_are_utc():
    """Whatever zone they were given in."""
    karachi = datetime(2026, 11, 22, 14, 30, tzinfo=timezone(timedelta(hours=5)))
    record = build_record(
        a_draft(consent={"given_at": karachi.isoformat(), "text_version": "1"}),
        reference=new_reference(),
        now=karachi,
    )
    assert record["created_at"] == record["consent"]["given_at"] == "2026-11-22T09:30:00.000Z"


def test_an_anonymous_complainant_has_no_name_but_may_leave_a_number():
    """And is not listed as owing one."""
    record = built(a_draft(complainant={"anonymous": True, "name": "Sadia", "phone": "+923211234567"}))
    assert record["complainant"]["name"] is None
    assert record["complainant"]["phone"] == "+923211234567"
    assert not [path for path in record["missing"] if path in ("complainant.name", "complainant.email")]


def test_values_that_do_not_fit_are_left_out_not_fatal():
    """A submission is never lost to one odd value."""
    record = built(
        a_draft(
            platform="imo",
            language="fr",
            amount_pkr="many",
            observables=[{"data_type": "shoe size", "data": "9"}, {"data_type": "phone", "data": " "}],
            risk_flags=["bored", "minor"],
            desired_outcome=["revenge", "money_back"],
            classifier={"type": "nonsense", "confidence": 1.7, "alternatives": ["x", "hacking"]},
            complainant={"city": "x" * 900, "safe_to_contact": "maybe"},
        )
    )
    assert (record["platform"], record["language"], record["suspects"]) == ("other", None, [])
    assert (record["risk_flags"], record["desired_outcome"]) == (["minor"], ["money_back"])
    assert record["classifier"] == {
        "type": None,
        "confidence": 1.0,
        "alternatives": ["hacking"],
        "model_version": None,
    }


def test_a_danger_that_was_only_guessed_is_no_emergency():
    """Staff see the flag and that it is possible; one that was named or seen stays an emergency."""
    guessed = built(a_draft(incident_type="harassment", risk_flags=["self_harm"], possible_dangers=["self_harm"]))
    assert (guessed["priority"], guessed["severity"], guessed["risk_flags"]) == ("high", 3, ["self_harm"])
    assert guessed["priority_reasons"] == ["possible_self_harm"]
    seen = built(a_draft(risk_flags=["self_harm", "violence"], possible_dangers=["violence"]))
    assert (seen["priority"], seen["priority_reasons"][:2]) == ("emergency", ["self_harm", "possible_violence"])


def test_what_is_child_abuse_too_says_so_everywhere():
    """First among the alternatives, its sections beside those of the type, and a reason of the priority."""
    read = {"type": "blackmail", "confidence": 0.8, "alternatives": [{"type": "harassment", "confidence": 0.1}]}
    record = built(
        a_draft(
            incident_type="blackmail", classifier=read, victim={"is_minor": True}, also=["child_abuse", "blackmail"]
        )
    )
    assert record["classifier"]["alternatives"] == ["child_abuse", {"type": "harassment", "confidence": 0.1}]
    assert {"21", "24", "22", "22A"} <= {item["section"] for item in record["offences"]}
    assert {"minor", "child_abuse"} <= set(record["priority_reasons"])
    without = built(a_draft(incident_type="harassment", victim={"is_minor": True}, also=["child_abuse"]))
    assert without["classifier"] == {
        "type": None,
        "confidence": None,
        "alternatives": ["child_abuse"],
        "model_version": None,
    }


def test_a_tip_off_is_told_from_a_report():
    """Of someone who only points at something, the victim's age is not asked for."""
    record = built(a_draft(kind="tip_off", incident_type="hate_extremism"))
    assert record["kind"] == "tip_off"
    assert "victim.is_minor" not in record["missing"]


def test_a_child_victim_is_known_from_flag_or_type():
    """So that the sections for minors are offered."""
    blackmail = built(a_draft(incident_type="blackmail", risk_flags=["minor"]))
    assert blackmail["victim"]["is_minor"] is True
    assert {"22", "22A"} <= {item["section"] for item in blackmail["offences"]}
    assert built(a_draft(incident_type="child_abuse"))["victim"]["is_minor"] is True


@pytest.mark.parametrize("incident_type", [*INCIDENT_TYPES, "unsure"])
def test_every_type_makes_a_valid_record(incident_type):
    """Also the honest `unsure`; extortion has no class in the RSIT."""
    record = built(a_draft(incident_type=incident_type))
    assert (record["rsit"] is None) == (incident_type in ("blackmail", "unsure"))
    assert bool(record["offences"]) == (incident_type not in ("other", "unsure"))


def test_a_record_survives_json():
    """What is sent can be read back and is still valid."""
    record = a_record()
    again = json.loads(json.dumps(record))
    validate_record(again)
    assert again == record


def test_refusals_name_the_field_and_not_its_content():
    """The text goes to logs."""
    record = a_record() | {"priority": "my secret"}
    with pytest.raises(RecordError) as refused:
        validate_record(record)
    assert "priority" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("body", [None, [], "x", {}, {"reference": 1}])
def test_what_is_no_record_is_refused(body):
    """Whatever arrives."""
    with pytest.raises(RecordError):
        validate_record(body)


def test_an_older_record_is_still_valid():
    """It may wait for days to be delivered, across an update."""
    record = a_record() | {"schema_version": "1.0"}
    del record["victim"]["adult_support"]
    validate_record(record)


def test_unknown_fields_are_refused():
    """The schema is the whole contract."""
    with pytest.raises(RecordError):
        validate_record(a_record() | {"extra": 1})


def test_the_schema_uses_the_words_of_the_taxonomy():
    """Schema and code cannot drift apart."""
    schema = json.loads((PROJECT / "docs" / "triage-record.schema.json").read_text("utf-8"))
    properties, shared = schema["properties"], schema["$defs"]
    assert set(shared["incident_type"]["enum"]) == {*INCIDENT_TYPES, "unsure"}
    assert set(properties["platform"]["enum"]) == {*PLATFORMS, None}
    assert set(properties["language"]["enum"]) == {*LANGUAGES, None}
    assert set(properties["priority"]["enum"]) == set(PRIORITIES)
    assert set(properties["risk_flags"]["items"]["enum"]) == set(RISK_FLAGS)
    assert set(shared["observable"]["properties"]["data_type"]["enum"]) == set(OBSERVABLE_TYPES)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries(
        {"description": st.text(min_size=1).filter(lambda text: text.replace("\0", "").strip())},
        optional={
            "platform": st.text(),
            "amount_pkr": st.integers() | st.floats() | st.text(),
            "occurred": st.fixed_dictionaries({"as_told": st.text()}),
            "suspect_relationship": st.text(),
            "observables": st.lists(
                st.fixed_dictionaries({"data_type": st.sampled_from(OBSERVABLE_TYPES), "data": st.text()})
            ),
            "transaction_id": st.text() | st.integers(),
            "complainant": st.dictionaries(st.sampled_from(["name", "phone", "city"]), st.text()),
            "skipped": st.lists(st.text()),
        },
    )
)
def test_any_answers_make_a_valid_record(answers):
    """People type anything; build_record validates what it returns."""
    record = built(a_draft(**answers))
    assert record["created_at"] == datetime(2026, 11, 22, 9, 30, tzinfo=UTC).isoformat().replace("+00:00", ".000Z")
