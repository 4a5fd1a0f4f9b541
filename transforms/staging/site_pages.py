"""Readings of the site's own lists -> publications and the months those lists speak for.

A list tells of the present. What the first reading finds was there before it and counts for the month
before, unless a feed says when it was published; a page that appears later counts for the day it was
changed, if that lies after the reading before, else for the day it was first seen.

A page that two readings of the sitemap running no longer list was taken down on the day of the first of them. One
known of a feed alone leaves the feed when newer ones come, and nobody can tell; nor by a reading of less than half the
pages of the one before, which is a site that did not answer as a whole.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from transforms.staging.coverage import Part, coverage_row
from transforms.staging.records import Row, landed_rows
from transforms.staging.town import Town
from warehouse.calendar import first_day, last_day, month_of, shift

PAGE_STREAMS = ("site_page", "site_pull")
AT_AN_END = timedelta(days=7)
"""A reading at most so far from a month's end speaks for it."""
OF_USE = frozenset({"learning", "work", "finance", "rights"})
LATEST = ("topic", "process_kind", "stage", "language", "calls_for_response", "space")


def publications(landed: Mapping[str, pa.Table], town: Town) -> tuple[list[Row], list[Row]]:
    """Rows of the fact `publication`, and of its coverage."""
    readings: dict[str, list[datetime]] = defaultdict(list)
    for row in landed_rows(landed, "site_pull"):
        # A reading that lists nothing is a site that does not answer, and speaks for nothing.
        if row["pages"]:
            readings[row["space"]].append(row["read_at"])
    readings = {space: sorted(set(found)) for space, found in readings.items()}
    pages = _pages(landed["site_page"]) if "site_page" in landed else []
    whole = _whole_readings(landed)
    rows = [_publication(page, readings, town) | {"removed_day": _removed_day(page, whole, town)} for page in pages]
    return rows, list(_coverage(readings, _known(pages), town))


def _whole_readings(landed: Mapping[str, pa.Table]) -> dict[str, list[datetime]]:
    """Space -> the readings that listed pages of the sitemap, but for those of far fewer pages than the one before."""
    found: dict[str, list[datetime]] = defaultdict(list)
    if "site_page" not in landed:
        return found
    listed = landed["site_page"].filter(pc.equal(landed["site_page"]["listed_in"], "sitemap"))
    counts = listed.group_by(["space", "read_at"], use_threads=False).aggregate([("page", "count_distinct")])
    before: dict[str, int] = {}
    for row in sorted(counts.to_pylist(), key=lambda one: (str(one["space"]), one["read_at"])):
        space, pages = row["space"], row["page_count_distinct"]
        if pages * 2 >= before.get(space, 0):
            found[space].append(row["read_at"])
            before[space] = pages
    return found


def _removed_day(page: Row, whole: Mapping[str, list[datetime]], town: Town) -> date | None:
    """The local day of the first of two readings running that list a page of the sitemap no more."""
    later = [read_at for read_at in whole.get(page["space_last"], ()) if read_at > page["read_at_max"]]
    return town.local_day(later[0]) if page["is_mapped"] and len(later) > 1 else None


def _known(pages: list[Row]) -> set[str]:
    """What the town's rules tell of its pages: a rule nobody ever wrote knows nothing."""
    known = {"process", "page_kind", "language"}
    known |= {"stage"} if any(page["stage_last"] for page in pages) else set()
    known |= {"removal"} if any(page["is_mapped"] for page in pages) else set()
    known |= {"calls"} if any(page["calls_for_response_last"] is not None for page in pages) else set()
    return known | ({"topic"} if any(page["topic_last"] in OF_USE for page in pages) else set())


def _pages(rows: pa.Table) -> list[Row]:
    """One row a page: when it was first seen and said to be published or changed; what it is by its last reading."""
    if "calls_for_response" not in rows.column_names:  # landed before the town could say so
        rows = rows.append_column("calls_for_response", pa.nulls(rows.num_rows, pa.bool_()))
    # A feed says more than a sitemap of the same reading, so it comes last.
    order = [("page", "ascending"), ("read_at", "ascending"), ("listed_in", "descending")]
    plain = rows.sort_by([*order, *((name, "ascending") for name in ("topic", "language", "space"))])
    keep = pc.ScalarAggregateOptions(skip_nulls=False)
    wanted = [("published_at", "min"), ("modified_at", "first"), ("read_at", "min"), ("read_at", "max")]
    mapped = set(rows.filter(pc.equal(rows["listed_in"], "sitemap"))["page"].unique().to_pylist())
    grouped = plain.group_by(["page"], use_threads=False).aggregate(
        [*wanted, *((name, "last", keep) for name in LATEST)]
    )
    pages = sorted(grouped.to_pylist(), key=lambda row: str(row["page"]))
    return [{**page, "is_mapped": page["page"] in mapped} for page in pages]


def _publication(page: Row, readings: Mapping[str, list[datetime]], town: Town) -> Row:
    known = readings.get(page["space_last"], [])
    day = published_day(page["published_at_min"], page["modified_at_first"], page["read_at_min"], known, town)
    own = {name: page[f"{name}_last"] for name in LATEST}
    same = {"month": month_of(day), "asset": "website", "basis": "api"}
    return {**own, **same, "publication": f"site-{page['page']}", "published_day": day}


def published_day(
    published: datetime | None, modified: datetime | None, seen: datetime, readings: list[datetime], town: Town
) -> date:
    """The local day a page counts for."""
    if published is not None:
        return town.local_day(published)
    before = bisect_left(readings, seen)
    if before == 0:
        eve = first_day(town.local_month(seen)) - timedelta(days=1)
        return min(town.local_day(modified), eve) if modified else eve
    is_new = modified is not None and readings[before - 1] < modified <= seen
    return town.local_day(modified if modified is not None and is_new else seen)


def _coverage(readings: Mapping[str, list[datetime]], known: set[str], town: Town) -> Iterator[Row]:
    """A month with a reading is covered; it is full when readings stand at both its ends."""
    for space, instants in sorted(readings.items()):
        days = sorted({town.local_day(instant) for instant in instants})
        for month in sorted({month_of(day) for day in days}):
            first, last, after = first_day(month), last_day(month), first_day(shift(month, 1))
            own = [day for day in days if month_of(day) == month]
            starts = any(first - AT_AN_END <= day <= first for day in days)
            ends = any(after <= day < after + AT_AN_END for day in days)
            part = Part(month, first if starts else own[0], last if ends else own[-1], starts and ends)
            yield coverage_row("publication", part, asset="website", space=space, knows=known, basis="api")
