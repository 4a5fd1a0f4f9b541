"""Landed Facebook Page records to messages, membership, publications, platform metrics and coverage.

A record is read again for months; of several readings the latest speaks. What vanished from the page
keeps its last reading: it was there, and a closed month does not change. What a webhook said was removed is a
deleted message; its text counts no more.

A comment the page hid is no message: hiding is the page's doing, deleting the author's, and `message` has
a word for the second only. Hidden ones are counted apart, as the metric `hidden_comments` of their month;
what answers them still knows whom it answers.

Staff who write from accounts of their own are known by the name Graph shows, when the roster gives it:
Graph's numbers of people mean something to the page alone and are shown nowhere. Two people of one name
cannot be told apart, so a month in which a name decided says `by_name`; one for which nobody is declared at
all says `estimated`, since staff may stand among the residents there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import pyarrow as pa

from transforms.staging import facebook_files
from transforms.staging.counted_members import Count, membership_rows
from transforms.staging.facebook_changes import BEGUN, ORDER, with_changes
from transforms.staging.facebook_metrics import withdrawn
from transforms.staging.facebook_writers import COMMENTS, POSTS, VISITORS, coverage, role
from transforms.staging.records import Row, fact_rows, landed_rows, latest
from transforms.staging.skipped import NO_COLUMN, UNKNOWN, Need, QuarantinedRow, Skipped, superseded_items
from transforms.staging.town import Town
from warehouse.calendar import first_day, month_of
from warehouse.vocabulary import Basis

SOURCE = "facebook_page"
DAYS, INSIGHTS, PULLS, CHANGES = "facebook_page_day", "facebook_insight", "facebook_pull", "facebook_change"
STREAMS = (POSTS, VISITORS, COMMENTS, DAYS, INSIGHTS, PULLS, CHANGES, facebook_files.LISTED, facebook_files.RESULTS)
REVISION = 10  # raise it when the same records would stage differently: everything is staged anew
_PLACED = ("space", "read_at")
_POSTED = Need(
    ("message", "publication", "platform_metric"), ("post_id", "created_at", *_PLACED), ("post_id",), ("created_at",)
)
NEEDS = {
    POSTS: _POSTED,
    VISITORS: _POSTED,
    COMMENTS: Need(
        ("message", "platform_metric"), ("comment_id", "post_id", "created_at", *_PLACED), ("comment_id",),
        ("created_at",),
    ),
    DAYS: Need(("membership",), ("page_id", "day", "followers", *_PLACED), ("page_id", "day"), ("day",)),
    INSIGHTS: Need(
        ("platform_metric",), ("page_id", "metric", "period", "period_start", "amount", *_PLACED),
        ("page_id", "metric", "period", "period_start"), ("period_start",),
    ),
    PULLS: Need(("message", "platform_metric", "publication"), ("stream", "until", *_PLACED), (), ("until", "since")),
    CHANGES: Need(("message", "publication"), ("subject", "verb", *_PLACED), (), ("created_at", "read_at")),
    **facebook_files.NEEDS,
}  # fmt: skip
RESTATED = facebook_files.RESTATED


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts `message`, `membership`, `publication`, `platform_metric` and `coverage`."""
    skipped = Skipped(NEEDS, town)
    landed = skipped.fit(landed)
    posts = _latest(landed, POSTS, "post_id") + _latest(landed, VISITORS, "post_id")
    changed = _changes(landed, skipped)
    posts = with_changes(posts, changed["post"], "post_id")
    # What is planned, or was taken back, nobody can see: it is not lost.
    posts = [post for post in posts if post["is_published"] is not False]
    for post in (post for post in posts if post["is_page"] is None):
        # It may be a publication; nobody says.
        skipped.leave_out(POSTS, post, NO_COLUMN, "is_page")
    is_counted = any(post["reactions"] is not None for post in posts)
    for post in (post for post in posts if is_counted and post["reactions"] is None and "verb" not in post):
        # How many reacted to it is missing from the month's number; the post itself is not.
        skipped.leave_out(POSTS, post, NO_COLUMN, "reactions", facts=("platform_metric",))
    comments = with_changes(_latest(landed, COMMENTS, "comment_id"), changed["comment"], "comment_id")
    for comment in (comment for comment in comments if comment["is_hidden"] is None):
        # It may be one that the page hid.
        skipped.leave_out(COMMENTS, comment, NO_COLUMN, "is_hidden")
    nameless = [(VISITORS, one) for one in posts if one["is_page"] is False] + [(COMMENTS, one) for one in comments]
    for stream, one in nameless:
        if one["author"] is None and role(one, town) == "unknown":
            # It counts, but among nobody's: what residents wrote is so many at least.
            skipped.leave_out(stream, one, NO_COLUMN, "author", facts=("message",))
    days = _latest(landed, DAYS, "page_id", "day")
    insights = _latest(landed, INSIGHTS, "page_id", "metric", "period", "period_start", "part")
    pulls = _latest(landed, PULLS, "page_id", "stream", "subject", "since", "until", "read_at")
    exported = landed_rows(landed, facebook_files.LISTED)
    listed = facebook_files.listed_posts(exported, posts, comments, town)
    results = facebook_files.results(landed_rows(landed, facebook_files.RESULTS), town)
    rows = {
        "message": messages(posts, comments, town),
        "membership": membership(days),
        "publication": [*publications(posts, "api", town), *publications(listed, "export", town)],
        "platform_metric": [*counted(posts, comments, listed, town), *reported(insights), *results],
        "coverage": [
            *coverage(pulls, days, [*posts, *comments], town), *withdrawn(pulls, insights, town),
            *facebook_files.coverage_rows(exported, town),
        ],
    }  # fmt: skip
    return {fact: fact_rows(fact, found, town, asset="facebook") for fact, found in rows.items()} | skipped.tables()


