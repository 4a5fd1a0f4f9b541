"""What the form knows of a town when it reads what was typed: its places, indicators, figures of months before."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import select

from collectors.staff_workbook.cells import Book
from collectors.staff_workbook.form import form_table
from collectors.staff_workbook.hidden_sheet import Contents
from collectors.staff_workbook.layout import SHEETS, SheetLayout, entry_for, titles
from collectors.staff_workbook.plausible import Past
from collectors.staff_workbook.rows import read_row
from entry.accounts import Account
from entry.book import FILLED, book_of, is_monthly
from entry.database import Database
from entry.lines import BY, Line, Values, lines, plain
from pipeline.land.returned import asked_of_staff, words_of_reports
from pipeline.upkeep.entered import MONTHS, entered
from town.store import TownStore
from warehouse.calendar import shift
from warehouse.ledger import core
from warehouse.tables import DimSpace, MonthState

ENTERED_BY = "form:"
"""Before a login in the records: it is nobody's name in a chat."""


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
        called = {one.id: one.header.title.model_dump() for one in self.store.catalogue.values()}
        linked = {title: name for name, texts in called.items() for title in titles(texts)}
        units = {one.id: one.header.headline_unit for one in self.store.catalogue.values()}
        return Contents(
            self.store.authority.code, months=months, spaces=dict(self.spaces), linked=linked,
            linked_units={name: str(unit) for name, unit in units.items()}, linked_titles=list(called.values()),
            entries={one.id: entry_for(one) for one in asked_of_staff()}, reported=words_of_reports(),
        )  # fmt: skip

    def cells(self, layout: SheetLayout, values: Values, month: str) -> dict[str, str]:
        """The cells of a line's row: what was typed, its month, and who is signed in."""
        who = values.get(BY) or self.account.login
        filled = {"month": month if is_monthly(layout) else "", "entered_by": f"{ENTERED_BY}{who}"}
        known = {column.id for column in layout.columns}
        return {**plain(values), **{name: filled[name] for name in FILLED if name in known and filled[name]}}

    def closed(self, month: str) -> bool:
        """Whether a month's figures were published for good: a correction shows at the next close."""
        table = core(MonthState)
        own = (table.c.authority == self.store.authority.code) & (table.c.month == month) & (table.c.state == "closed")
        with self.store.engine.connect() as connection:
            return connection.execute(select(table.c.month).where(own)).first() is not None

    def past(self, month: str) -> Past:
        """What was entered for the month and the twelve before it, in workbooks and here, as the facts have it."""
        return entered(self.store, month)
