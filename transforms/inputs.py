"""What the indicators of one authority can read: fact partitions and registers, as tables."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from transforms.doubted import Doubt
from transforms.engines import Session
from transforms.together import lowered_where_shared, places_of, same_months, together
from transforms.working_days import SCHEMA as WORKING_DAY
from warehouse.calendar import first_day, last_day, shift
from warehouse.facts import FACTS
from warehouse.lake import Lake
from warehouse.ledger_tables import FactPartition
from warehouse.schemas import arrow_schema
from warehouse.vocabulary import UNREGISTERED

SPOKEN_FOR = ("visit", "mailing", "gathering", "attendance", "request")
"""Facts of which a row counts in a month some source speaks of its place. Who wrote where is looked up by place
(`heard_space`), members are a state that lasts, and what was published is told of its own (`published`)."""
MAX_KEPT_ROWS = 100_000
"""Of a fact as statements read it, kept for the next time that reads the same files."""
MAX_READ_ROWS = 300_000
"""Of facts read by month, kept by source and month."""
BY_MONTH = frozenset({"message"})
"""Facts of which a month is what it is whatever other months are read with it; one source's of it often is the same
when another's has changed."""
MAX_KEPT = 4 * len(FACTS)
"""Such tables: the batches of an event, and some more."""
EVER = 1200
"""A span of this many months means the whole series."""

COMPUTED_SCHEMA = pa.schema(
    [
        ("authority", pa.string()),
        ("indicator", pa.string()),
        ("month", pa.string()),
        ("space", pa.string()),
        ("part", pa.string()),
        ("value", pa.float64()),
        ("quality", pa.string()),
    ]
)
"""Values of other indicators; what is made of one passes on its `suspect`."""


@dataclass(frozen=True)
class Partition:
    """A file of one fact, month and source."""

    fact: str
    month: str
    source: str
    path: str
    sha256: str
    records: int


@dataclass(frozen=True)
class _Read:
    """What is counted of a source's month, the files it was read from, and the places it measured."""

    files: list[Partition]
    rows: pa.Table
    places: set[tuple[str, str]]


