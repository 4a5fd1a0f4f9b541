"""The site's analytics and its own lists of pages -> visit, platform_metric, publication, coverage.

Every reading of a figure was landed; the last one that says something speaks. An answer emptier than
an earlier one never replaces it, since a service forgets and fails: the kept figure is called suspect,
unless the service itself said that it withheld or no longer keeps something. What downloads tell fills the gaps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from transforms.staging import website_files
from transforms.staging.coverage import Part, coverage_row
from transforms.staging.records import Row, fact_rows, landed_rows
from transforms.staging.site_pages import PAGE_STREAMS, publications
from transforms.staging.skipped import Need, QuarantinedRow, Skipped, superseded_items
from transforms.staging.town import Town
from warehouse.calendar import first_day, last_day, month_of

SOURCE = "website"
STREAMS = ("ga4_month", "ga4_day", "ga4_page", "ga4_pull", website_files.USE, website_files.VIEWS, *PAGE_STREAMS)
REVISION = 9
_READ = ("space", "asset", "read_at")
NEEDS = {
    "ga4_month": Need(
        ("visit", "platform_metric"), ("place", "first_day", "last_day", *_READ),
        ("space", "place", "cut", "first_day"), ("first_day",), ("cut", "quality"),
    ),
    "ga4_day": Need(
        ("visit",), ("place", "day", *_READ), ("space", "place", "event_name", "day"), ("day",),
        ("cut", "event_name", "quality"),
    ),
    "ga4_page": Need(
        ("platform_metric",), ("topic", "first_day", "last_day", "views", *_READ), ("space", "topic", "first_day"),
        ("first_day",), ("quality",),
    ),
    "ga4_pull": Need(
        ("visit", "platform_metric"), ("report", "place", "first_day", "last_day", *_READ), (), ("first_day",),
        ("cut", "quality"),
    ),
    "site_page": Need(
        ("publication",), ("page", "space", "read_at", "topic", "language"), ("page", "read_at"), ("read_at",)
    ),
    "site_pull": Need(("publication",), ("space", "read_at"), (), ("read_at",)),
    **website_files.NEEDS,
}  # fmt: skip
RESTATED = website_files.RESTATED
FINAL_AFTER = timedelta(days=3)
"""The platform takes events 72 hours late: a month is whole once it was read after that."""
NEWSLETTER = "newsletter"
EXPLAINED = {"truncated", "thresholded"}
"""Flags by which the platform itself says that it shows less."""
FIGURES = ("users", "sessions", "engaged_seconds", "events")

Key = tuple[Any, ...]


@dataclass
class Readings:
    """All readings of one figure: rows that came, and pulls that asked for it."""

    rows: list[Row] = field(default_factory=list)
    pulls: list[Row] = field(default_factory=list)

    def chosen(self) -> Row | None:
        """The row that speaks, its quality completed; None when no reading gave one."""
        if not self.rows:
            return None
        best = max(self.rows, key=lambda row: (_says(row), "truncated" not in row["quality"], *_version(row)))
        later = [one for one in (*self.rows, *self.pulls) if _version(one)[:2] > _version(best)[:2]]
        emptier = [one for one in later if not _says(one) and not is_explained(one)]
        return {**best, "quality": _flags(best["quality"], "suspect")} if emptier and _says(best) else best

    def asked(self) -> Row | None:
        """The pull that reached furthest while the platform still kept those days, and of those the last."""
        return max(self.pulls, key=lambda row: ("truncated" not in row["quality"], *_version(row)), default=None)


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts of all landed readings of one authority."""
    skipped = Skipped(NEEDS, town)
    landed = skipped.fit(landed)
    months = _months(landed)
    first = _first_months(months)
    monthly = dict(_with_zeros(months, first, town))
    pages = _pages(landed)
    visits = [_visit(key, row, "month") for key, row in monthly.items() if key[2] != NEWSLETTER]
    visits += _daily(landed)
    counted = {
        (one["space"], one["period"], one["place"], one["period_start"]) for one in visits if not one["event_kind"]
    }
    downloads = website_files.read(
        landed_rows(landed, website_files.USE), landed_rows(landed, website_files.VIEWS), town
    )
    published, covered = publications(landed, town)
    rows = {
        "visit": [*visits, *website_files.visits(downloads, counted, town)],
        "platform_metric": [*_metrics(pages, monthly), *website_files.metrics(downloads, pages, town)],
        "publication": published,
        "coverage": [
            *_coverage(landed, monthly, months, first, town), *_page_coverage(pages, town), *covered,
            *website_files.coverage_rows(downloads, town),
        ],
    }  # fmt: skip
    return {fact: fact_rows(fact, found, town) for fact, found in rows.items()} | skipped.tables()


def superseded(landed: Mapping[str, pa.Table], aside: Iterable[QuarantinedRow], town: Town) -> set[str]:
    """Items within the days of an export that reaches as far or further."""
    return superseded_items(landed, {website_files.USE: ("first_day", "last_day")}, aside, town)


