"""One text in, everything the product knows about it out: the classifiers and the rules put together."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.nlu.classifier import TELLING, WISH, Classifier, Prediction
from bot.nlu.extract import Extraction, extract
from bot.nlu.language import detect
from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import normalise, words
from bot.nlu.people import tells_adult
from bot.triage.priority import assess
from bot.triage.talk import says, spoken_of
from bot.triage.taxonomy import UNSURE

SURE = 0.35  # least probability at which a type is said without asking: above it one that fits is likelier than not
ALTERNATIVE = 0.1  # least probability at which another type is offered
SUBTYPE_SURE = 0.5  # least probability, among those of the type, at which a subtype is said
DANGER = -2.4  # least danger, in log-odds, that is flagged: a false alarm costs little, a missed one much
CRISIS = 0.0  # danger from which a text is first of all a call for help, whatever else it tells
_ALSO_IN_DANGER = 0.5  # share of the likeliest danger from which another one is flagged too
_SAID, _SAID_NOT = 3.0, 1 / 3  # weight of a danger that the words name, or speak against
_MOST_ALTERNATIVES = 3
CERTAIN_TYPE = 0.88  # least probability of a type at which a statement without a question counts as a report
CERTAIN_KIND = 0.8  # from this probability another kind stands whatever the type says
_FEW_WORDS = 3
_OWN_CHILD = {"daughter", "son"}
_STORY = 8  # least words of a text that tells what happened, rather than answers
_LONGEST_WISH = 20  # words; a longer text is a story
URGENT_FROM = {"threat_to_publish": 0.45, "money_moved_recently": 0.3}  # least probability at which it counts
_SIGNS = {"self_harm": "self_harm", "violence": "violence", "child_in_danger": "child_now"}  # flag: sign in the words
_OBSERVABLES_OF = {"other": "observables", "own": "own_contacts"}  # whose they are: field of the analysis
_OUTPUT = (
    *("incident_type", "incident_subtype", "confidence", "alternatives", "kind", "language", "platform", "amount_pkr"),
    *("observables", "minor", "priority", "risk_flags", "topic", "relationship", "desired_outcome"),
)


@dataclass
class Analysis:
    """What is known of one text. `classify` prints most of this; the dialogue uses all of it."""

    language: str
    kind: str
    kind_confidence: float
    incident_type: str
    confidence: float
    alternatives: list[dict[str, Any]]
    topic: str | None
    platform: str | None
    amount_pkr: int | None
    observables: list[dict[str, Any]]
    own_contacts: list[dict[str, Any]]
    minor: bool
    priority: str
    risk_flags: list[str]
    possible_dangers: list[str] = field(default_factory=list)  # flags that are learnt only, with no crisis and no word
    occurred: dict[str, str] | None = None
    city: dict[str, str] | None = None
    transaction_id: str | None = None
    services: list[str] = field(default_factory=list)
    wish_to_complain: bool = False
    relationship: str | None = None
    incident_subtype: str | None = None
    desired_outcome: list[str] = field(default_factory=list)

    def as_output(self) -> dict[str, Any]:
        """The object that `muhafiz classify` prints for this text."""
        content = asdict(self)
        content["observables"] = [
            item | {"role": role} for role in ("other", "own") for item in content[_OBSERVABLES_OF[role]]
        ]
        return {name: content[name] for name in _OUTPUT}


class Analyser:
    """Holds the trained classifier; stateless towards the texts."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier

    def analyse(self, texts: Sequence[str]) -> list[Analysis]:
        """Analyses of a batch, in order."""
        found = [extract(text) for text in texts]
        predictions = self.classifier.predict(texts, found)
        return [combine(*parts) for parts in zip(texts, predictions, found, strict=True)]


def combine(text: str, prediction: Prediction, extraction: Extraction | None = None) -> Analysis:
    """Join a prediction with what the rules find in the same text."""
    found = extraction or extract(text)
    kind, kind_confidence = next(iter(prediction.kind.items()))
    ranked = list(prediction.incident_type.items())
    best, confidence = ranked[0]
    alternatives = [
        {"type": name, "confidence": round(chance, 3)} for name, chance in ranked[1:] if chance >= ALTERNATIVE
    ][:_MOST_ALTERNATIVES]
    unsure = confidence < SURE
    if unsure:
        alternatives = [{"type": n, "confidence": round(c, 3)} for n, c in ranked[:_MOST_ALTERNATIVES]]
    subtype, chance = next(iter(prediction.subtype.items()), (None, 0.0))
    minor = found.minor or (best == "child_abuse" and _may_be_of_a_child(text))
    danger = danger_in(prediction, found)
    calm = _too_short_for_crisis(text, found)
    if calm:
        kind, kind_confidence = next((k, c) for k, c in prediction.kind.items() if k != "crisis")
    elif danger >= CRISIS and (kind != "question" or "self_harm" in found.cues):
        kind = "crisis"
    if _tells_an_incident(text, kind, kind_confidence, confidence):
        kind, kind_confidence = "report", confidence
    flags = risk_flags(prediction, found, best, kind, in_danger=danger >= DANGER and not calm)
    flags = [flag for flag in flags if minor or flag != "minor"]
    about_incident = kind in TELLING
    possible = [] if kind == "crisis" else _unnamed(flags, text, found)
    assessment = assess(
        incident_type=best, risk_flags=flags, minor=minor, amount_pkr=found.amount_pkr, possible=possible
    )
    return Analysis(
        language=detect(text)[0],
        kind=kind,
        kind_confidence=round(kind_confidence, 3),
        incident_type=UNSURE if unsure else best,
        confidence=round(confidence, 3),
        alternatives=alternatives,
        topic=next(iter(prediction.topic)) if kind == "question" else None,
        platform=found.platform,
        amount_pkr=found.amount_pkr,
        observables=[_observable(item) for item in found.identifiers if not item.own],
        own_contacts=[_observable(item) for item in found.identifiers if item.own],
        minor=(minor and about_incident) or found.minor,
        priority=assessment.priority if about_incident else "low",
        risk_flags=flags if about_incident else [flag for flag in flags if flag in _SIGNS],
        possible_dangers=possible,
        occurred=found.dates[0].as_record() if found.dates else None,
        city=asdict(found.city) if found.city else None,
        transaction_id=found.transaction_id,
        services=found.services,
        wish_to_complain=prediction.story.get(WISH, 0.0) > 0.5 and len(text.split()) <= _LONGEST_WISH,
        relationship=found.relationship,
        incident_subtype=subtype if chance >= SUBTYPE_SURE and not unsure else None,
        desired_outcome=found.desired_outcome,
    )


