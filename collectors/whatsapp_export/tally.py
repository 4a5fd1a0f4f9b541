"""What one block yielded, and the sums over a file that its report tells.

Belongs here: counting. The plain and the vector path both hand over an `Outcome` for each block.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from collectors.whatsapp_export.bodies import DELETED, POLL
from collectors.whatsapp_export.entries import Event
from collectors.whatsapp_export.presence import Presence
from collectors.whatsapp_export.rows import Array, MessageBlock

_DAY = 86_400
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 local wall time, as exported


@dataclass
class Outcome:
    """One block, read: its messages, its events with position and time, and where its lines went."""

    messages: MessageBlock
    events: list[tuple[int, int, Event]]
    first: int | None
    last: int | None
    entries: int
    physical: int
    continuation: int  # non-blank lines of bodies after the first
    blank: int
    before_first: int
    imitated: int  # lines that look like a header but are body (see `dates.lagging`)
    out_of_order: int  # entries earlier than the one before
    multiline: int
    omitted: int
    attached: int


@dataclass
class Tally:
    """Sums over the blocks of a file."""

    entries: int = 0
    messages: int = 0
    leaps: int = 0
    """Times a message is more than a day earlier than the one before."""
    first: int | None = None
    last: int | None = None
    lines: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)
    doubtful: Counter[int] = field(default_factory=Counter)  # by day: entries with hardly a name before their colon
    perhaps: Counter[int] = field(default_factory=Counter)  # those of them that may yet be messages
    by_month: Counter[str] = field(default_factory=Counter)
    delta_by_month: Counter[str] = field(default_factory=Counter)

    presence: Presence = field(default_factory=Presence)

    def __post_init__(self) -> None:
        self._senders = np.zeros(0, dtype=bool)
        self._latest = 0

    def add(self, outcome: Outcome) -> None:
        """Add one block."""
        self.entries += outcome.entries
        self.first = _least(self.first, outcome.first)
        self.last = -least if (least := _least(_minus(self.last), _minus(outcome.last))) is not None else None
        for name in ("physical", "entries", "continuation", "blank", "before_first", "imitated", "out_of_order"):
            self.lines[name] += getattr(outcome, name)
        for name in ("multiline", "omitted", "attached"):
            self.counts[name] += getattr(outcome, name)
        block = outcome.messages
        if len(block.seconds):
            self.leaps += int(np.count_nonzero(np.diff(block.seconds, prepend=self._latest) < -_DAY))
            self._latest = int(block.seconds[-1])
        self.messages += len(block.position)
        self.counts["deleted"] += int(np.count_nonzero(block.kind == DELETED))
        self.counts["polls"] += int(np.count_nonzero(block.kind == POLL))
        self.counts["edited"] += int(np.count_nonzero(block.is_edited))
        told = [(position, seconds, event.presence) for position, seconds, event in outcome.events if event.presence]
        self.presence.add(block.position, block.seconds, told)
        self._count_months(block.seconds)
        self._mark_senders(block.sender)
        events = [event for _, _, event in outcome.events]
        self.events.update([event.event for event in events])
        self.counts["with_author"] += sum([event.has_author for event in events])
        doubtful = [seconds // 86_400 for _, seconds, event in outcome.events if event.is_doubtful]
        self.doubtful.update(doubtful)
        self.perhaps.update([seconds // 86_400 for _, seconds, event in outcome.events if event.may_be_message])
        self.shapes.update([event.shape for event in events if event.shape])
        changes: dict[int, int] = {}
        for _, seconds, event in outcome.events:
            for _, delta in event.touched:
                changes[seconds // 86_400] = changes.get(seconds // 86_400, 0) + delta
        for day, change in changes.items():
            if change:
                self.delta_by_month[_month_of_day(day)] += change

    def _count_months(self, seconds: Array) -> None:
        if not len(seconds):
            return
        first, last = (
            np.datetime64(int(moment), "s").astype("datetime64[M]") for moment in (seconds.min(), seconds.max())
        )
        months = np.arange(first, last + 1)
        starts = months[1:].astype("datetime64[s]").astype(np.int64)
        counts = np.bincount(np.searchsorted(starts, seconds, side="right")) if len(starts) else [len(seconds)]
        for month, count in zip(months.tolist(), counts, strict=False):
            if count:
                self.by_month[f"{month:%Y-%m}"] += int(count)

    def _mark_senders(self, senders: Array) -> None:
        if len(senders):
            highest = int(senders.max()) + 1
            if highest > len(self._senders):
                self._senders = np.concatenate([self._senders, np.zeros(highest * 2, dtype=bool)])
            self._senders[senders] = True

    @property
    def created(self) -> bool:
        """Whether the file tells every change of the membership since the group's creation, and of that too."""
        came_late = bool(away := self.away) and away[0][0] == self.first
        return self.events["group_created"] > 0 and not came_late

    @property
    def away(self) -> list[tuple[int, int]]:
        """Stretches, in seconds, of which the file cannot tell: the phone was not in the group, or messages faded."""
        return self.presence.ended(self.first, self.last)

    def away_by_day(self) -> list[str]:
        """The same as first and last day: 2026-09-10/2026-11-05."""
        return [f"{_day(since // _DAY)}/{_day(until // _DAY)}" for since, until in self.away]

    def founding_by_day(self) -> str:
        """The days from the group's founding to the phone's coming, where those between count as heard; '' for none."""
        told = self.presence.founding
        return "/".join(str(_day(at // _DAY)) for at in told) if told else ""

    def members_at_month_end(self) -> dict[str, int]:
        """Members at the end of every month from the first entry to the last, by the events of the file."""
        if self.first is None or self.last is None:
            return {}
        month, end = np.datetime64(self.first, "s").astype("datetime64[M]"), _month(self.last)
        members, result = 0, {}
        while True:
            name = str(month)
            members += self.delta_by_month.get(name, 0)
            result[name] = members
            if name >= end:
                return result
            month += 1

    def doubtful_days(self) -> list[str]:
        """The days of entries with hardly a name before their colon, in order."""
        return [_day(day) for day in sorted(self.doubtful)]

    def perhaps_by_day(self) -> dict[str, int]:
        """How many entries of each day may be messages or not; days without any are left out."""
        return {_day(day): lines for day, lines in sorted(self.perhaps.items())}

    def details(self) -> dict[str, Any]:
        """The part of the report that only this format can tell."""
        counts = self.counts
        return {
            "entries": self.entries,
            "messages": self.messages,
            "system_events": sum(self.events.values()),
            "system_without_author": sum(self.events.values()) - counts["with_author"],
            "system_with_author": counts["with_author"],
            "senders": int(np.count_nonzero(self._senders)),
            "first": _iso(self.first),
            "last": _iso(self.last),
            "multiline": counts["multiline"],
            "lines_before_first": self.lines["before_first"],
            "lines": {
                name: self.lines[name]
                for name in ("physical", "entries", "continuation", "blank", "before_first", "imitated", "out_of_order")
            },
            "events": dict(sorted(self.events.items())),
            "unknown_events": self.events["unknown"],
            "doubtful_lines": self.doubtful.total(),
            "doubtful_days": self.doubtful_days(),
            "media": counts["omitted"] + counts["attached"],
            "media_omitted": counts["omitted"],
            "media_attached": counts["attached"],
            "deleted": counts["deleted"],
            "edited": counts["edited"],
            "polls": counts["polls"],
            "members_final": sum(self.delta_by_month.values()),
            "members_at_month_end": self.members_at_month_end(),
            "messages_by_month": dict(sorted(self.by_month.items())),
        }


def _least(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


def _minus(value: int | None) -> int | None:
    return None if value is None else -value


def _iso(seconds: int | None) -> str | None:
    return None if seconds is None else (_EPOCH + timedelta(seconds=seconds)).isoformat()


def _day(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).strftime("%Y-%m-%d")


def _month(seconds: int) -> str:
    return _month_of_day(seconds // 86_400)


@lru_cache(maxsize=20_000)
def _month_of_day(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).strftime("%Y-%m")
