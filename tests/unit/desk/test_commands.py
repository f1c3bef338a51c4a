"""The staff's commands: right answers, one clear line for a wrong value, files nobody else can read."""

import csv
import io
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
import structlog
import typer
from typer.testing import CliRunner

from bot.desk import commands
from bot.desk.commands import moment
from bot.settings import PROJECT, settings
from bot.triage.access import Access
from bot.triage.store import open_store
from tests.auxil.records import a_full_draft

NOVEMBER_22 = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)  # midnight in Pakistan


@pytest.fixture
def app():
    program = typer.Typer()
    program.command()(commands.export)
    program.command()(commands.forward)
    program.add_typer(commands.records_app, name="records")
    return program


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The store that the commands open by the environment."""
    monkeypatch.setenv("MUHAFIZ_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("MUHAFIZ_DESK_PORT", "1")
    settings.cache_clear()
    store = open_store(settings())
    yield store
    store.close()
    settings.cache_clear()
    structlog.reset_defaults()  # `forward` sets up the logs of its process


@pytest.fixture
def run(app, store):
    """Run a command; gives its result, with standard error apart."""
    runner = CliRunner(mix_stderr=False)
    return lambda *words: runner.invoke(app, [str(word) for word in words])


def submitted(store, at=NOVEMBER_22 + timedelta(hours=10), **changes):
    draft = a_full_draft(**{"draft_id": None, **changes})
    return store.submit(draft, system="desk", now=at, lease_seconds=0).reference


def test_export_goes_to_standard_output(run, store):
    """Redacted, in the order of arrival."""
    later = NOVEMBER_22 + timedelta(days=1)
    references = [submitted(store), submitted(store, at=later, incident_type="hacking")]
    result = run("export", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"))))
    assert result.exit_code == 0
    assert [row["reference"] for row in rows] == references
    assert rows[0]["complainant_name"] == "[redacted]"


def test_personal_data_is_shown_when_asked_for(run, store):
    """And only then."""
    submitted(store)
    assert "Sadia" not in run("export", "--format", "jsonl").stdout
    assert "Sadia" in run("export", "--format", "jsonl", "--personal-data").stdout


def test_export_files_are_for_their_owner_only(run, store, tmp_path):
    """Mode 0600, replacing what was there, nothing half-written beside it."""
    submitted(store)
    out = tmp_path / "files" / "x.xlsx"
    out.parent.mkdir()
    out.write_text("old")
    out.chmod(0o644)
    assert run("export", "--format", "xlsx", "--out", out).exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert openpyxl.load_workbook(out).active.max_row == 2
    assert os.listdir(out.parent) == ["x.xlsx"]


def test_a_failed_export_leaves_the_old_file(run, store, tmp_path, monkeypatch):
    """Whole, and no other file beside it."""
    submitted(store)
    out = tmp_path / "files" / "x.csv"
    out.parent.mkdir()
    out.write_text("old")

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device", "x.csv")

    monkeypatch.setattr(commands, "write_export", full)
    result = run("export", "--format", "csv", "--out", out)
    assert (result.exit_code, result.stderr) == (1, "muhafiz: x.csv: No space left on device\n")
    assert out.read_text() == "old"
    assert os.listdir(out.parent) == ["x.csv"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["--type", "hacking"], 1),
        (["--priority", "high"], 2),
        (["--status", "forwarded"], 0),
        (["--since", "2026-11-22", "--until", "2026-11-22"], 2),
        (["--since", "2026-11-23"], 1),
        (["--until", "2026-11-21"], 0),
        (["--since", "2026-11-22T12:00"], 1),
        (["--since", "2026-11-22T12:00:00Z", "--until", "2026-11-24T00:00:00+05:00"], 1),
    ],
)
def test_filters(run, store, filters, found):
    """Dates are days in Pakistan, to the end of the last one."""
    submitted(store, at=NOVEMBER_22)
    submitted(store, at=NOVEMBER_22 + timedelta(hours=11, minutes=59))
    submitted(store, at=NOVEMBER_22 + timedelta(days=1), incident_type="hacking", risk_flags=[])
    result = run("export", "--format", "jsonl", *filters)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == found


@pytest.mark.parametrize(
    "wrong",
    [
        ["--format", "pdf"],
        ["--format", "csv", "--since", "yesterday"],
        ["--format", "csv", "--since", "2026-13-01"],
        ["--format", "csv", "--until", "22/11/2026"],
        ["--format", "csv", "--type", "murder"],
        ["--format", "csv", "--status", "open"],
        ["--format", "csv", "--priority", "urgent"],
        ["--format", "csv", "--since", "2026-11-23", "--until", "2026-11-22"],
    ],
)
def test_wrong_values_end_with_one_clear_line(run, wrong):
    """Naming the option; exit code 2."""
    result = run("export", *wrong)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("muhafiz: --")
    assert result.stdout == ""


def test_an_unusable_target_ends_with_one_clear_line(run, tmp_path):
    """A folder, or a path that is not there."""
    for out in (tmp_path, tmp_path / "none" / "x.csv"):
        result = run("export", "--format", "csv", "--out", out)
        assert result.exit_code == 1
        assert result.stderr.count("\n") == 1


def test_wrong_settings_end_with_one_clear_line(run, monkeypatch):
    """Naming the variable."""
    monkeypatch.setenv("MUHAFIZ_PORT", "many")
    settings.cache_clear()
    result = run("export", "--format", "csv")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "MUHAFIZ_PORT" in result.stderr


def test_an_xlsx_is_not_thrown_at_a_terminal(store, monkeypatch):
    """It needs a file."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    with pytest.raises(typer.Exit) as ended:
        commands.export("xlsx", None, None, None, None, None, None, False)
    assert ended.value.exit_code == 2


