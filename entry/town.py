"""What the form knows of a town when it reads what was typed: its places, indicators, figures of months before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import select

from collectors.staff_workbook.cells import Book
from collectors.staff_workbook.form import form_table
from collectors.staff_workbook.hidden_sheet import Contents
from collectors.staff_workbook.layout import SHEETS, SheetLayout, titles
from collectors.staff_workbook.rows import read_row
from collectors.tabular import CellError
from entry.accounts import Account
from entry.book import FILLED, book_of, is_monthly
from entry.database import Database
from entry.lines import BY, Line, Values, lines, plain
from pipeline.land.form import form_settings
from town.store import TownStore
from warehouse.calendar import shift, span
from warehouse.ledger import core
from warehouse.ledger_tables import FactPartition
from warehouse.tables import DimSpace, MonthState

MONTHS = 12
"""How many months before a figure is held against."""
ENTERED_BY = "form:"
"""Before a login in the records: it is nobody's name in a chat."""

Amounts = Mapping[tuple[str, str], Mapping[str, float]]
"""Indicator and part -> month -> what was entered, all places together."""


@dataclass
class FormTown:
    """A town as the form needs it, for one request of somebody signed in."""

    store: TownStore
    account: Account
    database: Database
    spaces: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        table = core(DimSpace)
        query = select(table.c.space, table.c.title).where(table.c.authority == self.store.authority.code)
        with self.store.engine.connect() as connection:
            self.spaces = dict(connection.execute(query.order_by(table.c.title)).tuples().all())
        # Places that were sent a moment ago are known before the next refresh.
        layout = SHEETS["spaces"]
        kept = [one for one in self.lines(book_of(layout, "")).values() if one.sheet == layout.id and plain(one.sent)]
        table_of_spaces = form_table(layout, [one.sent or {} for one in kept], "en")
        book = Book(Contents(spaces=dict(self.spaces)))
        for row in table_of_spaces.rows:
            _, faults, found = read_row(table_of_spaces, row, book, self.store.keys.derive("place"))
            if not faults:
                self.spaces.setdefault(found[0]["space"], found[0]["title"])

    def lines(self, book: str) -> dict[str, Line]:
        """The lines of a book, as this account sees them."""
        return lines(self.database, self.store.keys, self.account, book)

    @cached_property
    def contents(self) -> Contents:
        """What cells are read against."""
        months = [shift(f"{self.store.today:%Y-%m}", -one) for one in range(MONTHS)]
        linked = {
            title: one.id for one in self.store.catalogue.values() for title in titles(one.header.title.model_dump())
        }
        return Contents(self.store.authority.code, months=months, spaces=dict(self.spaces), linked=linked)

    def cells(self, layout: SheetLayout, values: Values, month: str) -> dict[str, str]:
        """The cells of a line's row: what was typed, its month, and who is signed in."""
        who = values.get(BY) or self.account.login
        filled = {"month": month if is_monthly(layout) else "", "entered_by": f"{ENTERED_BY}{who}"}
        known = {column.id for column in layout.columns}
        return {**plain(values), **{name: filled[name] for name in FILLED if name in known and filled[name]}}

    def faults(self, layout: SheetLayout, rows: Iterable[Values], month: str) -> list[dict[str, CellError]]:
        """Column -> what is wrong there, of each of these lines."""
        table = form_table(layout, [self.cells(layout, one, month) for one in rows], "he")
        book = Book(self.contents)
        for code, title in self.spaces.items():
            book.add_space(code, title)
        key = form_settings(self.store).digest_key
        return [dict(read_row(table, row, book, key)[1]) for row in table.rows]

    def closed(self, month: str) -> bool:
        """Whether a month's figures were published for good: a correction shows at the next close."""
        table = core(MonthState)
        own = (table.c.authority == self.store.authority.code) & (table.c.month == month) & (table.c.state == "closed")
        with self.store.engine.connect() as connection:
            return connection.execute(select(table.c.month).where(own)).first() is not None

    def entered(self, month: str) -> Amounts:
        """What was entered for the month and the twelve before it, in workbooks and here."""
        table = core(FactPartition)
        own = (table.c.authority == self.store.authority.code) & (table.c.fact == "report")
        wanted = own & table.c.month.in_(span(shift(month, -MONTHS), month))
        with self.store.engine.connect() as connection:
            paths = list(connection.execute(select(table.c.path).where(wanted)).scalars())
        found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        columns = ("month", "indicator", "part", "amount")
        for path in paths:
            for row in self.store.lake.read([path]).select(list(columns)).to_pylist():
                if row["amount"] is not None:
                    of = found[row["indicator"], row["part"]]
                    of[row["month"]] = of.get(row["month"], 0.0) + row["amount"]
        return found
