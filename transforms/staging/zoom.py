"""Landed Zoom records to `gathering`, `attendance`, `message` and what was covered.

Zoom lists connections; a person is found behind them by account, else by registration, else by address,
else, within one meeting only, by name. Her minutes are the union of her connections, so rejoining, two
devices and breakout rooms count once. The newest landing that speaks of a meeting speaks for all of it;
until one does, a report its portal exported as a file does, and until then its webhooks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from transforms.staging import zoom_files, zoom_live
from transforms.staging.records import Row, fact_rows, landed_rows
from transforms.staging.skipped import NO_COLUMN, NO_WHOLE, Need, QuarantinedRow, Skipped, superseded_items
from transforms.staging.town import Town
from transforms.staging.zoom_acts import ActLookup, look_up_acts
from transforms.staging.zoom_coverage import coverage_rows
from transforms.staging.zoom_presence import Attendee, People, has_length, present

SOURCE = "zoom"
STREAMS = (
    "zoom_meeting", "zoom_connection", "zoom_registrant", "zoom_act", "zoom_chat_message", "zoom_joined", "zoom_pull",
    "zoom_event", zoom_files.MEETINGS, zoom_files.PEOPLE,
)  # fmt: skip
REVISION = 10  # raise it when the same records would stage differently: everything is staged anew
NEEDS = {
    "zoom_meeting": Need(
        ("gathering",), ("meeting", "space", "kind", "started_at"), ("meeting",), ("started_at", "ended_at")
    ),
    "zoom_connection": Need(
        ("attendance",), ("meeting", "joined_at"), ("meeting", "connection"), ("joined_at", "left_at")
    ),
    "zoom_registrant": Need(("attendance",), ("registrant",)),
    "zoom_act": Need(("attendance",), ("meeting", "act", "acts")),
    "zoom_chat_message": Need(
        ("message", "attendance"),
        ("meeting", "position", "sent_at", "is_question", "length"),
        ("meeting", "position"),
        ("sent_at",),
    ),
    "zoom_joined": Need(
        ("attendance:joined",),
        ("meeting", "space", "kind", "started_at"),
        ("meeting", "person"),
        ("started_at", "joined_at"),
    ),
    "zoom_event": Need(("gathering", "attendance"), ("event", "at", "space"), (), ("at", "started_at")),
    "zoom_pull": Need(
        ("gathering", "attendance", "attendance:joined"), ("stream", "space", "since", "until"), (), ("until", "since")
    ),
    **zoom_files.NEEDS,
}
RESTATED = zoom_files.RESTATED


@dataclass(frozen=True)
class Facts:
    """Rows being gathered, and the months that rest on names or on meetings Zoom has not counted yet."""

    gathering: list[Row]
    attendance: list[Row]
    message: list[Row]
    by_name: set[tuple[str, str]]
    unfinished: set[tuple[str, str]]


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts of one authority from all its landed Zoom records."""
    skipped = Skipped(NEEDS, town)
    landed = skipped.fit(landed)
    rows = {name: landed_rows(landed, name) for name in STREAMS}
    connections = newest(rows["zoom_connection"])
    live = zoom_live.by_meeting(rows["zoom_event"])
    came_live = zoom_live.missing(live, connections)
    for meeting, events in came_live.items():
        connections[meeting] = zoom_live.connections(meeting, events)
    acts: dict[str, list[Row]] = defaultdict(list)
    for (meeting, _), done in newest(rows["zoom_act"], "act").items():
        acts[meeting] += done
    chats = newest(rows["zoom_chat_message"])
    found = Facts([], [], [], set(), set())
    hosted = newest(rows["zoom_meeting"])
    joined = newest(rows["zoom_joined"], whole=False)
    held_live = zoom_live.missing(live, {*hosted, *joined})
    for meeting, events in held_live.items():
        if (told_of := zoom_live.held(meeting, events)) is not None:
            hosted[meeting] = [told_of]
    told = [group[-1] for group in hosted.values()]
    files = zoom_files.read_files(rows[zoom_files.MEETINGS], rows[zoom_files.PEOPLE], told, held_live, town, skipped)
    for meeting, filed in files.meetings.items():
        if meeting not in hosted or meeting in held_live:
            hosted[meeting] = [filed.row]
        if filed.connections and (meeting not in connections or meeting in came_live):
            connections[meeting] = filed.connections
    people = People.of((row for group in connections.values() for row in group), rows["zoom_registrant"])
    for meeting, instances in sorted(hosted.items()):
        row = instances[-1]
        mine = connections.get(meeting, [])
        attendees = present(mine, people, row, town)
        if any(one.role == "unknown" for one in attendees):
            # They came, and whether as residents nobody tells: of residents there were so many at least.
            skipped.leave_out("zoom_connection", mine[0], NO_COLUMN, "is_internal")
        _held(row, mine, attendees, look_up_acts(acts[meeting], attendees, people), town, found)
        _chatted(row, chats.get(meeting, []), attendees, town, found)
    for meeting, visits in sorted(joined.items()):
        # A town with two accounts joins its own meetings from the other one.
        if meeting not in hosted:
            _visited(meeting, visits, town, found)
        for row in (one for one in visits if one["person"] is None):
            skipped.leave_out("zoom_joined", row, NO_COLUMN, "person")
    for row, lacking in zoom_live.of_nothing(rows["zoom_event"]):
        skipped.leave_out("zoom_event", row, NO_COLUMN, lacking)
    # Who came to a meeting nothing else is known of, and what was written in it, stands nowhere. Those who wrote came:
    # the connections tell of them, and the chat only where there are none.
    for meeting in sorted({*connections, *chats} - {*hosted}):
        for row in connections.get(meeting, []):
            skipped.leave_out("zoom_connection", row, NO_WHOLE, "meeting")
        for row in chats.get(meeting, []):
            what = ("message",) if meeting in connections else None
            skipped.leave_out("zoom_chat_message", row, NO_WHOLE, "meeting", facts=what)
    held = {(one["month"], one["space"]) for one in found.gathering}
    asking = {one["space"] for one in found.attendance if one["heard_via"] is not None}
    counted = {one["gathering"] for one in found.gathering if one["attendees"] is not None}
    is_counted = {meeting: gathering_id(meeting) in counted for meeting in files.meetings}
    gathered = {
        "gathering": found.gathering,
        "attendance": found.attendance,
        "message": found.message,
        "coverage": [
            *coverage_rows(rows["zoom_pull"], town, found.by_name, found.unfinished, held, asking),
            *zoom_files.coverage_rows(files, is_counted, town, found.by_name),
        ],
    }
    facts = {fact: fact_rows(fact, rows, town, asset="zoom") for fact, rows in gathered.items() if rows}
    return {**facts, **skipped.tables()}


