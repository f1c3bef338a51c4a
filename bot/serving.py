"""Starts and watches all processes of the product."""

import os
import shutil
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import Manager

from bot.settings import PROJECT, Settings

LEAST_FREE = 300 * 1024 * 1024  # bytes of disk below which a start is refused
PYTHON = (3, 11)
_ASKED_TO_STOP = (130, 143)  # exit codes after Ctrl-C and SIGTERM
READY_WITHIN = 180.0  # seconds after which a start that is not ready is said to be stuck


class CannotStart(Exception):
    """Why the product cannot start, in one line."""


def check_machine(config: Settings) -> None:
    """Raise CannotStart with one clear line for what would stop the processes later."""
    if sys.version_info[:2] != PYTHON:
        raise CannotStart(f"Python {PYTHON[0]}.{PYTHON[1]} is needed, this is {sys.version.split()[0]}")
    free = shutil.disk_usage(_existing(config.var)).free
    if free < LEAST_FREE:
        raise CannotStart(f"no disk space: {free // 2**20} MB free at {config.var}, {LEAST_FREE // 2**20} MB needed")


def check_ports(config: Settings) -> None:
    """Raise CannotStart naming the first port that somebody else uses, and its setting."""
    wanted = {
        "MUHAFIZ_PORT": (config.host, config.port),
        "MUHAFIZ_RASA_PORT": ("127.0.0.1", config.rasa_port),
        "MUHAFIZ_ACTIONS_PORT": ("127.0.0.1", config.actions_port),
        "MUHAFIZ_DESK_PORT": ("127.0.0.1", config.desk_port),
    }
    taken: dict[int, str] = {}
    for name, (host, port) in wanted.items():
        if port in taken:
            raise CannotStart(f"port {port} is given to both {taken[port]} and {name}")
        taken[port] = name
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CannotStart(f"port {port} is taken ({error.strerror}): set {name} to another one") from None


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


class _Watch(Manager):
    """honcho's manager, which also knows what ended first when nobody asked for it."""

    ended: str | None = None

    def terminate(self) -> None:
        """Stop everything, because of a signal or because one process ended."""
        stopped = (name for name, process in self._processes.items() if process.get("returncode") is not None)
        self.ended = self.ended or (next(stopped, None) if self.returncode not in _ASKED_TO_STOP else None)
        super().terminate()


def serve(config: Settings) -> int:
    """Run every process of the Procfile until Ctrl-C or until one ends; returns the exit code."""
    environment = {**os.environ, "MUHAFIZ_PYTHON": sys.executable, "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    manager = _Watch()
    for name, command in parse_procfile((PROJECT / "Procfile").read_text()).processes.items():
        manager.add_process(name, command, env=environment, cwd=str(PROJECT))
    watcher = threading.Thread(target=_announce, args=(config,), daemon=True)
    watcher.start()
    manager.loop()
    if manager.ended:
        print(f"muhafiz: {manager.ended} ended by itself, so everything was stopped: start again", file=sys.stderr)
    return 0 if manager.returncode in _ASKED_TO_STOP else int(manager.returncode or 1)


def _announce(config: Settings) -> None:
    """Print the addresses once the gateway says that Rasa answers."""
    started = time.monotonic()
    while time.monotonic() - started < READY_WITHIN:
        if _ready(config.port):
            telegram = config.telegram_mode if config.telegram_token else "off: set MUHAFIZ_TELEGRAM_TOKEN"
            shown = "localhost" if config.host in {"0.0.0.0", "::"} else config.host  # noqa: S104
            print(
                f"\nMuhafiz is ready after {time.monotonic() - started:.0f} s.\n"
                f"  Web chat   http://{shown}:{config.port}/\n"
                f"  Desk       http://127.0.0.1:{config.desk_port}/health (receives complaints; loopback only)\n"
                f"  Rasa       http://127.0.0.1:{config.rasa_port}/ (loopback only)\n"
                f"  Telegram   {telegram}\n"
                "Ctrl-C stops everything.\n",
                flush=True,
            )
            return
        time.sleep(0.3)
    print("muhafiz: not ready yet; look at the lines above for the reason", file=sys.stderr, flush=True)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