def test_the_list_shows_the_newest_first(run, store):
    """As a table, or as JSON for scripts; redacted either way."""
    old, new = submitted(store), submitted(store, at=NOVEMBER_22 + timedelta(days=3))
    found = [json.loads(line)["reference"] for line in run("records", "list", "--json").stdout.splitlines()]
    assert found == [new, old]
    limited = run("records", "list", "--json", "--limit", "1").stdout
    assert json.loads(limited)["reference"] == new
    assert "Sadia" not in limited
    table = run("records", "list").stdout
    assert table.index(new) < table.index(old)
    assert "2 of 2" in table


def test_a_long_story_leaves_the_other_columns_whole(run, store):
    """Only the summary is cut."""
    reference = submitted(store, description="They took my money and then they called me again. " * 20)
    table = run("records", "list").stdout
    assert all(whole in table for whole in (reference, "2026-11-22 10:00", "received"))


def test_a_record_is_shown_by_its_reference_however_it_is_typed(run, store):
    """Lower case, without dashes."""
    reference = submitted(store)
    shown = run("records", "show", reference.lower().replace("-", " "))
    assert shown.exit_code == 0
    assert "money_moved_recently" in shown.stdout
    assert "Sadia" not in shown.stdout
    as_json = run("records", "show", reference, "--json", "--personal-data").stdout
    assert json.loads(as_json)["complainant"]["name"] == "Sadia Noor"


def test_a_wrong_or_unknown_reference_is_said_so(run, store):
    """A typing error is told from a record that is not there."""
    wrong = run("records", "show", "MHZ-AAAA-AAAA-AAA9")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)
    unknown = run("records", "show", "MHZ-0000-0000-0000")
    assert (unknown.exit_code, "no record" in unknown.stderr) == (1, True)


def test_a_story_cannot_steer_the_terminal(run, store):
    """No control or direction characters, no markup."""
    reference = submitted(store, description="\x1b[31mred\x07 [bold]x[/bold] \u202e", complainant={"city": "\x1b[2J"})
    for result in (run("records", "show", reference), run("records", "list")):
        assert result.exit_code == 0
        assert "\x1b" not in result.stdout
        assert "\u202e" not in result.stdout
        assert "[bold]x" in result.stdout.replace("\n", "")


def test_forward_tries_what_is_due_and_tells_the_outcome(run, store):
    """Nothing listens, so all of it waits and the exit code says so."""
    submitted(store)
    result = run("forward")
    assert (result.exit_code, result.stdout) == (1, "forwarded 0, waiting 1, of which refused for good 0\n")
    assert run("forward", "--all").exit_code == 1


