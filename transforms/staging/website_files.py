"""Downloads of Google Analytics beside the property itself: what the service tells of a month or day goes before.

People are of a month only where a download holds the month as one period: a month of which days alone were downloaded
is one whose people nobody knows (`people`). Of several downloads the one that holds most of a period speaks, and of
those the one that reaches furthest (`restated`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from transforms.staging.coverage import NOT_IN_EXPORT, Part, coverage_row, deaf_row, month_parts
from transforms.staging.records import Row
from transforms.staging.restated import Restated
from transforms.staging.skipped import Need
from transforms.staging.town import Town
from warehouse.calendar import first_day, last_day, month_of
from warehouse.vocabulary import Asset

USE, VIEWS = "ga4_listed_use", "ga4_listed_views"
_PERIOD = ("space_keys", "first_day", "last_day")
NEEDS = {
    USE: Need(("visit",), ("period", "place", *_PERIOD), ("period", "place", "first_day", "last_day"), ("first_day",)),
    VIEWS: Need(
        ("platform_metric",), ("topic", "views", *_PERIOD), ("topic", "first_day", "last_day"), ("first_day",)
    ),
}  # fmt: skip
_FIGURES = ("users", "sessions", "engaged_seconds")
_KEY = ("space_keys", "first_day", "last_day")


def _holds(row: Row) -> tuple[Any, ...]:
    """How much of its period a row holds, and of its figures; one of a download of pages or days alone has none."""
    told = sum(row.get(name) is not None for name in (*_FIGURES, "views"))
    return told > 0, row["last_day"], -row["first_day"].toordinal(), told


_USE = Restated(
    ("period", "place", *_KEY), _FIGURES, lambda row: row["first_day"], lambda row: row["last_day"], better=_holds
)
_VIEWS = Restated(
    ("topic", *_KEY), ("paths", "views"), lambda row: row["first_day"], lambda row: row["last_day"], better=_holds
)
RESTATED = {USE: _USE, VIEWS: _VIEWS}
SETTLES_AFTER = timedelta(days=3)

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Downloads:
    """What downloads tell: (space, period, place, first of the month or day) -> use, (space, topic, month) -> views."""

    use: dict[Key, Row]
    views: dict[Key, Row]


def read(use: Iterable[Row], views: Iterable[Row], town: Town) -> Downloads:
    """The readings that speak."""

    def used(row: Row) -> Key:
        start = row["first_day"] if row["period"] == "day" else first_day(month_of(row["first_day"]))
        return _place(row, town), row["period"], row["place"], start

    def viewed(row: Row) -> Key:
        return _place(row, town), row["topic"], month_of(row["first_day"])

    return Downloads(_USE.standing(use, used), _VIEWS.standing(views, viewed))


def visits(downloads: Downloads, known: Collection[Key], town: Town) -> Iterator[Row]:
    """Use that the service does not tell of (`known`: space, period, place, start); where a city is, is guessed."""
    for key, row in downloads.use.items():
        space, period, place, start = key
        if key in known or all(row[name] is None for name in _FIGURES):
            continue
        seconds = row["engaged_seconds"]
        yield {
            "month": month_of(start), "space": space, "asset": _asset(space, town), "period": period,
            "period_start": start, "place": place, "event_kind": "", "users": row["users"],
            "sessions": row["sessions"], "engaged_seconds": None if seconds is None else round(seconds), "events": None,
            "quality": "estimated" if place == "resident" else "",
        }  # fmt: skip


def metrics(downloads: Downloads, known: Collection[Key], town: Town) -> Iterator[Row]:
    """Views of pages by topic that the service does not tell of (`known`: space, topic, month)."""
    for key, row in downloads.views.items():
        if key not in known:
            space, topic, month = key
            yield {
                "month": month, "space": space, "asset": _asset(space, town), "metric": f"views_{topic}",
                "period": "month", "period_start": first_day(month), "amount": float(row["views"]), "basis": "export",
            }  # fmt: skip


def coverage_rows(downloads: Downloads, town: Town) -> Iterator[Row]:
    """The months the downloads spoke for: by a month's own row, else by its days; by pages alone, for no use at all."""
    months: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    days: dict[str, dict[str, set[date]]] = defaultdict(lambda: defaultdict(set))
    told = set()
    for (space, period, place, start), row in downloads.use.items():
        told.add((space, month_of(start)))
        if all(row[name] is None for name in _FIGURES):
            continue
        if period == "day":
            days[space][place].add(start)
        else:
            months[space, month_of(start)][place] = row
    for space, month in sorted(told):
        same: dict[str, Any] = {"asset": _asset(space, town), "space": space, "basis": "export"}
        of_days = {place: [one for one in found if month_of(one) == month] for place, found in days[space].items()}
        if rows := months.get((space, month)):
            residents = rows.get("resident")
            knows = ["residents"] if residents else []
            knows += ["people"] if residents and residents["users"] is not None else []
            part = _part(month, rows.values())
        elif every := [(one, one) for found in of_days.values() for one in found]:
            [part] = month_parts(every)
            knows = ["residents"] if of_days.get("resident") else []
        else:
            yield deaf_row("visit", month, NOT_IN_EXPORT, **same)
            continue
        yield coverage_row("visit", part, knows=knows, flags=part.flags, **same)
    viewed: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for (space, _, month), row in downloads.views.items():
        viewed[space, month].append(row)
    for (space, month), found in sorted(viewed.items()):
        part = _part(month, found)
        yield coverage_row(
            "platform_metric", part, asset=_asset(space, town), space=space, flags=part.flags, basis="export"
        )


def _part(month: str, rows: Collection[Row]) -> Part:
    first, last = min(row["first_day"] for row in rows), max(row["last_day"] for row in rows)
    is_whole = (first, last) == (first_day(month), last_day(month))
    return Part(month, first, last, is_whole and all(_is_settled(row) for row in rows))


def _is_settled(row: Row) -> bool:
    """Whether the month was over for days when the file was imported; it was downloaded no later than that."""
    return row["seen_day"] is None or row["seen_day"] > row["last_day"] + SETTLES_AFTER


def _place(row: Row, town: Town) -> str:
    named = next((place for key in row["space_keys"] if (place := town.registered(key))), None)
    return town.place_of(row["space"] or named, row["space_keys"][-1], "website", kind="site")


def _asset(space: str, town: Town) -> Asset:
    known = town.spaces.get(space)
    return known.asset if known is not None else "website"
