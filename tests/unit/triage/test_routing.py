"""Which other bodies a record names: by type, subtype, province, wish and how the money went."""

from typing import Any

import pytest

from bot.knowledge.texts import content
from bot.triage.mapping import facts_of
from bot.triage.record import build_record, new_reference
from bot.triage.routing import _facts_of, bodies_for
from tests.auxil.records import NOW, a_draft, a_record


def bodies(**changes: Any) -> list[str]:
    record = build_record(a_draft(**changes), reference=new_reference(), now=NOW)
    return [body["item"].removeprefix("helpline_") for body in record["routing"]["also"]]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"amount_pkr": 5000, "instrument": "JazzCash"}, ["jazzcash", "sunwai"]),
        ({"amount_pkr": 5000, "instrument": "Easypaisa"}, ["easypaisa", "sunwai"]),
        ({"amount_pkr": 5000, "instrument": "HBL"}, ["bank", "banking_mohtasib"]),
        ({"amount_pkr": 5000}, ["bank", "sunwai", "banking_mohtasib"]),
        ({"platform": "phone_call"}, ["pta"]),
        ({"incident_subtype": "sim_swap"}, ["pta_illegal_sim"]),
        ({"incident_subtype": "loan_app"}, ["secp"]),
        ({"incident_type": "hate_extremism", "kind": "tip_off"}, ["pta_portal"]),
        ({"incident_type": "harassment"}, []),
        ({"incident_type": "harassment", "desired_outcome": ["content_removed"]}, ["pta_portal"]),
        ({"incident_type": "harassment", "victim": {"is_minor": True}}, ["child_1121"]),
        (
            {"incident_type": "harassment", "victim": {"is_minor": True}, "complainant": {"province": "Sindh"}},
            [],
        ),
        ({"incident_type": "child_abuse"}, ["child_1121", "mohr_1099", "takeitdown", "iwf"]),
        ({"incident_type": "child_abuse", "kind": "tip_off"}, ["child_1121", "iwf"]),
        ({"incident_type": "blackmail", "victim": {"is_minor": False}}, ["stopncii"]),
        ({"incident_type": "blackmail"}, ["stopncii"]),
        (
            {"incident_type": "blackmail", "victim": {"is_minor": True}, "also": ["child_abuse"]},
            ["child_1121", "takeitdown"],
        ),
    ],
)
def test_by_type_and_facts(changes: dict[str, Any], expected: list[str]) -> None:
    assert bodies(**changes) == expected


def test_every_body_rests_on_a_good_source_and_every_condition_is_known() -> None:
    """Nothing is sent to a contact that the facts do not support."""
    items = {item["id"]: item for item in content("helplines")["items"]}
    known = facts_of(a_record()).keys() | _facts_of(a_record()).keys()
    for entry in content("offices")["also"]:
        assert items[entry["item"]]["grade"] in {"H", "M"}
        assert entry["when"].keys() <= known
    assert not {"helpline_smpra", "helpline_old_fia_numbers"} & {entry["item"] for entry in content("offices")["also"]}


def test_a_record_of_an_earlier_schema_is_understood() -> None:
    """The receipt of an older complaint names them too."""
    record = a_record()
    found = bodies_for({**record, "routing": {"office": "Lahore"}})
    assert found[0]["item"] == "helpline_jazzcash"
