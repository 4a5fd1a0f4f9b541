"""The months of a source's facts on their way through the gate into the lake, some at a time.

A month whose staged rows are those that are stored is left as it is. Of the others the rows that differ are
judged, beside those the gate let through before; in batches of months, since a run of the gate costs nearly
the same for few rows as for many. What is held in memory does not grow with the number of months. A month
that was refused keeps what is stored.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.results import GateResult
from pipeline.refresh.restatements import closed_months
from town.store import TownStore
from transforms.questionnaire import questionnaire
from transforms.staging.coverage import Lost
from warehouse.digests import digest_of
from warehouse.facts import FACTS
from warehouse.ledger import FactFile
from warehouse.schemas import arrow_schema

MAX_BATCH_ROWS = 50_000
"""Rows the gate is given at once; a month of more is given alone."""
UNIT = "unit"
"""Column of a stored file that names the unit a row was staged from; a fact's schema does not have it."""

Place = tuple[str, str]
"""Fact and month."""


@dataclass(frozen=True)
class _Staged:
    """A month's rows in their order; those from `start` to `end` are not the stored ones and must be judged."""

    month: str
    rows: pa.Table
    digest: str
    start: int
    end: int

    @property
    def changed(self) -> pa.Table:
        return self.rows.slice(self.start, self.end - self.start)

    @property
    def kept(self) -> pa.Table:
        return pa.concat_tables([self.rows.slice(0, self.start), self.rows.slice(self.end)])


class SourceFacts:
    """What is stored of one source, and what takes its place.

    After `finish`, `files` is all there is; `unsettled` are the places of which rows, or all of them, were not let
    through: they are judged again whenever the source is staged.
    """

    def __init__(self, store: TownStore, source: str, spaces: frozenset[str], *, falls_are_said: bool = False) -> None:
        """`spaces` are those the town registered or its accounts name; rows of any other are not let through.

        Where `falls_are_said`, a closed month holds less only because somebody asked for it, and may.
        """
        self._store, self._source, self._spaces = store, source, spaces
        self.before: dict[Place, FactFile] = {
            (row.fact, row.month): FactFile(row.path, row.sha256, row.records, row.digest)
            for row in store.ledger.partitions()
            if row.source == source
        }
        self.files: dict[Place, FactFile] = {}
        self.unsettled: set[Place] = set()
        self._closed = frozenset[str]() if falls_are_said else closed_months(store.ledger)
        self._accepted = store.ledger.accepted()
        self._waiting: dict[str, list[_Staged]] = defaultdict(list)
        self._answered: list[pa.Table] = []
        self._results: dict[str, list[GateResult]] = defaultdict(list)
        self._lost: set[Lost] = set()

    @property
    def used(self) -> frozenset[Place]:
        """Months accepted to hold less that do so now: a month of this source that grew uses nothing up."""
        fallen = {
            p for p, old in self.before.items() if (new := self.files.get(p)) is None or new.records < old.records
        }
        return frozenset(self._accepted & fallen)

    def stored(self, place: Place) -> pa.Table:
        """The stored rows of a fact's month, with the column that names their unit."""
        return self._store.lake.read([self.before[place].path])

    def keep(self, place: Place) -> None:
        """Leave a fact's month as it is stored."""
        self.files[place] = self.before[place]

    def answer(self, messages: pa.Array) -> None:
        """Messages of other months that rows still to be taken may answer."""
        self._answered.append(pa.table({"message": messages}))

    def take(self, place: Place, rows: pa.Table) -> None:
        """All rows of a fact's month as staged; the months of a fact come in order."""
        fact, month = place
        grain = [name for name in FACTS[fact].grain if name not in ("authority", "month")]
        rows = rows.sort_by([(name, "ascending") for name in grain]).combine_chunks()
        digest = digest_of(rows)
        stored = self.before.get(place)
        if stored is not None and stored.digest == digest:
            self.keep(place)
            return
        if not rows.num_rows and stored is None:
            return
        start, end = 0, rows.num_rows
        if stored is not None and stored.digest:  # without a digest not all of it was let through, or by other rules
            start, end = _difference(self.stored(place), rows, grain)
        waiting = sum(one.end - one.start for one in self._waiting[fact])
        if waiting and waiting + end - start > MAX_BATCH_ROWS:
            self._judge(fact, is_last=False)
        self._waiting[fact].append(_Staged(month, rows, digest, start, end))

    def check_waiting(self) -> list[Lost]:
        """Judge what waits; what of the facts was not let through so far and nothing stored stands for."""
        for fact in sorted(self._waiting):
            self._judge(fact, is_last=True)
        return sorted(self._lost, key=repr)

    def finish(self) -> list[GateResult]:
        """Judge what waits; the gate's result for each fact of which anything was judged."""
        self.check_waiting()
        return [GateResult.merged(found) for _, found in sorted(self._results.items())]

    def _judge(self, fact: str, *, is_last: bool) -> None:
        from expectations.gate import GateContext, check

        waiting = self._waiting.pop(fact, [])
        if not waiting:
            return
        names = arrow_schema(fact).names
        table = pa.concat_tables([one.changed.select(names) for one in waiting])
        kept = pa.concat_tables([one.kept.select(names) for one in waiting])
        months = [one.month for one in waiting]
        others = {
            month: file.records
            for (name, month), file in {**self.before, **self.files}.items()
            if name == fact and month not in months
        }
        context = GateContext(
            authority=self._store.authority.code,
            timezone=self._store.authority.timezone,
            spaces=self._spaces,
            today=self._store.today,
            previous_rows={month: self.before[fact, month].records for month in months if (fact, month) in self.before},
            other_rows=others,
            kept=kept,
            beside=self._beside(fact, max((month for month in others if month < months[0]), default=None)),
            is_newest=is_last and max(others, default="") < months[-1],
            closed_months=self._closed,
            accepted_months=frozenset(month for name, month in self._accepted if name == fact),
            survey_items=frozenset(questionnaire().meanings()),
        )
        self._store.progress(f"checking {fact}: {table.num_rows:,} rows")
        result = check(fact, table, context)
        for one in waiting:
            self._write(fact, one, result)
        self._results[fact].append(GateResult.merged([result]))
        # Arrow keeps what a batch took for the next one; of a large month that is more than all else in the process.
        pa.default_memory_pool().release_unused()

    def _beside(self, fact: str, month_before: str | None) -> pa.Table | None:
        """What of other months the rows of a batch answer or continue."""
        if fact == "message" and self._answered:
            return pa.concat_tables(self._answered)
        place = fact, month_before or ""
        file = self.files.get(place) or self.before.get(place)
        if fact == "membership" and file is not None:
            return self._store.lake.read([file.path], arrow_schema(fact))
        return None

    def _write(self, fact: str, staged: _Staged, result: GateResult) -> None:
        """One durable file of what passed; a refused month keeps what is stored."""
        place, rows, digest = (fact, staged.month), staged.rows, staged.digest
        if {staged.month, ""} & result.refused_months:
            self.unsettled.add(place)
            if place in self.before:
                self.keep(place)
            else:
                self._lose(place, {""})
            return
        if result.passed.num_rows < result.received:
            passed = result.passed.filter(pc.equal(result.passed["month"], staged.month))
            if passed.num_rows < staged.end - staged.start:
                # Its units are staged anew the next time: nobody asks which unit its rows are of.
                self.unsettled.add(place)
                self._lose(place, _spaces(staged.changed) - _spaces(passed))
                whole = rows.select(passed.column_names)
                rows, digest = pa.concat_tables([whole.slice(0, staged.start), passed, whole.slice(staged.end)]), ""
        if rows.num_rows:
            folder = f"facts/{fact}/{self._store.authority.code}/{staged.month}/{self._source}"
            file = self._store.lake.write(folder, rows.combine_chunks())
            self.files[place] = FactFile(file.path, file.sha256, file.records, digest)

    def _lose(self, place: Place, spaces: Iterable[str]) -> None:
        """Rows of a month are in no fact: what coverage calls after the fact is not whole there."""
        fact, month = place
        self._lost |= {Lost(name, space, month) for name in (fact, f"{fact}:") for space in spaces}


