"""The figures of a month judged before they are published, and what stands against a month before it is closed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from expectations.published import JUMP, Figure, check_figures
from town.store import TownStore
from transforms.catalogue import Indicator
from warehouse.calendar import shift
from warehouse.checks import ACCEPTED, KEY, QUARANTINED, Found, Judged, checks, note_checks
from warehouse.gate_tables import CheckRow
from warehouse.ledger import core, select_rows
from warehouse.ledger_tables import FactPartition
from warehouse.published import SHOWN
from warehouse.store import transaction
from warehouse.tables import DimSpace, IndicatorInput, IndicatorValue

PAST = 14
"""Months of its past a figure is read with: twelve, the same month a year before, and one to spare."""
FIGURES = ""
"""The source of what is found of published figures: they are of no one source."""


def note_figures(store: TownStore, months: Collection[str], reopened: Collection[str] = ()) -> None:
    """Judge what is stored of some months by the suite of published figures; what is found stands in the ledger.

    `reopened` are sources of which somebody accepted something since they were looked at last: who accepted what came
    has accepted what it makes of a figure, and is not asked once more in other words.
    """
    if not months:
        return
    figures = _figures(store, shift(min(months), -PAST), max(months))
    found = [
        Found(indicator, month, one.rule, one.space, "doubted", one.code, one.arguments, one.rows)
        for (indicator, month), one in check_figures(figures, months, store.suites, store.today)
    ]
    places = {(name, month) for name in store.catalogue for month in months}
    agreed = _agreed(store, found, reopened) if found and reopened else {}
    with transaction(store.engine) as tx:
        note_checks(tx, store.authority.code, FIGURES, Judged(places, found, agreed=agreed))


def _agreed(store: TownStore, found: Sequence[Found], reopened: Collection[str]) -> dict[tuple[str, ...], str]:
    """Keys of figures unlike their past of which a fact they read was accepted in that month, with the reason.

    An acceptance speaks for a figure once: of one it spoke for already, a further change is doubted as any other.
    """
    known = [one for one in checks(store.ledger, is_open=False) if one.resolved_by == ACCEPTED and one.resolved_at]
    of_facts = [one for one in known if one.source in reopened and one.verdict != QUARANTINED]
    said = {tuple(getattr(one, name) for name in KEY): one.resolved_at for one in known if one.source == FIGURES}
    registered = select_rows(
        store.engine, DimSpace, select(core(DimSpace)).where(core(DimSpace).c.authority == store.authority.code)
    )
    places = {one.space: {"kind": one.kind, "operated_by": one.operated_by} for one in registered}
    agreed = {}
    for one in found:
        if one.rule != JUMP:
            continue
        head, read = store.catalogue[one.fact].header, _read(store, one.fact, one.month)
        for row in sorted(of_facts, key=lambda row: str(row.resolved_at)):
            place = places.get(row.space)
            is_of_it = (row.source, row.fact, row.month) in read and row.month == one.month
            is_counted = place is None or head.spaces.holds(place)
            is_new = (before := said.get(one.key)) is None or (row.resolved_at is not None and row.resolved_at > before)
            if is_of_it and is_counted and is_new:
                agreed[one.key] = row.reason
    return agreed


def _read(store: TownStore, indicator: str, month: str) -> set[tuple[str, str, str]]:
    """(source, fact, month) of the partitions an indicator's month was computed from."""
    inputs, files = core(IndicatorInput), core(FactPartition)
    query = select(files.c.source, files.c.fact, files.c.month).where(
        inputs.c.authority == store.authority.code, inputs.c.indicator == indicator, inputs.c.month == month,
        files.c.authority == store.authority.code, files.c.path == inputs.c.partition,
    )  # fmt: skip
    with store.engine.connect() as connection:
        return set(connection.execute(query).tuples())


def standing_of(store: TownStore, month: str) -> list[CheckRow]:
    """What is refused, held or doubted of a month, the worst first; a batch refused as a whole may be of any month."""
    return [
        one
        for one in checks(store.ledger)
        if one.verdict != "aside" and (one.month == month or (not one.month and one.verdict != "doubted"))
    ]


def _figures(store: TownStore, first: str, last: str) -> list[Figure]:
    table, catalogue = core(IndicatorValue), store.catalogue  # it looks into every installed package: once, not a row
    query = select(table).where(
        table.c.authority == store.authority.code, table.c.cut == "", table.c.month >= first, table.c.month <= last,
        table.c.value.is_not(None), table.c.status.in_(SHOWN), table.c.indicator.in_(list(catalogue)),
    )  # fmt: skip
    rows = select_rows(store.engine, IndicatorValue, query)
    values = {(row.indicator, row.month, row.space, row.part): row.value for row in rows}
    found = []
    for row in rows:
        indicator = catalogue[row.indicator]
        above = _total_of(indicator, row.space, row.part)
        found.append(
            Figure(
                **{name: getattr(row, name) for name in (
                    "indicator", "month", "space", "part", "unit", "value", "numerator", "denominator", "n", "quality"
                )},
                whole=None if above is None else values.get((row.indicator, row.month, *above)),
                is_addend=above is not None,
                is_of_people=indicator.header.method == "surveyed" or bool(indicator.header.min_people),
            )
        )  # fmt: skip
    return found


def _total_of(indicator: Indicator, space: str, part: str) -> tuple[str, str] | None:
    """Space and part of the total that a figure is added up in; None of one that is in no total, or a share of it."""
    head = indicator.header
    if head.unit == "share":
        return None
    if head.sum_of == "spaces":
        return ("", "") if space and not part else None
    return (space, "") if part in head.sum_of and head.parts[part].unit == head.unit else None
