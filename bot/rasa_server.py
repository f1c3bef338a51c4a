"""Becomes the Rasa server of this project: loopback only, no telemetry, the trained model."""

import os
import sys

from bot.settings import PROJECT, settings
from bot.training import model_path, rasa_environment


def main() -> None:
    """Replace this process by Rasa's own server."""
    config = settings()
    config.prepare_var()
    arguments = [
        sys.executable, "-m", "rasa", "run", "--enable-api", "--interface", "127.0.0.1",
        "--port", str(config.rasa_port), "--model", str(model_path(config)),
        "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
        "--log-file", os.devnull,
    ]  # fmt: skip
    os.umask(0o077)
    os.chdir(PROJECT)
    os.execve(sys.executable, arguments, {**rasa_environment(config), "LOG_LEVEL": "WARNING"})  # noqa: S606


if __name__ == "__main__":
    main()
