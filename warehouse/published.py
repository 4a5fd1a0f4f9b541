"""What a snapshot published beside what is known now: the one comparison that restatements and reports rest on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import SQLModel

from warehouse.tables import DimSpace, IndicatorValue, Restatement, SnapshotValue

PLACE = ("indicator", "cut", "space", "part")
SHOWN = ("final", "provisional")
"""Statuses under which a value is shown. Whatever else a row holds, it is not published."""
NOISE = 1e-9
"""Relative difference that comes of adding the same numbers in another order."""


@dataclass(frozen=True)
class Difference:
    """A cell that is not what was published. `why`: facts, definition, completed, added, vanished, space_removed.

    `completed`: published as provisional, and now as it first became final (another value later: `facts`);
    `added`: not in the snapshot; `vanished`: computed no more; `space_removed`: its space is registered no more.
    Values are None where their status lets none be shown; a cell that is not there is missing.
    """

    indicator: str
    cut: str
    space: str
    part: str
    old_value: float | None
    new_value: float | None
    old_status: str
    new_status: str
    why: str
    cell_revision: int

    @property
    def place(self) -> tuple[str, str, str, str]:
        """Indicator, cut, space and part."""
        return self.indicator, self.cut, self.space, self.part


def is_same(one: tuple[float | None, str], other: tuple[float | None, str]) -> bool:
    """Whether two cells, each a value and its status, say the same but for noise of the last digits."""
    (value, status), (known, known_status) = one, other
    if status != known_status or (value is None) != (known is None):
        return False
    return value is None or known is None or math.isclose(value, known, rel_tol=NOISE, abs_tol=NOISE)


def differences(connection: Connection, authority: str, month: str, revision: int) -> list[Difference]:
    """Cells of a month that differ from what its `revision` published, by place."""
    published = _cells(connection, SnapshotValue, authority, month, snapshot_revision=revision)
    known = _cells(connection, IndicatorValue, authority, month)
    dim = SQLModel.metadata.tables[str(DimSpace.__tablename__)]
    spaces = set(connection.execute(select(dim.c.space).where(dim.c.authority == authority)).scalars())
    completed = _completed(connection, authority, month, revision)
    found = []
    for place in sorted(set(published) | set(known)):
        old, new = published.get(place), known.get(place)
        before, after = _said(old), _said(new)
        if is_same(before, after):
            continue
        indicator, cut, space, part = place
        why = _why(old, new, space, spaces)
        if why == "completed" and not is_same(completed.get(place, after), after):
            why = "facts"  # it was complete already, with another value
        revision_now = new.revision if new is not None else 0
        found.append(
            Difference(indicator, cut, space, part, before[0], after[0], before[1], after[1], why, revision_now)
        )
    return found


def _completed(
    connection: Connection, authority: str, month: str, revision: int
) -> dict[tuple[str, str, str, str], tuple[float | None, str]]:
    """Place -> value and status with which a cell first became final after it was published."""
    core = SQLModel.metadata.tables[str(Restatement.__tablename__)]
    mine = (core.c.authority == authority) & (core.c.month == month) & (core.c.snapshot_revision == revision)
    query = select(core).where(mine & (core.c.reason == "completed")).order_by(core.c.cell_revision.desc())
    rows = connection.execute(query)  # the earliest comes last, and stays
    return {(row.indicator, row.cut, row.space, row.part): (row.new_value, row.new_status) for row in rows}


def _cells(
    connection: Connection, table: type[SQLModel], authority: str, month: str, **wanted: int
) -> dict[tuple[str, str, str, str], Any]:
    core = SQLModel.metadata.tables[str(table.__tablename__)]
    mine = [core.c.authority == authority, core.c.month == month, *(core.c[n] == v for n, v in wanted.items())]
    rows = connection.execute(select(core).where(*mine))
    return {(row.indicator, row.cut, row.space, row.part): row for row in rows}


def _said(cell: Any) -> tuple[float | None, str]:
    """Value and status of a cell: nobody can compare what was never shown."""
    if cell is None:
        return None, "missing"
    return (cell.value if cell.status in SHOWN else None), cell.status


def _why(old: Any, new: Any, space: str, spaces: set[str]) -> str:
    if old is None:
        return "added"
    if new is None:
        return "space_removed" if space and space not in spaces else "vanished"
    if old.definition_version != new.definition_version:
        return "definition"
    return "completed" if (old.status, new.status) == ("provisional", "final") else "facts"
