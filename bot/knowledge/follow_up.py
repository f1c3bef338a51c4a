"""Questions that lean on the last answer: what they ask of it, and the answer from figures and items alone."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.knowledge.comparison import fine_words, has_special_cases, in_words, prison_words
from bot.knowledge.load import Item, knowledge
from bot.knowledge.search import index
from bot.knowledge.terms import key, words
from bot.knowledge.texts import content
from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold

_MOST_WORDS = 12
_ADULT = 18  # years; an age below this asks about a minor
_OLDEST = 100
_LONGEST_NAME = 3
_MOST_SUPPOSED = 9
_BY_DEFINITION = {"22", "22A", "22B", "22C"}  # sections whose victim is a minor already

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class FollowUp:
    """The item that a follow-up is about and what it asks of it: aspects, or the item itself where there are none."""

    item: Item
    aspects: tuple[str, ...] = ()
    of_offence: bool = False


def follow_up(text: str, last: Item | None) -> FollowUp | None:
    """What a question asks about the last answer, or None where it stands by itself."""
    written = words(text)
    if last is None or not 0 < len(written) <= _MOST_WORDS:
        return None
    aspects, rest = _aspects(written)
    if not rest and aspects:
        return _resolve(last, aspects)
    return _critical(written, last) or _other_section(rest, last) or _other_platform(rest, aspects, last)


def leans_on_an_answer(text: str) -> bool:
    """Whether a short text can only be understood as a question about something said before."""
    written = words(text)
    if not 0 < len(written) <= _MOST_WORDS or tuple(written[:1]) not in _leads():
        return False
    aspects, rest = _aspects(written)
    return bool(aspects) if not rest else len(rest) == 1 and _platform(rest[0]) is not None


def offence_answer(item: Item, aspects: tuple[str, ...], language: str) -> str:
    """Sentences on those aspects of an offence, from its figures."""
    lines = [line for aspect in aspects for line in _sentences(item, aspect, language)]
    if {"prison", "fine"} & set(aspects) and has_special_cases(item):
        lines.append(_say("special", language))
    if item.contested:
        lines.append(_say("contested", language))
    return "\n".join([_say("heading", language, section=item.title[language], first=lines[0]), *lines[1:]])


def item_for(aspect: str, item: Item) -> str | None:
    """The item that answers an aspect where figures do not; the nearest way to complain for a platform's item."""
    named = content("follow_ups")["aspects"][aspect].get("item")
    return str(named) if named and named != item.id else None


def offence_behind(item: Item) -> Item | None:
    """The offence that an item is or leads to; None where several could be meant."""
    if item.section:
        return item
    for other in item.see_also:
        if knowledge()[other].section:
            return knowledge()[other]
    by_type = content("follow_ups")["offence_of_type"]
    offences = {by_type.get(name) for name in item.incident_types}
    return knowledge()[offences.pop()] if len(offences) == 1 and None not in offences else None


def offence_of(incident_type: str, subtype: str | None = None) -> Item | None:
    """The offence that a case of this kind is mostly about: a question in a complaint leans on the case itself."""
    known = content("follow_ups")
    by_subtype = known["offence_of_subtype"].get(incident_type, {}).get(subtype)
    return knowledge().get(by_subtype or known["offence_of_type"].get(incident_type, ""))


def beside(item: Item) -> list[str]:
    """Offences that are as a rule committed together with this one."""
    return list(content("follow_ups")["beside"].get(item.id, ()))


def of_a_minor(asked: FollowUp) -> FollowUp:
    """The same question where the victim is known to be under 18: its limits stand in place of the usual ones."""
    if not asked.of_offence or not {"prison", "fine"} & set(asked.aspects):
        return asked
    others = [name for name in asked.aspects if name not in {"minor", "prison", "fine"}]
    return replace(asked, aspects=("minor", *others))


def supposes(text: str) -> bool:
    """Whether a short text only asks what would be if: `aur agar bank ka system hack ho`, about nobody's own case."""
    written = words(text)
    known = content("follow_ups")["suppose"]
    opens = any(written[: len(lead)] == lead for lead in (words(str(name)) for name in known["opens"]))
    return opens and len(written) <= _MOST_SUPPOSED and not set(written) & {fold(str(n)) for n in known["somebody"]}


def _resolve(last: Item, aspects: tuple[str, ...]) -> FollowUp | None:
    of_offence = tuple(a for a in aspects if a in content("follow_ups")["offence_aspects"])
    if of_offence:
        offence = offence_behind(last)
        if offence:
            return FollowUp(offence, of_offence, of_offence=True)
    others = tuple(a for a in aspects if a in ("more", "example") or item_for(a, last))
    return FollowUp(last, others) if others else None


def _critical(written: list[str], last: Item) -> FollowUp | None:
    """`agar sarkari website ho to` after an offence against any system: the one about critical systems."""
    known = content("follow_ups")["critical"]
    named = {fold(str(word)) for word in known["words"]} & set(written)
    heavier = known["of"].get(last.id)
    return FollowUp(knowledge()[heavier]) if heavier and named and tuple(written[:1]) in _leads() else None


