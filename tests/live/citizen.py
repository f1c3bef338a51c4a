"""A simulated citizen: answers whatever is asked from a table of facts, and does in between what people do."""

import re
from collections.abc import Mapping
from functools import lru_cache
from random import Random
from typing import Any

import phonenumbers
import yaml

from bot.knowledge.texts import city_label
from bot.settings import PROJECT
from bot.triage.plan import fields_of
from bot.triage.summary import value_text
from tests.auxil.wording import FORBIDDEN
from tests.live import texts
from tests.live.chats import Answer, SocketChat

MOST_TURNS = 60
EVENT_SHARE = 0.2  # how likely something else is done before an open question is answered
REFERENCE = re.compile(r"MHZ(?:-[0-9A-Z]{4}){3}")
CHOSEN = {"suspect_relationship", "on_behalf_of"}  # answered by button
READ_AT_THE_END = ("incident_type", "platform", "amount_pkr", "city")  # lines of the summary that are looked at
_NAMES = {"platform": "platforms", "suspect_relationship": "relationships", "on_behalf_of": "whom"}
_APPS = ("facebook", "instagram", "tiktok", "snapchat", "whatsapp", "telegram")
_CITIES = ("Lahore", "Karachi", "Multan", "Peshawar", "Quetta", "Sialkot")

Table = Mapping[str, Any]


@lru_cache
def tables(language: str) -> Table:
    """Stories with their facts, and the ways in which people of this language say things."""
    file = PROJECT / "tests" / "live" / "citizens" / f"{language}.yml"
    content: Table = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


