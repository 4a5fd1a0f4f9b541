"""What was sent in the form as the workbook: a month, and the lists, to look at, to keep, or to go on with there."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from collectors.staff_workbook.cells import Book
from collectors.staff_workbook.form import form_table
from collectors.staff_workbook.layout import SHEETS, ReportedIndicator
from collectors.staff_workbook.rows import read_row
from collectors.staff_workbook.write import write_staff_workbook
from entry.book import book_of
from entry.lines import plain
from entry.town import FormTown
from pipeline.land.form import form_settings
from pipeline.land.returned import asked_of_staff
from pipeline.upkeep.spaces import space_rows
from texts import Language


def workbook(town: FormTown, month: str, language: Language) -> bytes:
    """The workbook in a language, made out for the town. The roster is not in it: of what was sent nothing is kept."""
    book, key = Book(town.contents), form_settings(town.store).digest_key
    for code, title in town.spaces.items():
        book.add_space(code, title)
    entries: dict[str, list[dict[str, Any]]] = {}
    for layout in (one for one in SHEETS.values() if one.id != "spaces"):  # as they are registered, these are
        lines = town.lines(book_of(layout, month)).values()
        sent = [one.sent or {} for one in lines if one.sheet == layout.id and plain(one.sent)]
        table = form_table(layout, [town.cells(layout, one, month) for one in sent], language)
        rows = entries.setdefault(layout.id, [])
        for line, row in zip(sent, table.rows, strict=True):
            values, _, _ = read_row(table, row, book, key)
            # What is only noted as there (evidence) is written as it was typed, and so is what cannot be read any more.
            typed = {name: text for name, text in plain(line).items() if values.get(name) in (None, True)}
            kept = {name: value for name, value in values.items() if name != "entered_by"} | typed
            if layout.id == "periods" and (same := next((one for one in rows if one["month"] == month), None)):
                same |= {name: value for name, value in kept.items() if value is not None}
                continue
            rows.append({name: value for name, value in kept.items() if value is not None})
    linked = [ReportedIndicator(one.id, one.header.title.model_dump()) for one in town.store.catalogue.values()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        write_staff_workbook(
            path, language=language, reported=asked_of_staff(), months=[month], entries=entries,
            spaces=space_rows(town.store), authority=town.account.authority, linked=linked,
        )  # fmt: skip
        return path.read_bytes()
