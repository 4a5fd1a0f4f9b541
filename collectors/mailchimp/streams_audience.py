"""The list: its subscribers month by month and today, and which stretches of sending were read.

Rates are never read: the service gives them in two scales, and counts say the same. The names and columns
of `*_campaign`, `*_list` and `*_pull` are those of every mailing service, so that staging is one.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from collectors.base import Page, Stream
from collectors.columns import FIXED, SINCE, STREAM, UNTIL, Column
from collectors.kinds import WrongValue, boolean, count, day, text
from collectors.mailchimp.fields import ACCOUNT, LIST, SPACE
from collectors.mailchimp.session import MailchimpSession
from collectors.records import page_of
from collectors.service import ServiceStream, Window


class MailchimpPull(Stream):
    """Which stretch of sending was read, by which stream. Each stream writes its own row beside its records.

    By itself it reads nothing: what was covered becomes true in the transaction of the records or not at all.
    """

    name = "mailchimp_pull"
    columns = (
        ACCOUNT,
        SPACE,
        LIST,
        STREAM,
        SINCE,
        UNTIL,
        Column("is_classified", FIXED, boolean, "The town gave paths by which links to municipal processes are known"),
    )
    facts = ("coverage",)


class MailchimpMonth(ServiceStream):
    """Subscribers at each month's end; the running month as of today."""

    name = "mailchimp_month"
    columns = (
        ACCOUNT,
        SPACE,
        replace(LIST, key=True),
        Column("month", "month", text, "Calendar month counted, YYYY-MM", key=True, required=True),
        Column("counted_on", FIXED, day, "Day the figure stands for: the month's last, or today while it runs"),
        Column("members", "subscribed", count, "Subscribers at the end of the month, or now", required=True),
        Column("unsubscribed", "unsubscribed", count, "People who left in the month"),
        Column("cleaned", "cleaned", count, "Addresses Mailchimp gave up in the month"),
        Column("deleted", "deleted", count, "Contacts the town removed in the month"),
    )
    ignored = ("list_id", "existing", "imports", "optins", "reconfirm", "pending", "transactional", "_links")
    lookback = timedelta(days=62)
    max_window = timedelta(days=36500)
    facts = ("membership", "coverage")

    def pages(self, session: MailchimpSession, window: Window) -> Iterator[Page]:
        """The history from the month before the window's first; the service sends all of it anyway."""
        wanted = {"sort_field": "month", "sort_dir": "ASC", "exclude_fields": "_links,history._links"}
        history = session.listing(f"lists/{quote(session.list_id, safe='')}/growth-history", "history", "month", wanted)
        first = (window.since - timedelta(days=31)).strftime("%Y-%m") if window.since else ""
        today = session.today().date()
        recent = [one for one in history if not isinstance(one, Mapping) or str(one.get("month") or "~") >= first]
        bound = {"counted_on": ("month", lambda month: _counted_on(month, today))}
        yield page_of(MailchimpMonth, recent, session.report, bound=bound, fixed=session.place)


class MailchimpList(ServiceStream):
    """The list today. It speaks only where the history is silent, and tells what the list has lost so far."""

    name = "mailchimp_list"
    columns = (
        ACCOUNT,
        SPACE,
        replace(LIST, key=True),
        Column("day", FIXED, day, "Local day it was read", key=True),
        Column("members", "stats.member_count", count, "Subscribers on the day", required=True),
        Column("unsubscribed", "stats.unsubscribe_count", count, "Contacts who have left since the list began"),
        Column("cleaned", "stats.cleaned_count", count, "Addresses Mailchimp has given up since the list began"),
        Column("contacts", "stats.total_contacts", count, "All contacts the list holds, subscribed or not"),
    )
    ignored = ("id",)
    max_window = timedelta(days=36500)
    facts = ("membership", "coverage")

    def pages(self, session: MailchimpSession, window: Window) -> Iterator[Page]:
        """One row."""
        found = session.get(
            f"lists/{quote(session.list_id, safe='')}", {"fields": "id,stats", "include_total_contacts": "true"}
        )
        fixed = {**session.place, "day": session.today().date()}
        yield page_of(MailchimpList, [found], session.report, fixed=fixed)


def _counted_on(month: Any, today: date) -> date:
    """The day a month's figure stands for: its last, or today while it runs."""
    try:
        first = datetime.strptime(str(month), "%Y-%m").date()  # noqa: DTZ007 (a month has no zone)
    except ValueError:
        raise WrongValue("no month") from None
    return min(first.replace(day=calendar.monthrange(first.year, first.month)[1]), max(first, today))
