"""Takes the complainant's contact data out of a record, also where the person wrote it into the story."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

REDACTED = "[redacted]"
_FIELDS = ("name", "phone", "email", "contact_note")
_FREE_TEXT = (
    *("description", "summary", "as_told", "relationship", "on_behalf_of", "caption", "filename"),
    *("data", "normalised", "transaction_id"),
)
_NATIONAL_DIGITS = 10  # of a Pakistani number, without 0 or +92
_LEAST_NAME_PART = 3  # letters; shorter parts of a name are too common to take out


def redacted(record: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the record in which name, phone, e-mail and contact note read `[redacted]` everywhere."""
    complainant = record["complainant"]
    patterns = [re.compile(pattern, re.IGNORECASE) for pattern in _patterns(complainant)]
    copy: dict[str, Any] = _without(record, patterns)
    hidden = {name: REDACTED for name in _FIELDS if complainant[name]}
    return copy | {"complainant": copy["complainant"] | hidden}


def _without(value: Any, patterns: list[re.Pattern[str]], key: str = "") -> Any:
    """The value with every match in its free texts replaced; codes and ids are left alone."""
    if isinstance(value, Mapping):
        return {name: _without(inner, patterns, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without(inner, patterns, key) for inner in value]
    if isinstance(value, str) and key in _FREE_TEXT:
        for pattern in patterns:
            value = pattern.sub(REDACTED, value)
    return value


def _patterns(complainant: Mapping[str, Any]) -> Iterator[str]:
    """What to look for, longest values first: as given, a phone in any notation, a name also in its parts."""
    for name in ("contact_note", "email", "name"):
        if complainant[name]:
            yield _whole(r"\s+".join(re.escape(word) for word in complainant[name].split()))
    digits = _digits(complainant["phone"] or "")
    if len(digits) >= _NATIONAL_DIGITS:
        yield r"(?:\+|00)?(?:92|٩٢|۹۲)?[\s\-().]*" + _phone(digits[-_NATIONAL_DIGITS:])
    elif digits:
        yield _whole(_phone(digits))
    for part in (complainant["name"] or "").split():
        if len(part) >= _LEAST_NAME_PART:
            yield _whole(re.escape(part))


def _whole(pattern: str) -> str:
    """The pattern where it is not part of a longer word or number."""
    return rf"(?<!\w)(?:{pattern})(?!\w)"


def _digits(phone: str) -> str:
    return "".join(str(int(character)) for character in phone if character.isdecimal())


def _phone(digits: str) -> str:
    """These digits in any script and with any spacing, with or without the leading 0."""
    any_script = [f"[{d}{chr(0x0660 + int(d))}{chr(0x06F0 + int(d))}]" for d in digits]
    return "[0\u0660\u06f0]?" + r"[\s\-().]*".join(any_script)
