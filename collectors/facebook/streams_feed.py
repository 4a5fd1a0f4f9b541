"""A page's `feed` webhook to rows of changes: what was written, edited, hidden, removed.

A change is kept as a change and laid over what was pulled when it is staged: it knows neither counts nor, but
for new things, the whole record, so it must not pass for a reading of one. Its time is that of Meta's sending,
where that is told: what overtook something on the way is still the later one. Reactions are known and not kept:
a pull brings their count, and nobody's name is needed for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from collectors.base import Page, Rejected, Stream
from collectors.columns import FIXED, Column, made
from collectors.facebook import columns as shared
from collectors.facebook.settings import FacebookSettings
from collectors.hooks import own_part, parsed, part
from collectors.kinds import WrongValue, identifier, instant, text
from collectors.service import Account, PushReport
from collectors.text_measures import measure

POSTS = frozenset(
    {"post", "status", "photo", "video", "share", "link", "album", "event", "offer", "note", "milestone", "life_event"}
)
UNKEPT = frozenset({"reaction", "like", "rating", "mention", "page", "user", "group"})
VERBS = {
    "add": "add", "edited": "edit", "edit": "edit", "update": "edit", "hide": "hide", "unhide": "unhide",
    "remove": "remove", "delete": "remove",
}  # fmt: skip
AHEAD = timedelta(minutes=5)


class FacebookChange(Stream):
    """A change of a post or comment, as Meta told it at `read_at`."""

    name = "facebook_change"
    columns = (
        shared.PAGE,
        shared.SPACE,
        replace(shared.READ_AT, key=True, description="When Meta sent it, UTC"),
        Column("subject", FIXED, text, "post or comment", key=True),
        Column("verb", FIXED, text, "add, edit, hide, unhide or remove", key=True),
        *made(shared.POST, shared.COMMENT, shared.PARENT, shared.AUTHOR, shared.AUTHOR_NAME, shared.IS_PAGE),
        *made(
            replace(shared.CREATED_AT, cursor=False, required=False),
            shared.LENGTH,
            shared.IS_QUESTION,
            shared.IS_PROCESS,
        ),
        *made(shared.IS_CALL, shared.LANGUAGE, shared.IS_PUBLISHED),
    )
    facts = ("message", "publication")


def changes(body: bytes, account: Account, report: PushReport) -> Iterator[Page]:
    """The changes of one page in a body."""
    payload, settings = own_part(parsed(body), report.owner), account.own(FacebookSettings)
    entries = part(payload, "entry")
    if part(payload, "object") != "page" or not isinstance(entries, list):
        _reject(report, "webhook", "not_an_event", body)
        return
    rows = []
    for place, entry in enumerate(entries):
        listed = part(entry, "changes")
        for number, change in enumerate(listed if isinstance(listed, list) else []):
            where = f"entry {place}, change {number}"
            try:
                row = _row(settings, change, _sent(entry, report.received_at))
            except WrongValue as problem:
                report.drift[f"webhook.{_word(part(change, 'field'))} ({problem})"] += 1
                _reject(report, where, "wrong_value", change, found=str(problem))
                continue
            if row is None:
                continue
            if row["verb"] is None:
                report.drift[f"webhook.{row['subject']} (unknown verb)"] += 1
                _reject(report, where, "unknown_change", change)
                continue
            rows.append(row)
    if rows:
        yield Page.of(FacebookChange, rows)


def _row(settings: FacebookSettings, change: Any, sent: datetime) -> dict[str, Any] | None:
    """The row of a change; None for one of which nothing is kept; without a verb for one that is not known."""
    value, item = part(change, "value"), _word(part(part(change, "value"), "item"))
    if part(change, "field") != "feed" or not isinstance(value, Mapping):
        return {"subject": _word(part(change, "field")) or "change", "verb": None}
    if item in UNKEPT:
        return None
    if item not in POSTS and item != "comment":
        return {"subject": item or "change", "verb": None}
    is_comment = item == "comment"
    author = text(part(value.get("from"), "id"))
    message = value.get("message")
    found = measure(message if isinstance(message, str) else "", settings.process_words, settings.call_words)
    post, parent = identifier(value.get("post_id")), text(value.get("parent_id"))
    page = settings.page
    is_page = None if author is None else author == page
    verb = VERBS.get(_word(value.get("verb")))
    return {
        "page_id": page, "space": settings.space, "read_at": sent,
        "subject": "comment" if is_comment else "post", "verb": verb, "post_id": post,
        "comment_id": identifier(value.get("comment_id")) if is_comment else None,
        # An answer to the post itself names the post as its parent; a pull names none.
        "parent_id": None if parent == post else parent, "author": author,
        "author_name": None if is_page else _name(part(value.get("from"), "name")), "is_page": is_page,
        "created_at": instant(value.get("created_time")), "length": found.length, "is_question": found.is_question,
        "is_process": found.is_process, "is_call": found.is_call, "language": found.language,
        "is_published": None if value.get("published") is None else value["published"] in (1, True, "1"),
    }  # fmt: skip


def _sent(entry: Any, received_at: datetime) -> datetime:
    """When Meta sent it, by its clock unless that is far ahead of ours."""
    try:
        sent = instant(part(entry, "time"))
    except WrongValue:
        sent = None
    return sent if sent is not None and sent <= received_at + AHEAD else received_at


def _word(value: Any) -> str:
    return value if isinstance(value, str) and value.isascii() and len(value) <= 40 else ""


def _name(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _reject(report: PushReport, where: str, code: str, raw: Any, **arguments: str) -> None:
    content = raw if isinstance(raw, bytes) else json.dumps(raw, sort_keys=True, default=str).encode()
    report.rejected.append(Rejected(where, code, arguments, content))
