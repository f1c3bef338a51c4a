"""Random people with random stories complain at once; processes die while they talk. The seed is printed on failure."""

import asyncio
import json
import os
import secrets
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from bot.triage.store import open_store
from tests.live.citizen import EVENT_SHARE, Citizen, tables
from tests.live.delivered import OutsideSystem
from tests.live.patient_chat import PatientChat
from tests.live.stack import Stack

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(1200)]

CONVERSATIONS = int(os.environ.get("CITIZEN_CONVERSATIONS", "200"))
SEED = "542654"
AT_ONCE = 8
UNDISTURBED = 0.25  # share of people who only answer
MOST_TURNS_MEDIAN = 14
MOST_TURNS_FRAUD = 9
LANGUAGES = ("en", "ur", "ur-Latn")


def seed_of_run() -> int:
    """The same for each run, so that a failure is a change of the product; `CITIZEN_SEED=new` looks for others."""
    told = os.environ.get("CITIZEN_SEED") or SEED
    return secrets.randbelow(10**6) if told == "new" else int(told)


def stories(rng: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table again and again, in random order, the languages in turn."""
    while True:
        decks = [rng.sample(tables(language)["stories"], k=12) for language in LANGUAGES]
        for stories in zip(*decks, strict=True):
            yield from zip(LANGUAGES, stories, strict=True)


async def run(
    stack: Stack, count: int, seed: int, check: Callable[[Citizen], list[str]], **given: Any
) -> list[Citizen]:
    """So many citizens, a few at a time; what went wrong with each is told with its words and seed."""
    gate, failures, people = asyncio.Semaphore(AT_ONCE), [], []

    async def one(number: int, language: str, story: dict[str, Any]) -> None:
        rng = Random(f"{seed}/{number}")
        async with gate, PatientChat(stack.settings, language) as chat:
            events = given.get("events", 0.0 if rng.random() < UNDISTURBED else EVENT_SHARE)
            citizen = Citizen(chat, language, story, rng, events=events)
            people.append(citizen)
            try:
                await citizen.live()
                wrong = check(citizen)
            except Exception as error:
                wrong = [f"{type(error).__name__}: {error}"]
            if wrong:
                told = "\n".join(citizen.script)
                failures.append(f"== number {number}, {citizen.happened}: {wrong}\n{told}")

    chosen = stories(Random(seed))
    await asyncio.gather(*(one(number, *next(chosen)) for number in range(count)))
    assert not failures, f"CITIZEN_SEED={seed}: {len(failures)} of {count} failed\n" + "\n\n".join(failures)
    return people


def checker(stack: Stack, outside: OutsideSystem) -> Callable[[Citizen], list[str]]:
    """Whether a conversation ended as it should: a correct record sent once, or none at all."""

    def check(citizen: Citizen) -> list[str]:
        if citizen.ending != "sent":
            return [] if citizen.reference is None else ["a record though it was refused"]
        store = open_store(stack.settings)
        try:
            record = store.get(citizen.reference or "")
        finally:
            store.close()
        assert record, "no record"
        wrong = [f"asked twice: {question}" for question in citizen.asked_twice]
        if len(outside.deliveries_of(record["reference"])) > 1:
            wrong.append("delivered twice")
        return [*wrong, *citizen.wrong_in(record), *(["language"] if record["language"] != citizen.language else [])]

    return check


def holds_the_story(citizen: Citizen) -> bool:
    """A fraud whose first message tells where and how much, from somebody who only answers."""
    told = citizen.story.get("told", {})
    return citizen.story["type"] == "fraud" and {"platform", "amount_pkr"} <= told.keys() and not citizen.events


def table(people: list[Citizen]) -> str:
    """Turns for each type, and how the conversations ended."""
    rows = [f"{'type':<16}{'count':>6}{'median':>8}{'p90':>6}{'most':>6}"]
    done = [person for person in people if person.ending == "sent"]
    for name in sorted({person.story["type"] for person in done}):
        turns = sorted(person.turns for person in done if person.story["type"] == name)
        p90 = turns[int(0.9 * (len(turns) - 1))]
        rows.append(f"{name:<16}{len(turns):>6}{statistics.median(turns):>8}{p90:>6}{turns[-1]:>6}")
    rows.append(f"ended: {dict(Counter(person.ending for person in people))}")
    rows.append(f"events: {dict(Counter(event for person in people for event in person.happened))}")
    rows.append(f"asked twice: {sum(len(person.asked_twice) for person in people)}")
    return "\n".join(rows)


async def test_random_citizens_end_with_a_correct_record(stack: Stack, outside: OutsideSystem) -> None:
    seed = seed_of_run()
    people = await run(stack, CONVERSATIONS, seed, checker(stack, outside))
    print(f"\nCITIZEN_SEED={seed}\n{table(people)}")
    assert not sum(person.troubles for person in people)
    turns = [person.turns for person in people if person.ending == "sent"]
    assert statistics.median(turns) <= MOST_TURNS_MEDIAN
    fraud = [person.turns for person in people if person.ending == "sent" and holds_the_story(person)]
    assert max(fraud) <= MOST_TURNS_FRAUD, fraud


@pytest.mark.parametrize("process", ["rasa", "actions", "gateway", "worker"])
async def test_a_process_is_killed_while_people_complain(stack: Stack, outside: OutsideSystem, process: str) -> None:
    seed = seed_of_run()
    ended: list[Citizen] = []

    def note(citizen: Citizen) -> list[str]:
        ended.append(citizen)
        return checker(stack, outside)(citizen)

    async def kill_and_start() -> None:
        await asyncio.sleep(Random(f"{seed}/{process}").uniform(0.5, 3.0))
        stack.kill(process)
        await asyncio.to_thread(stack.start, process)

    killing = asyncio.create_task(kill_and_start())
    await run(stack, 6, seed, note, events=0.0)
    await killing
    assert [citizen.ending for citizen in ended] == ["sent"] * 6
    arrived = [await outside.wait_for(citizen.reference or "") for citizen in ended]
    await asyncio.sleep(1)
    assert all(len(outside.deliveries_of(delivery.key or "")) == 1 for delivery in arrived)
    assert all(json.loads(delivery.body)["reference"] == delivery.key for delivery in arrived)
