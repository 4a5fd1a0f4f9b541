"""Registers: small tables the statements join to. Places, residents, and days unlike others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from transforms.working_days import SCHEMA as WORKING_DAY
from warehouse.calendar import shift
from warehouse.registers import Space
from warehouse.schemas import schema_of
from warehouse.tables import DimEvent

REGISTER_SCHEMAS: dict[str, pa.Schema] = {
    "space": schema_of(Space),
    "population": pa.schema(
        [
            ("authority", pa.string()),
            ("month", pa.string()),
            ("residents", pa.int64()),
            ("quality", pa.string()),  # '' or 'estimated'
        ]
    ),
    "event": schema_of(DimEvent),
    "working_day": WORKING_DAY,
}


def space_register(spaces: Iterable[Space]) -> pa.Table:
    """The places of a town, by code."""
    rows = [space.model_dump() for space in spaces]
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["space"]), schema=REGISTER_SCHEMAS["space"])


def event_register(authority: str, events: Iterable[Mapping[str, object]]) -> pa.Table:
    """The calendar people edit, by code."""
    rows = [{"authority": authority, **event} for event in events]
    return pa.Table.from_pylist(sorted(rows, key=lambda row: str(row["event"])), schema=REGISTER_SCHEMAS["event"])


def population_register(authority: str, by_year: Mapping[int, int], months: Sequence[str]) -> pa.Table:
    """Residents in each month, between two ends of year on a straight line.

    `by_year` maps a year to residents at its end. Before the first and after the last figure that
    figure is carried and flagged `estimated`.
    """
    rows = []
    for month in months:
        exact = _at(by_year, month)
        if exact is not None:
            rows.append({"authority": authority, "month": month, "residents": exact[0], "quality": exact[1]})
    return pa.Table.from_pylist(rows, schema=REGISTER_SCHEMAS["population"])


def _at(by_year: Mapping[int, int], month: str) -> tuple[int, str] | None:
    if not by_year:
        return None
    year, number = int(month[:4]), int(shift(month, 0)[5:])
    known = sorted(by_year)
    earlier = [y for y in known if y < year or (y == year and number == 12)]
    later = [y for y in known if y >= year]
    if earlier and later and earlier[-1] != later[0]:
        start, end = earlier[-1], later[0]
        passed = (year - start - 1) * 12 + number
        share = passed / ((end - start) * 12)
        return round(by_year[start] + (by_year[end] - by_year[start]) * share), ""
    if earlier and later:
        return by_year[earlier[-1]], ""
    return by_year[earlier[-1] if earlier else later[0]], "estimated"
