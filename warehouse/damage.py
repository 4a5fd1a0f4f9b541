"""Whether a failure nobody foresaw comes of a database that is not what was written.

What is damaged makes whatever reads it fail in its own way: a name that is no name any more, a day that is none, a
row that is there twice. Nobody can foresee them all, so the database is asked when something failed.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from warehouse.migrations import HEAD, revision_of
from warehouse.refusals import Refusal, refusal_of
from warehouse.row_sums import DatabaseDamaged, RowSum, refuse_damaged
from warehouse.store import open_engine


def damage_met(url: str) -> DatabaseDamaged | None:
    """What is damaged of the database at an address, in words; None where all that can be asked is whole.

    Of SQLite pages, indexes and sums of rows; of PostgreSQL, which checks its own pages, whether a table or a column
    is gone. One that is not there is not made.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return None
    engine = open_engine(url)
    try:
        if (gone := _gone(engine)) is not None:
            return DatabaseDamaged(gone)
        refuse_damaged(engine)
    except DatabaseDamaged as problem:
        return problem
    except SQLAlchemyError as problem:
        if refusal_of(problem) is Refusal.DAMAGED:
            return DatabaseDamaged("a page")
    except (ValueError, TypeError):  # what declares the tables is no text of ours any more
        return DatabaseDamaged("what it is declared as")
    finally:
        engine.dispose()
    return None


def _gone(engine: Engine) -> str | None:
    """A table, or a column as TABLE.COLUMN, that a database of this release has to have and has not."""
    if revision_of(engine) != HEAD:  # one that is begun or of another release: it need not have them
        return None
    asked = inspect(engine)
    names = set(asked.get_table_names())
    for table in SQLModel.metadata.sorted_tables:
        if table.name == RowSum.__tablename__ and engine.dialect.name != "sqlite":
            continue
        if table.name not in names:
            return table.name
        there = {column["name"] for column in asked.get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                return f"{table.name}.{column.name}"
    return None
