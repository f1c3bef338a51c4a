"""Phone numbers, handles, links, e-mail addresses, IBANs, CNICs and coin addresses, checked by libraries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import phonenumbers
from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError
from stdnum.pk import cnic as cnic_number

from bot.nlu.normalise import fold
from bot.nlu.lexicon import lexicon

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}(?![\w@])", re.I)
_URL = re.compile(
    r"(?:h(?:tt|xx)ps?(?:://|\[:\]//)|www\.)[^\s<>\"']+"
    r"|(?<![@\w.-])(?:[a-z0-9-]{1,63}(?:\.|\[\.\])){1,4}"
    r"(?:com|net|org|pk|info|online|shop|store|site|xyz|top|live|app|me|ly|io|co|biz|club|link|click|vip|cc|tk|ru|in|gd|be|gle|tv|edu|gov|web|pro|world|buzz|icu|win|bid|loan|work|life|money|cash|bet|uk|us|ae)"
    r"(?![\w.-]*@)(?![a-z0-9])(?:/[^\s<>\"']*)?",
    re.I,
)
_TRAILING = ".,;:!?)]}>'\"»…۔،؟"
_IBAN = re.compile(r"(?<![a-z0-9])[a-z]{2}\s?\d{2}(?:[\s-]?[a-z0-9]){11,30}(?![a-z0-9])", re.I)
_CNIC = re.compile(r"(?<!\d)\d{5}[\s-]?\d{7}[\s-]?\d(?!\d)")
_MOBILE = re.compile(r"(?<![\d+])(?:\+?92|0092|0)?[\s-]?\(?3\d{2}\)?(?:[\s.-]?\d){7}(?![\s.-]?\d)")
_COIN = re.compile(r"(?<!\w)(?:0x[0-9a-f]{40}|bc1[0-9a-z]{25,60}|T[1-9A-HJ-NP-Za-km-z]{33}|[13][1-9A-HJ-NP-Za-km-z]{25,34})(?!\w)")
_AT_HANDLE = re.compile(r"(?<![\w.@/])@([a-z0-9_][a-z0-9_.]{1,38}[a-z0-9_])", re.I)
_NAMED_HANDLE = re.compile(
    r"(?:\b(?:user\s?name|username|user|handle|id|i\.d|account|acount|profile|page|channel|group|insta|ig|snap|tiktok|telegram)\b"
    r"|یوزر\s?نیم|آئی\s?ڈی|ائی\s?ڈی|اکاؤنٹ|اکاونٹ|پروفائل|پیج|چینل|ہینڈل)"
    r"(?:\s+(?:name|is|hai|ka|ki|ke|naam|nam|se|id|of|by|called|named|link|handle|ہے|کا|کی|کے|نام|سے|ہینڈل)(?![\w]))*\s*[:=\-]?\s*\"?"
    r"([a-z][a-z0-9]*(?:[._]?[a-z0-9]+)+)",
    re.I,
)
_TRANSACTION = re.compile(
    r"\b(?:tid|trx\s?id|txn\s?id|trxid|transaction\s?(?:id|no|number)?|ref(?:erence)?\s?(?:no|number|id))\b[\s:#.-]*(?:is|hai|number|no)?[\s:#.-]*([a-z]{0,4}\d{6,20})",
    re.I,
)


@dataclass(frozen=True)
class Identifier:
    """Something that identifies a person, account or place online. Offsets are into the original text."""

    data_type: str
    data: str
    normalised: str
    start: int
    end: int
    own: bool = False


def find_identifiers(text: str) -> list[Identifier]:
    """Identifiers in text order; overlapping readings are settled in favour of the stricter one."""
    folded = fold(text)
    taken: list[tuple[int, int]] = []
    found: list[Identifier] = []
    for finder in (_emails, _urls, _coins, _ibans, _transactions, _cnics, _phones, _handles):
        for item in finder(text, folded):
            if not any(item.start < end and start < item.end for start, end in taken):
                taken.append((item.start, item.end))
                found.append(_mark_own(item, folded))
    return sorted((item for item in found if item.data_type != "transaction"), key=lambda item: item.start)


def transaction_id(text: str) -> str | None:
    """The first transaction number that is named as one."""
    match = _TRANSACTION.search(fold(text))
    return text[match.start(1) : match.end(1)] if match else None


def spans(text: str) -> list[tuple[int, int]]:
    """Where identifiers and transaction numbers stand, so that amounts do not read them as sums."""
    places = [(item.start, item.end) for item in find_identifiers(text)]
    return places + [match.span(1) for match in _TRANSACTION.finditer(fold(text))]


def _mark_own(item: Identifier, folded: str) -> Identifier:
    before = folded[max(0, item.start - 34) : item.start]
    clause = re.split(r"[.;!?\n]", before)[-1]
    own = any(re.search(rf"(?<!\w){re.escape(cue)}(?!\w)", clause) for cue in lexicon("cues")["own"])
    return Identifier(item.data_type, item.data, item.normalised, item.start, item.end, own=own)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1] in _TRAILING:
        if text[end - 1] == ")" and text[start:end].count("(") >= text[start:end].count(")"):
            break
        end -= 1
    return start, end


def _emails(text: str, folded: str) -> Iterator[Identifier]:
    for match in _EMAIL.finditer(folded):
        start, end = _trim(text, *match.span())
        yield Identifier("email", text[start:end], folded[start:end].lower(), start, end)


def _urls(text: str, folded: str) -> Iterator[Identifier]:
    for match in _URL.finditer(folded):
        start, end = _trim(text, *match.span())
        url = normalise_url(text[start:end])
        if url:
            yield Identifier("url", text[start:end], url, start, end)


def normalise_url(raw: str) -> str | None:
    """An http(s) address with scheme and lower-case host; None if there is no plausible host."""
    clean = raw.replace("[.]", ".").replace("[:]", ":").strip()
    clean = re.sub(r"^hxxp", "http", clean, flags=re.I)
    if not re.match(r"^https?://", clean, re.I):
        clean = f"https://{clean}"
    try:
        parts = urlsplit(clean)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if "." not in host or not re.search(r"[a-z]", host):
        return None
    port = f":{parts.port}" if _port(parts) else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{host}{port}{parts.path if parts.path != '/' else ''}{query}"


def _port(parts: object) -> int | None:
    try:
        return parts.port  # type: ignore[attr-defined,no-any-return]
    except ValueError:
        return None


def _coins(text: str, folded: str) -> Iterator[Identifier]:
    for match in _COIN.finditer(text):
        if any(ch.isdigit() for ch in match.group()) and any(ch.isalpha() for ch in match.group()):
            yield Identifier("coin_address", match.group(), match.group(), *match.span())


def _ibans(text: str, folded: str) -> Iterator[Identifier]:
    for match in _IBAN.finditer(folded):
        for end in range(match.end(), match.start() + 14, -1):  # a word after the number may have been swept in
            try:
                number = iban_number.validate(folded[match.start() : end])
            except ValidationError:
                continue
            yield Identifier("iban", text[match.start() : end], number, match.start(), end)
            break


def _transactions(text: str, folded: str) -> Iterator[Identifier]:
    for match in _TRANSACTION.finditer(folded):
        yield Identifier("transaction", text[slice(*match.span(1))], match.group(1), *match.span(1))


def _cnics(text: str, folded: str) -> Iterator[Identifier]:
    for match in _CNIC.finditer(folded):
        try:
            number = cnic_number.validate(match.group().replace(" ", ""))
        except ValidationError:
            continue
        yield Identifier("cnic", text[slice(*match.span())], cnic_number.format(number), *match.span())


def _phones(text: str, folded: str) -> Iterator[Identifier]:
    seen: list[tuple[int, int]] = []
    for match in phonenumbers.PhoneNumberMatcher(folded, "PK", leniency=phonenumbers.Leniency.VALID, max_tries=200):
        if match.end - match.start >= 7:
            seen.append((match.start, match.end))
            number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            yield Identifier("phone", text[match.start : match.end], number, match.start, match.end)
    for found in _MOBILE.finditer(folded):
        start = found.start() + (len(found.group()) - len(found.group().lstrip(" -")))
        if any(start < end and begin < found.end() for begin, end in seen):
            continue
        digits = re.sub(r"\D", "", found.group())[-10:]
        yield Identifier("phone", text[start : found.end()], f"+92{digits}", start, found.end())


_NOT_HANDLES = {"hai", "name", "hack", "hacked", "is", "fake", "number", "and", "the", "has", "was", "with"}


def _handles(text: str, folded: str) -> Iterator[Identifier]:
    for match in _AT_HANDLE.finditer(folded):
        yield Identifier("handle", text[match.start() : match.end()], match.group(1).rstrip("."), *match.span())
    for match in _NAMED_HANDLE.finditer(folded):
        name = match.group(1)
        if name not in _NOT_HANDLES and re.search(r"[\d_.]", name):
            yield Identifier("handle", text[slice(*match.span(1))], name, *match.span(1))
