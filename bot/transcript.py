"""What was said in one conversation and which buttons it offered; rebuilt from Rasa's events when needed."""

import base64
import hashlib
import hmac
import secrets
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, cast

from bot.offered_in_words import meant
from bot.receipt_link import seal_receipt
from bot.triage.taxonomy import LANGUAGES, Language

KEPT_LINES = 200
KEPT_OFFERS = 40
_KEPT_IDS = 200

Json = dict[str, Any]


@dataclass(frozen=True)
class Button:
    """A choice as a channel shows it; what it sends to Rasa stays in the transcript."""

    id: str
    title: str


@dataclass(frozen=True)
class Reply:
    """One message to the person; `seq` 0 marks a notice that is not part of the transcript."""

    text: str
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    language: str = "en"
    seq: int = 0
    copy: str = ""  # a text to be kept, which the channel may offer to copy
    receipt: str = ""  # sealed: what the receipt that the channel offers is made of
    fresh: bool = False  # everything before this was erased
    alt: str = ""  # what the image shows, in words


class Line(NamedTuple):
    """One line of the transcript; `id` is the channel's own id of a person's message."""

    who: Literal["user", "bot"]
    reply: Reply
    id: str | None = None


@dataclass(frozen=True)
class Offer:
    """A button's title and the message that Rasa gets when it is chosen."""

    title: str
    message: str


