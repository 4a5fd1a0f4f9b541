"""The streams of a page but for its insights: its fields of the day, posts, visitors' posts, comments, pulls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pyarrow as pa

from collectors.base import Page, Stream
from collectors.columns import IdentityKind
from collectors.errors import CollectorError, SourceChanged
from collectors.facebook.errors import NOT_VISIBLE
from collectors.facebook.session import FacebookSession
from collectors.facebook.written import bared, names_of, needed, process_words, row_page, slim, written
from collectors.kinds import Reader, WrongValue, boolean, count, instant, text
from collectors.records import value_at
from collectors.service import ServiceStream, Window

REREAD = timedelta(days=90)
REACH = timedelta(days=400)
"""How old a post may be for comments that come under it now to be seen."""
Fields = Mapping[str, tuple[str, Reader]]
INSTANT = pa.timestamp("us", tz="UTC")
OF_THE_PAGE = [("page_id", pa.string()), ("space", pa.string()), ("read_at", INSTANT)]
WRITERS: Mapping[str, IdentityKind] = {"author": "account", "author_name": "chat_sender"}
_COUNTED = "reactions.summary(total_count).limit(0),comments.summary(total_count).filter(stream).limit(0)"
POST_FIELDS = f"id,from,message,created_time,updated_time,status_type,is_published,shares,{_COUNTED}"
COMMENT_FIELDS = "id,from,message,created_time,parent{id},comment_count,like_count,is_hidden"
PAGE_FIELDS = "id,followers_count,fan_count,talking_about_count,rating_count,is_published"


class FacebookPull(Stream):
    """What a pull covered, landed with its records: without it nothing read could not be told from nothing there.

    `subject` is a metric or '' for the stream as a whole; `outcome` read, empty or withdrawn.
    """

    name = "facebook_pull"
    schema = pa.schema(
        [
            *OF_THE_PAGE,
            ("stream", pa.string()),
            ("subject", pa.string()),
            ("outcome", pa.string()),
            ("since", INSTANT),
            ("until", INSTANT),
            ("records", pa.int64()),
            ("is_classified", pa.bool_()),  # the town gave words by which posts on processes are known
            ("gone_since", pa.date32()),  # of a metric that was withdrawn, where the day is known
            ("successor", pa.string()),  # the metric that took its place; ''
        ]
    )
    key = ("page_id", "stream", "subject", "since", "until", "read_at")
    facts = ("coverage",)


class FacebookStream(ServiceStream):
    """A stream that says at its end what it covered."""

    facts: ClassVar[tuple[str, ...]] = ("message",)

    def pages(self, session: FacebookSession, window: Window) -> Iterator[Page]:
        """The window's records and, when all of them were read, the pull that says so."""
        records = 0
        for page in self.read(session, window):
            records += page.rows.num_rows if page.stream is type(self) else 0
            yield page
        yield pulled(session, self.name, window, records)

    def read(self, session: FacebookSession, window: Window) -> Iterator[Page]:
        """The window's records."""
        raise NotImplementedError


class PageDay(FacebookStream):
    """What Graph says of the page today; there is no asking for yesterday, so a past window gives nothing."""

    name = "facebook_page_day"
    schema = pa.schema(
        [
            *OF_THE_PAGE,
            ("day", pa.date32()),  # local
            ("followers", pa.int64()),
            ("likes", pa.int64()),
            ("talking_about", pa.int64()),
            ("ratings", pa.int64()),
            ("is_published", pa.bool_()),
        ]
    )
    key = ("page_id", "day")
    facts = ("membership",)
    longest_window = timedelta(days=3650)

    def read(self, session: FacebookSession, window: Window) -> Iterator[Page]:
        """One row, of the day the window ends on, unless that day is over."""
        if session.read_at - window.until > timedelta(days=1):
            return
        answer = session.get(session.page, {"fields": PAGE_FIELDS})
        if str(answer.get("id")) != session.page:
            raise SourceChanged(f"Facebook account {session.account.name}: another page answered", code="other_page")
        fields: dict[str, tuple[str, Reader]] = {
            "page_id": ("id", needed(text)),
            "followers": ("followers_count", needed(count)),
            "likes": ("fan_count", count),
            "talking_about": ("talking_about_count", count),
            "ratings": ("rating_count", count),
            "is_published": ("is_published", boolean),
        }
        day = session.read_at.astimezone(ZoneInfo(session.account.timezone)).date()
        yield row_page(type(self), [slim(answer, fields)], fields, session, {"day": day})


class Posts(FacebookStream):
    """What the page published. Counts under a post change for ever; three months are read again each time."""

    name = "facebook_post"
    schema = pa.schema(
        [
            *OF_THE_PAGE,
            ("post_id", pa.string()),
            ("author", pa.string()),
            ("author_name", pa.string()),
            ("is_page", pa.bool_()),
            ("created_at", INSTANT),
            ("updated_at", INSTANT),
            ("kind", pa.string()),
            ("is_published", pa.bool_()),
            ("length", pa.int64()),
            ("is_question", pa.bool_()),
            ("is_process", pa.bool_()),
            ("language", pa.string()),
            ("shares", pa.int64()),
            ("reactions", pa.int64()),
            ("comments", pa.int64()),
        ]
    )
    key = ("post_id",)
    cursor = "created_at"
    lookback = REREAD
    longest_window = timedelta(days=93)
    personal_fields = WRITERS
    facts: ClassVar[tuple[str, ...]] = ("message", "publication", "platform_metric")
    edge: ClassVar[str] = "published_posts"
    is_by_page: ClassVar[bool] = True
    counted: ClassVar[Fields] = {
        "post_id": ("id", needed(text)),
        "updated_at": ("updated_time", instant),
        "kind": ("status_type", text),
        "is_published": ("is_published", boolean),
        "is_process": ("message.is_process", boolean),
        "language": ("message.language", text),
        "shares": ("shares.count", lambda value: count(value) or 0),  # left out by Graph when there are none
        "reactions": ("reactions.summary.total_count", count),
        "comments": ("comments.summary.total_count", count),
    }

    fields = {**written({}), **counted}
    is_replayable = True  # a post stands alone; its author's name was not put aside with it

    def read(self, session: FacebookSession, window: Window) -> Iterator[Page]:
        """Posts created in the window, as they stand now."""
        for records in session.lists(f"{session.page}/{self.edge}", {"fields": POST_FIELDS, **bounds(window)}):
            yield self.page(records, session)

    def page(self, records: list[dict[str, Any]], session: FacebookSession) -> Page:
        """A page of posts from Graph's records."""
        fields = {**self.fields, **written(names_of(records, session))}
        bare = [bared(record, fields, session, self.is_by_page) for record in records]
        return row_page(type(self), bare, fields, session)


