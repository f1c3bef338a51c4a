"""The phrases of the acts as they are written down."""

import yaml

from bot.nlu.acts import Acts
from bot.nlu.data import DATA
from bot.triage.taxonomy import KINDS

NEW = {"quiz", "quiz_continue", "quiz_pick", "tips", "tips_stop"}


def phrases() -> list[tuple[str, str]]:
    """Normalised phrase and intent of every act."""
    blocks = [block for path in sorted(DATA.glob("*.yml")) for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]]
    return [
        (key, block["intent"])
        for block in blocks
        if block["intent"] not in KINDS
        for line in block["examples"].splitlines()
        for key in Acts.of({line.strip().removeprefix("-"): block["intent"]}).by_phrase
    ]


def test_a_phrase_about_the_quiz_or_the_tips_says_nothing_else() -> None:
    """A phrase of two acts would be taken from one of them by the order of files."""
    owners: dict[str, set[str]] = {}
    for phrase, intent in phrases():
        owners.setdefault(phrase, set()).add(intent)
    assert {phrase: intents for phrase, intents in owners.items() if len(intents) > 1 and intents & NEW} == {}
    assert {intent for _, intent in phrases()} >= NEW
