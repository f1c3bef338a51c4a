"""Rupee amounts in every notation, and which of them the person lost or was asked for."""

from dataclasses import dataclass
from functools import lru_cache

from spacy.matcher import Matcher
from spacy.tokens import Doc

from bot.nlu.lexicon import lexicon
from bot.nlu.tokens import pipeline

_WINDOW = 7  # words looked at on each side of an amount
_LARGEST = 10_000_000_000  # rupees; anything above is a number of another kind
_DIGITS = r"^\d[\d,]*(\.\d+)?$"


@dataclass(frozen=True)
class Amount:
    """One sum in rupees. `role` is lost, demanded, offered or unknown; start and end are token indexes."""

    value: int
    role: str
    total: bool
    sequential: bool
    start: int
    end: int


@lru_cache
def _lists() -> dict:
    numbers, cues = lexicon("numbers"), lexicon("cues")
    return {
        "words": {str(k): v for k, v in numbers["words"].items()},
        "quarters": numbers["quarters"],
        "scales": numbers["scales"],
        "currency": set(numbers["currency"]),
        "foreign": set(numbers["foreign"]),
        "not_money": {str(word) for word in numbers["not_money"]},
        **{name: {str(w) for w in cues[name]} for name in ("lost", "demanded", "offered", "total", "sequence", "more")},
    }


@lru_cache
def _matcher() -> Matcher:
    lists = _lists()
    matcher = Matcher(pipeline().vocab)
    currency = {"ORTH": {"IN": sorted(lists["currency"])}, "OP": "?"}
    sign = {"ORTH": {"IN": [".", ":", "/", "-"]}, "OP": "?"}
    counting = sorted({*lists["words"], *lists["quarters"], *lists["scales"]})
    digits, word = {"TEXT": {"REGEX": _DIGITS}}, {"ORTH": {"IN": counting}}
    matcher.add(
        "amount",
        [
            [currency, sign, digits, {**word, "OP": "*"}, currency],
            [currency, sign, digits, {"ORTH": {"IN": sorted(lists["scales"])}}, digits, {**word, "OP": "*"}, currency],
            [currency, {**word, "OP": "+"}, currency],
        ],
        greedy="LONGEST",
    )
    return matcher


def find_amounts(doc: Doc) -> list[Amount]:
    """Amounts of money in rupees, in text order."""
    found = []
    for _, start, end in sorted(_matcher()(doc), key=lambda match: match[1]):
        value = _value(doc, start, end)
        if value is not None and _is_money(doc, start, end, value):
            found.append(_with_role(doc, start, end, int(round(value))))
    return found


def _value(doc: Doc, start: int, end: int) -> float | None:
    """Number that the tokens spell; None where they spell none."""
    lists = _lists()
    total, current, quarter = 0.0, None, 0.0
    for index in range(start, end):
        word = doc[index].text
        if word[0].isdigit():
            digits = word.replace(",", "").rstrip(".")
            current = (current or 0.0) + float(digits) + quarter
            quarter = 0.0
        elif word in lists["quarters"]:
            quarter = lists["quarters"][word]
        elif word in lists["words"]:
            current = (current or 0.0) + lists["words"][word] + quarter
            quarter = 0.0
        elif word in lists["scales"]:
            if word == "k" and (index == start or doc[index - 1].whitespace_):
                break  # "25 k baad" is Roman Urdu for "after"
            current = (current if current is not None else 1.0 + quarter) * lists["scales"][word]
            quarter = 0.0
            if lists["scales"][word] >= 1000:
                total, current = total + current, None
    if total and current is not None and current < 100:
        current = None  # "50 hazar do": "do" is "give", not two
    value = total + (current or 0.0)
    return value if 0 < value < _LARGEST else None


def _is_money(doc: Doc, start: int, end: int, value: float) -> bool:
    lists = _lists()
    inside = [doc[i].text for i in range(start, end)]
    before = [doc[i].text for i in range(max(0, start - 2), start)]
    after = [doc[i].text for i in range(end, min(len(doc), end + 2))]
    if lists["foreign"] & {*inside, *after[:1], *before[-1:]}:
        return False
    has_currency = bool(lists["currency"] & {*inside, *before[-1:], *after[:1]}) or after[:2] == ["/", "-"]
    scaled = any(w in lists["scales"] and lists["scales"][w] >= 1000 for w in inside if w != "k" or len(inside) > 1)
    if has_currency:
        return value >= 10
    if after[:1] and after[0] in lists["not_money"]:
        return False
    if not any(w[0].isdigit() or w in lists["words"] or w in lists["quarters"] for w in inside):
        return False  # a bare "hazar" or "lakh" counts nothing
    if scaled:
        return value >= 500
    digits = inside[0].replace(",", "")
    if not digits[0].isdigit() or len(digits) > 8 or digits.startswith("0"):
        return False
    if value < 300 or (1950 <= value <= 2040 and "," not in inside[0]):
        return False
    nearby = {doc[i].text for i in range(max(0, start - 5), min(len(doc), end + 5))}
    return bool(nearby & (lists["lost"] | lists["demanded"] | lists["offered"] | lists["more"]))


def _with_role(doc: Doc, start: int, end: int, value: int) -> Amount:
    lists = _lists()
    before = [doc[i].text for i in range(max(0, start - _WINDOW), start)]
    after = [doc[i].text for i in range(end, min(len(doc), end + _WINDOW))]
    after = _until_sentence_end(after)
    before = list(reversed(_until_sentence_end(list(reversed(before)))))
    scores = {role: _closeness(before, after, lists[role]) for role in ("offered", "lost", "demanded")}
    role = max(scores, key=lambda name: scores[name])
    return Amount(
        value=value,
        role=role if scores[role] > 0 else "unknown",
        total=bool(lists["total"] & {*before[-4:], *after[:2]}),
        sequential=bool(lists["sequence"] & set(before[-5:])) or bool(lists["more"] & set(after[:2])),
        start=start,
        end=end,
    )


def _until_sentence_end(tokens: list[str]) -> list[str]:
    for index, token in enumerate(tokens):
        if token in {".", "!", "?"}:
            return tokens[:index]
    return tokens


def _closeness(before: list[str], after: list[str], cues: set[str]) -> float:
    """Nearest cue word counts most; 0 when there is none in the window."""
    distances = [i + 1 for i, token in enumerate(reversed(before)) if token in cues]
    distances += [i + 1 for i, token in enumerate(after) if token in cues]
    return 1 / min(distances) if distances else 0.0


def main_amount(amounts: list[Amount]) -> int | None:
    """Rupees lost, else demanded: the stated total, the sum of payments told one after the other, or the largest."""
    candidates = [a for a in amounts if a.role != "offered"] or []
    if not candidates:
        return None
    totals = [a.value for a in candidates if a.total]
    if totals:
        return max(totals)
    for role in ("lost", "demanded", "unknown"):
        chosen = [a for a in candidates if a.role == role]
        if chosen:
            if role == "lost" and len(chosen) > 1 and all(a.sequential for a in chosen[1:]):
                return sum(dict.fromkeys(a.value for a in chosen))
            return max(a.value for a in chosen)
    return None
