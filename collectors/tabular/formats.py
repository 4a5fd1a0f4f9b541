"""The base of the formats that are tables: a file is of one where any visible sheet is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from collectors.errors import RejectFile
from collectors.tabular.cells import Row, Sheet
from collectors.tabular.reading import read_sheets

_TITLES = 3
_TITLE_CHARS = 120
_OF_CODE = re.compile(r"[={}<>;`\\\"]|[(\[:,]\s*$|^\W*$|^\s*(#!|//|import |from .* import |def |class |package )")


class TableFormat:
    """How a file format of tables recognises its files: by a sheet's first rows. Stands before FileFormat."""

    look: ClassVar[int] = 40
    """So many filled rows are looked at."""

    def recognises(self, path: Path) -> bool:
        """By content: one of its visible sheets is a table of this format."""
        try:
            sheets = read_sheets(path, first_rows=self.look)
        except (RejectFile, OSError):
            return False
        return any(self.is_one(sheet) for sheet in sheets if not sheet.hidden)

    def is_one(self, sheet: Sheet) -> bool:
        """Whether a sheet is a table of this format; of a long one, its first rows are given."""
        raise NotImplementedError


def heads_table(sheet: Sheet, header: Row) -> bool:
    """Whether headers are the head of their sheet: above them stand a few titles at most, and no text or code.

    A script or a letter with a table in it holds the same row of headers.
    """
    above = [row for row in sheet.rows if row.number < header.number]
    return len(above) <= _TITLES and all(map(_is_title, above))


def _is_title(row: Row) -> bool:
    texts = [str(cell.value) for cell in row.cells if cell.value is not None]
    return all(len(text) <= _TITLE_CHARS and not _OF_CODE.search(text) for text in texts)
