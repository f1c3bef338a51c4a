"""Trains the assistant when its data changed, and finds the trained model."""

import hashlib
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bot.nlu.encoder_weights import assembled
from bot.settings import PROJECT, Settings

MODEL = "muhafiz.tar.gz"
_SOURCES = (
    "config.yml", "domain.yml", "data/nlu", "data/rules", "data/responses", "bot/nlu", "data/lexicon",
    "data/vectors/words.npz", "data/encoder/heads.json", "data/encoder/changes.npz",
)  # fmt: skip
_CLASSIFIER_SUFFIX = "/classifier.pickle"
_LOG_TAIL = 12  # lines of the training log that a failure shows


class TrainingError(Exception):
    """Training failed; the text says where the log is and how it ends."""


class NoModelError(Exception):
    """There is no trained model yet."""


def model_path(config: Settings) -> Path:
    """Where the trained model lies."""
    return config.var / "models" / MODEL


def fingerprint() -> str:
    """Digest of everything that training reads."""
    digest = hashlib.sha256()
    for path in _files():
        digest.update(str(path.relative_to(PROJECT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    for name in _SOURCES:
        path = PROJECT / name
        yield from sorted(p for p in path.rglob("*") if p.suffix in {".yml", ".py"}) if path.is_dir() else [path]


def is_current(config: Settings) -> bool:
    """Whether the trained model was made from the data as it is now."""
    stamp = config.var / "models" / "fingerprint"
    return model_path(config).exists() and stamp.exists() and stamp.read_text().strip() == fingerprint()


def train(config: Settings) -> Path:
    """Train with Rasa; returns the model. The old model stays until the new one is whole."""
    config.prepare_var()
    made_from = fingerprint()
    folder, logs = config.var / "models", config.var / "log"
    folder.mkdir(exist_ok=True, mode=0o700)
    logs.mkdir(exist_ok=True, mode=0o700)
    fresh = folder / "new"
    log_file = logs / "train.log"
    command = [sys.executable, "-m", "rasa", "train", "--skip-validation", "--force", "--out", str(fresh)]
    with log_file.open("wb") as log:
        done = subprocess.run(
            [*command, "--fixed-model-name", "muhafiz"],
            cwd=PROJECT,
            stdout=log,
            stderr=log,
            env=rasa_environment(config),
        )
    made = fresh / MODEL
    if done.returncode or not made.exists():
        tail = log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_TAIL:]
        raise TrainingError(f"training failed; the log is {log_file} and ends:\n" + "\n".join(tail))
    made.replace(model_path(config))
    with suppress(ImportError, OSError, ValueError):  # what is wrong is said where the encoder is loaded
        assembled(PROJECT / "data" / "encoder", folder)  # now, so that no first message waits for it
    (folder / "fingerprint").write_text(made_from)
    return model_path(config)


def rasa_environment(config: Settings) -> dict[str, str]:
    """Environment for Rasa's processes: no telemetry, quiet libraries, addresses from the settings."""
    from sqlalchemy.engine import make_url

    url = make_url(config.tracker_database_url)
    sqlite = url.get_backend_name() == "sqlite"
    return {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": str(PROJECT),
        "MUHAFIZ_ACTIONS_URL": f"http://127.0.0.1:{config.actions_port}/webhook",
        "MUHAFIZ_TRACKER_DIALECT": url.get_backend_name(),
        "MUHAFIZ_TRACKER_URL": "" if sqlite else url.render_as_string(hide_password=False),
        "MUHAFIZ_TRACKER_DB": str(url.database) if sqlite else "",
    }


def extract_classifier(config: Settings) -> Path:
    """The classifier out of the trained model, unpacked beside it once per model."""
    archive = model_path(config)
    if not archive.exists():
        raise NoModelError("there is no trained model yet: run `muhafiz train`")
    target = archive.with_name("classifier.pickle")
    if target.exists() and target.stat().st_mtime_ns >= archive.stat().st_mtime_ns:
        return target
    with tarfile.open(archive) as tar:
        member = next(m for m in tar.getmembers() if m.name.endswith(_CLASSIFIER_SUFFIX))
        content = tar.extractfile(member)
        assert content is not None  # noqa: S101
        fresh = target.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(content.read())
    fresh.replace(target)
    return target
