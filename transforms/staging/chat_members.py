"""How many members a chat has at least: everybody seen in it who has not gone.

An export says who created the group, who was let in and who left, and who writes. It never lists the others of the
first day, so no count made of it is whole: it is a lower bound. One that begins later says it of those seen since, and
whoever was seen before days that no export covers may have gone in them: after such a gap it begins anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from transforms.staging.chat_merge import Ints
from transforms.staging.chat_numbers import CHANGED
from transforms.staging.conversation import ERASED

EPOCH = date(1970, 1, 1).toordinal()
MINUTES = 1_440


class Count(NamedTuple):
    """How many members there are at least, and how many of them are known to speak for the authority."""

    members: int
    staff: int


@dataclass
class Seen:
    """Who is seen in a chat at a moment. People are ordinals; it is handed on from month to month as plain values.

    `let_in` are those a notice let in by name, `others` those who write or act without one. `unnamed` is how many
    notices let in without a name ("and 5 others"), `has_exporter` whether "you", the exporting phone, was let in.
    """

    let_in: set[int] = field(default_factory=set)
    others: set[int] = field(default_factory=set)
    unnamed: int = 0
    has_exporter: bool = False

    @classmethod
    def carried(cls, carry: Mapping[str, Any]) -> Seen:
        """What the month before handed on; nobody for the first."""
        known = carry.get("seen")
        return cls() if not known else cls(set(known[0]), set(known[1]), known[2], known[3])

    def carry(self) -> list[Any]:
        """What is handed on to the next month."""
        return [sorted(self.let_in), sorted(self.others), self.unnamed, self.has_exporter]

    def forget(self) -> None:
        """Nobody is known to be there any more: days passed of which nobody knows who left."""
        self.let_in, self.others, self.unnamed, self.has_exporter = set(), set(), 0, False

    @property
    def members(self) -> int:
        """How many there are at least.

        Who writes without having been let in by name may be one of the unnamed, so nobody is counted as both. The
        exporting phone, "you" in the notices, is somebody seen beside those who are named.
        """
        return len(self.let_in) + max(len(self.others), self.unnamed) + self.has_exporter

    def count(self, staff: Collection[int]) -> Count:
        """The members, and how many of the staff are among them: seen by name, so residents are at least the others."""
        return Count(self.members, sum(one in self.let_in or one in self.others for one in staff))

    def through(
        self,
        minute: Ints,
        author: Ints,
        events: pa.Table,
        days: Sequence[date],
        staff_on: Callable[[date], Collection[int]],
    ) -> dict[date, Count]:
        """The members at the end of each of some days, in order; a month's events happen on these days alone.

        `minute` (of local wall time) and `author` are those of the month's messages; `staff_on` gives who speaks for
        the authority on a day.
        """
        happened: dict[date, list[dict[str, Any]]] = {}
        for row in sorted(events.to_pylist(), key=lambda row: (row["at_local"], row["position"])):
            happened.setdefault(row["at_local"].date(), []).append(row)
        day_of = minute // MINUTES
        found: dict[date, Count] = {}
        done = -1 << 62
        for day in days:
            number = day.toordinal() - EPOCH
            wrote = np.unique(author[(day_of > done) & (day_of <= number) & (author != ERASED)])
            self.others.update(set(wrote.tolist()) - self.let_in)
            left = self._take(happened.get(day, []))
            for person, at in left.items():
                if person not in self.let_in and np.any((author == person) & (day_of == number) & (minute > at)):
                    self.others.add(person)
            found[day] = self.count(staff_on(day))
            done = number
        return found

    def _take(self, rows: Sequence[Mapping[str, Any]]) -> dict[int, int]:
        """Take a day's events in order; who left, and in which minute."""
        alone = Counter((row["batch"], row["position"]) for row in rows)
        left: dict[int, int] = {}
        for row in rows:
            actor, member, change = row["actor"], row["member"], row["delta"]
            if actor is not None and actor not in self.let_in:
                self.others.add(actor)
            if row["event"] == CHANGED:
                self._join(actor, member)
            elif member is None:
                if abs(change) == 1 and alone[row["batch"], row["position"]] == 1:
                    self.has_exporter = change > 0  # "you were added", "you left"
                else:
                    self.unnamed = max(self.unnamed + change, 0)
            elif change > 0:
                self.let_in.add(member)
                self.others.discard(member)
            elif change < 0:
                if member not in self.let_in:
                    self.unnamed = max(self.unnamed - 1, 0)
                self.let_in.discard(member)
                self.others.discard(member)
                moment = row["at_local"]
                left[member] = (moment.toordinal() - EPOCH) * MINUTES + moment.hour * 60 + moment.minute
        return left

    def _join(self, person: int | None, other: int | None) -> None:
        """Count a person once who was seen under two numbers."""
        if person is not None and other is not None and person != other:
            if other in self.let_in:
                self.let_in.add(person)
                self.others.discard(person)
            self.let_in.discard(other)
            self.others.discard(other)
