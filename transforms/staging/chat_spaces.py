"""What the chats of one space say together of its members and of what is covered.

A space may have several groups. One that was exported lately is a part of it: its members are added, and a month it
does not cover is not full. One that was not exported for long has ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa

from transforms.staging.chat_members import EPOCH, MINUTES, Count, Seen
from transforms.staging.chats import Chat, Slice, authors, distinct, minutes
from transforms.staging.coverage import OUTLIVES, Part, coverage_row
from transforms.staging.records import Row, fact_rows
from transforms.staging.town import Town
from warehouse.calendar import first_day, last_day, month_of, shift


@dataclass(frozen=True)
class ChatMonth:
    """A month of a chat: what its exports hold of it."""

    chat: Chat
    month: str

    @cached_property
    def slices(self) -> list[Slice]:
        """What is merged, from the earliest known to the latest known."""
        return distinct(self.chat.months.get(self.month, []))

    @property
    def last_covered(self) -> date | None:
        """The last day of the month its exports reach."""
        return self.chat.covered[self.month][-1][1] if self.month in self.chat.covered else None

    @property
    def fingerprint(self) -> list[Any]:
        """What the space's facts depend on of it."""
        contents = [one.content for one in self.slices]
        return [self.chat.key, contents, self.last_covered, self.is_expected, self.chat.is_counted, self.resumed]

    @property
    def resumed(self) -> list[date]:
        """Days of the month on which a stretch of covered days begins again after a gap."""
        return [first for first, _ in self.chat.days[1:] if month_of(first) == self.month]

    @property
    def is_expected(self) -> bool:
        """Whether the chat is a part of its space this month: it is covered, or was a short while ago."""
        months = sorted(self.chat.covered)
        return bool(months) and months[0] <= self.month <= shift(months[-1], OUTLIVES)


@dataclass(frozen=True)
class MemberDays:
    """What a chat tells of its members in a month: (joined, left) of each day with a change, and the counts around it.

    `before` is how many there were at least before the month, `counts` at the end of days. `is_counted` is False where
    not every change since the creation is known: then they are only those seen since an export begins.
    """

    changes: Mapping[date, tuple[int, int]]
    before: Count
    counts: Mapping[date, Count]
    last_covered: date | None
    is_counted: bool = True

    def count(self, day: date) -> Count:
        """How many there were at least at the end of a day."""
        last = max((one for one in self.counts if one <= day), default=None)
        return self.before if last is None else self.counts[last]


def member_days(one: ChatMonth, messages: pa.Table, events: pa.Table, seen: Seen, town: Town) -> MemberDays:
    """A chat's changes of membership in a month; who is seen in it is added to `seen`."""
    changes: dict[date, tuple[int, int]] = {}
    for row in events.select(["at_local", "delta"]).to_pylist():
        came, went = changes.get(row["at_local"].date(), (0, 0))
        changes[row["at_local"].date()] = came + max(row["delta"], 0), went + max(-row["delta"], 0)
    if not one.is_expected:
        return MemberDays(changes, Count(0, 0), {}, None)
    days = sorted({*changes, *([one.last_covered] if one.last_covered else [])})
    before = seen.count(town.staff_on(first_day(one.month)))
    minute, author, counts = minutes(messages["sent_local"]), authors(messages), dict[date, Count]()
    ends = [*one.resumed, first_day(shift(one.month, 1))]
    for begins, end in zip([first_day(one.month), *one.resumed], ends, strict=True):
        if begins in one.resumed:
            seen.forget()
        inside = (minute >= _minute_of(begins)) & (minute < _minute_of(end))
        now = [day for day in days if begins <= day < end]
        counts |= seen.through(minute[inside], author[inside], events, now, town.staff_on)
    return MemberDays(changes, before, counts, one.last_covered, one.chat.is_counted)


def _minute_of(day: date) -> int:
    return (day.toordinal() - EPOCH) * MINUTES


def membership_facts(space: str, month: str, chats: Sequence[MemberDays], town: Town) -> pa.Table:
    """A row for each day on which a chat of the space changed, and for the last covered one: the members of all."""
    covered = [one.last_covered for one in chats if one.last_covered]
    last = max(covered, default=None)
    days = sorted({day for one in chats for day in one.changes} | ({last} if last else set()))
    rows = []
    for day in days:
        came, went = (sum(one.changes.get(day, (0, 0))[side] for one in chats) for side in (0, 1))
        count = _of_all(chats, day)
        rows.append(
            {
                "month": month, "day": day,
                "members": count.members, "staff": count.staff if town.staff else None,
                "joined": came, "left": went, "is_month_end": day == last,
            }
        )  # fmt: skip
    basis = "derived" if all(one.is_counted for one in chats) else "seen"
    return fact_rows("membership", rows, town, space=space, asset="whatsapp", basis=basis)


def _of_all(chats: Sequence[MemberDays], day: date) -> Count:
    """The members of all chats of a space: of those known from their creation on, which are several, all together.

    One that is not may be any of the others, exported another time: it counts where it alone shows more, and on the
    days it was exported.
    """
    whole = [one.count(day) for one in chats if one.is_counted]
    together = Count(sum(one.members for one in whole), sum(one.staff for one in whole))
    cut = [one for one in chats if not one.is_counted and one.last_covered and day <= one.last_covered]
    return max([together, *(one.count(day) for one in cut)])


def coverage_rows(chats: Sequence[Chat], space: str, town: Town) -> Iterator[Row]:
    """What the exports of a space's chats speak for, month by month: one row for each fact.

    A month is full when the exports of every chat that is a part of the space reach over its whole length; the month
    a group was created in is full from the start. A month of which a line may be a message or not is not full of
    messages. Without a staff roster nobody's role is known, so messages are not covered.
    """
    knows = ["author", "reply", *(["role"] if town.staff else [])]
    for month in sorted({month for chat in chats for month in chat.covered}):
        expected = [chat for chat in chats if ChatMonth(chat, month).is_expected]
        parts = [_part(chat, month) for chat in expected if month in chat.covered]
        is_full = len(parts) == len(expected) and all(part.is_full for part in parts)
        part = Part(month, min(one.first_day for one in parts), max(one.last_day for one in parts), is_full)
        flags = ["by_name"]
        if any(_lacks_history(chat, month) or any(e["is_truncated"] for e in chat.exports) for chat in expected):
            flags.append("truncated")
        if any(chat.founding == month for chat in expected):
            flags.append("founding_days")
        is_sure = not any(chat.doubtful.get(month) for chat in expected)
        said = replace(part, is_full=is_full and is_sure)
        yield coverage_row("message", said, asset="whatsapp", space=space, knows=knows, flags=flags, basis="export")
        yield coverage_row(
            "membership", part, asset="whatsapp", space=space, flags=("estimated", "lower_bound"), basis="export"
        )


def _lacks_history(chat: Chat, month: str) -> bool:
    """Whether messages of the month lie before what was exported: those of any later month are all there."""
    return not chat.is_base_known and month <= month_of(chat.days[0][0])


def _part(chat: Chat, month: str) -> Part:
    """What the exports of one chat cover of a month."""
    cut, begins = chat.covered[month], chat.days[0][0]
    first, last = cut[0][0], cut[-1][1]
    starts = first == first_day(month) or (chat.is_base_known and month == month_of(begins))
    return Part(month, first, last, starts and last == last_day(month) and len(cut) == 1)
