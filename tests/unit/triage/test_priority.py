"""Priority: which incidents cannot wait, and that the reasons are told."""

import pytest

from bot.triage.priority import assess
from bot.triage.taxonomy import INCIDENT_TYPES, RISK_FLAGS


def assessed(incident_type="fraud", flags=(), minor=None, amount=None):
    return assess(incident_type=incident_type, risk_flags=flags, minor=minor, amount_pkr=amount)


@pytest.mark.parametrize("flag", ["self_harm", "violence", "child_in_danger"])
def test_a_life_at_risk_is_an_emergency(flag):
    """Whatever the type is."""
    for incident_type in INCIDENT_TYPES:
        found = assessed(incident_type, [flag])
        assert (found.priority, found.severity) == ("emergency", 4)
        assert flag in found.reasons


@pytest.mark.parametrize("flag", ["threat_to_publish", "intimate_images", "money_moved_recently", "account_in_use"])
def test_harm_under_way_is_high(flag):
    """The flag is the reason."""
    found = assessed("harassment", [flag])
    assert (found.priority, found.severity, found.reasons) == ("high", 3, (flag,))


@pytest.mark.parametrize(("flags", "minor"), [(["minor"], None), ([], True), (["minor"], True)])
def test_a_victim_under_18_is_high(flags, minor):
    """From the flag or the answer, named once."""
    assert assessed("harassment", flags, minor).reasons == ("minor",)
    assert assessed("harassment", flags, minor).priority == "high"


def test_blackmail_and_child_abuse_are_high_by_themselves():
    """They are a live threat and a victim under 18 by definition."""
    assert assessed("blackmail").reasons == ("live_threat",)
    assert assessed("blackmail", ["threat_to_publish"]).reasons == ("threat_to_publish",)
    assert assessed("child_abuse", minor=False).priority == "high"


def test_old_losses_are_normal_but_large_ones_severe():
    """The amount alone does not make it urgent."""
    assert assessed(amount=5_000).priority == "normal"
    large = assessed(amount=3_000_000)
    assert (large.priority, large.severity, large.reasons) == ("normal", 3, ("large_amount",))


def test_what_fits_no_type_is_low_unless_there_is_a_reason():
    """Other and unsure matters wait, except with a flag or money lost."""
    assert assessed("other").priority == "low"
    assert assessed("unsure").priority == "low"
    assert assessed("other", ["account_in_use"]).priority == "high"
    assert assessed("other", amount=20_000).priority == "normal"


def test_there_is_always_a_reason():
    """For every type, with every flag and without."""
    for incident_type in INCIDENT_TYPES:
        for flags in ([], *([flag] for flag in RISK_FLAGS)):
            assert assessed(incident_type, flags).reasons
