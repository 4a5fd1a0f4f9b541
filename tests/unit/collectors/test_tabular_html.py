"""Tables of web pages, which registers export and call .xls."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.errors import RejectFile
from collectors.tabular import read_sheets

Cells = list[list[tuple[str, object]]]


def read(path: Path, page: str, encoding: str = "utf-8") -> list[tuple[str, Cells]]:
    path.write_bytes(page.encode(encoding))
    return [
        (sheet.name, [[(cell.address, cell.value) for cell in row.cells] for row in sheet.rows])
        for sheet in read_sheets(path)
    ]


def test_rows_cells_entities_and_line_breaks(tmp_path: Path) -> None:
    page = """<html dir=rtl><head><style>td {color: red}</style></head><body><h1>מוקד</h1>
    <table border=1><tr><th>מספר<br>פנייה<th>תאריך</tr>
    <tr></tr><tr><td>1</td><td> 01/10/2026&nbsp; 08:10 </td><td></td></tr></table> end </body></html>"""
    assert read(tmp_path / "a.xls", page) == [
        ("", [[("A1", "מספר פנייה"), ("B1", "תאריך")], [("A3", "1"), ("B3", "01/10/2026 08:10")]])
    ]


def test_cells_that_span_leave_the_others_blank(tmp_path: Path) -> None:
    page = (
        "<table><tr><td rowspan=2>a</td><td colspan='2'>b</td><td>c</td></tr><tr><td>d</td><td>e</td><td>f</td></tr>"
        "<tr><td>g</td></tr></table>"
    )
    [(_, rows)] = read(tmp_path / "a.xls", page)
    assert rows == [
        [("A1", "a"), ("B1", "b"), ("C1", None), ("D1", "c")],
        [("A2", None), ("B2", "d"), ("C2", "e"), ("D2", "f")],
        [("A3", "g")],
    ]


def test_tables_are_sheets_and_one_in_a_cell_is_its_own(tmp_path: Path) -> None:
    inner = "<table><tr><td>1</td></tr><tr><td>2</td></tr></table>"
    page = f"<table><tr><td>a{inner}</td></tr><tr><td>b</td></tr></table><table><tr><td>alone</td></tr></table>"
    assert [(name, [[one for _, one in row] for row in rows]) for name, rows in read(tmp_path / "a.xls", page)] == [
        ("table 1", [["a"], ["b"]]),
        ("table 2", [["1"], ["2"]]),
    ]


def test_windows_hebrew(tmp_path: Path) -> None:
    page = "<table><tr><td>מספר פנייה</td></tr><tr><td>תברואה וניקיון</td></tr></table>"
    assert read(tmp_path / "a.xls", page, "cp1255") == [("", [[("A1", "מספר פנייה")], [("A2", "תברואה וניקיון")]])]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<!DOCTYPE html><html><body>Log in</body></html>", "not_a_table"),
        ("<table><tr><td>1</td></tr></table>", "not_a_table"),
        ("<table>" * 40 + "<tr><td>1<tr><td>2", "not_a_table"),
        ("<table><tr>" + "<td colspan=1000>" * 3_000 + "<tr><td>1", "too_many_cells"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, page: str, code: str) -> None:
    with pytest.raises(RejectFile) as problem:
        read(tmp_path / "a.xls", page)
    assert problem.value.code == code
