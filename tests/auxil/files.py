"""Small real files of every kind, and a double of clamd that speaks its protocol."""

import asyncio
import io
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from PIL import Image, PngImagePlugin

MARK = b"zebraquartz-in-the-file"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% " + MARK + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXT = "[22/11/2026, 10:05] Ali: paise bhejo\nسلام\n".encode() + MARK


def picture(format: str = "PNG", *, colour: str = "red", taken: str | None = None) -> bytes:
    """A picture of 40 by 30 pixels; a PNG carries the mark in clear."""
    out, options = io.BytesIO(), {}
    image = Image.new("RGB", (40, 30), colour)
    if taken:
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9003] = taken
        options["exif"] = exif
    if format == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Comment", MARK.decode())
    image.save(out, format, **options)
    return out.getvalue()


def huge_png(side: int = 60_000) -> bytes:
    """A few hundred bytes that claim to be 3.6 billion pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


class Clamd:
    """Finds EICAR's test text, as clamd does; with `mute` it takes everything and never answers."""

    def __init__(self) -> None:
        self.address = ""
        self.scanned: list[bytes] = []
        self.answer: bytes | None = None  # said whatever was scanned

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One INSTREAM command."""
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        got = bytearray()
        while size := struct.unpack(">I", await reader.readexactly(4))[0]:
            got += await reader.readexactly(size)
        self.scanned.append(bytes(got))
        found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in got else b"stream: OK\0"
        writer.write(found if self.answer is None else self.answer)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def clamd(path: str | None = None) -> AsyncIterator[Clamd]:
    """A running double, on a free port or at a socket's path."""
    double = Clamd()
    if path:
        server = await asyncio.start_unix_server(double.serve, path)
        double.address = path
    else:
        server = await asyncio.start_server(double.serve, "127.0.0.1", 0)
        double.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield double
