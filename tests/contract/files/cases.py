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
    gives = {"message": 42, "membership": 1, "coverage": 2}
    canaries = (NAME, "הודעה 14")
    named = "an exported chat says in its name alone which chat it is"
    versions = "a message is itself whenever it comes, and is never counted anew"

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
    versions = "which file of a form stands is asked of its people"

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
    less = (0, ",3,12,", ",2,7,")

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
    versions = "workbooks have versions of their own, row by row"

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
    less = (1, ",12/10/2026 12:00,", ",,")

    def write(self, folder: Path) -> Sequence[Path]:
        """With everything about people that such a register holds."""
        head = ["מספר פנייה", "תאריך פתיחה", "תאריך סגירה", "נושא", "שם הפונה", "טלפון", "תיאור"]
        person = ["תאורה", NAME, PHONE, WRITTEN]
        first = [[str(n), f"{n:02d}/10/2026 08:10", "", *person] for n in range(1, 21)]
        later = [[str(n), f"{n:02d}/10/2026 08:10", f"{n + 2:02d}/10/2026 12:00", *person] for n in range(10, 29)]
        return [hostile.table(folder / f"{name}.csv", [head, *rows]) for name, rows in (("a", first), ("b", later))]


class ZoomParticipants(FileCase):
    """A meeting with its head and people, and the list of meetings that holds it too."""

    format = "zoom_participants"
    gives = {"gathering": 1, "attendance": 3, "coverage": 3}
    canaries = (NAME, "kinneret@example.org")
    less = (0, "Kinneret,kinneret@example.org,10/14/2026 08:00:00 PM,10/14/2026 09:10:00 PM,70,Yes", "")

    def write(self, folder: Path) -> Sequence[Path]:
        """Somebody left and came back; the topic is personal as well."""
        head = ["Topic", "Meeting ID", "Start Time", "End Time", "User Email", "Duration (Minutes)", "Participants"]
        times = ["10/14/2026 08:00:00 PM", "10/14/2026 09:10:00 PM"]
        meeting = [WRITTEN, "852 1848 6288", *times, "host@example.org", "71", "4"]
        names = ["Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest"]
        people = [
            [NAME, "", "10/14/2026 08:00:00 PM", "10/14/2026 08:30:00 PM", "30", "Yes"],
            [NAME, "", "10/14/2026 08:31:00 PM", "10/14/2026 09:10:00 PM", "39", "Yes"],
            ["Kinneret", "kinneret@example.org", *times, "70", "Yes"],
            ["Host", "host@example.org", *times, "70", "No"],
        ]
        other = [WRITTEN, "852 1848 6289", "10/20/2026 08:00:00 PM", "10/20/2026 09:00:00 PM", "host@example.org", "60"]
        return [
            hostile.table(folder / "participants.csv", [head, meeting, [], names, *people]),
            hostile.table(folder / "meetinglistdetails_20261001_20261031.csv", [head, meeting, [*other, "1"]]),
        ]


class MailchimpCampaigns(FileCase):
    """Two exports: in the later one more people had opened, and a campaign is new."""

    format = "mailchimp_campaigns"
    gives = {"mailing": 3, "coverage": 2}
    canaries = (NAME, WRITTEN)
    less = (0, ",400,800,", ",390,780,")

    def write(self, folder: Path) -> Sequence[Path]:
        """Titles and subjects are what somebody wrote."""
        head = ["Title", "Subject", "List", "Send Date", "Total Recipients", "Successful Deliveries", "Unique Opens",
                "Total Opens", "Unique Clicks", "Total Clicks", "Unsubscribes", "Unique Id"]  # fmt: skip

        def sent(number: int, opened: int) -> list[str]:
            counts = ["1000", "990", str(opened), str(2 * opened), "50", "70", "3"]
            return [NAME, WRITTEN, "תושבים", f"Oct {number}, 2026 09:00 am", *counts, f"abc{number}"]

        exports = {"a": [sent(day, 400) for day in (1, 8, 15)], "b": [sent(day, 420) for day in (8, 15, 22)]}
        return [hostile.table(folder / f"{name}.csv", [head, *rows]) for name, rows in exports.items()]


class MetaSuite(FileCase):
    """Two exports of a page's posts, the later one with more reactions, and one of its results."""

    format = "meta_suite"
    gives = {"publication": 3, "platform_metric": 3, "coverage": 3}
    canaries = (NAME, WRITTEN)
    less = (0, ",1000,20,5,2", ",900,18,4,1")

    def write(self, folder: Path) -> Sequence[Path]:
        """What a post says is what somebody wrote."""
        head = ["Post ID", "Page ID", "Page name", "Title", "Description", "Publish time", "Permalink", "Date", "Reach",
                "Reactions", "Comments", "Shares"]  # fmt: skip

        def post(day: int, reactions: int) -> list[str]:
            text = ["Gefen", NAME, WRITTEN, f"10/{day}/2026 09:30", "https://www.facebook.com/1/posts/1", "Lifetime"]
            return [f"9{day}", "10001", *text, "1000", str(reactions), "5", "2"]

        exports = {"a": [post(day, 20) for day in (14, 18, 22)], "b": [post(day, 25) for day in (18, 22, 27)]}
        days = [[f"2026-10-{day:02d}T00:00:00", str(day)] for day in (1, 2, 3)]
        results = [["Facebook visits"], ["Date", "Primary"], *days, ["Instagram reach"], ["Date", "Primary"], *days]
        return [
            *(hostile.table(folder / f"{name}.csv", [head, *rows]) for name, rows in exports.items()),
            hostile.table(folder / "results.csv", results, encoding="utf-16"),
        ]


class Ga4Download(FileCase):
    """A month by city; then its days, and what came later."""

    format = "ga4_download"
    gives = {"visit": 1, "coverage": 1}
    canaries = (NAME, WRITTEN)
    less = (0, ",30,35", ",20,25")

    def write(self, folder: Path) -> Sequence[Path]:
        """A property and a page may be called anything."""

        def head(first: str, last: str) -> list[list[str]]:
            return [
                ["# ----"],
                [f"# Property: {NAME}"],
                ["# ----"],
                [f"# Start date: {first}"],
                [f"# End date: {last}"],
            ]

        cities = [["City", "Active users", "Sessions"], [WRITTEN, "40", "60"], ["Ashdod", "30", "35"]]
        days = [["Date", "Active users", "Sessions"], *[[f"202610{day:02d}", "5", "6"] for day in range(1, 31)]]
        return [
            hostile.table(folder / "a.csv", [*head("20261001", "20261031"), *cities]),
            hostile.table(folder / "b.csv", [*head("20261001", "20261030"), *days]),
        ]


CASES: dict[str, type[FileCase]] = {one.format: one for one in FileCase.__subclasses__()}
