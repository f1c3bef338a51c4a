"""Rupee amounts in every notation, and which of them the person lost or was asked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from spacy.tokens import Doc

from bot.nlu.lexicon import lexicon
from bot.nlu.money_cues import Cue, joined, role_of, sum_cues
from bot.nlu.normalise import fold
from bot.nlu.numbers import Number, find_numbers

_LARGEST = 10_000_000_000  # rupees; anything above is a number of another kind
_LEAST_BARE = 200  # rupees; a smaller number without a currency word counts something else
_LEAST_SCALED = 500
_LONGEST_BARE = 8  # digits; a longer bare number is an account or an id
_SIGNS = {".", ":", "-", "/", "=", "("}
_FOREIGN_BEFORE = {"$", "€", "£", "¥", "usd", "usdt", "aed", "sar", "gbp", "euro", "btc"}
_FOREIGN_KINDS = {"us", "american", "canadian", "australian", "saudi", "omani", "qatari", "kuwaiti", "امریکی", "سعودی", "کینیڈین"}
_YEARS = range(1940, 2041)
_YEAR_BEFORE = {"in", "since", "year", "from", "of", "by", "till", "until", "san", "sun", "سن", "january", "march", "april", "may",
                "june", "july", "august", "september", "october", "november", "december", "february"}  # fmt: skip
_YEAR_AFTER = {"mein", "me", "mai", "main", "mn", "میں", "se", "سے", "ka", "ki", "ke", "کا", "کی", "کے", "tak", "تک", "ko", "کو"}
_NOT_PLURAL = {"charges", "fees", "taxes", "dues", "is", "was", "has", "this", "us", "as", "his", "its", "plus", "less", "cash",
               "loss", "rupees", "always", "thanks", "yes", "shaks", "paas", "pas", "bas", "wapis", "wapas", "fis", "ads", "os",
               "instalments", "installments", "expenses", "sms", "miss", "minus", "previous", "process", "access"}  # fmt: skip
_VERBS_IN_ON = {"transaction", "person", "phone", "deduction", "option", "on", "son", "kon", "nuqson", "won", "upon", "amazon",
                "hon", "mon", "non", "common", "ransom", "donation", "registration", "prison", "reason", "season"}  # fmt: skip


@dataclass(frozen=True)
class Amount:
    """One sum in rupees. `role` is lost, fee, demanded, bought, offered or unknown; start and end are token indexes."""

    value: int
    role: str
    total: bool
    start: int
    end: int


@lru_cache
def _lists() -> dict[str, Any]:
    numbers, money = lexicon("numbers"), lexicon("money")
    return {
        "currency": {fold(str(word)) for word in numbers["currency"]},
        "foreign": {fold(str(word)) for word in numbers["foreign"]},
        "not_money": {fold(str(word)) for group in numbers["not_money"] for word in group},
        "naming": {fold(str(word)) for word in numbers["naming"]},
        "each": {fold(str(word)) for word in money["each"]},
        "repeats": {fold(str(word)) for word in money["repeats"]},
    }


def find_amounts(doc: Doc, blocked: Collection[tuple[int, int]] = ()) -> list[Amount]:
    """Amounts of money in rupees, in text order; `blocked` are character spans that are something else."""
    tokens = [token.text for token in doc]
    spaced = [bool(token.whitespace_) for token in doc]
    numbers = [n for n in find_numbers(tokens, spaced) if not _within(doc, n, blocked)]
    if not numbers:
        return []
    cues = sum_cues(doc, [(n.start, n.end) for n in numbers])
    found: list[Amount] = []
    for number in numbers:
        start, end, currency = _currency(tokens, number)
        if _is_money(tokens, number, currency, cues):
            role, total = role_of(cues, tokens, (start, end), [(n.start, n.end) for n in numbers])
            value = int(round(number.value * _repeated(tokens, number, numbers)))
            found.append(Amount(value, role, total, start, end))
    return _share_roles(found, tokens)


def _within(doc: Doc, number: Number, blocked: Collection[tuple[int, int]]) -> bool:
    if not blocked:
        return False
    first, last = doc[number.start], doc[number.end - 1]
    return any(first.idx < stop and begin < last.idx + len(last) for begin, stop in blocked)


def _currency(tokens: Sequence[str], number: Number) -> tuple[int, int, bool]:
    """Span of the number with its currency words, and whether there are any."""
    currency = _lists()["currency"]
    start, end, found = number.start, number.end, False
    if start and tokens[start - 1] in currency:
        start, found = start - 1, True
    elif start > 1 and tokens[start - 1] in _SIGNS and tokens[start - 2] in currency:
        start, found = start - 2, True
    if end < len(tokens) and tokens[end] in currency:
        end, found = end + 1, True
    elif list(tokens[end : end + 2]) in (["/", "-"], ["/", "="]):
        end, found = end + 2, True
    return start, end, found


def _is_money(tokens: Sequence[str], number: Number, currency: bool, cues: Sequence[Cue]) -> bool:
    if not 0 < number.value < _LARGEST:
        return False
    if currency:
        return number.value >= 10
    if _is_foreign(tokens, number) or _counts_things(tokens, number) or _is_year(tokens, number):
        return False
    if number.scaled:
        return number.value >= _LEAST_SCALED and (number.end - number.start > 1 or number.digits)
    return _is_bare_money(tokens, number, cues)


def _is_foreign(tokens: Sequence[str], number: Number) -> bool:
    foreign = _lists()["foreign"]
    following = [t for t in tokens[number.end : number.end + 2] if t not in _FOREIGN_KINDS][:1]
    before = tokens[number.start - 1] if number.start else ""
    return bool(foreign & set(following)) or before in _FOREIGN_BEFORE


def _counts_things(tokens: Sequence[str], number: Number) -> bool:
    """Whether a counted noun follows: a listed one, or a plural by its form."""
    following = tokens[number.end] if number.end < len(tokens) else ""
    if following in _lists()["not_money"]:
        return True
    if following.endswith("وں") and len(following) > 3:
        return True
    if not following.isascii() or len(following) < 5 or following in _NOT_PLURAL | _VERBS_IN_ON:
        return False
    return following.endswith("s") and not following.endswith("ss") or following.endswith("on") and not following.endswith("ion")


def _is_year(tokens: Sequence[str], number: Number) -> bool:
    if number.value not in _YEARS or number.value == 2000 and number.scaled:
        return False
    before = tokens[number.start - 1] if number.start else ""
    following = tokens[number.end] if number.end < len(tokens) else ""
    if number.scaled:
        return following in _YEAR_AFTER
    written = tokens[number.start]
    return "," not in written and (before in _YEAR_BEFORE or number.value != 2000 and number.value > 1950 or following in _YEAR_AFTER)


def _is_bare_money(tokens: Sequence[str], number: Number, cues: Sequence[Cue]) -> bool:
    """A number without currency and without a thousand: money only where words about money stand near."""
    if number.value < _LEAST_BARE:
        return False
    written = tokens[number.start]
    if number.digits and (len(written.replace(",", "")) > _LONGEST_BARE or written.startswith("0") or number.value % 1):
        return False
    near = tokens[max(0, number.start - 2) : number.start]
    if any(token in _lists()["naming"] for token in near):
        return False
    following = tokens[number.end] if number.end < len(tokens) else ""
    if following == "-" or (following == "/" and number.end + 1 < len(tokens) and tokens[number.end + 1][0].isdigit()):
        return False
    return any(-5 <= cue.start - number.end <= 5 or -5 <= number.start - cue.end <= 5 for cue in cues)


def _repeated(tokens: Sequence[str], number: Number, numbers: Sequence[Number]) -> int:
    """How many times the sum was paid: "three times 30,000 each", "45 45 hazar ki 2 transactions", "15000 x 3"."""
    lists = _lists()
    after = tokens[number.end : number.end + 6]
    each = number.each or bool(lists["each"] & set(after[:2]))
    for other in numbers:
        if other is number or other.scaled or not 2 <= other.value <= 60 or other.value % 1:
            continue
        follows = other.start - number.end
        unit = tokens[other.end] if other.end < len(tokens) else ""
        between = tokens[number.end : other.start] if follows >= 0 else tokens[other.end : number.start]
        if follows == 1 and between[0] in {"x", "*", "×"}:
            return int(other.value)
        if unit not in lists["repeats"]:
            continue
        if follows == 1 and between[0] in {"ki", "کی", "ke", "کے"} or follows == 0:
            return int(other.value)
        if follows < 0 and (len(between) <= 5 and each or len(between) <= 2 and between[-1] in {"of", *lists["repeats"]}):
            return int(other.value)
    return 1


def _share_roles(found: list[Amount], tokens: Sequence[str]) -> list[Amount]:
    """Sums of one list have one role: "pehle 5 hazar, phir 18 hazar liye", "put 5k, then 18k"."""
    shared = list(found)
    for step in (1, -1):
        order = range(len(shared)) if step == 1 else range(len(shared) - 1, -1, -1)
        for i in order:
            neighbour = i - step
            if shared[i].role != "unknown" or not 0 <= neighbour < len(shared):
                continue
            left, right = sorted((shared[i], shared[neighbour]), key=lambda a: a.start)
            if shared[neighbour].role != "unknown" and joined(tokens, left.end, right.start):
                shared[i] = replace(shared[i], role=shared[neighbour].role)
    return shared


def main_amount(amounts: Sequence[Amount], tokens: Sequence[str] = ()) -> int | None:
    """Rupees lost, else demanded: the stated total, the payments told one after the other added up, or the largest."""
    candidates = [a for a in amounts if a.role != "offered"]
    totals = [a.value for a in candidates if a.total]
    if totals:
        return max(totals)
    lost = [a for a in candidates if a.role == "lost"]
    if lost:
        return _added(lost + [a for a in candidates if a.role == "fee"])
    demanded = [a.value for a in candidates if a.role == "demanded"]
    if demanded:
        return max(demanded)
    for role in ("fee", "bought", "unknown"):
        chosen = [a for a in candidates if a.role == role]
        if chosen:
            listed = all(joined(tokens, a.end, b.start) for a, b in zip(chosen, chosen[1:], strict=False))
            return _added(chosen) if role == "fee" or listed else max(a.value for a in chosen)
    return None


def _added(amounts: list[Amount]) -> int:
    """Sum of the payments; a sum told twice counts once, and one that is the sum of the rest is the total."""
    values = list(dict.fromkeys(a.value for a in amounts))
    largest = max(values)
    rest = sum(values) - largest
    return largest if rest == largest else largest + rest

