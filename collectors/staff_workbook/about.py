"""What can be told of a row that was put aside: of which sheet, months, indicator and place it speaks.

Belongs here: what makes known that a month lacks the row. Nothing of it is what the row says, or of a person.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from collectors.errors import Argument
from collectors.staff_workbook.layout import SheetLayout

DATED = frozenset({"staff_report", "staff_publication", "staff_membership"})
"""Streams whose rows are of some months; what the others say holds for all of them."""
_DAYS = ("published_day", "first_day")


def about_row(layout: SheetLayout, values: Mapping[str, Any]) -> dict[str, Argument]:
    """What could be read of a row, by its columns; `values` are those whose cells could be taken."""
    filled = {column.fills: values.get(column.id) for column in layout.columns if column.fills}
    said = {"indicator": layout.indicator or filled.get("indicator"), "space": filled.get("space")}
    return {"sheet": layout.id, **{name: str(value) for name, value in said.items() if value}, **_days_said(filled)}


def days_about(records: Iterable[Mapping[str, Any]]) -> dict[str, Argument]:
    """The first and last day any of these records speaks of; {} where none names one."""
    found = [days for days in map(_days_said, records) if days]
    if not found:
        return {}
    return {"since": min(str(one["since"]) for one in found), "until": max(str(one["until"]) for one in found)}


def _days_said(record: Mapping[str, Any]) -> dict[str, Argument]:
    if month := record.get("month"):
        year, number = int(month[:4]), int(month[5:])
        return {"since": f"{month}-01", "until": f"{month}-{monthrange(year, number)[1]}"}
    if begins := record.get("in_force_from"):
        return {"since": begins.isoformat(), "until": (record.get("in_force_to") or date.max).isoformat()}
    day = next((record[name] for name in _DAYS if record.get(name)), None)
    return {"since": day.isoformat(), "until": day.isoformat()} if day else {}
