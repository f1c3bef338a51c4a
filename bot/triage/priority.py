"""How urgent an incident is, with the reasons; pure rules, so that staff can foresee and check them."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.triage.taxonomy import Priority

LARGE_AMOUNT_PKR = 1_000_000  # from here a loss counts as severe even when it is not recent

DANGERS = ("self_harm", "violence", "child_in_danger")  # flags of a life, violence or a child now
_HIGH_FLAGS = ("threat_to_publish", "intimate_images", "money_moved_recently", "account_in_use")
_LOW_TYPES = ("other", "unsure")
_SEVERITY: dict[Priority, int] = {"emergency": 4, "high": 3, "normal": 2, "low": 1}


@dataclass(frozen=True)
class Assessment:
    """Severity 1 to 4 as TheHive counts it, the priority, and stable reason codes (never empty)."""

    severity: int
    priority: Priority
    reasons: tuple[str, ...]


def assess(
    *,
    incident_type: str,
    risk_flags: Collection[str],
    minor: bool | None,
    amount_pkr: int | None,
    possible: Collection[str] = (),
    also: Collection[str] = (),
) -> Assessment:
    """Priority from what is known; what is unknown (None) never makes an incident less urgent.

    `possible` are flagged dangers that are a guess: nobody named them, and the conversation did not stop for them.
    `also` are other incident types that the matter is by its facts.
    """
    dangers = [flag for flag in DANGERS if flag in risk_flags]
    emergency = [flag for flag in dangers if flag not in possible]
    high = [f"possible_{flag}" for flag in dangers if flag in possible]
    high += _high_reasons(incident_type, risk_flags, minor)
    high += ["child_abuse"] if "child_abuse" in also else []
    large = ["large_amount"] if amount_pkr is not None and amount_pkr >= LARGE_AMOUNT_PKR else []
    reasons = (*emergency, *high, *large)
    priority: Priority
    if emergency:
        priority = "emergency"
    elif high:
        priority = "high"
    elif incident_type in _LOW_TYPES and not amount_pkr:
        priority, reasons = "low", ("outside_named_types",)
    else:
        priority, reasons = "normal", reasons or ("no_urgent_sign",)
    severity = max(_SEVERITY[priority], 3 if large else 1)
    return Assessment(severity=severity, priority=priority, reasons=reasons)


def _high_reasons(incident_type: str, risk_flags: Collection[str], minor: bool | None) -> list[str]:
    """Reasons for `high`: flags, blackmail (a live threat by definition), a victim under 18."""
    reasons = [flag for flag in _HIGH_FLAGS if flag in risk_flags]
    if incident_type == "blackmail" and "threat_to_publish" not in reasons:
        reasons.append("live_threat")
    if minor or "minor" in risk_flags or incident_type == "child_abuse":
        reasons.append("minor")
    return reasons
