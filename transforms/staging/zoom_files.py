"""Zoom's reports as files, in the shape the service gives: one meeting however many files tell of it.

A meeting is known by its number and its time: no number is held twice at once. What the service tells of a meeting goes
before; a file fills in who was there where the service no longer says it. Of several reports of one meeting's people
one speaks for all of it: with times before one of lengths alone, then the one that reaches furthest (`restated`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from transforms.staging.coverage import NOT_IN_EXPORT, PARTIAL, Days, Part, coverage_row, deaf_row, month_parts
from transforms.staging.records import Row
from transforms.staging.restated import Restated, speaking
from transforms.staging.skipped import DOUBTFUL, NO_WHOLE, Need, Skipped
from transforms.staging.town import Town

MEETINGS, PEOPLE = "zoom_listed_meeting", "zoom_listed_person"
NEEDS = {
    MEETINGS: Need(("gathering", "attendance"), ("meeting", "started_at"), ("meeting",), ("started_at",), ("number",)),
    PEOPLE: Need(("attendance",), ("meeting", "joined_at"), ("meeting", "connection"), ("joined_at",), ("name_key",)),
}

_MEETING = Restated(
    ("meeting",), ("kind", "ended_at", "minutes", "connections"), lambda row: row["started_at"],
    lambda row: row["listed_until"] or row["started_at"].date(),
    # A list knows when a meeting began, the head of a report too, a bare list of people only when they came.
    better=lambda row: (row["listed_from"] is not None, row["host"] is not None or row["connections"] is not None),
)  # fmt: skip
_PERSON = Restated(
    ("meeting",), ("joined_at", "left_at", "name_key", "email"), lambda row: row["joined_at"],
    lambda row: row["left_at"] or row["joined_at"], apart=("meeting",), better=lambda row: not row["is_total"],
)  # fmt: skip
RESTATED = {MEETINGS: _MEETING, PEOPLE: _PERSON}


@dataclass(frozen=True)
class Filed:
    """A meeting by all files that tell of it. `row` has the columns of the service's, `connections` too."""

    row: Row
    connections: list[Row]
    is_kind_known: bool


@dataclass(frozen=True)
class Files:
    """What the files tell: their meetings by identifier, and per space the days lists of meetings spoke of."""

    meetings: Mapping[str, Filed]
    listed: Mapping[str, Days]


def read_files(
    meetings: list[Row],
    people: list[Row],
    hosted: Iterable[Row],
    live: Collection[str],
    town: Town,
    skipped: Skipped,
) -> Files:
    """The meetings of the files; those the service tells of as well (`hosted`) by the service's identifier.

    Of the meetings known from webhooks alone (`live`) nobody told what they were for.
    """
    known = [row for row in hosted if row.get("number")]
    rows = [{**row, "space": town.place_of(row["space"], row["space_key"], "zoom")} for row in meetings]
    of_file = _PERSON.readings(people)
    found: dict[str, Filed] = {}
    for group in _meetings(rows, skipped):
        group = _MEETING.in_order(group)
        told = group[0]
        same = next((row for row in known if _is_same(row, told)), None)
        identifier = same["meeting"] if same else f"{told['number']}.{told['started_at']:%Y%m%dT%H%M}"
        space = same["space"] if same else told["space"]
        whole = {name: _first(group, name) for name in ("kind", "host", "ended_at", "minutes", "connections")}
        reports = [one for row in group for one in of_file.get((row["meeting"],), {}).values()]
        connections = [_connection(row, identifier) for row in speaking(reports)]
        row = {**told, **whole, "meeting": identifier, "space": space, "kind": whole["kind"] or "other"}
        is_kind_known = whole["kind"] is not None or (same is not None and same["meeting"] not in live)
        found[identifier] = Filed(row, connections, is_kind_known)
    of_meetings = {row["meeting"] for row in meetings}
    for row in (row for row in people if row["meeting"] not in of_meetings):
        skipped.leave_out(PEOPLE, row, NO_WHOLE, "meeting")
    listed: dict[str, Days] = defaultdict(list)
    for row in rows:
        if row["listed_from"] and row["listed_until"]:
            listed[row["space"]].append((row["listed_from"], row["listed_until"]))
    return Files(found, listed)


