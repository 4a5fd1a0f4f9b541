"""A refresh that reads what plants make of the landed rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest

from pipeline.refresh import staging
from tests.e2e.bad_batches.plants import Change, Plant, Row
from town import staged
from town.landed import landed_tables
from transforms.staging.units import LandedPart


def altered(table: pa.Table, change: Change | None) -> pa.Table:
    """A table after a change."""
    if change is None:
        return table
    rows: list[Row] = []
    for row in table.to_pylist():
        new = change(row)
        rows += new if isinstance(new, list) else [] if new is None else [new]
    return pa.Table.from_pylist(rows, schema=table.schema)


def _each(tables: Mapping[str, pa.Table], changes: Mapping[str, Change]) -> dict[str, pa.Table]:
    return {name: altered(one, changes.get(name)) for name, one in tables.items()}


@dataclass(frozen=True)
class _Landed:
    """Landed partitions with altered rows."""

    real: Any
    changes: Mapping[str, Change]

    def parts(self, stream: str) -> list[LandedPart]:
        return list(self.real.parts(stream))

    def rows(self, stream: str, parts: Any) -> pa.Table:
        return altered(self.real.rows(stream, parts), self.changes.get(stream))


@dataclass(frozen=True)
class _Unit:
    """A unit staged of altered rows."""

    real: Any
    plant: Plant
    landed: _Landed

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    @property
    def fingerprint(self) -> str:
        return f"{self.real.fingerprint}{self.plant.name}"

    def stage(self, _: Any, carry: Any) -> Any:
        found = self.real.stage(self.landed, carry)
        return type(found)(_each(found.facts, self.plant.facts), found.carry)


def _wrapped(module: ModuleType, plant: Plant | None) -> ModuleType:
    """A source's staging, of altered rows where something is planted in it."""
    if plant is None:
        return module
    made = ModuleType(module.__name__)
    made.__dict__.update(vars(module))
    made.__dict__["REVISION"] = f"{getattr(module, 'REVISION', 1)} {plant.name}"
    if hasattr(module, "units"):
        made.__dict__["units"] = lambda landed, town: (
            _Unit(one, plant, _Landed(landed, plant.streams)) for one in module.units(landed, town)
        )
    else:
        made.__dict__["stage"] = lambda landed, town: _each(dict(module.stage(landed, town)), plant.facts)
    return made


@contextmanager
def planted(plants: list[Plant]) -> Iterator[None]:
    """Staging reads what the plants make of the landed rows; each of another source."""
    by_source = {one.source: one for one in plants}
    assert len(by_source) == len(plants), "two plants of a source would hide each other"
    changes = {stream: change for one in plants for stream, change in one.streams.items()}
    modules = [_wrapped(module, by_source.get(module.SOURCE)) for module in staged.staging_modules()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "landed_tables", lambda store, streams: _each(landed_tables(store, streams), changes))
        patch.setattr("pipeline.refresh.refresh.staging_modules", lambda: modules)
        yield
