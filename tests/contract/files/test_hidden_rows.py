"""What a filter hides is read all the same, and said: asked of every table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from pipeline.land.files import import_file, look_at
from tests.contract.files.case import facts
from tests.contract.files.cases import CASES
from tests.e2e import hostile
from tests.said import in_words


@pytest.mark.parametrize("name", sorted(name for name in CASES if name != "whatsapp_chat"))
def test_a_row_hidden_by_a_filter_is_read_and_said(tmp_path: Path, name: str) -> None:
    files = tmp_path / "files"
    files.mkdir()
    path = CASES[name]().write(files)[0]
    shown, hidden = path.with_suffix(".shown.xlsx"), path.with_suffix(".xlsx")
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
    else:
        raw = path.read_bytes()
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        book = openpyxl.Workbook()
        assert book.active is not None
        dialect = csv.Sniffer().sniff(text.splitlines()[-1], ",;\t")
        for row in csv.reader(io.StringIO(text), dialect):
            book.active.append(row)
    book.save(shown)
    if look_at(shown, None).status != "read":
        pytest.skip("no workbook of this kind is read")
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            sheet.row_dimensions[
                max(cell.row for row in sheet.iter_rows() for cell in row if cell.value is not None)
            ].hidden = True
    book.save(hidden)
    outcomes = []
    for number, written in enumerate((shown, hidden)):
        place = tmp_path / str(number)
        place.mkdir()
        written.rename(place / path.with_suffix(".xlsx").name)
        store = hostile.town(place / "town")
        report = import_file(store, place / path.with_suffix(".xlsx").name)
        assert any("hidden in the sheet" in notice for notice in in_words(report.notices)) is bool(number), in_words(
            report.notices
        )
        outcomes.append({fact: len(rows) for fact, rows in facts(store).items()})
        store.engine.dispose()
    assert outcomes[0] == outcomes[1] != {}
