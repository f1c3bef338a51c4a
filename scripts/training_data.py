"""Counts the distinct training texts and writes docs/nlu-data.md: `.venv/bin/python scripts/training_data.py`.

Two texts of one language are near-duplicates when their words and pairs of words, each by its spelling key and
weighted by rarity, have a cosine of at least ALIKE. A group of near-duplicates counts as one text.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix, vstack
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.data import Example, load_examples
from bot.nlu.language import detect
from bot.nlu.normalise import normalise, skeleton, words
from bot.settings import PROJECT
from bot.triage.taxonomy import INCIDENT_TYPES, KINDS, LANGUAGES

ALIKE = 0.75
MAIN_TYPES = ("harassment", "blackmail", "fraud")
LEAST_MAIN, LEAST_OTHER = 250, 150  # distinct texts of a type in a language
LENGTHS = ((3, 9), (10, 19), (20, 39), (40, 79), (80, 150), (151, 1000))  # words
_ROWS = 500  # compared with all others at a time


def language_of(example: Example) -> str:
    """The language that the block names, else the one that the text is in."""
    return example.language or detect(example.text)[0]


def _keys(text: str) -> list[str]:
    tokens = [skeleton(word) for word in words(normalise(text))]
    return tokens + [f"{a} {b}" for a, b in pairwise(tokens)]


def groups(texts: Sequence[str]) -> list[int]:
    """The number of the group of near-duplicates that each text belongs to."""
    if len(texts) < 2:
        return list(range(len(texts)))
    features = TfidfVectorizer(analyzer=_keys, sublinear_tf=True, dtype=np.float32).fit_transform(texts)
    parts = [_alike(features[start : start + _ROWS], features) for start in range(0, len(texts), _ROWS)]
    return [int(number) for number in connected_components(vstack(parts), directed=False)[1]]


def _alike(rows: csr_matrix, features: csr_matrix) -> csr_matrix:
    return (rows @ features.T) >= ALIKE


def distinct(examples: Sequence[Example]) -> list[Example]:
    """The first text of each group of near-duplicates, language by language."""
    kept = []
    for language in LANGUAGES:
        chosen = [example for example in examples if language_of(example) == language]
        seen: set[int] = set()
        for example, group in zip(chosen, groups([example.text for example in chosen]), strict=True):
            if group not in seen:
                seen.add(group)
                kept.append(example)
    return kept


def about_incidents(examples: Iterable[Example]) -> list[Example]:
    """Texts that tell an incident of a known type."""
    return [example for example in examples if example.incident_type]


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def _counts(name: str, values: Sequence[object], pairs: Counter[tuple[object, str]]) -> str:
    rows = [(value or "none", *(pairs[value, language] for language in LANGUAGES)) for value in values]
    return _table((name, *LANGUAGES), rows)


def report() -> str:
    """The whole page."""
    every = load_examples()
    kept = distinct(every)
    told = about_incidents(kept)
    types = Counter((e.incident_type, language_of(e)) for e in told)
    subtypes = Counter((f"{e.incident_type}: {e.subtype or 'none'}", language_of(e)) for e in told)
    kinds = Counter((e.kind, language_of(e)) for e in kept)
    lengths = Counter(
        (f"{low} to {high}", language_of(e))
        for e in told
        for low, high in LENGTHS
        if low <= len(e.text.split()) <= high
    )
    return "\n\n".join([
        "# The training data, counted",
        "Written by `.venv/bin/python scripts/training_data.py`; do not edit. Near-duplicates (the same words "
        f"by their spelling keys, cosine {ALIKE} or more) count as one text.",
        f"{len(every)} texts, {len(kept)} of them distinct; {len(told)} distinct texts tell an incident, "
        f"{sum(bool(e.also) for e in told)} of those fit more than one type.",
        f"At least {LEAST_MAIN} distinct texts of each main type and {LEAST_OTHER} of each other type are wanted "
        "in each language.",
        _counts("incident type", INCIDENT_TYPES, types),
        "## Kinds", _counts("kind", KINDS, kinds),
        "## Lengths of incident texts, in words", _counts("words", [f"{a} to {b}" for a, b in LENGTHS], lengths),
        "## Subtypes", _counts("subtype", sorted({str(name) for name, _ in subtypes}), subtypes),
    ]) + "\n"  # fmt: skip


if __name__ == "__main__":
    (PROJECT / "docs" / "nlu-data.md").write_text(report(), encoding="utf-8")