def _may_be_of_a_child(text: str) -> bool:
    """Whether a guess that it happened to a child counts: in a story, or of an own child, and of nobody grown up."""
    return (len(text.split()) >= _STORY or spoken_of(text) in _OWN_CHILD) and not tells_adult(text)


def _too_short_for_crisis(text: str, found: Extraction) -> bool:
    """A few words without any word of danger ("kal raat", "aaj subah") are an answer, not a call for help."""
    return len(text.split()) <= _FEW_WORDS and not any(sign in found.cues for sign in _SIGNS.values())


def _tells_an_incident(text: str, kind: str, kind_confidence: float, type_confidence: float) -> bool:
    """A plain statement of an incident ("my account was hacked") that was not surely read as something else."""
    if kind not in {"question", "out_of_scope", "chitchat", "status"} or len(text.split()) < _FEW_WORDS:
        return False
    asks = "?" in text or "؟" in text or set(words(normalise(text))) & {str(w) for w in lexicon("cues")["question"]}
    return not asks and type_confidence >= CERTAIN_TYPE and kind_confidence < CERTAIN_KIND


def _observable(item: Any) -> dict[str, Any]:
    return {"data_type": item.data_type, "data": item.data, "normalised": item.normalised}


def danger_in(prediction: Prediction, found: Extraction) -> float:
    """How likely a text tells of danger to life or to a child now, in log-odds.

    The mean of the two decisions that see it, the risk and the kind; words that name a danger raise it by one, words
    that speak against it (news, a figure of speech, long ago) lower it by one.
    """
    seen = [sum(prediction.risk.get(name, 0.0) for name in _SIGNS), prediction.kind.get("crisis", 0.0)]
    named = any(sign in found.cues for sign in _SIGNS.values())
    denied = any(f"{sign}_not" in found.cues for sign in _SIGNS.values())
    return sum(map(_log_odds, seen)) / len(seen) + named - denied


def _unnamed(flags: Sequence[str], text: str, found: Extraction) -> list[str]:
    """The flagged dangers that no words of the text name, so that they rest on what was learnt alone."""
    named = {flag for flag, sign in _SIGNS.items() if sign in found.cues}
    if "violence" in flags and says(text, "violent_threat"):
        named.add("violence")
    return [flag for flag in flags if flag in _SIGNS and flag not in named]


def _log_odds(chance: float) -> float:
    bounded = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def _dangers(prediction: Prediction, found: Extraction) -> set[str]:
    """Which dangers a text tells of: the likeliest, and others that are nearly as likely."""
    weights = {
        flag: (_SAID if sign in found.cues else 1.0) * (_SAID_NOT if f"{sign}_not" in found.cues else 1.0)
        for flag, sign in _SIGNS.items()
    }
    likely = {flag: prediction.risk.get(flag, 0.0) * weight for flag, weight in weights.items()}
    return {flag for flag, chance in likely.items() if chance >= _ALSO_IN_DANGER * max(likely.values())}


def risk_flags(
    prediction: Prediction, found: Extraction, incident_type: str, kind: str, *, in_danger: bool
) -> list[str]:
    """Risk flags of a text, from what was learnt and the phrase lists. High recall first."""
    flags = _dangers(prediction, found) if in_danger else set()
    cues = found.cues
    if kind in TELLING:
        flags |= {name for name, least in URGENT_FROM.items() if prediction.urgent.get(name, 0.0) >= least}
    if _threatens_to_publish(cues, incident_type):
        flags.add("threat_to_publish")
    if "intimate" in cues:
        flags.add("intimate_images")
    if incident_type == "fraud" and "recent" in cues and cues & {"lost", "left"} and kind in {"report", "crisis"}:
        flags.add("money_moved_recently")
    if "in_use" in cues and incident_type in {"hacking", "impersonation", "fraud"}:
        flags.add("account_in_use")
    if found.minor or incident_type == "child_abuse":
        flags.add("minor")
    return sorted(flags)


def _threatens_to_publish(cues: frozenset[str], incident_type: str) -> bool:
    """Blackmail that names what would be shown, or words of publishing where pictures are the point."""
    if incident_type == "blackmail":
        return "publish" in cues or {"material", "spread"} <= cues or {"material", "deadline"} <= cues
    return incident_type in {"harassment", "child_abuse"} and "publish" in cues
