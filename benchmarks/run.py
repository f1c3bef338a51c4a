"""Measures this assistant beside Rasa's starter assistant, in turn on this machine, and writes RESULTS.md.

Example: python -m benchmarks.run            (about ten minutes; leave the machine alone meanwhile)
         python -m benchmarks.run --quick    (short loads, for trying out; prints, writes nothing)
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import psutil
import yaml

from benchmarks import report
from benchmarks.measures import Figures, raw_numbers, rows, what_was_sent
from benchmarks.servers import BenchmarkError, Ours, Starter, memory, processor_time
from bot.settings import PROJECT
from bot.training import TrainingError

Json = dict[str, Any]
RESULTS = PROJECT / "benchmarks" / "RESULTS.md"
MESSAGES = PROJECT / "benchmarks" / "messages.yml"


@dataclass(frozen=True)
class Effort:
    """How long everything is measured."""

    warm_up: float = 5.0
    seconds: float = 20.0
    steady_seconds: float = 30.0
    long_count: int = 300
    starts: int = 3
    senders: int = 16
    rate: int = 10  # turns a second
    pause: int = 2  # seconds between the turns of one person


QUICK = Effort(warm_up=2, seconds=5, steady_seconds=12, long_count=60, starts=1, pause=1)


def main() -> int:
    """Measure and report; returns the exit code."""
    options = _options()
    signal.signal(signal.SIGTERM, _stop_as_by_ctrl_c)
    effort = QUICK if options.quick else Effort()
    try:
        with tempfile.TemporaryDirectory(prefix="muhafiz-bench-") as folder:
            figures = measure(Path(folder), effort, options)
    except (BenchmarkError, TrainingError) as problem:
        print(f"benchmarks: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("benchmarks: stopped; nothing was written", file=sys.stderr)
        return 130
    text = report.page(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "make bench" if not options.quick else "python -m benchmarks.run --quick",
        rows(figures),
        raw_numbers(figures),
        what_was_sent(effort),
    )
    if options.quick:
        print(text)
    else:
        RESULTS.write_text(text, encoding="utf-8")
        print(report.result_table(rows(figures)))
        say(f"written: {RESULTS.relative_to(PROJECT)}")
    return 0


def measure(folder: Path, effort: Effort, options: argparse.Namespace) -> Figures:
    """Both assistants, the starter first."""
    content = yaml.safe_load(MESSAGES.read_text(encoding="utf-8"))
    figures = Figures()
    starter = Starter(options.starter or folder / "starter", folder / "starter.log")
    if options.starter is None:
        say("making and training the starter assistant (a minute or two)")
        figures.starter_making = starter.make()
    measure_starter(starter, effort, content, figures)
    ours = Ours(folder)
    say("taking the trained model of this assistant (training if it is not current)")
    ours.take_model(stale=options.quick)
    measure_ours(ours, effort, content, figures)
    return figures


def measure_starter(starter: Starter, effort: Effort, content: Json, figures: Figures) -> None:
    """Starts, then every load on the last start."""
    for number in range(effort.starts):
        with starter.running() as (url, process, seconds):
            figures.starter_starts.append(seconds)
            say(f"starter: first answer after {seconds:.1f} s")
            if number < effort.starts - 1:
                continue
            figures.starter_small = saturate("starter, small talk", url, process, content["small_talk"], effort)
            figures.starter_memory = memory([process])
            say("starter: steady small talk")
            figures.starter_steady = load(_steady(url, effort, conversations=content["small_talk"]))
            say(f"starter: a conversation of {effort.long_count} messages")
            job = {
                "kind": "long_rest",
                "url": url,
                "messages": content["long_small_talk"],
                "count": effort.long_count,
            }
            figures.starter_long = load(job)
            figures.starter_memory_after = memory([process])


def measure_ours(ours: Ours, effort: Effort, content: Json, figures: Figures) -> None:
    """Starts of Rasa and actions alone, then every load on the whole product."""
    for _ in range(effort.starts):
        with ours.bare() as seconds:
            figures.our_starts.append(seconds)
            say(f"ours: first answer of Rasa and action server after {seconds:.1f} s")
    with ours.whole() as (process, begun):
        greeted = load({"kind": "greeting", "gateway": ours.gateway})
        figures.our_whole_start = greeted["at"] - begun
        say(f"ours: `muhafiz run` greets in the web chat after {figures.our_whole_start:.1f} s")
        figures.our_small = saturate("ours, small talk", ours.rasa, process, content["small_talk"], effort)
        figures.our_mix = saturate("ours, mix", ours.rasa, process, content["mix"], effort)
        figures.our_memory = memory([process])
        say("ours: steady small talk")
        figures.our_steady = load(_steady(ours.rasa, effort, conversations=content["small_talk"]))
        say("ours: steady complaints")
        figures.our_complaints = load(_steady(ours.rasa, effort, complaint=content["complaint"]))
        for name, job in (
            ("long_small_talk", {"kind": "long_chat", "gateway": ours.gateway}),
            ("long_mix", {"kind": "long_chat", "gateway": ours.gateway}),
        ):
            say(f"ours: a web chat of {effort.long_count} messages ({name})")
            figures.our_long[name] = load({**job, "messages": content[name], "count": effort.long_count})
        figures.our_memory_after = memory([process])


def saturate(
    name: str, url: str, process: psutil.Process, conversations: Sequence[Sequence[str]], effort: Effort
) -> Json:
    """Turns a second with every sender always waiting for an answer, and what a turn costs the processors."""
    job = {
        "kind": "saturate",
        "url": url,
        "conversations": conversations,
        "senders": effort.senders,
        "warm_up": effort.warm_up,
        "seconds": effort.seconds,
    }
    before = processor_time(process)
    found = load(job)
    found["cost"] = (processor_time(process) - before) / max(found["total"], 1)
    cost = report.milliseconds(found["cost"])
    say(f"{name}: {found['rate']:.1f} turns a second at saturation, {cost} of processor time each")
    return found


def _steady(url: str, effort: Effort, **who: Any) -> Json:
    return {
        "kind": "steady",
        "url": url,
        "rate": effort.rate,
        "pause": effort.pause,
        "seconds": effort.steady_seconds,
        **who,
    }


def load(job: Json) -> Json:
    """Do one job in the load generator's own process."""
    command = [sys.executable, "-m", "benchmarks.load"]
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            answer, errors = process.communicate(json.dumps(job), timeout=1800)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise BenchmarkError(f"the load generator failed at {job['kind']}: {errors.strip()[-2000:]}")
    found: Json = json.loads(answer)
    return found


def say(text: str) -> None:
    """A line of progress."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def _stop_as_by_ctrl_c(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="short loads for trying out; prints, writes nothing")
    parser.add_argument(
        "--starter",
        type=lambda text: Path(text).resolve(),
        help="a folder in which `rasa init --no-prompt` was run already",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
