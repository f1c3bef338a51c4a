"""Compares ways of understanding messages: `make bench-nlu` writes benchmarks/NLU.md.

Each way is trained on data/nlu and tested on the sets of tests/nlu in a process of its own, so that its memory
and times are its own. With `--systems a,b` only those are run again; the others keep their last results.
"""

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.progress import Progress

from benchmarks.nlu_systems import SYSTEMS
from benchmarks.report import machine
from bot.settings import PROJECT, settings

OUT = PROJECT / "benchmarks" / "NLU.md"
COLUMNS = ("kind", "type", "any right", "macro-F1", "ECE")


def results_folder() -> Path:
    """Where the result of each system is kept."""
    folder: Path = settings().var / "cache" / "bench-nlu"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run_all(names: list[str]) -> None:
    """Run each system in its own process."""
    with Progress() as progress:
        task = progress.add_task("Systems", total=len(names))
        for name in names:
            progress.update(task, description=name)
            target = results_folder() / f"{name}.json"
            command = [sys.executable, "-m", "benchmarks.nlu_systems", name, str(target)]
            subprocess.run(command, cwd=PROJECT, check=True)
            progress.advance(task)


def _row(name: str, result: dict[str, Any], columns: dict[str, float]) -> str:
    cells = [f"{columns[column]:.3f}" if column in columns else "" for column in COLUMNS]
    return f"| {SYSTEMS[name].title} | " + " | ".join(cells) + " |"


def _costs(name: str, result: dict[str, Any]) -> str:
    return (
        f"| {SYSTEMS[name].title} | {result['texts']:,} | {result['ms']:.1f} | {result['memory_mib']:.0f} | "
        f"{result['train_s']:.0f} | {SYSTEMS[name].note} |"
    )


def page(results: dict[str, dict[str, Any]]) -> str:
    """The report, from the results of the systems by name."""
    lines = [
        "# Ways of understanding messages, compared",
        "",
        "Trained on `data/nlu`, tested on the sets of `tests/nlu`, which other hands wrote. Written by the command "
        "below; do not edit.",
        "",
        "|  |  |",
        "|---|---|",
        f"| date | {datetime.now(UTC):%Y-%m-%d %H:%M} UTC |",
        "| command | `make bench-nlu` |",
        *(f"| {name} | {value} |" for name, value in machine().items()),
        "",
        "`type` is the main incident type of reports and tip-offs, `any right` counts every type that the label "
        "allows, `macro-F1` is the mean over the nine types, `ECE` the expected calibration error of the type.",
        "",
    ]
    first = next(iter(results.values()))
    for test in first["scores"]:
        lines += [f"## {test}", "", "| system | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
        lines += [_row(name, result, result["scores"][test]) for name, result in results.items()]
        lines.append("")
    lines += [
        "## Cost",
        "",
        "| system | texts learnt | ms a message | peak memory, MiB | training, s | note |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_costs(name, result) for name, result in results.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the systems that are asked for and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="names, with commas between")
    run_all(parser.parse_args().systems.split(","))
    found = {name: results_folder() / f"{name}.json" for name in SYSTEMS}
    OUT.write_text(page({n: json.loads(path.read_text()) for n, path in found.items() if path.exists()}), "utf-8")


if __name__ == "__main__":
    main()
