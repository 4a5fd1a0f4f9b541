"""Columns of a file in each other's place, in a month that was not published: nothing is there to compare it with."""

from __future__ import annotations

from tests.e2e.bad_batches.plants import Change, Plant, Row, plants
from tests.e2e.bad_town import OPEN


def columns(*names: str) -> Change:
    """The columns in each other's place, the last in that of the first."""

    def changed(row: Row) -> Row:
        if any(row[name] is None for name in names):
            return row
        return row | dict(zip(names, [row[name] for name in (*names[1:], names[0])], strict=True))

    return changed


def metrics(one: str, other: str) -> Change:
    """The rows of two metrics under each other's name."""
    names = {one: other, other: one}
    return lambda row: row | {"metric": names.get(row["metric"], row["metric"])}


def _swapped(source: str, rule: str, stream: str, said: str, change: Change, *, of_facts: bool = False) -> list[Plant]:
    places = {"facts": [stream]} if of_facts else {"streams": [stream]}
    return [*plants(source, f"{said} swapped", rule, change, **places, months=(OPEN,))]


GROUP, PAGE, LETTERS = "facebook_group_metric", "facebook_insight", "mailchimp_campaign"
METRICS = "platform_metric.metrics"

PLANTS = (
    *_swapped("facebook_group", METRICS, GROUP, "comments and reactions", metrics("comments", "reactions")),
    *_swapped("facebook_group", METRICS, GROUP, "posts and comments", metrics("posts", "comments")),
    *_swapped("facebook_group", METRICS, GROUP, "posts and reactions", metrics("posts", "reactions")),
    *_swapped("facebook_group", "membership.members", GROUP, "members and active members", metrics("members", "active_members")),
    *_swapped("facebook_page", "platform_metric.amount", PAGE, "views and engagements", metrics("page_media_view", "page_post_engagements")),
    *_swapped("newsletter", "mailing.clicks_within_opens", LETTERS, "opens and clickers", columns("unique_opens_all", "clickers")),
    *_swapped("newsletter", "mailing.delivered_share", "mailing", "delivered and opens", columns("delivered", "unique_opens"), of_facts=True),
    *_swapped("website", "visit.months", "ga4_month", "users and sessions", columns("users", "sessions")),
    *_swapped("website", "visit.users_within_sessions", "ga4_day", "users and sessions of days", columns("users", "sessions")),
    *_swapped("website", "visit.months", "ga4_month", "sessions and seconds", columns("sessions", "engaged_seconds")),
    *_swapped("zoom", "gathering.counts", "gathering", "people and minutes", columns("attendees", "minutes"), of_facts=True),
)  # fmt: skip
