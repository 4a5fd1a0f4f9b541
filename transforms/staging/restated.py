"""Which of several files speaks for what all of them tell: exports, registers and downloads handed over again.

The one that reaches further in time; of two that reach as far, the one that landed last. So what was said last stands,
also where it is less, and files of different times may come in any order. Whoever hands a file over is told what it
changed (`changes`), and what of it did not count.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from transforms.staging.records import Row
from transforms.staging.town import Town
from warehouse.calendar import month_of

_LINEAGE = ("segment", "landed_order", "batch")
Rank = tuple[Any, ...]
"""Of two readings of one thing the one of the greater rank speaks."""


def _alike(_: Row) -> int:
    return 0


@dataclass(frozen=True)
class Restated:
    """How readings of a stream of files are told apart. `key`: the columns that name what a row tells of.

    `reach` gives the day or instant a row reaches to; a file reaches as far as the furthest of its rows, those with
    the same `apart` in it. `said` are the columns that may be told otherwise another time; a row is of the month of
    `day`. What a file tells of a thing in several rows it tells as a whole. Of readings of which one is `better` by
    itself, as a whole month is than a half one, that one speaks first.
    """

    key: tuple[str, ...]
    said: tuple[str, ...]
    day: Callable[[Row], date | datetime]
    reach: Callable[[Row], Any]
    apart: tuple[str, ...] = ()
    better: Callable[[Row], Any] = _alike

    def ranked(self, rows: Iterable[Row]) -> Iterator[tuple[Rank, Row]]:
        """Each row with its rank; two rows of one file that tell of one thing may have the same."""
        found = list(rows)
        reach: dict[Hashable, Any] = {}
        for row in found:
            file, own = self._file(row), self.reach(row)
            reach[file] = own if file not in reach else max(own, reach[file])
        for row in found:
            yield (self.better(row), reach[self._file(row)], row.get("landed_order") or 0), row

    def in_order(self, rows: Iterable[Row]) -> list[Row]:
        """Readings of one thing, the one that speaks first."""
        found = sorted(self.ranked(rows), key=lambda one: _as_text(one[1]), reverse=True)
        return [row for _, row in sorted(found, key=lambda one: one[0], reverse=True)]

    def standing(self, rows: Iterable[Row], key: Callable[[Row], Hashable] | None = None) -> dict[Any, Row]:
        """The reading that speaks for each key, in their order; `key` gives it where columns alone do not."""
        best: dict[Any, tuple[Rank, Row]] = {}
        for rank, row in self.ranked(rows):
            one = (key or self._key)(row)
            if one not in best or rank > best[one][0] or (rank == best[one][0] and _is_after(row, best[one][1])):
                best[one] = rank, row
        return {one: best[one][1] for one in sorted(best)}

    def readings(self, rows: Iterable[Row]) -> dict[tuple[str, ...], dict[str, Reading]]:
        """Key -> file (its segment) -> what it tells of it, in one row or several that speak together."""
        found: dict[tuple[str, ...], dict[str, Reading]] = {}
        for rank, row in self.ranked(rows):
            files = found.setdefault(self._key(row), {})
            own = files.get(row["segment"], Reading(rank, ()))
            files[row["segment"]] = Reading(min(own.rank, rank), (*own.rows, row))
        return found

    def changes(self, rows: Iterable[Row], run: str, town: Town) -> Changes:
        """What the rows that landed in a run changed of what stood without them."""
        whole = Changes()
        for files in self.readings(rows).values():
            mine = [one for one in files.values() if one.rows[0]["batch"] == run]
            others = [one for one in files.values() if one.rows[0]["batch"] != run]
            if not mine:
                continue
            if not others:
                whole += Changes(new=1)
                continue
            was, now = (self._said(speaking(some)) for some in (others, [*others, *mine]))
            if was != now:
                day = self.day(mine[0].rows[0])
                month = town.local_month(day) if isinstance(day, datetime) else month_of(day)
                whole += Changes(changed=1, months=(month,))
            elif now != self._said(mine[0].rows):
                whole += Changes(outreached=1)
        return whole

    def _key(self, row: Row) -> tuple[str, ...]:
        return tuple(str(row[name]) for name in self.key)

    def _file(self, row: Row) -> tuple[str, ...]:
        return (str(row["segment"]), *(str(row[name]) for name in self.apart))

    def _said(self, rows: Iterable[Row]) -> list[str]:
        return sorted(repr([row[name] for name in self.said]) for row in rows)


@dataclass(frozen=True)
class Reading:
    """What one file tells of one thing."""

    rank: Rank
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Changes:
    """Of what a file tells: how much nobody told before, how much is otherwise now, and in which months it is.

    `outreached` is what it tells otherwise than what stands: a file that reaches further speaks for that.
    """

    new: int = 0
    changed: int = 0
    outreached: int = 0
    months: Sequence[str] = ()

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.new + other.new,
            self.changed + other.changed,
            self.outreached + other.outreached,
            tuple(sorted({*self.months, *other.months})),
        )


def speaking(readings: Iterable[Reading]) -> tuple[Row, ...]:
    """The rows of the reading that speaks; none where there is none."""
    found = max(readings, key=lambda one: (one.rank, sorted(map(_as_text, one.rows))), default=None)
    return found.rows if found else ()


def _is_after(row: Row, other: Row) -> bool:
    """Of rows nothing else tells apart, so that the outcome never rests on the order of a table."""
    return _as_text(row) > _as_text(other)


def _as_text(row: Mapping[str, Any]) -> str:
    return repr(sorted((name, str(value)) for name, value in row.items() if name not in _LINEAGE))