class Transcript:
    """Lines, language and offered buttons of one conversation. No I/O."""

    def __init__(self, conversation_id: str, secret: str, language: Language = "en") -> None:
        self.conversation_id = conversation_id
        self.language: Language = language
        self.pinned = False
        self.turns = 0  # messages of the person since Rasa's session began
        self.epoch = secrets.token_hex(8)  # sequence numbers are comparable within one epoch only
        self.lines: deque[Line] = deque(maxlen=KEPT_LINES)
        self._secret = secret
        self._offers: OrderedDict[str, Offer] = OrderedDict()
        self._last_offered: list[str] = []
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._seq = 0

    def add_user(self, text: str, message_id: str | None = None) -> Line:
        """The person's line as it is shown."""
        return self._add("user", Reply(text, language=self.language), message_id)

    def add_bot(self, messages: Sequence[Json]) -> list[Line]:
        """The lines of one answer, in Rasa's REST form. Control messages set the language and stay unseen."""
        for message in messages:
            self._obey(message.get("custom"))
        before, self._last_offered = self._last_offered, []
        replies: list[Reply] = []
        for message in messages:
            kept = control(message, "keep")
            if isinstance(kept, dict) and replies:
                replies[-1] = self._with_kept(replies[-1], kept)
            reply = self._reply(message)
            if reply is None:
                continue
            # Rasa's REST channel cuts a text at its blank lines; the paragraphs belong together.
            if replies and _is_plain(reply) and _is_plain(replies[-1]):
                replies[-1] = replace(replies[-1], text=f"{replies[-1].text}\n\n{reply.text}")
            else:
                replies.append(reply)
        if not replies:
            self._last_offered = before
        return [self._add("bot", reply) for reply in replies]

    def add_own(self, reply: Reply) -> Line:
        """A line of the gateway itself. It offers the buttons of the last answer again."""
        offered = [(button_id, self._offers.get(button_id)) for button_id in self._last_offered]
        buttons = tuple(Button(button_id, offer.title) for button_id, offer in offered if offer)
        return self._add("bot", replace(reply, buttons=buttons))

    def add_with_button(self, reply: Reply, offer: Offer) -> Line:
        """A line of the gateway itself with one button, such as one that sends a lost message again."""
        return self._add("bot", replace(reply, buttons=(self._button(offer),)))

    def add_with_buttons(self, reply: Reply, offers: Sequence[Offer]) -> Line:
        """A line of the gateway itself that asks by buttons, which count as the last ones offered."""
        self._last_offered = []
        return self._add("bot", replace(reply, buttons=tuple(self._last_button(offer) for offer in offers)))

    def offer(self, button_id: str) -> Offer | None:
        """What the button stands for, if this conversation offered it lately."""
        return self._offers.get(button_id)

    def offer_in_words(self, text: str) -> Offer | None:
        """The button of the last answer that `text` means; a number counts within the last message with buttons."""
        offers = [self._offers[button_id] for button_id in self._last_offered if button_id in self._offers]
        asking = next((len(line.reply.buttons) for line in reversed(self.lines) if line.reply.buttons), 0)
        place = meant(text, [offer.title for offer in offers], min(asking, len(offers)))
        return None if place is None else offers[place]

    def is_new(self, message_id: str | None) -> bool:
        """False when a message with this id was taken before; remembers it otherwise."""
        if message_id is None:
            return True
        if message_id in self._seen:
            return False
        self._seen[message_id] = None
        _shorten(self._seen, _KEPT_IDS)
        return True

    def continue_with(self, other: "Transcript") -> None:
        """Append what `other` gathered while this transcript could not yet be rebuilt."""
        for line in other.lines:
            self._add(line.who, line.reply, line.id)
        self._offers.update(other._offers)
        _shorten(self._offers, KEPT_OFFERS)
        self._last_offered = other._last_offered or self._last_offered
        self._seen.update(other._seen)
        if other.pinned:
            self.language, self.pinned = other.language, other.pinned

    @classmethod
    def from_events(cls, conversation_id: str, secret: str, events: Iterable[Json], language: Language) -> "Transcript":
        """The transcript that Rasa's tracker events tell, oldest event first."""
        transcript = cls(conversation_id, secret, language)
        answer: list[Json] = []
        for event in events:
            match event.get("event"):
                case "bot":
                    answer.append(_as_message(event))
                case "user":
                    transcript._flush(answer)
                    transcript._take_user_event(event)
                case "session_started":
                    transcript.turns = 0
        transcript._flush(answer)
        return transcript

    def _flush(self, answer: list[Json]) -> None:
        if answer:
            self.add_bot(answer)
            answer.clear()

    def _take_user_event(self, event: Json) -> None:
        metadata = event.get("metadata") or {}
        self._set_language(metadata.get("language"))
        message_id = metadata.get("id")
        text = event.get("text") or ""
        self.turns += 1
        self.is_new(message_id)
        if text.startswith("/"):  # a payload: typed text never starts with a slash
            text = next((offer.title for offer in self._offers.values() if offer.message == text), "")
        if text:
            self.add_user(text, message_id)

    def _add(self, who: Literal["user", "bot"], reply: Reply, message_id: str | None = None) -> Line:
        self._seq += 1
        line = Line(who, replace(reply, seq=self._seq), message_id)
        self.lines.append(line)
        return line

    def _obey(self, custom: Any) -> None:
        if isinstance(custom, dict) and self._set_language(custom.get("language")):
            self.pinned = bool(custom.get("pin", self.pinned))

    def _set_language(self, language: Any) -> bool:
        if language in LANGUAGES:
            self.language = cast(Language, language)
        return language in LANGUAGES

    def _reply(self, message: Json) -> Reply | None:
        text = str(message.get("text") or "").strip()
        image = message.get("image") or control(message, "image") or None
        given = filter(_is_complete, message.get("buttons") or [])
        offers = [Offer(str(button["title"]), str(button["payload"])) for button in given]
        if not text and not image and not offers:
            return None
        buttons = tuple(self._last_button(offer) for offer in offers)
        return Reply(text, buttons, image, self.language, alt=str(control(message, "alt") or ""))

    def _with_kept(self, reply: Reply, kept: Json) -> Reply:
        """The reply with what the person may keep; a receipt opens in this conversation alone."""
        receipt = kept.get("receipt")
        token = seal_receipt(self._secret, self.conversation_id, receipt) if receipt else ""
        return replace(reply, copy=str(kept.get("copy") or ""), receipt=token)

    def _last_button(self, offer: Offer) -> Button:
        button = self._button(offer)
        self._last_offered.append(button.id)
        return button

    def _button(self, offer: Offer) -> Button:
        """The id follows from the conversation and the offer: a button outlives a restart of the gateway."""
        told = f"{self.conversation_id}\0{offer.message}\0{offer.title}"
        digest = hmac.digest(self._secret.encode(), told.encode(), hashlib.sha256)
        button_id = base64.urlsafe_b64encode(digest[:12]).decode()
        self._offers[button_id] = offer
        self._offers.move_to_end(button_id)
        _shorten(self._offers, KEPT_OFFERS)
        return Button(button_id, offer.title)


def control(message: Json, name: str) -> Any:
    """What a control message says of `name`, None in any other message."""
    custom = message.get("custom")
    return custom.get(name) if isinstance(custom, dict) else None


def _is_plain(reply: Reply) -> bool:
    return bool(reply.text) and not (reply.buttons or reply.image or reply.copy or reply.receipt)


def _is_complete(button: Any) -> bool:
    return isinstance(button, dict) and bool(button.get("title")) and bool(button.get("payload"))


def _as_message(event: Json) -> Json:
    data = event.get("data") or {}
    return {"text": event.get("text"), **{key: data.get(key) for key in ("buttons", "image", "custom")}}


def _shorten(remembered: "OrderedDict[str, Any]", length: int) -> None:
    while len(remembered) > length:
        remembered.popitem(last=False)
