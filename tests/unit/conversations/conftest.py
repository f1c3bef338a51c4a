"""Conversations in front of a fake Rasa."""

from collections.abc import AsyncIterator

import pytest

from bot.conversations import Conversations
from bot.rasa_client import RasaClient
from bot.wording import Wording
from tests.auxil.fake_rasa import FakeRasa


@pytest.fixture
async def client(rasa: FakeRasa) -> AsyncIterator[RasaClient]:
    async with RasaClient(rasa.url, 2, start_wait=0.1) as client:
        yield client


@pytest.fixture
def talk(client: RasaClient) -> Conversations:
    return Conversations(client, Wording(), secret="s", rate=1000)