def _months(landed: Mapping[str, pa.Table]) -> dict[Key, Readings]:
    """(space, place, cut, month) -> its readings."""
    found: dict[Key, Readings] = defaultdict(Readings)
    for row in landed_rows(landed, "ga4_month"):
        found[row["space"], row["place"], row["cut"], month_of(row["first_day"])].rows.append(row)
    for row in landed_rows(landed, "ga4_pull"):
        if row["report"] == "month":
            found[row["space"], row["place"], row["cut"], month_of(row["first_day"])].pulls.append(row)
    return found


def _first_months(months: Mapping[Key, Readings]) -> dict[str, str]:
    """Space -> the first month in which anybody at all was counted there."""
    first: dict[str, str] = {}
    for (space, place, cut, month), readings in sorted(months.items(), key=lambda one: one[0][3]):
        if (place, cut) == ("all", "") and any(_says(row) for row in readings.rows):
            first.setdefault(space, month)
    return first


def _with_zeros(months: Mapping[Key, Readings], first: Mapping[str, str], town: Town) -> Iterator[tuple[Key, Row]]:
    """The figures that speak; nobody where a site in use had nobody of a kind, and nothing was withheld.

    A whole month without any visitor is a zero once the property has counted anybody before, though a
    suspect one, since a tag that fell off the site looks the same. Before that, and until a month has
    settled, there is nothing to say.
    """
    for key, readings in sorted(months.items()):
        space, _, cut, month = key
        row, asked = readings.chosen(), readings.asked()
        if row is not None:
            yield key, row
            continue
        everybody = months.get((space, "all", "", month), Readings())
        whole, of_all = everybody.chosen(), everybody.asked()
        is_visited = whole is not None and _says(whole)
        is_empty = not is_visited and of_all is not None and not is_explained(of_all) and not of_all["rows"]
        is_over = asked is not None and _settled(asked["read_at"], month, town)
        if asked is None or asked["rows"] or is_explained(asked):
            continue
        if is_visited or (is_empty and is_over and first.get(space, month) < month):
            nobody = {"users": 0, "sessions": 0 if not cut else None, "engaged_seconds": 0 if not cut else None}
            quality = asked["quality"] if is_visited else _flags(asked["quality"], "suspect")
            yield key, {**asked, **nobody, "events": 0 if cut else None, "quality": quality}


def _visit(key: Key, row: Row, period: str) -> Row:
    space, place, cut, start = key
    seconds = row["engaged_seconds"]
    return {
        "month": start if period == "month" else month_of(start), "space": space, "asset": row["asset"],
        "period": period, "period_start": first_day(start) if period == "month" else start, "place": place,
        "event_kind": cut, "users": row["users"], "sessions": row["sessions"],
        "engaged_seconds": None if seconds is None else round(seconds), "events": row["events"],
        "quality": row["quality"],
    }  # fmt: skip


def _daily(landed: Mapping[str, pa.Table]) -> list[Row]:
    """A row a day for use as such, and one for each kind of key event with the events of its names added."""
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in landed_rows(landed, "ga4_day"):
        found[row["space"], row["place"], row["event_name"], row["day"]].append(row)
    pulls: dict[Key, list[Row]] = defaultdict(list)
    for row in landed_rows(landed, "ga4_pull"):
        if row["report"] == "day":
            pulls[row["space"], row["place"], bool(row["cut"])].append(row)
    last = {key: max(rows, key=lambda row: row["read_at"]) for key, rows in _by_day(pulls).items()}
    sums: dict[Key, Row] = {}
    for key, rows in sorted(found.items()):
        space, place, name, day = key
        # A pull's stretch is longer than the day; only when it was read matters here.
        asked = last.get((space, place, bool(name), day))
        same = [{**row, "last_day": day} for row in rows]
        chosen = Readings(same, [{**asked, "last_day": day}] if asked and not asked["rows"] else []).chosen()
        assert chosen is not None
        if asked and asked["rows"] and asked["read_at"] > chosen["read_at"] and not is_explained(asked):
            chosen = {**chosen, "quality": _flags(chosen["quality"], "suspect")}
        kept = sums.setdefault((space, place, chosen["cut"], day), {**chosen, "events": None, "quality": ""})
        kept["quality"] = _flags(kept["quality"], *chosen["quality"].split())
        if chosen["events"] is not None:
            kept["events"] = (kept["events"] or 0) + chosen["events"]
    return [_visit(key, row, "day") for key, row in sums.items()]


