"""Writes the staff workbook: empty for people to fill, or filled (the demo town, round-trip tests).

Everything in it comes from the declared layout. Belongs here: sheets, formats, drop-downs, checks
that Excel makes while people type. Does not: reading, and what the rows mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from collectors.staff_workbook.hidden_sheet import FIRST_LIST_COLUMN, records
from collectors.staff_workbook.layout import (
    HIDDEN_SHEET,
    INSTRUCTIONS,
    MESSAGES,
    REPORTED,
    SHEETS,
    WORDS,
    Column,
    Entry,
    ReportedIndicator,
    SheetLayout,
    entry_for,
    header,
)

Rows = Sequence[Mapping[str, Any]]

ID_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 2
RIGHT_TO_LEFT = ("he", "ar")
_FONT = {"font_name": "Arial", "font_size": 11}
_RULED_ROWS = 22
_LATIN = frozenset({"month", "phone", "email", "code"})
_NUMBER_FORMATS = {"day": "dd/mm/yyyy", "number": "#,##0.##", "whole": "#,##0", "share": "0.00"}


def write_staff_workbook(
    path: Path,
    *,
    language: str = "he",
    reported: Sequence[ReportedIndicator] = REPORTED,
    spaces: Rows = (),
    months: Sequence[str] = (),
    entries: Mapping[str, Rows] | None = None,
    authority: str = "",
    linked: Sequence[ReportedIndicator] = (),
) -> None:
    """Write a workbook in one `language`, asking for the `reported` indicators of these `months`.

    `authority` is the code it is made out for. `spaces` are rows of the sheet `spaces` the town already has; `entries`
    maps a sheet's id to rows of column id -> value, with codes for words, `YYYY-MM` for months, dates, numbers and
    booleans; what a row has under `note` is shown beside it.
    `linked` are the indicators a programme's goal may be tied to, the reported ones when empty.
    """
    filled = {sheet: list(rows) for sheet, rows in (entries or {}).items()}
    filled["spaces"] = [*spaces, *filled.get("spaces", [])]
    with xlsxwriter.Workbook(str(path)) as book:
        _Writer(book, language, [entry_for(i) for i in reported], linked or reported, months, filled).write(authority)


class _Writer:
    """The state of one workbook while it is written: formats, lists and the places they stand at."""

    def __init__(
        self,
        book: Any,
        language: str,
        entries: Sequence[Entry],
        linked: Sequence[ReportedIndicator],
        months: Sequence[str],
        filled: Mapping[str, Rows],
    ) -> None:
        self.book, self.language, self.entries, self.months = book, language, entries, months
        self.linked, self.filled = linked, filled
        self.by_id = {entry.indicator.id: entry.indicator for entry in entries}
        self.space_titles = _titles_of(filled["spaces"])
        # Excel's code: 1 left to right, 2 right to left; without it a full stop stands where the sheet begins.
        font = {**_FONT, "reading_order": 2 if language in RIGHT_TO_LEFT else 1}
        latin = {**_FONT, "reading_order": 1}
        self.header_format = book.add_format(
            {**font, "bold": True, "bg_color": "#DCE9F2", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.heading = book.add_format({**font, "bold": True, "font_size": 14})
        self.plain = book.add_format({**font, "text_wrap": True, "valign": "top"})
        looks = {"text": {**font, "num_format": "@"}, "latin": {**latin, "num_format": "@"}}
        looks |= {kind: {**latin, "num_format": shape} for kind, shape in _NUMBER_FORMATS.items()}
        self.looks = {kind: book.add_format(look) for kind, look in looks.items()}
        self.ruled = {kind: book.add_format({**look, "border": 4}) for kind, look in looks.items()}

    def write(self, authority: str) -> None:
        """All sheets, the hidden one last."""
        # Sheets are made before lists are placed, because a list of spaces refers to another sheet.
        first = self._sheet(INSTRUCTIONS[self.language])
        sheets = {layout.id: self._sheet(layout.title[self.language]) for layout in SHEETS.values()}
        self.hidden = self.book.add_worksheet(HIDDEN_SHEET)
        self.hidden.hide()
        self.lists: dict[str, str] = {}
        self.next_list = FIRST_LIST_COLUMN
        spaces = {str(row["space"]): str(row.get("title") or "") for row in self.filled["spaces"] if row.get("space")}
        for number, record in enumerate(
            records(authority, self.language, self.months, self.entries, self.linked, spaces)
        ):
            for place, value in enumerate(record):
                self.hidden.write_string(number, place, value)
        self._instructions(first)
        for layout in SHEETS.values():
            self._topic(sheets[layout.id], layout)
        first.activate()

    def _sheet(self, title: str) -> Any:
        sheet = self.book.add_worksheet(title)
        if self.language in RIGHT_TO_LEFT:
            sheet.right_to_left()
        sheet.set_default_row(18)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def _topic(self, sheet: Any, layout: SheetLayout) -> None:
        # The first row names sheet and column for the reader, whatever people do to headers and order.
        sheet.set_row(ID_ROW, None, None, {"hidden": True})
        sheet.set_row(HEADER_ROW, 36)
        sheet.freeze_panes(FIRST_ROW, 0)
        sheet.repeat_rows(HEADER_ROW)
        rows = self._rows(layout)
        last = FIRST_ROW + max(layout.rows, len(rows)) - 1
        for place, column in enumerate(layout.columns):
            sheet.set_column(place, place, self._width(column), self.looks[_look(column)])
            sheet.write_string(ID_ROW, place, f"{layout.id}.{column.id}")
            sheet.write_string(HEADER_ROW, place, header(column, self.language), self.header_format)
            if column.note:
                sheet.write_comment(HEADER_ROW, place, column.note[self.language], {"x_scale": 2})
            check = self._check(layout, column)
            if check:
                sheet.data_validation(FIRST_ROW, place, last, place, check)
        for number, row in enumerate(rows, start=FIRST_ROW):
            if note := row.get("note"):
                sheet.write_comment(number, 0, str(note), {"x_scale": 3})
            for place, column in enumerate(layout.columns):
                self._cell(sheet, number, place, column, row.get(column.id), str(row.get("indicator", "")))

        for number in range(FIRST_ROW + len(rows), FIRST_ROW + _RULED_ROWS):  # on paper it is a form to fill in
            for place, column in enumerate(layout.columns):
                sheet.write_blank(number, place, None, self.ruled[_look(column)])

    def _width(self, column: Column) -> int:
        """As declared, or what the longest word of its list takes."""
        return max([column.width, *(len(texts[self.language]) + 2 for texts in WORDS.get(column.words, {}).values())])

    def _rows(self, layout: SheetLayout) -> Rows:
        rows = self.filled.get(layout.id, [])
        if layout.id == "periods":
            written = {row["month"] for row in rows}
            return [*rows, *({"month": month} for month in self.months if month not in written)]
        if layout.id == "assets":
            written = {row["asset"] for row in rows}
            return [*rows, *({"asset": asset} for asset in WORDS["asset"] if asset not in written)]
        return rows

    def _cell(self, sheet: Any, number: int, place: int, column: Column, value: Any, indicator: str) -> None:
        if value is None or value == "":
            return
        style = self.looks[_look(column)]
        if column.type == "day" and isinstance(value, date):
            sheet.write_datetime(number, place, value, style)
        elif column.type in ("number", "whole", "share") and not isinstance(value, str):
            sheet.write_number(number, place, value, style)
        else:
            sheet.write_string(number, place, self.word(column, value, indicator), style)

    def word(self, column: Column, value: Any, indicator: str = "") -> str:
        """A value as people see it: codes become words of the workbook's language."""
        language = self.language
        match column.type:
            case "words":
                return WORDS[column.words][value][language] if value in WORDS[column.words] else str(value)
            case "yes_no" if isinstance(value, bool):
                return WORDS["yes_no"]["yes" if value else "no"][language]
            case "indicator" if value in self.by_id:
                return self.by_id[value].title[language]
            case "part" if indicator in self.by_id:
                titles = {part.code: part.title[language] for part in self.by_id[indicator].parts}
                return titles.get(value, str(value))
            case "linked":
                return next((i.title[language] for i in self.linked if i.id == value), str(value))
            case "space":
                return self.space_titles.get(value, str(value))
            case "names" if not isinstance(value, str):
                return "; ".join(value)
        return str(value)

    def _check(self, layout: SheetLayout, column: Column) -> dict[str, Any] | None:
        """What Excel checks while people type; the words of the error are the workbook's own."""
        kind = {"month": "month", "day": "day", "whole": "whole", "share": "share", "number": "number"}.get(column.type)
        if kind == "number" and column.minimum is None:
            kind = "any_number"
        source = self._source(layout, column)
        if kind is None and source is None:
            return None
        texts = MESSAGES["validation"]
        check: dict[str, Any] = {
            "error_title": texts["title"][self.language],
            "error_message": texts[kind or "list"][self.language],
        }
        if source is not None:
            # People may need an older month, or a space by its code: they are warned, not stopped.
            soft = column.type in ("month", "space", "linked")
            return {**check, "validate": "list", "source": source, "error_type": "warning" if soft else "stop"}
        limits: dict[str, dict[str, Any]] = {
            "day": {
                "validate": "date",
                "criteria": "between",
                "minimum": date(1950, 1, 1),
                "maximum": date(2100, 1, 1),
            },
            "number": {"validate": "decimal", "criteria": ">=", "value": 0},
            "any_number": {"validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12},
            "whole": {"validate": "integer", "criteria": ">=", "value": 0},
            "share": {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1},
        }
        return {**check, **limits[kind]} if kind in limits else None

    def _source(self, layout: SheetLayout, column: Column) -> str | None:
        """The range a drop-down shows."""
        match column.type:
            case "words" | "yes_no":
                words = column.words or "yes_no"
                return self._list(words, lambda: [t[self.language] for t in WORDS[words].values()])
            case "month":
                return self._list("months", lambda: self.months)
            case "indicator":
                return self._list(f"indicators of {layout.id}", lambda: self._titles(layout.id))
            case "linked":
                return self._list("linked", lambda: [i.title[self.language] for i in self.linked])
            case "space":
                spaces = SHEETS["spaces"]
                letter = xl_col_to_name([c.id for c in spaces.columns].index("title"))
                return f"='{spaces.title[self.language]}'!${letter}${FIRST_ROW + 1}:${letter}${FIRST_ROW + spaces.rows}"
            case "part":
                return self._parts_source(layout)
        return None

    def _titles(self, sheet: str) -> list[str]:
        return [entry.indicator.title[self.language] for entry in self.entries if entry.sheet == sheet]

    def _parts_source(self, layout: SheetLayout) -> str | None:
        """The parts of the indicator chosen in the same row: a run of the hidden list, found by its title."""
        pairs = [
            (entry.indicator.title[self.language], part.title[self.language])
            for entry in self.entries
            if entry.sheet == layout.id
            for part in entry.indicator.parts
        ]
        owners = self._list(f"owners of {layout.id}", lambda: [owner for owner, _ in pairs])
        parts = self._list(f"parts of {layout.id}", lambda: [part for _, part in pairs])
        if owners is None or parts is None:
            return None
        chosen = f"${xl_col_to_name([c.id for c in layout.columns].index('indicator'))}{FIRST_ROW + 1}"
        run, first = owners.removeprefix("="), parts.removeprefix("=").split(":")[0]
        return f"=OFFSET({first},MATCH({chosen},{run},0)-1,0,COUNTIF({run},{chosen}),1)"

    def _list(self, name: str, values: Callable[[], Sequence[str]]) -> str | None:
        """The place of a drop-down list on the hidden sheet, written there when first asked for."""
        if name not in self.lists:
            words = values()
            letter = xl_col_to_name(self.next_list)
            for number, word in enumerate(words):
                self.hidden.write_string(number, self.next_list, word)
            self.next_list += 1
            self.lists[name] = f"={HIDDEN_SHEET}!${letter}$1:${letter}${len(words)}" if words else ""
        return self.lists[name] or None

    def _instructions(self, sheet: Any) -> None:
        texts, language = MESSAGES["instructions"], self.language
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 2, 48)
        sheet.write_string(0, 0, texts["heading"][language], self.heading)
        number = 2
        for line in texts["lines"]:
            sheet.merge_range(number, 0, number, 2, line[language], self.plain)
            sheet.set_row(number, 34)
            number += 1
        sheet.write_string(number + 1, 0, texts["sheets"][language], self.heading)
        number += 2
        for layout in SHEETS.values():
            sheet.write_url(
                number, 0, f"internal:'{layout.title[language]}'!A{HEADER_ROW + 1}", string=layout.title[language]
            )
            sheet.merge_range(number, 1, number, 2, layout.about[language], self.plain)
            sheet.set_row(number, 34)
            number += 1
        sheet.write_string(number + 1, 0, texts["examples"][language], self.heading)
        number += 2
        for example in MESSAGES["examples"]:
            layout = SHEETS[example["sheet"]]
            for name, value in example["values"].items():
                column = layout.column(name)
                word = self.word(column, value, str(example["values"].get("indicator", "")))
                for place, text in enumerate((layout.title[language], column.title[language], word)):
                    sheet.write_string(number, place, text, self.plain)
                number += 1
            number += 1


def _look(column: Column) -> str:
    """The format of a column: signs stand before numbers, and what is in Latin letters goes its own way."""
    if column.type in _NUMBER_FORMATS:
        return column.type
    return "latin" if column.type in _LATIN else "text"


def _titles_of(spaces: Rows) -> dict[Any, str]:
    """Code -> title of the spaces whose title is theirs alone; others are written by code."""
    titles = [row.get("title") for row in spaces]
    return {
        row["space"]: str(row["title"])
        for row in spaces
        if row.get("space") and row.get("title") and titles.count(row["title"]) == 1
    }
