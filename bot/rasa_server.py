"""Becomes the Rasa server of this project: loopback only, no telemetry, the trained model."""

import os
import runpy
import sys
import warnings

from bot.settings import PROJECT, settings
from bot.training import model_path, rasa_environment


def main() -> None:
    """Run Rasa's own server in this process until it is told to stop."""
    config = settings()
    config.prepare_var()
    os.umask(0o077)
    os.chdir(PROJECT)
    os.environ.update(rasa_environment(config), LOG_LEVEL="CRITICAL")  # its error lines repeat what people wrote
    warnings.showwarning = lambda *_, **__: None  # its pinned libraries print a screen of deprecations
    from bot.nlu import rasa_speed  # imports Rasa, so only after its environment is set

    rasa_speed.apply()
    sys.argv = [
        "rasa", "run", "--enable-api", "--interface", "127.0.0.1",
        "--port", str(config.rasa_port), "--model", str(model_path(config)),
        "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
    ]  # fmt: skip
    runpy.run_module("rasa", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
