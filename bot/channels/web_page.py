"""The files of the chat page, read and prepared once at start; nothing else can be served."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web

from bot.settings import PROJECT
from bot.wording import Wording

WEB = PROJECT / "bot" / "web"
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True)
class Asset:
    """One file, ready to be sent."""

    body: bytes
    packed: bytes
    content_type: str
    etag: str

    def response(self, request: web.Request) -> web.Response:
        """The file, compressed where the browser takes that; 304 where it has it already."""
        headers = {"ETag": f'"{self.etag}"', "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if any(known.value == self.etag for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        if packed:
            headers["Content-Encoding"] = "gzip"
        return web.Response(
            body=self.packed if packed else self.body,
            content_type=self.content_type,
            charset="utf-8",
            headers=headers,
        )


class Page:
    """The page, its static files and the labels of its interface."""

    def __init__(self, wording: Wording, folder: Path = WEB, *, most_file_bytes: int = 0) -> None:
        labels = wording.labels()
        self.assets = {
            path.name: _asset(path.read_bytes(), path.suffix)
            for path in sorted(folder.iterdir())
            if path.suffix in _TYPES and path.suffix != ".html"
        }
        self.assets["labels.json"] = _asset(json.dumps(labels, ensure_ascii=False).encode(), ".json")
        template = Template((folder / "index.html").read_text(encoding="utf-8"))
        texts = {
            f"{name}_{language.replace('-', '_')}": escape(text)
            for language, by_name in labels.items()
            for name, text in by_name.items()
        }
        self.index = template.substitute(texts, most_file_bytes=most_file_bytes)


def _asset(body: bytes, suffix: str) -> Asset:
    etag = hashlib.sha256(body).hexdigest()[:20]
    return Asset(body, gzip.compress(body, mtime=0), _TYPES[suffix], etag)
