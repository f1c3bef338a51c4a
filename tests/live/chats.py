"""Ways to talk to the running product, all with the same two verbs: say and tap."""

import asyncio
import json
import secrets
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any, Protocol, Self
from urllib.parse import quote

import aiohttp
from playwright.async_api import Page

from bot.channels.web_access import COOKIE, conversation_id
from bot.settings import Settings
from tests.auxil.telegram_double import TelegramDouble

ANSWER_SECONDS = 60.0
_QUIET = 0.5  # seconds without a further message, after which an answer is whole where nothing says so

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came back for one message."""

    texts: tuple[str, ...]
    buttons: tuple[str, ...] = ()
    images: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it, paragraphs apart."""
        return "\n\n".join(self.texts)


class Chat(Protocol):
    """One person's conversation."""

    async def say(self, text: str) -> Answer:
        """Type a message."""
        ...

    async def tap(self, title: str) -> Answer:
        """Tap the button with this title."""
        ...


class SocketChat:
    """The web chat without a browser: cookie, socket and frames as the page sends them."""

    def __init__(self, settings: Settings, language: str) -> None:
        self._settings = settings
        self._base = f"http://127.0.0.1:{settings.port}"
        self._language = language
        self._buttons: dict[str, str] = {}  # title -> id
        self._cookie = ""
        self.greeting = Answer(())
        self.receipt = ""  # link to the latest receipt
        self.copy = ""  # the latest text to be copied
        self.history: list[Json] = []  # what was there when the socket opened

    @property
    def conversation_id(self) -> str:
        """The id under which Rasa knows this conversation."""
        token = self._cookie.partition(".")[0]
        return conversation_id("web", token, self._settings.secret("session").encode())

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        async with self._http.get(self._base + "/") as page:
            cookie: SimpleCookie = SimpleCookie(page.headers["Set-Cookie"])
            self._cookie = cookie[COOKIE].value
        self.greeting = await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def connect(self) -> Answer:
        """Open the socket, also again after it was lost. The greeting of a new conversation is its answer."""
        headers = {"Cookie": f"{COOKIE}={self._cookie}", "Origin": self._base}
        self._socket = await self._http.ws_connect(self._base + "/chat/socket", headers=headers)
        await self._socket.send_json({"type": "hello", "last": 0, "epoch": None, "language": self._language})
        history = await self._frame()
        assert history["type"] == "history", history
        self.history = history["items"]
        if not history["items"]:
            return await self._collect()
        for item in history["items"]:
            self._note(item)
        return Answer(tuple(item["text"] for item in history["items"]), tuple(self._buttons))

    async def say(self, text: str) -> Answer:
        return await self._send({"type": "say", "text": text})

    async def tap(self, title: str) -> Answer:
        assert title in self._buttons, f"{title!r} is not among the open buttons {list(self._buttons)}"
        return await self._send({"type": "choose", "button": self._buttons[title]})

    async def send_raw(self, data: str) -> Json:
        """Send any frame and give the next one that comes."""
        await self._socket.send_str(data)
        return await self._frame()

    async def _send(self, message: Json) -> Answer:
        await self._socket.send_json({**message, "id": secrets.token_hex(8)})
        return await self._collect()

    async def _collect(self) -> Answer:
        """Frames up to the end of the answer: typing stops, or the message was refused."""
        texts: list[str] = []
        images: list[str] = []
        while True:
            frame = await self._frame()
            if frame["type"] == "message":
                self._note(frame)
                texts.append(frame["text"])
                images += [frame["image"]] if frame["image"] else []
            elif frame["type"] == "error":
                return Answer((frame["text"],), tuple(self._buttons))
            elif frame["type"] == "typing" and not frame["on"]:
                return Answer(tuple(texts), tuple(self._buttons), tuple(images))

    def _note(self, item: Json) -> None:
        """Buttons of the newest message that has some are the open ones."""
        if item["type"] == "echo":
            self._buttons = {}
        for button in item.get("buttons") or ():
            self._buttons[button["title"]] = button["id"]
        self.receipt = item.get("receipt") or self.receipt
        self.copy = item.get("copy") or self.copy

    async def get(self, path: str, *, with_cookie: bool = True) -> tuple[int, bytes]:
        """Fetch a page of the gateway as this browser; gives status and content."""
        cookie = {"Cookie": f"{COOKIE}={self._cookie}"} if with_cookie else {}
        async with self._http.get(f"{self._base}/{path}", headers=cookie) as answer:
            return answer.status, await answer.read()

    async def upload(self, name: str, content: bytes) -> tuple[bool, Answer]:
        """Send a file as the page does; gives whether it was taken, and the answer in the chat."""
        headers = {"Cookie": f"{COOKIE}={self._cookie}", "X-Muhafiz": "file", "X-File-Name": quote(name)}
        async with self._http.post(f"{self._base}/chat/files", data=content, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            done = bool((await answer.json())["done"])
        texts: list[str] = []
        while not texts:  # the answer is there before the upload ends; typing is not shown for it
            texts = await self._arrived()
        return done, Answer(tuple(texts), tuple(self._buttons))

    async def _arrived(self) -> list[str]:
        """Messages up to a short silence."""
        texts: list[str] = []
        try:
            while True:
                frame = json.loads(await self._socket.receive_str(timeout=_QUIET))
                if frame["type"] in {"message", "echo"}:
                    self._note(frame)
                if frame["type"] == "message":
                    texts.append(frame["text"])
        except TimeoutError:
            return texts

    async def _frame(self) -> Json:
        frame: Json = json.loads(await self._socket.receive_str(timeout=ANSWER_SECONDS))
        return frame


class TelegramChat:
    """A private chat at the Bot API double."""

    def __init__(self, double: TelegramDouble, chat_id: int, settings: Settings) -> None:
        self._double = double
        self.chat_id = chat_id
        self._settings = settings

    @property
    def conversation_id(self) -> str:
        """The id under which Rasa knows this conversation."""
        return conversation_id("tg", str(self.chat_id), self._settings.secret("session").encode())

    async def say(self, text: str) -> Answer:
        await self._double.user_says(self.chat_id, text)
        return await self.collect()

    async def tap(self, title: str) -> Answer:
        await self._double.user_taps(self.chat_id, title)
        return await self.collect()

    async def send(self, kind: str) -> Answer:
        """Send a sticker, voice note, picture and so on."""
        await self._double.user_sends(self.chat_id, kind)
        return await self.collect()

    async def collect(self) -> Answer:
        """What the bot sends next."""
        messages = await self._double.next_messages(self.chat_id, timeout=ANSWER_SECONDS, quiet=_QUIET)
        buttons = [
            button["text"]
            for message in messages
            for row in (message.get("reply_markup") or {}).get("inline_keyboard", ())
            for button in row
        ]
        return Answer(tuple(m["text"] if "text" in m else m["caption"] for m in messages), tuple(buttons))


class BrowserChat:
    """The chat page in a browser, used as a person uses it: the text field, Enter and the visible buttons."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(self, url: str) -> Answer:
        """Load the page and wait for the greeting."""
        await self.page.goto(url)
        return await self._collect(0)

    async def say(self, text: str) -> Answer:
        count = await self._sent()
        await self.page.fill("#text", text)
        await self.page.press("#text", "Enter")
        return await self._collect(count + 1)

    async def tap(self, title: str) -> Answer:
        count = await self._sent()
        await self.page.click(f".choices:not([hidden]) button:text-is({json.dumps(title, ensure_ascii=False)})")
        return await self._collect(count + 1)

    async def choose_language(self, language: str) -> Answer:
        """Tap one of the three languages at the top."""
        before = await self.page.locator(".line.bot").count()
        await self.page.click(f'[data-language="{language}"]')
        await self.page.wait_for_function(
            "n => document.querySelectorAll('.line.bot').length > n", arg=before, timeout=ANSWER_SECONDS * 1000
        )
        await asyncio.sleep(_QUIET)  # the page shows no typing sign for this
        told = await self.page.locator(".line.bot .bubble").all_text_contents()
        return Answer(tuple(told[before:]), (await self._collect(await self._sent())).buttons)

    async def _sent(self) -> int:
        return await self.page.locator(".line.user:not(.waiting)").count()

    async def _collect(self, sent: int) -> Answer:
        """The messages after the person's last one, once the bot has stopped typing."""
        await self.page.wait_for_function(_IS_ANSWERED, arg=sent, timeout=ANSWER_SECONDS * 1000)
        await asyncio.sleep(0.05)  # the frame after the last message hides the typing sign
        texts, buttons = await self.page.evaluate(_LAST_ANSWER)
        return Answer(tuple(texts), tuple(buttons))


_IS_ANSWERED = """sent => {
  const lines = [...document.querySelectorAll('.line:not(.waiting)')];
  const users = lines.filter(line => line.classList.contains('user')).length;
  const last = lines[lines.length - 1];
  return users >= sent && last && last.classList.contains('bot') && document.getElementById('typing').hidden;
}"""
_LAST_ANSWER = """() => {
  const lines = [...document.querySelectorAll('.line:not(.waiting)')];
  const start = lines.findLastIndex(line => line.classList.contains('user')) + 1;
  const bubbles = lines.slice(start).flatMap(line => [...line.querySelectorAll('.bubble')]);
  const buttons = [...document.querySelectorAll('.choices:not([hidden]) button')];
  return [bubbles.map(bubble => bubble.textContent), buttons.map(button => button.textContent)];
}"""
