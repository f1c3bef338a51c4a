"""Everything the rules find in one text: platform, money, identifiers, dates, city, age and cue words."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

import yaml
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.pipeline import EntityRuler
from spacy.tokens import Doc

from bot.nlu.amounts import Amount, find_amounts, main_amount
from bot.nlu.identifiers import Identifier, find_identifiers, spans, transaction_id
from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import fold
from bot.nlu.times import Occurred, find_dates
from bot.nlu.tokens import flatten, phrase_matcher, pipeline
from bot.settings import PROJECT


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
def _ruled() -> Language:
    """Blank pipeline with an entity ruler for platforms, money services and cities."""
    nlp = pipeline()
    if "entity_ruler" not in nlp.pipe_names:
        ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "ORTH", "overwrite_ents": True})
        assert isinstance(ruler, EntityRuler)  # noqa: S101
        words = lexicon("platforms")
        lists = {**words["channels"], "phone_call": words["calls"], "sms": [*words["channels"]["sms"], *words["messages"]]}
        patterns = [
            {"label": "platform", "id": name, "pattern": fold(str(spelling))}
            for name, spellings in lists.items()
            for spelling in spellings
        ]
        patterns += [{"label": "service", "id": fold(s), "pattern": fold(s)} for s in words["services"]]
        patterns += [{"label": "city", "id": city.name, "pattern": spelling} for spelling, city in cities().items()]
        ruler.add_patterns(patterns)
    return nlp


@lru_cache
def _cue_matcher() -> PhraseMatcher:
    chosen = {name: lexicon("cues")[name] for name in ("minor", "recent", "lost", "demanded")}
    return phrase_matcher({**chosen, **lexicon("risk")})


_AGE = re.compile(
    r"(?<![\d.])(\d{1,2})\s*(?:-\s*)?(?:saal|sal|saala|sala|saalah|year|years|yr|yrs|y/o|yo|سال|سالہ|برس)(?!\w)"
    r"(?!\s*(?:pehle|pehlay|phle|pahle|ago|se\b|say\b|sy\b|tak|baad|later|back|jail|prison|qaid|experience|kaid|ki saza|پہلے|سے|تک|بعد|قید))"
)
_AGE_BEFORE = re.compile(r"(?:(?:i am|i'm|im|she is|he is|aged?|age is|umar|umer|عمر)\s*(?:only|is|sirf|hai|صرف)?\s*)(\d{1,2})(?!\d|[:/.,]\d)(?!\s*(?:am|pm|baje))")
_CLASS = re.compile(r"(?:class|grade|jamaat|کلاس|جماعت)\s*(?:no\.?\s*)?(\d{1,2})(?!\d)|(?<!\d)(\d{1,2})(?:th|st|nd|rd)?\s*(?:class|grade|jamaat|کلاس|جماعت|ویں جماعت|ویں کلاس)|o[- ]?levels?|matric\b|میٹرک")  # fmt: skip


def extract(text: str) -> Extraction:
    """Run every rule over `text` (at most a few thousand characters)."""
    flat, origin = flatten(text)
    doc = _ruled()(flat)
    found = Extraction()
    found.identifiers = find_identifiers(text)
    found.transaction_id = transaction_id(text)
    found.dates = find_dates(text)
    _read_ruler(doc, origin, found)
    _read_amounts(text, found)
    found.cues = frozenset(doc.vocab.strings[rule] for rule, _, _ in _cue_matcher()(doc))
    found.age = _age(flat)
    found.minor = (found.age is not None and found.age < 18) or "minor" in found.cues or _school_child(flat)
    found.entities += [Entity(i.data_type, i.normalised, i.start, i.end) for i in found.identifiers]
    found.entities += [Entity("date", d.as_record(), d.start, d.end) for d in found.dates]
    found.entities.sort(key=lambda entity: (entity.start, entity.end))
    return found


def _read_ruler(doc: Doc, origin: list[int], found: Extraction) -> None:
    named: list[str] = []
    for span in doc.ents:
        start, end = origin[span.start_char], origin[span.end_char - 1] + 1
        if any(i.start <= start < i.end for i in found.identifiers if i.data_type in {"email", "handle"}):
            continue
        if span.label_ == "platform":
            named.append(span.ent_id_)
            found.entities.append(Entity("platform", span.ent_id_, start, end))
        elif span.label_ == "service":
            found.services.append(span.ent_id_)
            found.entities.append(Entity("service", span.ent_id_, start, end))
        elif span.label_ == "city" and found.city is None:
            found.city = next(city for city in cities().values() if city.name == span.ent_id_)
            found.entities.append(Entity("city", found.city.name, start, end))
    found.platform = _main_platform(named, found)


def _main_platform(named: list[str], found: Extraction) -> str | None:
    """Where the offender acted: a named app first, then a site, mail or message, a call, and money services last."""
    apps = [name for name in named if name not in {"phone_call", "sms", "email", "website", "other"}]
    for group in (apps, [n for n in named if n == "other"], [n for n in named if n in {"email", "website"}]):
        if group:
            return group[0]
    by_link = _platform_of_links(found.identifiers)
    if by_link:
        return by_link
    rest = [name for name in named if name in {"phone_call", "sms"}]
    if rest:
        return "phone_call" if "phone_call" in rest else "sms"
    return "bank_wallet" if found.services else None


_HOSTS = {"facebook": "facebook", "fb": "facebook", "instagram": "instagram", "wa": "whatsapp", "whatsapp": "whatsapp", "tiktok": "tiktok", "twitter": "x", "x": "x", "youtube": "youtube", "youtu": "youtube", "t": "telegram", "telegram": "telegram", "snapchat": "snapchat"}  # fmt: skip


def platform_of_url(url: str) -> str:
    """Platform whose address a normalised link has; `website` for all others."""
    host = url.split("://", 1)[-1].split("/", 1)[0].split(":")[0]
    labels = host.removeprefix("www.").removeprefix("m.").removeprefix("vm.").split(".")
    return _HOSTS.get(labels[-2] if len(labels) > 1 else labels[0], "website")


def _platform_of_links(identifiers: list[Identifier]) -> str | None:
    for item in identifiers:
        if item.data_type == "url":
            return platform_of_url(item.normalised)
    return "email" if any(i.data_type == "email" and not i.own for i in identifiers) else None


def _read_amounts(text: str, found: Extraction) -> None:
    masked = list(text)
    for start, end in [*spans(text), *((d.start, d.end) for d in found.dates if any(c.isdigit() for c in d.as_told))]:
        masked[start:end] = "_" + " " * (end - start - 1)
    flat, origin = flatten("".join(masked))
    doc = pipeline().make_doc(flat)
    found.amounts = find_amounts(doc)
    found.amount_pkr = main_amount(found.amounts, [token.text for token in doc])
    for amount in found.amounts:
        first, last = doc[amount.start], doc[amount.end - 1]
        start, end = origin[first.idx], origin[last.idx + len(last) - 1] + 1
        found.entities.append(Entity("amount_pkr", amount.value, start, end))


def _age(flat: str) -> int | None:
    for pattern in (_AGE, _AGE_BEFORE):
        for match in pattern.finditer(flat):
            if 3 <= int(match[1]) <= 90:
                return int(match[1])
    return None


def _school_child(flat: str) -> bool:
    match = _CLASS.search(flat)
    if not match:
        return False
    number = match[1] or match[2]
    return number is None or 1 <= int(number) <= 10