@dataclass
class Inputs:
    """The partitions of one authority by fact and month, and its registers with a digest each."""

    lake: Lake
    partitions: dict[str, dict[str, list[Partition]]] = field(default_factory=dict)
    registers: dict[str, pa.Table] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    timezone: str = field(kw_only=True)
    _digests: dict[tuple[str, str], str] = field(default_factory=dict)
    _said_twice: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    _tables: dict[tuple[str, tuple[str, ...]], tuple[list[Partition], pa.Table]] = field(default_factory=dict)
    _read: dict[tuple[str, str, str], _Read] = field(default_factory=dict)

    @classmethod
    def of(cls, lake: Lake, rows: Iterable[FactPartition], timezone: str) -> Inputs:
        """From the ledger's partition rows; `timezone` is the town's. The registers follow, made of what these say."""
        inputs = cls(lake, timezone=timezone)
        for row in rows:
            if row.fact in FACTS:
                one = Partition(row.fact, row.month, row.source, row.path, row.sha256, row.records)
                inputs.partitions.setdefault(row.fact, {}).setdefault(row.month, []).append(one)
        return inputs

    def take_over(self, before: Inputs) -> None:
        """Keep what was read before of coverage and registers, where the files it was made of are the same."""
        compared = (self.partitions.get("message", {}), before.partitions.get("message", {}))
        if self.partitions.get("coverage") != before.partitions.get("coverage"):
            return
        if any(compared[0].get(month) != compared[1].get(month) for month in before._said_twice):
            return
        self._said_twice = before._said_twice
        self.__dict__.update({name: before.__dict__[name] for name in ("heard", "edition") if name in before.__dict__})
        if self.registers is before.registers:
            kept = ("coverage", "waiting", "ever_covered")
            self.__dict__.update({name: before.__dict__[name] for name in kept if name in before.__dict__})
            self._digests, self._tables, self._read = before._digests, before._tables, before._read

    @cached_property
    def edition(self) -> object:
        """Of inputs that took over what these had heard the same."""
        return object()

    def read_by(self, wanted: Mapping[str, tuple[int, int]], month: str) -> list[Partition]:
        """The partitions a month's value reads, given each fact's span."""
        found: list[Partition] = []
        for fact, (before, after) in sorted(wanted.items()):
            months = self.partitions.get(fact, {})
            if before == after == 0:
                found.extend(months.get(month, ()))
                continue
            first, last = shift(month, max(before, -EVER)), shift(month, min(after, EVER))
            for one in sorted(months):
                if first <= one <= last:
                    found.extend(months[one])
        return found

    def doubted(self, read: Iterable[Partition]) -> list[Doubt]:
        """What is doubted of some partitions."""
        places = {(one.fact, one.month, one.source) for one in read} if self.doubts else set()
        return [one for one in self.doubts if (one.fact, one.month, one.source) in places]

    def with_their_coverage(self, read: list[Partition], fact: str) -> list[Partition]:
        """Partitions and, for those of `fact`, what their sources say they cover: of months before it counts too."""
        told = {(one.source, one.month) for one in read if one.fact == fact}
        of_month = (one for _, month in sorted(told) for one in self.partitions.get("coverage", {}).get(month, ()))
        found = dict.fromkeys([*read, *(one for one in of_month if (one.source, one.month) in told)])
        return list(found)

    def register_digest(self, name: str, month: str, span: tuple[int, int]) -> str:
        """Digest of what a month's value may read of a register: where its rows are of months, of those of the span.

        So a month that residents are counted for by and by does not make all the others stale.
        """
        table = self.registers.get(name)
        if table is None or "month" not in table.column_names:
            return self._digest_of(name, "", table)
        first, last = (shift(month, max(-EVER, min(EVER, months))) for months in span)
        place = f"{first} {last}"
        if (name, place) not in self._digests:
            rows = table.filter(pc.and_(pc.greater_equal(table["month"], first), pc.less_equal(table["month"], last)))
            return self._digest_of(name, place, rows)
        return self._digests[name, place]

    def _digest_of(self, name: str, place: str, table: pa.Table | None) -> str:
        if (name, place) not in self._digests:
            text = repr(table.to_pylist()) if table is not None else ""
            self._digests[name, place] = hashlib.sha256(text.encode()).hexdigest()[:16]
        return self._digests[name, place]

    @cached_property
    def heard(self) -> pa.Table:
        """The whole coverage of the authority, of places nobody has registered too. It is small, and read once."""
        found = lowered_where_shared(
            self._by_source("coverage", sorted(self.partitions.get("coverage", {}))), self._same
        )
        return found.select(arrow_schema("coverage").names)

    def _by_source(self, fact: str, months: Iterable[str]) -> dict[str, pa.Table]:
        """A fact's rows of some months by source; of no source, its empty table."""
        paths: dict[str, list[str]] = defaultdict(list)
        for month in months:
            for one in self.partitions.get(fact, {}).get(month, ()):
                paths[one.source].append(one.path)
        schema = arrow_schema(fact)
        return {name: self.lake.read(own, schema) for name, own in sorted(paths.items())} or {"": schema.empty_table()}

    def _same(self, space: str, month: str) -> bool:
        """Whether several sources said the same of a space in a month."""
        if month not in self._said_twice:
            self._said_twice[month] = same_months(self._by_source("message", [month]))
        return (space, month) in self._said_twice[month]

    def counted(self, rows: pa.Table) -> pa.Table:
        """The rows of a fact without those of places nobody has registered: no statement sees them.

        Decided here, for all facts and all indicators. What the register of spaces names is registered.
        """
        if "space" not in rows.column_names or not pc.any(waits := self._waits(rows)).as_py():
            return rows
        return rows.filter(pc.invert(waits))

    def _waits(self, rows: pa.Table) -> pa.ChunkedArray:
        register = self.registers.get("space")
        known = register["space"].combine_chunks() if register is not None else pa.array([], pa.string())
        spaces = rows["space"].fill_null("")
        return pc.and_not(pc.starts_with(spaces, UNREGISTERED), pc.is_in(spaces, known))

    @cached_property
    def coverage(self) -> pa.Table:
        """The coverage that counts."""
        return self.counted(self.heard)

    @cached_property
    def waiting(self) -> pa.Table:
        """The coverage of places that wait to be registered: it says why a value is missing."""
        return self.heard.filter(self._waits(self.heard))

    @property
    def working_days(self) -> pa.Table:
        """The register of working time; an empty one where nobody made it."""
        return self.registers.get("working_day", WORKING_DAY.empty_table())

    @cached_property
    def ever_covered(self) -> set[tuple[str, str, str]]:
        """(fact, asset, space) any source ever spoke of; asset and space '' are the authority as a whole."""
        names = ["fact", "asset", "space"]
        told = self.coverage.select(names).group_by(names).aggregate([])
        return {(row["fact"], row["asset"] or "", row["space"]) for row in told.to_pylist()}

    def tables(self, needed: Iterable[Partition], computed: pa.Table) -> dict[str, pa.Table]:
        """What statements read: the needed months of each fact, the registers, `computed`, and what waits."""
        months_of: dict[str, set[str]] = {}
        for one in needed:
            months_of.setdefault(one.fact, set()).add(one.month)
        found = {**self.registers, "working_day": self.working_days, "computed": computed, "waiting": self.waiting}
        for fact in FACTS:
            if fact == "coverage":
                found[fact] = self.coverage
            else:
                found[fact] = self._rows(fact, tuple(sorted(months_of.get(fact, ()))))
        return found

    def _rows(self, fact: str, months: tuple[str, ...]) -> pa.Table:
        """A fact's rows of some months as statements read them: kept, where few, while it is of the same files."""
        files = [one for month in months for one in self.partitions[fact][month]]
        kept = self._tables.get((fact, months))
        if kept is not None and kept[0] == files:
            self._tables[fact, months] = self._tables.pop((fact, months))
            return kept[1]
        if fact in BY_MONTH:
            rows = pa.concat_tables(
                [self._month(fact, month) for month in months] or [arrow_schema(fact).empty_table()]
            )
        else:
            rows = spoken_for(fact, self.counted(together(fact, self._by_source(fact, months))), self.coverage)
        if rows.num_rows <= MAX_KEPT_ROWS:
            self._tables[fact, months] = files, rows
            # What was not asked for since the longest is of a batch that nobody computes any more.
            while len(self._tables) > MAX_KEPT:
                self._tables.pop(next(iter(self._tables)))
        return rows

    def _month(self, fact: str, month: str) -> pa.Table:
        """A month of a fact, each source's rows as they were read the last time while its files are the same."""
        files: dict[str, list[Partition]] = defaultdict(list)
        for one in self.partitions[fact][month]:
            files[one.source].append(one)
        own = {name: self._source(fact, month, name, mine) for name, mine in sorted(files.items())}
        return together(fact, {name: one.rows for name, one in own.items()}, {n: one.places for n, one in own.items()})

    def _source(self, fact: str, month: str, source: str, files: list[Partition]) -> _Read:
        kept = self._read.pop((fact, month, source), None)
        if kept is None or kept.files != files:
            rows = self.counted(self.lake.read([one.path for one in files], arrow_schema(fact)))
            kept = _Read(files, rows, places_of(rows))
        self._read[fact, month, source] = kept
        # What was not asked for since the longest is given up: of an event's months all are kept, of a history few.
        held = sum(one.rows.num_rows for one in self._read.values())
        while held > MAX_READ_ROWS and len(self._read) > 1:
            held -= self._read.pop(next(iter(self._read))).rows.num_rows
        return kept


