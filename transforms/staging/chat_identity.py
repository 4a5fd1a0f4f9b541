"""Which exports are of one chat: decided here alone, by what they hold.

Three things tell: the group's creation (its instant, and its name then), the names it had by its own notices, and what
exports say of the same time. A file's name is asked last and never holds two exports together that contradict each
other. What nothing tells apart or together stays apart, and is a doubt to be said.

The outcome depends on the set of exports only. It is found anew each time, so a file that shows two chats to be one
joins them whenever it comes, and no landed row is changed. Messages are read only where marks and equal months
do not decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import Any, Literal

from transforms.staging.chat_evidence import Export, Mark, Said, Together, in_common, within

Verdict = Literal["same", "different", "doubtful", "unknown"]

MIN_COMMON = 3
"""Fewer messages in common may be chance."""
MIN_SHARE = 0.7
"""Of the messages of the same time that both ought to hold; edits and deletions take some of them."""
MAX_CHANCE = 0.3
"""Two chats of the same people agree on so much at most: staff send the same words to several groups."""
SURE_COMMON, SURE_WRITERS, SURE_SHARE = 10, 3, 0.9
"""So much in common outweighs what files are called: three people do not send ten equal messages to two groups."""
ENOUGH = 20
"""Messages of the same time after which no further month is read."""
EARLY = timedelta(hours=1)
"""The client prints notices of the first minutes out of order."""


@dataclass
class Identities:
    """Tells which exports belong together.

    `aliases` maps names of one registered space to it: the town says itself that they are of one place. `staff` are
    the people who write in many groups: that they do tells nothing. `said` reads a month of an export.
    """

    exports: Iterable[Export]
    aliases: Mapping[str, str]
    staff: frozenset[int]
    said: Callable[[Export, str], Said]

    def __post_init__(self) -> None:
        self._all = [Together((one,)) for one in sorted(self.exports, key=lambda one: one.rank)]
        self._of = {one.batch: together for together in self._all for one in together.exports}
        self._known: dict[tuple[Together, Together], Verdict] = {}
        self._join(self._sharing(lambda one: [one.created.digest] if one.created else []))
        self._join(self._sharing(_full_months))
        # What was unknown of two may be plain of what they have become.
        while self._join(self._pairs()):
            pass

    @property
    def found(self) -> list[Together]:
        """The chats, each with its exports, in the order in which they are known first."""
        return sorted(self._all, key=lambda one: one.exports[0].rank)

    @property
    def doubtful(self) -> list[tuple[Together, Together]]:
        """Those kept apart of which it cannot be told whether they are one."""
        return [pair for pair in self._pairs() if self._verdict(*pair) == "doubtful"]

    def _sharing(self, marks_of: Callable[[Export], Iterable[Any]]) -> Iterator[tuple[Together, Together]]:
        """Neighbours among the exports that share something."""
        holders: dict[Any, list[Export]] = defaultdict(list)
        for together in self._all:
            for one in together.exports:
                for mark in marks_of(one):
                    holders[mark].append(one)
        for mark in sorted(holders, reverse=True):
            for one, other in zip(holders[mark], holders[mark][1:], strict=False):
                yield self._of[one.batch], self._of[other.batch]

    def _pairs(self) -> Iterator[tuple[Together, Together]]:
        return combinations(list(self._all), 2)

    def _join(self, pairs: Iterable[tuple[Together, Together]]) -> bool:
        """Join what is the same; gives whether anything was."""
        is_joined = False
        for one, other in pairs:
            if one is other or any(self._of[side.exports[0].batch] is not side for side in (one, other)):
                continue
            if self._verdict(one, other) == "same":
                both = Together(tuple(sorted(one.exports + other.exports, key=lambda e: e.rank)))
                self._of.update((export.batch, both) for export in both.exports)
                self._all = [both if side is one else side for side in self._all if side is not other]
                is_joined = True
        return is_joined

    def _verdict(self, one: Together, other: Together) -> Verdict:
        if (one, other) not in self._known:
            self._known[one, other] = self._judged(one, other)
        return self._known[one, other]

    def _judged(self, one: Together, other: Together) -> Verdict:
        """What is to be said of two: the strongest evidence decides."""
        ours, theirs = one.created, other.created
        is_created = _same_creation(one, other)
        if (ours and theirs and not is_created) or _began_before(one, theirs) or _began_before(other, ours):
            return "different"
        if is_created and self._equal_months(one, other):
            return "same"
        common, fewer, who = self._agreement(one, other)
        residents = who - self.staff
        if fewer >= (MIN_COMMON if is_created else 1) and (common == 0 or common < MAX_CHANCE * fewer):
            return "different"
        if is_created:
            return "same"
        told, shown = self._names_agree(one, other)
        if common >= MIN_COMMON and common >= MIN_SHARE * fewer:
            is_sure = len(residents) >= SURE_WRITERS and common >= max(SURE_COMMON, SURE_SHARE * fewer)
            is_talk = len(who) > 1 and bool(residents)
            is_same = told is not False and (shown or is_sure or (is_talk and shown is None))
            return "same" if is_same else "doubtful"
        if not shown:
            return "unknown"
        if fewer:
            return "same" if 2 * common >= fewer else "doubtful"
        return "same" if self._share_writers(one, other) else "doubtful"

    def _names_agree(self, one: Together, other: Together) -> tuple[bool | None, bool | None]:
        """Whether both were called the same when the shorter one ends: by their notices, and also by their files.

        None where it is not known, and for two names the town says are of one space: that may have one chat or several.
        """
        at = min(one.last, other.last)
        told = [side.name_by_notices(at) for side in (one, other)]
        shown = [told[n] or side.name_by_files(at) for n, side in enumerate((one, other))]
        return self._equal(*told), self._equal(*shown)

    def _equal(self, one: str | None, other: str | None) -> bool | None:
        if one is None or other is None:
            return None
        if one != other and one in self.aliases and self.aliases[one] == self.aliases.get(other):
            return None
        return one == other

    @staticmethod
    def _equal_months(one: Together, other: Together) -> set[tuple[str, str]]:
        """Months of which both hold the same, and in which more than a little was said."""
        ours, theirs = ({month for export in side.exports for month in _full_months(export)} for side in (one, other))
        return ours & theirs

    def _agreement(self, one: Together, other: Together) -> tuple[int, int, set[int]]:
        """Of the time both speak for: messages in common, those of the one with fewer, writers of the common ones."""
        common = fewer = 0
        writers: set[int] = set()
        if max(one.first, other.first) > min(one.last, other.last):
            return 0, 0, writers
        if equal := self._equal_months(one, other):
            # Of many exports of one chat the first month is the same in nearly all: it is read once for all of them.
            month, digest = min(equal)
            held = next(e for e in one.exports if month in e.months and e.months[month].digest == digest)
            whole = self.said(held, month)
            writers = set(whole.writer.tolist())
            if len(writers - self.staff) >= SURE_WRITERS and len(whole.minute) >= SURE_COMMON:
                return len(whole.minute), len(whole.minute), writers
            writers = set()
        for month in sorted(one.months.keys() & other.months.keys(), reverse=True):
            a, b = one.months[month], other.months[month]
            ours, theirs = self.said(a, month), self.said(b, month)
            if a.months[month].digest != b.months[month].digest:
                since = max(a.row["first_local"], b.row["first_local"])
                until = min(a.row["last_local"], b.row["last_local"])
                ours, theirs = within(ours, since, until), within(theirs, since, until)
            both, who = in_common(ours, theirs, self.staff)
            common, fewer, writers = common + both, fewer + min(len(ours.minute), len(theirs.minute)), writers | who
            if fewer >= ENOUGH:
                break
        return common, fewer, writers

    def _share_writers(self, one: Together, other: Together) -> bool:
        """Whether the same people, staff aside, wrote in the last month of the one and the first of the other."""
        early, late = (one, other) if one.last <= other.first else (other, one)
        if not early.months or not late.months:
            return False
        sides = []
        for side, month in ((early, max(early.months)), (late, min(late.months))):
            written = self.said(side.months[month], month).writer
            sides.append(set(written[written >= 0].tolist()) - self.staff)
        shared = len(sides[0] & sides[1])
        return shared >= 2 and 2 * shared >= min(map(len, sides))


def _full_months(one: Export) -> list[tuple[str, str]]:
    return [(month, part.digest) for month, part in one.months.items() if part.records >= MIN_COMMON]


def _same_creation(one: Together, other: Together) -> bool:
    """Whether two creations are one: equal to the minute, and to the second and by name where both tell."""
    ours, theirs = one.created, other.created
    if ours is None or theirs is None or ours.digest != theirs.digest:
        return False
    seconds = [mark.at.second for mark in (ours, theirs)]
    names = [
        {m.digest for e in side.exports for m in e.marks if m.tells == "named" and m.at == mark.at and m.digest}
        for side, mark in ((one, ours), (other, theirs))
    ]
    return (not all(seconds) or seconds[0] == seconds[1]) and (not all(names) or bool(names[0] & names[1]))


def _began_before(one: Together, created: Mark | None) -> bool:
    return created is not None and one.first < created.at - EARLY
