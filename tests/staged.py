"""A source staged as a whole from tables, however it is staged otherwise: the reference for staging by units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import pyarrow as pa

from town.streams import streams_by_name
from transforms.staging.town import Town
from transforms.staging.units import LandedPart
from warehouse.parts import Parts, split


class LandedTables:
    """Landed rows in memory by partition."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._rows: dict[LandedPart, pa.Table] = {}
        self._empty = {stream: table.slice(0, 0) for stream, table in tables.items()}
        for stream, table in tables.items():
            by = streams_by_name()[stream].partition
            assert by is not None
            for batch in table["batch"].unique().to_pylist():
                mine = table.filter(pa.array([one == batch for one in table["batch"].to_pylist()]))
                for (key, month), rows in split(mine, by):
                    parts = Parts(by)
                    parts.add((key, month), rows.drop_columns(["segment", "landed_order", "batch"]), 0)
                    (one,) = parts.rows()
                    place = LandedPart(
                        stream, "", batch, 0, key, month, one["records"], one["first"], one["digest"]
                    )  # fmt: skip
                    self._rows[place] = rows

    def parts(self, stream: str) -> list[LandedPart]:
        """All partitions of a stream."""
        return [part for part in self._rows if part.stream == stream]

    def rows(self, stream: str, parts: Sequence[LandedPart]) -> pa.Table:
        """The rows of some of them."""
        return pa.concat_tables([self._empty[stream], *(self._rows[part] for part in parts)])


def stage_whole(module: ModuleType, tables: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """Fact -> its rows; every unit in order, each given what the one before handed on."""
    if not hasattr(module, "units"):
        return dict(module.stage(tables, town))
    landed, carries = LandedTables(tables), dict[str, Any]()
    found: dict[str, list[pa.Table]] = {}
    for unit in module.units(landed, town):
        staged = unit.stage(landed, carries.get(unit.key, {}))
        carries[unit.key] = staged.carry
        for fact, table in staged.facts.items():
            found.setdefault(fact, []).append(table)
    return {fact: pa.concat_tables(tables) for fact, tables in found.items()}
