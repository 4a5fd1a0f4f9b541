"""Indicators of the live channels computed once more from what the stand-ins hold, as their services would answer.

Meetings are read from Zoom's own rows, posts, comments, campaigns and visits from the states the services keep; beside them
counts only when the town looked and how long a service keeps what it knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simulator.channels.life import Life
from simulator.channels.served import Served
from tests.e2e.reread_town import SILENT, Figure, Figures, month_before

ZONE = ZoneInfo("Asia/Jerusalem")
ZOOM_KEEPS = timedelta(days=183)
TOWN, RESIDENTS = "1008001", 30_000
ACTED = ("pay", "enrol", "change_details", "apply", "write_to_us", "read_alert")


def reread(life: Life, served: Served, instants: Sequence[datetime], months: Iterable[str]) -> Figures:
    """Every figure there is, of every month, as of the last look."""
    figures: Figures = {}
    now = instants[-1]
    for month in months:
        after = datetime.fromisoformat(f"{month_before(month, -1)}-01").replace(tzinfo=ZONE)
        is_over = now >= after
        found = _zoom(served, month, instants[0]) | _page(served, month, instants) | _letter(served, month, now)
        found |= _site(life, month, instants[0])
        for indicator, figure in found.items():
            running = Figure(figure.value or None, None, False)  # a zero of a month that runs is nobody's to tell
            figures[indicator, month] = figure if is_over else running if figure.value is not None else figure
    return figures


def _month(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(ZONE):%Y-%m}"


def _zoom(served: Served, month: str, first: datetime) -> dict[str, Figure]:
    begins = datetime.fromisoformat(f"{month}-01").replace(tzinfo=ZONE)
    if begins < first - ZOOM_KEEPS:
        return dict.fromkeys(("zoom.public_meetings", "zoom.attendees"), SILENT)
    meetings, people = 0, set[Any]()
    for one in served.meetings.zoom.held:
        told = one.history()
        purposes = {field["value"] for field in told["tracking_fields"] if field["field"] == "Purpose"}
        if _month(told["start_time"]) != month or not purposes & {"public", "neighbours"} or told["duration"] < 5:
            continue
        meetings += 1
        rows = [row.past(True) for row in one.rows()]
        people |= {
            row["user_email"] or (told["meeting_uuid"], row["name"]) for row in rows
            if row["status"] == "in_meeting" and not row["internal_user"]
        }  # fmt: skip
    return {"zoom.public_meetings": Figure(meetings, meetings), "zoom.attendees": Figure(len(people), len(people))}


def _page(served: Served, month: str, instants: Sequence[datetime]) -> dict[str, Figure]:
    graph = served.page.graph
    posts = {one.id: one for one in graph.posts}
    written = [one for one in graph.comments if f"{one.created.astimezone(ZONE):%Y-%m}" == month and not one.is_hidden]
    comments = sum(
        one.author is not None and posts[one.post].author is None
        # Below an old post Graph is asked for what answers the post itself, no more for what answers a comment.
        and (not one.parent or f"{posts[one.post].created.astimezone(ZONE):%Y-%m}" >= month_before(month, 2))
        for one in written
    )  # fmt: skip
    mine = [one for one in graph.posts if f"{one.created.astimezone(ZONE):%Y-%m}" == month]
    process = sum(one.author is None and "תכנית" in (one.message or "") for one in mine)
    looked = [one.astimezone(ZONE).date() for one in instants if f"{one.astimezone(ZONE):%Y-%m}" == month]
    counts = [graph.followers[max(day for day in graph.followers if day <= one)] for one in looked
              if one >= min(graph.followers)]  # fmt: skip
    people = {one.author for one in (*mine, *written) if one.author is not None}
    return {
        "facebook.resident_comments": Figure(comments, comments),
        "facebook.process_posts": Figure(process, process),
        # Followers are told of the day of the look; the end of the month was not looked at.
        "facebook.follower_share": Figure(counts[-1] / RESIDENTS, RESIDENTS, False)
        if counts
        else Figure(0, RESIDENTS, None)
        if looked
        else SILENT,
        "facebook.engagement_rate": Figure(len(people) / counts[-1], counts[-1]) if counts else SILENT,
    }


def _letter(served: Served, month: str, now: datetime) -> dict[str, Figure]:
    letter = served.mailing_list.newsletter
    following = month_before(month, -1)
    end = min(datetime.fromisoformat(f"{following}-01").replace(tzinfo=UTC), now)
    subscribed = sum(one.joined_at <= end and not (one.left_at and one.left_at <= end) for one in letter.members)
    sent = [one for one in letter.campaigns if not one.parent and f"{one.sent_at.astimezone(ZONE):%Y-%m}" == month]
    clicked = {
        click.address for one in sent for click in one.clicked
        if click.at <= now and not (click.voided_at and click.voided_at <= now)
    }  # fmt: skip
    reached = sum(len(set(one.recipients) - one.hard_bounces - one.soft_bounces) for one in sent)
    opens = sum(
        len(
            {event.address for event in one.opened if event.at <= now and not (one.tells_machines and event.is_machine)}
        )
        for one in sent
    )
    last = date.fromisoformat(f"{following}-01") - timedelta(days=1)
    is_past = now.astimezone(ZONE).date() > last + timedelta(days=60)
    return {
        "newsletter.subscribers": Figure(subscribed, subscribed),
        "newsletter.clickers": Figure(len(clicked), len(clicked), is_past),
        "newsletter.open_rate": Figure(opens / reached, reached, is_past) if reached else SILENT,
    }


def _site(life: Life, month: str, first: datetime) -> dict[str, Figure]:
    names = ("website.resident_users", "website.resident_sessions", "website.active_service_users", "app.residents")
    hits = [one for one in life.website.hits if f"{one.day:%Y-%m}" == month and one.city == TOWN]
    by_way = defaultdict(list)
    for one in hits:
        by_way[one.platform == "web"].append(one)
    if not hits:
        return dict.fromkeys(names, SILENT)
    users, visits = {one.user for one in by_way[True]}, {one.session for one in by_way[True]}
    acted = {one.user for one in by_way[True] if one.event in ACTED}
    app = {one.user for one in by_way[False]}
    # Of the app there is no word before its first visit: that month may have been heard in part.
    is_first = month <= f"{first + timedelta(days=2):%Y-%m}"
    return {
        "website.resident_users": Figure(len(users), len(users)),
        "website.resident_sessions": Figure(len(visits), len(visits)),
        "website.active_service_users": Figure(len(acted), len(acted)),
        "app.residents": Figure(len(app), len(app), None if is_first else True),
    }
