"""Cuts long texts into pages of one phone screen, at the end of a paragraph, a line or a sentence."""

import re

SCREEN = 900  # characters of a chat message that fit on one screen of a phone
_ENDS = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"(?<=[.!?۔؟])\s+"), re.compile(r"\s+"))


def pages(text: str, room: int) -> list[str]:
    """`text` in pages of at most `room` characters; each cut is made at the strongest end that leaves a fair page."""
    found, rest = [], text.strip()
    while len(rest) > room:
        stop, start = _cut(rest, room)
        found.append(rest[:stop].rstrip())
        rest = rest[start:].lstrip()
    return [*found, rest]


def _cut(text: str, room: int) -> tuple[int, int]:
    """Where the first page ends and the next begins."""
    for end in _ENDS:
        fitting = [match for match in end.finditer(text, 0, room + 1) if match.start() <= room]
        if fitting and fitting[-1].start() >= room // 3:
            return fitting[-1].start(), fitting[-1].end()
    return room, room
