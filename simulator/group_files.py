"""Facebook group insights as exported: daily numbers, English CSV or Hebrew xlsx.

The English export is handed over in two parts, before and after the platform changed its columns;
the Hebrew one is one file in which the withdrawn column stays empty from the break on.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from simulator.facebook import APPEARING, WITHDRAWN
from simulator.model import FacebookGroup, GroupDay

ENGLISH = {
    "members": "Total members",
    "joined": "New members",
    "left": "Members left",
    "posts": "Posts",
    "comments": "Comments",
    "reactions": "Reactions",
    "active_members": "Active members",
    WITHDRAWN: "Views",
    APPEARING: "Unique viewers of content",
}
HEBREW = {
    "members": "מספר חברים",
    "joined": "חברים חדשים",
    "left": "חברים שעזבו",
    "posts": "פוסטים",
    "comments": "תגובות",
    "reactions": "תגובות רגש",
    "active_members": "חברים פעילים",
    WITHDRAWN: "צפיות",
    APPEARING: "צופים ייחודיים בתוכן",
}


def write_group(folder: Path, group: FacebookGroup) -> list[Path]:
    """Write a group's export; gives the files."""
    if group.file_kind == "xlsx-he":
        path = folder / f"תובנות קבוצה - {group.place.code}.xlsx"
        _write_xlsx(path, group)
        return [path]
    before = [day for day in group.days if WITHDRAWN in day.amounts]
    after = [day for day in group.days if APPEARING in day.amounts]
    written = []
    for number, days in enumerate((before, after), start=1):
        if days:
            path = folder / f"group-insights-{group.place.code}-{number}.csv"
            path.write_bytes(_csv(group, days))
            written.append(path)
    return written


def _csv(group: FacebookGroup, days: Sequence[GroupDay]) -> bytes:
    names = [name for name in ENGLISH if name in days[0].amounts]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["Group name", group.place.name])
    writer.writerow([])
    writer.writerow(["Date", *(ENGLISH[name] for name in names)])
    for day in days:
        writer.writerow([day.day.isoformat(), *(day.amounts[name] for name in names)])
    return text.getvalue().encode("utf-8-sig")


def _write_xlsx(path: Path, group: FacebookGroup) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("נתונים יומיים")
        sheet.right_to_left()
        style = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["שם הקבוצה", group.place.name])
        sheet.write_row(2, 0, ["תאריך", *HEBREW.values()])
        for number, day in enumerate(group.days, start=3):
            sheet.write_datetime(number, 0, day.day, style)
            for place, name in enumerate(HEBREW, start=1):
                if name in day.amounts:
                    sheet.write_number(number, place, day.amounts[name])
