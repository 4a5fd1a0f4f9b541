"""The head of a table: which row holds the headers, unique column names, rows that are totals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from collectors.tabular.cells import Cell, Row, Sheet

_COMPARED = 4_000
_LOOK = 30
"""Rows searched for the headers: titles and notes stand above a table, seldom this many."""

_HEADINGS = 2
"""Rows of headings searched above the headers."""

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


def word_key(text: object) -> str:
    """A header or word as lists know it: letters and digits in lower case, single blanks between words."""
    return " ".join("".join(c if c.isalnum() else " " for c in plain_text(text)).split())


def headings(sheet: Sheet, header: Row, at: int) -> list[str]:
    """What a column may be called, the likeliest first: its header, and its header with the heading merged above it.

    `Members` above `Total`, `New` and `Left` makes `Total Members` of the first. A heading of a CSV stands above its
    first column alone, and goes as far as the next one. One text above the first header, or left of it, is a title.
    """
    own = _text_at(header, at)
    above = [row for row in sheet.rows if row.number < header.number and _heads(row, header)][-_HEADINGS:]
    found = [own] if own else []
    for row in reversed(above):
        places = range(min(at, len(row.cells) - 1), -1, -1)
        heading = next((text for place in places if (text := _text_at(row, place))), "")
        if heading:
            found += [f"{heading} {own}", f"{own} {heading}"] if own else [heading]
    return found


def _heads(row: Row, header: Row) -> bool:
    """Whether a row above the headers heads groups of them."""
    texts, first = _texts(row), _filled(header)[:1]
    return len(texts) > 1 or (texts != [] and first != [] and row.cells.index(texts[0]) > header.cells.index(first[0]))


def _filled(row: Row) -> list[Cell]:
    return [cell for cell in row.cells if cell.value is not None]


def _text_at(row: Row, at: int) -> str:
    cell = row.cell(at)
    return cell.value if cell is not None and isinstance(cell.value, str) else ""


def _texts(row: Row) -> list[Cell]:
    """The filled cells of a row that is all words; none where a number or a date stands in it."""
    filled = [cell for cell in row.cells if cell.value is not None]
    return (
        filled if all(isinstance(cell.value, str) and not cell.value.strip()[:1].isdigit() for cell in filled) else []
    )


def known_names(sheet: Sheet, row: Row, knows: Callable[[str], bool]) -> int:
    """How many columns a row names, the headings above it taken in; `knows` must know whole names only.

    A row with a number or a date in it has no headings above it: it is data, or stands where it stands.
    """
    if not _texts(row):
        return sum(1 for at in range(len(row.cells)) if knows(_text_at(row, at)))
    return sum(1 for at in range(len(row.cells)) if any(knows(name) for name in headings(sheet, row, at)))


def find_header(
    sheet: Sheet, knows: Callable[[str], bool], at_least: int = 1, *, with_headings: bool = False
) -> Row | None:
    """The row with the most cells whose text `knows`, among the first rows; the first of equals.

    `with_headings` takes the headings above a row into the names of its columns, and `knows` must then know whole names
    only; of two rows right below one another that name as many, it is the lower one. None when no row has `at_least` of
    them: the table has other headers than expected.
    """
    best, above = None, None
    most = at_least - 1
    for row in sheet.rows[:_LOOK]:
        if with_headings:
            hits = known_names(sheet, row, knows)
            is_lower = best is not None and above is best and hits == most and bool(_texts(row))
        else:
            hits, is_lower = sum(1 for at in range(len(row.cells)) if knows(_text_at(row, at))), False
        if hits > most or is_lower:
            best, most = row, hits
        above = row
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
