"""Computing the stale indicator months of one authority and storing them with their lineage."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, delete, select

from pipeline.gaps.empty_answers import silent_months
from pipeline.gaps.missed_events import silent_stretches
from pipeline.refresh.comparisons import compare
from pipeline.refresh.dimensions import catalogue_rows
from pipeline.refresh.few import kept_back
from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.restatements import closed_months
from town.store import TownStore
from transforms.catalogue import Indicator
from transforms.cells import Silent
from transforms.compute import Asks, Changed, Computed, compute
from transforms.disclosure import DISCLOSURE
from transforms.doubted import Doubt
from transforms.few import Few
from transforms.inputs import COMPUTED_SCHEMA, Inputs
from transforms.staging.town import Town, plain
from transforms.verdicts import ENGINE
from warehouse.calendar import month_of
from warehouse.ledger import Ledger, core
from warehouse.ledger_tables import ComputedMonth, FactPartition
from warehouse.store import transaction, upsert
from warehouse.tables import IndicatorComposition, IndicatorInput, IndicatorValue

CONTENT = ("value", "numerator", "denominator", "n", "lo", "hi", "status", "quality", "reason", "definition_version")
"""Columns whose change in a closed month makes a new revision of the cell."""


WHOLE = ("", "")
"""Indicator and month of the ledger's row that speaks of all indicators and months together."""
RULES = ("rules", "")
"""Of the row that tells by which rules all figures were judged."""


def silences(store: TownStore) -> Silent:
    """(fact, asset, month) of which a source was silent where it usually is not, by its answers or its webhooks."""
    ledger, timezone = store.ledger, store.authority.timezone
    return silent_months(ledger, timezone) | silent_stretches(ledger, timezone)


def state_of(
    store: TownStore, town: Town, partitions: Iterable[FactPartition], silent: Silent, doubts: Iterable[Doubt]
) -> str:
    """Digest of all that the dimensions and the indicators of a town depend on: equal, and there is nothing to do."""
    digest = hashlib.sha256()
    for part in (
        f"verdicts {ENGINE}",
        f"disclosure {DISCLOSURE}",
        repr(catalogue_rows(store.catalogue)),
        store.authority.model_dump_json(),
        plain(town),
        month_of(store.today),
        repr(sorted(silent)),
        repr(doubts),
        repr(sorted(closed_months(store.ledger))),
    ):
        digest.update(f"{part}\n".encode())
    for row in sorted((row.fact, row.month, row.source, row.sha256) for row in partitions):
        digest.update(f"{row}\n".encode())
    return digest.hexdigest()


def was_computed(ledger: Ledger, state: str) -> bool:
    """Whether everything was computed from this very state, restatements noted."""
    return _mark(ledger, WHOLE) == state


def was_judged(ledger: Ledger, rules: str) -> bool:
    """Whether all figures were judged by these rules."""
    return _mark(ledger, RULES) == rules


def _mark(ledger: Ledger, place: tuple[str, str]) -> str | None:
    table = core(ComputedMonth)
    mine = (table.c.authority == ledger.authority) & (table.c.indicator == place[0]) & (table.c.month == place[1])
    with ledger.engine.connect() as connection:
        return connection.execute(select(table.c.fingerprint).where(mine)).scalar()


def note_computed(ledger: Ledger, state: str) -> None:
    """Remember the state everything was computed from. `kehila rebuild` forgets it with the rest of its table."""
    _note(ledger, WHOLE, state)


def note_judged(ledger: Ledger, rules: str) -> None:
    """Remember the rules by which all figures were judged, in the same way."""
    _note(ledger, RULES, rules)


def _note(ledger: Ledger, place: tuple[str, str], mark: str) -> None:
    row = {"authority": ledger.authority, "indicator": place[0], "month": place[1], "fingerprint": mark}
    with transaction(ledger.engine) as tx:
        upsert(tx, ComputedMonth, [row])


def refresh_indicators(
    store: TownStore,
    town: Town,
    inputs: Inputs,
    months: Sequence[str],
    silent: Silent,
    done: Refreshed,
    changed: Changed | None = None,
) -> None:
    """Compute and store what is stale of these months; those that read others' values come after the others.

    With `changed`, only what reads one of these partitions, or others' values.
    """
    few = kept_back(store, inputs, months)
    first = [one for one in store.catalogue.values() if "computed" not in one.header.inputs]
    second = [one for one in store.catalogue.values() if "computed" in one.header.inputs]
    for group in (first, second):
        values = stored_values(store.ledger, first) if group is second else COMPUTED_SCHEMA.empty_table()
        computed = _compute(
            store, town, inputs, group, months, values, silent, changed if group is first else None, few
        )
        if computed:
            closed = closed_months(store.ledger)
            with transaction(store.engine) as tx:
                for one in computed:
                    _write(tx, store.authority.code, one, closed, done)


