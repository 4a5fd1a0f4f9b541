"""Schema changes of the warehouse, one file a revision, for SQLite and PostgreSQL alike.

`upgrade` brings a database to the present schema. A new table or column is declared in the class and
gets a revision here; a test compares what the revisions build with what the classes declare.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from warehouse.bi.views import make_views
from warehouse.kept_copies import keep_copy
from warehouse.locks import SCHEMA, one_at_a_time
from warehouse.patience import patience
from warehouse.row_sums import drop_sums, keep_sums, refuse_damaged
from warehouse.store import transaction

HEAD = "0031"
SUMMED = "0019"
"""From this revision on sums of rows are kept."""


class OlderStore(Exception):
    """The database was written by an older Kehila, and whoever opened it only reads."""

    def __init__(self) -> None:
        super().__init__(
            "this store was written by an older Kehila than this one; run `kehila refresh` first: it keeps a copy of "
            "the database and brings it up to date; nothing was changed"
        )


class NewerStore(Exception):
    """The database was written by a newer Kehila."""

    def __init__(self) -> None:
        super().__init__(
            "this store was written by a newer Kehila than this one; install that one or a later, or restore a backup "
            "from before it (kehila restore); nothing was changed"
        )


def upgrade(engine: Engine, *, is_reading: bool = False) -> None:
    """Apply the missing revisions; nothing is loaded or locked when the schema is the present one.

    One process does it, while nothing of any town is at work: the others wait, and find it done. A database that holds
    something is copied before, where it is a file. Who `is_reading` only makes a new one, and changes none that is
    there. Raises NewerStore, OlderStore, and DatabaseDamaged where what is stored is not what was written.
    """
    current = revision_of(engine)
    if current == HEAD:
        return
    if current is not None and not is_known(current):
        raise NewerStore
    if current is not None and is_reading:
        raise OlderStore
    from alembic import command
    from alembic.config import Config

    with one_at_a_time(engine, SCHEMA):
        if (current := revision_of(engine)) == HEAD:
            return
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        if current is not None:
            refuse_damaged(engine)
            patience().say(f"the database is brought from revision {current} to {HEAD}; {_kept(engine, current)}")
        with transaction(engine) as connection:
            if (current or "") >= SUMMED:
                drop_sums(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            make_views(connection)
            keep_sums(connection)


def _kept(engine: Engine, revision: str) -> str:
    """Copy the database as it is; says where the copy lies, or that there is none."""
    if (copy := keep_copy(engine, revision)) is not None:
        return f"a copy as it was lies beside it, {copy.name}"
    return "it is none of SQLite, so no copy was made here: a dump or `kehila backup` from before is the way back"


def is_known(revision: str) -> bool:
    """Whether a revision is this release's or an older one's."""
    return any(Path(__file__).parent.glob(f"versions/r{revision}_*.py"))


def revision_of(engine: Engine) -> str | None:
    """The revision of a database; None where there is no table yet."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("select version_num from alembic_version")).scalar()
