"""What `muhafiz doctor` looks at."""

import urllib.error
import urllib.request
from collections.abc import Iterator

from bot.settings import Settings


def checks(config: Settings) -> Iterator[tuple[str, str | None]]:
    """(what was looked at, None or the problem) for the machine, the model, the store and each process."""
    from bot.pictures.fonts import missing_fonts
    from bot.serving import CannotStart, check_machine
    from bot.training import is_current
    from bot.triage.store import StoreError, open_store

    try:
        check_machine(config)
        yield "Python and disk space", None
    except CannotStart as problem:
        yield "Python and disk space", str(problem)
    mode = config.var.stat().st_mode & 0o777 if config.var.exists() else None
    yield (
        f"state folder {config.var}",
        None if mode == 0o700 else "missing" if mode is None else f"mode is {mode:o}, not 700",
    )
    yield "trained model", None if is_current(config) else "missing or older than its data: run `muhafiz train`"
    yield "fonts for pictures", missing_fonts()
    try:
        open_store(config)
        yield "record store", None
    except StoreError as problem:
        yield "record store", str(problem)
    has_fonts = (config.fonts / "NotoNaskhArabic-Regular.ttf").exists()
    yield "fonts of the receipt", None if has_fonts else f"not in {config.fonts}: install fonts-noto-core"
    for name, port, path in (
        ("gateway", config.port, "/health"),
        ("Rasa", config.rasa_port, "/"),
        ("action server", config.actions_port, "/health"),
        ("desk", config.desk_port, "/health"),
    ):
        yield f"{name} on port {port}", _answer(port, path)


def _answer(port: int, path: str) -> str | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=3):
            return None
    except urllib.error.HTTPError as error:
        return f"answers {error.code}"
    except OSError:
        return "does not answer"
