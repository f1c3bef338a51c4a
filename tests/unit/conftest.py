"""A fake Rasa for what talks to one."""

from collections.abc import AsyncIterator

import pytest

from tests.auxil.fake_rasa import FakeRasa


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    async with FakeRasa() as server:
        yield server
