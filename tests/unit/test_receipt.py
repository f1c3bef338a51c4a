"""The receipt as a reader of the file sees it: its text in the right letters and order, in three languages."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge.texts import content
from bot.receipt import ReceiptError, receipt_pdf
from bot.receipt_link import open_receipt, seal_receipt
from bot.settings import Settings
from bot.triage.taxonomy import INCIDENT_TYPES, LANGUAGES, UNSURE

REFERENCE = "MHZ-7K3P-9QXD-4WTM"
FONTS = Settings().fonts


def receipt(**changes: Any) -> dict[str, Any]:
    return {
        "reference": REFERENCE,
        "created_at": "2026-11-22T10:00:00.000Z",
        "incident_type": "blackmail",
        "status": "forwarded",
        "external_id": "DESK-000012",
        "language": "en",
        "also": ["helpline_stopncii"],
        **changes,
    }


def read(folder: Path, **changes: Any) -> str:
    """The text that pdftotext finds, without direction marks and with single spaces."""
    file = folder / "receipt.pdf"
    file.write_bytes(receipt_pdf(receipt(**changes), FONTS))
    done = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
    return re.sub(r"\s+", " ", re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", done.stdout.decode()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_says_reference_office_number_next_steps_evidence_and_dated_helplines(tmp_path: Path, language: str) -> None:
    text, texts = read(tmp_path, language=language), content("receipt")
    for expected in (REFERENCE, "DESK-000012", "1799", "0800-39393", "2026"):
        assert expected in text, expected
    for line in [step[language] for step in texts["next_steps"]]:
        assert _letters(line) in _letters(text), line
    for name in texts["evidence_by_type"]["blackmail"]:
        assert _letters(texts["evidence"][name][language]) in _letters(text), name
    assert _letters(texts["texts"]["not_fir"][language]) in _letters(text)


@pytest.mark.parametrize("incident_type", [*INCIDENT_TYPES, UNSURE])
def test_every_type_and_status_fits_on_one_page(tmp_path: Path, incident_type: str) -> None:
    for language, status in zip(LANGUAGES, ("waiting", "withdrawn", "closed"), strict=True):
        most = ["helpline_bank", "helpline_sunwai", "helpline_banking_mohtasib", "helpline_pta", "helpline_pta_portal"]
        pdf = receipt_pdf(receipt(incident_type=incident_type, language=language, status=status, also=most), FONTS)
        assert len(re.findall(rb"/Type /Page\b", pdf)) == 1


def test_a_child_s_case_never_asks_to_keep_pictures(tmp_path: Path) -> None:
    text = read(tmp_path, incident_type="child_abuse")
    assert "Do not save, download or forward" in text
    assert "Screenshots" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_the_other_bodies_of_the_matter_with_their_pages(tmp_path: Path, language: str) -> None:
    text = read(tmp_path, language=language, also=["helpline_sunwai", "helpline_banking_mohtasib"])
    assert "bankingmohtasib.gov.pk" in text
    assert "sunwai.sbp.org.pk" in text
    assert "StopNCII" not in text


def test_missing_fonts_are_named(tmp_path: Path) -> None:
    with pytest.raises(ReceiptError, match="fonts-noto-core"):
        receipt_pdf(receipt(), tmp_path)


def test_a_link_opens_for_its_conversation_only_and_not_for_ever() -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    fresh = receipt(asked_at=now.isoformat())
    token = seal_receipt("s", "web-1", fresh)
    opened = open_receipt("s", "web-1", token)
    assert opened is not None
    assert opened["reference"] == REFERENCE
    assert open_receipt("s", "web-2", token) is None
    assert open_receipt("t", "web-1", token) is None
    assert open_receipt("s", "web-1", token[:-2]) is None
    assert seal_receipt("s", "web-1", receipt(asked_at=(now - timedelta(days=2)).isoformat())) == ""


def _letters(text: str) -> str:
    """Only the letters: pdftotext turns the Arabic comma and brackets of a right-to-left line around."""
    return "".join(c for c in text if c.isalpha())
