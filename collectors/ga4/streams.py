"""Streams of a property: use by month, use by day, pages by month, and what each pull spoke for.

People are asked for the whole month with no dimension: the platform's daily people cannot be added up.
Every version of a figure is landed with the instant it was read; staging chooses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collectors.base import Page, Stream
from collectors.columns import FIXED, Column
from collectors.errors import FixSettings
from collectors.ga4.plan import Only, Use
from collectors.ga4.questions import OTHER, Answer, Question
from collectors.ga4.session import Session
from collectors.kinds import WrongValue, count, day, instant, number, text
from collectors.objects import pages_by_object
from collectors.service import ServiceStream, SourceObject, Window

LOOKBACK = timedelta(days=10)
"""GA4 takes events 72 hours late and moves figures for days: a month is read until the tenth of the next."""

SPACE = Column("space", FIXED, text, "The town's code of the site or app", key=True)
ASSET = Column("asset", FIXED, text, "website or app")
PLACE = Column("place", FIXED, text, "resident: visitors guessed to be in the town's area; all: everybody", key=True)
CUT = Column("cut", FIXED, text, "'' for all use; else a kind of key event, or newsletter for those it sent", key=True)
FIRST_DAY = Column("first_day", FIXED, day, "First day of the stretch, in the property's time zone", key=True)
LAST_DAY = Column("last_day", FIXED, day, "Last day of the stretch, in the property's time zone", key=True)
FIGURES = (
    Column("users", FIXED, count, "Distinct people; never to be added up over days or cuts"),
    Column("sessions", FIXED, count, "Visits"),
    Column("engaged_seconds", FIXED, number, "Engaged time, seconds"),
    Column("events", FIXED, count, "Key events of the kind or name"),
)
QUALITY = Column("quality", FIXED, text, "Flags of the figure, such as sampled or thresholded, space separated")
READ_AT = Column("read_at", FIXED, instant, "When it was read, UTC: figures move for days", key=True)
USE = {"activeUsers": "users", "sessions": "sessions", "userEngagementDuration": "engaged_seconds"}
ACTED = {"totalUsers": "users", "eventCount": "events"}
ARRIVED = {"totalUsers": "users", "sessions": "sessions"}


class Pull(Stream):
    """What one report spoke for; the other streams land it beside their rows, so that no row means something."""

    name = "ga4_pull"
    columns = (
        Column("report", FIXED, text, "month, day or page", key=True),
        SPACE,
        ASSET,
        PLACE,
        CUT,
        FIRST_DAY,
        LAST_DAY,
        Column("rows", FIXED, count, "Rows the report gave"),
        Column("time_zone", FIXED, text, "Time zone of the property, as an IANA name"),
        Column("empty_reason", FIXED, text, "Why it gave none, in Google's word; '' where it gave some"),
        QUALITY,
        READ_AT,
    )
    facts = ("coverage",)


class MonthlyUse(ServiceStream):
    """People, sessions and engaged time of a month; people with a key event of a kind; those a newsletter sent."""

    name = "ga4_month"
    columns = (SPACE, ASSET, PLACE, CUT, FIRST_DAY, LAST_DAY, *FIGURES, QUALITY, READ_AT)
    lookback = LOOKBACK
    max_window = timedelta(days=186)
    facts = ("visit", "platform_metric")

    def pages(self, session: Session, window: Window) -> Iterator[Page]:
        """Each month the window touches, from its first day to its last one or the last that has ended."""
        yield from asked(self, session, reports(self.name, session, window))

    def pages_of_object(self, session: Session, one: SourceObject) -> Iterator[Page]:
        """A month of one use."""
        rows, pulls = [], []
        use, first, last = of_report(session, one)
        nobody: Answer | None = None
        for cut, extra in [("", ()), *session.plan.cuts(use)]:
            columns = USE if not cut else ARRIVED if cut == "newsletter" else ACTED
            for place, where in session.plan.places():
                clauses = (*use.clauses, *where, *extra)
                # Where nobody came at all, no part of them did: a backfill need not ask.
                answer = nobody or session.ask(Question(tuple(columns), first, last, clauses=clauses))
                if not (cut or where or answer.received or answer.flags & {"thresholded"}):
                    nobody = answer
                told = about(session, use, place, cut, answer)
                rows += [{**told, **named(columns, row)} for row in answer.rows]
                pulls.append(pull_row("month", told, answer))
        yield Page.of(MonthlyUse, rows)
        yield Page.of(Pull, pulls)


class DailyUse(ServiceStream):
    """Sessions and engaged time of each day, and key events of each name. Its people are a day's, never summed."""

    name = "ga4_day"
    columns = (
        SPACE,
        ASSET,
        PLACE,
        replace(CUT, key=False),
        Column("event_name", FIXED, text, "Name of the key event; '' for all use", key=True),
        Column("day", FIXED, day, "Day counted, in the property's time zone", key=True, cursor=True),
        *FIGURES,
        QUALITY,
        READ_AT,
    )
    lookback = LOOKBACK
    facts = ("visit",)

    def pages(self, session: Session, window: Window) -> Iterator[Page]:
        """The window's days, as far as they have ended."""
        first, last = days(window, session.account.timezone)
        rows, pulls = [], []
        events = session.plan.key_events
        for use in session.plan.uses if first <= last else ():
            for place, where in session.plan.places():
                clauses = (*use.clauses, *where)
                asked = [Question(tuple(USE), first, last, ("date",), clauses)]
                if events:
                    chosen = (Only("eventName", tuple(sorted(events))),)
                    asked.append(Question(("eventCount",), first, last, ("date", "eventName"), (*clauses, chosen)))
                for question in asked:
                    answer = session.ask(question)
                    cut = "events" if "eventName" in question.dimensions else ""
                    told = about(session, use, place, cut, answer)
                    rows += list(daily(told, answer, events, session))
                    pulls.append(pull_row("day", told, answer))
        yield Page.of(DailyUse, rows)
        yield Page.of(Pull, pulls)


