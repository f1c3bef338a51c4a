"""Word lists of data/lexicon, read once."""

from functools import lru_cache
from typing import Any

import yaml

from bot.settings import PROJECT

LEXICON = PROJECT / "data" / "lexicon"


@lru_cache
def lexicon(name: str) -> dict[str, Any]:
    """Content of data/lexicon/<name>.yml."""
    text = (LEXICON / f"{name}.yml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return content
