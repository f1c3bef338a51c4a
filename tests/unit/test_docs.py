"""What the documents say is so."""

import re
import runpy

import pytest

from bot.settings import PROJECT


def test_readme_lists_every_setting_with_its_default() -> None:
    """The table is the one that the settings give."""
    filled = runpy.run_path(str(PROJECT / "scripts" / "settings_table.py"))["filled"]
    text = (PROJECT / "README.md").read_text("utf-8")
    assert filled(text) == text


@pytest.mark.parametrize("document", ["README.md", *(f"docs/{p.name}" for p in (PROJECT / "docs").glob("*.md"))])
def test_links_between_documents_lead_to_files(document: str) -> None:
    """No relative link or picture is dead."""
    path = PROJECT / document
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target
