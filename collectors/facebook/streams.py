"""The streams of a page but for its insights: its fields of the day, posts, visitors' posts, comments, pulls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pyarrow as pa

from collectors.base import Page, Stream
from collectors.casts import WHOLE, Fast
from collectors.columns import FIXED, SINCE, STREAM, UNTIL, Column
from collectors.errors import FixSettings, SourceChanged
from collectors.facebook import columns as shared
from collectors.facebook.graph import Fields
from collectors.facebook.session import FacebookSession
from collectors.facebook.written import of_the_page, page_of_written, row_page, slim
from collectors.facebook.written_at_once import Written, WrittenPosts
from collectors.kinds import WrongValue, boolean, count, day, instant, text
from collectors.objects import pages_by_object
from collectors.records import value_at
from collectors.service import ServiceStream, SourceObject, Window
from collectors.waiting import Waiting, joined, received

REREAD = timedelta(days=90)
REACH = timedelta(days=400)
"""How old a post may be for comments that come under it now to be seen."""
_COMMENTS = "comments.summary(total_count).filter(stream).limit(0)"
_REACTIONS = "reactions.summary(total_count).limit(0)"
_OF_POST = ("id", "from", "message", "created_time")
_OF_POST_TOO = ("updated_time", "status_type", "is_published", "shares", _REACTIONS, _COMMENTS)
_none_is_zero = count.read_by(
    lambda value: count(value) or 0, Fast(WHOLE, lambda values: pa.array([one or 0 for one in values], pa.int64()))
)
_NO_SHARES = {"shares": ("shares.count", count)}
PAGE_FIELDS = Fields(
    "facebook_page_day", ("id", "followers_count"), ("fan_count", "talking_about_count", "rating_count", "is_published")
)
POST_FIELDS = Fields("facebook_post", _OF_POST, _OF_POST_TOO)
VISITOR_POST_FIELDS = Fields("facebook_visitor_post", _OF_POST, _OF_POST_TOO)
TALKED_OF_FIELDS = Fields("facebook_comment.post", ("id", "created_time"), ("updated_time", _COMMENTS))
COMMENT_FIELDS = Fields(
    "facebook_comment", ("id", "from", "message", "created_time", "parent{id}"),
    ("comment_count", "like_count", "is_hidden"),
)  # fmt: skip


class FacebookPull(Stream):
    """What a pull covered, landed with its records: without it nothing read could not be told from nothing there.

    `subject` is a metric or '' for the stream as a whole; `outcome` read, empty or withdrawn.
    """

    name = "facebook_pull"
    columns = (
        replace(shared.PAGE, key=True),
        shared.SPACE,
        replace(shared.READ_AT, key=True),
        STREAM,
        Column("subject", FIXED, text, "Metric it speaks of; '' for the stream as a whole", key=True),
        Column("outcome", FIXED, text, "read, empty or withdrawn"),
        SINCE,
        UNTIL,
        Column("records", FIXED, count, "Records it gave"),
        Column("is_classified", FIXED, boolean, "The town gave words by which posts on processes are known"),
        Column("has_call_words", FIXED, boolean, "The town gave words by which calls to residents are known"),
        Column("gone_since", FIXED, day, "First day of a withdrawn metric's absence, where it is known"),
        Column("successor", FIXED, text, "Metric that took its place; '' for none"),
    )
    facts = ("coverage",)


class FacebookStream(ServiceStream):
    """A stream that says at its end what it covered."""

    facts: ClassVar[tuple[str, ...]] = ("message",)
    items = "data"

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
    columns = (
        replace(shared.PAGE, path="id", key=True, required=True),
        shared.SPACE,
        shared.READ_AT,
        Column("day", FIXED, day, "Local day it was read", key=True),
        Column("followers", "followers_count", count, "People who follow the page", required=True),
        Column("likes", "fan_count", count, "People who like the page"),
        Column("talking_about", "talking_about_count", count, "People who did something with the page lately"),
        Column("ratings", "rating_count", count, "Ratings the page has received"),
        replace(shared.IS_PUBLISHED, description="The page can be seen"),
    )
    facts = ("membership",)
    max_window = timedelta(days=3650)

    def read(self, session: FacebookSession, window: Window) -> Iterator[Page]:
        """One row, of the day the window ends on, unless that day is over."""
        if session.read_at - window.until > timedelta(days=1):
            return
        answer = session.get(session.page, {"fields": PAGE_FIELDS})
        if str(answer.get("id")) != session.page:
            raise FixSettings("not_there", setting="page")
        today = session.read_at.astimezone(ZoneInfo(session.account.timezone)).date()
        yield row_page(type(self), [slim(answer, type(self))], session, {"day": today})


class Posts(FacebookStream):
    """What the page published. Counts under a post change for ever; three months are read again each time."""

    name = "facebook_post"
    columns = (
        *shared.OF_THE_PAGE,
        shared.POST,
        shared.AUTHOR,
        shared.AUTHOR_NAME,
        shared.IS_PAGE,
        shared.CREATED_AT,
        Column("updated_at", "updated_time", instant, "When it last changed, a comment being a change, UTC"),
        Column("kind", "status_type", text, "Graph's kind of post, such as added_photos or shared_story"),
        shared.IS_PUBLISHED,
        shared.LENGTH,
        shared.IS_QUESTION,
        shared.IS_PROCESS,
        shared.IS_CALL,
        shared.LANGUAGE,
        Column("shares", "shares.count", _none_is_zero, "Times it was shared; Graph leaves 0 out"),
        Column("reactions", "reactions.summary.total_count", count, "Reactions under it"),
        Column("comments", "comments.summary.total_count", count, "Comments under it, answers included"),
    )
    wire, made = shared.WIRE, shared.MADE
    lookback = REREAD
    max_window = timedelta(days=93)
    facts: ClassVar[tuple[str, ...]] = ("message", "publication", "platform_metric")
    edge: ClassVar[str] = "published_posts"
    asked: ClassVar[Fields] = POST_FIELDS
    is_by_page: ClassVar[bool] = True
    is_replayable = True  # a post stands alone; its author's name was not put aside with it

    def read(self, session: FacebookSession, window: Window) -> Iterator[Page]:
        """Posts created in the window, as they stand now."""
        asked = {"fields": self.asked, **bounds(window)}
        for records in session.lists(f"{session.page}/{self.edge}", asked, self.form):
            make = WrittenPosts(type(self), session, self.is_by_page, frozenset(session.withdrawn))
            fixed, drift = of_the_page(session), session.report.drift
            yield joined([received(records, lambda found: self.page(found, session), drift, fixed, make)])

    def page(self, records: list[dict[str, Any]], session: FacebookSession) -> Page:
        """A page of posts from Graph's records."""
        untold = sum(value_at(one, "reactions.summary.total_count") in (None, "") for one in records)
        if untold and (self.name, "reactions") not in session.withdrawn:
            session.report.drift[f"{self.name}.reactions (absent)"] += untold
        is_told = (self.name, "shares") not in session.withdrawn  # Graph leaves 0 out, and a field that is gone
        return page_of_written(type(self), records, session, self.is_by_page, bound=None if is_told else _NO_SHARES)


