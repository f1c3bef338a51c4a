"""Rupee amounts in every notation, and which of them the person lost or was asked for."""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.nlu.lexicon import lexicon
from bot.nlu.money_cues import Cue, joined, near, role_of, says_of_money, sum_cues
from bot.nlu.normalise import fold
from bot.nlu.numbers import YEAR_AFTER, Number, find_numbers
from bot.nlu.tokens import Tokens

_LARGEST = 10_000_000_000  # rupees; anything above is a number of another kind
_LEAST = 10  # rupees, where a currency word stands by the number
_LEAST_BARE = 200  # rupees; a smaller number without a currency word counts something else
_LEAST_LISTED = 1000  # rupees; a bare number that only its list makes money
_NEAR = 5  # words between a bare number and the words that make it money
_BESIDE = 4  # numbers on each side that a number is read together with
_LEAST_SCALED = 500
_BAIT = 0.01  # a payment this small beside another was the bait, not the loss
_LONGEST_BARE = 8  # digits; a longer bare number is an account or an id
_SIGNS = {".", ":", "-", "/", "=", "("}
_YEARS = range(1940, 2041)


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
        "things": {fold(str(w)) for group in numbers["not_money"] for w in group}
        - {fold(str(w)) for w in numbers["places"]},
        "time_units": {fold(str(word)) for group in numbers["time_units"] for word in group},
        "naming": {fold(str(word)) for word in numbers["naming"]},
        **{
            name: {fold(str(word)) for word in numbers[name]}
            for name in ("foreign_before", "foreign_kinds", "year_before", "not_plural", "fillers", "after_sum")
        },
        "short_codes": set(numbers["short_codes"]),
        "each": {fold(str(word)) for word in money["each"]},
        "repeats": {fold(str(word)) for word in money["repeats"]},
    }


def find_amounts(text: Tokens, blocked: Collection[tuple[int, int]] = ()) -> list[Amount]:
    """Amounts of money in rupees, in text order; `blocked` are character spans that are something else."""
    tokens = text.words
    numbers = [n for n in find_numbers(tokens, text.spaced) if not _within(text, n, blocked)]
    if not numbers:
        return []
    cues = sum_cues(text, [(n.start, n.end) for n in numbers])
    sure = [_is_money(tokens, n, cues) for n in numbers]
    found: list[Amount] = []
    for at, number in enumerate(numbers):
        beside = numbers[max(0, at - _BESIDE) : at + _BESIDE + 1]
        if sure[at] or _listed(tokens, at, numbers, sure):
            start, end, _ = _currency(tokens, number)
            role, total = role_of(cues, tokens, (start, end), [(n.start, n.end) for n in beside])
            value = round(number.value * _repeated(tokens, number, beside))
            found.append(Amount(value, role, total, start, end))
    if any(cue.role == "in_name" for cue in cues):  # a loan that another took in the person's name is the person's loss
        found = [replace(a, role="unknown") if a.role == "offered" else a for a in found]
    return _share_roles(found, tokens)


def _listed(tokens: Sequence[str], at: int, numbers: Sequence[Number], sure: Sequence[bool]) -> bool:
    """A bare number in one list with sums that are money: "file 3000, stamp 4500, and Rs 2000 for the officer"."""
    number = numbers[at]
    if number.value < _LEAST_LISTED or not _may_be_bare_money(tokens, number):
        return False
    left = at > 0 and sure[at - 1] and joined(tokens, numbers[at - 1].end, number.start)
    return left or (at + 1 < len(numbers) and sure[at + 1] and joined(tokens, number.end, numbers[at + 1].start))


def _within(text: Tokens, number: Number, blocked: Collection[tuple[int, int]]) -> bool:
    first, last = text.characters(number.start, number.end)
    return any(first < stop and begin < last for begin, stop in blocked)


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


def _is_money(tokens: Sequence[str], number: Number, cues: Sequence[Cue]) -> bool:
    if not 0 < number.value < _LARGEST:
        return False
    if _currency(tokens, number)[2]:
        return number.value >= _LEAST
    if number.scaled:
        plain = _is_foreign(tokens, number) or _counts_things(tokens, number) or _is_year(tokens, number)
        return not plain and number.value >= _LEAST_SCALED and (number.end - number.start > 1 or number.digits)
    if not _may_be_bare_money(tokens, number):
        return False
    return "," in tokens[number.start] or any(
        -_NEAR <= cue.start - number.end <= _NEAR or -_NEAR <= number.start - cue.end <= _NEAR
        for cue in near(cues, number.start, number.end)
    )


def _is_foreign(tokens: Sequence[str], number: Number) -> bool:
    foreign = _lists()["foreign"]
    following = [t for t in tokens[number.end : number.end + 2] if t not in _lists()["foreign_kinds"]][:1]
    before = tokens[number.start - 1] if number.start else ""
    return bool(foreign & set(following)) or before in _lists()["foreign_before"]


