"""Makes typed text safe and plain before anything reads it: no control characters, no payloads."""

import re
import unicodedata
from typing import Literal

from bot.nlu.normalise import normalise

LONGEST_TEXT = 5000
_JOINERS = "\u200c\u200d"  # Urdu words and emoji need them
_SLASHES = "/\uff0f\u2044\u2215\u29f8"
_ARABIC_SIGNS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd"  # visible, although Unicode calls them format
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_LEADING = re.compile(rf"^[\s{_JOINERS}{_SLASHES}]+")
_COMMAND = re.compile(rf"[{_SLASHES}](start|help|language|restart)(@\w+)?(\s.*)?", re.IGNORECASE | re.DOTALL)
COMMANDS = {"start": "/greet", "help": "/help", "language": "/choose_language", "restart": "/start_over"}

Problem = Literal["empty", "only_symbols", "too_long"]


def clean(text: str) -> str:
    """`text` in NFC without control, bidirectional-control or other invisible format characters."""
    text = _LINE_END.sub("\n", text).replace("\t", " ")
    text = "".join(ch for ch in text if _is_kept(ch))
    return unicodedata.normalize("NFC", text).strip().strip(_JOINERS).strip()


def _is_kept(ch: str) -> bool:
    if ch == "\n" or ch in _JOINERS or ch in _ARABIC_SIGNS:
        return True
    return unicodedata.category(ch) not in ("Cc", "Cf", "Cs")


def command(cleaned: str) -> str | None:
    """Payload that a typed command such as `/help` stands for. `/start` may carry a word after it."""
    match = _COMMAND.fullmatch(cleaned)
    if not match:
        return None
    name = match.group(1).lower()
    return COMMANDS[name] if name == "start" or not (match.group(3) or "").strip() else None


def without_payload(cleaned: str) -> str:
    """`cleaned` without leading slashes, so that Rasa reads it as words and never as an intent."""
    return _LEADING.sub("", cleaned)


def problem(cleaned: str) -> Problem | None:
    """Why `cleaned` cannot be answered, or None."""
    if not cleaned:
        return "empty"
    if len(cleaned) > LONGEST_TEXT:
        return "too_long"
    if not any(unicodedata.category(ch)[0] in "LN" for ch in cleaned):
        return "only_symbols"
    return None


def same_words(text: str) -> str:
    """A key under which a button title and the same words typed by hand meet."""
    return " ".join(re.findall(r"\w+", normalise(text)))
