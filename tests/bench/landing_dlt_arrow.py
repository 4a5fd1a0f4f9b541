"""dlt fed Arrow over the same pages as `tests.bench.landing`, the fastest way its documentation names.

Answers are decoded into msgspec structs of the fields that are wanted, sixteen thousand rows become a table, and dlt loads
tables. Nothing is hashed, checked, measured or deduplicated, words and names are kept, and a meeting's participants come
from one list only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

import msgspec
import pyarrow as pa
import requests

ROWS = 16_000
Rows = Iterator[list[Any]]
T = TypeVar("T")


class Author(msgspec.Struct, gc=False):
    """Who wrote a comment."""

    id: str | None = None
    name: str | None = None


class Comment(msgspec.Struct, gc=False):
    """A comment."""

    id: str
    created_time: str
    message: str | None = None
    like_count: int | None = None
    comment_count: int | None = None
    is_hidden: bool | None = None
    author: Author | None = msgspec.field(default=None, name="from")


class Post(msgspec.Struct, gc=False):
    """A post, of which comments are asked for."""

    id: str


class Connection(msgspec.Struct, gc=False):
    """A participant's connection."""

    user_id: str | None = None
    name: str | None = None
    user_email: str | None = None
    registrant_id: str | None = None
    join_time: str | None = None
    leave_time: str | None = None
    duration: int | None = None
    status: str | None = None


class Registrant(msgspec.Struct, gc=False):
    """Somebody who registered."""

    id: str
    email: str | None = None


class Click(msgspec.Struct, gc=False):
    """Somebody who clicked."""

    email_id: str
    email_address: str


class Value(msgspec.Struct, gc=False):
    """A cell of a report of GA4."""

    value: str


class Row(msgspec.Struct, gc=False):
    """A row of it."""

    dimensionValues: list[Value]  # noqa: N815
    metricValues: list[Value]  # noqa: N815


class Cursors(msgspec.Struct, gc=False):
    """Where a list of Graph goes on."""

    next: str | None = None


class Graph(msgspec.Struct, Generic[T], gc=False):
    """A page of Graph."""

    data: list[T]
    paging: Cursors | None = None


class Participants(msgspec.Struct, gc=False):
    """A page of participants."""

    participants: list[Connection]
    next_page_token: str = ""


class Registrants(msgspec.Struct, gc=False):
    """A page of registrants."""

    registrants: list[Registrant]
    next_page_token: str = ""


class Members(msgspec.Struct, gc=False):
    """A page of those who clicked."""

    members: list[Click]
    total_items: int


class Report(msgspec.Struct, gc=False):
    """A page of a report."""

    rowCount: int = 0  # noqa: N815
    rows: list[Row] = []


def tables(pages: Rows, columns: dict[str, Callable[[Any], Any]]) -> Iterator[pa.Table]:
    """The pages as tables of some thousand rows."""
    waiting: list[Any] = []
    for page in pages:
        waiting += page
        if len(waiting) >= ROWS:
            yield pa.table({name: [of(row) for row in waiting] for name, of in columns.items()})
            waiting = []
    if waiting:
        yield pa.table({name: [of(row) for row in waiting] for name, of in columns.items()})


def plain(kind: type[msgspec.Struct]) -> dict[str, Callable[[Any], Any]]:
    """Column -> how it is read, of a struct's plain fields."""
    return {name: (lambda row, name=name: getattr(row, name)) for name in kind.__struct_fields__ if name != "author"}


