"""The list: its subscribers month by month and today, and which stretches of sending were read.

Rates are never read: the service gives them in two scales, and counts say the same. The names and columns
of `*_campaign`, `*_list` and `*_pull` are those of every mailing service, so that staging is one.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from collectors.base import Page, Stream
from collectors.kinds import WrongValue, count, text
from collectors.mailchimp.fields import INSTANT, OF_LIST, OF_MONTH, PLACE, counts
from collectors.mailchimp.session import MailchimpSession
from collectors.records import Fields, given, page_of
from collectors.service import ServiceStream, Window


class MailchimpPull(Stream):
    """Which stretch of sending was read, by which stream. Each stream writes its own row beside its records.

    By itself it reads nothing: what was covered becomes true in the transaction of the records or not at all.
    """

    name = "mailchimp_pull"
    schema = pa.schema(
        [
            *PLACE,
            ("stream", pa.string()),
            ("since", INSTANT),
            ("until", INSTANT),
            ("is_classified", pa.bool_()),  # the town gave paths by which links to municipal processes are known
        ]
    )
    key = ("account", "stream", "since", "until")
    facts = ("coverage",)


class MailchimpMonth(ServiceStream):
    """Subscribers at each month's end; the running month as of today."""

    name = "mailchimp_month"
    schema = pa.schema(
        [
            *PLACE,
            ("month", pa.string()),
            ("counted_on", pa.date32()),
            *counts("members", "unsubscribed", "cleaned", "deleted"),
        ]
    )
    key = ("account", "list_id", "month")
    lookback = timedelta(days=62)
    longest_window = timedelta(days=36500)
    facts = ("membership", "coverage")

    def pages(self, session: MailchimpSession, window: Window) -> Iterator[Page]:
        """The history from the month before the window's first; the service sends all of it anyway."""
        wanted = {"sort_field": "month", "sort_dir": "ASC", "exclude_fields": "_links,history._links"}
        history = session.listing(f"lists/{quote(session.list_id, safe='')}/growth-history", "history", "month", wanted)
        first = (window.since - timedelta(days=31)).strftime("%Y-%m") if window.since else ""
        today = session.today().date()
        recent = [one for one in history if not isinstance(one, Mapping) or str(one.get("month") or "~") >= first]
        fields: Fields = {
            "month": ("month", given(text)),
            "counted_on": ("month", lambda month: _counted_on(month, today)),
            "members": ("subscribed", given(count)),
            "unsubscribed": ("unsubscribed", count),
            "cleaned": ("cleaned", count),
            "deleted": ("deleted", count),
        }
        yield page_of(MailchimpMonth, recent, session.report, bound=fields, known=OF_MONTH, fixed=session.place)


class MailchimpList(ServiceStream):
    """The list today. It speaks only where the history is silent, and tells what the list has lost so far."""

    name = "mailchimp_list"
    schema = pa.schema([*PLACE, ("day", pa.date32()), *counts("members", "unsubscribed", "cleaned", "contacts")])
    key = ("account", "list_id", "day")
    longest_window = timedelta(days=36500)
    facts = ("membership", "coverage")

    def pages(self, session: MailchimpSession, window: Window) -> Iterator[Page]:
        """One row."""
        found = session.get(
            f"lists/{quote(session.list_id, safe='')}", {"fields": "id,stats", "include_total_contacts": "true"}
        )
        fields: Fields = {
            "members": ("stats.member_count", given(count)),
            "unsubscribed": ("stats.unsubscribe_count", count),
            "cleaned": ("stats.cleaned_count", count),
            "contacts": ("stats.total_contacts", count),
        }
        fixed = {**session.place, "day": session.today().date()}
        yield page_of(MailchimpList, [found], session.report, bound=fields, known=OF_LIST, fixed=fixed)


def _counted_on(month: Any, today: date) -> date:
    """The day a month's figure stands for: its last, or today while it runs."""
    try:
        first = datetime.strptime(str(month), "%Y-%m").date()  # noqa: DTZ007 (a month has no zone)
    except ValueError:
        raise WrongValue("no month") from None
    return min(first.replace(day=calendar.monthrange(first.year, first.month)[1]), max(first, today))
