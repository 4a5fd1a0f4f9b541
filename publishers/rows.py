"""Rows of the warehouse as publishers read them: sorted here, without characters that control how text is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import SQLModel

UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
"""Control characters no file format needs, and direction overrides that make text lie about its order."""


def plain(text: str) -> str:
    """Text that others wrote, without characters that control how it is shown."""
    return UNPRINTABLE.sub("", text)


def rows(connection: Connection, table: type[SQLModel], *order: str, **wanted: Any) -> list[Mapping[str, Any]]:
    """Rows whose columns have the given value, or one of a tuple; sorted here: collation depends on the database."""
    core = SQLModel.metadata.tables[str(table.__tablename__)]
    query = select(core).where(
        *(core.c[name].in_(value if isinstance(value, tuple) else (value,)) for name, value in wanted.items())
    )
    found = [
        {name: plain(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in connection.execute(query).mappings()
    ]
    return sorted(found, key=lambda row: tuple(row[name] for name in order))


def labels(row: Mapping[str, Any], name: str) -> dict[str, str]:
    """The three languages of a labelled column; {} while the warehouse has no such column."""
    return {language: row[f"{name}_{language}"] for language in ("he", "ar", "en") if row.get(f"{name}_{language}")}
