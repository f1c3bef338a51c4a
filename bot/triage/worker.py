"""The worker process: forwards waiting records until it is told to stop."""

import asyncio
import signal
import sys

from bot.settings import Settings, SettingsError, settings
from bot.triage.forwarding import run_worker
from bot.triage.logs import configure_logs


def run() -> None:
    """Work until SIGTERM or Ctrl-C."""
    try:
        current = settings()
    except SettingsError as error:
        print(f"muhafiz worker: {error}", file=sys.stderr)
        sys.exit(2)
    configure_logs(current.log_level)
    asyncio.run(_main(current))


async def _main(current: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await run_worker(current, stop)


if __name__ == "__main__":
    run()
