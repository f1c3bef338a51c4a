"""The gateway: the one public process, in front of Rasa."""

import logging
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from bot.aftercare import Aftercare
from bot.channels.cards import CardRoutes
from bot.channels.certificates import CertificateRoute
from bot.channels.telegram import WEBHOOK_PATH, TelegramChannel
from bot.channels.web import WebChannel
from bot.channels.web_access import set_safe_headers
from bot.channels.web_files import UPLOAD_PATH, WebFiles
from bot.conversations import Conversations
from bot.files import Files
from bot.learning.certificate import Certificates
from bot.pictures.store import CardFiles
from bot.rasa_client import RasaClient
from bot.settings import Settings, SettingsError, settings
from bot.triage.logs import configure_logs
from bot.wording import Wording, WordingError

RASA = web.AppKey("rasa", RasaClient)
CONVERSATIONS = web.AppKey("conversations", Conversations)
_HEALTH_KEPT = 2.0  # seconds that an answer of /health stays true
_LARGEST_BODY = 256 * 1024
_LONGEST_SHUTDOWN = 5.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def create_app(config: Settings) -> web.Application:
    """The whole gateway as an aiohttp application."""
    wording = Wording()
    rasa = RasaClient(config.rasa_url, config.rasa_timeout)
    aftercare = Aftercare(config)
    secret = config.secret("session")
    conversations = Conversations(rasa, wording, secret=secret, rate=config.rate_messages, erase=aftercare.erase)
    app = web.Application(middlewares=[_only_reading], client_max_size=_LARGEST_BODY)
    app[RASA] = rasa
    app[CONVERSATIONS] = conversations
    app.on_response_prepare.append(_safe_headers)
    app.cleanup_ctx.append(_running)
    app.router.add_get("/health", _Health(rasa).answer)
    cards = CardFiles(config)
    CardRoutes(cards).add_to(app)
    certificates = Certificates(config)
    CertificateRoute(certificates).add_to(app)
    web_channel = WebChannel(config, conversations, wording)
    web_channel.add_to(app)
    files = Files(config, conversations, wording, rasa, aftercare.store)
    WebFiles(config, web_channel, files).add_to(app)
    aftercare.conversations, aftercare.forget = conversations, web_channel.forget
    if config.telegram_token:
        telegram = TelegramChannel(config, conversations, wording, cards, certificates, files)
        telegram.add_to(app)
        aftercare.notify = telegram.notify
    app.cleanup_ctx.append(aftercare.running)
    return app


def run() -> None:
    """Serve until told to stop. What keeps it from starting is said in one line."""
    try:
        config = settings()
        configure_logging(config.log_level)
        web.run_app(
            create_app(config),
            host=config.host,
            port=config.port,
            access_log=None,
            print=None,
            shutdown_timeout=_LONGEST_SHUTDOWN,
        )
    except (SettingsError, WordingError, OSError) as error:
        sys.exit(f"gateway: {error}")


def configure_logging(level: str) -> None:
    """Our own events only, without anything that a person wrote and without the bot's token."""
    configure_logs(level)
    for name in ("httpx", "httpcore", "telegram"):  # they write addresses with the token, and updates
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


async def _running(app: web.Application) -> AsyncIterator[None]:
    async with app[RASA]:
        yield
        await app[CONVERSATIONS].aclose()


async def _safe_headers(request: web.Request, response: web.StreamResponse) -> None:
    set_safe_headers(request, response)


@web.middleware
async def _only_reading(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nothing takes a body but Telegram's webhook and what takes the files of a complaint."""
    takes_body = request.method == "POST" and request.path in (WEBHOOK_PATH, UPLOAD_PATH)
    if request.method not in ("GET", "HEAD") and not takes_body:
        raise web.HTTPMethodNotAllowed(request.method, ["GET", "HEAD"], text="method not allowed")
    return await handler(request)


class _Health:
    """Tells a supervisor whether the chat can answer."""

    def __init__(self, rasa: RasaClient) -> None:
        self._rasa = rasa
        self._ready = False
        self._known_until = 0.0

    async def answer(self, _: web.Request) -> web.Response:
        """200 when Rasa answers, else 503."""
        if time.monotonic() >= self._known_until:
            self._ready = await self._rasa.is_ready()
            self._known_until = time.monotonic() + _HEALTH_KEPT
        body = {"status": "ok" if self._ready else "unavailable", "rasa": self._ready}
        return web.json_response(body, status=200 if self._ready else 503)


if __name__ == "__main__":
    run()
