"""Whose store this is: database, lake and root key know each other, and whoever opens them together is told otherwise.

The identity is made at first use: a row of the ledger, and a line in the lake that says the same. Both count landings,
so that a database put back from a backup beside a lake that went on is told from its own.
"""

from __future__ import annotations

import secrets
import zlib
from contextlib import suppress
from typing import Any, NamedTuple

from sqlalchemy import Engine, Row, select

from warehouse.identity_tables import StoreRow
from warehouse.keys import KeyProblem, Keys
from warehouse.lake import Lake
from warehouse.ledger import SEGMENT_FILE, core
from warehouse.ledger_tables import QuarantineRow, SegmentRow
from warehouse.locks import SCHEMA, one_at_a_time
from warehouse.store import transaction, upsert

LINE = "kehila-store"
"""The file of the lake that says whose it is."""
MAIN = "main"

_STORE = core(StoreRow)
_READ = select(_STORE.c.store, _STORE.c.key_check, _STORE.c.landings)


class StoreRefused(Exception):
    """Database, lake and key do not belong together; the message says which, and what to do."""


class Identity(NamedTuple):
    """Whose a lake or a database is, and how many landings it has seen."""

    store: str
    landings: int

    def __str__(self) -> str:
        said = f"{self.store} {self.landings:020d}"
        return f"{said} {zlib.crc32(said.encode()):08x}\n"

    @classmethod
    def of(cls, line: str) -> Identity | None:
        """What `str` wrote; None when it is damaged."""
        with suppress(ValueError):
            store, landings, _ = line.split(" ")
            found = cls(store, int(landings))
            return found if str(found) == line else None
        return None


def recognise(engine: Engine, lake: Lake, keys: Keys) -> None:
    """See that database, lake and key are one store's; at first use make them so.

    Raises KeyProblem for another root key, StoreRefused for a lake that is not the database's, or that is newer.
    """
    # The line first: a landing that ends in between has counted before it says so, and is not taken for a newer lake.
    beside, row = _line_of(lake), _row(engine)
    if row is None:
        with one_at_a_time(engine, SCHEMA):
            if _row(engine) is None:
                _begin(engine, lake, keys, _line_of(lake))
        beside, row = _line_of(lake), _row(engine)
    assert row is not None
    own = Identity(row.store, row.landings)
    if beside is not None and beside.store != own.store:
        raise StoreRefused(
            f"{_name(lake)} is the lake of another store than this warehouse; let [store] of kehila.toml name the two "
            "that belong together, or restore both from one backup (kehila restore)"
        )
    if row.key_check != keys.check_value():
        raise KeyProblem(
            "this store was made with another root key; put the key back it was made with (keys/root.key, or where "
            "[keys] of kehila.toml points), or begin in a folder of its own (kehila init --folder)"
        )
    if beside is None:
        if own.landings and not _is_ours(engine, lake):
            raise StoreRefused(
                f"{_name(lake)} is not the lake of this warehouse: nothing this warehouse listed is in it; mount it or "
                "put it back, or restore both from one backup (kehila restore)"
            )
        _say(lake, own)
    elif beside.landings > own.landings:
        raise _older(lake, own.landings, beside.landings)
    elif beside.landings < own.landings:  # killed between the landing and its word
        with suppress(OSError):  # where only reading is allowed it is said another time
            _say(lake, own)


def say_landings(engine: Engine, lake: Lake) -> None:
    """Let the lake know what the ledger counted. Not synced: a word lost in a power cut is said again at the start."""
    with engine.connect() as connection:
        row = connection.execute(_READ).first()
    if row is not None:
        _say(lake, Identity(row.store, row.landings))


def _begin(engine: Engine, lake: Lake, keys: Keys, beside: Identity | None) -> None:
    """Write the row, once; one of an older release that has landed files gets it too."""
    with engine.connect() as connection:
        lists = connection.execute(select(core(SegmentRow).c.path).limit(1)).first() is not None
        sealed = connection.execute(
            select(core(QuarantineRow).c.authority, core(QuarantineRow).c.sealed_path)
            .where(core(QuarantineRow).c.sealed_path != "")
            .limit(1)
        ).first()
    if (beside is not None and beside.landings) or (not lists and lake.has_landed()):
        raise _older(lake, 0, beside.landings if beside else None)
    if sealed is not None:  # of an older release: what it sealed tells whether the key is its own
        with suppress(FileNotFoundError):
            keys.of(sealed.authority).unseal(lake.read_bytes(sealed.sealed_path))
    row = {"name": MAIN, "store": secrets.token_hex(16), "key_check": keys.check_value(), "landings": 0}
    with transaction(engine) as tx:
        upsert(tx, StoreRow, [row], keep=tuple(row))
        own = tx.execute(_READ).one()
    _say(lake, Identity(own.store, own.landings))


def _row(engine: Engine) -> Row[Any] | None:
    with engine.connect() as connection:
        return connection.execute(_READ).first()


def _older(lake: Lake, own: int, beside: int | None) -> StoreRefused:
    reached = f"{beside:,} landings, the warehouse of {own:,}" if beside else "files this warehouse knows nothing of"
    return StoreRefused(
        f"the warehouse is older than the lake beside it: {_name(lake)} holds {reached}; put the newer warehouse back, "
        "or restore both from one backup into an empty folder (kehila restore); nothing was changed"
    )


def _is_ours(engine: Engine, lake: Lake) -> bool:
    """Whether the lake holds what the ledger listed last: then only its line was lost."""
    table = core(SegmentRow)
    with engine.connect() as connection:
        last = select(SEGMENT_FILE).where(table.c.rows == "").order_by(table.c.landed_order.desc()).limit(5)
        paths = connection.execute(last).scalars().all()
    return not paths or any(map(lake.shelf.has, paths))


def _line_of(lake: Lake) -> Identity | None:
    try:
        return Identity.of(lake.read_bytes(LINE).decode("ascii", errors="replace"))
    except FileNotFoundError:
        return None


def _say(lake: Lake, own: Identity) -> None:
    lake.shelf.put(LINE, str(own).encode(), synced=False)


def _name(lake: Lake) -> str:
    return f"{lake.name}/"
