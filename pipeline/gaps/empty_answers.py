"""Silence that is not zero: an empty answer where records were to be expected.

A service that lost a permission, or that is being mended, answers 200 with an empty list. What counts are
records of the stream itself: rows that only say what was read come with every answer, and would declare the
window covered, which makes nothing a zero. Such a pull is suspect: it lands nothing and moves no watermark,
so the window is read again next time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from collectors.errors import CollectorError
from collectors.service import Window, sources
from warehouse.accounts import StreamRef
from warehouse.calendar import month_of, span
from warehouse.ledger import Ledger
from warehouse.ledger_tables import PullRow
from warehouse.pulls import first_nonempty_window, has_spoken, last_pulls, open_suspects

MIN_PULLS, LAST_PULLS = 5, 12
ACCUSTOMED = 10
"""An empty answer is suspect where the median of the last pulls (at least so many of them) is at least this."""
COMPARABLE = 2.0
"""A pull is compared with those whose windows were at most so many times as long: a longer one holds more by itself."""
ROUNDS, APART = 3, timedelta(hours=20)
"""Empty in so many rounds a day apart, a true zero."""
LOOKED_AT = 60

EMPTY, ALL_QUARANTINED, ACCEPTED = "empty_answer", "all_put_aside", "empty_accepted"


class Suspect(CollectorError):
    """Nothing came where something was to be expected; a person has to look, or time has to tell."""


def classify_empty(
    ledger: Ledger,
    ref: StreamRef,
    window: Window,
    *,
    aside: int,
    at: datetime,
    is_backfill: bool = False,
    is_accepted: bool = False,
) -> str:
    """The code of an answer without one record that could be taken: '' a plain zero, or `empty_accepted`.

    `aside` counts the records that came but were put aside. Raises Suspect when it cannot be believed.
    """
    if is_accepted:
        return ACCEPTED
    if not has_spoken(ledger, ref, LOOKED_AT, ACCEPTED):  # as most streams in which nothing happens
        return ""
    past = last_pulls(ledger, ref, LOOKED_AT)
    done = [one for one in past if one.status == "done"]
    spoken = next(one for one in done if one.records or one.code == ACCEPTED)
    if spoken.code == ACCEPTED and not aside:
        return ACCEPTED
    usual = _usual(done, window)
    if usual is None or usual < ACCUSTOMED:
        return ""
    if is_backfill and ((born := first_nonempty_window(ledger, ref)) is None or window.until <= born):
        return ""  # of before the first record known there is nothing to be expected
    if aside:
        raise Suspect("all_put_aside", count=aside)
    if _rounds(past, at) >= ROUNDS and not is_backfill:
        return ACCEPTED
    raise Suspect("empty_answer", usual=usual, place=str(ref))


def _usual(done: list[PullRow], window: Window) -> float | None:
    """The median of records of the last comparable pulls; None when there are too few to tell."""
    if window.since is None:
        return None
    while done and not done[-1].records:  # a first read reaches back to before there was anything
        done = done[:-1]
    longest = (window.until - window.since) * COMPARABLE
    alike = [one.records for one in done if one.since and one.until - one.since <= longest][:LAST_PULLS]
    return float(median(alike)) if len(alike) >= MIN_PULLS else None


def _rounds(past: list[PullRow], at: datetime) -> int:
    """Rounds a day apart, this one included, that were empty since the last one that was not."""
    moments = [at]
    for one in past:  # the latest first
        if one.status == "done" or one.code == ALL_QUARANTINED:
            break
        if one.code == EMPTY and moments[-1] - one.started_at >= APART:
            moments.append(one.started_at)
    return len(moments)


def silent_months(ledger: Ledger, timezone: str) -> frozenset[tuple[str, str, str]]:
    """(fact, asset, month) of which a source last gave an empty answer that is not believed."""
    found = set()
    for ref, since, until in open_suspects(ledger):
        source = sources().get(ref.account.source)
        stream = next((one for one in source.streams if one.name == ref.stream), None) if source else None
        if source is None or stream is None:
            continue
        zone = ZoneInfo(timezone)
        months = span(month_of(since.astimezone(zone).date()), month_of(until.astimezone(zone).date()))
        found |= {
            (fact, asset, month)
            for fact in stream.facts
            for asset in source.assets
            for month in months
            if fact != "coverage"
        }
    return frozenset(found)