def superseded(landed: Mapping[str, pa.Table], aside: Iterable[QuarantinedRow], town: Town) -> set[str]:
    """Items within the days of an export that reaches as far or further."""
    return superseded_items(
        landed, {facebook_files.LISTED: ("created_at",), facebook_files.RESULTS: ("day",)}, aside, town
    )


def _changes(landed: Mapping[str, pa.Table], skipped: Skipped) -> dict[str, list[Row]]:
    """Changes of posts and of comments that say of which.

    An addition that does not say when is no message, unless it was pulled too. Of what was never seen otherwise, a
    change that is no addition loses nothing: it is of a time before anybody listened, or its addition is counted.
    """
    found: dict[str, list[Row]] = {"post": [], "comment": []}
    for row in landed_rows(landed, CHANGES):
        lacking = [name for name in ("post_id", "comment_id")[: 1 + (row["subject"] == "comment")] if not row[name]]
        if row["subject"] not in found or row["verb"] not in ORDER:
            skipped.leave_out(CHANGES, row, UNKNOWN, "subject" if row["subject"] not in found else "verb")
        elif lacking:
            skipped.leave_out(CHANGES, row, NO_COLUMN, lacking[0])
        else:
            found[row["subject"]].append(row)
    pulled = {
        subject: set[str]().union(*(landed[one][f"{subject}_id"].to_pylist() for one in streams if one in landed))
        for subject, streams in (("post", (POSTS, VISITORS)), ("comment", (COMMENTS,)))
    }
    for subject, rows in found.items():
        timed = {row[f"{subject}_id"] for row in rows if row["verb"] in BEGUN and row["created_at"]} | pulled[subject]
        for row in rows:
            if row["verb"] == "add" and row[f"{subject}_id"] not in timed:
                skipped.leave_out(CHANGES, row, NO_COLUMN, "created_at")
    return found


def _latest(landed: Mapping[str, pa.Table], stream: str, *key: str) -> list[Row]:
    """The latest reading of each key, in the order of the keys; of readings of one instant, the segment decides."""
    return latest(landed, stream, key, by=("read_at", "segment"))


def messages(posts: list[Row], comments: list[Row], town: Town) -> list[Row]:
    """Posts start conversations, comments answer the post or the comment they stand under."""
    written: dict[str, Row] = {}
    for post in posts:
        kind = "deleted" if post["is_deleted"] else "post"
        written[post["post_id"]] = {**_written(post, post["post_id"], town), "kind": kind, "root": post["post_id"]}
    for comment in comments:
        kind = "deleted" if comment["is_deleted"] else "comment"
        row = {**_written(comment, comment["comment_id"], town), "kind": kind, "root": comment["post_id"]}
        row["reply_to"] = comment["parent_id"] or comment["post_id"]
        row["post_role"] = "authority" if comment["is_page_post"] else "unknown"
        written[comment["comment_id"]] = row
    hidden = {comment["comment_id"] for comment in comments if comment["is_hidden"]}
    return [_linked(row, written) for name, row in written.items() if name not in hidden]


