"""The months of a source's facts on their way through the gate into the lake, some at a time.

A month whose staged rows are those that are stored is left as it is. Of the others the rows that differ are
judged, beside those the gate let through before; in batches of months, since a run of the gate costs nearly
the same for few rows as for many. What is held in memory does not grow with the number of months. A month
that was refused keeps what is stored.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.profile import Profile, rules_of
from expectations.results import GateResult
from pipeline.refresh.months import SourceMonths
from pipeline.refresh.restatements import closed_months
from town.store import TownStore
from transforms.questionnaire import questionnaire
from transforms.staging.coverage import Lost
from warehouse.checks import ACCEPTED, DISPUTED, Judged
from warehouse.digests import digest_of
from warehouse.facts import FACTS
from warehouse.gate_tables import CheckRow
from warehouse.landing import FACT, QuarantineItem, quarantine_rows
from warehouse.ledger import FactFile
from warehouse.schemas import arrow_schema

MAX_BATCH_ROWS = 50_000
"""Rows the gate is given at once; a month of more is given alone."""
UNIT = "unit"
"""Column of a stored file that names the unit a row was staged from; a fact's schema does not have it."""

MAX_KNOWN_ROWS = 5_000
"""Of a place, with which what is staged the next time is compared."""

Place = tuple[str, str]
"""Fact and month."""
Digests = dict[Place, tuple[pa.Table, str]]
"""Rows as they were staged, with their digest."""


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

    def __init__(
        self, store: TownStore, source: str, spaces: frozenset[str], known: Sequence[CheckRow], digests: Digests
    ) -> None:
        """`spaces` are those the town registered or its accounts name; rows of any other are not let through.

        `known` is all that the gate ever found of the source; `digests` are of rows staged before, and are added to.
        """
        self._digests = digests
        self._store, self._source, self._spaces = store, source, spaces
        self.before: dict[Place, FactFile] = {
            (row.fact, row.month): FactFile(row.path, row.sha256, row.records, row.digest, row.profile)
            for row in store.ledger.partitions(source)
        }
        self.files: dict[Place, FactFile] = {}
        self.unsettled: set[Place] = set()
        self.announced: dict[Place, int] = {}  # records that landed, where staging made nothing of them
        self._closed = closed_months(store.ledger)
        self._months = SourceMonths(store, source, self.before, spaces, self._closed, known)
        # What stands against a month is looked at again whenever its source is, as is one judged by other rules.
        self.doubtful = {(row.fact, row.month) for row in known if row.resolved_at is None}
        self.doubtful |= {
            place for place, file in self.before.items() if rules_of(file.profile) != self._rules(place[0])
        }
        # Once a kernel of a fact let through what the suite does not, the suite judges all of it.
        self._disputed = {row.fact for row in known if row.rule == DISPUTED}
        self._waiting: dict[str, list[_Staged]] = defaultdict(list)
        self._answered: list[pa.Table] = []
        self._results: dict[str, list[GateResult]] = defaultdict(list)
        self._lost: set[Lost] = set()

    @property
    def used(self) -> frozenset[Place]:
        """Months accepted as they are that were let through now: an acceptance counts once."""
        return self._months.used

    @property
    def judged(self) -> Judged:
        """What was found wrong, as the ledger keeps it; what stood against a month that is no more stands no more."""
        judged = self._months.judged(self._results)
        return replace(judged, places={*judged.places, *(self.doubtful - set(self.files))})

    def quarantined(self) -> list[QuarantineItem]:
        """The rows put aside as the quarantine keeps them, also those of which somebody accepted that they are."""
        rows = [one for found in self._results.values() for batch in found for one in batch.quarantined]
        is_accepted = self._months.accepted_rows(rows)
        code, source, keys = self._store.authority.code, f"fact:{self._source}", self._store.keys
        kept: list[QuarantineItem] = []
        for status, wanted in (("open", False), (ACCEPTED, True)):
            mine = [one for one, agreed in zip(rows, is_accepted, strict=True) if agreed is wanted]
            kept += [{**one, "status": status} for one in quarantine_rows(code, "", source, mine, keys, kind=FACT)]
        return kept

    def falls_are_said(self, fact: str) -> bool:
        """Whether a month of a fact holds less only because somebody said so."""
        return self._months.suite(fact).falls_are_said

    def _is_stored(self, place: Place, digest: str) -> bool:
        return place in self.before and self.before[place].digest == digest

    def _rules(self, fact: str) -> str:
        return self._store.suites.rules(self._source, fact)

    def _is_known(self, place: Place, rows: pa.Table) -> bool:
        """Whether rows are those whose digest is known, and that is stored: to compare costs a tenth of a digest."""
        known = self._digests.get(place)
        is_same = known is not None and place not in self.doubtful and self._is_stored(place, known[1])
        return is_same and known is not None and bool(known[0].equals(rows))

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
        if self._is_known(place, rows):
            self.keep(place)
            return
        staged, rows = rows, rows.sort_by([(name, "ascending") for name in _key(fact)]).combine_chunks()
        digest = digest_of(rows)
        if staged.num_rows <= MAX_KNOWN_ROWS:
            self._digests[place] = staged, digest
        stored = self.before.get(place)
        if self._is_stored(place, digest) and place not in self.doubtful:
            self.keep(place)
            return
        if not rows.num_rows and stored is None:
            return
        if not rows.num_rows and place in self.announced and self._months.refuse(place, self.announced[place]):
            self._hold(place)
            return
        start, end = 0, rows.num_rows
        # Without a digest not all of it was let through, or by other rules.
        if stored is not None and stored.digest and place not in self.doubtful:
            start, end = _difference(self.stored(place), rows, _key(fact))
        waiting = sum(one.end - one.start for one in self._waiting[fact])
        if waiting and waiting + end - start > MAX_BATCH_ROWS:
            self._judge(fact)
        self._waiting[fact].append(_Staged(month, rows, digest, start, end))

    def check_waiting(self, coverage: Iterable[pa.Table] = ()) -> list[Lost]:
        """Judge what waits, then its months as wholes; what is not let through and nothing stored stands for.

        `coverage` are the source's own words on which months it heard in part: these may hold less than usual.
        """
        for fact in sorted(self._waiting):
            self._judge(fact)
        for place in self._months.check_months(self.files, coverage):
            self._hold(place)
        return sorted(self._lost, key=repr)

    def finish(self) -> list[GateResult]:
        """Judge what waits; the gate's result for each fact of which anything was judged."""
        self.check_waiting()
        merged = (GateResult.merged(found) for _, found in sorted(self._results.items()))
        return [self._months.with_months(one) for one in merged]

    def _judge(self, fact: str) -> None:
        from expectations.gate import GateContext, check
        from expectations.profile import profiles

        waiting = self._waiting.pop(fact, [])
        if not waiting:
            return
        names, suite = arrow_schema(fact).names, self._months.suite(fact)
        table = pa.concat_tables([one.changed.select(names) for one in waiting])
        kept = pa.concat_tables([one.kept.select(names) for one in waiting])
        timezone = self._store.authority.timezone
        context = GateContext(
            authority=self._store.authority.code,
            timezone=timezone,
            spaces=self._spaces,
            today=self._store.today,
            kept=kept,
            beside=pa.concat_tables(self._answered) if fact == "message" and self._answered else None,
            survey_items=frozenset(questionnaire().meanings()),
            suite=suite,
            is_full=fact in self._disputed,
        )
        self._store.progress(f"checking {fact}: {table.num_rows:,} rows")
        result = check(fact, table, context)
        # Rows that are as they are stored did not worsen: it is the rules that are others.
        came = {one.month: one.rows.num_rows for one in waiting if not self._is_stored((fact, one.month), one.digest)}
        held = self._months.worse_rows(fact, result, came)
        taken = profiles(fact, suite, pa.concat_tables([kept.cast(result.passed.schema), result.passed]), timezone)
        for one in waiting:
            self._write(fact, one, result, taken.get(one.month), held | result.refused_months)
        self._results[fact].append(GateResult.merged([result]))
        # Arrow keeps what a batch took for the next one; of a large month that is more than all else in the process.
        pa.default_memory_pool().release_unused()

    def _write(
        self, fact: str, staged: _Staged, result: GateResult, taken: Profile | None, held: frozenset[str]
    ) -> None:
        """One durable file of what passed; of a row put aside the stored one stays, a held month as a whole."""
        place, rows, digest = (fact, staged.month), staged.rows, staged.digest
        if {staged.month, ""} & held:
            self._hold(place)
            return
        passed = staged.changed.num_rows
        if result.passed.num_rows < result.received:
            through = result.passed.filter(pc.equal(result.passed["month"], staged.month))
            if through.num_rows < passed:
                rows, digest, passed = self._with_stored(place, staged, through), "", through.num_rows
                taken = self._months.profile(place, rows)
        if any(one.month == staged.month for one in result.warnings):
            digest = ""  # its rows are judged again, whatever else of the month changes
        if rows.num_rows:
            folder = f"facts/{fact}/{self._store.authority.code}/{staged.month}/{self._source}"
            file = self._store.lake.write(folder, rows.combine_chunks())
            profile = taken.as_text(self._rules(place[0])) if taken else ""
            self.files[place] = FactFile(file.path, file.sha256, file.records, digest, profile)
        self._months.took(place, taken, passed)

    def _with_stored(self, place: Place, staged: _Staged, through: pa.Table) -> pa.Table:
        """The month without the rows put aside; where one would have replaced a stored row, that one stays."""
        # Its units are staged anew the next time: nobody asks which unit its rows are of.
        self.unsettled.add(place)
        key, names = _key(place[0]), through.column_names
        aside = staged.changed.select(names).join(through.select(key), key, join_type="left anti")
        stays = aside.slice(0, 0).select(names)
        if place in self.before:
            others = pa.concat_tables([staged.kept.select(key), through.select(key)])
            stored = self.stored(place).select(names)
            stored = stored.join(aside.select(key), key, join_type="left semi")
            stays = stored.join(others, key, join_type="left anti").select(names)
            if place[1] not in self._closed:  # one that is stored as it was put aside now is no better
                rows = aside.to_pylist()
                stays = stays.filter(pa.array([one not in rows for one in stays.to_pylist()], pa.bool_()))
        gone = aside.join(stays.select(key), key, join_type="left anti")
        self._lose(place, _spaces(gone))
        whole = staged.rows.select(names)
        parts = [whole.slice(0, staged.start), through, stays.cast(through.schema), whole.slice(staged.end)]
        return pa.concat_tables(parts)

    def _hold(self, place: Place) -> None:
        """Keep what is stored of a month; of one that nothing is stored of, nothing is there."""
        self.unsettled.add(place)
        if place in self.before:
            self.keep(place)
        else:
            self.files.pop(place, None)
            self._lose(place, {""})

    def _lose(self, place: Place, spaces: Iterable[str]) -> None:
        """Rows of a month are in no fact: what coverage calls after the fact is not whole there."""
        fact, month = place
        self._lost |= {Lost(name, space, month) for name in (fact, f"{fact}:") for space in spaces}


def _key(fact: str) -> list[str]:
    """The columns that make a row of a fact unique within its month."""
    return [name for name in FACTS[fact].grain if name not in ("authority", "month")]


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
