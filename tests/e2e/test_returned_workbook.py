"""The month of a clumsy hand: a staff workbook typed, pasted and saved by LibreOffice comes back, each fault at its cell.

Nothing right is refused, whatever its spelling; what is unlikely is taken and asked about; mended where it was marked,
the workbook is taken whole.
"""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from collectors.staff_workbook.layout import RETURNED, SHEETS
from collectors.staff_workbook.write import FIRST_ROW
from publishers.returned import RED, YELLOW
from tests.e2e import hostile
from tests.e2e.command_line import Run

TODAY = "2026-11-08"
SECRET = "050-7654321"


@dataclass
class Typed:
    """A row as somebody typed it: what is said of which column (a code of a refusal or a doubt), and what mends it."""

    sheet: str
    values: dict[str, Any]
    refused: dict[str, str] = field(default_factory=dict)
    doubted: dict[str, str] = field(default_factory=dict)
    says: str = ""
    mended: dict[str, Any] = field(default_factory=dict)


def initiative(part: str, amount: Any = 2, month: Any = "2026-10", **rest: Any) -> dict[str, Any]:
    return {"month": month, "indicator": "יוזמות קהילתיות שנוצרו בקבוצות", "part": part, "amount": amount, **rest}


TRAINING = "הכשרת בעלי תפקידים"
ROWS = [
    # Spelled as people spell.
    Typed("spaces", {"title": "שכונת הגפן", "asset": "ווטסאפ", "kind": "קבוצה פתוחה", "operated_by": "תושבים"}),
    Typed("spaces", {"title": "עדכוני העירייה", "asset": "וואצאפ", "kind": "קבוצת עדכון", "operated_by": "רשות"}, doubted={"kind": "taken_as"}, refused={}),
    Typed("spaces", {"title": "דף הרשות", "asset": "פייס", "kind": "עמוד", "operated_by": "הרשות"}),
    Typed("spaces", {"title": "קבוצת הורים", "asset": "טלגרם", "kind": "קבוצה פתוחה", "operated_by": "תושבים"}, refused={"asset": "unknown_word"}, says="פייסבוק", mended={"asset": "וואטסאפ"}),
    Typed("spaces", {"title": "קבוצת ספורט", "asset": "וואטסאפפ", "kind": "קבוצה פתוחה", "operated_by": "תושבים"}, refused={"asset": "unknown_word"}, says="אולי הכוונה ל: ⁨וואטסאפ⁩?", mended={"asset": "וואטסאפ"}),
    Typed("staff", {"chat_name": "מוקד העירייה", "phone": SECRET, "department": "מוקד"}),
    Typed("staff", {"chat_name": "דוברות", "email": "dover(at)town"}, refused={"email": "not_an_email"}, mended={"email": "dover@town.example"}),
    # The report's own words, the workbook's own, and short forms.
    Typed("monthly", initiative("מפגש שכנים")),
    Typed("monthly", initiative("סביבה")),
    Typed("monthly", initiative("תרבות ופנאי")),
    Typed("monthly", initiative("שכנים", 3), doubted={"part": "taken_as"}),
    Typed("monthly", {"month": "2026-10", "indicator": "מפגשים בין תושבים מחוץ לקבוצה", "part": "פנים אל פנים", "amount": 4}, doubted={"part": "taken_as"}),
    Typed("monthly", {"month": "2026-10", "indicator": "מפגשים בין תושבים מחוץ לקבוצה", "part": "מפגשים דיגיטליים", "amount": 1}),
    Typed("monthly", {"month": "2026-10", "indicator": "תגובות לניוזלטר", "part": "ענו במייל", "amount": 12}),
    Typed("monthly", {"month": "2026-10", "indicator": "תגובות לניוזלטר", "part": "השיבו בדואר אלקטרוני", "amount": 3}),
    Typed("monthly", {"month": "2026-10", "indicator": "שיתופי פעולה עסקיים שנרקמו בקבוצות", "part": "קנייה קבוצתית מעסקים קטנים", "amount": 1}),
    Typed("monthly", {"month": "2026-10", "indicator": "תגובות לניוזלטר", "part": "נרשמו לארוע", "amount": 5}, refused={"part": "unknown_part"}, says="נרשמו לאירוע", mended={"part": "נרשמו לאירוע"}),
    Typed("monthly", {"month": "2026-10", "indicator": "תגובות לניוזלטר", "part": "סביבה", "amount": 5}, refused={"part": "unknown_part"}, says="אפשר לכתוב", mended={"part": "המשיכו לדיון"}),
    # Months, days, hours and amounts as they are typed.
    Typed("monthly", initiative("סביבה", month="10/2026")),
    Typed("monthly", initiative("סביבה", month="אוקטובר 2026")),
    Typed("monthly", initiative("סביבה", month=date(2026, 10, 1))),
    Typed("monthly", initiative("סביבה", month=46296), doubted={"month": "serial_as_month"}),
    Typed("monthly", initiative("סביבה", month="202610")),
    Typed("monthly", initiative("סביבה", month="אוקטובר"), refused={"month": "not_a_month"}, mended={"month": "2026-10"}),
    Typed("monthly", initiative("סביבה", month="2027-10"), doubted={"month": "month_ahead"}),
    Typed("monthly", {"month": "2026-10", "indicator": TRAINING, "part": "שעות אדם בהכשרה", "amount": "3:30"}, doubted={"amount": "clock_as_hours"}),
    Typed("monthly", {"month": "2026-10", "indicator": TRAINING, "part": "אנשים שהוכשרו", "amount": "שלוש"}, refused={"amount": "not_a_number"}, mended={"amount": 3}),
    Typed("monthly", {"month": "2026-10", "indicator": TRAINING, "amount": 5}, refused={"part": "part_missing"}, mended={"part": "אנשים שהוכשרו"}),
    Typed("monthly", initiative("עזרה הדדית", "כ-20"), refused={"amount": "not_a_number"}, mended={"amount": 20}),
    Typed("monthly", initiative("עזרה הדדית", -2), refused={"amount": "too_small"}, mended={"amount": 2}),
    Typed("monthly", initiative("ביטחון ובטיחות", 2.5), doubted={"amount": "fraction_of_count"}),
    Typed("investment", {"month": "2026-10", "indicator": "השקעת הרשות בנכסים הדיגיטליים", "part": "שקלים", "amount": "₪1,350"}, doubted={"part": "taken_as"}),
    Typed("investment", {"month": "2026-10", "indicator": "השקעת הרשות בנכסים הדיגיטליים", "part": "משרות", "amount": 0.5}),
    Typed("routines", {"routine": "פגישה שבועית", "indicator": "שגרות עבודה ומדיניות", "form": "שגרת עבודה", "from_day": "46296"}, doubted={"from_day": "serial_as_day"}),
    Typed("routines", {"routine": "נוהל מענה", "indicator": "שגרות עבודה ומדיניות", "form": "מדיניות", "from_day": "32/10/2026"}, refused={"from_day": "not_a_date"}, mended={"from_day": date(2026, 10, 3)}),
    Typed("members", {"month": "2026-10", "space": "דף הרשות", "members": "30,600"}, doubted={"members": "far_from_last_month"}),
    Typed("members", {"month": "2026-10", "space": "שכונת הגפו", "members": 120}, refused={"space": "space_not_listed"}, says="שכונת הגפן", mended={"space": "שכונת הגפן"}),
    Typed("publications", {"published_day": date(2026, 10, 5), "asset": "אתר הרשות", "topic": "תהליך", "process_kind": "תקציב", "language": "עברית", "stage": "רעיון"}, doubted={"topic": "taken_as"}),
    Typed("publications", {"published_day": "5.10.26", "asset": "אתר", "topic": "שירות לתושב", "language": "עברית"}, doubted={"asset": "taken_as"}),
    Typed("events", {"kind": "יום הולדת", "title": "יום העיר", "first_day": date(2026, 10, 20)}, refused={"kind": "unknown_word"}, says="יום קצר", mended={"kind": "יום קצר"}),
]  # fmt: skip
BEFORE = [{"month": f"2026-{month:02d}", "space": "page", "members": 1000 + month} for month in range(3, 10)]


