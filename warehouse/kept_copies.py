"""Copies of a SQLite database as it was before a newer Kehila changed it: `warehouse.db.0018.copy`, the last one only.

Such a copy knows everybody whom the database knew then: erasing a person destroys it, and so does retention.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from warehouse.files import OWNER_ONLY, new_file, put_in_place
from warehouse.sqlite import sqlite3

ENDING = ".copy"


def keep_copy(engine: Engine, revision: str) -> Path | None:
    """Copy the database of this revision, beside whoever reads and writes; the copies before it go.

    None where it is no file. Raises OSError, or the library's error, where it cannot be written: nothing is kept.
    """
    database = _file_of(engine)
    if database is None:
        return None
    made = database.with_name(f"{database.name}.{revision}{ENDING}")
    begun = made.with_name(f".{made.name}.tmp")
    begun.unlink(missing_ok=True)  # of one that was killed
    new_file(begun, b"", synced=False, mode=OWNER_ONLY)
    raw = engine.raw_connection()
    try:
        target = sqlite3.connect(begun)
        try:
            source: Any = raw.driver_connection
            source.backup(target)
        finally:
            target.close()
    except BaseException:
        begun.unlink(missing_ok=True)
        raise
    finally:
        raw.close()
    before = kept_copies(engine)
    put_in_place(begun, made, synced=True)
    for one in before:
        if one != made:
            one.unlink(missing_ok=True)
    return made


def kept_copies(engine: Engine) -> list[Path]:
    """The copies there are."""
    database = _file_of(engine)
    return sorted(database.parent.glob(f"{database.name}.*{ENDING}")) if database is not None else []


def _file_of(engine: Engine) -> Path | None:
    name = engine.url.database
    return Path(name) if engine.dialect.name == "sqlite" and name not in (None, "", ":memory:") else None
