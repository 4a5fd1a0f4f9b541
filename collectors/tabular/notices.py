"""What people should know of how a table was read, whatever it holds: for the notices of a file's report."""

from collections.abc import Iterable

from collectors.tabular.cells import Row
from collectors.tabular.columns_of_days import DayColumn


def table_notices(rows: Iterable[Row], columns: Iterable[DayColumn] = ()) -> list[str]:
    """What is to be said of rows that were read, and of `columns` of days if there are any."""
    hidden, turned = sum(row.is_hidden for row in rows), any(one.is_proven_otherwise for one in columns)
    return hidden_notice(hidden) + order_notice(turned)


def hidden_notice(number: int) -> list[str]:
    """That rows a filter hides were read too; nothing where none is hidden."""
    if number == 0:
        return []
    if number == 1:
        return [
            "1 row is hidden in the sheet, by a filter or by hand; it is read too. / "
            "שורה אחת מוסתרת בגיליון, בסינון או ידנית; גם היא נקראה. / "
            "صف واحد مخفي في الورقة، بتصفية أو يدوياً؛ وقد قُرئ أيضاً."
        ]
    return [
        f"{number} rows are hidden in the sheet, by a filter or by hand; they are read too. / "
        f"{number} שורות מוסתרות בגיליון, בסינון או ידנית; גם הן נקראו. / "
        f"{number} صفوف مخفية في الورقة، بتصفية أو يدوياً؛ وقد قُرئت أيضاً."
    ]


def order_notice(is_proven_otherwise: bool) -> list[str]:
    """That days are written month first, or not as the town said; nothing where they are written as expected."""
    if not is_proven_otherwise:
        return []
    return [
        "The days are written in the other order of day and month, as the whole column shows, and are read so. / "
        "התאריכים כתובים בסדר האחר של יום וחודש, כפי שהעמודה כולה מראה, וכך נקראו. / "
        "التواريخ مكتوبة بالترتيب الآخر لليوم والشهر، كما يُظهر العمود كله، وهكذا قُرئت."
    ]
