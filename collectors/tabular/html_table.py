"""The tables of a web page: what many registers export and call .xls. A page without a table of rows is none."""

from __future__ import annotations

from html.parser import HTMLParser

from collectors.errors import RejectFile
from collectors.tabular.cells import Cell, Row, Sheet
from collectors.tabular.encoding import decode
from collectors.tabular.letters import column_letter

_WIDEST_SPAN = 1_000
"""What browsers take a span for at most; a greater one is made to fill a memory."""
_DEEPEST = 16
_UNSEEN = frozenset({"script", "style", "template"})


class _Table:
    """A table being read: its rows, each a mapping of columns (from 1) to texts, and cells that reach further down."""

    def __init__(self) -> None:
        self.rows: list[dict[int, str]] = []
        self.text: list[str] | None = None
        self._at = 0
        self._reaching: dict[int, int] = {}  # column -> rows below that a cell above fills

    def begin_row(self) -> None:
        """A new row; what reaches into it from above leaves its columns blank."""
        self.rows.append({})
        self._at = 0
        self._taken = {at for at, left in self._reaching.items() if left > 0}
        self._reaching = {at: left - 1 for at, left in self._reaching.items() if left > 1}

    def begin_cell(self, across: int, down: int) -> None:
        """A new cell in the next free column."""
        if not self.rows:
            self.begin_row()
        self._at += 1
        while self._at in self._taken:
            self._at += 1
        self._place, self.text = self._at, []
        for at in range(self._at, self._at + across):
            if down > 1:
                self._reaching[at] = down - 1
        self._at += across - 1

    def end_cell(self) -> None:
        """Keep the cell's text."""
        if self.text is not None:
            self.rows[-1][self._place] = " ".join("".join(self.text).split())
        self.text = None


class _Reader(HTMLParser):
    """Collects the tables; text in a cell belongs to the innermost one."""

    def __init__(self, max_cells: int) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._unseen = 0
        self._left = max_cells

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Tables, rows and cells; their ends may be left out."""
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            if len(self._open) >= _DEEPEST:
                raise RejectFile("not_a_table")
            self._open.append(_Table())
            self.tables.append(self._open[-1])
        elif self._open and tag == "tr":
            self._open[-1].end_cell()
            self._open[-1].begin_row()
        elif self._open and tag in ("td", "th"):
            spans = dict(attrs)
            across, down = _span(spans.get("colspan")), _span(spans.get("rowspan"))
            self._left -= across
            if self._left < 0:
                raise RejectFile("too_many_cells")
            self._open[-1].end_cell()
            self._open[-1].begin_cell(across, down)
        elif tag in ("br", "p", "div"):
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        """The end of a cell, a row or a table."""
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif self._open and tag in ("td", "th", "tr", "table"):
            self._open[-1].end_cell()
            if tag == "table":
                self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text; what stands between cells is none of a table's."""
        if self._open and not self._unseen and self._open[-1].text is not None:
            self._open[-1].text.append(data)


def html_sheets(raw: bytes, *, max_cells: int, first_rows: int | None = None) -> list[Sheet]:
    """The tables of a page as sheets. Raises RejectFile: encoding_unknown, not_a_table, too_many_cells."""
    reader = _Reader(max_cells)
    reader.feed(decode(raw))
    reader.close()
    found = [one for one in reader.tables if sum(map(bool, one.rows)) > 1]
    if not found:
        raise RejectFile("not_a_table")
    return [
        Sheet("" if len(found) == 1 else f"table {number}", _rows(one, first_rows))
        for number, one in enumerate(found, start=1)
    ]


def _rows(table: _Table, first_rows: int | None) -> list[Row]:
    rows = []
    for number, cells in enumerate(table.rows, start=1):
        filled = [at for at, text in cells.items() if text]
        if filled:
            addresses = ((at, f"{column_letter(at)}{number}") for at in range(1, max(filled) + 1))
            rows.append(Row(number, [Cell(address, cells.get(at) or None) for at, address in addresses]))
        if first_rows is not None and len(rows) >= first_rows:
            break
    return rows


def _span(written: str | None) -> int:
    return min(max(int(written), 1), _WIDEST_SPAN) if written and written.strip().isdecimal() else 1