def superseded(landed: Mapping[str, pa.Table], aside: Iterable[QuarantinedRow], town: Town) -> set[str]:
    """Items within the days of an export that reaches as far or further."""
    return superseded_items(landed, {zoom_files.MEETINGS: ("started_at", "listed_from", "listed_until")}, aside, town)


def newest(rows: list[Row], *also: str, whole: bool = True) -> dict[Any, list[Row]]:
    """Rows by meeting (and more columns): of each group those of the newest landing that has any.

    With `whole` False a landing need not hold all of a group; equal rows then count once.
    """
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in ("meeting", *also)) if also else row["meeting"]].append(row)
    if not whole:
        return groups
    last = {key: max(row.get("landed_order") or 0 for row in group) for key, group in groups.items()}
    return {key: [r for r in group if (r.get("landed_order") or 0) == last[key]] for key, group in groups.items()}


def gathering_id(meeting: str) -> str:
    """The identifier of a meeting's instance among all gatherings."""
    return f"zoom-{meeting}"


def _length(row: Row) -> int:
    if row["ended_at"] is not None and row["ended_at"] >= row["started_at"]:
        return int((row["ended_at"] - row["started_at"]).total_seconds()) // 60
    return row.get("minutes") or 0


def _held(row: Row, mine: list[Row], attendees: list[Attendee], acts: ActLookup, town: Town, found: Facts) -> None:
    """A meeting of the account, and who was there."""
    month, space = town.local_month(row["started_at"]), row["space"]
    # Zoom's own number counts connections; of at most one connection it is the people too.
    few = row["connections"] if (row["connections"] or 2) < 2 else None
    found.gathering.append(
        {
            "month": month, "space": space, "gathering": gathering_id(row["meeting"]),
            "started_at": row["started_at"], "minutes": _length(row), "kind": row["kind"],
            "initiated_by": "authority", "attendees": len(attendees) if mine else few,
        }
    )  # fmt: skip
    if not all(has_length(one) for one in mine):
        found.unfinished.add((month, space))
    for one in attendees:
        if one.person is None and one.role != "authority":
            found.by_name.add((month, space))
        found.attendance.append(
            {
                "month": month, "space": space, "gathering": gathering_id(row["meeting"]), "attendee": one.key,
                "person": one.person, "role": one.role, "minutes": one.minutes, "has_chatted": acts.did("chat", one),
                "has_voted": acts.did("poll", one), "has_asked": acts.did("question", one),
                "heard_via": one.heard_via,
            }
        )  # fmt: skip


def _chatted(row: Row, said: list[Row], attendees: list[Attendee], town: Town, found: Facts) -> None:
    """The meeting's chat. Zoom's file does not say who answers whom."""
    by_name: dict[str, list[Attendee]] = defaultdict(list)
    for one in attendees:
        for name in one.names:
            by_name[name].append(one)
    for message in sorted(said, key=lambda m: m["position"]):
        authors = by_name.get(message["name_key"], [])
        author = authors[0] if len(authors) == 1 else None
        identifier = f"{gathering_id(row['meeting'])}-{message['position']}"
        found.message.append(
            {
                "month": town.local_month(message["sent_at"]), "space": row["space"], "message": identifier,
                "author": author.person if author else None, "author_role": author.role if author else "unknown",
                "sent_at": message["sent_at"], "kind": "text", "root": identifier, "reply_basis": "none",
                "is_question": message["is_question"], "length": message["length"],
            }
        )  # fmt: skip


def _visited(meeting: str, visits: list[Row], town: Town, found: Facts) -> None:
    """A meeting hosted elsewhere: residents called it, people of the authority came."""
    last = visits[-1]
    month, space, identifier = town.local_month(last["started_at"]), last["space"], gathering_id(meeting)
    found.gathering.append(
        {
            "month": month, "space": space, "gathering": identifier, "started_at": last["started_at"],
            "minutes": _length(last), "kind": last["kind"], "initiated_by": "residents", "attendees": None,
        }
    )  # fmt: skip
    stays: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in visits:
        if row["person"] is not None:
            joined = row["joined_at"] or row["started_at"]
            stays[row["person"]].append((joined, max(row["left_at"] or row["ended_at"] or joined, joined)))
    for person, intervals in sorted(stays.items()):
        one = Attendee(f"p{person}", person, "authority", tuple(intervals))
        found.attendance.append(
            {
                "month": month, "space": space, "gathering": identifier, "attendee": one.key, "person": person,
                "role": one.role, "minutes": one.minutes, "has_chatted": None, "has_voted": None, "has_asked": None,
                "heard_via": None,
            }
        )  # fmt: skip