def readers(
    at: dict[str, dict[str, Any]], since: int, until: int, days: tuple[str, str]
) -> dict[str, Callable[[], Iterator[pa.Table]]]:
    """A generator of tables for each kind of record."""
    line = requests.Session()
    line.trust_env = False
    page, token = at["facebook"]["page"], at["facebook"]["secrets"]["token"]
    counted = "reactions.summary(total_count).limit(0),comments.summary(total_count).filter(stream).limit(0)"

    def graph(path: str, kind: Any, **asked: Any) -> Rows:
        url: str | None = f"{at['facebook']['base_url']}/v26.0/{path}"
        decoder = msgspec.json.Decoder(Graph[kind])
        given: dict[str, Any] = {"access_token": token, "limit": 100, **asked}
        while url:
            answer = decoder.decode(line.get(url, params=given).content)
            yield answer.data
            url, given = answer.paging.next if answer.paging else None, {}

    def comments() -> Rows:
        fields = "id,from,message,created_time,parent{id},comment_count,like_count,is_hidden"
        asked = {"fields": f"id,created_time,{counted}", "since": since, "until": until}
        for posts in graph(f"{page}/published_posts", Post, **asked):
            for post in posts:
                yield from graph(f"{post.id}/comments", Comment, filter="stream", order="chronological", fields=fields)

    own, secrets = at["zoom"]["base_url"], at["zoom"]["secrets"]
    answer = line.post(
        own + "/oauth/token",
        data={"grant_type": "account_credentials", "account_id": secrets["account"]},
        auth=(secrets["client_id"], secrets["client_secret"]),
    )
    signed = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def listed(path: str, key: str, kind: Any, **asked: Any) -> Rows:
        decoder, after = msgspec.json.Decoder(kind), ""
        while True:
            given = {"page_size": 300, **asked, **({"next_page_token": after} if after else {})}
            found = decoder.decode(line.get(f"{own}/v2/{path}", params=given, headers=signed).content)
            yield getattr(found, key)
            after = found.next_page_token
            if not after:
                return

    def meetings() -> list[dict[str, Any]]:
        asked = {"from": days[0], "to": days[1], "date_type": "start_time", "report_type": "all", "meeting_type": "all"}
        found, after = [], ""
        while True:
            given = {"page_size": 300, **asked, **({"next_page_token": after} if after else {})}
            told = line.get(f"{own}/v2/report/history_meetings", params=given, headers=signed).json()
            found += told["history_meetings"]
            after = told.get("next_page_token", "")
            if not after:
                return found

    def connections() -> Rows:
        for one in meetings():
            path = f"report/meetings/{one['meeting_uuid'].replace('=', '%3D')}/participants"
            yield from listed(path, "participants", Participants, include_fields="registrant_id")

    def registrants() -> Rows:
        for one in meetings():
            yield from listed(f"meetings/{one['meeting_id']}/registrants", "registrants", Registrants)

    mail, key = at["mailchimp"]["base_url"], ("x", at["mailchimp"]["secrets"]["key"])

    def every(path: str, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            told = line.get(f"{mail}/{path}", params={"count": 1000, "offset": len(found)}, auth=key).json()
            found += told[name]
            if len(found) >= told["total_items"]:
                return found

    def clicks() -> Rows:
        decoder = msgspec.json.Decoder(Members)
        for campaign in every("campaigns", "campaigns"):
            path = f"reports/{campaign['id']}/click-details"
            for link in every(path, "urls_clicked"):
                start, total = 0, 1
                while start < total:
                    fields = "members.email_id,members.email_address,total_items"
                    given = {"count": 1000, "offset": start, "fields": fields}
                    told = decoder.decode(
                        line.get(f"{mail}/{path}/{link['id']}/members", params=given, auth=key).content
                    )
                    yield told.members
                    start, total = start + len(told.members), told.total_items

    def pages() -> Rows:
        start, decoder = 0, msgspec.json.Decoder(Report)
        while True:
            asked = {
                "dimensions": [{"name": "pagePath"}], "metrics": [{"name": "screenPageViews"}],
                "dateRanges": [{"startDate": days[0], "endDate": days[1]}], "limit": 10_000, "offset": start,
                "orderBys": [{"dimension": {"dimensionName": "pagePath"}}],
            }  # fmt: skip
            url = f"{at['ga4']['base_url']}/v1beta/properties/{at['ga4']['property']}:runReport"
            told = decoder.decode(line.post(url, json=asked).content)
            yield told.rows
            start += len(told.rows)
            if not told.rows or start >= told.rowCount:
                return

    written = {
        **plain(Comment), "author": lambda row: row.author and row.author.id,
        "author_name": lambda row: row.author and row.author.name,
    }  # fmt: skip
    cells = {
        "path": lambda row: row.dimensionValues[0].value, "views": lambda row: int(row.metricValues[0].value),
    }  # fmt: skip
    return {
        "comments": lambda: tables(comments(), written), "connections": lambda: tables(connections(), plain(Connection)),
        "registrants": lambda: tables(registrants(), plain(Registrant)), "clicks": lambda: tables(clicks(), plain(Click)),
        "pages": lambda: tables(pages(), cells),
    }  # fmt: skip
