"""A throwaway PostgreSQL server from Debian's packages, on a free port, in a folder of its own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def postgres_programs() -> Path | None:
    """The folder with initdb and pg_ctl of the newest version installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


@contextmanager
def postgres_server(programs: Path) -> Iterator[str]:
    """Runs a server; gives the SQLAlchemy address of its empty database `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="muhafiz-pg-"))
    user = pwd.getpwuid(os.getuid()).pw_name
    if user == "root":  # the server refuses to run as root
        user = "postgres"
        shutil.chown(folder, user)
    try:
        port = _free_port()
        _run(
            user,
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "muhafiz",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "-N",
        )
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c fsync=off -k {folder}"
        _run(
            user,
            programs / "pg_ctl",
            "-D",
            folder / "data",
            "-w",
            "-l",
            folder / "log",
            "-o",
            options,
            "start",
        )
        try:
            yield f"postgresql+psycopg2://muhafiz@127.0.0.1:{port}/postgres"
        finally:
            _run(user, programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(user: str, *command: str | Path) -> None:
    """Run as `user`; what it prints is shown only when it fails."""
    as_user = ["runuser", "-u", user, "--"] if os.getuid() == 0 else []
    done = subprocess.run(
        [*as_user, *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", timeout=60
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
