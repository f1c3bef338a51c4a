"""What a file is, by its content alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.file_check import FileRefused, check_file, clean_name
from tests.auxil.files import PDF, TEXT, huge_png, picture


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("WEBP"), "image/webp"),
        (PDF, "application/pdf"),
        (TEXT, "text/plain"),
        ("﻿سلام، یہ چیٹ ہے".encode("utf-8-sig"), "text/plain"),
        ("پیسے بھیجو".encode("utf-16"), "text/plain"),
        (b"BM, please send money", "text/plain"),  # begins like a bitmap
    ],
)
def test_what_a_complaint_takes(content: bytes, kind: str) -> None:
    assert check_file(content).content_type == kind


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "file_empty"),
        (b" \n\t ", "file_empty"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "file_type"),
        (b"  \n<html><body>x</body></html>", "file_type"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "file_type"),
        (b"#!/bin/sh\nrm -rf /\n", "file_type"),
        (b"MZ\x90\x00\x03" + bytes(200), "file_type"),
        (b"PK\x03\x04" + bytes(200), "file_type"),
        (b"GIF89a" + bytes(50), "file_type"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(60), "file_type"),
        (b"{\\rtf1 hello}", "file_type"),
        (b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>", "file_damaged"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"<script>" * 20, "file_damaged"),
        (picture("PNG")[:60], "file_damaged"),
        (huge_png(), "file_damaged"),
        (b"%PDF-1.4\n<script>alert(1)</script>", "file_damaged"),
    ],
)
def test_what_no_complaint_takes(content: bytes, why: str) -> None:
    with pytest.raises(FileRefused) as refused:
        check_file(content)
    assert refused.value.name == why


def test_a_picture_with_a_page_behind_it_is_a_picture() -> None:
    """A polyglot is called what its beginning decodes to, never a page or an archive."""
    assert check_file(picture("PNG") + b"<html><script>alert(1)</script>").content_type == "image/png"
    assert check_file(picture("JPEG") + b"PK\x03\x04").content_type == "image/jpeg"


def test_the_time_a_picture_was_taken_is_read() -> None:
    assert check_file(picture("JPEG", taken="2026:11:20 21:14:03")).taken_at == "2026:11:20 21:14:03"
    assert check_file(picture("JPEG", taken="<script>")).taken_at is None
    assert check_file(picture("JPEG")).taken_at is None


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ali\\shot 1.png", "shot 1.png"),
        ("‮gpj.exe", "gpj.exe"),
        ("\x1b[31mred\x00.png", "[31mred.png"),
        (".hidden", "hidden"),
        ("رسید.pdf", "رسید.pdf"),
        ("", None),
        (None, None),
        ("...", None),
        ("a" * 300 + ".png", "a" * 96 + ".png"),
    ],
)
def test_names_are_cleaned(name: str | None, clean: str | None) -> None:
    assert clean_name(name) == clean


@given(st.binary(max_size=2000))
def test_any_bytes_are_judged(content: bytes) -> None:
    """Whatever comes is one of the five kinds or refused with a reason; nothing else is raised."""
    try:
        assert "/" in check_file(content).content_type
    except FileRefused as refused:
        assert refused.name.startswith("file_")


@given(st.text(max_size=300))
def test_any_name_is_safe_in_a_folder(name: str) -> None:
    clean = clean_name(name)
    assert clean is None or (not set(clean) & set('/\\\0\n<>"') and not clean.startswith(".") and len(clean) <= 100)
