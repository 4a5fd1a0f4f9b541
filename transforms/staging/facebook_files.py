"""Exports of Meta Business Suite beside the page's own service: a post either tells of counts once.

An export counts the comments under a post and says neither who wrote them nor when, so they count in the post's month
and no message comes of them; a month counted so is an estimate. Of several exports of a post or day the one that
reaches furthest speaks (`restated`). An export speaks for the days from its first post to its last.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from transforms.staging.coverage import NOT_IN_EXPORT, coverage_row, deaf_row, month_parts
from transforms.staging.records import Row
from transforms.staging.restated import Restated
from transforms.staging.skipped import Need
from transforms.staging.town import Town
from warehouse.calendar import month_of

LISTED, RESULTS = "meta_listed_post", "meta_listed_result"
ASSET: Final = "facebook"
NEEDS = {
    LISTED: Need(
        ("publication", "platform_metric"),
        ("post_id", "space_key", "created_at", "language", "reactions", "comments"), ("post_id",),
        ("created_at",),
    ),
    RESULTS: Need(("platform_metric",), ("metric", "day", "space_key", "amount"), ("metric", "day"), ("day",)),
}  # fmt: skip
_POST = Restated(
    ("post_id",), ("reactions", "comments", "shares", "reach"), lambda row: row["created_at"],
    lambda row: row["created_at"], apart=("space_key",),
)  # fmt: skip
_RESULT = Restated(
    ("space_key", "metric", "day"), ("amount",), lambda row: row["day"], lambda row: row["day"], apart=("space_key",)
)
RESTATED = {LISTED: _POST, RESULTS: _RESULT}


def listed_posts(rows: Iterable[Row], known: Iterable[Row], comments: Iterable[Row], town: Town) -> list[Row]:
    """The latest reading of each post the service does not tell of (`known` are those it does), in its shape.

    Of its comments those the service tells of (`comments`) are left out.
    """
    told = {row["post_id"] for row in known}
    written = Counter(row["post_id"] for row in comments)
    found = []
    for (post,), last in _POST.standing(rows).items():
        if post in told:
            continue
        seen = max(last["comments"] - written[post], 0)
        found.append({**last, "space": _place(last, town), "comments": seen, "is_page": True})
    return found


def post_counts(posts: Iterable[Row], town: Town) -> Iterator[tuple[tuple[str, str, str], int]]:
    """(month, space, metric) of posts, comments and reactions, and what a post adds to it."""
    for post in posts:
        place = town.local_month(post["created_at"]), post["space"]
        yield (*place, "posts"), 1
        for metric in ("comments", "reactions"):
            yield (*place, metric), post[metric]


def results(rows: Iterable[Row], town: Town) -> list[Row]:
    """The page's numbers by day, as the export tells them that speaks."""

    def key(row: Row) -> tuple[str, str, date]:
        return town.place_of(row["space"], row["space_key"], ASSET, kind="page"), row["metric"], row["day"]

    return [
        {
            "month": month_of(day), "space": space, "metric": metric, "period": "day", "period_start": day,
            "amount": row["amount"], "basis": "export",
        }
        for (space, metric, day), row in _RESULT.standing(rows, key).items()
    ]  # fmt: skip


def coverage_rows(rows: Iterable[Row], town: Town) -> Iterator[Row]:
    """What the exports of posts spoke for, page by page; who wrote to the page and when, they cannot say."""
    exports: dict[str, dict[tuple[str, str], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        exports[_place(row, town)][row["segment"], row["space_key"]].append(row)
    for space, files in sorted(exports.items()):
        every = [row for found in files.values() for row in found]
        process = ["process"] if all(row["is_classified"] for row in every) else []
        calls = ["calls"] if all(row["is_call"] is not None for row in every) else []
        days = [sorted(town.local_day(row["created_at"]) for row in found) for found in files.values()]
        for part in month_parts((one[0], one[-1]) for one in days):
            same = {"asset": ASSET, "space": space, "basis": "export"}
            yield coverage_row("publication", part, knows=["language", *process, *calls], flags=part.flags, **same)
            yield coverage_row("platform_metric", part, flags=["estimated", *part.flags], **same)
            yield deaf_row("message", part.month, NOT_IN_EXPORT, **same)


def _place(row: Row, town: Town) -> str:
    return town.place_of(row["space"], row["space_key"], ASSET, is_named=True)