def _counts_things(tokens: Sequence[str], number: Number) -> bool:
    """Whether a counted noun follows: a listed one, or a plural by its form."""
    following = tokens[number.end] if number.end < len(tokens) else ""
    further = tokens[number.end + 1] if number.end + 1 < len(tokens) else ""
    if following in _lists()["not_money"] or (following in _lists()["time_units"] and not number.scaled):
        return True
    said = following in says_of_money() or following in _lists()["after_sum"]
    if following.isalpha() and not said and further in _lists()["things"]:
        return True
    if following in _lists()["not_plural"]:
        return False
    if following.endswith(("وں", "یاں")) and len(following) > 3:
        return True
    if not following.isascii() or len(following) < 4:
        return False
    return (following.endswith("s") and not following.endswith("ss")) or (
        following.endswith("on") and not following.endswith("ion")
    )


def _is_year(tokens: Sequence[str], number: Number) -> bool:
    if number.value not in _YEARS or (number.value == 2000 and number.scaled):
        return False
    before = tokens[number.start - 1] if number.start else ""
    following = tokens[number.end] if number.end < len(tokens) else ""
    if number.scaled:
        return following in YEAR_AFTER
    written = tokens[number.start]
    return "," not in written and (
        before in _lists()["year_before"] or (number.value != 2000 and number.value > 1950) or following in YEAR_AFTER
    )


def _may_be_bare_money(tokens: Sequence[str], number: Number) -> bool:
    """Whether a number without currency and without a thousand may be money by its form and its neighbours."""
    written = tokens[number.start]
    if not _LEAST_BARE <= number.value < _LARGEST or number.scaled or number.value in _lists()["short_codes"]:
        return False
    if number.digits and (len(written.replace(",", "")) > _LONGEST_BARE or written.startswith("0") or number.value % 1):
        return False
    following = tokens[number.end] if number.end < len(tokens) else ""
    if following == "-" or (following == "/" and number.end + 1 < len(tokens) and tokens[number.end + 1][0].isdigit()):
        return False
    return not (
        _is_named(tokens, number)
        or _is_foreign(tokens, number)
        or _counts_things(tokens, number)
        or _is_year(tokens, number)
    )


def _is_named(tokens: Sequence[str], number: Number) -> bool:
    """Whether the number names something: "section 20", "FIR no. 1234", "code is 4471"."""
    before = [token for token in tokens[max(0, number.start - 3) : number.start] if token not in _lists()["fillers"]]
    gap = tokens[max(0, number.start - 1) : number.start]
    return bool(before) and before[-1] in _lists()["naming"] and (gap[0] in _lists()["fillers"] or gap[0] == before[-1])


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
        if (follows == 1 and between[0] in {"ki", "کی", "ke", "کے"}) or follows == 0:
            return int(other.value)
        if follows < 0 and (
            (len(between) <= 5 and each) or (len(between) <= 2 and between[-1] in {"of", *lists["repeats"]})
        ):
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


def main_amount(amounts: Sequence[Amount], tokens: Sequence[str]) -> int | None:
    """Rupees lost, else demanded: the stated total, the payments told one after the other added up, or the largest."""
    candidates = [a for a in amounts if a.role != "offered"]
    totals = [a.value for a in candidates if a.total]
    if totals:
        return max(totals)
    lost = [a for a in candidates if a.role == "lost"]
    if lost:
        return _added(lost + [a for a in candidates if a.role == "fee"], tokens)
    demanded = [a.value for a in candidates if a.role == "demanded"]
    if demanded:
        return max(demanded)
    for role in ("fee", "bought", "unknown"):
        chosen = [a for a in candidates if a.role == role]
        if chosen:
            listed = all(joined(tokens, a.end, b.start) for a, b in itertools.pairwise(chosen))
            return _added(chosen, tokens) if role == "fee" or listed else max(a.value for a in chosen)
    return None


def _added(amounts: Sequence[Amount], tokens: Sequence[str]) -> int:
    """Sum of the payments; a sum told twice counts once, and one that is the sum of the rest is the total."""
    values: list[int] = []
    last: Amount | None = None
    for amount in sorted(amounts, key=lambda a: a.start):
        listed = last is not None and joined(tokens, last.end, amount.start)
        if amount.value not in values or listed:
            values.append(amount.value)
        if len(values) > 2 and not listed and amount.value == sum(values[:-1]):
            return amount.value
        last = amount
    values = [value for value in values if value >= max(values) * _BAIT]
    rest = sum(values[1:])
    return rest if len(values) > 2 and values[0] == rest else values[0] + rest
