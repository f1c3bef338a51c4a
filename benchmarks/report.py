"""Figures to words: percentiles, ratios, goals and the Markdown page."""

import math
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Goal:
    """A bound for the ratio ours / starter."""

    sign: str  # ">=" or "<="
    bound: float

    def met(self, ratio: float) -> bool:
        """Whether `ratio` is on the right side of the bound; a ratio that is no number never is."""
        return ratio >= self.bound if self.sign == ">=" else ratio <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.sign == '>=' else '≤'} {self.bound:g}×"


@dataclass(frozen=True)
class Row:
    """One line of the result: a measure of both assistants, their ratio and what was aimed at.

    `trouble` says what went wrong during the measurement; such a row never meets its goal.
    """

    measure: str
    starter: str
    ours: str
    ratio: float
    goal: Goal | None = None
    trouble: str = ""

    @property
    def verdict(self) -> str:
        """The last cell."""
        if self.trouble:
            return f"not met ({self.trouble})" if self.goal else self.trouble
        if self.goal is None:
            return ""
        return "met" if self.goal.met(self.ratio) else "**not met**"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` per cent of all values do not exceed (nearest rank)."""
    if not values:
        return math.nan
    rank = math.ceil(share / 100 * len(values))
    return sorted(values)[max(rank, 1) - 1]


def median(values: Sequence[float]) -> float:
    """Median, or no number when there is nothing."""
    return statistics.median(values) if values else math.nan


def ratio(ours: float, starter: float) -> float:
    """ours / starter, or no number when the starter gave none."""
    return ours / starter if starter else math.nan


def growth(seconds: Sequence[float], edge: int = 10) -> tuple[float, float, float]:
    """Medians of the first and of the last `edge` messages of a conversation, and how much it grew."""
    first, last = median(seconds[:edge]), median(seconds[-edge:])
    return first, last, ratio(last, first)


def milliseconds(seconds: float) -> str:
    """Seconds as readable milliseconds."""
    return f"{seconds * 1000:.0f} ms" if math.isfinite(seconds) else "none"


def table(head: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    """A Markdown table; a bar inside a cell does not split it."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows)


def result_table(rows: Sequence[Row]) -> str:
    """The table of ratios."""
    cells = [
        (
            row.measure,
            row.starter,
            row.ours,
            f"{row.ratio:.2f}×" if math.isfinite(row.ratio) else "none",
            row.goal or "",
            row.verdict,
        )
        for row in rows
    ]
    return table(("measure", "starter", "this assistant", "ratio", "goal", "result"), cells)


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    model = next((line for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = next((line for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "")
    kilobytes = int(memory.split()[1]) if memory else 0
    return {
        "processor": model.partition(":")[2].strip() or platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{kilobytes / 2**20:.1f} GiB" if kilobytes else "unknown",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def page(when: str, command: str, rows: Sequence[Row], raw: Mapping[str, str], sent: str) -> str:
    """The whole of RESULTS.md."""
    parts = [
        "# Benchmark results",
        "This assistant beside the assistant that `rasa init` makes, one after the other on one machine, each"
        " with one Rasa process. Written by the command below; do not edit.",
        table(("", ""), [("date", when), ("command", f"`{command}`"), *machine().items()]),
        result_table(rows),
        "## Raw numbers",
        table(("number", "value"), list(raw.items())),
        "## How it was measured",
        sent,
    ]
    return "\n\n".join(parts) + "\n"