def _compute(
    store: TownStore, town: Town, inputs: Inputs, group: list[Indicator], months: Sequence[str],
    values: pa.Table, silent: Silent, changed: Changed | None, few: Few,
) -> list[Computed]:  # fmt: skip
    asks = Asks(
        store.authority.code,
        inputs,
        months,
        store.today,
        store.ledger.computed(),
        unused_assets=town.unused_assets,
        computed=values,
        silent=silent,
        changed=changed,
        published=closed_months(store.ledger),
        few=few,
    )
    (found,) = compute(group, [asks], progress=lambda name: store.progress(f"computing {name}"))
    return found


def stored_values(ledger: Ledger, of: list[Indicator]) -> pa.Table:
    """The authority's stored values of these indicators, for those that read others' values."""
    table = core(IndicatorValue)
    query = select(*(table.c[name] for name in COMPUTED_SCHEMA.names)).where(
        table.c.authority == ledger.authority,
        table.c.cut == "",
        table.c.value.is_not(None),
        table.c.indicator.in_([one.id for one in of]),
    )
    order = [table.c[name] for name in ("indicator", "month", "space", "part")]
    with ledger.engine.connect() as connection:
        rows = connection.execute(query.order_by(*order)).all()
    columns = list(zip(*rows, strict=True)) or [()] * len(COMPUTED_SCHEMA)
    return pa.table(
        [pa.array(one, kind.type) for one, kind in zip(columns, COMPUTED_SCHEMA, strict=True)], COMPUTED_SCHEMA
    )


def _write(tx: Connection, code: str, one: Computed, closed: frozenset[str], done: Refreshed) -> None:
    """Store an indicator's cells, lineage and fingerprints."""
    name = one.indicator.id
    values, lineage = core(IndicatorValue), core(IndicatorInput)
    compare(tx, code, one, closed)
    mine = (values.c.authority == code) & (values.c.indicator == name) & values.c.month.in_(one.months)
    stored = {(r.month, r.cut, r.space, r.part): r for r in tx.execute(select(values).where(mine))}
    rows = [_row(code, cell, stored, closed) for cell in one.cells]
    present = {(r["month"], r["cut"], r["space"], r["part"]) for r in rows}
    for month, cut, space, part in set(stored) - present:
        place = (values.c.month == month) & (values.c.cut == cut) & (values.c.space == space)
        tx.execute(delete(values).where(mine & place & (values.c.part == part)))
    done.cells_written += upsert(tx, IndicatorValue, rows)
    tx.execute(
        delete(lineage).where(lineage.c.authority == code, lineage.c.indicator == name, lineage.c.month.in_(one.months))
    )
    inputs = {(month, p.path) for month, found in one.lineage.items() for p in found}
    upsert(
        tx,
        IndicatorInput,
        [{"indicator": name, "authority": code, "month": month, "partition": path} for month, path in sorted(inputs)],
    )
    made = core(IndicatorComposition)
    tx.execute(delete(made).where(made.c.authority == code, made.c.indicator == name, made.c.month.in_(one.months)))
    pieces = [
        {"indicator": name, "authority": code, "month": cell["month"], **piece}
        for cell in one.cells
        for piece in cell["composition"]
    ]
    upsert(tx, IndicatorComposition, pieces)
    marks = [
        {"indicator": name, "authority": code, "month": month, "fingerprint": mark}
        for month, mark in one.fingerprints.items()
    ]
    upsert(tx, ComputedMonth, marks)
    done.indicators[name] = one.months


def _row(code: str, cell: dict[str, Any], stored: Mapping[Any, Any], closed: frozenset[str]) -> dict[str, Any]:
    """A cell as a row; the revision moves only when a closed month's content changes."""
    before = stored.get((cell["month"], cell["cut"], cell["space"], cell["part"]))
    revision = before.revision if before is not None else 1
    if before is not None and cell["month"] in closed and any(getattr(before, c) != cell[c] for c in CONTENT):
        revision += 1
    stored_of = {name: value for name, value in cell.items() if name != "composition"}
    return {**stored_of, "authority": code, "revision": revision}
