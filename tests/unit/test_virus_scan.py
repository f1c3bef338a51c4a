"""The client of clamd, against a server that speaks its protocol."""

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.virus_scan import ScannerUnavailable, is_clean
from tests.auxil.files import EICAR, clamd


async def test_clean_and_harmful_over_tcp() -> None:
    """The whole content arrives, in as many pieces as it takes."""
    async with clamd() as scanner:
        assert await is_clean(scanner.address, b"x" * 200_000)
        assert not await is_clean(scanner.address, b"y" * 70_000 + EICAR)
        assert [len(content) for content in scanner.scanned] == [200_000, 70_000 + len(EICAR)]


async def test_over_a_unix_socket(tmp_path: Path) -> None:
    async with clamd(str(tmp_path / "clamd.sock")) as scanner:
        assert await is_clean(scanner.address, b"hello")


@pytest.mark.parametrize("answer", [b"", b"stream: OK", b"INSTREAM size limit exceeded. ERROR\0", b"x" * 9000, b"OK\0"])
async def test_anything_but_a_clear_answer_is_none(answer: bytes) -> None:
    async with clamd() as scanner:
        scanner.answer = answer
        with pytest.raises(ScannerUnavailable):
            await is_clean(scanner.address, b"hello")


async def test_nobody_listens(tmp_path: Path) -> None:
    for address in ("127.0.0.1:1", str(tmp_path / "none.sock")):
        with pytest.raises(ScannerUnavailable):
            await is_clean(address, b"hello")


@pytest.mark.parametrize("wrong", ["localhost", "localhost:clamd", "relative/path", ":3310", "host:0"])
def test_a_wrong_address_stops_the_start(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        Settings(var=tmp_path, clamd=wrong)
