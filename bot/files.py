"""Files on their way into a complaint: asked whether they may come, read within limits, checked, scanned, kept.

Until it is encrypted in the store a file is in memory only, so that a crash leaves nothing behind.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import structlog

from bot.conversations import Conversations, Reply
from bot.file_check import FileFacts, FileRefused, check_file, clean_name
from bot.incoming import FileAnswer, OfferedFile, Sender
from bot.rasa_client import RasaClient, RasaUnavailable
from bot.settings import Settings
from bot.triage.access import unlocked
from bot.triage.database import StoreError
from bot.triage.evidence import Evidence, refusal, refusal_later
from bot.triage.store import Store
from bot.virus_scan import ScannerUnavailable, is_clean
from bot.wording import Wording

_AT_ONCE = 12  # files in memory
_READ_SECONDS = 180.0
_CAPTION = 1000  # characters
_CHOOSE = '/choose{"field":"evidence","choice":"%s"}'
_MANAGE = '/manage{"choice":"file_%s"}'
_CHOICES = (("file_is_clean", "clean"), ("file_is_private", "private"))
_FORM, _ACCESS_FORM = "complaint_form", "access_form"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Place:
    """The complaint that a file would belong to: an open one, or one that was sent; `refused` says why it may not."""

    refused: str | None = None
    draft_id: str = ""
    reference: str = ""

    def payload(self, choice: str) -> str:
        """What a choice about files sends to Rasa."""
        return (_MANAGE if self.reference else _CHOOSE) % choice


class Files:
    """What becomes of files in the conversations of this gateway."""

    def __init__(
        self,
        settings: Settings,
        conversations: Conversations,
        wording: Wording,
        rasa: RasaClient,
        open_store: Callable[[], Awaitable[Store]],
    ) -> None:
        self._settings, self._conversations, self._wording = settings, conversations, wording
        self._rasa, self._open_store = rasa, open_store
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def refusal(self, conversation_id: str) -> str | None:
        """Why no file may come now, before any of it is read; None when one may."""
        return (await self._place(conversation_id)).refused

    async def may_come(self, sender: Sender) -> tuple[bool, list[Reply]]:
        """Whether a file may come now; if not, the conversation says why."""
        place = await self._place(sender.conversation_id)
        if place.refused is None:
            return True, []
        return False, await self._answer(sender, None, self._explained(place.refused, place))

    async def receive(self, sender: Sender, file: OfferedFile) -> tuple[bool, list[Reply]]:
        """Take a file if it may come and is what it has to be; whether it was, and what was answered."""
        allowed, replies = await self.may_come(sender)
        if not allowed:
            return False, replies
        name = clean_name(file.name)
        try:
            async with self._room:
                content, facts = await self._checked(file)
                keep = partial(self._keep, sender, content, facts, name, file.caption)
                return await self._kept(sender, name or self._nameless(sender), keep)
        except FileRefused as refused:
            shown = name or self._nameless(sender)
            return False, await self._answer(sender, shown, self._explained(refused.name.removeprefix("file_")))

    async def _kept(
        self, sender: Sender, shown: str, keep: Callable[[], Awaitable[FileAnswer]]
    ) -> tuple[bool, list[Reply]]:
        taken = False

        async def work() -> FileAnswer:
            nonlocal taken
            answer = await keep()
            taken = answer.payload is not None
            return answer

        replies = await self._conversations.take_file(sender, shown, work)
        return taken, replies

    async def _checked(self, file: OfferedFile) -> tuple[bytes, FileFacts]:
        content = await self._read(file)
        facts = await asyncio.to_thread(check_file, content)
        if self._settings.clamd:
            try:
                clean = await is_clean(self._settings.clamd, content)
            except ScannerUnavailable as error:
                log.error("no_virus_scan", reason=str(error))
                raise FileRefused("file_not_scanned") from None
            if not clean:
                log.warning("virus_found")
                raise FileRefused("file_virus")
        return content, facts

    async def _read(self, file: OfferedFile) -> bytes:
        most = self._settings.evidence_bytes
        if (file.size or 0) > most:
            raise FileRefused("file_too_big")
        got = bytearray()
        try:
            async with asyncio.timeout(_READ_SECONDS):
                async for chunk in file.read():
                    got += chunk
                    if len(got) > most:
                        raise FileRefused("file_too_big")
        except (TimeoutError, OSError) as error:
            raise FileRefused("file_trouble") from error
        return bytes(got)

    async def _keep(
        self, sender: Sender, content: bytes, facts: FileFacts, name: str | None, caption: str | None
    ) -> FileAnswer:
        """Runs while the conversation is held: what it is about cannot change meanwhile."""
        place = await self._place(sender.conversation_id)
        if place.refused:
            return self._explained(place.refused, place)
        about = {
            "content_type": facts.content_type,
            "filename": name,
            "caption": (caption or "").strip()[:_CAPTION] or None,
            "taken_at": facts.taken_at,
        }
        try:
            evidence = Evidence(await self._open_store(), self._settings.evidence_files)
            add = evidence.add_later if place.reference else evidence.add
            to = place.reference or place.draft_id
            kept = await asyncio.to_thread(partial(add, to, content, about, now=datetime.now(UTC)))
        except StoreError as error:
            log.error("file_not_kept", error=str(error))
            return self._explained("trouble")
        if kept in ("kept", "known"):
            return FileAnswer(payload=place.payload("added"))
        return self._explained("full_later" if kept == "full" and place.reference else kept)

    async def _place(self, conversation_id: str) -> _Place:
        """What Rasa and the store know of the conversation decides; while they cannot be asked nothing is taken."""
        try:
            slots, open_form = await self._rasa.state(conversation_id)
            visit = slots.get("access") or {}
            reference = unlocked(visit, datetime.now(UTC))
            if open_form != _FORM and reference:
                record = await asyncio.to_thread((await self._open_store()).get, reference)
                return _Place(refusal_later(record, visit), reference=reference)
        except RasaUnavailable as error:
            log.warning("rasa_trouble", step="state", reason=str(error))
            return _Place("trouble")
        except StoreError as error:
            log.error("file_not_placed", error=str(error))
            return _Place("trouble")
        if open_form == _ACCESS_FORM:
            return _Place("needs_pin")
        return _Place(refusal(slots, open_form), draft_id=str(slots.get("draft_id") or ""))

    def _explained(self, name: str, place: _Place | None = None) -> FileAnswer:
        limits = {"mb": self._settings.evidence_mb, "most": self._settings.evidence_files}
        asked = _CHOICES if place and name == "ask_first" else ()
        choices = tuple((title, place.payload(choice)) for title, choice in asked) if place else ()
        return FileAnswer(name=f"file_{name}", values=limits, choices=choices)

    def _nameless(self, sender: Sender) -> str:
        language = self._conversations.language(sender.conversation_id, sender.language_hint)
        return self._wording.say("file_nameless", language).text

    async def _answer(self, sender: Sender, shown: str | None, answer: FileAnswer) -> list[Reply]:
        async def work() -> FileAnswer:
            return answer

        return await self._conversations.take_file(sender, shown, work)
