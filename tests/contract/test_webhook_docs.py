"""docs/webhook.md and docs/records.md say what the code does."""

import re
import shutil
import subprocess

import pytest

from bot.complaint_systems.http import HttpComplaintSystem
from bot.complaint_systems.signature import sign
from bot.desk.export import EXPORT_FORMATS
from bot.settings import PROJECT
from bot.triage.priority import LARGE_AMOUNT_PKR
from bot.triage.record import normalise_reference
from tests.auxil.records import a_record

WEBHOOK = (PROJECT / "docs" / "webhook.md").read_text("utf-8")
RECORDS = (PROJECT / "docs" / "records.md").read_text("utf-8")


@pytest.fixture
def checked_record():
    """The function that the page shows."""
    space: dict = {}
    exec(re.search(r"```python\n(.*?)```", WEBHOOK, re.DOTALL)[1], space)
    return space["checked_record"]


async def test_the_example_accepts_what_is_sent(receiver, checked_record):
    """A real delivery passes; a changed one does not."""
    record = a_record(description="یہ اردو ہے")
    system = HttpComplaintSystem("webhook", receiver.url, "the secret")
    await system.submit(record, idempotency_key=record["reference"], timeout=2)
    (delivery,) = receiver.deliveries
    assert checked_record("the secret", delivery.headers, delivery.body) == record
    for secret, headers, body in (
        ("another", delivery.headers, delivery.body),
        ("the secret", delivery.headers, delivery.body + b" "),
        ("the secret", delivery.headers | {"Muhafiz-Timestamp": "1000"}, delivery.body),
        ("the secret", delivery.headers | {"Idempotency-Key": "MHZ-0000-0000-0000"}, delivery.body),
    ):
        with pytest.raises(ValueError, match=r"too old|not genuine|another"):
            checked_record(secret, headers, body)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_the_shell_lines_make_the_same_signature():
    """The digest that openssl computes is ours."""
    shell = re.search(r"```sh\n(.*?)curl", WEBHOOK, re.DOTALL)[1] + '\necho "$now $digest"'
    done = subprocess.run(
        ["/bin/sh", "-c", shell], env={"MUHAFIZ_WEBHOOK_SECRET": "abc", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    now, digest = done.stdout.split()
    assert sign("abc", int(now), b'{"reference":"MHZ-0000-0000-0000"}') == f"v1={digest}"


def test_the_pages_name_what_there_is():
    """Limits and formats as in the code."""
    assert f"{LARGE_AMOUNT_PKR:,}" in RECORDS
    assert all(f"`{name}`" in RECORDS for name in EXPORT_FORMATS)
    assert "`MUHAFIZ_FORWARD_TIMEOUT` seconds (4 by default)" in WEBHOOK


def test_examples_of_references_are_valid():
    """A reader may try them."""
    for page in (WEBHOOK, RECORDS):
        for reference in re.findall(r"MHZ(?:-\w{4}){3}", page):
            assert normalise_reference(reference) == reference
