"""From a path to sheets: what kind of file it is by its first bytes, and the reader for that kind."""

from __future__ import annotations

from pathlib import Path

from collectors.tabular.cells import Sheet

MAX_CELLS = 2_000_000
MAX_BYTES = 96 * 1024 * 1024


def read_sheets(path: Path, *, max_cells: int = MAX_CELLS, max_bytes: int = MAX_BYTES) -> list[Sheet]:
    """The sheets of a CSV, TSV or xlsx file in file order. Raises RejectFile, see the package."""
    raise NotImplementedError