@dataclass
class Clerk:
    """Somebody who fills in workbooks of a town."""

    folder: Path
    run: Run

    def kehila(self, *words: str | Path) -> Any:
        return self.run("--config", self.folder / "kehila.toml", "--today", TODAY, *words)

    def imported(self, path: Path) -> dict[str, Any]:
        ran = self.kehila("import", path, "--json")
        assert ran.out, ran.err
        (report,) = json.loads(ran.out)["files"]
        return dict(report)


@pytest.fixture
def clerk(tmp_path: Path, run: Run) -> Clerk:
    """A town of which the members of a page were counted since March."""
    from collectors.staff_workbook.write import write_staff_workbook

    found = Clerk(tmp_path / "town", run)
    hostile.town(found.folder).engine.dispose()
    first = tmp_path / "march.xlsx"
    page = {"space": "page", "title": "דף הרשות", "asset": "facebook", "kind": "page", "operated_by": "authority"}
    write_staff_workbook(first, spaces=[page], entries={"members": BEFORE})
    assert found.imported(first)["status"] == "read"
    return found


def fill(path: Path, rows: list[Typed]) -> dict[int, int]:
    """Type rows below what stands on their sheets; gives the number of each."""
    book = load_workbook(path)
    numbers = {}
    for place, row in enumerate(rows):
        sheet = book[SHEETS[row.sheet].title["he"]]
        columns = {str(cell.value).split(".")[1]: cell.column for cell in sheet[1] if cell.value}
        typed = [columns[name] for name in row.values]
        number = FIRST_ROW + 1
        while any(sheet.cell(number, at).value is not None for at in columns.values()):
            number += 1
        assert typed
        for name, value in row.values.items():
            sheet.cell(number, columns[name]).value = value
        numbers[place] = number
    book.save(path)
    return numbers