class PageViews(ServiceStream):
    """Views of the pages the town's rules call service, contact or process; only their sums are kept."""

    name = "ga4_page"
    columns = (
        SPACE,
        ASSET,
        replace(PLACE, key=False),
        replace(CUT, key=False),
        FIRST_DAY,
        LAST_DAY,
        Column("topic", FIXED, text, "service, contact or process, by the town's rules of paths", key=True),
        Column("paths", FIXED, count, "Different pages viewed"),
        Column("views", FIXED, count, "Views of these pages"),
        QUALITY,
        READ_AT,
    )
    lookback = LOOKBACK
    max_window = timedelta(days=186)
    facts = ("platform_metric",)

    def pages(self, session: Session, window: Window) -> Iterator[Page]:
        """Each month the window touches, summed by topic: views, unlike people, add up."""
        wanted = (one for one in reports(self.name, session, window) if one.kept["asset"] == "website")
        yield from asked(self, session, wanted if session.plan.page_rules else ())

    def pages_of_object(self, session: Session, one: SourceObject) -> Iterator[Page]:
        """A month of the site."""
        use, first, last = of_report(session, one)
        begins = (Only("pagePath", tuple(sorted(session.plan.page_rules)), begins=True),)
        question = Question(("screenPageViews",), first, last, ("pagePath",), (*use.clauses, begins))
        answer = session.ask(question)
        told = about(session, use, "all", "", answer)
        views: dict[str, list[int]] = defaultdict(list)
        for row in answer.rows:
            topic = session.plan.topic_of(row["pagePath"])
            if topic is not None and row["pagePath"] != OTHER:
                views[topic].append(row["screenPageViews"])
        rows = [
            {**told, "topic": topic, "paths": len(found), "views": sum(found)} for topic, found in sorted(views.items())
        ]
        yield Page.of(PageViews, rows)
        yield Page.of(Pull, [pull_row("page", told, answer)])


