"""A small client of clamd: sends a file by INSTREAM, so that scanner and product need share no folder."""

import asyncio
import struct

_CHUNK = 64 * 1024
_SECONDS = 30.0
_LONGEST_ANSWER = 4096


class ScannerUnavailable(Exception):
    """The scanner gave no clear answer; what it was asked about must not be taken."""


async def is_clean(clamd: str, content: bytes) -> bool:
    """Whether clamd at `host:port` or at a socket's path finds nothing in the file."""
    try:
        async with asyncio.timeout(_SECONDS):
            answer = await _ask(clamd, content)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise ScannerUnavailable(type(error).__name__) from None
    if answer == "stream: OK":
        return True
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return False
    raise ScannerUnavailable("unclear answer")


async def _ask(clamd: str, content: bytes) -> str:
    if clamd.startswith("/"):
        reader, writer = await asyncio.open_unix_connection(clamd, limit=_LONGEST_ANSWER)
    else:
        host, _, port = clamd.rpartition(":")
        reader, writer = await asyncio.open_connection(host.strip("[]"), int(port), limit=_LONGEST_ANSWER)
    try:
        writer.write(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            writer.write(struct.pack(">I", len(chunk)) + chunk)
            await writer.drain()
        writer.write(struct.pack(">I", 0))
        await writer.drain()
        return (await reader.readuntil(b"\0")).rstrip(b"\0").decode(errors="replace").strip()
    finally:
        writer.close()
