"""Writes records as CSV, JSON Lines or an Excel sheet, one row a record, a record at a time.

The complainant's contact data is redacted unless asked for, and no cell can act as a spreadsheet formula.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO, Literal, get_args

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from bot.desk.redaction import redacted

ExportFormat = Literal["csv", "jsonl", "xlsx"]
EXPORT_FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)

_SEPARATOR = "; "
_CELL_LIMIT = 32_000  # characters; Excel takes 32,767 UTF-16 units in a cell
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_HARMLESS = re.compile(r"\+\d{7,15}|[+-]?\d+(\.\d+)?")  # an E.164 phone, a number
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDTHS = {"description": 70, "summary": 50, "reference": 21, "created_at": 25, "updated_at": 25, "urls": 35}
_WIDTH = 18  # of the other columns, in characters

Value = str | int | float | bool | None


def write_export(
    records: Iterable[dict[str, Any]], format: ExportFormat, out: BinaryIO, *, personal_data: bool
) -> None:
    """Write all records to `out`; without `personal_data` contact data reads `[redacted]`."""
    shown = records if personal_data else (redacted(record) for record in records)
    _WRITERS[format](shown, out)


def _write_csv(records: Iterable[dict[str, Any]], out: BinaryIO) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for record in records:
        writer.writerow([_defused(value) for value in flat(record).values()])
    text.flush()
    text.detach()  # `out` stays open: it belongs to the caller


def _write_jsonl(records: Iterable[dict[str, Any]], out: BinaryIO) -> None:
    for record in records:
        out.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _write_xlsx(records: Iterable[dict[str, Any]], out: BinaryIO) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("records")
    for number, name in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, _WIDTH)
    sheet.freeze_panes = "B2"
    sheet.append([_cell(sheet, name, bold=True) for name in COLUMNS])
    rows = 1
    for rows, record in enumerate(records, start=2):  # noqa: B007
        sheet.append([_cell(sheet, _defused(value)) for value in flat(record).values()])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{rows}"
    book.save(out)


_WRITERS: dict[str, Callable[[Iterable[dict[str, Any]], BinaryIO], None]] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
    "xlsx": _write_xlsx,
}


def _cell(sheet: Any, value: Value, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, _NOT_XML.sub("", value)[:_CELL_LIMIT] if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would read a leading = as a formula
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def _defused(value: Value) -> Value:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if not isinstance(value, str) or _HARMLESS.fullmatch(value):
        return value
    runs = value.startswith(_FORMULA_START) or value.lstrip().startswith(_FORMULA_START)
    return f"'{value}" if runs else value


def flat(record: Mapping[str, Any]) -> dict[str, Value]:
    """A record as one row: nested parts in columns of their own, lists joined with semicolons."""
    return {name: read(record) for name, read in _READERS.items()}


def _plain(name: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda record: record[name]


def _inner(part: str, name: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda record: (record[part] or {}).get(name)


def _joined(name: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda record: _SEPARATOR.join(record[name]) or None


def _listed(part: str, name: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda record: _SEPARATOR.join(dict.fromkeys(i[name] for i in record[part] if i[name])) or None


def _observables(kind: str) -> Callable[[Mapping[str, Any]], Value]:
    def read(record: Mapping[str, Any]) -> Value:
        found = [item for suspect in record["suspects"] for item in suspect["observables"]]
        values = (item["normalised"] or item["data"] for item in found if item["data_type"] == kind)
        return _SEPARATOR.join(dict.fromkeys(values)) or None

    return read


def _amount(record: Mapping[str, Any]) -> Value:
    known = [item["amount_pkr"] for item in record["financial_transactions"] if item["amount_pkr"] is not None]
    return sum(known) if known else None


def _offences(record: Mapping[str, Any]) -> Value:
    return _SEPARATOR.join(f"{item['law']} s. {item['section']}" for item in record["offences"]) or None


def _rsit(record: Mapping[str, Any]) -> Value:
    rsit = record["rsit"]
    return f"{rsit['class']}/{rsit['type']}" if rsit else None


_READERS: dict[str, Callable[[Mapping[str, Any]], Value]] = {
    **{name: _plain(name) for name in ("reference", "created_at", "updated_at", "status", "priority")},
    "priority_reasons": _joined("priority_reasons"),
    **{name: _plain(name) for name in ("severity", "kind", "incident_type", "incident_subtype")},
    **{name: _plain(name) for name in ("confirmed_by_user", "language", "channel", "platform")},
    "amount_pkr": _amount,
    "instrument": _listed("financial_transactions", "instrument"),
    "transaction_id": _listed("financial_transactions", "transaction_id"),
    "occurred_from": _inner("occurred", "from"),
    "occurred_to": _inner("occurred", "to"),
    "occurred_as_told": _inner("occurred", "as_told"),
    "suspect_relationship": _listed("suspects", "relationship"),
    "phones": _observables("phone"),
    "handles": _observables("handle"),
    "urls": _observables("url"),
    "emails": _observables("email"),
    "ibans": _observables("iban"),
    "wallets": _observables("wallet"),
    "cnics": _observables("cnic"),
    "coin_addresses": _observables("coin_address"),
    "city": _inner("complainant", "city"),
    "province": _inner("complainant", "province"),
    "office": _inner("routing", "office"),
    "other_bodies": lambda record: _SEPARATOR.join(body["name"] for body in record["routing"].get("also", ())) or None,
    "abroad": lambda record: _SEPARATOR.join(record["routing"].get("abroad", ())) or None,
    "description": _plain("description"),
    "summary": _plain("summary"),
    "risk_flags": _joined("risk_flags"),
    "offences": _offences,
    "rsit": _rsit,
    "desired_outcome": _joined("desired_outcome"),
    "missing": _joined("missing"),
    "victim_is_minor": _inner("victim", "is_minor"),
    "victim_relationship": _inner("victim", "relationship"),
    "victim_adult_support": _inner("victim", "adult_support"),
    **{f"complainant_{name}": _inner("complainant", name) for name in ("anonymous", "name", "phone", "email")},
    **{name: _inner("complainant", name) for name in ("on_behalf_of", "safe_to_contact", "contact_note")},
    **{name: _inner("complainant", name) for name in ("age_band", "gender")},
    "classifier_type": _inner("classifier", "type"),
    "classifier_confidence": _inner("classifier", "confidence"),
    "evidence_files": lambda record: len(record["evidence"]),
    "evidence_names": _listed("evidence", "filename"),
    "evidence_sha256": _listed("evidence", "sha256"),
    "consent_given_at": _inner("consent", "given_at"),
    "forwarded_to": _inner("forwarding", "system"),
    "external_id": _inner("forwarding", "external_id"),
    "external_url": _inner("forwarding", "external_url"),
    "forwarded_at": _inner("forwarding", "forwarded_at"),
    "attempts": _inner("forwarding", "attempts"),
    "last_error": _inner("forwarding", "last_error"),
}
COLUMNS: tuple[str, ...] = tuple(_READERS)
