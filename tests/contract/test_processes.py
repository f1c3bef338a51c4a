"""The worker and the desk as processes of their own, started and stopped as `muhafiz run` does."""

import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from bot.settings import PROJECT, Settings
from bot.triage.store import open_store
from tests.auxil.records import a_draft


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """Settings in the environment, with quick looks and a free port for the desk."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    values = {
        "VAR": tmp_path / "var",
        "DESK_PORT": port,
        "WORKER_POLL": 0.05,
        "RETRY_BASE": 0.1,
        "RETRY_CAP": 0.5,
    }
    for name, value in values.items():
        monkeypatch.setenv(f"MUHAFIZ_{name}", str(value))


@contextmanager
def running(module):
    """A process, which must end by SIGTERM within seconds and without complaint."""
    process = subprocess.Popen(
        [sys.executable, "-m", module], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        printed, errors = process.communicate(timeout=10)
        assert process.returncode == 0, errors.decode()
        assert b"Traceback" not in errors, errors.decode()
        assert printed == b""
    finally:
        process.kill()


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def test_what_was_submitted_while_the_desk_was_down_arrives_when_it_is_up(environment):
    """Through the worker, over the loopback, into the desk's own store."""
    store = open_store(Settings())
    reference = store.submit(a_draft(), system="desk", now=datetime.now(UTC), lease_seconds=0).reference
    with running("bot.triage.worker"):
        until(lambda: store.status(reference).last_error == "no_connection")
        with running("bot.desk.app"):
            until(lambda: store.status(reference).status == "forwarded")
    assert store.status(reference).external_id == "DESK-000001"


@pytest.mark.parametrize("module", ["bot.triage.worker", "bot.desk.app"])
def test_a_process_that_starts_with_a_wrong_setting_says_which(environment, monkeypatch, module):
    """In one line."""
    monkeypatch.setenv("MUHAFIZ_WORKER_POLL", "never")
    done = subprocess.run([sys.executable, "-m", module], cwd=PROJECT, capture_output=True, timeout=30)
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert b"MUHAFIZ_WORKER_POLL" in done.stderr


WRITER = """
import sys
from datetime import UTC, datetime
from bot.settings import settings
from bot.triage.store import open_store
from tests.auxil.records import a_draft

first = open_store(settings())
first.count()
second = open_store(settings())  # as the worker, the gateway and the actions do for other tables of the same file
second.count()
print("open", flush=True)
sys.stdin.readline()
told = first.submit(a_draft(), system="desk", now=datetime.now(UTC), lease_seconds=0)
print(told.reference, flush=True)
sys.stdin.readline()
"""


def test_a_command_that_ends_takes_nothing_from_a_process_that_writes(environment):
    """`muhafiz records list` opens and closes the store beside a process that has it open twice; no record is lost."""
    arguments = [sys.executable, "-c", WRITER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(arguments, cwd=PROJECT, **pipes) as writer:
        assert writer.stdout.readline() == "open\n"
        command = open_store(Settings())
        command.count()
        command.close()
        writer.stdin.write("go on\n")
        writer.stdin.flush()
        reference = writer.stdout.readline().strip()
        reader = open_store(Settings())
        found = reader.get(reference)
        reader.close()
        writer.communicate("end\n", timeout=20)
    assert found
    assert found["reference"] == reference
