"""Starts the processes that are measured, in folders of their own on free ports, and stops them for sure."""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
from honcho.environ import parse_procfile

from bot import training
from bot.settings import PROJECT, Settings

START_WITHIN = 180.0  # seconds
STOP_WITHIN = 15.0
_POLL = 0.05
_WIDTH = 200
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
}
_PARTS = {
    "bot.rasa_server": "rasa",
    "rasa run": "rasa",
    "actions.serve": "actions",
    "bot.desk.app": "desk",
    "bot.triage.worker": "worker",
}


class BenchmarkError(Exception):
    """Why nothing could be measured, in one line or with the end of a log."""


def free_ports(count: int) -> list[int]:
    """Different ports of the loopback that nobody listens on."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


@contextmanager
def started(command: Sequence[str], cwd: Path, env: Mapping[str, str], log: Path) -> Iterator[psutil.Popen]:
    """A process in a session of its own; at the end it and all that it started are gone."""
    with log.open("ab") as output:
        process = psutil.Popen(
            list(command), cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        with _undisturbed():
            stop(process)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C does not interrupt the cleaning up."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop(process: psutil.Popen) -> None:
    """Ask a process to end, and kill what is left of its tree after a while."""
    tree = _tree(process)
    if process.is_running():
        process.terminate()
    _, left = psutil.wait_procs(tree, timeout=STOP_WITHIN)
    for one in left:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(left, timeout=STOP_WITHIN)


def _tree(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return [process]


def memory(processes: Sequence[psutil.Process]) -> dict[str, int]:
    """Bytes by part of the product for whole process trees: the proportional share, else the resident size."""
    found: dict[str, int] = {}
    for process in (one for root in processes for one in _tree(root)):
        try:
            name, full = _part(process), process.memory_full_info()
        except psutil.Error:
            continue
        found[name] = found.get(name, 0) + int(getattr(full, "pss", 0) or full.rss)
    return found


def processor_time(root: psutil.Process) -> float:
    """Seconds of processor time that a process tree has used."""
    times = []
    for process in _tree(root):
        try:
            times.append(process.cpu_times())
        except psutil.Error:
            continue
    return sum(one.user + one.system for one in times)


def _part(process: psutil.Process) -> str:
    line = " ".join(process.cmdline())
    if process.name() in {"sh", "dash", "bash"}:
        return "supervisor"
    known = next((part for sign, part in _PARTS.items() if sign in line), None)
    return known or ("gateway" if "bot.app" in line else "supervisor")


def ask(url: str, text: str, sender: str = "first") -> list[dict[str, Any]]:
    """Rasa's answer over REST; nothing while it does not answer."""
    body = json.dumps({"sender": sender, "message": text}).encode()
    request = urllib.request.Request(f"{url}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            said: list[dict[str, Any]] = json.load(answer)
            return said
    except (urllib.error.URLError, OSError, ValueError):
        return []


def responds(url: str) -> bool:
    """Whether a GET is answered with success."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_for(what: str, condition: Any, processes: Sequence[psutil.Popen], log: Path) -> None:
    """Return when `condition()` is true; a process that ends before is an error that shows its log."""
    end = time.monotonic() + START_WITHIN
    while not condition():
        if any(process.poll() is not None for process in processes) or time.monotonic() > end:
            raise BenchmarkError(f"{what} did not start; its log ends:\n{tail(log)}")
        time.sleep(_POLL)


def tail(log: Path, lines: int = 12) -> str:
    """The end of a log, long lines cut."""
    last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join(line[:_WIDTH] for line in last)


class Starter:
    """The assistant that `rasa init` makes, as it is."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder
        self.log = log
        self.env = {**_without_ours(), **_QUIET}

    def make(self) -> float:
        """Create and train it; returns the seconds that took."""
        self.folder.mkdir()
        command = [sys.executable, "-m", "rasa", "init", "--no-prompt", "--init-dir", str(self.folder)]
        begin = time.perf_counter()
        with started(command, self.folder, self.env, self.log) as process:
            if process.wait(timeout=1800) or not list(self.folder.glob("models/*.tar.gz")):
                raise BenchmarkError(f"rasa init failed; its log ends:\n{tail(self.log)}")
        return time.perf_counter() - begin

    @contextmanager
    def running(self) -> Iterator[tuple[str, psutil.Popen, float]]:
        """Address, process and seconds to the first answer."""
        (port,) = free_ports(1)
        url = f"http://127.0.0.1:{port}"
        options = ["--interface", "127.0.0.1", "--port", str(port)]
        begin = time.perf_counter()
        with started([sys.executable, "-m", "rasa", "run", *options], self.folder, self.env, self.log) as process:
            wait_for("the starter", lambda: ask(url, "hello"), [process], self.log)
            yield url, process, time.perf_counter() - begin


class Ours:
    """This assistant with state of its own; the model is the trained one of this folder."""

    def __init__(self, folder: Path) -> None:
        gateway, rasa, actions, desk = free_ports(4)
        self.log = folder / "ours.log"
        self.config = Settings(var=folder / "var")
        self.rasa = f"http://127.0.0.1:{rasa}"
        self.gateway = f"http://127.0.0.1:{gateway}"
        self.actions = f"http://127.0.0.1:{actions}"
        values = {
            "VAR": self.config.var, "HOST": "127.0.0.1", "PORT": gateway, "RASA_PORT": rasa,
            "ACTIONS_PORT": actions, "DESK_PORT": desk,
            "RATE_MESSAGES": 10**6, "RATE_MESSAGES_ADDRESS": 10**6, "RATE_SESSIONS_ADDRESS": 10**6,
        }  # fmt: skip
        ours = {f"MUHAFIZ_{name}": str(value) for name, value in values.items()}
        self.env = {**_without_ours(), **ours, "MUHAFIZ_PYTHON": sys.executable, "PYTHONUNBUFFERED": "1"}

    def take_model(self, *, stale: bool) -> None:
        """Copy the trained model, or train one; with `stale` one that is older than its data will do."""
        trained = Settings()
        target = training.model_path(self.config)
        self.config.prepare_var()
        target.parent.mkdir(exist_ok=True)
        if training.is_current(trained) or (stale and training.model_path(trained).exists()):
            shutil.copy2(training.model_path(trained), target)
        else:
            training.train(self.config)
        self.bless_model()

    def bless_model(self) -> None:
        """Say that the model is current, so that a start does not train."""
        (training.model_path(self.config).parent / "fingerprint").write_text(training.fingerprint())

    @contextmanager
    def bare(self) -> Iterator[float]:
        """Rasa and the action server only; gives the seconds until both answer."""
        begin = time.perf_counter()
        with ExitStack() as stack:
            processes = [
                stack.enter_context(started(self._command(name), PROJECT, self.env, self.log))
                for name in ("actions", "rasa")
            ]
            wait_for("Rasa", lambda: ask(self.rasa, "hello"), processes, self.log)
            wait_for("the action server", lambda: responds(f"{self.actions}/health"), processes, self.log)
            yield time.perf_counter() - begin

    def _command(self, name: str) -> list[str]:
        line = parse_procfile((PROJECT / "Procfile").read_text()).processes[name]
        return [part.replace("$MUHAFIZ_PYTHON", sys.executable) for part in shlex.split(line)]

    @contextmanager
    def whole(self) -> Iterator[tuple[psutil.Popen, float]]:
        """`muhafiz run`, once each of its servers answers: its process and the time of day it was begun."""
        self.bless_model()
        begin = time.time()
        with started([sys.executable, "-m", "bot.cli", "run"], PROJECT, self.env, self.log) as process:
            wait_for("Rasa", lambda: responds(f"{self.rasa}/status"), [process], self.log)
            wait_for("the gateway", lambda: responds(f"{self.gateway}/"), [process], self.log)
            wait_for("the action server", lambda: responds(f"{self.actions}/health"), [process], self.log)
            yield process, begin


def _without_ours() -> dict[str, str]:
    """The environment less this product's settings, so that nobody's own ones are measured."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MUHAFIZ_")}
