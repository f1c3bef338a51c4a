"""The load generator: a process of its own that reads one job as JSON and prints its figures as JSON.

A job names its `kind` (a function of `KINDS` below) and that function's arguments. Loads are bounded in time
or number, and only addresses of this machine are spoken to.
"""

import asyncio
import itertools
import json
import re
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import aiohttp

Json = dict[str, Any]
PATIENCE = 60.0  # seconds after which an answer counts as failed
KEEP_ALIVE = 3.0  # seconds; less than the servers', so that no idle connection is used as it closes
FRAMES_A_SOCKET = 150  # messages after which the web chat is opened again, as a person reloading the page
_FIELD = re.compile(r'"field":\s*"(\w+)"')


class Rest:
    """Rasa's REST channel; counts what went wrong."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url = f"{url}/webhooks/rest/webhook"
        self._http = http
        self.failed = 0
        self.unanswered = 0

    async def say(self, sender: str, text: str) -> list[Json]:
        """The answer to one message; an empty one is counted, since Rasa shows exceptions so."""
        try:
            async with self._http.post(self._url, json={"sender": sender, "message": text}) as response:
                response.raise_for_status()
                answer: list[Json] = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            self.failed += 1
            return []
        self.unanswered += not answer
        return answer


class Complaint:
    """A person who tells a story and then answers every question until the complaint is submitted."""

    def __init__(self, content: Json, number: int) -> None:
        stories = content["stories"]
        self._content = content
        self._next: str | None = stories[number % len(stories)]
        self._turns = 0
        self.field = "story"
        self.is_complete = False

    def message(self) -> str | None:
        """What is said next, None at the end."""
        return self._next

    def hear(self, answer: list[Json]) -> None:
        """Decide what to say from the field that the last offered buttons name."""
        self._turns += 1
        self.is_complete = self.field == "confirm" and bool(answer)
        offered = [button.get("payload", "") for part in answer for button in part.get("buttons") or []]
        named = [match.group(1) for match in map(_FIELD.search, offered) if match]
        ended = not named or self.is_complete or self._turns >= self._content["longest"]
        self.field = "" if ended else named[-1]
        self._next = None if ended else self._content["fields"].get(self.field, self._content["otherwise"])


class Script:
    """A person who says a fixed list."""

    is_complete = False
    field = ""

    def __init__(self, messages: Sequence[str]) -> None:
        self._left = list(reversed(messages))

    def message(self) -> str | None:
        """What is said next, None at the end."""
        return self._left[-1] if self._left else None

    def hear(self, answer: list[Json]) -> None:
        """Go on in the list."""
        self._left.pop()


def _people(job: Json) -> Iterator[Complaint | Script]:
    """New persons without end."""
    if "complaint" in job:
        return (Complaint(job["complaint"], number) for number in itertools.count())
    return (Script(messages) for messages in itertools.cycle(job["conversations"]))


async def saturate(job: Json) -> Json:
    """`senders` persons at once, each sending as soon as it has its answer; the warm-up is not counted."""
    people, total = _people(job), 0
    seconds: list[float] = []
    begin = time.perf_counter() + job["warm_up"]
    end = begin + job["seconds"]

    async def one() -> None:
        nonlocal total
        while time.perf_counter() < end:
            person, sender = next(people), uuid.uuid4().hex
            while (text := person.message()) is not None and (sent := time.perf_counter()) < end:
                person.hear(await rest.say(sender, text))
                done = time.perf_counter()
                total += 1
                if begin <= done <= end:
                    seconds.append(done - sent)

    async with _session() as http:
        rest = Rest(job["url"], http)
        await asyncio.gather(*(one() for _ in range(job["senders"])))
    rate = len(seconds) / job["seconds"]
    return {"seconds": seconds, "rate": rate, "total": total, **_troubles(rest)}


async def steady(job: Json) -> Json:
    """`rate` turns a second on a fixed timetable, whatever the answers take (open loop).

    The persons of a fixed number of seats speak in turn; who ends is followed by somebody new. Time counts from
    the timetable, so that waiting for a late answer counts too.
    """
    people, seats = _people(job), job["rate"] * job["pause"]
    sitting = [_Seat() for _ in range(seats)]
    turns: list[Json] = []
    complete = 0

    async def take_turn(seat: _Seat, planned: float) -> None:
        nonlocal complete
        async with seat.lock:
            person = seat.person
            if person is None or person.message() is None:
                person = seat.person = next(people)
                seat.sender = uuid.uuid4().hex
            field, text = person.field, str(person.message())
            person.hear(await rest.say(seat.sender, text))
            complete += person.is_complete
            turns.append({"field": field, "seconds": time.perf_counter() - planned})

    async with _session() as http, asyncio.TaskGroup() as group:
        rest = Rest(job["url"], http)
        begin = time.perf_counter() + 0.1
        for number in range(int(job["rate"] * job["seconds"])):
            planned = begin + number / job["rate"]
            await asyncio.sleep(max(0.0, planned - time.perf_counter()))
            group.create_task(take_turn(sitting[number % seats], planned))
    return {"turns": turns, "complete": complete, **_troubles(rest)}


class _Seat:
    """One place of the timetable and who sits there."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.person: Complaint | Script | None = None
        self.sender = ""