def _other_section(rest: list[str], last: Item) -> FollowUp | None:
    """`aur 24?` after an answer about a section."""
    if last.section and len(rest) == 1:
        item = index().by_section.get(rest[0].upper())
        return FollowUp(item) if item else None
    return None


def _other_platform(rest: list[str], aspects: tuple[str, ...], last: Item) -> FollowUp | None:
    """`aur instagram par?` after an answer about Facebook: the same need on the other platform."""
    if last.kind != "platform" or aspects or len(rest) != 1:
        return None
    named = _platform(rest[0])
    need = last.id.split("_", 2)[2]
    item = knowledge().get(f"platform_{named}_{need}") or knowledge().get(f"platform_{named}_report")
    return FollowUp(item) if item else None


def _platform(word: str) -> str | None:
    channels = lexicon("platforms")["channels"]
    return next((name for name, names in channels.items() if word in _folded(name, names)), None)


def _folded(platform: str, names: list[str]) -> set[str]:
    return {platform, *(fold(str(name)) for name in names)}


def _aspects(written: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Aspects that the words name, in the order of the content file, and the words that are nothing known."""
    known, found, rest, start = _vocabulary(), set(), [], 0
    aged = bool(set(written) & _age_words())
    while start < len(written):
        lengths = range(min(_LONGEST_NAME, len(written) - start), 0, -1)
        size = next((n for n in lengths if tuple(written[start : start + n]) in known), 0)
        meaning = known.get(tuple(written[start : start + size])) if size else _by_key(written[start], aged)
        if meaning is None:
            rest.append(written[start])
        found.add(meaning)
        start += size or 1
    order = content("follow_ups")["aspects"]
    return tuple(name for name in order if name in found), rest


def _by_key(word: str, aged: bool) -> str | None:
    """Meaning of one word by age or by another spelling of a known word."""
    if word.isdigit():
        oldest = _OLDEST if aged else _ADULT
        return "minor" if 0 < int(word) < oldest and len(word) == len(str(_ADULT)) else None
    return _keys().get(key(word)) if len(key(word)) > 2 else None


@lru_cache
def _vocabulary() -> dict[Phrase, str]:
    """Meaning of phrases: an aspect, or empty for leads and fillers."""
    known = content("follow_ups")
    found: dict[Phrase, str] = {}
    for names in (known["lead"], *known["filler"]):
        found.update({tuple(words(str(name))): "" for name in names})
    for aspect, entry in known["aspects"].items():
        found.update({tuple(words(str(name))): aspect for name in entry["words"]})
    return found


@lru_cache
def _age_words() -> set[str]:
    return {fold(str(word)) for word in content("follow_ups")["age_words"]}


@lru_cache
def _keys() -> dict[str, str]:
    return {key(phrase[0]): meaning for phrase, meaning in _vocabulary().items() if len(phrase) == 1}


@lru_cache
def _leads() -> set[Phrase]:
    return {tuple(words(str(name)))[:1] for name in content("follow_ups")["lead"]}


def _sentences(item: Item, aspect: str, language: str) -> list[str]:
    figures = item.figures
    if aspect == "minor":
        return _minor(item, language)
    if aspect == "repeat":
        return [_repeat(figures, language)]
    if aspect in ("prison", "fine"):
        words_of = {"prison": prison_words, "fine": fine_words}[aspect]
        return [_say(aspect, language, **{aspect: words_of(figures, language)})]
    if aspect == "arrest" and figures.get("cognizable_on_authority_complaint"):
        return [_say("authority_cognizable", language)]
    name = {"bail": "bailable", "arrest": "cognizable", "settlement": "compoundable"}[aspect]
    return [_say(name if figures[name] else f"not_{name}", language)]


def _minor(item: Item, language: str) -> list[str]:
    figures = item.figures
    usual = {"prison": prison_words(figures, language), "fine": fine_words(figures, language)}
    if item.section in _BY_DEFINITION:
        return [_say("minor_by_definition", language, **usual)]
    if not figures.get("prison_max_minor"):
        return [_say("minor_none", language)]
    name = "minor_and" if figures.get("minor_prison_and_fine") else "minor_or"
    prison = in_words(figures["prison_max_minor"], language)
    special = _say(name, language, prison=prison, fine=f"{figures['fine_max_minor_pkr']:,}")
    return [special, _say("adult", language, **usual)]


def _repeat(figures: Any, language: str) -> str:
    if figures.get("prison_repeat_minor"):
        return _say("repeat_minor", language, prison=in_words(figures["prison_repeat_minor"], language))
    if figures.get("fine_max_marketing_repeat_pkr"):
        least, most = figures["fine_min_marketing_repeat_pkr"], figures["fine_max_marketing_repeat_pkr"]
        return _say("repeat_marketing", language, least=f"{least:,}", most=f"{most:,}")
    return _say("repeat_none", language)


def _say(name: str, language: str, **values: str) -> str:
    return str(content("follow_ups")["say"][name][language]).format(**values)
