"""Serves the picture cards: /cards/<card>.<language>.svg or .png, and nothing else."""

import asyncio

import structlog
from aiohttp import web

from bot.pictures.cards import ADDRESS, card_at
from bot.pictures.fonts import FontMissing
from bot.pictures.store import CardFiles

_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
log = structlog.get_logger(__name__)


class CardRoutes:
    """The address under which the chat page finds the cards."""

    def __init__(self, files: CardFiles) -> None:
        self._files = files

    def add_to(self, app: web.Application) -> None:
        """Add the route."""
        app.router.add_get(ADDRESS + "{name}", self._card)

    async def _card(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        card = await asyncio.to_thread(card_at, name)  # the first one reads knowledge/
        if card is None:
            raise web.HTTPNotFound(text="not found")
        try:
            path = await self._files.file(card, name.rpartition(".")[2])
        except FontMissing as problem:
            log.warning("card_not_drawn", reason=str(problem))
            raise web.HTTPServiceUnavailable(text="picture not available") from None
        # No caching: what a person looked at stays off a device that others may open.
        response = web.Response(body=path.read_bytes(), content_type=_TYPES[path.suffix])
        if path.suffix == ".svg":
            response.enable_compression()
        return response
