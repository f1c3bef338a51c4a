"""The gateway as a whole: what it logs, and that it starts and stops cleanly."""

import json
import logging
from collections.abc import Awaitable, Callable, Iterator

import pytest
import structlog
from aiohttp.test_utils import TestClient

from bot.app import configure_logging
from tests.auxil.fake_rasa import FakeRasa

MakeGateway = Callable[..., Awaitable[TestClient]]


@pytest.fixture(autouse=True)
def restore_logging() -> Iterator[None]:
    levels = {name: logging.getLogger(name).level for name in ("httpx", "httpcore", "telegram")}
    yield
    structlog.reset_defaults()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_libraries_that_know_the_token_are_silent(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logging("debug")
    for name in ("httpx", "telegram.ext.Updater", "telegram.Bot", "httpcore.connection"):
        logging.getLogger(name).critical("https://api.telegram.org/bot1:token/getMe")
    structlog.get_logger("x").info("telegram_started", mode="polling")
    out, err = capfd.readouterr()
    assert "token" not in out + err
    assert json.loads(err)["event"] == "telegram_started"


async def test_a_gateway_starts_without_rasa(gateway: MakeGateway, rasa: FakeRasa) -> None:
    await rasa.stop()
    client = await gateway()
    assert (await client.get("/")).status == 200
    assert (await client.get("/health")).status == 503


async def test_unknown_addresses_are_plain(gateway: MakeGateway) -> None:
    client = await gateway()
    answer = await client.get("/nothing")
    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("text/plain")
