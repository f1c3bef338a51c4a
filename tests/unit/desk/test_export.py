"""Export files can be opened, hold everything, and do no harm in a spreadsheet."""

import csv
import io
import json

import openpyxl
import pytest

from bot.desk.export import COLUMNS, EXPORT_FORMATS, write_export
from bot.triage.record import build_record, new_reference
from tests.auxil.records import NOW, a_draft, a_record

FORMULAS = ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1"]


def exported(records, format, personal_data=True):
    out = io.BytesIO()
    write_export(iter(records), format, out, personal_data=personal_data)
    return out.getvalue()


def csv_rows(records, **kwargs):
    text = exported(records, "csv", **kwargs).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def xlsx_sheet(records, **kwargs):
    return openpyxl.load_workbook(io.BytesIO(exported(records, "xlsx", **kwargs))).active


def xlsx_rows(records, **kwargs):
    rows = list(xlsx_sheet(records, **kwargs).iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def a_minimal_record(**changes):
    return build_record(a_draft(**changes), reference=new_reference(), now=NOW)


def test_csv_holds_one_readable_row_a_record():
    """Opens in Excel as UTF-8; line breaks and Urdu survive; nested values have columns."""
    record = a_record(description='پہلی "سطر", یہ\nدوسری')
    content = exported([record, a_minimal_record()], "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    first, second = csv_rows([record, a_minimal_record()])
    assert first["reference"] == record["reference"]
    assert first["description"] == 'پہلی "سطر", یہ\nدوسری'
    assert first["amount_pkr"] == "85000"
    assert first["phones"] == "+923007654321"
    assert first["urls"] == "http://bank-verify.example"
    assert first["priority_reasons"] == "money_moved_recently"
    assert first["offences"].startswith("PECA 2016 s. 14")
    assert (first["city"], first["office"]) == ("Lahore", "Lahore")
    assert first["created_at"] == "2026-11-22T09:30:00.000Z"
    assert second["platform"] == second["phones"] == ""


def test_several_observables_share_a_cell():
    """Joined with semicolons, each once."""
    phones = [{"data_type": "phone", "data": f"030{i}", "normalised": f"+92300000000{i}"} for i in (1, 2, 1)]
    (row,) = csv_rows([a_record(observables=phones)])
    assert row["phones"].endswith("+923000000001; +923000000002")


def test_jsonl_holds_whole_records():
    """Line by line, as stored."""
    records = [a_record(description="لائن\nدو"), a_minimal_record()]
    lines = exported(records, "jsonl").decode().splitlines()
    assert [json.loads(line) for line in lines] == records
    assert "لائن" in lines[0]


def test_xlsx_is_ready_to_work_with():
    """Header stays in sight, filters are on, text wraps, numbers are numbers."""
    sheet = xlsx_sheet([a_record(), a_record()])
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.auto_filter.ref.endswith("3")
    assert not sheet.sheet_view.rightToLeft
    header = [cell.value for cell in sheet[1]]
    amount = sheet.cell(2, header.index("amount_pkr") + 1)
    story = sheet.cell(2, header.index("description") + 1)
    assert (amount.value, amount.data_type) == (85000, "n")
    assert story.alignment.wrap_text
    assert sheet.column_dimensions[story.column_letter].width > 40


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("rows", [csv_rows, xlsx_rows])
def test_no_cell_is_a_formula(rows, text):
    """An apostrophe goes in front of what a spreadsheet would run."""
    record = a_record(description=text, complainant={"city": "=1+1"}, suspect_relationship="@x")
    (row,) = rows([record])
    assert row["description"].replace("_x000D_", "\r").startswith("'")
    assert (row["city"], row["suspect_relationship"]) == ("'=1+1", "'@x")


def test_a_formula_is_stored_as_text_in_xlsx():
    """Not as a formula that is computed on opening."""
    sheet = xlsx_sheet([a_record(description="=1+1")])
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_phones_and_numbers_stay_as_they_are():
    """They begin with a plus or minus and are no formula."""
    (row,) = csv_rows([a_record(description="-500", complainant={"phone": "+923211234567"})])
    assert (row["phones"], row["complainant_phone"]) == ("+923007654321", "+923211234567")
    assert row["description"] == "-500"


def test_characters_that_xml_forbids_are_dropped():
    """The file opens; CSV and JSON keep them or a question mark."""
    record = a_record(description="a\x0bb\x1bc\uffffd😔")
    assert xlsx_rows([record])[0]["description"] == "abcd😔"
    assert json.loads(exported([record], "jsonl"))["description"] == record["description"]


def test_a_story_longer_than_a_cell_is_cut_in_xlsx_only():
    """Excel refuses longer cells."""
    record = a_record(description="x" * 60_000)
    assert len(xlsx_rows([record])[0]["description"]) == 32_000
    assert len(csv_rows([record])[0]["description"]) == 60_000


@pytest.mark.parametrize("format", EXPORT_FORMATS)
def test_personal_data_is_redacted_unless_asked_for(format):
    """In every format, also inside the story."""
    record = a_record(description="main Sadia hun, 0321-1234567")
    hidden, shown = exported([record], format, personal_data=False), exported([record], format)
    if format == "xlsx":
        hidden, shown = (str(xlsx_rows([record], personal_data=p)).encode() for p in (False, True))
    for secret in (b"Sadia", b"0321-1234567", b"+923211234567", b"sadia@example.pk", b"only after 6 pm"):
        assert secret not in hidden
        assert secret in shown
    assert b"[redacted]" in hidden


@pytest.mark.parametrize("rows", [csv_rows, xlsx_rows])
def test_no_records_make_a_header_alone(rows):
    """Still a valid file."""
    assert rows([]) == []
    assert exported([], "jsonl") == b""


def test_every_field_of_a_record_has_a_column_or_is_left_out_on_purpose():
    """Nothing gets lost unnoticed when the schema grows."""
    left_out = {"schema_version", "status_history"}
    nested = {name for name, value in a_record().items() if isinstance(value, dict)} | {
        "suspects",
        "offences",
    }
    nested |= {"financial_transactions", "evidence"}
    assert set(a_record()) - left_out - nested <= set(COLUMNS)
    assert {"complainant_name", "forwarded_to", "evidence_files", "rsit"} <= set(COLUMNS)


def test_whether_an_adult_stands_by_a_minor_has_a_column():
    """In every format; a record from before it was asked has an empty cell."""
    record = a_record(victim={"is_minor": True, "adult_support": "not_yet"})
    older = a_record()
    del older["victim"]["adult_support"]
    assert [row["victim_adult_support"] for row in csv_rows([record, older])] == ["not_yet", ""]
    assert [row["victim_adult_support"] or "" for row in xlsx_rows([record, older])] == ["not_yet", ""]
    assert b'"adult_support": "not_yet"' in exported([record], "jsonl")


def test_records_are_written_one_at_a_time():
    """A long export does not gather in memory."""
    taken = []

    def records():
        for _ in range(3):
            taken.append(1)
            yield a_minimal_record()

    class Watching(io.BytesIO):
        def write(self, data):
            if b"MHZ-" in bytes(data):
                seen.append(len(taken))
            return super().write(data)

    seen: list[int] = []
    write_export(records(), "csv", Watching(), personal_data=False)
    assert seen == [1, 2, 3]