async def long_rest(job: Json) -> Json:
    """`count` messages of one sender over REST, one after the other."""
    seconds, sender = [], uuid.uuid4().hex
    async with _session() as http:
        rest = Rest(job["url"], http)
        for text in itertools.islice(itertools.cycle(job["messages"]), job["count"]):
            sent = time.perf_counter()
            await rest.say(sender, text)
            seconds.append(time.perf_counter() - sent)
    return {"seconds": seconds, **_troubles(rest)}


async def long_chat(job: Json) -> Json:
    """`count` messages of one person over the web chat, one after the other."""
    messages = itertools.islice(itertools.cycle(job["messages"]), job["count"])
    seconds: list[float] = []
    troubles = {"failed": 0, "unanswered": 0}
    async with _session() as http:
        (await http.get(f"{job['gateway']}/chat/session")).raise_for_status()
        while batch := list(itertools.islice(messages, FRAMES_A_SOCKET)):
            async with http.ws_connect(f"{job['gateway']}/chat/socket") as socket:
                await socket.send_json({"type": "hello"})
                await _heard(socket, "history")
                if not seconds:
                    await _heard(socket, "typing", on=False)  # the greeting is over
                for text in batch:
                    sent = time.perf_counter()
                    await socket.send_json({"type": "say", "text": text, "id": uuid.uuid4().hex})
                    frames = await _heard(socket, "typing", on=False)
                    seconds.append(time.perf_counter() - sent)
                    troubles["failed"] += any(frame["type"] == "error" for frame in frames)
                    troubles["unanswered"] += not any(frame["type"] == "message" for frame in frames)
    return {"seconds": seconds, **troubles}


async def greeting(job: Json) -> Json:
    """Open the web chat as a page does, and wait for the first words of the assistant."""
    async with _session() as http:
        (await http.get(f"{job['gateway']}/chat/session")).raise_for_status()
        async with http.ws_connect(f"{job['gateway']}/chat/socket") as socket:
            await socket.send_json({"type": "hello"})
            frames = await _heard(socket, "message")
    return {"text": frames[-1]["text"], "at": time.time()}


async def _heard(socket: aiohttp.ClientWebSocketResponse, kind: str, **values: Any) -> list[Json]:
    """Frames up to the first of `kind` with these values; also up to an error, which ends a turn too."""
    frames: list[Json] = []
    while True:
        frames.append(await socket.receive_json(timeout=PATIENCE))
        last = frames[-1]
        if last["type"] == "error" or (last["type"] == kind and values.items() <= last.items()):
            return frames


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE),
        cookie_jar=aiohttp.CookieJar(unsafe=True),  # else cookies of an address without a name are dropped
        timeout=aiohttp.ClientTimeout(total=PATIENCE),
        trust_env=False,
    )


def _troubles(rest: Rest) -> dict[str, int]:
    return {"failed": rest.failed, "unanswered": rest.unanswered}


KINDS = {f.__name__: f for f in (saturate, steady, long_rest, long_chat, greeting)}


def main() -> None:
    """Do the job on standard input."""
    job = json.load(sys.stdin)
    for name in ("url", "gateway"):
        if urlsplit(job.get(name, "http://127.0.0.1")).hostname != "127.0.0.1":
            raise SystemExit("only 127.0.0.1 is put under load")
    json.dump(asyncio.run(KINDS[job.pop("kind")](job)), sys.stdout)


if __name__ == "__main__":
    main()
