"""What was measured, and which rows and raw numbers come of it."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.report import Goal, Row, growth, median, milliseconds, percentile, ratio

Json = dict[str, Any]
_MIB = 2**20


@dataclass
class Figures:
    """Everything that was measured; times in seconds, memory in bytes by process."""

    starter_making: float = math.nan
    starter_starts: list[float] = field(default_factory=list)
    starter_small: Json = field(default_factory=dict)
    starter_steady: Json = field(default_factory=dict)
    starter_long: Json = field(default_factory=dict)
    starter_memory: dict[str, int] = field(default_factory=dict)
    starter_memory_after: dict[str, int] = field(default_factory=dict)
    our_starts: list[float] = field(default_factory=list)
    our_whole_start: float = math.nan
    our_small: Json = field(default_factory=dict)
    our_mix: Json = field(default_factory=dict)
    our_steady: Json = field(default_factory=dict)
    our_complaints: Json = field(default_factory=dict)
    our_long: dict[str, Json] = field(default_factory=dict)
    our_memory: dict[str, int] = field(default_factory=dict)
    our_memory_after: dict[str, int] = field(default_factory=dict)


def rows(figures: Figures) -> list[Row]:
    """The table of ratios."""
    return [*_throughput(figures), *_steady(figures), *_starts(figures), _memory(figures), *_long(figures)]


def trouble(found: Json) -> str:
    """What went wrong during a load of ours, in words; empty when nothing did."""
    counts = {name: found.get(name, 0) for name in ("failed", "unanswered")}
    return ", ".join(f"{count} turns {name}" for name, count in counts.items() if count)


def _throughput(figures: Figures) -> Iterator[Row]:
    starter = figures.starter_small["rate"]
    for name, found in (("small talk", figures.our_small), ("mix", figures.our_mix)):
        yield Row(
            f"turns a second at saturation, {name}",
            f"{starter:.1f} (small talk)",
            f"{found['rate']:.1f}",
            ratio(found["rate"], starter),
            Goal(">=", 2.5),
            trouble(found) or trouble(figures.starter_small),
        )
    peer, own = figures.starter_small["cost"], figures.our_small["cost"]
    yield Row(
        "processor time of a turn at saturation, all processes, small talk",
        milliseconds(peer),
        milliseconds(own),
        ratio(own, peer),
    )


def _steady(figures: Figures) -> Iterator[Row]:
    starter = turn_times(figures.starter_steady)
    for name, found in (("small talk", figures.our_steady), ("complaint", figures.our_complaints)):
        times = turn_times(found)
        for share in (50, 95):
            peer, own = percentile(starter, share), percentile(times, share)
            yield Row(
                f"p{share} of a {name} turn at a steady rate",
                f"{milliseconds(peer)} (small talk)",
                milliseconds(own),
                ratio(own, peer),
                None,
                trouble(found) or trouble(figures.starter_steady),
            )


def _starts(figures: Figures) -> Iterator[Row]:
    starter, ours = median(figures.starter_starts), median(figures.our_starts)
    yield Row(
        "process start to first answer (ours: Rasa and action server)",
        f"{starter:.1f} s",
        f"{ours:.1f} s",
        ratio(ours, starter),
        Goal("<=", 0.5),
    )
    whole = figures.our_whole_start
    yield Row(
        "`muhafiz run` to the greeting in the web chat",
        f"{starter:.1f} s (Rasa alone)",
        f"{whole:.1f} s",
        ratio(whole, starter),
    )


def _memory(figures: Figures) -> Row:
    starter, ours = sum(figures.starter_memory.values()), sum(figures.our_memory.values())
    return Row(
        "memory of all processes after the warm-up loads",
        f"{starter / _MIB:.0f} MiB",
        f"{ours / _MIB:.0f} MiB",
        ratio(ours, starter),
        Goal("<=", 1.5),
    )


def _long(figures: Figures) -> Iterator[Row]:
    before, after, peer = growth(figures.starter_long["seconds"])
    for name, found in figures.our_long.items():
        first, last, grown = growth(found["seconds"])
        count = len(found["seconds"])
        yield Row(
            f"last 10 messages of {count} against the first 10, ours through the web chat ({_plain(name)})",
            f"{milliseconds(before)} to {milliseconds(after)} ({peer:.2f}×)",
            f"{milliseconds(first)} to {milliseconds(last)}",
            grown,
            Goal("<=", 2),
            trouble(found) or trouble(figures.starter_long),
        )


def turn_times(found: Json) -> list[float]:
    """Seconds of every turn of a steady load."""
    return [turn["seconds"] for turn in found["turns"]]


def raw_numbers(figures: Figures) -> dict[str, str]:
    """Everything behind the rows, by name."""
    found: dict[str, str] = {"starter: made and trained": _seconds([figures.starter_making])}
    for who, starts in (("starter", figures.starter_starts), ("ours", figures.our_starts)):
        found[f"{who}: starts to first answer"] = _seconds(starts)
    found["ours: `muhafiz run` to the greeting"] = _seconds([figures.our_whole_start])
    for name, load in (
        ("starter: saturation, small talk", figures.starter_small),
        ("ours: saturation, small talk", figures.our_small),
        ("ours: saturation, mix", figures.our_mix),
    ):
        cost = f"{milliseconds(load['cost'])} of processor time a turn"
        found[name] = f"{load['rate']:.1f} turns/s; {cost}; {_spread(load['seconds'])}; {_counts(load)}"
    for name, load in (
        ("starter: steady, small talk", figures.starter_steady),
        ("ours: steady, small talk", figures.our_steady),
        ("ours: steady, complaints", figures.our_complaints),
    ):
        found[name] = f"{_spread(turn_times(load))}; {_counts(load)}"
    found |= _complaints(figures.our_complaints)
    found["starter: long conversation"] = _grown(figures.starter_long)
    for name, load in figures.our_long.items():
        found[f"ours: long conversation, {_plain(name)}"] = _grown(load)
    for name, parts in (
        ("starter: memory after the warm-up load", figures.starter_memory),
        ("starter: memory at the end", figures.starter_memory_after),
        ("ours: memory after the warm-up loads", figures.our_memory),
        ("ours: memory at the end", figures.our_memory_after),
    ):
        found[name] = _parts(parts)
    return found


def _complaints(found: Json) -> Mapping[str, str]:
    """Turns of a complaint by the question that they answer."""
    by_field: dict[str, list[float]] = {}
    for turn in found["turns"]:
        by_field.setdefault(turn["field"], []).append(turn["seconds"])
    lines = {f"ours: complaint turn, {name}": _spread(times) for name, times in sorted(by_field.items())}
    return {"ours: complaints submitted": str(found["complete"]), **lines}


def _plain(name: str) -> str:
    return name.removeprefix("long_").replace("_", " ")


def _seconds(values: list[float]) -> str:
    return ", ".join(f"{value:.1f} s" for value in values if math.isfinite(value)) or "not measured"


def _spread(seconds: list[float]) -> str:
    shown = " ".join(f"p{share} {milliseconds(percentile(seconds, share))}" for share in (50, 95, 99))
    return f"{len(seconds)} turns, {shown}"


def _counts(found: Json) -> str:
    return f"{found['failed']} failed, {found['unanswered']} without an answer"


def _grown(found: Json) -> str:
    first, last, grown = growth(found["seconds"])
    return f"median {milliseconds(first)} to {milliseconds(last)} ({grown:.2f}×); {_counts(found)}"


def _parts(parts: Mapping[str, int]) -> str:
    each = ", ".join(f"{name} {size / _MIB:.0f}" for name, size in sorted(parts.items(), key=lambda p: -p[1]))
    return f"{sum(parts.values()) / _MIB:.0f} MiB ({each})"


def what_was_sent(effort: Any) -> str:
    """The method, for the reader of the results."""
    return f"""\
