"""The head of a table: which row holds the headers, unique column names, rows that are totals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from collectors.tabular.cells import Cell, Row, Sheet

_COMPARED = 4_000
_LOOK = 30
"""Rows searched for the headers: titles and notes stand above a table, seldom this many."""

_TOTALS = frozenset(
    {
        'סה"כ', "סהכ", "סך הכל", "סך הכול", 'סה"כ כללי', "total", "totals", "grand total", "sum",
        "المجموع", "الإجمالي", "المجموع الكلي", "اجمالي", "إجمالي", "מצטבר", "ממוצע", "average", "المعدل",
    }
)  # fmt: skip


_QUOTES = (("״", '"'), ("”", '"'), ("“", '"'), ("„", '"'), ("׳", "'"), ("’", "'"), ("‘", "'"), ("''", '"'))


def plain_text(value: object) -> str:
    """Text as it is compared: no direction marks, one kind of quote, single spaces, case folded; "" when blank.

    Only its beginning counts: a cell may hold 50 MB, a name does not.
    """
    if value is None:
        return ""
    text = unicodedata.normalize("NFKC", str(value)[:_COMPARED])
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") or c in "\t\n\r")
    for mark, plain in _QUOTES:
        text = text.replace(mark, plain)
    return " ".join(text.split()).casefold()


def find_header(sheet: Sheet, knows: Callable[[str], bool], at_least: int = 1) -> Row | None:
    """The row with the most cells whose text `knows`, among the first rows; the first of equals.

    None when no row has `at_least` of them: the table has other headers than expected.
    """
    best: Row | None = None
    most = at_least - 1
    for row in sheet.rows[:_LOOK]:
        hits = sum(1 for cell in row.cells if isinstance(cell.value, str) and knows(cell.value))
        if hits > most:
            best, most = row, hits
    return best


def is_totals(row: Row) -> bool:
    """Whether the row sums up others: its first filled cell says so. Such a row is never counted."""
    first: Cell | None = next((cell for cell in row.cells if cell.value is not None), None)
    if first is None or not isinstance(first.value, str):
        return False
    return plain_text(first.value).rstrip(" :") in _TOTALS


def unique_names(names: Sequence[str | None], *, max_bytes: int = 63) -> list[str]:
    """One name a column, distinct whatever the database does to them: in 63 bytes and without case.

    The first to come keeps its name; a later twin gets `_2`, `_3`; a blank one is `column_<n>`.
    """
    taken: set[str] = set()
    result: list[str] = []
    for position, name in enumerate(names, start=1):
        base = " ".join(re.sub(r"[\x00-\x1f]", " ", name or "").split()) or f"column_{position}"
        candidate, turn = _cut(base, max_bytes), 1
        while candidate.casefold() in taken:
            turn += 1
            candidate = _cut(base, max_bytes - len(f"_{turn}")) + f"_{turn}"
        taken.add(candidate.casefold())
        result.append(candidate)
    return result


def _cut(text: str, max_bytes: int) -> str:
    return text.encode()[:max_bytes].decode(errors="ignore").rstrip()