def saved_by_office(path: Path, scratch: Path) -> None:
    """Open and save a workbook as LibreOffice does."""
    profile, kind = f"-env:UserInstallation=file://{scratch}/profile", "xlsx:Calc MS Excel 2007 XML"
    command = ["soffice", "--headless", profile, "--convert-to", kind, "--outdir", scratch / "saved", path]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    shutil.move(scratch / "saved" / path.name, path)


def places(rows: list[Typed], numbers: dict[int, int], said: str) -> dict[tuple[str, str], str]:
    """(Sheet, cell) -> code of what is expected there."""
    from openpyxl.utils import get_column_letter

    found = {}
    for place, row in enumerate(rows):
        layout = SHEETS[row.sheet]
        columns = [one.id for one in layout.columns]
        for name, code in getattr(row, said).items():
            found[layout.title["he"], f"{get_column_letter(columns.index(name) + 1)}{numbers[place]}"] = code
    return found


def coloured(path: Path, colour: str) -> dict[tuple[str, str], str]:
    """(Sheet, cell) -> note, of the cells of a colour outside the first sheet."""
    book = load_workbook(path)
    return {
        (sheet.title, cell.coordinate): cell.comment.text if cell.comment else ""
        for sheet in book.worksheets
        if sheet.title != RETURNED["he"]
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb == colour
    }


@pytest.mark.parametrize(
    "is_saved",
    [
        False,
        pytest.param(
            True,
            marks=[
                pytest.mark.more,
                pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed"),
            ],
        ),
    ],
)
def test_a_clumsy_month_comes_back_and_is_taken_when_mended(clerk: Clerk, tmp_path: Path, is_saved: bool) -> None:
    path = tmp_path / "october.xlsx"
    assert clerk.kehila("workbook", path).code == 0
    numbers = fill(path, ROWS)
    if is_saved:
        saved_by_office(path, tmp_path)
    report = clerk.imported(path)

    notes = {(one["sheet"], one["cell"]): one for one in report["cells"]}
    refused = {place: one["code"] for place, one in notes.items() if one["is_refused"]}
    doubted = {place: one["code"] for place, one in notes.items() if not one["is_refused"]}
    assert refused == places(ROWS, numbers, "refused")
    assert doubted == places(ROWS, numbers, "doubted")
    assert report["quarantined"] == sum(bool(row.refused) for row in ROWS) and report["status"] == "partial"

    back = clerk.folder / report["returned"]
    assert stat.S_IMODE(back.stat().st_mode) == 0o600
    red, yellow = coloured(back, RED), coloured(back, YELLOW)
    assert set(red) == set(refused) and set(yellow) == set(doubted) - set(refused)
    assert all(re.search("[א-ת]{3}", note) and "…" not in note for note in (*red.values(), *yellow.values()))
    for place, row in enumerate(ROWS):
        if row.says:
            (where,) = places([row], {0: numbers[place]}, "refused")
            assert row.says in red[where]
    first = load_workbook(back).worksheets[0]
    listed = [str(cell.value) for row in first.iter_rows() for cell in row if cell.value]
    assert first.title == RETURNED["he"] and {cell for _, cell in refused} <= set(listed)
    aside = clerk.kehila("quarantine", "list", "--language", "he").out
    assert len(aside.splitlines()) == report["quarantined"] and not re.search("the value|choose", aside)

    book = load_workbook(back)
    for place, row in enumerate(ROWS):
        sheet = book[SHEETS[row.sheet].title["he"]]
        columns = {str(cell.value).split(".")[1]: cell.column for cell in sheet[1] if cell.value}
        for name, value in row.mended.items():
            sheet.cell(numbers[place], columns[name]).value = value
    book.save(back)
    if is_saved:
        saved_by_office(back, tmp_path)
    again = clerk.imported(back)
    assert (again["status"], again["quarantined"]) == ("read", 0)
    assert json.loads(clerk.kehila("quarantine", "list", "--json").out)["items"] == []
    assert coloured(back, RED) == {}
    said = "\n".join(
        str(cell.value) for row in load_workbook(back).worksheets[0].iter_rows() for cell in row if cell.value
    )
    assert "unknown" not in said and "גיליון מספר" not in said  # the first sheet itself is no stranger