- The starter is what `rasa init --no-prompt` makes, with its own configuration (nothing but its address is
  set: loopback, a free port) and its own tracker store, which is in memory. It needs no action server. This
  assistant runs as `muhafiz run` does, with its SQLite files; only its limits for senders are lifted.
- Telemetry is off, no GPU. The load comes from a process of its own on the same machine.
- **Saturation:** {effort.senders} senders over Rasa's REST channel, each with one message under way; every
  conversation has 8 messages and a sender of its own; {effort.warm_up:g} s of warm-up, then
  {effort.seconds:g} s are counted. "Small talk" is the same 8 messages for both assistants; "mix" adds
  questions that the action server answers and a complaint, in three languages.
- **Steady rate:** {effort.rate} turns a second for {effort.steady_seconds:g} s on a fixed timetable (open
  loop), over REST; a turn counts from its place in the timetable. A complaint turn goes through the form,
  the action server and the databases; the turn `confirm` stores the record and forwards it to the desk.
- **Start:** from the start of the processes to the first answer, with the model trained; median of
  {effort.starts}. The first one of ours waits for the action server too.
- **Memory:** proportional share (PSS, else RSS) of every process; ours are gateway, Rasa, action server,
  worker, desk and the supervisor with its shells.
- **Long conversation:** {effort.long_count} messages one after the other; the starter over REST, ours through
  the gateway's web socket, from sending to the end of the answer. The list of 10 messages repeats, so that
  the first and the last 10 are the same. The ratio of this row is that of our own last 10 to our own first 10.
- The messages are in `benchmarks/messages.yml`."""
