"""A backup: the database as it stood at one instant, and every file that it listed then, while others go on working.

The database comes first, then the files it lists. They never change; one that is destroyed meanwhile (the dictionary's
segments are, when they are taken in) makes it start again with the database as it stands by then. The list of all,
`backup.json`, comes last: a folder without it is none, and the next backup takes it away. Keys are never in it.
"""

from __future__ import annotations

import base64
import gzip
import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from publishers.rooms import Room
from town.store import TownStore
from warehouse.copying import lines, revision
from warehouse.identity_tables import StoreRow
from warehouse.keys import load_root_key, new_secret_file
from warehouse.ledger import core, now
from warehouse.proof import NAME_DIGITS, LakeDamaged
from warehouse.refused import Refused
from warehouse.row_sums import damaged_tables
from warehouse.tables import Snapshot

LIST = "backup.json"
DATABASE = "database.jsonl.gz"
FORMAT = "kehila-backup/1"
ROUNDS = 10
"""How often it begins again where files are destroyed while they are copied."""
ABANDONED = timedelta(hours=24)
NAMED = ("%Y%m%dT%H%M%S.%fZ", "%Y%m%dT%H%M%SZ")
"""Names, as they are made and as earlier releases made them: of the time, and in order also where the clock is not."""
OWN_FOLDERS = ("indicators", "expectations")
"""What a town may have of its own beside kehila.toml."""


class BackupRefused(Refused):
    """A backup cannot be made or put back; the message names the remedy."""


@dataclass
class BackedUp:
    """A finished backup: its name in the room, files and bytes in it, and what was damaged already.

    Such files are not in it; tables of the database are, as they stand.
    """

    name: str
    files: int = 0
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)
    damaged_tables: list[str] = field(default_factory=list)
    webhooks_left: int = 0

    def as_json(self) -> dict[str, Any]:
        """The object `kehila backup --json` prints."""
        return vars(self)


def backup(store: TownStore, room: Room) -> BackedUp:
    """Make a backup of the whole installation's store in a room. Raises BackupRefused, OSError."""
    if room.folder is not None:
        of_lake = [store.lake.root] if store.lake.is_folder else []
        for ours in (one.absolute() for one in (*of_lake, store.output)):
            if room.folder.is_relative_to(ours) or ours.is_relative_to(room.folder):
                raise BackupRefused(f"a backup in {ours.name}/ would be lost with it; name a folder on another disk")
    _sweep(room)
    at = max([now(), *(begun + timedelta(microseconds=1) for begun in _begun(room).values())])
    done = BackedUp(f"{at:{NAMED[0]}}")
    files: dict[str, tuple[int, str]] = {}
    for _round in range(ROUNDS):
        about = _database(store, room, done.name, files)
        if _lake(store, room, done, about["listed"], files):
            break
    else:
        raise BackupRefused("the store changed faster than it could be copied; make the backup when less is going on")
    wanted = {DATABASE, *(f"lake/{path}" for path in about["listed"])}
    for name in [one for one in files if one not in wanted]:  # of an earlier round, and destroyed by now
        del files[name]
        room.delete_file(f"{done.name}/{name}")
    for name, path in _beside(store, about["folders"]):
        with path.open("rb") as stream:
            files[name] = room.put(f"{done.name}/{name}", stream)
    done.damaged_tables = about["damaged_tables"]
    done.files, done.bytes = len(files), sum(size for size, _ in files.values())
    content = {
        "format": FORMAT, "made_at": about["made_at"], "revision": about["revision"], "key_check": about["key_check"],
        "store": about["store"], "landings": about["landings"], "damaged": done.damaged,
        "damaged_tables": done.damaged_tables,
        "files": {name: list(one) for name, one in sorted(files.items())},
    }  # fmt: skip
    room.put_bytes(f"{done.name}/{LIST}", json.dumps(content, indent=1, sort_keys=True).encode())
    return done


def copy_keys(store: TownStore, folder: Path, room: Room) -> None:
    """Copy the root key into another place than the backup's. Raises BackupRefused."""
    folder = folder.absolute()
    if room.folder is not None and (folder.is_relative_to(room.folder) or room.folder.is_relative_to(folder)):
        raise BackupRefused("keys beside the backup undo the pseudonyms in it; name another place for them")
    root = load_root_key(store.config.keys.root, store.config.base)
    try:
        new_secret_file(folder / "root.key", base64.b64encode(root) + b"\n")
    except FileExistsError:
        if (folder / "root.key").read_bytes().strip() != base64.b64encode(root):
            raise BackupRefused("another root.key lies there already; name an empty folder for the keys") from None