def test_forward_with_nothing_to_do_is_content(run):
    """Exit code 0."""
    result = run("forward")
    assert (result.exit_code, result.stdout) == (0, "forwarded 0, waiting 0, of which refused for good 0\n")


def test_forward_all_takes_what_was_refused(run, store):
    """After the cause was mended."""
    reference = submitted(store)
    claim = store.claim(reference, now=NOVEMBER_22 + timedelta(days=1), lease_seconds=1)
    store.failed(claim, "http_422", retry_at=None, now=NOVEMBER_22)
    assert "refused for good 1" in run("forward").stdout
    assert "refused for good 0" in run("forward", "--all").stdout
    assert store.status(reference).attempts == 3


@pytest.mark.parametrize("command", [["export"], ["forward"], ["records", "list"], ["records", "show"]])
def test_help_shows_an_example(run, command):
    """For every command."""
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert f"Example: muhafiz {' '.join(command)}" in " ".join(result.stdout.replace("│", " ").split())


@pytest.mark.parametrize("text", ["", "now", "2026-11-22T", "2026-11-22T25:00", "۲۰۲۶-۱۱-۲۲", "99999-01-01", "\x1b[2J"])
def test_what_is_no_date_is_refused(text, capsys):
    """Without raising anything else."""
    with pytest.raises(typer.Exit):
        moment("--since", text)
    assert "\x1b" not in capsys.readouterr().err


def test_a_reader_that_stops_early_is_no_error(store):
    """`muhafiz export … | head -1`."""
    for _ in range(300):
        submitted(store)
    script = "import typer; from bot.desk.commands import export; typer.run(export)"
    export = [sys.executable, "-c", script, "--format", "jsonl"]
    with subprocess.Popen(export, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline().startswith(b'{"reference"')
        process.stdout.close()
        assert b"muhafiz:" not in (errors := process.stderr.read()), errors
        assert b"Traceback" not in errors
        assert process.wait(30) == 0


OF_THE_PERSON = ("Sadia", "3211234567", "sadia@example.pk", "after 6 pm", "zebraquartz")
OF_THE_STORY = ("3007654321", "bank-verify", "5566778", "OTP", "parson", "85000", "otp_bank_call", "stranger")


def exported_text(run, tmp_path, format, *options):
    """All that an export says of the records, as text."""
    out = tmp_path / f"x.{format}"
    assert run("export", "--format", format, "--out", out, *options).exit_code == 0
    if format != "xlsx":
        return out.read_text(encoding="utf-8")
    rows = openpyxl.load_workbook(out).active.iter_rows(values_only=True)
    return "\n".join(str(row) for row in rows)


@pytest.mark.parametrize("format", ["csv", "jsonl", "xlsx"])
def test_an_erased_record_is_exported_without_anything_told(run, store, tmp_path, format):
    """With personal data asked for too; that it was there, and of what type, stays."""
    about = {"sha256": "0" * 64, "content_type": "text/plain", "size": 1, "filename": "zebraquartz.txt"}
    reference = submitted(store, evidence=[{**about, "caption": "zebraquartz", "received_at": None, "taken_at": None}])
    before = exported_text(run, tmp_path, format, "--personal-data")
    assert all(word in before for word in (*OF_THE_PERSON, *OF_THE_STORY[:6]))
    Access(store).add(reference, "zebraquartz", now=NOVEMBER_22)
    Access(store).erase(reference, now=NOVEMBER_22)
    after = exported_text(run, tmp_path, format, "--personal-data")
    assert reference in after
    assert "fraud" in after
    assert [word for word in (*OF_THE_PERSON, *OF_THE_STORY) if word in after] == []


@pytest.mark.parametrize("format", ["csv", "jsonl", "xlsx"])
def test_a_withdrawn_record_is_exported_without_who_the_person_is(run, store, tmp_path, format):
    reference = submitted(store, description="I am Sadia Noor, call 0321 1234567. They took my OTP")
    Access(store).withdraw(reference, now=NOVEMBER_22)
    shown = exported_text(run, tmp_path, format)
    assert "withdrawn" in shown
    assert [word for word in (*OF_THE_PERSON, "0321 1234567") if word in shown] == []
