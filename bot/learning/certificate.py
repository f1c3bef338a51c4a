"""Addresses of certificate pictures: everything that is on one is sealed inside its address, nothing is stored."""

import asyncio
from collections import OrderedDict

import structlog

from bot.knowledge.texts import content
from bot.pictures.certificate import certificate_png
from bot.pictures.fonts import FontMissing
from bot.sealed import Sealed
from bot.settings import Settings

PATH = "/certificate/"
log = structlog.get_logger(__name__)
_KEPT = 16  # pictures in memory: a chat page and Telegram ask for the same one


def certificate_address(settings: Settings, *, name: str, score: int, total: int, language: str) -> str:
    """Path of a picture that only this server can make up and read."""
    sealed = _sealed(settings).seal({"name": name, "score": score, "total": total, "language": language})
    return f"{PATH}{sealed}"


def certificate_words(*, name: str, score: int, total: int, language: str) -> str:
    """What the picture says, for who cannot see it."""
    words = content("cards")["certificate"]
    heading, given_to, reason = (str(words[part][language]) for part in ("heading", "given_to", "for"))
    return f"{heading}. {given_to} {name}: {reason.format(score=score, total=total)}"


class Certificates:
    """Draws the picture that an address of ours stands for."""

    def __init__(self, settings: Settings) -> None:
        self._sealed = _sealed(settings)
        self._drawn: OrderedDict[str, bytes] = OrderedDict()

    async def png(self, address: str) -> bytes | None:
        """The picture at this path, or None for a path that is not ours and on a machine that cannot draw it."""
        if address in self._drawn:
            return self._drawn[address]
        told = self._sealed.open(address.removeprefix(PATH))
        if told is None:
            return None
        try:
            drawn = await asyncio.to_thread(certificate_png, **told)
        except FontMissing as problem:
            log.warning("certificate_not_drawn", reason=str(problem))
            return None
        self._drawn[address] = drawn
        if len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
        return drawn


def _sealed(settings: Settings) -> Sealed:
    return Sealed(settings.secret("session"), "certificate")