def _meetings(rows: list[Row], skipped: Skipped) -> Iterator[list[Row]]:
    """The rows of each meeting: of one number at overlapping times.

    A row without a number is of the only meeting of its time.
    """
    groups: list[list[Row]] = []
    ordered = sorted(rows, key=lambda one: (one["number"], one["started_at"], one["meeting"]))
    for row in (row for row in ordered if row["number"]):
        if groups and any(one["number"] == row["number"] and _overlap(one, row) for one in groups[-1]):
            groups[-1].append(row)
        else:
            groups.append([row])
    for row in (row for row in ordered if not row["number"]):
        near = [group for group in groups if any(_overlap(one, row) for one in group)]
        if len([group for group in near if group[0]["number"]]) > 1:
            skipped.leave_out(MEETINGS, row, DOUBTFUL, "number")
        elif near:
            near[0].append(row)
        else:
            groups.append([row])
    return iter(groups)


def _overlap(one: Row, other: Row) -> bool:
    return bool(one["started_at"] <= _end(other) and other["started_at"] <= _end(one))


def _end(row: Row) -> datetime:
    started: datetime = row["started_at"]
    return max(row["ended_at"] or started + timedelta(minutes=row.get("minutes") or 0), started)


def _is_same(known: Row, told: Row) -> bool:
    """Whether the service's meeting is the file's; one without a number is known by its minute and place."""
    if told["number"]:
        return bool(known["number"] == told["number"] and _overlap(known, told))
    return bool(known["space"] == told["space"] and _overlap(known, told))


def _first(group: list[Row], name: str) -> object:
    """What the first row that knows a column tells of it."""
    return next((row[name] for row in group if row.get(name) is not None), None)


def _connection(row: Row, meeting: str) -> Row:
    left = row["left_at"] or row["joined_at"]
    return {
        **row, "meeting": meeting, "account": None, "registrant": None, "breakout": None,
        "seconds": int((left - row["joined_at"]).total_seconds()) or None, "left_at": left,
        "status": "in_waiting_room" if row["is_waiting"] else "in_meeting",
    }  # fmt: skip


def coverage_rows(
    files: Files, counted: Mapping[str, bool], town: Town, by_name: set[tuple[str, str]]
) -> Iterator[Row]:
    """What the files spoke for: lists for their days, a report of people for its own meeting and no other.

    `counted` says of each meeting the files tell of whether it is known who was there. A file knows neither who wrote,
    voted or asked, how anybody heard of it or where staff were guests; what a meeting was for only where the town named
    a column.
    """
    of_month: dict[tuple[str, str], list[tuple[str, Filed]]] = defaultdict(list)
    for identifier, one in files.meetings.items():
        of_month[one.row["space"], town.local_month(one.row["started_at"])].append((identifier, one))
    spaces = sorted({space for space, _ in of_month} | set(files.listed))
    for space in spaces:
        listed = {part.month: part for part in month_parts(files.listed.get(space, []))}
        for month in sorted({*listed, *(when for where, when in of_month if where == space)}):
            meetings = of_month[space, month]
            part = listed.get(month) or _of_meetings(month, meetings, town)
            kinds = ["kind"] if all(one.is_kind_known for _, one in meetings) else []
            yield coverage_row(
                "gathering", part, asset="zoom", space=space, knows=kinds, flags=part.flags, basis="export"
            )
            yield deaf_row("attendance:joined", month, NOT_IN_EXPORT, basis="export", asset="zoom", space=space)
            if meetings and not any(counted[identifier] for identifier, _ in meetings):
                continue
            is_full = part.is_full and all(counted[identifier] for identifier, _ in meetings)
            names = ["by_name"] if (month, space) in by_name else []
            yield coverage_row(
                "attendance", Part(month, part.first_day, part.last_day, is_full), asset="zoom", space=space,
                flags=names if is_full else [*names, PARTIAL], basis="export",
            )  # fmt: skip


def _of_meetings(month: str, meetings: list[tuple[str, Filed]], town: Town) -> Part:
    """Of a month without a list: from its first known meeting to its last, and never the whole."""
    days: list[date] = sorted(town.local_day(one.row["started_at"]) for _, one in meetings)
    return Part(month, days[0], days[-1], is_full=False)