def asked(stream: ServiceStream, session: Session, objects: Iterable[SourceObject]) -> Iterator[Page]:
    """The pages of these reports, or what all of them met: there is no list that would have told it before."""
    pages = [*pages_by_object(stream, session, session.report, objects)]
    if session.report.passed_over and not session.report.read_objects:
        raise session.report.passed_over[0].problem
    yield Page.of(type(stream), [])
    yield from pages


def reports(stream: str, session: Session, window: Window) -> Iterator[SourceObject]:
    """The reports of a stream that is asked month by month: one of each use of the property."""
    zone = ZoneInfo(session.account.timezone)
    for first, last in months(*days(window, session.account.timezone)):
        since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
        for use in session.plan.uses:
            kept = {"space": use.space, "asset": use.asset}
            yield SourceObject("report", f"{stream} {use.space} {use.asset} {first:%Y-%m}", since, kept, since, until)


def of_report(session: Session, one: SourceObject) -> tuple[Use, date, date]:
    """The use, first and last day a report is of. Raises FixSettings when the use is no longer configured."""
    zone = ZoneInfo(session.account.timezone)
    use = next(
        (use for use in session.plan.uses if (use.space, use.asset) == (one.kept["space"], one.kept["asset"])), None
    )
    if use is None or one.until is None:
        raise FixSettings("not_there", setting="space")
    last = (one.until - timedelta(seconds=1)).astimezone(zone).date()
    return use, one.since.astimezone(zone).date(), last


def daily(
    told: Mapping[str, Any], answer: Answer, kinds: Mapping[str, str], session: Session
) -> Iterator[dict[str, Any]]:
    """Rows of a report by day; one whose day or event nobody can name is counted as drift."""
    for row in answer.rows:
        if row["date"] == OTHER:
            continue  # the flag stands at every other row
        try:
            its_day = day(row["date"])
        except WrongValue:
            its_day = None
        name = row.get("eventName", "")
        if its_day is None or (name and name not in kinds):
            session.report.drift["ga4_day.date" if its_day is None else "ga4_day.eventName"] += 1
            continue
        columns = {"eventCount": "events"} if name else USE
        yield {**told, "cut": kinds.get(name, ""), "event_name": name, "day": its_day, **named(columns, row)}


def named(columns: Mapping[str, str], row: Mapping[str, Any]) -> dict[str, Any]:
    """A report's figures under the names of our columns."""
    return {column: row[metric] for metric, column in columns.items()}


def about(session: Session, use: Use, place: str, cut: str, answer: Answer) -> dict[str, Any]:
    """What all rows of a report share; the place of a visitor is guessed from the network she came by."""
    flags = answer.flags | ({"estimated"} if place == "resident" else set())
    return {
        "space": use.space, "asset": use.asset, "place": place, "cut": cut,
        "first_day": answer.question.first_day, "last_day": answer.question.last_day,
        "quality": " ".join(sorted(flags)), "read_at": session.read_at,
    }  # fmt: skip


def pull_row(report: str, told: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    """The row of `ga4_pull` for an answer."""
    own = {"report": report, "rows": answer.received}
    return {**told, **own, "time_zone": answer.time_zone, "empty_reason": answer.empty_reason}


def days(window: Window, timezone: str) -> tuple[date, date]:
    """First and last local day of a window; a day counts once it has ended, and the next window begins with it."""
    zone = ZoneInfo(timezone)
    last = window.until.astimezone(zone).date() - timedelta(days=1)
    first = window.since.astimezone(zone).date() if window.since else last - timedelta(days=730)
    return first, last


def months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """First and last day of each month touched, each from its own first day; the last one only as far as `last`."""
    start = first.replace(day=1)
    while first <= last and start <= last:
        after = (start + timedelta(days=32)).replace(day=1)
        yield start, min(after - timedelta(days=1), last)
        start = after
