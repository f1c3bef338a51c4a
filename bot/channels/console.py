"""The chat in a terminal, or in a pipe: for developers and for trying things out."""

import asyncio
import secrets
import sys
import threading
from contextlib import suppress
from typing import TextIO

from bot.conversations import Button, Conversations, Incoming, Reply
from bot.rasa_client import RasaClient
from bot.settings import settings
from bot.wording import Wording

_RATE = 100_000  # messages a minute: the person at the terminal, or a piped file, is trusted


async def chat(language: str | None = None, *, source: TextIO | None = None, out: TextIO | None = None) -> int:
    """Talk until the input ends. 0, or 1 when the chatbot is not running."""
    config = settings()
    async with RasaClient(config.rasa_url, config.rasa_timeout) as rasa:
        conversations = Conversations(rasa, Wording(), rate=_RATE)
        console = _Console(conversations, language, source or sys.stdin, out or sys.stdout)
        if not await rasa.is_ready():
            console.say(Wording().say("console_no_rasa", language or "en"))
            return 1
        console.say(Wording().say("console_hello", language or "en"))
        await console.run()
        await conversations.aclose()
    return 0


class _Console:
    """Reads lines, prints replies; a number chooses one of the buttons printed last."""

    def __init__(self, conversations: Conversations, language: str | None, source: TextIO, out: TextIO) -> None:
        self._conversations = conversations
        self._language = language
        self._source = source
        self._out = out
        self._id = f"console-{secrets.token_hex(8)}"
        self._buttons: tuple[Button, ...] = ()

    async def run(self) -> None:
        """Greet, then answer line by line."""
        self._show(await self._conversations.open(self._id, language_hint=self._language))
        lines = self._lines()
        while (line := await self._next(lines)) is not None:
            if line.strip():
                self._show(await self._conversations.handle(self._id, self._incoming(line)))

    def say(self, reply: Reply) -> None:
        """Print a reply and remember its buttons."""
        print(reply.text, file=self._out)
        if reply.image:
            print(reply.alt or reply.image, file=self._out)
        for button in reply.buttons:
            self._buttons = (*self._buttons, button)
            print(f"  {len(self._buttons)}. {button.title}", file=self._out)
        print(file=self._out, flush=True)

    def _show(self, replies: list[Reply]) -> None:
        if any(reply.seq for reply in replies):
            self._buttons = ()
        for reply in replies:
            self.say(reply)

    def _incoming(self, line: str) -> Incoming:
        number = line.strip()
        if number.isdecimal() and 1 <= int(number[:9]) <= len(self._buttons):
            return Incoming(choice=self._buttons[int(number) - 1].id)
        return Incoming(text=line)

    async def _next(self, lines: "asyncio.Queue[str | None]") -> str | None:
        if self._source.isatty():
            print("> ", end="", file=self._out, flush=True)
        return await lines.get()

    def _lines(self) -> "asyncio.Queue[str | None]":
        """Lines of the input, then None. A thread of its own reads, so that Ctrl-C ends the chat at once."""
        loop = asyncio.get_running_loop()
        lines: asyncio.Queue[str | None] = asyncio.Queue()

        def read() -> None:
            try:
                for line in self._source:
                    loop.call_soon_threadsafe(lines.put_nowait, line)
            except (RuntimeError, ValueError):
                pass  # the chat has ended, or the input is not text
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(lines.put_nowait, None)

        threading.Thread(target=read, daemon=True).start()
        return lines