class VisitorPosts(Posts):
    """What others wrote on the page."""

    name = "facebook_visitor_post"
    edge = "visitor_posts"
    is_by_page = False
    facts = ("message",)


class Comments(FacebookStream):
    """All comments, answers to comments included, under posts of the window and older ones, of 400 days, that stirred.

    Posts are listed a hundred a call and say when they last changed, a comment being a change; only those that
    changed since the window began are read. Not seen: a comment under a post older than that, and one hidden
    later than three months after it was written.
    """

    name = "facebook_comment"
    schema = pa.schema(
        [
            *OF_THE_PAGE,
            ("comment_id", pa.string()),
            ("post_id", pa.string()),
            ("is_page_post", pa.bool_()),
            ("parent_id", pa.string()),
            ("author", pa.string()),
            ("author_name", pa.string()),
            ("is_page", pa.bool_()),
            ("created_at", INSTANT),
            ("length", pa.int64()),
            ("is_question", pa.bool_()),
            ("likes", pa.int64()),
            ("replies", pa.int64()),
            ("is_hidden", pa.bool_()),
        ]
    )
    key = ("comment_id",)
    cursor = "created_at"
    lookback = REREAD
    longest_window = timedelta(days=93)
    personal_fields = WRITERS
    counted: ClassVar[Fields] = {
        "comment_id": ("id", needed(text)),
        "parent_id": ("parent.id", text),
        "likes": ("like_count", count),
        "replies": ("comment_count", count),
        "is_hidden": ("is_hidden", boolean),
    }

    fields = {**written({}), **counted}
    is_replayable = True  # a comment stands alone; its author's name was not put aside with it

    def read(self, session: FacebookSession, window: Window) -> Iterator[Page]:
        """Comments post by post; a post that says it has none, or none since, costs no call."""
        since = window.since and min(window.since, window.until - REACH)
        for kind in (Posts, VisitorPosts):
            fields = f"id,created_time,updated_time,{_COUNTED.partition(',')[2]}"
            asked = {"fields": fields, **bounds(Window(since, window.until))}
            for records in session.lists(f"{session.page}/{kind.edge}", asked):
                talked_of = [
                    post
                    for post in records
                    if value_at(post, "comments.summary.total_count") != 0 and _stirred(post, window.since)
                ]
                found = [
                    page.rows
                    for post in talked_of
                    for page in self._under(session, str(post.get("id", "")), kind.is_by_page)
                ]
                # One page for a page of posts: a lake of one row group a post would be slow to read.
                if found:
                    yield Page(type(self), pa.concat_tables(found))

    def _under(self, session: FacebookSession, post: str, is_page_post: bool) -> Iterator[Page]:
        asked = {"filter": "stream", "order": "chronological", "summary": "true", "fields": COMMENT_FIELDS}
        try:
            for records in session.lists(f"{session.part_of_address(post)}/comments", asked):
                yield self.page(records, session, post, is_page_post)
        except CollectorError as problem:
            if problem.code != NOT_VISIBLE:
                raise
            session.note("a post was removed while its comments were read; it was left out")

    def page(self, records: list[dict[str, Any]], session: FacebookSession, post: str, is_page_post: bool) -> Page:
        """A page of comments from Graph's records."""
        fields = {**self.fields, **written(names_of(records, session))}
        bare = [bared(record, fields, session, None) for record in records]
        return row_page(type(self), bare, fields, session, {"post_id": post, "is_page_post": is_page_post})


def _stirred(post: dict[str, Any], since: datetime | None) -> bool:
    """Whether a post changed since; one that does not say so may have."""
    try:
        changed = instant(post.get("updated_time"))
    except WrongValue:
        changed = None
    return since is None or changed is None or changed >= since


def bounds(window: Window) -> dict[str, int]:
    """The window in Graph's own parameters: seconds since 1970."""
    until = {"until": int(window.until.timestamp())}
    return until if window.since is None else {"since": int(window.since.timestamp()), **until}


def pulled(
    session: FacebookSession,
    stream: str,
    window: Window,
    records: int,
    subject: str = "",
    outcome: str = "read",
    **life: Any,
) -> Page:
    """The row that says what was covered; `life` of a metric that is gone: `gone_since` and `successor`."""
    row = {
        "gone_since": None, "successor": "", **life,
        "page_id": session.page, "space": session.space, "read_at": session.read_at, "stream": stream,
        "subject": subject, "outcome": outcome, "since": window.since, "until": window.until, "records": records,
        "is_classified": bool(process_words(session.account.settings)),
    }  # fmt: skip
    return Page.of(FacebookPull, [row])
