"""The WhatsApp family, over the groups the authority runs."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from simulator.calendar import shifted
from simulator.truth_chats import Account, Said, instant, neighbourly
from simulator.truth_pages import Pages, divided
from simulator.working_time import Asked, WorkingTime, in_time
from warehouse.vocabulary import RequestTopic

AFTER_AN_UPDATE = timedelta(hours=72)
STILL_AN_ANSWER = timedelta(days=30)
AN_HOUR = timedelta(hours=1)
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


def _members(pages: Pages, month: str, kind: str, heard: Iterable[Account]) -> None:
    counts = {one.place.code: one.members[month] for one in heard if one.place.kind == kind and month in one.members}
    for space, count in counts.items():
        pages.put(f"whatsapp.{kind}_members", month, count, space)
    if counts:
        pages.put(f"whatsapp.{kind}_members", month, sum(counts.values()))


def _replies(pages: Pages, month: str, heard: Iterable[Account]) -> None:
    counts = {one.place.code: len(neighbourly(one.in_month(month))) for one in heard}
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


def raised_in(said: Iterable[Said]) -> list[Said]:
    """Topics of a month: questions, and what comes when for an hour there was no topic and no start by staff."""
    loose = [one for one in said if not one.is_staff]
    took = [one for one in said if (one.is_start if one.is_staff else one.is_question)]
    taken = sorted(_at_minute(one) for one in took)
    topics = [one for one in loose if one.is_question]
    last: datetime | None = None
    for one in sorted((one for one in loose if not one.is_question), key=_at_minute):
        at = _at_minute(one)
        before = bisect_right(taken, at)
        if before and at - taken[before - 1] <= AN_HOUR:
            continue
        if last is None or at - last > AN_HOUR:
            topics.append(one)
            last = at
    return sorted(topics, key=instant)


def _at_minute(said: Said) -> datetime:
    return instant(said).replace(second=0)


def _subjects(said: Iterable[Said]) -> Iterator[str]:
    """The parts of the topics raised that are about something; of what is said in one minute the first by name."""
    talk = list(said)
    for topic in raised_in(talk):
        minute = [
            one for one in talk if not one.is_staff and not one.is_question and _at_minute(one) == _at_minute(topic)
        ]
        named = sorted(one.subject for one in ([topic] if topic.is_question else minute) if one.subject)
        if named:
            yield f"about_{named[0] if named[0] in get_args(RequestTopic) else 'other'}"


def _topics(pages: Pages, month: str, heard: Iterable[Account]) -> None:
    """Topics residents raise, and the share that draw two others before the conversation's next topic."""
    raised: dict[str, int] = {}
    drawing: dict[str, int] = {}
    for one in heard:
        topics = raised_in(one.in_month(month))
        talk = [*one.in_month(month), *one.in_month(shifted(month, 1))]
        raised[one.place.code] = len(topics)
        drawing[one.place.code] = 0
        for number, topic in enumerate(topics):
            later = (other for other in topics[number + 1 :] if other.start is topic.start)
            ends = next((instant(other) for other in later), None)
            others = {
                said.author
                for said in talk
                if said.start is topic.start and said is not topic and not said.is_start and said.author != topic.author
                and instant(said) >= instant(topic) and (ends is None or instant(said) < ends)
            }  # fmt: skip
            drawing[one.place.code] += len(others) >= 2
    _counted(pages, "whatsapp.topics_raised", month, raised)
    for part, count in Counter(subject for one in heard for subject in _subjects(one.in_month(month))).items():
        pages.put("whatsapp.topics_raised", month, count, part=part)
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
    """What residents asked the authority, when it answered, and how much of that was working time."""
    clock = WorkingTime.of(pages.town.work.events)
    brought = {one.place.code: tuple(asked_of(one, month)) for one in heard}
    if not brought:
        return
    in_two_days = {one.place.code: in_time(brought[one.place.code], clock, one.heard_until(month)) for one in heard}
    in_two_days[""] = sum(one[0] for one in in_two_days.values()), sum(one[1] for one in in_two_days.values())
    brought[""] = tuple(one for some in brought.values() for one in some)
    for space, asked in brought.items():
        waits = Waits(tuple(one.hours() for one in asked))
        worked = Waits(tuple(one.working_hours(clock) for one in asked))
        answered = sum(one.answered_at is not None for one in asked)
        pages.put("whatsapp.answers", month, answered, space)
        pages.put("whatsapp.answers", month, divided(answered, len(asked)), space, "share_answered")
        pages.put("whatsapp.answers", month, waits.within(5), space, "median_hours")
        pages.put("whatsapp.answers", month, waits.within(9), space, "p90_hours")
        pages.put("whatsapp.answers", month, worked.within(5), space, "median_working_hours")
        pages.put("whatsapp.answers", month, worked.within(9), space, "p90_working_hours")
        pages.put("whatsapp.answers", month, divided(*in_two_days[space]), space, "in_two_days")


def asked_of(account: Account, month: str) -> Iterable[Asked]:
    """What residents asked in a chat in a month, with the instants of asking and of the answer."""
    return (Asked(instant(said), _answered(account, said)) for said in _asked(account, month))


def _asked(account: Account, month: str) -> Iterable[Said]:
    is_hotline = account.place.kind == "hotline"
    return (
        said
        for said in account.in_month(month)
        if not said.is_staff and (said.is_question or (is_hotline and said.is_start))
    )


def _answered(account: Account, asked: Said) -> datetime | None:
    """The authority's first later message in the conversation or, in a hotline, its next opening."""
    until = shifted(asked.month, 1)
    is_passed = False
    for month in (asked.month, until):
        for said in account.in_month(month):
            if said is asked:
                is_passed = True
            if not is_passed or not said.is_staff:
                continue
            is_next = account.place.kind == "hotline" and said.is_start
            is_later = asked.is_start or said.answers is asked or instant(said) > instant(asked)
            if (said.start is asked.start and is_later) or is_next:
                answered = instant(said)
                return answered if answered - instant(asked) <= STILL_AN_ANSWER else None
    return None
