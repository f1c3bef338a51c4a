"""The search of the knowledge on questions that were written apart from it."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("nlu_report", Path(__file__).with_name("report.py"))
report = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(report)

LANGUAGES = ("en", "ur", "ur-Latn")
MEASURES = ("first is right", "right in first three", "not known is said")
LEAST = {
    "en": (0.90, 0.96, 0.90),
    "ur": (0.90, 0.97, 0.90),
    "ur-Latn": (0.90, 0.97, 0.90),
}


def measure(language: str) -> tuple[int, tuple[float, float, float]]:
    """Number of questions of a language, and the share for each of MEASURES."""
    found = report.measure_questions(report.labels_of("questions", language))
    return int(found["questions"]), tuple(found[name] for name in MEASURES)


@pytest.fixture(scope="module")
def measured(request: pytest.FixtureRequest) -> dict[str, tuple[float, float, float]]:
    found = {language: measure(language) for language in LANGUAGES}
    lines = [
        "| questions | " + " | ".join(f"{name} ({found[name][0]})" for name in LANGUAGES) + " |",
        "|---|---|---|---|",
    ]
    for position, name in enumerate(MEASURES):
        lines.append(f"| {name} | " + " | ".join(f"{found[lang][1][position]:.3f}" for lang in LANGUAGES) + " |")
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\n" + "\n".join(lines))
    return {language: shares for language, (_, shares) in found.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_find_their_answers(measured: dict[str, tuple[float, float, float]], language: str) -> None:
    """Each share reaches its least value."""
    shares = zip(MEASURES, measured[language], LEAST[language], strict=True)
    assert not [f"{name}: {share:.3f} < {least}" for name, share, least in shares if share < least]
