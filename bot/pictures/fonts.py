"""Finds the font files that pictures are drawn with; they come from a package, not from this project."""

import subprocess
from functools import lru_cache
from pathlib import Path

from bot.settings import settings

PACKAGE = "fonts-noto-core"
SANS, NASTALIQ, NASKH = "Noto Sans", "Noto Nastaliq Urdu", "Noto Naskh Arabic"
FAMILIES = (SANS, NASTALIQ, NASKH)
_FOLDERS = tuple(
    Path(folder).expanduser()
    for folder in (
        "/usr/share/fonts/truetype/noto",
        "/usr/share/fonts/noto",
        "/usr/local/share/fonts",
        "~/.local/share/fonts",
        "~/.fonts",
        "~/Library/Fonts",
        "/Library/Fonts",
    )
)


class FontMissing(Exception):
    """A font is not installed; the text says in one line which and how to get it."""


@lru_cache
def font_file(family: str, *, bold: bool = False) -> Path:
    """The file of a font family, from the usual folders or by asking fontconfig."""
    style = "Bold" if bold else "Regular"
    name = f"{family.replace(' ', '')}-{style}.ttf"
    for folder in (settings().fonts, *_FOLDERS):
        if (folder / name).is_file():
            return folder / name
    found, path = _ask_fontconfig(f"{family}:style={style}")
    if family not in found.split(","):
        raise FontMissing(f"the font {family} is not installed: apt-get install {PACKAGE}")
    return Path(path)


@lru_cache(maxsize=256)
def font_file_for(character: str, *, bold: bool = False) -> Path | None:
    """A Noto font that has `character`, for names in scripts that the three families do not cover."""
    style = "Bold" if bold else "Regular"
    found, path = _ask_fontconfig(f"Noto Sans:style={style}:charset={ord(character):x}")
    is_outline = path.endswith((".ttf", ".otf")) and "Color" not in path
    return Path(path) if found.startswith("Noto") and is_outline else None


def missing_fonts() -> str | None:
    """None, or what is missing in one line."""
    try:
        for family in FAMILIES:
            font_file(family), font_file(family, bold=True)
    except FontMissing as problem:
        return str(problem)
    return None


def _ask_fontconfig(pattern: str) -> tuple[str, str]:
    """Family and file of the font that fontconfig likes best; empty where there is no fontconfig."""
    try:
        answer = subprocess.run(
            ["fc-match", "--format=%{family}\n%{file}", pattern], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return "", ""
    family, _, path = answer.stdout.partition("\n")
    return family, path.strip()
