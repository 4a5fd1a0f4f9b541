"""The WhatsApp family, over the groups the authority runs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from simulator.calendar import shifted
from simulator.places import TIMEZONE
from simulator.truth_chats import Account, Said
from simulator.truth_pages import Pages, divided

AFTER_AN_UPDATE = timedelta(hours=72)
STILL_AN_ANSWER = timedelta(days=30)
ZONE = ZoneInfo(TIMEZONE)
INDICATORS = (
    "whatsapp.broadcast_members",
    "whatsapp.open_members",
    "whatsapp.responses",
    "whatsapp.topics_raised",
    "whatsapp.resident_replies",
    "whatsapp.answers",
)


def enter(pages: Pages, accounts: Iterable[Account]) -> None:
    """Every figure of the family that comes from chats."""
    run = tuple(one for one in accounts if one.place.operated_by == "authority")
    updates = sorted(
        instant(said) for one in run if one.place.kind == "broadcast" for said in everything(one) if said.is_staff
    )
    for month in pages.town.months:
        heard = tuple(one for one in run if month in one.months)
        for kind in ("broadcast", "open"):
            _members(pages, month, kind, heard)
        _replies(pages, month, heard)
        _responses(pages, month, heard, updates)
        _topics(pages, month, [one for one in heard if one.place.kind == "open"])
        _answers(pages, month, [one for one in heard if one.place.kind in ("open", "hotline")])
    pages.missing(INDICATORS)


def everything(account: Account) -> Iterable[Said]:
    """All messages of a chat, in order."""
    return (said for rows in account.by_month.values() for said in rows)


def instant(said: Said) -> datetime:
    """When it was said, as an instant: a night may have an hour more or less."""
    return said.at.replace(tzinfo=ZONE).astimezone(ZoneInfo("UTC"))


def _members(pages: Pages, month: str, kind: str, heard: Iterable[Account]) -> None:
    counts = {one.place.code: one.members[month] for one in heard if one.place.kind == kind and month in one.members}
    for space, count in counts.items():
        pages.put(f"whatsapp.{kind}_members", month, count, space)
    if counts:
        pages.put(f"whatsapp.{kind}_members", month, sum(counts.values()))


def _replies(pages: Pages, month: str, heard: Iterable[Account]) -> None:
    counts = {one.place.code: sum(said.is_neighbourly for said in one.in_month(month)) for one in heard}
    _counted(pages, "whatsapp.resident_replies", month, counts)


def _counted(pages: Pages, indicator: str, month: str, counts: dict[str, int]) -> None:
    for space, count in counts.items():
        pages.put(indicator, month, count, space)
    if counts:
        pages.put(indicator, month, sum(counts.values()))


def _responses(pages: Pages, month: str, heard: Iterable[Account], updates: list[datetime]) -> None:
    """Answers to the authority, and what opens in the hotline within three days after an update."""
    replies: dict[str, int] = {}
    opened: dict[str, int] = {}
    for one in heard:
        said = [row for row in one.in_month(month) if not row.is_staff]
        replies[one.place.code] = sum(row.answers is not None and row.answers.is_staff for row in said)
        starts = [row for row in said if row.is_start] if one.place.kind == "hotline" else []
        opened[one.place.code] = sum(_follows(instant(row), updates) for row in starts)
    _counted(pages, "whatsapp.responses", month, {space: replies[space] + opened[space] for space in replies})
    for part, counts in (("replies", replies), ("hotline", opened)):
        if sum(counts.values()):
            pages.put("whatsapp.responses", month, sum(counts.values()), part=part)


def _follows(at: datetime, updates: list[datetime]) -> bool:
    before = bisect_right(updates, at)
    return before > 0 and updates[before - 1] >= at - AFTER_AN_UPDATE


def _topics(pages: Pages, month: str, heard: Iterable[Account]) -> None:
    """Conversations residents start, and the share that draw two others."""
    raised: dict[str, int] = {}
    drawing: dict[str, int] = {}
    for one in heard:
        others: dict[Said, set[str]] = {}
        for said in one.in_month(month):
            if said.is_start and not said.is_staff:
                others[said] = set()
            elif said.start in others and said.start is not None and said.author != said.start.author:
                others[said.start].add(said.author)
        raised[one.place.code] = len(others)
        drawing[one.place.code] = sum(len(people) >= 2 for people in others.values())
    _counted(pages, "whatsapp.topics_raised", month, raised)
    for space in raised:
        share = divided(drawing[space], raised[space])
        pages.put("whatsapp.topics_raised", month, share, space, "drawing_share")
    if raised:
        share = divided(sum(drawing.values()), sum(raised.values()))
        pages.put("whatsapp.topics_raised", month, share, part="drawing_share")


@dataclass(frozen=True)
class Waits:
    """Hours each message to the authority waited; None for those never answered."""

    hours: tuple[float | None, ...]

    def within(self, tenths: int) -> float | None:
        """Hours within which so many tenths of all were answered; None when too few were."""
        ordered = sorted(self.hours, key=lambda hours: float("inf") if hours is None else hours)
        return ordered[-(-tenths * len(ordered) // 10) - 1] if ordered else None


def _answers(pages: Pages, month: str, heard: Iterable[Account]) -> None:
    """What residents asked the authority, and when it answered."""
    waits = {one.place.code: Waits(tuple(_waited(one, said) for said in _asked(one, month))) for one in heard}
    if not waits:
        return
    waits[""] = Waits(tuple(hours for one in waits.values() for hours in one.hours))
    for space, one in waits.items():
        answered = sum(hours is not None for hours in one.hours)
        pages.put("whatsapp.answers", month, answered, space)
        pages.put("whatsapp.answers", month, divided(answered, len(one.hours)), space, "share_answered")
        pages.put("whatsapp.answers", month, one.within(5), space, "median_hours")
        pages.put("whatsapp.answers", month, one.within(9), space, "p90_hours")


def _asked(account: Account, month: str) -> Iterable[Said]:
    is_hotline = account.place.kind == "hotline"
    return (
        said
        for said in account.in_month(month)
        if said.is_start and not said.is_staff and (is_hotline or said.is_question)
    )


def _waited(account: Account, asked: Said) -> float | None:
    """Hours to the authority's first message in the conversation or, in a hotline, to its next opening."""
    until = shifted(asked.month, 1)
    for month in (asked.month, until):
        for said in account.in_month(month):
            if said.at < asked.at or said is asked or not said.is_staff:
                continue
            is_next = account.place.kind == "hotline" and said.is_start
            if said.start is asked or is_next:
                waited = instant(said) - instant(asked)
                return waited / timedelta(hours=1) if waited <= STILL_AN_ANSWER else None
    return None