def _spaces(rows: pa.Table) -> Counter[str]:
    """How many rows there are of each space; '' where a fact has none."""
    return Counter(rows["space"].to_pylist() if "space" in rows.column_names else [""] * rows.num_rows)


def _difference(stored: pa.Table, rows: pa.Table, grain: list[str]) -> tuple[int, int]:
    """The stretch of the rows that holds all which are not stored, and none whose key also stands outside of it."""
    if stored.column_names != rows.column_names:
        return 0, rows.num_rows
    count = min(stored.num_rows, rows.num_rows)
    start = _common(stored.slice(0, count), rows.slice(0, count), is_from_end=False)
    rest = count - start
    common = _common(stored.slice(stored.num_rows - rest), rows.slice(rows.num_rows - rest), is_from_end=True)
    end = rows.num_rows - common
    keys = rows.select(grain)
    while 0 < start < rows.num_rows and keys.slice(start - 1, 1).equals(keys.slice(start, 1)):
        start -= 1
    while 0 < end < rows.num_rows and keys.slice(end - 1, 1).equals(keys.slice(end, 1)):
        end += 1
    return start, end


def _common(one: pa.Table, other: pa.Table, *, is_from_end: bool) -> int:
    """How many rows two tables of equal length have in common from their beginning, or up to their end."""
    same = np.ones(one.num_rows, bool)
    for ours, theirs in zip(one.columns, other.columns, strict=True):
        both_absent = pc.and_(pc.is_null(ours), pc.is_null(theirs))
        same &= pc.fill_null(pc.equal(ours, theirs), both_absent).to_numpy()
    differing = np.flatnonzero(~(same[::-1] if is_from_end else same))
    return int(differing[0]) if len(differing) else len(same)
