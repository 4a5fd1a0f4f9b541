"""What exports hold that tells of which chat they are: marks, names by time, and messages of the same minutes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from transforms.staging.chat_merge import Ints
from transforms.staging.units import LandedPart

WIDTH = 1 << 20
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 local wall time, as exported


@dataclass(frozen=True)
class Said:
    """The messages of a month of an export: minute, a code of kind and length, and writer (negative when erased)."""

    minute: Ints
    what: Ints
    writer: Ints


@dataclass(frozen=True)
class Mark:
    """What an export tells of its chat: when, what, and the keyed digest ('' where a new name is not told)."""

    at: datetime
    tells: str
    digest: str


@dataclass(frozen=True, eq=False)
class Export:
    """One landed export: its row, its marks, and where its messages of each month lie."""

    row: Mapping[str, Any]
    marks: tuple[Mark, ...]
    months: Mapping[str, LandedPart]

    @property
    def batch(self) -> str:
        """The run that landed it."""
        return str(self.row["batch"])

    @cached_property
    def rank(self) -> tuple[Any, ...]:
        """A total order by content: the earliest known first."""
        digests = sorted((month, part.digest) for month, part in self.months.items())
        row = self.row
        return str(row["first_local"]), str(row["last_local"]), row["entries"], row["chat_key"], digests

    @cached_property
    def created(self) -> Mark | None:
        """The creation of the group, where the export begins with it."""
        return min((mark for mark in self.marks if mark.tells == "created"), key=_when, default=None)


def _when(mark: Mark) -> tuple[datetime, str]:
    return mark.at, mark.digest


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


@dataclass(frozen=True, eq=False)
class Together:
    """Exports found to be of one chat, the earliest known first."""

    exports: tuple[Export, ...]

    @cached_property
    def created(self) -> Mark | None:
        """When the group was created; of several clocks the earliest."""
        return min((one.created for one in self.exports if one.created), key=_when, default=None)

    @cached_property
    def first(self) -> datetime:
        """Its first entry."""
        first: datetime = min(one.row["first_local"] for one in self.exports)
        return first

    @cached_property
    def last(self) -> datetime:
        """Its last entry."""
        last: datetime = max(one.row["last_local"] for one in self.exports)
        return last

    @cached_property
    def months(self) -> dict[str, Export]:
        """Month -> the latest export that holds messages of it."""
        return {month: one for one in self._by_end for month in one.months}

    @cached_property
    def _by_end(self) -> list[Export]:
        return sorted(self.exports, key=lambda one: one.rank[1:])

    @cached_property
    def _marks(self) -> list[Mark]:
        return sorted({mark for one in self.exports for mark in one.marks}, key=lambda m: (m.at, m.tells, m.digest))

    def name_by_notices(self, at: datetime) -> str | None:
        """What the group was called at an instant by its own notices; None when they do not tell."""
        named = [mark for mark in self._marks if mark.tells == "named"]
        before = [mark for mark in named if _minute(mark.at) <= _minute(at)]
        if before:
            return before[-1].digest or None
        left = [mark for mark in self._marks if mark.tells == "renamed_from"]
        return left[0].digest if left and named and left[0].at <= named[0].at else None

    def name_by_files(self, at: datetime) -> str | None:
        """What it was called by the export that ends first at or after an instant, else by the last before."""
        named = [one for one in self._by_end if one.row.get("is_named") is not False]
        chosen = next((one for one in named if one.row["last_local"] >= at), named[-1] if named else None)
        if chosen is None:
            return None
        shown = [mark.digest for mark in chosen.marks if mark.tells == "shown"]
        return shown[0] if shown else str(chosen.row["chat_key"])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All its names as digests, what its own notices say before what files are called, the latest first."""
        told = [mark.digest for mark in reversed(self._marks) if mark.tells in ("named", "renamed_from")]
        shown = [mark.digest for mark in reversed(self._marks) if mark.tells == "shown"]
        files = [str(one.row["chat_key"]) for one in reversed(self._by_end)]
        return tuple(name for name in dict.fromkeys((*told, *shown, *files)) if name)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What it may be known by among others, the surest first.

        That is its creation, with its name then; where no export begins with that, the name of its first file; and
        what each of its exports holds.
        """
        each = [digest_of(one.rank) for one in self.exports]
        creations = sorted({e.created for e in self.exports if e.created and e.created.digest}, key=_when)
        if not creations:
            return str(self.exports[0].row["chat_key"]), *dict.fromkeys(each)
        named = {(m.at, m.digest) for m in self._marks if m.tells == "named" and m.digest}
        by_name = [digest_of(one.digest, name) for one in creations for at, name in sorted(named) if at == one.at]
        return tuple(dict.fromkeys([*by_name, *(one.digest for one in creations), *each]))


def digest_of(*parts: Any) -> str:
    """16 hex digits of what identifies a chat."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def within(said: Said, since: datetime, until: datetime) -> Said:
    first, last = ((moment - EPOCH) // timedelta(minutes=1) for moment in (since, until))
    held = (said.minute >= first) & (said.minute <= last)
    return Said(said.minute[held], said.what[held], said.writer[held])


def in_common(ours: Said, theirs: Said, staff: frozenset[int]) -> tuple[int, set[int]]:
    """How many messages are in both, and who wrote those.

    A message is known by its minute, kind and length, whatever another phone calls its writer; or, when it was edited
    or deleted since, by its minute and writer. Of staff, who write to several groups in one minute, that tells nothing.
    """
    known = [~np.isin(one.writer, list(staff)) & (one.writer >= 0) for one in (ours, theirs)]
    by_content = [one.minute * WIDTH + one.what % WIDTH for one in (ours, theirs)]
    by_writer = [
        (one.minute * WIDTH + one.writer % WIDTH)[held] for one, held in zip((ours, theirs), known, strict=True)
    ]
    minute: Ints = np.unique(ours.minute)
    found, who = [], set[int]()
    for (mine, others), writer in ((by_content, ours.writer), (by_writer, ours.writer[known[0]])):
        codes, count = np.unique(mine, return_counts=True)
        codes_there, count_there = np.unique(others, return_counts=True)
        both, at, there = np.intersect1d(codes, codes_there, assume_unique=True, return_indices=True)
        least = np.minimum(count[at], count_there[there])
        found.append(np.bincount(np.searchsorted(minute, both // WIDTH), weights=least, minlength=len(minute)))
        who |= set(writer[np.isin(mine, both)].tolist())
    return int(np.maximum(*found).sum()), who
