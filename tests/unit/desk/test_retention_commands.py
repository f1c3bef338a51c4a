"""`muhafiz erase` and `muhafiz purge` as staff type them."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import settings
from bot.triage.drafts import Drafts
from bot.triage.store import open_store
from tests.auxil.records import STORY, a_full_draft

OLD = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("MUHAFIZ_VAR", str(tmp_path / "var"))
    settings.cache_clear()
    store = open_store(settings())
    yield store
    store.close()
    settings.cache_clear()


@pytest.fixture
def run(store):
    runner = CliRunner(mix_stderr=False)
    return lambda *words, typed=None: runner.invoke(app, list(words), input=typed)


def test_erase_asks_first_and_then_tells_what_went_and_what_stays(run, store):
    reference = store.submit(a_full_draft(), system="desk", now=OLD, lease_seconds=0).reference
    refused = run("erase", reference.lower(), typed="n\n")
    assert refused.exit_code == 1
    assert store.get(reference)["description"] == STORY
    done = run("erase", reference, "--yes")
    assert done.exit_code == 0
    assert f"PIN and draft of {reference}" in done.stdout
    assert "not erased" not in done.stdout  # it never went out
    assert STORY not in str(store.get(reference))


def test_erase_names_a_wrong_or_unknown_reference(run):
    wrong = run("erase", "MHZ-1234")
    assert (wrong.exit_code, "not a reference" in wrong.stderr) == (2, True)
    unknown = run("erase", "MHZ-0000-0000-0000", "--yes")
    assert (unknown.exit_code, "there is no record" in unknown.stderr) == (1, True)


def test_purge_shows_before_it_deletes(run, store):
    drafts = Drafts(store, 14)
    drafts.save({"draft_id": "old", "description": "x"}, language="en", conversation="c", now=OLD)
    assert "would delete 1 drafts" in run("purge", "--dry-run").stdout
    assert "deleted 1 drafts" in run("purge").stdout
    assert "deleted 0 drafts" in run("purge").stdout
