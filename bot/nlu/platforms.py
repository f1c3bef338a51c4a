"""Where the offender acted: which of the named platforms it is, and which are only spoken of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.identifiers import Identifier
from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold

_REACH = 3  # words looked at beside a name
_STRONG, _PLAIN, _SPOKEN_OF = 2, 1, 0
_LATER = {"phone_call", "sms"}  # counted where no app, site or mail is named
_HOSTS = {"facebook": "facebook", "fb": "facebook", "instagram": "instagram", "wa": "whatsapp", "whatsapp": "whatsapp",
          "tiktok": "tiktok", "twitter": "x", "x": "x", "youtube": "youtube", "youtu": "youtube", "t": "telegram",
          "telegram": "telegram", "snapchat": "snapchat", "messenger": "facebook", "instagr": "instagram"}  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """A platform's name at tokens start to end; `weak` where it counts only without any other."""

    name: str
    start: int
    end: int
    weak: bool = False


@lru_cache
def misspelt() -> re.Pattern[str]:
    """One pattern for the spellings that no list holds; the group's name is the platform."""
    parts = (f"(?P<{name}>{pattern})" for name, pattern in lexicon("platforms")["misspelt"].items())
    return re.compile(rf"(?<![\w.@/])(?:{'|'.join(parts)})(?![\w@])")


@lru_cache
def _beside() -> dict[str, frozenset[str]]:
    words = lexicon("platforms")
    names = ("here_before", "here_after", "not_here_before", "not_here_after")
    return {name: frozenset(fold(str(word)) for word in words[name]) for name in names}


def _strength(mention: Mention, tokens: Sequence[str]) -> int:
    beside = _beside()
    before = tokens[max(0, mention.start - _REACH) : mention.start]
    after = tokens[mention.end : mention.end + _REACH]
    endings = {" ".join(before[-n:]) for n in range(1, _REACH + 1)}
    openings = {" ".join(after[:n]) for n in range(1, _REACH + 1)}
    if endings & beside["not_here_before"] or openings & beside["not_here_after"]:
        return _SPOKEN_OF
    if endings & beside["here_before"] or openings & beside["here_after"]:
        return _STRONG
    return _PLAIN


def main_platform(
    mentions: Sequence[Mention], tokens: Sequence[str], identifiers: Sequence[Identifier], services: bool
) -> str | None:
    """The platform where it happened: what is named as the place, then links, calls, mail, and money services last."""
    named = [m for m in mentions if m.name not in _LATER and not m.weak]
    strengths = [(_strength(mention, tokens), -i) for i, mention in enumerate(named)]
    best = max(strengths, default=(_SPOKEN_OF, 0))
    linked = [platform_of_url(item.normalised) for item in identifiers if item.data_type == "url"]
    known = next((name for name in linked if name != "website"), None)
    if best[0] > _SPOKEN_OF:
        name = named[-best[1]].name
        return known if known and name in {"website", "email"} and best[0] == _PLAIN else name
    if known:
        return known
    later = [m.name for m in mentions if m.name in _LATER and not m.weak]
    if later:
        return "phone_call" if "phone_call" in later else "sms"
    if any(item.data_type == "email" and not item.own for item in identifiers):
        return "email"
    if linked:
        return "website"
    if services:
        return "bank_wallet"
    weak = [m.name for m in mentions if m.weak]
    return weak[0] if weak else (named[0].name if named else None)


def platform_of_url(url: str) -> str:
    """Platform whose address a normalised link has; `website` for all others."""
    host = url.split("://", 1)[-1].split("/", 1)[0].split(":")[0]
    labels = host.removeprefix("www.").removeprefix("m.").removeprefix("vm.").split(".")
    name = labels[-2] if len(labels) > 1 else labels[0]
    if name in {"t", "x", "wa", "fb", "m"} and labels[-1] not in {"me", "com"}:
        return "website"
    return _HOSTS.get(name, "website")
