"""Getting a lost account back: whose question asks for it, and the item of the platform that it is about."""

from functools import lru_cache

from bot.knowledge.load import Item, knowledge
from bot.knowledge.terms import words
from bot.knowledge.texts import content
from bot.nlu.lexicon import lexicon

_MOST_WORDS = 14


def asks_for_recovery(text: str, *, hacked: bool = False) -> bool:
    """Whether a short text asks how to get an account back; `hacked`: in such a case "it" is the account."""
    written = words(text)
    if not 0 < len(written) <= _MOST_WORDS or _says(written, "never"):
        return False
    named = _says(written, "account") or platform_in(text) is not None or (hacked and _says(written, "it"))
    return named and _says(written, "how") and _says(written, "back")


def recovery_item(platform: str | None) -> Item | None:
    """What to do to get an account of this platform back."""
    return knowledge().get(f"platform_{platform}_hacked")


def recovery_items() -> list[str]:
    """Ids of all items of this kind, for choosing."""
    return [name for name in knowledge() if name.startswith("platform_") and name.endswith("_hacked")]


def platform_in(text: str) -> str | None:
    """The platform that a text names and whose accounts can be recovered."""
    spaced = f" {' '.join(words(text))} "
    channels = lexicon("platforms")["channels"]
    named = [name for name, names in channels.items() if any(_inside(str(n), spaced) for n in (name, *names))]
    return next((name for name in named if recovery_item(name)), None)


def _says(written: list[str], name: str) -> bool:
    spaced = f" {' '.join(written)} "
    return any(phrase in spaced for phrase in _phrases(name))


@lru_cache
def _phrases(name: str) -> tuple[str, ...]:
    return tuple(f" {' '.join(words(str(phrase)))} " for phrase in content("follow_ups")["recovery"][name])


def _inside(name: str, spaced: str) -> bool:
    return f" {' '.join(words(name))} " in spaced
