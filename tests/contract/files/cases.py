"""The case of every file format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from collectors.staff_workbook.write import write_staff_workbook
from tests.contract.files.case import FileCase
from tests.e2e import hostile

NAME, PHONE, WRITTEN = "כנריתה צפצפנית", "050-7771234", "סוד כמוס בצינור"


class WhatsAppChat(FileCase):
    """Two exports of one chat: the second begins in the middle of the first."""

    format = "whatsapp_chat"
    gives = {"message": 42, "membership": 1, "coverage": 1}
    canaries = (NAME, "הודעה 14")
    named = "an exported chat says in its name alone which chat it is"

    def write(self, folder: Path) -> Sequence[Path]:
        """The same name in two folders, as a phone writes it each time."""
        paths = [folder / month / "WhatsApp Chat with Garden.txt" for month in ("first", "second")]
        for path, days in zip(paths, (range(14, 28), range(20, 31)), strict=True):
            path.parent.mkdir()
            path.write_text(hostile.chat(days, name=NAME), encoding="utf-8")
        return paths


class Survey(FileCase):
    """Two waves of one questionnaire, with a column of free text."""

    format = "survey"
    gives = {"survey_response": 50, "coverage": 1}
    canaries = (NAME, WRITTEN)

    def write(self, folder: Path) -> Sequence[Path]:
        """September and October."""
        head, *october = hostile.SURVEY
        typed = [[*row, f"{NAME} {WRITTEN}"] for row in october]
        september = [[row[0].replace("-10-", "-09-"), *row[1:]] for row in typed]
        return [
            hostile.table(folder / f"{name}.csv", [[*head, "הערות"], *rows])
            for name, rows in (("a", typed), ("b", september))
        ]


class FacebookGroup(FileCase):
    """Two exports of one group: the later one counts the last days of the earlier one again."""

    format = "facebook_group"
    gives = {"platform_metric": 56, "membership": 28, "coverage": 2}
    canaries = (NAME,)
    named = "an export that does not name its group is known by its file's name"

    def write(self, folder: Path) -> Sequence[Path]:
        """October, with a column of the most active member; then the end of October and the beginning of November."""
        head, *october = hostile.GROUP
        later = [[day, "700", "4", "13"] for day in ("2026-10-27", "2026-10-28", "2026-10-29", "2026-11-01")]
        paths = [folder / month / "neighbours.csv" for month in ("first", "second")]
        for path, rows in zip(paths, (october, later), strict=True):
            path.parent.mkdir()
            hostile.table(path, [[*head, "Top member"], *([*row, NAME] for row in rows)])
        return paths


class StaffWorkbook(FileCase):
    """Two workbooks, each of a month."""

    format = "staff_workbook"
    gives = {"report": 1, "coverage": 2}
    canaries = (NAME, PHONE)

    def write(self, folder: Path) -> Sequence[Path]:
        """The list of staff in both."""
        paths = [folder / f"staff-{month}.xlsx" for month in (10, 11)]
        for path, month in zip(paths, ("2026-10", "2026-11"), strict=True):
            entry = {**hostile.ENTRY, "month": month, "entered_by": NAME}
            people = [{"chat_name": NAME}, {"phone": PHONE}]
            entries = {"spaces": [hostile.NEWS], "monthly": [entry], "staff": people}
            write_staff_workbook(path, months=[month], entries=entries)
        return paths


class Hotline106(FileCase):
    """Two registers: the later one knows how requests of the earlier one ended."""

    format = "hotline_106"
    gives = {"request": 20, "coverage": 1}
    canaries = (NAME, PHONE, WRITTEN)

    def write(self, folder: Path) -> Sequence[Path]:
        """With everything about people that such a register holds."""
        head = ["מספר פנייה", "תאריך פתיחה", "תאריך סגירה", "נושא", "שם הפונה", "טלפון", "תיאור"]
        person = ["תאורה", NAME, PHONE, WRITTEN]
        first = [[str(n), f"{n:02d}/10/2026 08:10", "", *person] for n in range(1, 21)]
        later = [[str(n), f"{n:02d}/10/2026 08:10", f"{n + 2:02d}/10/2026 12:00", *person] for n in range(10, 29)]
        return [hostile.table(folder / f"{name}.csv", [head, *rows]) for name, rows in (("a", first), ("b", later))]


CASES: dict[str, type[FileCase]] = {one.format: one for one in FileCase.__subclasses__()}
