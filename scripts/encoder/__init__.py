"""Makes data/encoder: trains multilingual-e5-small further on data/nlu and packs it for use.

Not needed to install, train or run the product. In an environment of its own, beside that of the project:

    python3.11 -m venv var/encoder/venv
    var/encoder/venv/bin/pip install -r scripts/encoder/requirements.txt
    .venv/bin/python -m scripts.encoder.texts        # seconds: the training texts, normalised
    var/encoder/venv/bin/python -m scripts.encoder.train  # some 75 minutes on two cores; `--on`: 15
    var/encoder/venv/bin/python -m scripts.encoder.low_rank  # some 25: the changes, made small; `--on`
                                                     # instead of both: 15, for what is new
    var/encoder/venv/bin/python -m scripts.encoder.pack   # a minute: the small changes and the graph to data/encoder
    .venv/bin/python -m scripts.encoder.fit FOLDER   # how much the encoder is heard, from texts nobody learnt
"""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
WORK = PROJECT / "var" / "encoder"  # everything on the way; only data/encoder is kept
TEXTS, WEIGHTS, LOW_RANK = WORK / "texts.json", WORK / "weights.pt", WORK / "low_rank.pt"
KEPT = PROJECT / "data" / "encoder"
