"""Which months there are: from the first a town has a record of to the one that runs now. Decided here alone.

Outside of them nothing can be known, and a report of nothing but missing values looks like a town in which nothing
happens. So such a month is neither computed nor written nor closed, unless somebody insists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from town.faults import MonthProblem
from town.store import TownStore
from warehouse.calendar import month_of
from warehouse.ledger_tables import FactPartition


@dataclass(frozen=True)
class Months:
    """The months there are: `first` is '' while no record has become a fact, `last` is the running one."""

    first: str
    last: str

    @classmethod
    def of(cls, partitions: Iterable[FactPartition], today: date) -> Months:
        """The months of a town with these partitions of facts, registers among them."""
        last = month_of(today)
        return cls(min((row.month for row in partitions if row.month and row.month <= last), default=""), last)

    def __contains__(self, month: str) -> bool:
        return bool(self.first) and self.first <= month <= self.last

    def refusal(self, month: str) -> str:
        """Why a month is not one of them, with the first and the last there is; '' where it is."""
        if month in self:
            return ""
        if month > self.last:
            why = f"{month} has not begun"
        elif not self.first:
            return f"nothing is known of {month}: no record has landed yet; import files or collect first"
        else:
            why = f"nothing is known of {month}, it lies before the first record"
        there_are = f"the months there are: {self.first} to {self.last}" if self.first else f"it is {self.last} now"
        return f"{why}; {there_are}"


def months_of(store: TownStore) -> Months:
    """The months there are in a town's store today."""
    return Months.of(store.ledger.partitions(), store.today)


def why_refused(store: TownStore, month: str) -> str:
    """Why a month that has not begun, or of which no record can speak, is refused; '' for one of those there are."""
    why = months_of(store).refusal(month)
    return why and f"{why} (--force insists)"


def refuse_outside(store: TownStore, month: str) -> None:
    """Raise MonthProblem for a month that has not begun, or of which no record can speak."""
    if why := why_refused(store, month):
        raise MonthProblem(why)


def refuse_ahead(store: TownStore, month: str) -> None:
    """Raise MonthProblem for a month that has not begun: whatever is going to be imported will not change that."""
    if month > month_of(store.today):
        refuse_outside(store, month)
