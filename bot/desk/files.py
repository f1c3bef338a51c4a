"""Files with personal data: only the owner can read them, and a half-written one never shows."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path`, with mode 0600, when the block ends well."""
    if path.is_dir():
        raise IsADirectoryError(21, "is a folder", str(path))
    fresh = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
