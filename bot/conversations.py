"""Every conversation of this gateway: order, limits, language, buttons and what is said when Rasa fails."""

import asyncio
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog
from aiolimiter import AsyncLimiter

from bot.incoming import Deliver, FileAnswer, Incoming, Sender
from bot.learning.tips import STOP_BUTTON, STOP_PAYLOAD
from bot.nlu.language import detect
from bot.rasa_client import RasaClient, RasaUnavailable
from bot.transcript import Button, Line, Offer, Reply, Transcript, control
from bot.triage.database import StoreError
from bot.triage.taxonomy import LANGUAGES, Language
from bot.typed_text import LONGEST_TEXT, clean, command, problem, without_payload
from bot.wording import Wording

__all__ = ["Button", "Conversations", "Deliver", "Incoming", "Line", "Reply"]

MOST_WAITING = 5
FRESH_SESSION_AFTER = 15  # messages; Rasa's time for a message grows with the events of its session
_KEPT_CONVERSATIONS = 3000
_IDLE_SECONDS = 2 * 3600.0
_GREET = "/greet"
_CHANNELS = {"web": "web", "tg": "telegram", "console": "console"}
_SPOKEN_OF = {"voice", "photo", "file", "sticker", "location"}

log = structlog.get_logger(__name__)
Erase = Callable[[str], Awaitable[None]]  # erases the events of a conversation


class _Conversation:
    """One conversation in memory; `lock` keeps its messages in order."""

    def __init__(self, transcript: Transcript, rate: int) -> None:
        self.transcript = transcript
        self.restored = False
        self.lock = asyncio.Lock()
        self.waiting = 0
        self.limiter = AsyncLimiter(rate, 60)
        self.used = time.monotonic()
        self.began = datetime.now(UTC)


@dataclass(frozen=True)
class _Turn:
    """The conversation whose turn it is, what was answered so far and where answers are delivered."""

    conversation: _Conversation
    replies: list[Reply]
    deliver: Deliver | None
    message_id: str | None = None
    address: str | None = None

    @property
    def transcript(self) -> Transcript:
        return self.conversation.transcript

    async def put(self, line: Line) -> None:
        """Hand a line to the channel; a channel that fails does not stop the conversation."""
        if line.who == "bot":
            self.replies.append(line.reply)
        if self.deliver is None:
            return
        try:
            await self.deliver(line)
        except Exception as error:  # whatever the channel raises
            log.warning("delivery_failed", error=type(error).__name__)


