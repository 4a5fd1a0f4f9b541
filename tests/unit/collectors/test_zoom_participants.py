"""Zoom's reports as files: every layout of them, what is kept, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings
from collectors.errors import RejectFile
from collectors.tabular import Row, Sheet
from collectors.zoom_participants.layout import Table, first_of_times
from collectors.zoom_participants.reports import ZoomParticipants
from collectors.zoom_participants.settings import ZoomParticipantsSettings
from tests.e2e.hostile import table

Rows = list[dict[str, Any]]
TODAY = date(2026, 11, 29)
HEAD = ["Meeting ID", "Topic", "Start Time", "End Time", "User Email", "Duration (Minutes)", "Participants", ""]
MEETING = ["852 1848 6288", "Quiet topic", "10/14/2026 08:00:30 PM", "10/14/2026 09:10:00 PM", "host@x.org", "70", "3"]
PEOPLE = ["Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest",
          "Recording Consent", "In Waiting Room"]  # fmt: skip
DANA = ["Dana", "dana@x.org", "10/14/2026 08:01:00 PM", "10/14/2026 09:00:00 PM", "59", "No", "", "No"]
NOA = ["Noa (iPhone)", "", "10/14/2026 08:03:00 PM", "10/14/2026 08:30:00 PM", "27", "Yes", "", "No"]
OUTSIDE = ["Amir", "", "10/14/2026 08:05:00 PM", "10/14/2026 08:06:00 PM", "1", "Yes", "", "Yes"]
LIST = ["Topic", "Meeting ID", "User Name", "User Email", "Department", "Creation Time", "Start Time", "End Time",
        "Duration (Minutes)", "Participants", "Purpose"]  # fmt: skip
LISTED = [
    ["Quiet topic", "852 1848 6288", "Host", "host@x.org", "", "09/01/2026 10:00:00 AM", *MEETING[2:4], "70", "3", "public"],
    ["Other", "852 1848 0000", "Host", "host@x.org", "", "09/01/2026 10:00:00 AM", "10/20/2026 10:00:00 AM",
     "10/20/2026 10:20:00 AM", "20", "1", "?"],
]  # fmt: skip
BEGAN = datetime(2026, 10, 14, 17, 0, 30, tzinfo=UTC)


def read(path: Path, **own: Any) -> tuple[Rows, Rows, FileReport]:
    """The meetings and the people of a file."""
    reader, report = ZoomParticipants(), FileReport(str(path))
    assert reader.recognises(path)
    settings = FileSettings(options=ZoomParticipantsSettings(**own), today=TODAY)
    pages = {page.stream.name: page.rows.to_pylist() for page in reader.pages(path, settings, report)}
    return pages["zoom_listed_meeting"], pages.get("zoom_listed_person", []), report


def write(folder: Path, rows: Sequence[Sequence[str]], name: str = "report.csv") -> Path:
    return table(folder / name, rows, encoding="utf-8-sig")


def test_a_report_with_the_meeting_above_its_people(tmp_path: Path) -> None:
    meetings, people, report = read(write(tmp_path, [HEAD, MEETING, [], PEOPLE, DANA, NOA, OUTSIDE]))
    assert [
        (one["number"], one["started_at"], one["minutes"], one["connections"], one["host"]) for one in meetings
    ] == [("85218486288", BEGAN, 70, 3, "host@x.org")]
    assert meetings[0]["listed_from"] is None, "it speaks of one meeting, not of days"
    told = [(one["email"], one["guest"], one["is_internal"], one["is_waiting"]) for one in people]
    assert told == [
        ("dana@x.org", None, True, False),
        (None, "Noa (iPhone)", False, False),
        (None, "Amir", False, True),
    ]
    assert {one["meeting"] for one in people} == {meetings[0]["meeting"]}
    assert people[1]["left_at"] - people[1]["joined_at"] == datetime.resolution * 27 * 60 * 10**6
    assert (report.status, report.details["not_kept"]) == ("read", 0)


def test_a_bare_list_begins_when_the_first_came_and_its_number_is_in_its_name(tmp_path: Path) -> None:
    meetings, people, _ = read(write(tmp_path, [PEOPLE[:6], NOA[:6], DANA[:6]], "participants_85218486288.csv"))
    assert [(one["number"], one["started_at"]) for one in meetings] == [
        ("85218486288", datetime(2026, 10, 14, 17, 1, tzinfo=UTC))
    ]
    assert len(people) == 2
    nameless, _, _ = read(write(tmp_path, [PEOPLE[:6], NOA[:6], DANA[:6]], "list.csv"))
    assert nameless[0]["number"] == ""


def test_lengths_alone_count_from_the_meeting_s_beginning(tmp_path: Path) -> None:
    totals = [["Name (Original Name)", "User Email", "Total Duration (Minutes)", "Guest"], ["Noa", "", "66", "Yes"]]
    _, people, _ = read(write(tmp_path, [HEAD, MEETING, [], *totals]))
    assert [(one["joined_at"], one["left_at"] - one["joined_at"], one["is_total"]) for one in people] == [
        (BEGAN, datetime.resolution * 66 * 60 * 10**6, True)
    ]
    with pytest.raises(RejectFile, match="zoom_no_times"):
        read(write(tmp_path, totals))


def test_a_list_of_meetings_speaks_for_the_days_in_its_name(tmp_path: Path) -> None:
    path = write(tmp_path, [LIST, *LISTED], "meetinglistdetails_20261001_20261031.csv")
    meetings, people, _ = read(path, kind_field="purpose", kinds={"Public": "participation"}, space="hall")
    assert not people
    told = [(one["number"], one["kind"], one["space"], one["listed_from"], one["listed_until"]) for one in meetings]
    days = (date(2026, 10, 1), date(2026, 10, 31))
    assert told == [("85218486288", "participation", "hall", *days), ("85218480000", "other", "hall", *days)]
    by_topic, _, _ = read(path, kind_field="Topic", kinds={"Other": "residents"})
    assert [one["kind"] for one in by_topic] == ["other", "residents"]
    unnamed, _, _ = read(write(tmp_path, [LIST, *LISTED], "meetings.csv"))
    assert {(one["kind"], one["listed_from"], one["listed_until"]) for one in unnamed} == {
        (None, date(2026, 10, 14), date(2026, 10, 20))
    }
    running, _, _ = read(write(tmp_path, [LIST, *LISTED], "meetinglistdetails_20261001_20261231.csv"))
    assert running[0]["listed_until"] == date(2026, 11, 28), "today is not over, and later days have not been"


def test_a_list_with_its_people_in_each_row(tmp_path: Path) -> None:
    rows = [[*LIST, *PEOPLE], *([*LISTED[0], *one] for one in (DANA, NOA)), [*LISTED[1], *DANA]]
    meetings, people, _ = read(write(tmp_path, rows))
    assert [one["number"] for one in meetings] == ["85218486288", "85218480000"]
    assert [one["email"] for one in people] == ["dana@x.org", None, "dana@x.org"], "not the host's"
    assert [one["meeting"] for one in people] == [meetings[0]["meeting"]] * 2 + [meetings[1]["meeting"]]


@pytest.mark.parametrize(
    ("written", "day_first", "day"),
    [
        ("10/14/2026 08:00:00 PM", None, date(2026, 10, 14)),
        ("14/10/2026 20:00", None, date(2026, 10, 14)),
        ("2026-10-05 20:00:00", None, date(2026, 10, 5)),
        ("05/10/2026 20:00", True, date(2026, 10, 5)),
        ("10/05/2026 08:00:00 PM", False, date(2026, 10, 5)),
        ("12/05/2026 08:00:00 PM", None, date(2026, 5, 12)),  # the fifth of December has not been yet
    ],
)
def test_the_order_of_day_and_month_is_the_file_s(
    tmp_path: Path, written: str, day_first: bool | None, day: date
) -> None:
    meetings, _, _ = read(
        write(
            tmp_path, [HEAD, [*MEETING[:2], written, "", *MEETING[4:]], [], PEOPLE, ["D", "d@x.org", written, written]]
        ),
        day_first=day_first,
    )
    assert meetings[0]["started_at"].date() == day


def test_a_day_that_reads_either_way_is_refused(tmp_path: Path) -> None:
    times = ["10/05/2026 08:00:00 PM", "10/05/2026 09:00:00 PM"]
    path = write(tmp_path, [PEOPLE[:4], ["Noa", "", *times]])
    with pytest.raises(RejectFile) as problem:
        read(path)
    assert (problem.value.code, problem.value.arguments["section"]) == ("dates_undecided", "zoom_participants")


def test_a_row_that_cannot_be_taken_is_put_aside_by_its_cell(tmp_path: Path) -> None:
    late = [*NOA[:2], "soon", *NOA[3:]]
    _, people, report = read(write(tmp_path, [HEAD, MEETING, [], PEOPLE, late, DANA]))
    assert [one["email"] for one in people] == ["dana@x.org"]
    assert [(one.where, one.code) for one in report.rejected] == [("C5", "not_a_date")]
    assert report.status == "partial"


@pytest.mark.parametrize(
    ("head", "is_zooms"),
    [
        (PEOPLE, True),
        (["Name", "User Email", "Join Time", "Leave Time", "Duration (Minutes)"], True),
        (["Participant name", "Email", "Join Time", "Leave Time"], False),
        (["Meeting code", "Participant name", "Email", "Duration", "Time joined", "Join time"], False),
    ],
)
def test_a_list_of_people_is_zooms_by_a_header_of_its_own(tmp_path: Path, head: list[str], is_zooms: bool) -> None:
    path = tmp_path / "people.csv"
    path.write_text(",".join(head) + "\n" + ",".join("x" for _ in head) + "\n", encoding="utf-8")
    assert ZoomParticipants().recognises(path) is is_zooms
    path.write_text("A script:\nfrom csv import reader\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert not ZoomParticipants().recognises(path), "the headers are not the head of the table"


def test_beginnings_stand_before_every_other_time_of_a_report() -> None:
    def headed(meeting: dict[str, int], person: dict[str, int]) -> Table:
        return Table(Sheet("", []), Row(1, []), meeting, person)

    both = [headed({"started": 2, "ended": 3}, {}), headed({}, {"joined": 2, "left": 3})]
    assert first_of_times(both) == 2
    assert first_of_times([headed({"started": 3, "ended": 4}, {}), headed({}, {"joined": 2, "left": 3})]) == 2
    assert first_of_times([headed({"ended": 2}, {}), headed({}, {"joined": 1, "left": 2})]) == 1
    assert first_of_times([headed({"ended": 1}, {"joined": 4, "left": 5})]) == 4
    assert first_of_times([headed({}, {})]) is None