def fill(session: Session, of_towns: Sequence[Mapping[str, pa.Table]]) -> None:
    """Put the tables of towns (one at least) into a session, those of one name together."""
    for name in of_towns[0]:
        rows = [tables[name] for tables in of_towns]
        session.put(name, rows[0] if len(rows) == 1 else pa.concat_tables(rows, promote_options="permissive"))


def spoken_for(fact: str, rows: pa.Table, coverage: pa.Table) -> pa.Table:
    """The rows of a fact without those of a month and place of which nobody speaks: a part, and nobody knows of what.

    Decided here, for all indicators: a total is of the places that were heard, and of no others.
    """
    if fact not in SPOKEN_FOR or not rows.num_rows:
        return rows
    tellers = [fact, "gathering"] if fact == "attendance" else [fact]  # who tells of a meeting tells who was there
    told = coverage.filter(
        pc.and_(
            pc.and_(pc.not_equal(coverage["extent"], "none"), pc.not_equal(coverage["basis"], "entered")),
            pc.is_in(pc.list_element(pc.split_pattern(coverage["fact"], ":"), 0), pa.array(tellers)),
        )
    )
    known = pc.unique(_place(told["month"], told["asset"].fill_null(""), told["space"]))
    of_asset = _place(rows["month"], rows["asset"], "")
    found = pc.is_in(_place(rows["month"], rows["asset"], rows["space"]), known)
    found = pc.or_(found, pc.or_(pc.is_in(of_asset, known), pc.is_in(_place(rows["month"], "", ""), known)))
    return rows.filter(found)


def _place(month: pa.ChunkedArray, asset: pa.ChunkedArray | str, space: pa.ChunkedArray | str) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(month, asset, space, "|")


def months_table(authority: str, months: Sequence[str], timezone: str) -> pa.Table:
    """The months asked for, with their days and the town's time zone: what every statement may join to."""
    return pa.table(
        {
            "authority": pa.array([authority] * len(months), pa.string()),
            "month": pa.array(list(months), pa.string()),
            "year_before": pa.array([shift(m, -11) for m in months], pa.string()),
            "first_day": pa.array([first_day(m) for m in months], pa.date32()),
            "last_day": pa.array([last_day(m) for m in months], pa.date32()),
            "timezone": pa.array([timezone] * len(months), pa.string()),
        }
    )
