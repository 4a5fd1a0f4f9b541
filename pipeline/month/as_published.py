"""A cell as the latest revision of its closed month published it, beside what is known now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from pipeline.month.show import show_cell
from pipeline.refresh.restatements import differences, latest_snapshot
from town.store import TownStore
from transforms.header import Labels
from warehouse.ledger import core, select_rows
from warehouse.published import SHOWN, Difference, is_same
from warehouse.tables import IndicatorValue, SnapshotValue
from warehouse.vocabulary import Unit


@dataclass(frozen=True)
class Published:
    """A published cell of a town as a whole, its parts and places, and the cell that stands now (None: there is none).

    `unit` is that of the whole, `units` and `part_titles` are those of the parts.
    """

    title: Labels
    unit: Unit
    revision: int
    closed_at: datetime
    row: SnapshotValue
    parts: list[SnapshotValue]
    now: IndicatorValue | None
    units: Mapping[str, Unit]
    part_titles: Mapping[str, Labels]

    @property
    def is_changed(self) -> bool:
        """Whether what is known now says something else."""
        return not is_same(shown_of(self.row), shown_of(self.now))

    def as_json(self) -> dict[str, Any]:
        """The object `kehila show --as-published --json` prints."""
        names = ("indicator", "authority", "month", "status", "definition_version")
        known = shown_of(self.now)
        return {
            **{name: getattr(self.row, name) for name in names},
            "value": shown_of(self.row)[0],
            "unit": self.unit,
            "quality": self.row.quality.split(),
            "revision": self.revision,
            "closed_at": self.closed_at,
            "parts": {one.part: shown_of(one)[0] for one in self.parts if not one.space and one.part},
            "spaces": {one.space: shown_of(one)[0] for one in self.parts if one.space and not one.part},
            "is_changed": self.is_changed,
            "now": {
                "value": known[0],
                "status": known[1],
                "definition_version": self.now.definition_version if self.now else None,
            },
        }


def shown_of(cell: SnapshotValue | IndicatorValue | None) -> tuple[float | None, str]:
    """(value, status) of a cell, missing where there is none; the value only where its status lets it be shown."""
    if cell is None:
        return None, "missing"
    return (cell.value if cell.status in SHOWN else None), cell.status


def changed_cells(store: TownStore, indicator: str, month: str) -> list[Difference]:
    """Cells of an indicator that a closed month's latest revision published otherwise; none that is only final now."""
    snapshot = latest_snapshot(store.ledger, month)
    if snapshot is None:
        return []
    found = differences(store.ledger, month, snapshot.revision)
    return [one for one in found if one.indicator == indicator and one.why != "completed"]


def published_cell(store: TownStore, indicator: str, month: str) -> Published | None:
    """What was published of one of the town's indicators; None where the month was never closed or lacked it."""
    snapshot = latest_snapshot(store.ledger, month)
    if snapshot is None:
        return None
    table = core(SnapshotValue)
    mine = (table.c.authority == store.authority.code) & (table.c.month == month) & (table.c.cut == "")
    query = select(table).where(
        mine, table.c.snapshot_revision == snapshot.revision, table.c.indicator == indicator
    ).order_by(table.c.space, table.c.part)  # fmt: skip
    cells = select_rows(store.engine, SnapshotValue, query)
    whole = next((row for row in cells if not row.space and not row.part), None)
    if whole is None:
        return None
    shown, head = show_cell(store, indicator, month), store.catalogue[indicator].header
    return Published(
        head.title,
        head.unit,
        snapshot.revision,
        snapshot.closed_at,
        whole,
        [row for row in cells if row.space or row.part],
        shown.row if shown else None,
        {name: part.unit for name, part in head.parts.items()},
        {name: part.title for name, part in head.parts.items()},
    )