class Citizen:
    """One person with one story; `live` talks until the complaint is sent, declined or deleted."""

    def __init__(self, chat: SocketChat, language: str, story: Table, rng: Random, *, events: float) -> None:
        self.chat = chat
        self.language = self.born = language
        self.story = story
        self.rng = rng
        self.events = events
        self.facts = {"incident_type": story["type"], **story.get("told", {}), **story["facts"]}
        self.known = {"incident_type", *story.get("told", {})}
        self.skipped: set[str] = set()
        self.turns = 0
        self.troubles = 0
        self.asked_twice: list[str] = []
        self.happened: list[str] = []
        self.ending: str | None = None
        self.reference: str | None = None
        self.script: list[str] = []
        self.last = Answer(())
        self._way_out = rng.choices(["sent", "declined", "deleted"], [92, 4, 4])[0] if events else "sent"
        self._fixed: set[str] = set()
        self._disturbed: set[str] = set()

    @property
    def question(self) -> str | None:
        """What is asked now."""
        return texts.asked(self.last.text, self.language)

    async def live(self) -> None:
        """The whole conversation."""
        if self.rng.random() < self.events:
            await self.say(self.rng.choice(self._events["start"]))
        if not self.question:  # also where the wish to complain was not understood
            await self.say(self.story["says"])
        while not self.ending:
            assert self.turns < MOST_TURNS, "no end"
            assert self.question, "no question of the complaint is open"
            if self.rng.random() < self.events and await self._happens(self.question):
                continue
            await self._answer(self.question)

    async def say(self, text: str) -> None:
        """Type something."""
        await self._heard(text, await self.chat.say(text))

    async def tap(self, title: str) -> None:
        """Tap a button by its title."""
        await self._heard(f"[{title}]", await self.chat.tap(title))

    async def _heard(self, said: str, answer: Answer) -> None:
        self.turns += 1
        self.script += [f"> {said}", answer.text]
        self.last = await self._until_it_works(answer)
        for what, pattern in FORBIDDEN.items():
            assert not re.search(pattern, answer.text, re.I), f"{what}"

    async def _until_it_works(self, answer: Answer) -> Answer:
        """Tap "try again" where the product says that it could not answer."""
        while any(answer.text.endswith(trouble) for trouble in _troubles()):
            self.troubles += 1
            again = texts.text("utter_gateway_label_try_again", self.language)
            await self.chat.wait_a_moment()
            answer = await self.chat.tap(again)
            self.script += [f"> [{again}]", answer.text]
        return answer

    # answers

    async def _answer(self, question: str) -> None:
        if question == "description":
            await self.say(self.story["says"])
        elif question == "consent":
            await self._consent()
        elif question == "which_type":
            await self._name_type()
        elif question == "send":
            await self._read_and_send()
        elif question in {"other_matter", "which_no", "restart_choice", "stop_choice", "which_line"}:
            raise AssertionError(f"{question} is asked, though nothing was said about it")
        else:
            await self._tell(question)

    async def _consent(self) -> None:
        understood = texts.pattern("utter_ask_agree", self.language).search(self.last.text)
        if self._way_out == "declined":
            await self.tap(self._title("consent", "no"))
            assert texts.text("utter_consent_declined", self.language) in self.last.text
            self.ending = "declined"
        elif understood and self._line("incident_type") not in understood["understood"]:
            self.happened.append("wrong_type")
            await self.tap(self._title("type_confirmed", "no"))
        else:
            await self.tap(self._title("consent", "yes"))

    async def _name_type(self) -> None:
        name = self._line("incident_type")
        await (self.tap(name) if name in self.last.buttons else self.say(name))

    async def _tell(self, question: str) -> None:
        """Everything that the table has for a question, in one message; what it does not have is left out."""
        names = fields_of(question)
        twice = self.known & set(names)
        if twice:
            self.asked_twice.append(f"{question} ({', '.join(sorted(twice))})")
        mine = [name for name in names if name in self.facts and name not in self.skipped]
        if not mine:
            return await self._leave_out(question)
        self.known.update(mine)
        if len(mine) == 1 and await self._tapped(mine[0]):
            return None
        said = [name for name in mine if name not in CHOSEN] or mine
        self.known -= set(mine) - set(said)
        return await self.say(", ".join(self._worded(name) for name in said))

    async def _leave_out(self, question: str) -> None:
        """Skip a question; whatever it asks for stays unknown."""
        self.skipped.update(name for name in fields_of(question) if name not in self.known)
        await self.tap(self._title(question, "anonymous" if question == "identity" else "skip"))

    async def _tapped(self, name: str) -> bool:
        """Answer by button where there is one, half of the time; always for what only buttons take."""
        try:
            title = self._title(name, str(self.facts[name]))
        except AssertionError:
            return False
        if name in CHOSEN or self.rng.random() < 0.5:
            await self.tap(title)
            return True
        return False

    async def _read_and_send(self) -> None:
        """Read the summary, set right what is wrong in it, then send."""
        wrong = [n for n in READ_AT_THE_END if n in self.facts and n not in self.skipped and not self._reads(n)]
        if self._way_out == "deleted":
            await self._delete()
        elif wrong:
            await self._set_right(wrong[0])
        else:
            await self.tap(texts.title(self.language, "utter_ask_send", "yes"))
            found = REFERENCE.search(self.last.text)
            assert found, "no reference after sending"
            self.reference, self.ending = found.group(), "sent"

    async def _set_right(self, name: str) -> None:
        assert name not in self._fixed, f"{name} is still wrong in the summary after it was changed"
        self._fixed.add(name)
        self.happened.append(f"wrong_{name}")
        await self.tap(texts.title(self.language, "utter_ask_send", "change"))
        await self.tap(texts.label("fields", name, self.language))
        self.known.discard(name)
        if name == "incident_type":
            await self._name_type()
            self.known.add(name)

    # events

    async def _happens(self, question: str) -> bool:
        """Something other than an answer; False where it does not fit here. The question stays open."""
        told = question not in {"description", "which_type", "consent", "send"}
        kinds = [
            "digression",
            "digression",
            "language",
            "silence",
            "correction",
            "stop",
            *(["gibberish", "skip"] * told),
        ]
        kind = self.rng.choice(kinds)
        if kind == "skip" and not self.known & set(fields_of(question)):
            self.happened.append("skip")
            await self._leave_out(question)
            return True
        if question == "description" or not await getattr(self, f"_{kind}")(question):
            return False
        self.happened.append(kind)
        assert self.question == question, f"after {kind} {self.question} is asked instead of {question}"
        return True

    async def _skip(self, question: str) -> bool:
        return False

    async def _digression(self, question: str) -> bool:
        await self.say(self.rng.choice(self._events[self.rng.choice(["question", "who", "why"])]))
        return True

    async def _gibberish(self, question: str) -> bool:
        if question in self._disturbed:  # the second time the question is put off, as it should be
            return False
        self._disturbed.add(question)
        await self.say(self.rng.choice(self._events["gibberish"]))
        return True

    async def _language(self, question: str) -> bool:
        if "language" in self.happened:
            return False
        new, words = self.rng.choice(sorted(self._events["language"].items()))
        self.language = new
        await self.say(words)
        return True

    async def _silence(self, question: str) -> bool:
        """The page is closed and opened again, after so long that Rasa begins a new session."""
        self.last = await self.chat.come_back_later()
        self.script.append("> (comes back later)")
        return True

    async def _stop(self, question: str) -> bool:
        """Stops, keeps the draft, and goes on by the button."""
        if "stop" in self.happened:
            return False
        await self._ask_to_stop("keep", "utter_draft_kept")
        await self.tap(next(t for t in texts.titles_of(self.language, "continue_report") if t in self.last.buttons))
        return True

    async def _delete(self) -> None:
        await self._ask_to_stop("delete", "utter_draft_deleted")
        self.ending = "deleted"

    async def _ask_to_stop(self, choice: str, response: str) -> None:
        await self.say(self.rng.choice(self._events_of(self.language)["stop"]))
        assert self.question == "stop_choice", f"{self.question} is asked after stop"
        await self.tap(self._title("stop_choice", choice))
        assert texts.pattern(response, self.language).search(self.last.text), f"no {response}"

    async def _correction(self, question: str) -> bool:
        """Something said earlier was wrong; the change is confirmed in half a sentence."""
        names = sorted({"amount_pkr", "platform", "city"} & self.known - self.skipped - self._fixed)
        name = self.rng.choice(names) if names else None
        if not name or (name == "platform" and self.facts[name] not in _APPS):
            return False
        self._fixed.add(name)
        old, self.facts[name] = self.facts[name], self._other_value(name)
        said = self.rng.choice(self._events_of(self.language)[f"correct_{name}"])
        await self.say(said.format(old=self._plain(name, old), new=self._plain(name, self.facts[name])))
        changed = texts.pattern("utter_changed", self.language).search(self.last.text)
        assert changed and texts.label("fields", name, self.language) in changed["noted"], f"{name} is not changed"
        return True

    def _other_value(self, name: str) -> Any:
        old = self.facts[name]
        if name == "amount_pkr":
            return old + 1000 * self.rng.randint(1, 9)
        return self.rng.choice([value for value in (_APPS if name == "platform" else _CITIES) if value != old])

    # words

    @property
    def _events(self) -> Table:
        events: Table = tables(self.born)["events"]
        return events if self.language == self.born else {**self._events_of(self.language), "start": events["start"]}

    @staticmethod
    def _events_of(language: str) -> Table:
        events: Table = tables(language)["events"]
        return events

    def _worded(self, name: str) -> str:
        """A fact as people of this language put it."""
        ways = tables(self.language)["phrases"].get(name, ["{x}"])
        if isinstance(ways, Mapping):
            return str(ways[self.facts[name]])
        value = self.facts[name]
        return str(self.rng.choice(ways)).format(x=value if name == "amount_pkr" else self._plain(name, value))

    def _plain(self, name: str, value: Any) -> str:
        if name in _NAMES:
            return texts.label(_NAMES[name], value, self.language)
        return city_label(value, self.language) if name == "city" else str(value)

    def _line(self, name: str) -> str:
        """How the product shows a fact."""
        value = self.facts[name]
        return value_text(name, {name: {"name": value} if name == "city" else value}, self.language)

    def _reads(self, name: str) -> bool:
        return f"{texts.label('fields', name, self.language)}: {self._line(name)}" in self.last.text

    def _title(self, field: str, choice: str) -> str:
        return texts.choice_title(self.language, field, choice, self.last.buttons)

    # the record

    def wrong_in(self, record: Table) -> list[str]:
        """What staff would read otherwise than this person told it."""
        told = {name: value for name, value in self.facts.items() if name not in self.skipped}
        money = (record["financial_transactions"] or [{}])[0]
        seen = {
            "incident_type": record["incident_type"],
            "platform": record["platform"],
            "amount_pkr": money.get("amount_pkr"),
            "transaction_id": money.get("transaction_id"),
            "suspect_contacts": [o["normalised"] for s in record["suspects"] for o in s["observables"]],
            "city": record["complainant"]["city"],
            "desired_outcome": record["desired_outcome"],
            "complainant_name": record["complainant"]["name"],
            "complainant_contact": record["complainant"]["phone"] or record["complainant"]["email"],
        }
        wanted = {
            **{name: told[name] if name in self.known else None for name in seen if name in told},
            "suspect_contacts": _normalised(told, "suspect_contacts", self.known),
            "desired_outcome": [told["desired_outcome"]] if "desired_outcome" in self.known & told.keys() else [],
        }
        if "complainant_contact" in self.known & told.keys():
            wanted["complainant_contact"] = _normal(told["complainant_contact"])
        if "platform" not in self.known and seen["platform"] == told.get("platform"):
            wanted["platform"] = seen["platform"]  # understood without being asked
        wrong = [f"{name} is {seen[name]!r}, not {value!r}" for name, value in wanted.items() if seen[name] != value]
        if self.story["says"] not in record["description"]:
            wrong.append("the story is not in the description")
        return wrong


def _normalised(told: Table, name: str, known: set[str]) -> list[str]:
    return [_normal(told[name])] if name in known & told.keys() else []


def _normal(contact: str) -> str:
    """A contact as it stands in a record: E.164, or the handle or address itself."""
    if contact[0] == "0":
        return phonenumbers.format_number(phonenumbers.parse(contact, "PK"), phonenumbers.PhoneNumberFormat.E164)
    return contact.lstrip("@")


@lru_cache
def _troubles() -> frozenset[str]:
    return frozenset(texts.text("utter_gateway_trouble", language) for language in ("en", "ur", "ur-Latn"))
