"""Phone numbers, handles, links, e-mail addresses, IBANs, CNICs and coin addresses, checked by libraries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import phonenumbers
from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError
from stdnum.pk import cnic as cnic_number

from bot.nlu.lexicon import lexicon
from bot.nlu.links import find_links
from bot.nlu.normalise import fold

_EMAIL = re.compile(r"(?<![\w.+-])[\w+-][\w.+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}(?![\w@])", re.I)
_SPELT_EMAIL = re.compile(
    r"(?<![\w.+-])([\w+-][\w.+-]{1,40})\s?(?:\(at\)|\[at\]|\bat\b)\s?(gmail|yahoo|hotmail|outlook|icloud|proton(?:mail)?)"
    r"\s?(?:\(dot\)|\[dot\]|\bdot\b|\.)\s?(com|net|org|me)\b"
)
_IBAN = re.compile(r"(?<![a-z0-9])[a-z]{2}\s?\d{2}(?:[\s-]?[a-z0-9]){11,30}(?![a-z0-9])", re.I)
_PK_IBAN = re.compile(r"pk\d{2}[a-z]{4}\d{16}$")
_CNIC = re.compile(r"(?<![\d-])(\d{5})([\s-]?)(\d{7})[\s-]?(\d)(?![\d-])")
_MOBILE = re.compile(
    r"(?<![\d+])(?:(?:\+|00)?92[\s.-]?(?:\(?0\)?)?|0)?[\s.-]?\(?3\d{2}\)?(?:[\s._/-]{0,2}\d){7}(?!\d)(?![.-]\d{3})"
)
_LONG_NUMBER = re.compile(r"(?:\+|(?<!\d)00|(?<!\d)\(?0\d{2})[\d\s().-]{6,}")
_COIN = re.compile(
    r"(?<!\w)(?:0x[0-9a-fA-F]{40}|bc1[0-9a-z]{25,60}|T[1-9A-HJ-NP-Za-km-z]{33}|[13][1-9A-HJ-NP-Za-km-z]{25,34})(?!\w)"
)
_TRANSACTION = re.compile(
    r"(?:\b(?:tid|trx\s?(?:id)?|txn\s?(?:id)?|trxid|txid|transaction\s?(?:id|no|number)|ref(?:erence)?\s?(?:no|number|id)|tracking\s?(?:id|no))\b"
    r"|ٹرانزیکشن\s?(?:آئی\s?ڈی|نمبر)|ٹی\s?آئی\s?ڈی|حوالہ نمبر)[\s:#.-]*(?:is|hai|number|no|ہے)?[\s:#.-]*([a-z]{0,4}\d{6,20})(?!\d)",
    re.I,
)
_ACCOUNT = re.compile(
    r"(?:\b(?:account|acc|a/c|acct|khata|iban)\s?(?:no|number|num|#|title)?|اکاؤنٹ\s?نمبر|کھاتہ\s?نمبر)[\s:#.-]*(?:is|hai|ہے)?[\s:#.-]*"
    r"(\d[\d-]{8,24}\d)(?!\d)",
    re.I,
)
_AT_HANDLE = re.compile(r"(?<![\w.@/])@([a-z0-9_](?:[a-z0-9_.]{0,38}[a-z0-9_])?)", re.I)
_UNDERSCORED = re.compile(r"(?<![\w.@/-])[a-z0-9][a-z0-9.]{0,30}(?:_+[a-z0-9.]{1,30}){1,6}_*(?![\w@/])")
_FILE = re.compile(r"\.(?:jpe?g|png|pdf|mp[34]|apk|docx?|xlsx?|zip|txt|webp|ogg|opus|html?)$")
_NAME = r"[a-z0-9_](?:[a-z0-9_.]{0,38}[a-z0-9_])?"
_SHORTEST_HANDLE = 3
_SHORTEST_PLAIN = 5  # of a handle that looks like a common word
_OWN_REACH = 60  # characters before an identifier in which its owner is named


@dataclass(frozen=True)
class Identifier:
    """Something that identifies a person, account or place online. Offsets are into the original text."""

    data_type: str
    data: str
    normalised: str
    start: int
    end: int
    own: bool = False


@dataclass(frozen=True)
class Found:
    """Identifiers in text order, transaction number, and all places that no sum may be read from."""

    identifiers: list[Identifier]
    transaction_id: str | None
    places: list[tuple[int, int]]


def find_identifiers(text: str) -> list[Identifier]:
    """Identifiers in text order; overlapping readings are settled in favour of the stricter one."""
    return scan(text).identifiers


def transaction_id(text: str) -> str | None:
    """The first transaction number that is named as one."""
    return scan(text).transaction_id


def scan(text: str) -> Found:
    """Everything that identifies something in `text`."""
    folded = fold(text)
    taken: list[tuple[int, int]] = []
    found: list[Identifier] = []
    for finder in _FINDERS:
        for item in finder(text, folded):
            if not any(item.start < end and start < item.end for start, end in taken):
                taken.append((item.start, item.end))
                found.append(item)
    found.sort(key=lambda item: item.start)
    number = next((item.data for item in found if item.data_type == "transaction"), None)
    kept = [item for item in found if item.data_type not in {"transaction", "account"}]
    return Found(_mark_own(kept, folded), number, taken)


def _plain(kind: str, text: str, start: int, end: int, normalised: str) -> Identifier:
    return Identifier(kind, text[start:end], normalised, start, end)


def _emails(text: str, folded: str) -> Iterator[Identifier]:
    if "@" in folded:
        for match in _EMAIL.finditer(folded):
            yield _plain("email", text, *match.span(), match.group())
    if "dot" in folded or "(at)" in folded or "[at]" in folded:
        for match in _SPELT_EMAIL.finditer(folded):
            yield _plain("email", text, *match.span(), f"{match[1]}@{match[2]}.{match[3]}")


def _links(text: str, folded: str) -> Iterator[Identifier]:
    for start, end, url in find_links(text, folded):
        yield _plain("url", text, start, end, url)


def _coins(text: str, folded: str) -> Iterator[Identifier]:
    for match in _COIN.finditer(text):
        if any(ch.isdigit() for ch in match.group()) and any(ch.isalpha() for ch in match.group()):
            yield _plain("coin_address", text, *match.span(), match.group())


def _ibans(text: str, folded: str) -> Iterator[Identifier]:
    for match in _IBAN.finditer(folded):
        for end in range(match.end(), match.start() + 14, -1):  # a word after the number may have been swept in
            number = re.sub(r"[\s-]", "", folded[match.start() : end])
            if folded[end - 1].isalnum() and (_PK_IBAN.match(number) or _valid_iban(number)):
                yield _plain("iban", text, match.start(), end, number.upper())
                break


def _valid_iban(number: str) -> bool:
    try:
        iban_number.validate(number)
    except ValidationError:
        return False
    return not number.startswith("pk")


def _transactions(text: str, folded: str) -> Iterator[Identifier]:
    for match in _TRANSACTION.finditer(folded):
        yield _plain("transaction", text, *match.span(1), match[1])


def _cnics(text: str, folded: str) -> Iterator[Identifier]:
    for match in _CNIC.finditer(folded):
        number = f"{match[1]}-{match[3]}-{match[4]}"
        if match[2] == "-" or cnic_number.is_valid(number.replace("-", "")):
            yield _plain("cnic", text, *match.span(), number)


def _phones(text: str, folded: str) -> Iterator[Identifier]:
    seen: list[tuple[int, int]] = []
    for found in _MOBILE.finditer(folded):
        start = found.start() + len(found.group()) - len(found.group().lstrip(" .-"))
        seen.append((start, found.end()))
        digits = re.sub(r"\D", "", found.group())[-10:]
        yield _plain("phone", text, start, found.end(), f"+92{digits}")
    if not any(not _covered(match.span(), seen) for match in _LONG_NUMBER.finditer(folded)):
        return  # the library's own search is slow
    for match in phonenumbers.PhoneNumberMatcher(folded, "PK", leniency=phonenumbers.Leniency.VALID, max_tries=200):
        if match.end - match.start >= 7 and not _covered((match.start, match.end), seen):
            number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            yield _plain("phone", text, match.start, match.end, number)


def _covered(span: tuple[int, int], seen: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in seen)


def _accounts(text: str, folded: str) -> Iterator[Identifier]:
    for match in _ACCOUNT.finditer(folded):
        yield _plain("account", text, *match.span(1), match[1])


@lru_cache
def _named_handle() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    """A name behind a word such as "id" or "username", a name before it, and words that are no names."""
    words = lexicon("cues")
    cue, filler = _either(words["handle_words"]), _either(words["handle_fillers"])
    before = re.compile(rf"(?<!\w)({cue})((?:\s*(?:{filler})(?!\w))*)\s*([:=\"'(-]*)\s*@?({_NAME})(?![\w@])")
    after = re.compile(rf"(?<![\w.@/-])({_NAME})\"?\s*(?:[(\"]\s*)?(?:(?:{filler})\s+)*(?:{cue})(?!\w)")
    return before, after, frozenset(str(word) for word in words["not_handles"])


def _either(words: list[str]) -> str:
    return "|".join(sorted({re.escape(fold(str(word))) for word in words}, key=len, reverse=True))


def _handles(text: str, folded: str) -> Iterator[Identifier]:
    for match in _AT_HANDLE.finditer(folded) if "@" in folded else ():
        if len(match[1]) >= _SHORTEST_HANDLE:
            yield _plain("handle", text, *match.span(), match[1])
    for match in _UNDERSCORED.finditer(folded) if "_" in folded else ():
        name = match.group().rstrip(".")
        if len(name) > _SHORTEST_HANDLE and any(ch.isalpha() for ch in name) and not _FILE.search(name):
            yield _plain("handle", text, match.start(), match.start() + len(name), name)
    before, after, not_names = _named_handle()
    for match in before.finditer(folded):
        name = match[4]
        if _is_name(name, not_names) and (_looks_coined(name) or _is_pointed_at(match, folded)):
            yield _plain("handle", text, *match.span(4), name)
    for match in after.finditer(folded):
        if _looks_coined(match[1]) and _is_name(match[1], not_names):
            yield _plain("handle", text, *match.span(1), match[1])


def _is_pointed_at(match: re.Match[str], folded: str) -> bool:
    """Whether a plain word is a handle because it is written as one: `username alikhan`, `id: sara`, `id "sara"`."""
    cue, sign, name = match[1].replace(" ", ""), match[3].strip("-"), match[4]
    if len(name) < _SHORTEST_PLAIN or not cue.startswith(
        ("username", "user", "handle", "id", "i.d", "ids", "یوزر", "آئی")
    ):
        return False
    if '"' in sign or "'" in sign:
        return folded[match.end() : match.end() + 1] in {'"', "'"}
    return bool(sign) or cue in {"username", "handle"}


def _is_name(name: str, not_names: frozenset[str]) -> bool:
    letters = sum(ch.isalpha() for ch in name)
    return len(name) >= _SHORTEST_HANDLE and letters >= 2 and name not in not_names and not _FILE.search(name)


_UNITS = re.compile(r"\d+(?:k|rs|pkr|hazar|lakh|lac|am|pm|th|st|nd|rd|yrs?|years?|saal|days?|din|mb|gb|x)$")


def _looks_coined(name: str) -> bool:
    """Whether nobody writes this as a word: it has a digit, a dot or an underscore inside."""
    return bool(re.search(r"[\d_.]", name)) and not _UNITS.match(name)


_FINDERS = (_emails, _links, _coins, _ibans, _transactions, _cnics, _phones, _accounts, _handles)


def _relative() -> str:
    """ "my mother's number", "meri ammi ka number"."""
    words = lexicon("cues")
    mine, family, thing = _either(words["mine"]), _either(words["family"]), _either(words["own_things"])
    return rf"(?:{mine})\s+(?:{family})(?:'?s)?\s+(?:(?:ka|ki|ke|k|کا|کی|کے)\s+)?(?:{thing})"


@lru_cache
def _kin_patterns() -> dict[str, re.Pattern[str]]:
    """Somebody of the family before a number, who does the harm behind it, and the writer's name before one."""
    words, relations = lexicon("cues"), lexicon("relations")
    mine, family = _either(words["mine"]), _either(words["family"])
    done_to, harm = _either(relations["not_after"]), _either(relations["harm"])
    objects = _either(words["harmed_persons"])
    others = _either([*relations["pronouns"], *relations["mine"], *words["not_own_name"]])
    own_name, filler = _either(words["own_name"]), _either(words["own_fillers"])
    return {
        "bare": re.compile(rf"(?<!\w)(?:{mine})\s+(?:{family})[\s:=(+-]*$"),
        "relative": re.compile(rf"(?<!\w)(?:{_relative()})(?:[\s:=(+-]+(?:{filler}))*[\s:=(+-]*$"),
        "by": re.compile(rf"(?<!\w)(?:{_either(relations['by'])})\s+(?:(?:{mine})\s+)?(?:{family})(?!\w)"),
        "harm": re.compile(rf"(?!\W*(?:{done_to})(?!\w))[^.!?\n]{{0,60}}?(?<!\w)(?:{harm})(?!\w)"),
        "harmed": re.compile(rf"[^.!?\n]{{0,60}}?(?<!\w)(?:{objects})(?!\w)"),
        "quoted": re.compile(rf"(?<!\w)(?:{_either(words['quoting'])})(?!\w)"),
        "name": re.compile(rf"(?<!\w)(?:{own_name})\s(?:(?!(?<!\w)(?:{others})(?!\w))[^\n]){{2,60}}$"),
    }


