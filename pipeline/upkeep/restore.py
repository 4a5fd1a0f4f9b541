"""Putting a backup back into an empty place: files first, each compared with the backup's list, and the database last.

Until it is done nothing opens the place. A restore that was killed is run again, and goes on. The restored store is one
of its own, with an identity of its own.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import inspect, select, update

from pipeline.upkeep.backup import DATABASE, FORMAT, LIST, BackupRefused
from publishers.rooms import Room
from town.config import Config, load
from town.store import RESTORING, TownStore, lake_of, open_store, warehouse_url
from warehouse.copying import NotEmpty, put_back
from warehouse.files import OWNER_ONLY, replace_file
from warehouse.identity import LINE, Identity
from warehouse.identity_tables import StoreRow
from warehouse.keys import KeyProblem, Keys, load_root_key
from warehouse.lake import Lake
from warehouse.ledger import Ledger, core
from warehouse.ledger_tables import EventRow, QuarantineRow
from warehouse.people import GROUP_ROWS, PEOPLE_SCHEMA, PEOPLE_STREAM
from warehouse.proof import LakeDamaged
from warehouse.store import open_engine, transaction


@dataclass
class Restored:
    """What was put back. `forgotten` people of the store it replaces were forgotten here too; None: there was none."""

    name: str
    made_at: str
    files: int = 0
    missing: list[str] = field(default_factory=list)
    forgotten: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The object `kehila restore --json` prints."""
        return vars(self)


def restore(config_path: Path, room: Room, name: str | None = None, replaces: Path | None = None) -> Restored:
    """Put a backup into the place of a configuration: the one of that `name`, without it the newest.

    `replaces` is the configuration of the store whose place it takes, where that can still be read: who was forgotten
    there since is forgotten here too. Raises BackupRefused, ConfigProblem, KeyProblem, NewerStore and OSError.
    """
    name = name or _newest(room)
    listed = _list_of(room, name)
    base = config_path.absolute().parent
    base.mkdir(parents=True, exist_ok=True)
    if not config_path.exists():
        if "kehila.toml" not in listed["files"]:
            raise BackupRefused("the backup has no kehila.toml; write one here first (kehila init)")
        _fetch(room, name, "kehila.toml", config_path, listed)
    config = load(config_path)
    keys = Keys(load_root_key(config.keys.root, config.base), config.authority[0].code)
    if keys.check_value() != listed["key_check"]:
        raise KeyProblem("the backup was made with another root key; put that one back first (keys/root.key)")
    lake, output = lake_of(config), config.base / config.store.output
    engine = open_engine(warehouse_url(config))
    try:
        begun = base / RESTORING
        if not begun.exists() or begun.read_text() != name:
            with engine.connect() as connection:
                is_taken = bool(inspect(connection).get_table_names())
            if is_taken or any(lake.files("")) or (output.is_dir() and any(output.iterdir())):
                raise BackupRefused(
                    "there is a store here already; restore into an empty folder, or move lake, warehouse and output "
                    "away first"
                )
            replace_file(begun, name.encode(), synced=True)
        done = Restored(name, listed["made_at"], missing=list(listed["damaged"]))
        done.missing += [f"table {name}" for name in listed.get("damaged_tables", ())]
        rows = _rows(room, name, listed)
        since = Since(load(replaces), rows) if replaces is not None else None
        for one in sorted(listed["files"]):
            top, _, rest = one.partition("/")
            if one not in (DATABASE, "kehila.toml") and not (since and rest in since.erased):
                if top == "lake":
                    _fetch_to(lake, room, name, one, rest, listed)
                else:
                    _fetch(room, name, one, (output if top == "output" else base / top) / rest, listed)
                done.files += 1
        own = Identity(secrets.token_hex(16), int(listed["landings"]))
        if since is not None:
            done.forgotten = since.forget(lake, keys, rows)
        lake.shelf.put(LINE, str(own).encode(), synced=True)
        for table, row in rows:
            if table == "ledger_store":
                row["store"] = own.store
        try:
            put_back(engine, listed["revision"], (json.dumps(one) for one in rows))
        except NotEmpty:  # killed between the database and the end: it is all there
            with transaction(engine) as tx:
                tx.execute(update(core(StoreRow)).values(store=own.store))
    finally:
        engine.dispose()
    begun.unlink()
    return done


def _newest(room: Room) -> str:
    for name in reversed(list(room.folders())):
        if room.has(f"{name}/{LIST}"):
            return name
    raise BackupRefused("there is no finished backup there; name the folder or bucket that `kehila backup` wrote to")


def _list_of(room: Room, name: str) -> dict[str, Any]:
    try:
        listed: dict[str, Any] = json.loads(room.read(f"{name}/{LIST}"))
        if listed["format"] == FORMAT and DATABASE in listed["files"] and _are_ours(listed["files"]):
            return listed
    except FileNotFoundError:
        raise BackupRefused(f"there is no finished backup {name} there") from None
    except (ValueError, KeyError, TypeError):
        pass
    raise BackupRefused(f"{name}/{LIST} is damaged, or of another Kehila; take an older backup (--name)")


