"""What comes into a conversation: messages, and files with their sender and the answer to them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.transcript import Line

Deliver = Callable[[Line], Awaitable[None]]


@dataclass(frozen=True)
class Incoming:
    """What a person sent: typed text, a chosen button, or something else such as a photo.

    `id` is the channel's own id of the message: the same id is taken once. `address` is where this person can be
    written to later, sealed; it goes on only with a choice about tips.
    """

    text: str | None = None
    choice: str | None = None
    attachment: str | None = None
    id: str | None = None
    address: str | None = None  # where this person can be written to later, sealed by the channel


@dataclass(frozen=True)
class OfferedFile:
    """A file that somebody wants to give; its content is not here yet."""

    name: str | None
    size: int | None  # as the sender says
    read: Callable[[], AsyncIterator[bytes]]
    caption: str | None = None


@dataclass(frozen=True)
class Sender:
    """Whose file it is, and how the answer gets there."""

    conversation_id: str
    deliver: Deliver | None = None
    language_hint: str | None = None
    message_id: str | None = None


@dataclass(frozen=True)
class FileAnswer:
    """What is answered to a file: a payload for Rasa, else a text of the gateway, which may ask by buttons."""

    payload: str | None = None
    name: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    choices: tuple[tuple[str, str], ...] = ()  # wording of a title, its payload
