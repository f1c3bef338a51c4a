"""Everything the rules find in one text: platform, money, identifiers, dates, city, age and cue words."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

import yaml

from bot.nlu import relations, wishes
from bot.nlu.amounts import Amount, find_amounts, main_amount
from bot.nlu.danger import signs
from bot.nlu.identifiers import Identifier, scan
from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.nlu.numbers import tables
from bot.nlu.people import ages, is_minor
from bot.nlu.platforms import Mention, main_platform, misspelt, platform_of_url
from bot.nlu.times import PAKISTAN, Occurred, dates_in, main_date
from bot.nlu.tokens import PhraseMatcher, Tokens, flatten, phrase_matcher, tokenise, vocabulary
from bot.settings import PROJECT

__all__ = ["City", "Entity", "Extraction", "cities", "extract", "platform_of_url"]

LONGEST = 20_000  # characters read; the rest of a longer text is not looked at
_PLACE = {"platform", "weak", "service", "city", "plain"}  # of these, the longest of overlapping phrases counts
_TITLE = 8  # words before a city in which it may be called the name of a page
_HOME_AFTER = {"se", "ka", "ki", "ke", "سے", "کا", "کی", "کے", "mein", "main", "me", "میں"}
_HOME_BEFORE = {"from", "in", "of", "at"}


@dataclass(frozen=True)
class Entity:
    """A found value with its place in the original text, as Rasa reports entities."""

    entity: str
    value: object
    start: int
    end: int


@dataclass(frozen=True)
class City:
    """A place in Pakistan, with its province and the nearest office from knowledge/."""

    name: str
    province: str
    office: str


@dataclass
class Extraction:
    """What the rules found in one text."""

    platform: str | None = None
    services: list[str] = field(default_factory=list)
    amount_pkr: int | None = None
    amounts: list[Amount] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    transaction_id: str | None = None
    dates: list[Occurred] = field(default_factory=list)
    city: City | None = None
    age: int | None = None
    minor: bool = False
    cues: frozenset[str] = frozenset()
    relationship: str | None = None
    desired_outcome: list[str] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)


@lru_cache
def cities() -> dict[str, City]:
    """City by each of its folded spellings, from knowledge/offices.yml."""
    path = PROJECT / "knowledge" / "offices.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    found: dict[str, City] = {}
    for entry in content.get("cities", []):
        name = entry["name"]["en"] if isinstance(entry["name"], dict) else entry["name"]
        names = entry["name"].values() if isinstance(entry["name"], dict) else [entry["name"]]
        city = City(name, entry.get("province", ""), entry.get("office", ""))
        for spelling in [*names, *entry.get("spellings", [])]:
            found.setdefault(fold(str(spelling)), city)
    return found


@lru_cache
def _matcher() -> PhraseMatcher:
    """One matcher for every list: labels are `platform facebook`, `service`, `city Lahore`, `cue lost`, …"""
    words, cues, people = lexicon("platforms"), lexicon("cues"), lexicon("people")
    lists: dict[str, Iterable[str]] = {f"platform {name}": spellings for name, spellings in words["channels"].items()}
    lists["platform phone_call"] = words["calls"]
    lists["platform sms"] = [*words["channels"]["sms"], *words["messages"]]
    lists |= {f"weak {name}": spellings for name, spellings in words["weak"].items()}
    lists["service"] = words["services"]
    lists["plain"] = [*words["not_calls"], *words["not_services"]]
    by_city: dict[str, list[str]] = {}
    for spelling, city in cities().items():
        by_city.setdefault(f"city {city.name}", []).append(spelling)
    lists |= by_city
    lists |= {f"cue {name}": cues[name] for name in ("minor", "not_minor", "recent", "lost", "demanded")}
    lists |= {f"cue {name}": people[name] for name in ("child", "not_child", "school_stages")}
    lists |= {f"cue {name}": phrases for name, phrases in lexicon("risk").items()}
    lists |= relations.phrases() | wishes.phrases()
    return phrase_matcher(lists)


def extract(text: str, now: datetime | None = None) -> Extraction:
    """Run every rule over `text`; `now` is the moment that "yesterday" is counted from."""
    text = text[:LONGEST]
    known = scan(text)
    flat, origin = flatten(_masked(text, known.places))
    _matcher()  # its words must be known before the text is read
    tokens = tokenise(flat)
    found = Extraction(identifiers=known.identifiers, transaction_id=known.transaction_id)
    found.dates = dates_in(flat, origin, text, now)
    _read_phrases(tokens, flat, origin, found)
    _read_amounts(tokens, origin, found)
    told = ages(flat, tokens.distinct)
    found.age = told[0].years if told else None
    found.minor = is_minor(flat, tokens.distinct, told, found.cues)
    found.cues |= signs(flat, tokens.distinct, found.minor)
    if any(told.first >= _yesterday(now) for told in found.dates):
        found.cues |= {"recent"}
    found.entities += [Entity(i.data_type, i.normalised, i.start, i.end) for i in found.identifiers]
    found.entities += [Entity("date", d.as_record(), d.start, d.end) for d in found.dates]
    found.entities.sort(key=lambda entity: (entity.start, entity.end))
    main = main_date(found.dates)
    if main:  # readers take the first
        found.dates.sort(key=lambda item: (item is not main, item.start))
    return found


def _yesterday(now: datetime | None) -> date:
    return (now or datetime.now(PAKISTAN)).astimezone(PAKISTAN).date() - timedelta(days=1)


def _masked(text: str, places: list[tuple[int, int]]) -> str:
    """`text` with a `_` and spaces where identifiers stand, so that nothing else is read from them."""
    if not places:
        return text
    masked = list(text)
    for start, end in places:
        masked[start:end] = "_" + " " * (end - start - 1)
    return "".join(masked)


def _longest(matches: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    chosen: list[tuple[str, int, int]] = []
    taken: set[int] = set()
    for label, start, end in sorted(matches, key=lambda m: (m[1] - m[2], m[1], m[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            chosen.append((label, start, end))
    return sorted(chosen, key=lambda m: m[1])


def _read_phrases(tokens: Tokens, flat: str, origin: list[int], found: Extraction) -> None:
    matcher, strings = _matcher(), vocabulary().strings
    matches = [(strings[rule], start, end) for rule, start, end in matcher(tokens.doc)]
    found.cues = _cues([(label[4:], start, end) for label, start, end in matches if label.startswith("cue ")])
    found.relationship = relations.relationship(matches, tokens)
    found.desired_outcome = wishes.desired_outcome(matches, tokens)
    mentions: list[Mention] = []
    places: list[tuple[int, City, int, int]] = []
    for label, start, end in _longest([m for m in matches if m[0].split(" ", 1)[0] in _PLACE]):
        kind, _, name = label.partition(" ")
        first, last = _characters(tokens, origin, start, end)
        if kind in {"platform", "weak"}:
            if name == "email" and "_" in tokens.words[end : end + 3]:
                continue  # "my email is ali@…": the address itself tells whose it is
            mentions.append(Mention(name, start, end, weak=kind == "weak"))
            if kind == "platform":
                found.entities.append(Entity("platform", name, first, last))
        elif kind == "service":
            service = " ".join(tokens.words[start:end])
            found.services.append(service)
            found.entities.append(Entity("service", service, first, last))
        elif kind == "city":
            if _is_in_a_title(tokens.words, start):
                continue
            city = _city(name)
            places.append((_home(tokens.words, start, end), city, first, last))
    mentions += _misspelt(tokens, flat, origin, mentions, found)
    mentions.sort(key=lambda mention: mention.start)
    if places:
        _, found.city, *_ = max(places, key=lambda place: place[0])
        found.entities += [Entity("city", city.name, first, last) for _, city, first, last in places]
    found.platform = main_platform(mentions, tokens.words, found.identifiers, bool(found.services))


def _is_in_a_title(words: Sequence[str], start: int) -> bool:
    """Whether a city is part of a name: "page ka naam Apna Gujranwala"."""
    return bool(_title().search(" ".join(words[max(0, start - _TITLE) : start])))


@lru_cache
def _title() -> re.Pattern[str]:
    words = lexicon("cues")
    thing, called, filler = (
        "|".join(re.escape(fold(str(word))) for word in words[name])
        for name in ("handle_words", "title_words", "title_fillers")
    )
    return re.compile(rf"(?<!\w)(?:{thing})(?: (?:{filler}))* (?:{called})(?: (?:{filler}))*(?: [^\W\d_]+){{0,2}}$")


@lru_cache
def _city(name: str) -> City:
    return next(city for city in cities().values() if city.name == name)


def _home(tokens: list[str], start: int, end: int) -> int:
    """Whether a city is told as the place the person is in."""
    after = tokens[end] if end < len(tokens) else ""
    before = tokens[start - 1] if start else ""
    further = tokens[end + 1] if end + 1 < len(tokens) else ""
    at_home = before == "from" or (
        after in {"se", "سے"} and further in {"hun", "hoon", "hu", "hon", "ہوں", "likh", "لکھ", "taluq", "تعلق"}
    )
    return 2 * at_home + (after in _HOME_AFTER or before in _HOME_BEFORE)


def _cues(matches: list[tuple[str, int, int]]) -> frozenset[str]:
    """Names of the cue lists that the text holds a phrase of; a `not_` phrase covers what lies inside it."""
    covered = {
        name: [(start, end) for label, start, end in matches if label == f"not_{name}"] for name in ("minor", "child")
    }
    return frozenset(
        name
        for name, start, end in matches
        if not name.startswith("not_") and not any(a <= start and end <= b for a, b in covered.get(name, ()))
    )


def _misspelt(tokens: Tokens, flat: str, origin: list[int], known: list[Mention], found: Extraction) -> list[Mention]:
    extra = []
    for match in misspelt().finditer(flat):
        start, end = tokens.covering(*match.span())
        if any(start < m.end and m.start < end for m in known):
            continue
        name = str(match.lastgroup)
        extra.append(Mention(name, start, end))
        found.entities.append(Entity("platform", name, *_characters(tokens, origin, start, end)))
    return extra


def _characters(tokens: Tokens, origin: list[int], start: int, end: int) -> tuple[int, int]:
    """Offsets in the original text of the words start to end."""
    first, last = tokens.characters(start, end)
    return origin[first], origin[last - 1] + 1


def _read_amounts(tokens: Tokens, origin: list[int], found: Extraction) -> None:
    if not any(word[0].isdigit() or word in _number_words() for word in tokens.distinct):
        return
    blocked = [(d.start, d.end) for d in found.dates if any(ch.isdigit() for ch in d.as_told)]
    if blocked:
        blocked = [(_index(origin, start), _index(origin, end - 1) + 1) for start, end in blocked]
    found.amounts = find_amounts(tokens, blocked)
    found.amount_pkr = main_amount(found.amounts, tokens.words)
    for amount in found.amounts:
        found.entities.append(
            Entity("amount_pkr", amount.value, *_characters(tokens, origin, amount.start, amount.end))
        )


def _index(origin: list[int], place: int) -> int:
    """Index in the flattened text of a character of the original."""
    return bisect_left(origin, place)


@lru_cache
def _number_words() -> frozenset[str]:
    lists = tables()
    return frozenset({*lists["words"], *lists["scales"], *lists["quarters"]})
