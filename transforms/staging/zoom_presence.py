"""From connections to people: who a connection belongs to, and for how long somebody was there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from transforms.staging.records import Row
from transforms.staging.town import Town

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class People:
    """The address behind an account or a registration, so that one person has one ordinal everywhere."""

    email_of_account: dict[int, int]
    email_of_registrant: dict[int, int]
    heard_via: dict[int, str]

    @classmethod
    def of(cls, connections: Iterable[Row], registrants: Iterable[Row]) -> People:
        """From all connections and registrations of the town; of several addresses the lowest ordinal."""
        accounts: dict[int, int] = {}
        registered: dict[int, int] = {}
        heard: dict[int, str] = {}
        for row in connections:
            if row["email"] is None:
                continue
            if row["account"] is not None:
                accounts[row["account"]] = min(row["email"], accounts.get(row["account"], row["email"]))
            elif row["registrant"] is not None:
                registered[row["registrant"]] = min(row["email"], registered.get(row["registrant"], row["email"]))
        for row in registrants:
            if row["email"] is not None:
                registered[row["registrant"]] = row["email"]
            if row["heard_via"] is not None:
                heard[row["registrant"]] = row["heard_via"]
            else:
                heard.pop(row["registrant"], None)
        return cls(accounts, registered, heard)

    def person(self, row: Row) -> int | None:
        """The ordinal of a connection's person; None for a guest known by name only."""
        email: int | None = row["email"]
        if row["account"] is not None:
            return self.email_of_account.get(row["account"], email if email is not None else row["account"])
        if row.get("registrant") is not None:
            return self.email_of_registrant.get(row["registrant"], email if email is not None else row["registrant"])
        return email


@dataclass(frozen=True)
class Attendee:
    """A person in a meeting."""

    key: str
    person: int | None
    role: str
    intervals: tuple[Interval, ...]
    names: frozenset[str] = field(default_factory=frozenset)
    heard_via: str | None = None

    @property
    def minutes(self) -> int:
        """Whole minutes of the union of her connections."""
        return int(union(self.intervals).total_seconds()) // 60


def union(intervals: Iterable[Interval]) -> timedelta:
    """Time covered by intervals that may overlap, in any order."""
    total, reached = timedelta(0), None
    for start, end in sorted(intervals):
        begin = start if reached is None else max(start, reached)
        if end > begin:
            total += end - begin
            reached = end
    return total


def has_length(row: Row) -> bool:
    """Zoom has worked the connection out: until then it says 0 seconds of somebody who stayed."""
    return bool(row["seconds"]) or row["joined_at"] is None or row["left_at"] in (None, row["joined_at"])


def present(connections: list[Row], people: People, meeting: Row, town: Town) -> list[Attendee]:
    """The people of a meeting, in an order that does not depend on that of the connections."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in connections:
        # Who only waited outside was not there.
        if row["status"] != "in_waiting_room":
            groups[_key(row, people)].append(row)
    day = town.local_day(meeting["started_at"])
    found = []
    for key, rows in sorted(groups.items()):
        person = people.person(rows[0])
        heard = sorted({people.heard_via[r["registrant"]] for r in rows if r["registrant"] in people.heard_via})
        found.append(
            Attendee(
                key,
                person,
                _role(person, rows, meeting, day, town),
                tuple(_interval(row) for row in rows),
                frozenset(row["name_key"] for row in rows if row["name_key"]),
                heard[0] if heard else None,
            )
        )
    return found


def _key(row: Row, people: People) -> str:
    person = people.person(row)
    if person is not None:
        return f"p{person}"
    return f"g{row['name_key']}" if row["name_key"] else f"c{row['connection']}"


def _interval(row: Row) -> Interval:
    joined = row["joined_at"]
    left = row["left_at"] or joined + timedelta(seconds=row["seconds"] or 0)
    return joined, max(joined, left)


def _role(person: int | None, rows: list[Row], meeting: Row, day: date, town: Town) -> str:
    """authority for users of the town's account, the host and the roster; unknown where nothing tells staff apart."""
    guests = {row["guest"] for row in rows} - {None}
    known = guests | ({person} if person is not None else set())
    is_host = person is not None and person == meeting["host"]
    if town.is_staff(known, day) or is_host or any(row["is_internal"] for row in rows):
        return "authority"
    tells = town.staff or any(row["is_internal"] is not None for row in rows)
    return "resident" if tells else "unknown"