def _of_family(clause: str, behind: str) -> bool | None:
    """Whether the number of a relative is meant: False where the relative does the harm, None where none is named."""
    kin = _kin_patterns()
    bare, relative = kin["bare"].search(clause), kin["relative"].search(clause)
    if not bare and not relative:
        return None
    does_it = kin["harm"].match(behind) and not kin["harmed"].match(behind)
    if kin["by"].search(clause) or does_it:
        return False
    return bool(relative) or bool(re.search(r"[^\W\d_]{2}", behind)) or None


@lru_cache
def _own_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = lexicon("cues")
    own, filler = _either(words["own"]), _either(words["own_fillers"])
    thing = _either(words["own_things"])
    mine = _either(words["mine"])
    relative = _relative()
    return (
        re.compile(rf"(?<!\w)(?:{own}|{relative})(?:[\s:=(+-]+(?:{filler}))*[\s:=(+-]*$"),
        re.compile(rf"[\s,)(-]*(?:(?:is|ye|yeh|یہ|hai|jo)\s+)*(?:{mine})\s+(?:own\s+)?(?:{thing})(?!\w)(?!(?:\s*(?:no|number|is|hai|ye|نمبر|ہے))*[\s:.]*[\d+@])"
                   rf"|[\s,)(-]*(?:par|pe|pr|py|پر)\s+(?:mujh|mjh|مجھ|hum se|ہم سے|rabta|raabta|contact|رابطہ)"
                   rf"|[\s,)(-]*(?:please|plz|pls|kindly)\s+(?:call|contact|reach|whatsapp)\s+me(?!\w)"),
        re.compile(rf"(?<!\w)(?:{_either(words['signature'])})(?!\w)"),
    )  # fmt: skip