def _by_day(pulls: Mapping[Key, list[Row]]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for (space, place, is_named), rows in pulls.items():
        for row in rows:
            for number in range((row["last_day"] - row["first_day"]).days + 1):
                found[space, place, is_named, row["first_day"] + timedelta(days=number)].append(row)
    return found


def _pages(landed: Mapping[str, pa.Table]) -> dict[Key, Readings]:
    """(space, topic, month) -> readings of the views of its pages; topic '' holds the pulls that asked for them."""
    pages: dict[Key, Readings] = defaultdict(Readings)
    for row in landed_rows(landed, "ga4_page"):
        key = (row["space"], row["topic"], month_of(row["first_day"]))
        pages[key].rows.append({**row, "sessions": row["views"]})
    for row in landed_rows(landed, "ga4_pull"):
        if row["report"] == "page":
            pages[row["space"], "", month_of(row["first_day"])].pulls.append(row)
    return pages


def _page_coverage(pages: Mapping[Key, Readings], town: Town) -> Iterator[Row]:
    """The months whose pages were asked for and counted, with what their figures suffer from."""
    chosen = {key: readings.chosen() for key, readings in pages.items() if key[1]}
    for (space, topic, month), readings in sorted(pages.items()):
        asked = None if topic else readings.asked()
        found = [row for (where, _, when), row in chosen.items() if row and (where, when) == (space, month)]
        if asked is None or not found:
            continue  # pages nobody looked at may as well be rules that name none
        last = max(row["last_day"] for row in found)
        whole = last == last_day(month) and _settled(max(row["read_at"] for row in found), month, town)
        flags = (flag for row in found for flag in row["quality"].split())
        yield coverage_row(
            "platform_metric", Part(month, first_day(month), last, whole), asset=asked["asset"], space=space,
            flags=flags, basis="api",
        )  # fmt: skip


def _metrics(pages: Mapping[Key, Readings], monthly: Mapping[Key, Row]) -> list[Row]:
    """Views of pages by topic, and what the newsletter brought, of all visitors."""
    amounts: dict[Key, tuple[str, float]] = {}
    for (space, place, cut, month), row in monthly.items():
        if cut == NEWSLETTER and place == "all":
            for name in ("users", "sessions"):
                if row[name] is not None:
                    amounts[space, f"newsletter_{name}", month] = (row["asset"], row[name])
    for (space, topic, month), readings in pages.items():
        chosen = readings.chosen()
        if chosen is not None:
            amounts[space, f"views_{topic}", month] = (chosen["asset"], chosen["views"])
    return [
        {
            "month": month, "space": space, "asset": asset, "metric": metric, "period": "month",
            "period_start": first_day(month), "amount": float(amount), "basis": "api",
        }
        for (space, metric, month), (asset, amount) in sorted(amounts.items())
    ]  # fmt: skip


def _coverage(
    landed: Mapping[str, pa.Table],
    monthly: Mapping[Key, Row],
    months: Mapping[Key, Readings],
    first: Mapping[str, str],
    town: Town,
) -> Iterator[Row]:
    """The months since anybody was counted: from the first day anybody was, to the last day asked for."""
    began: dict[str, date] = {}
    for row in landed_rows(landed, "ga4_day"):
        if row["place"] == "all" and not row["event_name"]:
            began[row["space"]] = min(row["day"], began.get(row["space"], row["day"]))
    asked: dict[str, date] = {}
    for row in landed_rows(landed, "ga4_pull"):
        if row["report"] == "day":
            asked[row["space"]] = min(row["first_day"], asked.get(row["space"], row["first_day"]))
    # A site on which no key event was ever counted has none declared, and says nothing of what people did there.
    acting = {key[0] for key, row in monthly.items() if key[2] not in ("", NEWSLETTER) and _says(row)}
    acted = {(key[0], key[3]) for key in months if key[2] not in ("", NEWSLETTER) and key[0] in acting}
    for (space, place, cut, month), row in monthly.items():
        if (place, cut) != ("all", "") or not (_says(row) or first.get(space, month) < month):
            continue
        start = first_day(month)
        # Days asked for and empty up to a first one: the tag was put on the site in mid-month.
        if asked.get(space, date.max) <= start < began.get(space, start) <= last_day(month):
            start = began[space]
        readings = months[space, place, cut, month]
        zones = {one["time_zone"] for one in readings.pulls if one["time_zone"]}
        residents = months.get((space, "resident", "", month), Readings())
        flags = set(row["quality"].split())
        told = monthly.get((space, "resident", "", month)) or residents.asked()
        flags |= set(told["quality"].split()) - {"estimated"} if told else set()
        if zones - {town.timezone}:
            flags.add("estimated")  # the property's months are not the town's
        whole = (start, row["last_day"]) == (first_day(month), last_day(month))
        part = Part(month, start, row["last_day"], whole and _settled(row["read_at"], month, town))
        knows = ["people", *(["residents"] if told else []), *(["key_events"] if (space, month) in acted else [])]
        yield coverage_row("visit", part, asset=row["asset"], space=space, knows=knows, flags=flags, basis="api")


def _settled(read_at: datetime, month: str, town: Town) -> bool:
    return town.local_day(read_at) > last_day(month) + FINAL_AFTER


def is_explained(row: Row) -> bool:
    """Whether the platform says itself that it left something out."""
    return bool(EXPLAINED & set(row["quality"].split()))


def _says(row: Row) -> bool:
    """Whether a row, or a pull, has anything in it."""
    if "rows" in row and "users" not in row:
        return bool(row["rows"])
    return any(row.get(name) for name in FIGURES)


def _version(row: Row) -> tuple[Any, ...]:
    """Further reaching before later read; the figures make the order total, whatever was landed first."""
    return (row["last_day"], row["read_at"], *(row.get(name) or 0 for name in FIGURES), row["quality"])


def _flags(quality: str, *more: str) -> str:
    return " ".join(sorted({*quality.split(), *more}))
