"""Which months there are: from the first a town has a record of to the one that runs now. Decided here alone.

Outside of them nothing can be known, and a report of nothing but missing values looks like a town in which nothing
happens. So such a month is neither computed nor written nor closed, unless somebody insists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from town.faults import MonthProblem, NothingYet
from town.store import TownStore
from warehouse.calendar import last_day, month_of, shift
from warehouse.ledger import core
from warehouse.ledger_tables import FactPartition, PullRow

MAX_SILENCE = timedelta(days=3)
"""So long before its end a month may have been heard of last: in a small group nobody writes every day."""


def last_full_month(today: date) -> str:
    """The month before the present one."""
    return shift(month_of(today), -1)


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

    def problem(self, month: str, remedy: str = "") -> MonthProblem | None:
        """The refusal of a month that is not one of them, with a `remedy` behind it; None where it is."""
        if not (why := self.refusal(month)):
            return None
        is_begun = bool(self.first) or month > self.last
        return (MonthProblem if is_begun else NothingYet)(f"{why}{remedy}")


def months_of(store: TownStore) -> Months:
    """The months there are in a town's store today."""
    return Months.of(store.ledger.partitions(), store.today)


def why_refused(store: TownStore, month: str) -> str:
    """Why a month that has not begun, or of which no record can speak, is refused; '' for one of those there are."""
    return str(_problem(store, month) or "")


def _problem(store: TownStore, month: str) -> MonthProblem | None:
    return months_of(store).problem(month, " (--force insists)")


def refuse_outside(store: TownStore, month: str) -> None:
    """Raise MonthProblem for a month that has not begun, or of which no record can speak; NothingYet before the first
    record of all.
    """
    if problem := _problem(store, month):
        raise problem


def refuse_ahead(store: TownStore, month: str) -> None:
    """Raise MonthProblem for a month that has not begun: whatever is going to be imported will not change that."""
    if month > month_of(store.today):
        refuse_outside(store, month)


def refuse_clock_ahead(store: TownStore, month: str) -> None:
    """Raise MonthProblem for a month of whose end nothing from outside this machine speaks: its clock may be ahead.

    What speaks is a record of a later month, a source that covers the month up to its last days, and a pull that was
    done by then, since services say what time it is.
    """
    end = last_day(month) - MAX_SILENCE
    partitions = store.ledger.partitions()
    if any(month < row.month for row in partitions):
        return
    covered = [row.path for row in partitions if row.fact == "coverage" and row.month == month]
    days = store.lake.read(covered)["last_day"].to_pylist() if covered else []
    pulls = core(PullRow).c
    mine = (pulls.authority == store.authority.code) & (pulls.status == "done")
    with store.engine.connect() as connection:
        pulled = connection.execute(select(func.max(pulls.ended_at)).where(mine)).scalar()
    newest = max([*days, *([pulled.date()] if pulled is not None else [])], default=None)
    if newest is not None and newest < end:
        raise MonthProblem(
            f"nothing from outside this machine is newer than {newest}, and by its clock it is {store.today}: set the "
            f"clock (NTP), or bring in what is missing; --force closes {month} even so"
        )