def _database(store: TownStore, room: Room, name: str, files: dict[str, tuple[int, str]]) -> dict[str, Any]:
    """Put a consistent copy of the database into the room; what it lists, and what stands in it of the store."""
    store.progress("backup: database")
    one_reading = {"isolation_level": "REPEATABLE READ"} if store.engine.dialect.name == "postgresql" else {}
    with (
        tempfile.TemporaryFile() as scratch,  # it has no name: nothing is left of it
        store.engine.connect().execution_options(**one_reading) as connection,
    ):
        made_at, schema = now(), revision(connection)
        whose = connection.execute(select(core(StoreRow))).one()
        snapshots = connection.execute(select(core(Snapshot).c.folder)).scalars().all()
        damaged, listed = list(damaged_tables(connection)), set[str]()
        with gzip.GzipFile(fileobj=scratch, mode="wb", mtime=0, compresslevel=5) as packed:
            for line in lines(connection):
                packed.write(line.encode() + b"\n")
                listed |= paths_in(line)
        scratch.seek(0)
        files[DATABASE] = room.put(f"{name}/{DATABASE}", scratch)
    return {
        "made_at": made_at.isoformat(), "revision": schema, "key_check": whose.key_check, "store": whose.store,
        "landings": whose.landings, "listed": sorted(listed), "folders": snapshots,
        "damaged_tables": damaged,
    }  # fmt: skip


def paths_in(line: str) -> set[str]:
    """The lake's files that a row of the database lists."""
    table, row = json.loads(line)
    if table in ("ledger_segment", "ledger_partition"):
        return set() if row.get("rows") else {row.get("file") or row["path"]}
    return {row["sealed_path"]} - {""} if table in ("ledger_quarantine", "ledger_event") else set()


def _lake(store: TownStore, room: Room, done: BackedUp, listed: list[str], files: dict[str, tuple[int, str]]) -> bool:
    """Copy listed files that are not copied yet. False when one is gone that is listed no more: begin again."""
    done.damaged = []
    for number, path in enumerate(listed):
        if not number % 100:
            store.progress(f"backup: lake, {number:,} of {len(listed):,} files")
        name = f"lake/{path}"
        if name in files:
            continue
        try:
            with store.lake.opened(path) as file:
                size, digest = room.put(f"{done.name}/{name}", file.stream)
        except FileNotFoundError:
            if path not in store.ledger.listed_paths():
                return False
            done.damaged.append(path)
            continue
        is_sealed = path.startswith("vault/")
        if not (_opens(store, path) if is_sealed else path.rpartition("/")[2].startswith(digest[:NAME_DIGITS])):
            done.damaged.append(path)
            room.delete_file(f"{done.name}/{name}")
        else:
            files[name] = size, digest
    return True


def _opens(store: TownStore, path: str) -> bool:
    try:
        store.of(path.split("/")[1]).unsealed(path)
    except LakeDamaged:
        return False
    return True


def _beside(store: TownStore, snapshots: list[str]) -> Iterator[tuple[str, Path]]:
    """Published months, the configuration, and what the town has of its own beside it: (name, path)."""
    base = store.config.base
    for folder in snapshots:
        for path in sorted((store.output / folder).rglob("*")):
            if path.is_file():
                yield f"output/{path.relative_to(store.output).as_posix()}", path
    for name in OWN_FOLDERS:
        for path in sorted((base / name).rglob("*")):
            if path.is_file():
                yield f"{name}/{path.relative_to(base / name).as_posix()}", path
    if (base / "kehila.toml").is_file():
        yield "kehila.toml", base / "kehila.toml"


def _begun(room: Room) -> dict[str, datetime]:
    """Backups in a room, finished or not, and when they were begun."""
    found = {}
    for name in room.folders():
        for form in NAMED:
            with suppress(ValueError):
                found[name] = datetime.strptime(name, form).replace(tzinfo=UTC)
    return found


def _sweep(room: Room) -> None:
    """Take away what killed backups left, once nobody can still be writing it."""
    for name, begun in _begun(room).items():
        if not room.has(f"{name}/{LIST}") and abs(now() - begun) > ABANDONED:
            room.delete(name)