def _are_ours(names: dict[str, Any]) -> bool:
    """Whether all of it stays within the place it is put into."""
    return all(not one.startswith("/") and ".." not in one.split("/") and one == one.strip() for one in names)


def _fetch(room: Room, name: str, one: str, place: Path, listed: dict[str, Any]) -> None:
    """Put one file in its place, unless it is there already; what is not what was written is refused."""
    _size, digest = listed["files"][one]
    if place.exists() and hashlib.sha256(place.read_bytes()).hexdigest() == digest:
        return
    content = _proven(room, name, one, digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    replace_file(place, content, synced=True, mode=OWNER_ONLY)


def _fetch_to(lake: Lake, room: Room, name: str, one: str, path: str, listed: dict[str, Any]) -> None:
    """Put one file in its place in the lake, as `_fetch` does."""
    _size, digest = listed["files"][one]
    with suppress(LakeDamaged):
        if lake.sha256_of(path) == digest:
            return
    lake.shelf.put(path, _proven(room, name, one, digest), synced=True)


def _proven(room: Room, name: str, one: str, digest: str) -> bytes:
    try:
        content = room.read(f"{name}/{one}")
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise BackupRefused(
            f"{name}/{one} is damaged in the backup; take an older one (--name); nothing can be opened here yet"
        )
    return content


def _rows(room: Room, name: str, listed: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The rows of the database, with the tables they are of."""
    content = _proven(room, name, DATABASE, listed["files"][DATABASE][1])
    return [(table, row) for table, row in map(json.loads, gzip.decompress(content).decode().splitlines())]


class Since:
    """What was erased in the store that is replaced since the backup was made."""

    def __init__(self, there: Config, rows: list[tuple[str, dict[str, Any]]]) -> None:
        """`there` is the configuration of the store that is replaced, `rows` the backup's. Raises what opening does."""
        first = open_store(there, there.authority[0].code)
        self._check = first.keys.check_value()
        self._dictionaries = {one.code: _dictionary(first, one.code) for one in there.authority}
        with first.engine.connect() as connection:
            items = connection.execute(select(core(QuarantineRow).c.item, core(QuarantineRow).c.sealed_path)).all()
            events = core(EventRow).c
            aside = connection.execute(
                select(events.authority, events.account, events.event).where(events.status == "aside")
            ).all()
        kept, without = first.ledger.listed_paths(), {row.item for row in items if not row.sealed_path}
        given_up = {tuple(row) for row in aside}
        self.erased: set[str] = set()
        for table, row in rows:
            if not row.get("sealed_path") or row["sealed_path"] in kept:
                continue
            event = (row["authority"], row.get("account"), row.get("event"))
            if row.get("item") in without or (table == "ledger_event" and event in given_up):
                self.erased.add(row["sealed_path"])

    def forget(self, lake: Lake, keys: Keys, rows: list[tuple[str, dict[str, Any]]]) -> int:
        """Change the backup's rows, and the files beside them, to what was forgotten since; gives how many people.

        The dictionary of the store that is replaced takes the older one's place: it is the same, grown on. A mark that
        stands there in the place of a hash is somebody who was forgotten.
        """
        if self._check != keys.check_value():
            raise KeyProblem("the store it replaces has another root key; leave out --replaces, or name the right one")
        done = 0
        for code, theirs in self._dictionaries.items():
            segments = [
                row for table, row in rows
                if table == "ledger_segment" and row["stream"] == PEOPLE_STREAM and row["authority"] == code
            ]  # fmt: skip
            if not segments:
                continue
            paths = [row["path"] for row in segments]
            ours = _people(lake, paths)
            if not ours.keys() <= theirs.keys():
                raise BackupRefused("the store it replaces is older than the backup; leave out --replaces")
            done += sum(1 for person, digest in ours.items() if theirs[person] != digest)
            hashes = sorted((digest, person) for person, digest in theirs.items())
            columns = [
                pa.array([one for one, _ in hashes], pa.binary(16)),
                pa.array([two for _, two in hashes], pa.int64()),
            ]
            file = lake.write(
                f"landing/{code}/{PEOPLE_STREAM}", pa.table(columns, schema=PEOPLE_SCHEMA), group_rows=GROUP_ROWS
            )
            last = segments[-1]
            rows[:] = [one for one in rows if one[1] not in segments]
            rows.append(("ledger_segment", {**last, "path": file.path, "sha256": file.sha256, "records": file.records}))
            lake.remove(path for path in paths if path != file.path)
        for _table, row in rows:
            if row.get("sealed_path") in self.erased:
                row["sealed_path"] = ""
        return done


def _dictionary(store: TownStore, code: str) -> dict[int, bytes]:
    return _people(store.lake, [row.path for row in Ledger(store.engine, code).segments([PEOPLE_STREAM])])


def _people(lake: Lake, paths: list[str]) -> dict[int, bytes]:
    rows = lake.read(paths, PEOPLE_SCHEMA)
    return dict(zip(rows["person"].to_pylist(), rows["person_hash"].to_pylist(), strict=True))
