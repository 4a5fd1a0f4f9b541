"""Meetings as their webhooks told them, for as long as Zoom's report of them has not landed.

A report knows more (who registered, who is of the account, minutes as Zoom counts them) and replaces all of it:
nobody counts twice. The same events in any order, however often, give the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from transforms.staging.records import Row

CAME = frozenset({"participant_joined", "participant_joined_breakout_room"})
WENT = frozenset({"participant_left", "participant_left_breakout_room"})


def by_meeting(events: Iterable[Row]) -> dict[str, list[Row]]:
    """Events of each meeting's instance, each once, in the order they happened."""
    groups: dict[str, dict[tuple[Any, ...], Row]] = defaultdict(dict)
    for row in events:
        if row["meeting"]:
            groups[row["meeting"]][row["at"], row["event"], row["connection"]] = row
    return {meeting: [rows[key] for key in sorted(rows)] for meeting, rows in sorted(groups.items())}


def of_nothing(events: Iterable[Row]) -> Iterator[tuple[Row, str]]:
    """Events that do not say of which meeting's instance, or whose connection, they are, with the column that lacks.

    A registration is of a number, and may well not say of which instance.
    """
    for row in events:
        if not row["meeting"] and row["event"] in (*CAME, *WENT, "started", "ended"):
            yield row, "meeting"
        elif not row["connection"] and row["event"] in (*CAME, *WENT):
            yield row, "connection"


def held(meeting: str, events: list[Row]) -> Row | None:
    """The meeting, as one of the account's; None when nobody told that it began. Its kind nobody told."""
    began = [row["started_at"] or row["at"] for row in events if row["event"] == "started"]
    told = [row["started_at"] for row in events if row["started_at"] is not None and row["event"] in (*CAME, *WENT)]
    if not (began or told):
        return None
    ended = [row["at"] for row in events if row["event"] == "ended"]
    return {
        "meeting": meeting, "number": _known(events, "number"), "space": events[-1]["space"], "kind": "other",
        "host": None,
        "started_at": min(began or told), "ended_at": max(ended) if ended else None, "minutes": None,
        "connections": None,
    }  # fmt: skip


def connections(meeting: str, events: list[Row]) -> list[Row]:
    """The meeting's connections in the shape of a report's; one nobody left of lasts until the meeting's end."""
    ended = max((row["at"] for row in events if row["event"] == "ended"), default=None)
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in events:
        if row["connection"] and row["event"] in (*CAME, *WENT):
            groups[row["connection"]].append(row)
    found = []
    for connection, rows in sorted(groups.items()):
        joined = min((row["at"] for row in rows if row["event"] in CAME), default=rows[0]["started_at"])
        left = max((row["at"] for row in rows if row["event"] in WENT), default=ended)
        if joined is None:
            continue
        found.append(
            {
                "meeting": meeting, "connection": connection, "joined_at": joined, "left_at": left,
                "seconds": _seconds(joined, left), "status": "in_meeting", "breakout": None, "is_internal": None,
                **{name: _known(rows, name) for name in ("account", "registrant", "email", "guest")},
                "name_key": _known(rows, "name_key") or "",
            }
        )  # fmt: skip
    return found


def _known(rows: list[Row], name: str) -> Any:
    """What any of the rows tells; Zoom leaves a person's identifiers out of some events."""
    return next((row[name] for row in rows if row[name] not in (None, "")), None)


def _seconds(joined: datetime, left: datetime | None) -> int:
    return 0 if left is None else max(int((left - joined).total_seconds()), 0)


def missing(events: dict[str, list[Row]], reported: Collection[str]) -> dict[str, list[Row]]:
    """The meetings no report connection has landed for."""
    return {meeting: rows for meeting, rows in events.items() if meeting not in reported}
