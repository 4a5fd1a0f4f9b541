"""Figures staff entered of a month and the year before it, as the facts have them; and what of them is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from collectors.staff_workbook.plausible import Past, figures
from pipeline.months import last_full_month
from town.store import TownStore
from transforms.staging.staff import SOURCE, is_forgotten
from warehouse.calendar import last_day, shift, span
from warehouse.ledger import core
from warehouse.ledger_tables import FactPartition

MONTHS = 12
"""How many months before a figure is held against."""
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "report": ("month", "indicator", "part", "subject", "space", "amount"), "membership": ("month", "space", "members"),
}  # fmt: skip


def entered(store: TownStore, month: str) -> Past:
    """What was entered for the month and the twelve before it, in workbooks and in the form."""
    table = core(FactPartition)
    own = (table.c.authority == store.authority.code) & table.c.fact.in_(_COLUMNS)
    wanted = own & (table.c.source == SOURCE) & table.c.month.in_(span(shift(month, -MONTHS), month))
    with store.engine.connect() as connection:
        paths = connection.execute(select(table.c.fact, table.c.path).where(wanted)).tuples().all()
    return figures(
        row for fact, path in paths for row in store.lake.read([path]).select(list(_COLUMNS[fact])).to_pylist()
    )


def due_since(store: TownStore) -> str:
    """The last whole month, once it is over for as many days as [entry] waits with a reminder; '' before, or never."""
    month, days = last_full_month(store.today), store.config.entry.remind_days
    if not store.config.entry.public_url or not days or store.today < last_day(month) + timedelta(days=days):
        return ""
    return month


def indicators_due(store: TownStore, month: str) -> list[str]:
    """Indicators that are entered as a rule, and of which nothing was entered for the month."""
    told: dict[str, set[str]] = defaultdict(set)
    for (name, _, _, _), months in entered(store, month).items():
        told[name] |= set(months)
    return sorted(name for name, months in told.items() if is_forgotten(months, month))
