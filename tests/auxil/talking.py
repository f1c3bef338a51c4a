"""What tests of conversations say and read."""

from typing import Any

from bot.conversations import Incoming, Reply
from bot.wording import Wording

ID = "web-1"
WORDING = Wording()


def say(text: str, message_id: str | None = None) -> Incoming:
    """A typed message."""
    return Incoming(text=text, id=message_id)


def buttons(*titles: str, text: str = "Choose") -> list[dict[str, Any]]:
    """An answer of Rasa with a button for each title."""
    return [{"text": text, "buttons": [{"title": title, "payload": f"/{title.lower()}"} for title in titles]}]


def texts(replies: list[Reply]) -> list[str]:
    """The texts of the replies."""
    return [reply.text for reply in replies]
