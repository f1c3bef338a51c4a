"""What a file is, by its content and never by its name, and whether a complaint can take it."""

import io
import re
import unicodedata
from dataclasses import dataclass

import puremagic
from PIL import Image

CONTENT_TYPES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "application/pdf": "",
    "text/plain": "",
}
_MOST_PIXELS = 80_000_000  # a long screenshot has about 30 million; decoding takes 4 bytes a pixel
_LONGEST_NAME = 100
_PDF_END = 2048  # bytes at the end of a PDF in which its mark of the end stands
_EXIF, _TAKEN = 0x8769, 0x9003
_MARKUP = ("<", "#!", "{\\rtf", "%!ps")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


class FileRefused(Exception):
    """The file cannot be taken; `name` is the response that says why."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class FileFacts:
    """What the content itself says."""

    content_type: str
    taken_at: str | None = None


def check_file(content: bytes) -> FileFacts:
    """Kind of file; FileRefused where it is empty, damaged, or nothing that a complaint takes."""
    if not content.strip():
        raise FileRefused("file_empty")
    kind = _kind(content)
    if kind.startswith("image/"):
        return FileFacts(kind, _check_picture(content, CONTENT_TYPES[kind]))
    if kind == "application/pdf" and b"%%EOF" not in content[-_PDF_END:]:
        raise FileRefused("file_damaged")
    return FileFacts(kind)


def clean_name(name: str | None) -> str | None:
    """The last part of a file's name without anything that steers a terminal, a page or a folder."""
    last = re.split(r"[/\\]", name or "")[-1]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    words = " ".join(shown.split()).lstrip(". ")
    if len(words) > _LONGEST_NAME:
        stem, dot, ending = words.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 5 else ""
        words = words[: _LONGEST_NAME - len(ending)].rstrip() + ending
    return words or None


def _kind(content: bytes) -> str:
    try:
        kind = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError):
        kind = ""
    if kind in CONTENT_TYPES and kind != "text/plain":
        return kind
    if _is_text(content):
        return "text/plain"
    raise FileRefused("file_type")


def _is_text(content: bytes) -> bool:
    """Whether every byte is part of a readable text that is no page, script or formatted document."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return not _CONTROLS.search(text) and not text.lstrip().lower().startswith(_MARKUP)


def _check_picture(content: bytes, format: str) -> str | None:
    """When the picture was taken, as it says itself; it must decode, at a size that is safe to decode."""
    try:
        with Image.open(io.BytesIO(content), formats=[format]) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise FileRefused("file_damaged")
            # Asking a PNG for it would decode the whole picture.
            taken = picture.getexif().get_ifd(_EXIF).get(_TAKEN) if format != "PNG" else None
            picture.verify()
    except FileRefused:
        raise
    except Exception as error:  # Pillow raises many kinds for a picture that is none
        raise FileRefused("file_damaged") from error
    told = str(taken or "").strip("\0 ")
    return told[:40] if re.fullmatch(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d", told) else None
