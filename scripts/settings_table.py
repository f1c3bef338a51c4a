"""Writes the table of settings into README.md between its two markers."""

import re

from bot.settings import PROJECT, Settings

HEAD = "| variable | default | meaning |\n|---|---|---|\n"


def table() -> str:
    """All settings as a Markdown table."""
    rows = []
    for name, field in Settings.__fields__.items():
        default = "`var/`" if name == "var" else f"`{field.default}`" if field.default not in ("", None) else ""
        rows.append(f"| `MUHAFIZ_{name.upper()}` | {default} | {field.field_info.description} |")
    return HEAD + "\n".join(rows)


def filled(text: str) -> str:
    """README's text with the table as it should be."""
    return re.sub(
        r"(<!-- settings -->\n).*?(<!-- /settings -->)", lambda m: f"{m[1]}{table()}\n{m[2]}", text, flags=re.S
    )


if __name__ == "__main__":
    path = PROJECT / "README.md"
    path.write_text(filled(path.read_text("utf-8")), encoding="utf-8")
