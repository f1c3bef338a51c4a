"""`muhafiz classify`: every narrative of a file through the same analysis as the conversation uses."""

import csv
import gc
import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import IO

CHUNK = 200  # narratives that one process takes at a time
LONGEST = 20_000  # characters of a narrative that are looked at
_WARM_UP = "Kal 5 hazar gaye, 0300 0000000 se call aayi thi"  # compiles the patterns and reads the word lists
_SMALL = 400  # fewer narratives than this are not worth a second process


class InputError(Exception):
    """The input cannot be read; the text names the line."""


def read_texts(source: IO[str], name: str, column: str | None) -> Iterator[str]:
    """Texts of JSON Lines (field `text`), CSV (`column`) or plain text (one a line), in order."""
    if column is not None:
        rows = csv.DictReader(source)
        if column not in (rows.fieldnames or []):
            raise InputError(f"{name}: no column {column!r}; there are: {', '.join(rows.fieldnames or [])}")
        for row in rows:
            yield row[column] or ""
        return
    for number, line in enumerate(source, start=1):
        line = line.rstrip("\r\n")
        if line.startswith("{") or name.endswith((".jsonl", ".ndjson")):
            try:
                text = json.loads(line)["text"]
            except (json.JSONDecodeError, KeyError, TypeError):
                if name.endswith((".jsonl", ".ndjson")):
                    raise InputError(f"{name}: line {number} is not a JSON object with a `text` field") from None
                text = line
            yield str(text)
        else:
            yield line


_analyser = None
_loaded: str | None = None  # the model of it


def _load(model: str) -> None:
    """Load the model, unless this process was forked off one that had it."""
    global _analyser, _loaded
    if _loaded == model:
        return
    from bot.nlu.analyse import Analyser
    from bot.nlu.classifier import Classifier

    _analyser = Analyser(Classifier.load(Path(model)))
    _analyser.analyse([_WARM_UP])
    _loaded = model


def _classify(texts: list[str]) -> list[str]:
    assert _analyser is not None  # noqa: S101
    found = _analyser.analyse([text[:LONGEST] for text in texts])
    return [json.dumps(analysis.as_output(), ensure_ascii=False) for analysis in found]


def classify(texts: Iterable[str], model: Path) -> Iterator[str]:
    """One JSON line a text, in the same order; uses every core when there is enough to do."""
    pending = iter(texts)
    first = list(islice(pending, _SMALL))
    _load(str(model))
    if len(first) < _SMALL:
        yield from _classify(first) if first else ()
        return
    gc.freeze()  # so that the processes go on sharing what is loaded
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with ProcessPoolExecutor(workers, initializer=_load, initargs=(str(model),)) as pool:
        yield from _in_order(pool, _chunks(first, pending), 2 * workers)


def _chunks(first: list[str], rest: Iterator[str]) -> Iterator[list[str]]:
    for start in range(0, len(first), CHUNK):
        yield first[start : start + CHUNK]
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _in_order(pool: ProcessPoolExecutor, chunks: Iterator[list[str]], ahead: int) -> Iterator[str]:
    """Results in input order with a bounded number of chunks under way."""
    waiting = [pool.submit(_classify, chunk) for chunk in islice(chunks, ahead)]
    while waiting:
        yield from waiting.pop(0).result()
        waiting += [pool.submit(_classify, chunk) for chunk in islice(chunks, 1)]
