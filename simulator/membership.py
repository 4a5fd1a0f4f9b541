"""Who comes to a chat and who goes: the membership half of a chat's log.

A group is created by one member of staff, who adds the exporting phone; then people are added by
list ("A, B and 5 others"), join by link, leave, come back or are removed, so that the size moves
from the rhythm's first figure to its last.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from simulator.calendar import Span
from simulator.model import Happening, HappeningKind, Rhythm

LIST_LENGTH = 6
FOUNDING_LIST = 8
LEAVING = 0.0006
"""Share of the members who leave on a day, beside the growth or decline of the group."""


@dataclass
class Membership:
    """The members of one chat while it is generated."""

    rng: Random
    rhythm: Rhythm
    span: Span
    staff: tuple[str, ...]  # who may write here for the authority; the first creates the group
    owner: str  # who adds and removes people
    newcomer: Callable[[Container[str]], str]  # somebody who is not among the given
    members: dict[str, None] = field(default_factory=dict)  # in the order of joining
    gone: deque[str] = field(default_factory=deque)
    log: list[Happening] = field(default_factory=list)

    @property
    def begins(self) -> date:
        """The day the group is created."""
        return self.span.day_at(self.rhythm.begins)

    def found(self) -> None:
        """Create the group with its first members."""
        start = datetime.combine(self.begins, time(8, 0))
        self._note("encrypted", start)
        self._note("created", start, (self.owner,), self.owner)
        you = next((name for name in self.staff if name != self.owner), "")
        if you:
            self._note("added_you", start, (you,), self.owner)
        others = tuple(name for name in self.staff if name not in (self.owner, you))
        at = start + timedelta(minutes=1)
        if others:
            self._note("added", at, others, self.owner, len(others))
        while len(self.members) < self.rhythm.members[0]:
            at += timedelta(minutes=1)
            size = min(self.rng.randint(2, FOUNDING_LIST * 2), self.rhythm.members[0] - len(self.members))
            self._add(at, self._newcomers(size))

    def live(self, day: date) -> None:
        """A day's coming and going; the group's size follows its rhythm."""
        first, last = self.rhythm.members
        if first == last:
            return
        passed = (day - self.begins).days / max((self.span.last_day - self.begins).days, 1)
        wanted = first + (last - first) * passed
        goers = sum(self.rng.random() < LEAVING * 50 for _ in range(max(len(self.members) // 50, 1)))
        if wanted < len(self.members) - 1:
            goers += 1
        for _ in range(goers):
            self._lose(day)
        comers = round(wanted - len(self.members) + self.rng.uniform(-0.5, 0.5))
        if comers >= LIST_LENGTH or (comers > 1 and self.rng.random() > self.rhythm.by_link):
            self._add(self._moment(day), self._newcomers(comers))
        else:
            for _ in range(comers):
                self._join(day)
        if self.rng.random() < 0.004:
            self._small_event(day)

    def _newcomers(self, count: int) -> tuple[str, ...]:
        taken = {*self.members, *self.gone}
        names: list[str] = []
        for _ in range(count):
            names.append(self.newcomer(taken))
            taken.add(names[-1])
        return tuple(names)

    def _join(self, day: date) -> None:
        if self.gone and self.rng.random() < 0.15:
            name = self.gone.popleft()
        else:
            (name,) = self._newcomers(1)
        self._note("joined", self._moment(day), (name,))

    def _add(self, at: datetime, names: tuple[str, ...]) -> None:
        printed = len(names) if len(names) <= FOUNDING_LIST else self.rng.randint(1, 3)
        self._note("added", at, names, self.owner, printed)

    def _lose(self, day: date) -> None:
        leavers = [name for name in self.members if name not in self.staff and name != self.owner]
        if len(leavers) < 5:
            return
        name = self.rng.choice(leavers)
        if self.rng.random() < 0.1:
            self._note("removed", self._moment(day), (name,), self.owner, 1)
        else:
            self._note("left", self._moment(day), (name,))
        self.gone.append(name)

    def _small_event(self, day: date) -> None:
        kinds: tuple[HappeningKind, ...] = ("icon_changed", "description_changed", "number_changed")
        kind = self.rng.choice(kinds)
        if kind == "number_changed":
            # Only people known by name: an export cannot tell whom a new number belongs to otherwise.
            known = [n for n in self.members if not n.startswith("+") and n not in self.staff]
            if known:
                self._note(kind, self._moment(day), (self.rng.choice(known),))
        else:
            self._note(kind, self._moment(day), (), self.owner)

    def _moment(self, day: date) -> datetime:
        # Before anybody writes on the day, so that nobody writes who is not there.
        return datetime.combine(day, time(6, self.rng.randint(0, 29), self.rng.randint(0, 59)))

    def _note(
        self, kind: HappeningKind, at: datetime, people: tuple[str, ...] = (), actor: str = "", printed: int = 0
    ) -> None:
        self.log.append(Happening(at, kind, actor, people, printed or len(people)))
        if kind in ("created", "added_you", "added", "joined"):
            self.members.update(dict.fromkeys(people))
        elif kind in ("left", "removed"):
            for name in people:
                self.members.pop(name, None)
