"""The cases of indicators as towns: each small, each unlike the others, and all with the same names for their things."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tests.unit.indicators.cases import load
from transforms.case_rows import ZONE
from transforms.cases import SCHEMAS, TODAY, Case, completed, table_of
from transforms.catalogue import ours
from transforms.compute import Asks
from transforms.inputs import Inputs, Partition, spoken_for
from transforms.registers import REGISTER_SCHEMAS
from transforms.week import SUNDAY_TO_THURSDAY
from transforms.working_days import working_days
from warehouse.calendar import shift
from warehouse.facts import FACTS
from warehouse.lake import Lake

Tables = dict[str, pa.Table]


def all_cases() -> list[tuple[str, Case]]:
    """Every case with its indicator, the largest first."""
    found = [(name, case) for name in ours() for case in load(name)]
    return sorted(found, key=lambda one: -sum(len(one[1].get(name, ())) for name in SCHEMAS))


def tables(case: Case, authority: str) -> Tables:
    """All facts and registers of a case, of one authority."""
    whole = completed(case)
    coverage = table_of("coverage", whole["coverage"])
    found = {name: spoken_for(name, table_of(name, whole.get(name, [])), coverage) for name in SCHEMAS}
    events = [(one["kind"], one["first_day"], one.get("last_day")) for one in case.get("event", [])]
    found["working_day"] = working_days("T", SUNDAY_TO_THURSDAY, events, ZONE, case["months"])
    return {name: owned(table, authority) for name, table in found.items()}


def owned(table: pa.Table, authority: str) -> pa.Table:
    place = table.schema.get_field_index("authority")
    return table.set_column(place, "authority", pa.array([authority] * table.num_rows, pa.string()))


def town(lake: Lake, case: Case, authority: str, today: date = TODAY, **own: Any) -> Asks:
    """A case as a town with its facts in the lake, a file a fact and month; the months before and after are asked too."""
    whole = tables(case, authority)
    inputs = Inputs(lake, timezone=ZONE)
    for fact in FACTS:
        for month in sorted(set(whole[fact]["month"].to_pylist())):
            rows = whole[fact].filter(pc.equal(whole[fact]["month"], month))
            file = lake.write(f"facts/{fact}/{authority}/{month}/case", rows)
            part = Partition(fact, month, "case", file.path, file.sha256, rows.num_rows)
            inputs.partitions.setdefault(fact, {}).setdefault(month, []).append(part)
    inputs.registers = {name: whole[name] for name in REGISTER_SCHEMAS}
    months = sorted({*case["months"], *(shift(month, 1) for month in case["months"])})
    return Asks(authority, inputs, months, today, {}, computed=whole["computed"], **own)
