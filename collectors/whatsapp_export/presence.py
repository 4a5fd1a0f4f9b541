"""When the phone an export comes from could not have heard: days that what it holds says nothing of.

Whoever is not in a group gets none of its messages, and messages that disappear are in no later export. A notice of
"you" that names nobody else is of the phone's owner; where one is lost, a message tells that she was there. A group
brings its people together over its first days: a phone that came within a week of its founding counts as there from the
founding on. What was said in those days it has not heard, so they are told beside (`founding`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from collectors.whatsapp_export.phrases import Found

FOUNDED, CAME, WENT, FADING, KEPT = "founded", "came", "went", "fading", "kept"
FOUNDING = 7 * 86_400
_OF_THE_PHONE = {
    "member_added": CAME,
    "member_joined": CAME,
    "added_to_group_and_community": CAME,
    "member_left": WENT,
    "member_removed": WENT,
}
_OF_ALL = {
    "group_created": FOUNDED,
    "disappearing_on": FADING,
    "message_timer_updated": FADING,
    "disappearing_off": KEPT,
}


def presence_of(found: Found) -> str:
    """What an event tells of what the phone hears: founded, came, went, fading, kept; '' for nothing."""
    if found.event in _OF_THE_PHONE:
        told = found.values
        of_others = told.get("member") or told.get("members") or told.get("targets")
        return "" if of_others else _OF_THE_PHONE[found.event]
    return _OF_ALL.get(found.event, "")


@dataclass
class Presence:
    """The stretches of a file of which it cannot tell, in seconds since 1970, gathered block by block."""

    stretches: list[tuple[int | None, int | None]] = field(default_factory=list)
    founding: tuple[int, int] | None = None
    """When the group was founded and the phone came, on a later day, where the time between counts as heard."""
    _has_heard: bool = False
    _founded: int | None = None
    _went: int | None = None
    _fading: int | None = None

    def add(self, positions: NDArray[np.int64], seconds: NDArray[np.int64], told: list[tuple[int, int, str]]) -> None:
        """The next block: positions and times of its messages, and (position, time, what) of its notices."""
        done = 0
        for position, at, what in told:
            upto = int(np.searchsorted(positions, position))
            self._hear(seconds[done:upto])
            done = max(done, upto)
            self._take(at, what)
        self._hear(seconds[done:])

    def _hear(self, seconds: NDArray[np.int64]) -> None:
        if not len(seconds):
            return
        self._has_heard = True
        if self._went is not None:
            self.stretches.append((self._went, int(seconds[0])))
            self._went = None

    def _take(self, at: int, what: str) -> None:
        if what == CAME and self._went is not None:
            self.stretches.append((self._went, at))
            self._went = None
        elif what == CAME and not self._has_heard:
            if self._founded is None or at - self._founded > FOUNDING:
                self.stretches.append((None, at))
            elif self._founded // 86_400 < at // 86_400:
                self.founding = (self._founded, at)
            self._has_heard = True
        elif what == FOUNDED and self._founded is None:
            self._founded = at
        elif what == WENT:
            self._went, self._has_heard = at, True
        elif what == FADING and self._fading is None:
            self._fading = at
        elif what == KEPT and self._fading is not None:
            self.stretches.append((self._fading, at))
            self._fading = None

    def ended(self, first: int | None, last: int | None) -> list[tuple[int, int]]:
        """The stretches between the file's first entry and its last one, in their order; those of one day are none."""
        left = [(one, None) for one in (self._went, self._fading) if one is not None]
        whole = [
            (first if since is None else since, last if until is None else until)
            for since, until in (*self.stretches, *left)
        ]
        return sorted(
            (since, until)
            for since, until in whole
            if since is not None and until is not None and since // 86_400 < until // 86_400
        )
