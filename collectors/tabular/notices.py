"""What people should know of how a table was read, whatever it holds: for the notices of a file's report."""

from collections.abc import Iterable

from collectors.remarks import Remark, said
from collectors.tabular.cells import Row
from collectors.tabular.columns_of_days import DayColumn


def table_notices(rows: Iterable[Row], columns: Iterable[DayColumn] = ()) -> list[Remark]:
    """What is to be said of rows that were read, and of `columns` of days if there are any."""
    hidden, turned = sum(row.is_hidden for row in rows), any(one.is_proven_otherwise for one in columns)
    return hidden_notice(hidden) + order_notice(turned)


def hidden_notice(number: int) -> list[Remark]:
    """That rows a filter hides were read too; nothing where none is hidden."""
    return [said("hidden_rows", count=number)] if number else []


def order_notice(is_proven_otherwise: bool) -> list[Remark]:
    """That days are written month first, or not as the town said; nothing where they are written as expected."""
    return [said("other_order")] if is_proven_otherwise else []