class VisitorPosts(Posts):
    """What others wrote on the page."""

    name = "facebook_visitor_post"
    edge = "visitor_posts"
    asked = VISITOR_POST_FIELDS
    is_by_page = False
    facts = ("message",)


class Comments(FacebookStream):
    """All comments, answers to comments included, under posts of the window and older ones, of 400 days, that stirred.

    Posts are listed a hundred a call and say when they last changed, a comment being a change; only those that
    changed since the window began are read. Not seen: a comment under a post older than that, and one hidden
    later than three months after it was written.
    """

    name = "facebook_comment"
    columns = (
        *shared.OF_THE_PAGE,
        shared.COMMENT,
        replace(shared.POST, path=FIXED, key=False),
        Column("is_page_post", FIXED, boolean, "The page wrote the post it is under"),
        shared.PARENT,
        shared.AUTHOR,
        shared.AUTHOR_NAME,
        shared.IS_PAGE,
        shared.CREATED_AT,
        shared.LENGTH,
        shared.IS_QUESTION,
        Column("likes", "like_count", count, "Likes of it"),
        Column("replies", "comment_count", count, "Answers under it"),
        Column("is_hidden", "is_hidden", boolean, "The page hid it"),
    )
    wire, made = shared.WIRE, shared.MADE
    lookback = REREAD
    max_window = timedelta(days=93)
    is_replayable = True  # a comment stands alone; its author's name was not put aside with it

    def read(self, session: FacebookSession, window: Window) -> Iterator[Page]:
        """Comments post by post; a post that says it has none, or none since, costs no call."""
        since = window.since and min(window.since, window.until - REACH)
        for kind in (Posts, VisitorPosts):
            asked = {"fields": TALKED_OF_FIELDS, **bounds(Window(since, window.until))}
            for records in session.lists(f"{session.page}/{kind.edge}", asked):
                talked_of = [
                    post
                    for post in records
                    if value_at(post, "comments.summary.total_count") != 0 and _stirred(post, window.since)
                ]
                if talked_of and not any(session.is_identifier(post.get("id")) for post in talked_of):
                    raise SourceChanged("wrong_shape", where="id")
                objects = (_talked_of(post, kind.is_by_page, window) for post in talked_of)
                yield from pages_by_object(self, session, session.report, objects)

    def pages_of_object(self, session: FacebookSession, one: SourceObject) -> Iterator[Page | Waiting]:
        """Comments under one post."""
        asked = {"filter": "stream", "order": "chronological", "summary": "true", "fields": COMMENT_FIELDS}
        under = {"post_id": one.name, "is_page_post": one.kept["is_page_post"]}
        path, make = f"{session.part_of_address(one.name)}/comments", Written(type(self), session, None)
        for records in session.lists(path, asked, self.form):
            yield received(
                records,
                lambda found: self.page(found, session, one.name, one.kept["is_page_post"]),
                session.report.drift,
                {**of_the_page(session), **under},
                make,
            )

    def page(self, records: list[dict[str, Any]], session: FacebookSession, post: str, is_page_post: bool) -> Page:
        """A page of comments from Graph's records, read one by one."""
        return page_of_written(type(self), records, session, None, {"post_id": post, "is_page_post": is_page_post})


def _talked_of(post: dict[str, Any], is_page_post: bool, window: Window) -> SourceObject:
    """A post as the object whose comments are asked for; they may be of any time since it was written."""
    created, changed = _when(post, "created_time"), _when(post, "updated_time")
    name = str(post.get("id") or "")
    since = created or window.since or window.until - REACH
    return SourceObject("post", name, changed or since, {"is_page_post": is_page_post}, since)


def _stirred(post: dict[str, Any], since: datetime | None) -> bool:
    """Whether a post changed since; one that does not say so may have."""
    changed = _when(post, "updated_time")
    return since is None or changed is None or changed >= since


def _when(post: dict[str, Any], name: str) -> datetime | None:
    try:
        return instant(post.get(name))
    except WrongValue:
        return None


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
        "is_classified": bool(session.settings.process_words), "has_call_words": bool(session.settings.call_words),
    }  # fmt: skip
    return Page.of(FacebookPull, [row])