def _written(record: Row, identifier: str, town: Town) -> Row:
    return {
        "month": town.local_month(record["created_at"]),
        "space": record["space"],
        "message": identifier,
        "author": record["author"],
        "author_role": role(record, town),
        "sent_at": record["created_at"],
        "reply_to": None,
        "is_question": bool(record["is_question"]),
        "length": record["length"] or 0,
    }


def _linked(row: Row, written: Mapping[str, Row]) -> Row:
    """The row with what is known of the one it answers; an answer to what we never saw is still an answer."""
    answered = row["reply_to"]
    target = written.get(answered or "", {})
    post_role = row.pop("post_role", None)
    unseen = post_role if answered == row["root"] else "unknown"
    return {
        **row,
        "message": f"fb-{row['message']}",
        "root": f"fb-{row['root']}",
        "reply_to": f"fb-{answered}" if answered else None,
        "reply_to_author": target.get("author"),
        "reply_to_role": target.get("author_role", unseen) if answered else None,
        "reply_basis": "explicit" if answered else "none",
    }


def membership(days: list[Row]) -> list[Row]:
    """Followers as counted on each day, of all the pages of a space. Who came and who went is not told apart there."""
    pages: dict[str, dict[str, dict[date, Count]]] = defaultdict(lambda: defaultdict(dict))
    for row in days:
        pages[row["space"]][row["page_id"]][row["day"]] = (row["followers"], 0, 0)
    return [
        {**row, "basis": "api"}
        for space, each in sorted(pages.items())
        for row in membership_rows(space, [each[page] for page in sorted(each)])
    ]


def publications(posts: list[Row], basis: Basis, town: Town) -> list[Row]:
    """The page's own posts, by the town's words for processes and for calls."""
    return [
        {
            "month": town.local_month(post["created_at"]), "space": post["space"],
            "publication": f"fb-{post['post_id']}", "published_day": town.local_day(post["created_at"]),
            "topic": "process" if post["is_process"] else "other", "process_kind": None, "stage": None,
            "language": post["language"] or "he", "calls_for_response": post.get("is_call"), "follows_up": None,
            "basis": basis,
        }
        for post in posts
        if post["is_page"]
    ]  # fmt: skip


def counted(posts: list[Row], comments: list[Row], listed: list[Row], town: Town) -> Iterator[Row]:
    """Posts, comments and reactions of a month counted by ourselves: they outlive every metric.

    Reactions bear no date of their own; they count in the month of their post, as many as there are by now. So do the
    comments under posts that exports alone tell of (`listed`).
    """
    found: Counter[tuple[str, str, str]] = Counter()
    for post in posts:
        month = town.local_month(post["created_at"])
        found[month, post["space"], "posts"] += 1
        if post["reactions"] is not None:
            found[month, post["space"], "reactions"] += post["reactions"]
    for comment in comments:
        metric = "hidden_comments" if comment["is_hidden"] else "comments"
        found[town.local_month(comment["created_at"]), comment["space"], metric] += 1
    service = set(found)
    for key, amount in facebook_files.post_counts(listed, town):
        found[key] += amount
    for (month, space, metric), amount in sorted(found.items()):
        yield {
            "month": month, "space": space, "metric": metric, "period": "month", "period_start": first_day(month),
            "amount": float(amount), "basis": "api" if (month, space, metric) in service else "export",
        }  # fmt: skip


def reported(insights: list[Row]) -> Iterator[Row]:
    """Insights under Facebook's own names, so that no series is glued to its successor; of several pages added.

    Days are Pacific ones.
    """
    found: dict[tuple[str, str, str, date], float] = defaultdict(float)
    for row in insights:
        metric = row["metric"] + (f".{row['part']}" if row["part"] else "")
        found[row["space"], metric, row["period"], row["period_start"]] += row["amount"]
    for (space, metric, period, start), amount in found.items():
        yield {
            "month": month_of(start), "space": space, "metric": metric, "period": period, "period_start": start,
            "amount": float(amount), "basis": "api",
        }  # fmt: skip
