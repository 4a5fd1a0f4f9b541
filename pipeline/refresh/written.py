"""Storing computed cells with what they are made of: only what differs from what is stored is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select
from sqlmodel import SQLModel

from pipeline.refresh.comparisons import Restored, compare
from transforms.compute import Computed
from warehouse.ledger import core
from warehouse.ledger_tables import ComputedMonth
from warehouse.store import upsert
from warehouse.tables import IndicatorComposition, IndicatorInput, IndicatorValue

CONTENT = ("value", "numerator", "denominator", "n", "lo", "hi", "status", "quality", "reason", "definition_version")
"""Columns whose change in a closed month makes a new revision of the cell."""
CODED = ("reason", "quality", "cut")
"""Columns of which each value is told in words beside the cells."""

PLACE = ("indicator", "month", "cut", "space", "part")
"""Columns that make a cell unique within its authority."""

Place = tuple[str, ...]


@dataclass
class Written:
    """What was written: how many cells, and of which months; the indicators and months of figures that say something
    else now, and codes that came to cells or left them, by their column."""

    cells: int = 0
    of: set[str] = field(default_factory=set)
    figures: set[str] = field(default_factory=set)
    months: set[str] = field(default_factory=set)
    came: set[tuple[str, str]] = field(default_factory=set)
    left: set[tuple[str, str]] = field(default_factory=set)

    def add(self, other: Written) -> None:
        """Take in what else was written."""
        self.cells += other.cells
        self.of |= other.of
        self.figures |= other.figures
        self.months |= other.months
        self.came |= other.came
        self.left |= other.left

    def note(self, before: Any, cell: Mapping[str, Any] | None) -> None:
        """A cell is another one; None where there was none, or is none."""
        old = {} if before is None else {name: getattr(before, name) for name in CODED}
        new = {} if cell is None else {name: cell[name] for name in CODED}
        self.left |= old.items() - new.items()
        self.came |= new.items() - old.items()
        self.of.add(before.month if cell is None else cell["month"])
        if not (old or new)["cut"]:
            self.figures.add(before.indicator if cell is None else cell["indicator"])
            self.months.add(before.month if cell is None else cell["month"])

    def note_compared(self, one: Restored) -> None:
        """A stored headline was compared anew: its series is another one, and perhaps its flags."""
        self.figures.add(one.indicator)
        self.months.add(one.month)
        self.of.add(one.month)
        if one.before != one.now:
            self.left.add(("quality", one.before))
            self.came.add(("quality", one.now))


def write(tx: Connection, code: str, computed: Sequence[Computed], closed: frozenset[str]) -> Written:
    """Store the cells, lineage, composition and fingerprints of some indicators."""
    written = Written()
    for beside in compare(tx, code, [one for one in computed if one.months], closed):
        written.note_compared(beside)
    _write_cells(tx, code, computed, closed, written)
    pieces = [
        {"indicator": one.indicator.id, "authority": code, "month": cell["month"], **piece}
        for one in computed
        for cell in one.cells
        for piece in cell["composition"]
    ]
    _replace(tx, code, IndicatorComposition, pieces, {one.indicator.id: one.months for one in computed if one.months})
    inputs = {
        (one.indicator.id, month, partition.path)
        for one in computed
        for month, found in one.lineage.items()
        for partition in found
    }
    lineage = [
        {"indicator": name, "authority": code, "month": month, "partition": path}
        for name, month, path in sorted(inputs)
    ]
    _replace(tx, code, IndicatorInput, lineage, {one.indicator.id: list(one.lineage) for one in computed})
    upsert(tx, ComputedMonth, [
        {"indicator": one.indicator.id, "authority": code, "month": month, "fingerprint": mark}
        for one in computed
        for month, mark in one.fingerprints.items()
    ])  # fmt: skip
    return written


def _write_cells(
    tx: Connection, code: str, computed: Iterable[Computed], closed: frozenset[str], written: Written
) -> None:
    asked = {one.indicator.id: one.months for one in computed if one.months}
    stored = {tuple(getattr(row, name) for name in PLACE): row for row in _stored(tx, code, IndicatorValue, asked)}
    rows, present = [], set()
    for cell in (cell for one in computed for cell in one.cells):
        place = tuple(cell[name] for name in PLACE)
        present.add(place)
        before = stored.get(place)
        row = _row(code, cell, before, closed)
        if before is None or any(getattr(before, name) != value for name, value in row.items()):
            rows.append(row)
            written.note(before, cell)
    gone = sorted(stored.keys() - present)
    _delete(tx, IndicatorValue, [(code, *place) for place in gone], ("authority", *PLACE))
    for place in gone:
        written.note(stored[place], None)
    written.cells += upsert(tx, IndicatorValue, rows)


def _row(code: str, cell: Mapping[str, Any], before: Any, closed: frozenset[str]) -> dict[str, Any]:
    """A cell as a row; the revision moves only when a closed month's content changes."""
    revision = before.revision if before is not None else 1
    if before is not None and cell["month"] in closed and any(getattr(before, c) != cell[c] for c in CONTENT):
        revision += 1
    stored_of = {name: value for name, value in cell.items() if name != "composition"}
    return {**stored_of, "authority": code, "revision": revision}


def _replace(
    tx: Connection, code: str, table: type[SQLModel], rows: Iterable[dict[str, Any]], asked: Mapping[str, Sequence[str]]
) -> None:
    """Make some rows the only ones of these months of indicators; what is there already is not written again."""
    here, keys = core(table), [column.name for column in core(table).primary_key]
    names = [column.name for column in here.columns]
    known = {tuple(getattr(row, name) for name in names) for row in _stored(tx, code, table, asked)}
    wanted = {tuple(row[name] for name in names): row for row in rows}
    places = [names.index(name) for name in keys]
    kept = {tuple(row[place] for place in places) for row in wanted}
    gone = sorted({tuple(row[place] for place in places) for row in known} - kept)
    _delete(tx, table, gone, keys)
    upsert(tx, table, [row for content, row in wanted.items() if content not in known])


def _delete(tx: Connection, table: type[SQLModel], gone: Sequence[Place], columns: Sequence[str]) -> None:
    """Delete the rows whose columns are these, all by one statement."""
    here = core(table)
    if gone:
        query = delete(here).where(*(here.c[name] == bindparam(f"of_{name}") for name in columns))
        tx.execute(query, [{f"of_{name}": one for name, one in zip(columns, key, strict=True)} for key in gone])


def _stored(tx: Connection, code: str, table: type[SQLModel], asked: Mapping[str, Sequence[str]]) -> Iterable[Any]:
    """The stored rows of some months of indicators."""
    here = core(table)
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, months in asked.items():
        together[tuple(months)].append(name)
    for months, names in together.items():
        query = select(here).where(here.c.authority == code, here.c.indicator.in_(names), here.c.month.in_(months))
        yield from tx.execute(query).all()
