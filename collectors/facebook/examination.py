"""`kehila doctor` for a page: the token, each permission, the page, its posts, its insights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from collectors.errors import CollectorError
from collectors.facebook.session import FacebookSession
from collectors.facebook.streams import COMMENT_FIELDS, PAGE_FIELDS, Posts, VisitorPosts
from collectors.kinds import WrongValue, instant
from collectors.records import value_at
from collectors.service import Finding

PERMISSIONS = {
    "pages_show_list": "the app cannot list the page",
    "pages_read_engagement": "posts, followers and counts cannot be read",
    "pages_read_user_content": "comments and visitors' posts cannot be read, nor who wrote them told apart",
    "read_insights": "insights cannot be read",
}
EXPIRES_SOON = timedelta(days=14)


def examine(session: FacebookSession, token: str) -> list[Finding]:
    """One finding for each thing tried; none of them changes anything."""
    return [*_token(session, token), *_readable(session)]


def _token(session: FacebookSession, token: str) -> Iterator[Finding]:
    try:
        answer = session.get("debug_token", {"input_token": token})
    except CollectorError as problem:
        # Only an app's own people may ask about its tokens; what the token can do is tried below all the same.
        state = Finding("token", "fail", problem=problem) if problem.code.startswith("token_") else None
        yield state or Finding("token", "warn", "Facebook would not say what the token may do; see the lines below")
        return
    told = answer.get("data")
    told = told if isinstance(told, Mapping) else {}
    if told.get("is_valid") is not True:
        yield Finding("token", "fail", "the token is no longer valid: make a new page token")
        return
    yield _lifetime(told, session.read_at)
    granted = told.get("scopes")
    for permission, without in PERMISSIONS.items():
        if isinstance(granted, list) and permission in granted:
            yield Finding(permission, "ok")
        else:
            remedy = f"without it {without}: grant {permission} to the app, then make a new token"
            yield Finding(permission, "warn" if permission == "pages_show_list" else "fail", remedy)


def _lifetime(told: Mapping[str, Any], now: datetime) -> Finding:
    """The nearer of the two ends a token may have; 0 is none."""
    ends = []
    for name in ("expires_at", "data_access_expires_at"):
        try:
            end = instant(told.get(name) or None)
        except WrongValue:
            continue
        if end is not None:
            ends.append(end)
    if ends and min(ends) <= now:
        return Finding("token", "fail", "the token, or its access to data, has expired: make a new one")
    if ends and min(ends) - now < EXPIRES_SOON:
        return Finding("token", "warn", f"it ends on {min(ends):%Y-%m-%d}: make a new one before")
    return Finding("token", "ok")


def _readable(session: FacebookSession) -> Iterator[Finding]:
    """Try what the streams do, with the least of data."""
    try:
        page = session.get(session.page, {"fields": PAGE_FIELDS})
    except CollectorError as problem:
        yield Finding("page", "fail", problem=problem)
        return
    yield (
        Finding("page", "ok")
        if str(value_at(page, "id")) == session.page
        else Finding("page", "fail", "Facebook answered for another page: check the setting `page`")
    )
    posts: list[Any] = []
    for stream in (Posts, VisitorPosts):
        try:
            posts += session.get(f"{session.page}/{stream.edge}", {"fields": stream.asked}).get("data") or []
            yield Finding(stream.edge, "ok")
        except CollectorError as problem:
            yield Finding(stream.edge, "fail", problem=problem)
    names = [one["id"] for one in posts if isinstance(one, Mapping) and session.is_identifier(one.get("id"))]
    if names:
        try:
            session.get(f"{names[0]}/comments", {"fields": COMMENT_FIELDS})
        except CollectorError as problem:
            yield Finding("comments", "fail", problem=problem)
    if gone := ", ".join(sorted(f"{stream}.{name}" for stream, name in session.withdrawn)):
        yield Finding("fields", "warn", f"Facebook no longer gives {gone}; all else is read. Look for a newer version")
    yield _insights(session)


def _insights(session: FacebookSession) -> Finding:
    """Insights failing must not keep the rest from being set up."""
    until = int(session.read_at.timestamp())
    asked = {"metric": "page_post_engagements", "period": "day", "since": until - 4 * 86_400, "until": until}
    try:
        answer = session.get(f"{session.page}/insights", asked)
    except CollectorError as problem:
        return Finding("insights", "warn", problem=problem)
    if not answer.get("data"):
        return Finding("insights", "warn", "Facebook gives none to pages below 100 likes; all else is read")
    return Finding("insights", "ok")
