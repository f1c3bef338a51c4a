"""What arrived at the outside complaint system and in the export files, and what may be said of it."""

import asyncio
import csv
import io
import json
import time
from collections.abc import Mapping
from typing import Any

import openpyxl
from aiohttp import web

from bot.complaint_systems.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_genuine
from bot.desk.export import flat
from tests.auxil.receiver import Delivery, Receiver
from tests.live import texts
from tests.live.person import Story
from tests.live.stack import Stack

PATIENCE = 60.0  # seconds; the claim of a process that was killed ends after 35 (forward_timeout and its margin)

Row = Mapping[str, Any]


class OutsideSystem(Receiver):
    """A complaint system over real HTTP that can go away and come back at the same address."""

    async def go_down(self) -> None:
        """Refuse connections from now on."""
        await self._runner.cleanup()

    async def come_back(self) -> None:
        """Listen again at the same address."""
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        port = int(self.url.rpartition(":")[2].partition("/")[0])
        await web.TCPSite(self._runner, "127.0.0.1", port).start()

    def deliveries_of(self, reference: str) -> list[Delivery]:
        """Everything that came under this reference."""
        return [delivery for delivery in self.deliveries if delivery.key == reference]

    async def wait_for(self, reference: str) -> Delivery:
        """The first delivery of this reference."""
        until = time.monotonic() + PATIENCE
        while not self.deliveries_of(reference):
            assert time.monotonic() < until, f"{reference} did not arrive"
            await asyncio.sleep(0.1)
        return self.deliveries_of(reference)[0]


def reference_in(told: str, response: str, language: str) -> str:
    """The reference that the person hears in this response."""
    match = texts.pattern(response, language).search(told)
    assert match, told
    return match["reference"]


async def check_delivery(stack: Stack, outside: OutsideSystem, reference: str, story: Story) -> Row:
    """Exactly one genuine delivery came, with what the person told; gives its record."""
    delivery = await outside.wait_for(reference)
    assert len(outside.deliveries_of(reference)) == 1
    stamp, signature = delivery.headers[TIMESTAMP_HEADER], delivery.headers[SIGNATURE_HEADER]
    assert is_genuine(stack.settings.secret("webhook"), stamp, signature, delivery.body, now=time.time())
    _check_record(delivery.record, story)
    told, expected = delivery.record["complainant"], story.expected["complainant"]
    assert {name: told[name] for name in expected} == expected
    return delivery.record


async def check_exports(stack: Stack, reference: str, story: Story) -> None:
    """All three export formats say the same, without the person's contact data."""
    record, *rows = await asyncio.gather(
        exported_json(stack, reference), exported_row(stack, reference, "csv"), exported_row(stack, reference, "xlsx")
    )
    _check_record(record, story)
    for row in (flat(record), *rows):
        _check_row(row, story.expected)


def check_logs(stack: Stack, story: Story) -> None:
    """No process wrote down what the person told."""
    logs = stack.logs()
    words = [
        story.opening[:40],
        story.opening[-40:],
        *(text for text in story.answers.values() if isinstance(text, str)),
    ]
    values = [value for value in story.expected["complainant"].values() if isinstance(value, str)]
    for told in (*words, *values):
        assert told not in logs and json.dumps(told)[1:-1] not in logs, f"in a log: {told}"


def _check_record(record: Row, story: Story) -> None:
    expected = story.expected
    assert record["language"] == story.language
    assert record["incident_type"] == expected["incident_type"]
    assert record["confirmed_by_user"] is True
    assert record["platform"] == expected["platform"]
    money = (record["financial_transactions"] or [{}])[0]
    assert money.get("amount_pkr") == expected.get("amount_pkr")
    assert money.get("transaction_id") == expected.get("transaction_id")
    found = {
        item["data_type"] + "s": item["normalised"] for suspect in record["suspects"] for item in suspect["observables"]
    }
    assert found == {name: expected[name] for name in ("phones", "handles", "emails") if name in expected}
    assert record["complainant"]["city"] == expected["city"]


def _check_row(row: Row, expected: Row) -> None:
    for name in ("incident_type", "platform", "amount_pkr", "transaction_id", "phones", "handles", "emails", "city"):
        assert str(row[name] or "") == str(expected.get(name) or ""), name
    for value in expected["complainant"].values():
        if isinstance(value, str):
            assert value not in map(str, row.values()), "contact data of the person in an export that hides it"


async def exported_json(stack: Stack, reference: str) -> Row:
    """The record out of `muhafiz export --format jsonl`."""
    lines = (await _export(stack, "jsonl")).decode().splitlines()
    return next(record for record in map(json.loads, lines) if record["reference"] == reference)


async def exported_row(stack: Stack, reference: str, format: str) -> Row:
    """The record's row out of a table, by column name."""
    content = await _export(stack, format)
    if format == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
        assert sheet is not None
        names, *values = sheet.iter_rows(values_only=True)
        rows = [dict(zip(names, row, strict=True)) for row in values]
    return next(row for row in rows if row["reference"] == reference)


async def _export(stack: Stack, format: str) -> bytes:
    file = stack.folder / f"export.{format}"
    done = await asyncio.to_thread(stack.run, "export", "--format", format, "--out", str(file))
    assert done.returncode == 0, done.stderr.decode()
    return file.read_bytes()
