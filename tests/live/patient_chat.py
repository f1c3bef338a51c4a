"""A web chat that comes back when the gateway was away, and sends again what did not get through."""

import asyncio
import secrets
import time

from aiohttp import ClientError

from bot.rasa_client import RasaClient
from tests.live.chats import Answer, Json, SocketChat

PATIENCE = 120.0
_LOST = (ClientError, ConnectionError, TypeError, AssertionError)  # receiving from a closed socket is a TypeError


class PatientChat(SocketChat):
    """As the chat page does it: the same message keeps its id."""

    async def come_back_later(self) -> Answer:
        """Close the page and open it again in a new session of Rasa; what is open is the answer."""
        await self._socket.close()
        async with RasaClient(f"http://127.0.0.1:{self._settings.rasa_port}") as rasa:
            await rasa.start_fresh_session(self.conversation_id)
        await self.connect()
        return self._latest_answer()

    async def wait_a_moment(self) -> None:
        """Before trying again."""
        await asyncio.sleep(0.5)

    async def _send(self, message: Json) -> Answer:
        ours = {**message, "id": secrets.token_hex(8)}
        until, is_lost = time.monotonic() + PATIENCE, False
        while time.monotonic() < until:
            try:
                if is_lost:
                    await self.connect()
                    if any(item["type"] == "echo" and item.get("id") == ours["id"] for item in self.history):
                        return self._latest_answer()
                await self._socket.send_json(ours)
                return await self._collect()
            except _LOST:
                is_lost = True
                await asyncio.sleep(0.5)
        raise AssertionError("the gateway did not come back")

    def _latest_answer(self) -> Answer:
        """What came after the last thing said, as the opened page shows it."""
        own = [number for number, item in enumerate(self.history) if item["type"] == "echo"]
        told = self.history[own[-1] + 1 :] if own else self.history
        return Answer(tuple(item["text"] for item in told), tuple(self._buttons))