class Conversations:
    """All conversations of one gateway process."""

    def __init__(
        self,
        rasa: RasaClient,
        wording: Wording,
        *,
        secret: str | None = None,
        rate: int = 30,
        erase: Erase | None = None,
    ) -> None:
        self._rasa = rasa
        self._wording = wording
        self._secret = secret or secrets.token_hex()
        self._rate = rate
        self._erase = erase
        self._known: OrderedDict[str, _Conversation] = OrderedDict()
        self._background: set[asyncio.Task[None]] = set()

    async def handle(
        self,
        conversation_id: str,
        incoming: Incoming,
        *,
        language_hint: str | None = None,
        deliver: Deliver | None = None,
    ) -> list[Reply]:
        """Answer one message. `deliver` gets every line in order while the conversation is held.

        A returned reply with `seq` 0 is a notice: the message was not taken and nothing was delivered.
        """
        conversation = self._get(conversation_id, language_hint)
        refusal = await self._refusal(conversation)
        if refusal:
            return [refusal]
        async with self._turn(conversation, deliver, incoming.id, incoming.address) as turn:
            restored = await self._restore(conversation)
            if not turn.transcript.is_new(incoming.id):
                return []
            if incoming.attachment is not None:
                await self._answer_attachment(turn, incoming.attachment)
            if incoming.choice is not None:
                await self._answer_choice(turn, incoming.choice, restored)
            elif incoming.text is not None:
                await self._answer_text(turn, incoming.text, restored)
        return turn.replies

    async def take_file(
        self, sender: Sender, shown: str | None, work: Callable[[], Awaitable[FileAnswer]]
    ) -> list[Reply]:
        """Do what is to be done with a file while the conversation is held, and answer it."""
        conversation = self._get(sender.conversation_id, sender.language_hint)
        refusal = await self._refusal(conversation)
        if refusal:
            return [refusal]
        async with self._turn(conversation, sender.deliver, sender.message_id) as turn:
            restored = await self._restore(conversation)
            answer = await work()
            if answer.payload:
                await self._exchange(turn, shown, Offer("", answer.payload), restored)
                return turn.replies
            transcript = turn.transcript
            if shown:
                await turn.put(transcript.add_user(shown, sender.message_id))
            told = self._wording.say(answer.name, transcript.language, **answer.values)
            offers = [Offer(self._wording.say(n, transcript.language).text, p) for n, p in answer.choices]
            await turn.put(transcript.add_with_buttons(told, offers) if offers else transcript.add_own(told))
        return turn.replies

    async def open(
        self, conversation_id: str, *, language_hint: str | None = None, deliver: Deliver | None = None
    ) -> list[Reply]:
        """Greet the person of a conversation in which nothing was said yet."""
        conversation = self._get(conversation_id, language_hint)
        async with self._turn(conversation, deliver) as turn:
            restored = await self._restore(conversation)
            if not turn.transcript.lines:
                greeting = Offer("", _in_language(_GREET, turn.transcript.language))
                await self._exchange(turn, None, greeting, restored)
        return turn.replies

    async def choose_language(
        self, conversation_id: str, language: str, *, deliver: Deliver | None = None
    ) -> list[Reply]:
        """Pin the language that the person chose outside the chat, and tell Rasa."""
        if language not in LANGUAGES:
            raise ValueError("unknown language")
        conversation = self._get(conversation_id, language)
        refusal = await self._refusal(conversation)
        if refusal:
            return [refusal]
        async with self._turn(conversation, deliver) as turn:
            restored = await self._restore(conversation)
            turn.transcript.language, turn.transcript.pinned = language, True
            payload = f'/set_language{{"language_choice": "{language}"}}'
            await self._exchange(turn, None, Offer("", payload), restored)
        return turn.replies

    async def history(self, conversation_id: str) -> list[Line]:
        """The conversation so far, as far as it is kept in memory or known to Rasa."""
        return list((await self.transcript(conversation_id)).lines)

    async def transcript(self, conversation_id: str, *, language_hint: str | None = None) -> Transcript:
        """The transcript, rebuilt from Rasa's tracker when this process does not have it."""
        conversation = self._get(conversation_id, language_hint)
        if not conversation.restored:
            async with conversation.lock:
                await self._restore(conversation)
        return conversation.transcript

    def language(self, conversation_id: str, language_hint: str | None = None) -> str:
        """The language that the conversation is in now."""
        return self._get(conversation_id, language_hint).transcript.language

    async def aclose(self) -> None:
        """Wait for work that goes on after an answer."""
        await asyncio.gather(*self._background, return_exceptions=True)

    def _get(self, conversation_id: str, language_hint: str | None) -> _Conversation:
        conversation = self._known.get(conversation_id)
        if conversation is None:
            language: Language = language_hint if language_hint in LANGUAGES else "en"
            conversation = _Conversation(Transcript(conversation_id, self._secret, language), self._rate)
            self._known[conversation_id] = conversation
            self._forget_idle()
        self._known.move_to_end(conversation_id)
        conversation.used = time.monotonic()
        return conversation

    def _forget_idle(self) -> None:
        """Drop conversations not used for long, and the least used ones when there are too many."""
        for conversation_id in list(self._known)[:-1]:
            conversation = self._known[conversation_id]
            idle = time.monotonic() - conversation.used > _IDLE_SECONDS
            if not idle and len(self._known) <= _KEPT_CONVERSATIONS:
                return
            if not conversation.lock.locked() and not conversation.waiting:
                del self._known[conversation_id]

    async def _refusal(self, conversation: _Conversation) -> Reply | None:
        language = conversation.transcript.language
        if not conversation.limiter.has_capacity():
            return self._wording.say("too_fast", language, seconds=max(5, math.ceil(60 / self._rate)))
        if conversation.waiting > MOST_WAITING:  # one of them is being answered
            return self._wording.say("one_at_a_time", language)
        await conversation.limiter.acquire()  # does not wait: there is capacity
        return None

    @asynccontextmanager
    async def _turn(
        self,
        conversation: _Conversation,
        deliver: Deliver | None,
        message_id: str | None = None,
        address: str | None = None,
    ) -> AsyncIterator[_Turn]:
        conversation.waiting += 1
        try:
            async with conversation.lock:
                yield _Turn(conversation, [], deliver, message_id, address)
                self._shorten_session(conversation)
        finally:
            conversation.waiting -= 1

    async def _restore(self, conversation: _Conversation) -> bool:
        """Rebuild the transcript once from Rasa's tracker; False while Rasa cannot be asked."""
        if conversation.restored:
            return True
        before = conversation.transcript
        try:
            events = await self._rasa.history(before.conversation_id)
        except RasaUnavailable as error:
            log.warning("rasa_trouble", step="history", reason=str(error))
            return False
        conversation.transcript = Transcript.from_events(before.conversation_id, self._secret, events, before.language)
        conversation.transcript.continue_with(before)
        conversation.restored = True
        return True

    async def _answer_attachment(self, turn: _Turn, kind: str) -> None:
        name = f"attachment_{kind}" if kind in _SPOKEN_OF else "attachment_file"
        await turn.put(turn.transcript.add_own(self._wording.say(name, turn.transcript.language)))

    async def _answer_choice(self, turn: _Turn, button_id: str, restored: bool) -> None:
        offer = turn.transcript.offer(button_id)
        if button_id == STOP_BUTTON:
            offer = Offer(self._wording.say("tip_stop", turn.transcript.language).text, STOP_PAYLOAD)
        if offer is None:
            name = "expired" if restored else "trouble"
            turn.replies.append(self._wording.say(name, turn.transcript.language))
            return
        await self._exchange(turn, offer.title, offer, restored)

    async def _answer_text(self, turn: _Turn, text: str, restored: bool) -> None:
        transcript = turn.transcript
        cleaned = clean(text)
        payload = command(cleaned)
        if payload:
            offered = Offer(cleaned, _in_language(payload, transcript.language))
            await self._exchange(turn, cleaned, offered, restored)
            return
        is_payload = without_payload(cleaned) != cleaned
        cleaned = without_payload(cleaned) or cleaned
        wrong = problem(cleaned)
        if wrong == "only_symbols":
            await turn.put(transcript.add_user(cleaned, turn.message_id))
            await turn.put(transcript.add_own(self._wording.say(wrong, transcript.language)))
        elif wrong:
            turn.replies.append(self._wording.say(wrong, transcript.language, limit=LONGEST_TEXT))
        else:
            offer = transcript.offer_in_words(cleaned)
            if offer is None:
                if not is_payload:  # a typed payload is no sample of the person's language
                    self._follow_language(transcript, cleaned)
                offer = Offer(cleaned, cleaned)
            await self._exchange(turn, offer.title, offer, restored)

    @staticmethod
    def _follow_language(transcript: Transcript, text: str) -> None:
        if not transcript.pinned:
            language, sure = detect(text)
            if sure:
                transcript.language = language

    async def _exchange(self, turn: _Turn, shown: str | None, offer: Offer, reachable: bool) -> None:
        """Send a message to Rasa and put its answer, or say that it could not be reached."""
        transcript = turn.transcript
        if shown:
            await turn.put(transcript.add_user(shown, turn.message_id))
        metadata = _metadata(transcript, turn.message_id, turn.address)
        try:
            if not reachable:
                raise RasaUnavailable("not restored")
            answer = await self._rasa.send(transcript.conversation_id, offer.message, metadata)
        except RasaUnavailable as error:
            log.warning("rasa_trouble", step="send", channel=metadata["channel"], reason=str(error))
            again = self._wording.say("label_try_again", transcript.language).text
            trouble = self._wording.say("trouble", transcript.language)
            await turn.put(transcript.add_with_button(trouble, replace(offer, title=again)))
            return
        transcript.turns += 1
        if any(control(message, "erase") for message in answer):
            await self._start_anew(turn.conversation)
        is_fresh = turn.transcript is not transcript
        for number, line in enumerate(turn.transcript.add_bot(answer)):
            await turn.put(line._replace(reply=replace(line.reply, fresh=True)) if is_fresh and not number else line)

    async def _start_anew(self, conversation: _Conversation) -> None:
        """Everything said so far is erased, here and in Rasa's store; should that fail, the worker erases it."""
        before = conversation.transcript
        conversation.transcript = Transcript(before.conversation_id, self._secret, before.language)
        conversation.transcript.pinned = before.pinned
        try:
            if self._erase:
                await self._erase(before.conversation_id)
        except StoreError as error:
            log.error("conversation_not_erased", error=str(error))
        conversation.began = datetime.now(UTC)

    def forget(self, erased: Mapping[str, datetime]) -> list[str]:
        """Drop what is remembered of conversations that were erased elsewhere; gives which those are."""
        known = [(name, self._known[name]) for name in erased if name in self._known]
        stale = [name for name, one in known if one.began < erased[name] and not one.lock.locked()]
        for name in stale:
            del self._known[name]
        return stale

    async def notify(self, conversation_id: str, title: str, payload: str, *, deliver: Deliver) -> None:
        """Write first: a notice with one button. RasaUnavailable when the conversation cannot keep it."""
        conversation = self._get(conversation_id, None)
        async with self._turn(conversation, deliver):
            if not await self._restore(conversation):
                raise RasaUnavailable("not restored")
            transcript = conversation.transcript
            notice = self._wording.say("notice", transcript.language)
            offer = Offer(
                self._wording.say(title, transcript.language).text, _in_language(payload, transcript.language)
            )
            await self._rasa.add_bot_message(conversation_id, notice.text, [(offer.title, offer.message)])
            await deliver(transcript.add_with_button(notice, offer))

    def _shorten_session(self, conversation: _Conversation) -> None:
        if conversation.transcript.turns < FRESH_SESSION_AFTER:
            return
        conversation.transcript.turns = 0
        task = asyncio.create_task(self._start_fresh_session(conversation))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _start_fresh_session(self, conversation: _Conversation) -> None:
        async with conversation.lock:
            try:
                await self._rasa.start_fresh_session(conversation.transcript.conversation_id)
            except RasaUnavailable as error:
                log.warning("rasa_trouble", step="fresh_session", reason=str(error))


def _in_language(payload: str, language: Language) -> str:
    """`payload` with the language as entity: Rasa reads no metadata for an intent that is sent as such."""
    return payload if language == "en" else f'{payload}{{"language": "{language}"}}'


def _metadata(transcript: Transcript, message_id: str | None, address: str | None) -> dict[str, Any]:
    kind = transcript.conversation_id.partition("-")[0]
    metadata = {"language": transcript.language, "channel": _CHANNELS.get(kind, kind)}
    known = {"id": message_id, "address": address}
    return {**metadata, **{name: value for name, value in known.items() if value}}
