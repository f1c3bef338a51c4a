"""Sections that may apply and RSIT classes follow the type and what was told."""

import pytest

from bot.settings import PROJECT
from tests.auxil.records import a_record


def sections(**changes):
    return [item["section"] for item in a_record(**changes)["offences"]]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"incident_type": "blackmail", "risk_flags": []}, {"21", "24"}),
        ({"incident_type": "blackmail", "victim": {"is_minor": True}}, {"21", "24", "22", "22A"}),
        ({"incident_type": "hacking"}, {"3", "4", "5"}),
        ({"incident_type": "impersonation"}, {"16"}),
        ({"incident_type": "child_abuse"}, {"22", "22A"}),
        ({"incident_type": "hate_extremism"}, {"9", "11", "12"}),
        ({"incident_type": "defamation", "incident_subtype": "false_news_panic"}, {"26A"}),
        ({"incident_type": "defamation", "incident_subtype": None}, {"20", "26A"}),
        ({"incident_type": "harassment"}, {"24"}),
        ({"incident_type": "other"}, set()),
    ],
)
def test_sections_by_type(changes, expected):
    """The typical ones are there."""
    assert expected <= set(sections(**changes))
    if not expected:
        assert sections(**changes) == []


def test_conditions_narrow_sections():
    """A fake site adds spoofing, misuse of an identity adds its section, each section once."""
    assert "26" in sections(incident_subtype="shopping", platform="website")
    assert "26" not in sections(incident_subtype="shopping", platform="whatsapp")
    assert "16" not in sections(incident_subtype="shopping", classifier=None)
    with_identity = sections(incident_subtype="otp_bank_call")
    assert with_identity.count("16") == 1


def test_sections_for_adults_stay_out_of_minors_sections():
    """No child section without a child."""
    assert not {"22", "22A"} & set(sections(incident_type="blackmail", victim={"is_minor": False}))


def test_only_sections_of_the_act_appear():
    """No numbering of earlier bills (10A, 19A) and nothing beyond 26A."""
    text = (PROJECT / "knowledge" / "record_mapping.yml").read_text("utf-8")
    known = {*map(str, range(3, 27)), "22A", "22B", "22C", "24A", "26A"}
    named = {line.split('"')[1] for line in text.splitlines() if "section:" in line}
    assert named <= known
