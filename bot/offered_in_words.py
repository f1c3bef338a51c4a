"""Which of the offered buttons a typed text means: its title in any language, most of its words, or its place."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.lexicon import lexicon
from bot.nlu.normalise import skeleton
from bot.settings import PROJECT
from bot.triage.taxonomy import LANGUAGES
from bot.typed_text import same_words

_MOST_WORDS = 6  # a longer text tells something
_PLACES_FROM = 2  # buttons, from which a number names one of them
_SHORTEST = 3  # letters of a word that names something
_LONG = 5  # letters from which a word with the same consonants is the same word
_LATIN = re.compile(r"[a-z]+")


def meant(text: str, titles: Sequence[str], places: int) -> int | None:
    """Which title a text says, as its position; only the last `places` of them are counted by number."""
    words = _words(text)
    if not words or len(words) > _MOST_WORDS:
        return None
    place = _place(words)
    if place is not None:
        at = len(titles) - places + place
        return at if places >= _PLACES_FROM and place < places else None
    for fits in (_is_title, _is_beginning, _says_most):
        found = [n for n, title in enumerate(titles) if any(fits(words, other) for other in in_all_languages(title))]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _place(words: Sequence[str]) -> int | None:
    """The place that a text names and nothing else: `2`, `the second one`, `pehla wala`, `دوسرا`."""
    known = lexicon("buttons")
    places = [_place_of(word) for word in words]
    if len(words) > 1 and words[-1] in known["around"]:
        places[-1] = None  # "the second one"
    named = [place for place in places if place is not None]
    rest = [word for word, place in zip(words, places, strict=True) if place is None]
    return named[0] if len(named) == 1 and all(word in known["around"] for word in rest) else None


def _place_of(word: str) -> int | None:
    return next((n for n, names in enumerate(lexicon("buttons")["places"]) if word in map(str, names)), None)


def _is_title(words: Sequence[str], title: str) -> bool:
    return words == _words(title)


def _is_beginning(words: Sequence[str], title: str) -> bool:
    """Whether a text is what stands before the comma of a title, and more than a yes or no."""
    return len(words) > 1 and words == _words(title.replace("،", ",").partition(",")[0])


def _says_most(words: Sequence[str], title: str) -> bool:
    """Whether a text has at least half of a title's words and no others; its yes or no by itself is not enough.

    A title that denies something is not said without its denial, and none is said by no more than `it is`.
    """
    wanted = _without_answer(title)
    if all(len(word) < _SHORTEST for word in words):
        return list(words) == wanted
    denial = set(wanted) & {str(word) for word in lexicon("talk")["negated"]}
    said = [next((w for w in wanted if _same(word, w)), None) for word in words]
    return bool(wanted) and None not in said and denial <= set(said) and 2 * len(set(said)) >= len(set(wanted))


def _without_answer(title: str) -> list[str]:
    """The words of a title behind a `Yes,` or `نہیں،` at its beginning."""
    answer, comma, rest = title.replace("،", ",").partition(",")
    is_answer = comma and set(_words(answer)) & set(lexicon("buttons")["answers"])
    return list(_words(rest if is_answer else title))


def _same(word: str, wanted: str) -> bool:
    """Whether two words are the same but for a small difference in spelling."""
    if word == wanted:
        return True
    long = min(len(word), len(wanted)) >= _LONG
    return long and bool(_LATIN.fullmatch(word)) and skeleton(word) == skeleton(wanted)


@lru_cache(maxsize=4000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(same_words(text).split())


def in_all_languages(title: str) -> set[str]:
    """A title with what stands in its place in the other languages."""
    return {title, *_translations().get(title, ())}


@lru_cache
def _translations() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for titles in _families():
        for title in titles:
            found.setdefault(title, set()).update(titles)
    return found


def _families() -> Iterator[set[str]]:
    """Titles that mean the same: of one button of a response, or of one label."""
    for path in sorted((PROJECT / "data" / "responses").glob("*.yml")):
        for variations in _read(path)["responses"].values():
            by_payload: dict[str, set[str]] = {}
            for button in (b for variation in variations for b in variation.get("buttons") or ()):
                by_payload.setdefault(str(button["payload"]), set()).add(str(button["title"]))
            yield from by_payload.values()
    for group in _read(PROJECT / "knowledge" / "labels.yml").values():
        yield from ({str(entry[language]) for language in LANGUAGES} for entry in group.values())


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return content
