"""A text as a row of numbers: words, spelling skeletons, character n-grams, what the rules found, word vectors."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.extract import Extraction, extract
from bot.nlu.normalise import normalise, skeleton, words
from bot.nlu.word_vectors import word_vectors

VECTOR_SHARE = 1.0  # length of the word-vector block beside the three n-gram blocks, which have length 1 each
CUE_SHARE = 0.7  # the same of the block that tells what the rules found
_CHARACTER_FEATURES = 120_000  # most frequent character n-grams kept

Row = tuple[NDArray[np.int64], NDArray[np.float32]]


@dataclass(frozen=True)
class Prepared:
    """A text as the features read it."""

    text: str
    cues: tuple[str, ...]

    @classmethod
    def of(cls, text: str, found: Extraction | None = None) -> "Prepared":
        """Normalise `text`; what the rules found in it is looked up unless it is given."""
        return cls(normalise(text), _cues(found or extract(text)))


def _cues(found: Extraction) -> tuple[str, ...]:
    names = {f"cue {name}" for name in found.cues}
    names |= {f"amount {amount.role}" for amount in found.amounts}
    names |= {f"identifier {item.data_type}" for item in found.identifiers}
    names |= {f"wish {name}" for name in found.desired_outcome}
    names |= {f"platform {found.platform}", f"relation {found.relationship}"}
    names |= {"minor"} if found.minor else set()
    return tuple(sorted(names | ({"service"} if found.services else set())))


def _word_grams(prepared: Prepared) -> list[str]:
    tokens = words(prepared.text)
    return tokens + [f"{a} {b}" for a, b in pairwise(tokens)]


def _skeleton_grams(prepared: Prepared) -> list[str]:
    tokens = [skeleton(word) for word in words(prepared.text)]
    return tokens + [f"{a} {b}" for a, b in pairwise(tokens)]


def _cue_names(prepared: Prepared) -> tuple[str, ...]:
    return prepared.cues


def _text(prepared: Prepared) -> str:
    return prepared.text


class Vectoriser:
    """Prepared texts to a row each, one block of columns after the other; the n-gram blocks come first."""

    def __init__(self, vector_share: float = VECTOR_SHARE, cue_share: float = CUE_SHARE) -> None:
        common = {"sublinear_tf": True, "dtype": np.float32, "lowercase": False}
        characters = {"ngram_range": (2, 5), "min_df": 3, "max_features": _CHARACTER_FEATURES}
        self.parts = [
            TfidfVectorizer(analyzer=_word_grams, min_df=2, **common),
            TfidfVectorizer(analyzer=_skeleton_grams, min_df=2, **common),
            TfidfVectorizer(analyzer="char_wb", preprocessor=_text, **characters, **common),
            TfidfVectorizer(analyzer=_cue_names, min_df=2, use_idf=False, dtype=np.float32),
        ]
        self.shares = [1.0, 1.0, 1.0, cue_share]
        self.vector_share = vector_share
        self.weights: dict[str, float] = {}
        self.unknown_weight = 0.0

    def fit_transform(self, prepared: Sequence[Prepared]) -> sparse.csr_matrix:
        """Learn the features; returns (len(prepared), n_features)."""
        counts = Counter(word for item in prepared for word in set(words(item.text)))
        self.weights = {word: float(np.log(len(prepared) / (1 + n))) for word, n in counts.items() if n > 1}
        self.unknown_weight = float(np.log(len(prepared)))
        blocks = [part.fit_transform(prepared) for part in self.parts]
        for part in self.parts:
            part.stop_words_ = None  # the rare n-grams that were left out: larger than all the rest, and never read
            part.vocabulary_ = {gram: int(column) for gram, column in part.vocabulary_.items()}
        return self._join(blocks, prepared)

    def transform(self, prepared: Sequence[Prepared]) -> sparse.csr_matrix:
        """Features of new texts, shape (len(prepared), n_features)."""
        return self._join([part.transform(prepared) for part in self.parts], prepared)

    @property
    def counted(self) -> int:
        """Number of columns before the word vectors: those that are counts and never negative."""
        return sum(len(part.vocabulary_) for part in self.parts)

    @property
    def worded(self) -> int:
        """Number of columns of the words and skeletons alone."""
        return sum(len(part.vocabulary_) for part in self.parts[:2])

    def row_reader(self) -> Callable[[Prepared], Row]:
        """A function from one text to (columns, values) of its row, equal to `transform` but many times faster."""
        offset, parts = 0, []
        for part, share in zip(self.parts, self.shares, strict=True):
            size = len(part.vocabulary_)
            idf = part.idf_.astype(np.float32) if part.use_idf else np.ones(size, dtype=np.float32)
            parts.append((part.build_analyzer(), part.vocabulary_, idf, offset, share))
            offset += size

        def read(prepared: Prepared) -> Row:
            columns, values = [], []
            for analyse, vocabulary, idf, start, share in parts:
                counts = {vocabulary[gram]: n for gram, n in Counter(analyse(prepared)).items() if gram in vocabulary}
                ids = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
                tf = np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts))) + 1
                weighted = tf * idf[ids]
                columns.append(ids + start)
                values.append(weighted * (share / (np.sqrt(weighted @ weighted) or 1)))
            if self.vector_share:
                dense = word_vectors().encode([words(prepared.text)], self.weights, self.unknown_weight)[0]
                columns.append(np.arange(offset, offset + len(dense)))
                values.append(dense * self.vector_share)
            return np.concatenate(columns), np.concatenate(values).astype(np.float32)

        return read

    def _join(self, blocks: list[sparse.csr_matrix], prepared: Sequence[Prepared]) -> sparse.csr_matrix:
        blocks = [block * share for block, share in zip(blocks, self.shares, strict=True)]
        if self.vector_share:
            split = [words(item.text) for item in prepared]
            dense = word_vectors().encode(split, self.weights, self.unknown_weight) * self.vector_share
            blocks.append(sparse.csr_matrix(dense))
        return sparse.hstack(blocks, format="csr", dtype=np.float32)
