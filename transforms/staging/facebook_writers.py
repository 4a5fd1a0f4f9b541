"""Who writes on a Facebook page, and what its pulls spoke for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from transforms.calendar import first_day, last_day, month_of, shift
from transforms.staging.town import Town

POSTS, VISITORS, COMMENTS = "facebook_post", "facebook_visitor_post", "facebook_comment"

Row = dict[str, Any]
Stretch = tuple[datetime, datetime]


def role(record: Row, town: Town) -> str:
    """The page speaks for the authority, and so does staff on its days; whoever else is known is a resident."""
    if record["is_page"]:
        return "authority"
    if record["author"] is None:
        return "unknown"
    day = local_day(record["created_at"], town)
    # What landed before names were taken has no column of them.
    known = {record["author"], record.get("author_name")}
    declared = (one for one in town.staff if one.person in known)
    return "authority" if any((one.from_day or day) <= day <= (one.to_day or day) for one in declared) else "resident"


def by_name(written: Iterable[Row], town: Town) -> set[tuple[str, str]]:
    """(month, space) in which somebody counts as staff whom only her name declares."""
    return {
        (month_of(local_day(one["created_at"], town)), one["space"])
        for one in written
        if not one["is_page"]
        and role(one, town) == "authority"
        and role({**one, "author_name": None}, town) != "authority"
    }


def coverage(pulls: list[Row], days: list[Row], written: list[Row], town: Town) -> Iterator[Row]:
    """What the pulls spoke for. Messages need posts, visitors' posts and comments of the same stretch."""
    first = min((one["created_at"] for one in written), default=None)
    named = by_name(written, town)
    for space in sorted({pull["space"] for pull in pulls}):
        mine = [pull for pull in pulls if pull["space"] == space and pull["subject"] == ""]

        def of(stream: str, mine: list[Row] = mine, only_classified: bool = False) -> list[Stretch]:
            rows = [p for p in mine if p["stream"] == stream and (p["is_classified"] or not only_classified)]
            return joined((p["since"] or first or p["until"], p["until"]) for p in rows)

        talk = common(common(of(POSTS), of(VISITORS)), of(COMMENTS))
        yield from covered("platform_metric", space, talk, town)
        for row in covered("message", space, talk, town):
            flags = row["quality"].split() + ["by_name"] * ((row["month"], space) in named)
            yield {**row, "quality": " ".join(sorted(flags if town.staff else [*flags, "estimated"]))}
        yield from covered("publication", space, of(POSTS, only_classified=True), town)
    counts: dict[tuple[str, str], list[date]] = {}
    for row in days:
        counts.setdefault((row["space"], month_of(row["day"])), []).append(row["day"])
    for (space, month), found in sorted(counts.items()):
        # Followers are a stock: a month is told by its last day, whatever was missed before.
        yield _covered("membership", space, month, min(found), max(found), max(found) == last_day(month))


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Overlapping and touching stretches made one, in order."""
    found: list[Stretch] = []
    for since, until in sorted(stretches):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(until, found[-1][1]))
        else:
            found.append((since, until))
    return found


def common(one: list[Stretch], other: list[Stretch]) -> list[Stretch]:
    """What two lists of stretches share."""
    shared = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return joined((since, until) for since, until in shared if since < until)


def covered(fact: str, space: str, stretches: list[Stretch], town: Town) -> Iterator[Row]:
    """A row a month with at least one whole local day; full when every day of it is whole."""
    zone = ZoneInfo(town.timezone)
    found: dict[str, tuple[date, date, int]] = {}
    for since, until in stretches:
        start = since.astimezone(zone)
        day = start.date() + timedelta(days=start.time() != datetime.min.time())
        end = until.astimezone(zone).date()  # the day it breaks off in is not whole
        while day < end:
            month = month_of(day)
            last = min(last_day(month), end - timedelta(days=1))
            first, _, count = found.get(month, (day, day, 0))
            found[month] = (first, last, count + (last - day).days + 1)
            day = first_day(shift(month, 1))
    for month, (first, last, count) in sorted(found.items()):
        yield _covered(fact, space, month, first, last, count == (last_day(month) - first_day(month)).days + 1)


def _covered(fact: str, space: str, month: str, first: date, last: date, is_full: bool) -> Row:
    return {
        "month": month, "fact": fact, "space": space, "first_day": first, "last_day": last, "is_full": is_full,
        "quality": "" if is_full else "partial_period", "basis": "api",
    }  # fmt: skip


def local_day(when: datetime, town: Town) -> date:
    """The town's own day of an instant."""
    return when.astimezone(ZoneInfo(town.timezone)).date()
