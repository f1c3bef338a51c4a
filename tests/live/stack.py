"""The product's real processes, started singly on free ports with a state folder of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from bot.settings import PROJECT, Settings
from bot.training import is_current, train

MODULES = {
    "actions": "actions.serve",
    "rasa": "bot.rasa_server",
    "desk": "bot.desk.app",
    "worker": "bot.triage.worker",
    "gateway": "bot.app",
}
READY_PATH = {"actions": "/health", "rasa": "/status", "desk": "/health", "gateway": "/health"}
PORT = {"actions": "actions_port", "rasa": "rasa_port", "desk": "desk_port", "gateway": "port"}
START_SECONDS = 150.0  # Rasa takes 12 to 20 on an idle machine
STOP_SECONDS = 15.0
_LOG_TAIL = 2000


class Stack:
    """Starts, stops and kills the processes by name; `close` ends whatever still runs."""

    def __init__(self, folder: Path, **values: object) -> None:
        self.folder = folder
        ports = dict(zip(PORT.values(), _free_ports(len(PORT)), strict=True))
        given = {"var": folder / "var", **ports, **values}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MUHAFIZ_")}
        ours = {f"MUHAFIZ_{name.upper()}": str(value) for name, value in given.items()}
        self.environment = {**clean, **ours, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(PROJECT)}
        self.settings = Settings(**given)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        """Base address of the gateway."""
        return f"http://127.0.0.1:{self.settings.port}"

    def prepare(self) -> None:
        """Copy the project's trained model, or train one here when that is older than its data."""
        project = Settings()  # where `make train` puts the model
        self.settings.prepare_var()
        if is_current(project):
            shutil.copytree(project.var / "models", self.settings.var / "models")
        else:
            train(self.settings)

    def start(self, *names: str) -> None:
        """Start processes at once and wait until each of them answers."""
        for name in names:
            assert name not in self._running, f"{name} runs already"
            with self._log(name).open("ab") as log:
                self._running[name] = subprocess.Popen(
                    [sys.executable, "-m", MODULES[name]],
                    cwd=PROJECT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        for name in names:
            self._wait_ready(name)

    def stop(self, name: str) -> None:
        """End a process as a supervisor does, by SIGTERM."""
        process = self._running.pop(name)
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        finally:
            _kill_group(process)

    def kill(self, name: str) -> None:
        """End a process without a chance to clean up."""
        process = self._running.pop(name)
        _kill_group(process)
        process.wait(STOP_SECONDS)

    def is_running(self, name: str) -> bool:
        """Whether the process was started and has not ended."""
        return name in self._running and self._running[name].poll() is None

    def ensure(self, *names: str) -> None:
        """Start those that do not run, so that a failed test leaves nothing missing for the next."""
        for name in [name for name in names if name in self._running and not self.is_running(name)]:
            del self._running[name]
        self.start(*(name for name in names if name not in self._running))

    def run(self, *arguments: str, typed: str | None = None) -> subprocess.CompletedProcess[bytes]:
        """Run the `muhafiz` command with the settings of this stack."""
        return subprocess.run(
            [str(Path(sys.executable).with_name("muhafiz")), *arguments],
            env=self.environment,
            cwd=self.folder,
            input=None if typed is None else typed.encode(errors="surrogatepass"),
            stdin=subprocess.DEVNULL if typed is None else None,
            capture_output=True,
            timeout=120,
        )

    def logs(self) -> str:
        """Everything that the processes wrote."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        """End everything that still runs."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                pass
            finally:
                _kill_group(process)
        self._running.clear()

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _wait_ready(self, name: str) -> None:
        until = time.monotonic() + START_SECONDS
        while not self._is_ready(name):
            tail = self._log(name).read_text(errors="replace")[-_LOG_TAIL:]
            assert self.is_running(name), f"{name} ended by itself:\n{tail}"
            assert time.monotonic() < until, f"{name} is not ready after {START_SECONDS:.0f} s:\n{tail}"
            time.sleep(0.2)

    def _is_ready(self, name: str) -> bool:
        if name not in READY_PATH:
            return self.is_running(name)
        address = f"http://127.0.0.1:{getattr(self.settings, PORT[name])}{READY_PATH[name]}"
        try:
            with urllib.request.urlopen(address, timeout=3) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def _free_ports(count: int) -> list[int]:
    """Ports that are free now; held together, so that no two are the same."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):  # all of it has ended
        os.killpg(process.pid, signal.SIGKILL)
