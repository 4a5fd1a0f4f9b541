"""What `docs/indicators.md` shows as an indicator's example: the first case of its tests, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).resolve().parent.parent / "tests" / "unit" / "indicators"
NOT_ROWS = ("name", "months", "expect", "expect_views", "unused_assets")
MAX_ROWS = 8
"""Rows of a table that are shown; a case of a survey has dozens."""


def example_of(indicator: str) -> list[str]:
    """The first case of an indicator as Markdown: what is given, and what comes of it."""
    path = CASES / f"{indicator}.yaml"
    case = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["cases"][0]
    unused = f"; not in use here: {', '.join(case['unused_assets'])}" if case.get("unused_assets") else ""
    lines = [f"*Example, the first of its tests: {case['name']}{unused}.*", ""]
    for name, rows in case.items():
        if name not in NOT_ROWS:
            lines += [*table(f"`{name}`", rows), ""]
    return [*lines, *table("gives", case["expect"]), ""]


def table(title: str, rows: list[Mapping[str, Any]]) -> list[str]:
    """Rows as a Markdown table whose first column is the title; columns in the order they appear."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [line((title, *columns)), line("---" for _ in range(len(columns) + 1))]
    lines += [
        line(("", *(cell(row[column]) if column in row else "" for column in columns))) for row in rows[:MAX_ROWS]
    ]
    more = len(rows) - MAX_ROWS
    return [*lines, line((f"{more} more", *("" for _ in columns)))] if more > 0 else lines


def cell(value: Any) -> str:
    """A value as the page shows it; what a row leaves out is empty."""
    text = "null" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return text.replace("|", r"\|")


def line(cells: Iterable[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(cells)} |"