def _follows_own_name(clause: str) -> bool:
    """Whether the writer's own name ends the clause; "he said my name is Captain Ali" is another's."""
    named = _kin_patterns()["name"].search(clause)
    return bool(named) and not _kin_patterns()["quoted"].search(clause[: named.start()] if named else "")


def _mark_own(items: list[Identifier], folded: str) -> list[Identifier]:
    """Mark what belongs to the person or the family: named so before or behind it, or part of the signature."""
    before_pattern, after_pattern, signature = _own_patterns()
    marked: list[Identifier] = []
    for item in items:
        before = re.sub(r"\b(no|nbr|num)\.", r"\1 ", folded[max(0, item.start - _OWN_REACH) : item.start])
        clause = re.split(r"[.;!?\n]", before)[-1]
        of_family = _of_family(clause, folded[item.end :])
        named = item.data_type in {"phone", "email", "cnic"} and _follows_own_name(clause)
        own = bool(before_pattern.search(clause) or after_pattern.match(folded, item.end) or named)
        own = own if of_family is None else of_family
        if (
            marked
            and marked[-1].own
            and re.fullmatch(r"[\s,/&]*(?:and|aur|or|ya|اور|یا)?\s*", folded[marked[-1].end : item.start])
        ):
            own = True
        if item.data_type in {"phone", "email"} and len(folded) - item.end <= 3 and signature.search(before):
            own = True
        marked.append(replace(item, own=own))
    return marked
