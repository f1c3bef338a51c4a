"""The trained model on messages that were written apart from the training data."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("nlu_report", Path(__file__).with_name("report.py"))
report = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(report)

LEAST = {"kind": 0.85, "incident type": 0.85, "language": 0.98, "amount": 0.90, "risk recall": 0.85}


@pytest.fixture(scope="module")
def measured(request: pytest.FixtureRequest) -> dict[str, dict[str, float]]:
    found = {language: report.measure(report.rows(language)) for language in report.LANGUAGES}
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\n" + report.table())
    return found


@pytest.mark.parametrize("language", ["en", "ur", "ur-Latn"])
def test_unseen_messages_are_understood(measured: dict[str, dict[str, float]], language: str) -> None:
    """Kind and type reach their least shares in each language."""
    short = {name: measured[language][name] for name, least in LEAST.items() if measured[language][name] < least}
    assert not short
