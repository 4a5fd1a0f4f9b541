"""The database as text and back: one consistent reading of all its tables, the same for SQLite and PostgreSQL.

A copy made on one of them is put back on either. It is read in one transaction, beside whoever writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, inspect, text
from sqlmodel import SQLModel

from warehouse import migrations
from warehouse.bi.views import make_views
from warehouse.row_sums import keep_sums
from warehouse.store import LEDGER_TABLES, WAREHOUSE_TABLES, transaction

ROWS = 1_000
"""Rows put back at once."""


class NotEmpty(Exception):
    """The database a copy is to be put back into holds something."""


def revision(connection: Connection) -> str:
    """The schema the database is of."""
    return str(connection.execute(text("select version_num from alembic_version")).scalar_one())


def lines(connection: Connection) -> Iterator[str]:
    """Every row of every table as a line of JSON, `[table, {column: value}]`, tables in the order they are made."""
    for one in (*WAREHOUSE_TABLES, *LEDGER_TABLES):
        table = SQLModel.metadata.tables[str(one.__tablename__)]
        for row in connection.execute(table.select()).mappings():
            yield json.dumps([table.name, {name: _told(value) for name, value in row.items()}], ensure_ascii=False)


def put_back(engine: Engine, of_revision: str, said: Iterable[str]) -> None:
    """Put what `lines` gave into an empty database, in one transaction.

    Raises NotEmpty, and NewerStore for the schema of a later release.
    """
    from alembic import command
    from alembic.config import Config

    if not migrations.is_known(of_revision):
        raise migrations.NewerStore
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with transaction(engine) as tx:
        if inspect(tx).get_table_names():
            raise NotEmpty
        config.attributes["connection"] = tx
        command.upgrade(config, of_revision)
        known = MetaData()
        known.reflect(tx)
        if of_revision == migrations.HEAD:
            known = SQLModel.metadata
        waiting: list[dict[str, Any]] = []
        name = ""
        for line in said:
            table, row = json.loads(line)
            if waiting and (table != name or len(waiting) == ROWS):
                tx.execute(known.tables[name].insert(), waiting)
                waiting = []
            name = table
            waiting.append({column: _meant(value) for column, value in row.items()})
        if waiting:
            tx.execute(known.tables[name].insert(), waiting)
        make_views(tx)
        if of_revision == migrations.HEAD:  # else whoever opens it brings it to this one first
            keep_sums(tx)


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _meant(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["at"]) if "at" in value else date.fromisoformat(value["day"])
    return value
