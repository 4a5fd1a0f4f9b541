"""A backup made while others write, put back elsewhere, is the store as it stood; killed, neither leaves anything half."""

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from pipeline.land.files import import_file
from pipeline.upkeep.backup import LIST, BackupRefused, backup
from pipeline.upkeep.erasure.erase import erase
from pipeline.upkeep.restore import restore
from pipeline.upkeep.verify import verify
from publishers.addresses import PushRefused
from publishers.rooms import Access, Room, RoomRefused, room_of
from tests.e2e import hostile
from tests.e2e.towns import TODAY
from town.config import ConfigProblem, load
from town.store import TownStore, open_store
from warehouse.keys import KeyProblem, new_key_file
from warehouse.packs import lay_together
from warehouse.people import PEOPLE_STREAM
from warehouse.segments import one_by_one
from warehouse.store import LEDGER_TABLES, canonical_dump

SENDERS = ("Dana Levi", "Omar Said", "Noa Bar")


def chat(folder: Path, number: int, senders: tuple[str, ...] = SENDERS) -> Path:
    path = folder / f"WhatsApp Chat with group {number}.txt"
    lines = [
        f"{day:02d}.10.2026, 09:{number % 60:02d} - {senders[day % len(senders)]}: hello {day}\n"
        for day in range(1, 29)
    ]
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TownStore]:
    made = hostile.town(tmp_path / "town")
    import_file(made, chat(tmp_path, 0))
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 Dana Levi")
    import_file(made, tmp_path / "bad.xlsx")
    yield made
    made.engine.dispose()


def elsewhere(store: TownStore, folder: Path) -> Path:
    """An empty place with the key."""
    (folder / "keys").mkdir(parents=True)
    shutil.copy(store.config.base / "keys" / "root.key", folder / "keys")
    return folder / "kehila.toml"


def opened(config: Path) -> TownStore:
    return open_store(load(config), today=TODAY)


def content(store: TownStore) -> list[str]:
    """All of a store but its own identity: every row, and the rows of every file."""
    said = [line for line in canonical_dump(store.engine, LEDGER_TABLES) if not line.startswith("ledger_store")]
    landed = store.ledger.segments(store.ledger.streams())
    return said + [str(rows.to_pydict()) for _, rows in one_by_one(store.ledger, store.lake, landed)]


def test_a_backup_made_beside_a_writer_is_put_back_as_it_stood(store: TownStore, tmp_path: Path) -> None:
    room, stop = room_of(str(tmp_path / "room"), tmp_path, Access()), threading.Event()

    def write() -> None:
        other, number = opened(store.config.base / "kehila.toml"), 1
        while not stop.is_set():
            import_file(
                other, chat(tmp_path, number, (*SENDERS, f"Person {number}"))
            )  # the dictionary changes each time
            number += 1
        other.engine.dispose()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backup(store, room) for _ in range(3)]
    finally:
        stop.set()
        writer.join()
    for number, one in enumerate(made):
        assert one.damaged == []
        config = elsewhere(store, tmp_path / f"new{number}")
        assert restore(config, room, one.name).forgotten is None
        put_back = opened(config)
        assert verify(put_back).damaged == []
        landed = put_back.ledger.segments(["whatsapp_chat_message"])
        assert len({row.run for row in landed}) == len(landed) >= 1
        assert import_file(put_back, chat(tmp_path, number, ("Somebody", "Else"))).status == "read"
        put_back.engine.dispose()
    assert not list((tmp_path / "room").rglob("*.key")) + list((tmp_path / "room").rglob("*.tmp"))
    last = backup(store, room)
    config = elsewhere(store, tmp_path / "same")
    restore(config, room, last.name)
    put_back = opened(config)
    assert content(put_back) == content(store)
    put_back.engine.dispose()


def test_a_backup_beside_files_that_are_laid_together_is_whole(
    store: TownStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        import_file(store, chat(tmp_path, number))
    room, put, laid = room_of(str(tmp_path / "room"), tmp_path, Access()), Room.put, []

    def beside(self: Room, name: str, stream: Any) -> Any:
        done = put(self, name, stream)
        if "/lake/landing/" in name and not laid:
            laid.append(lay_together(store.ledger, store.lake))
        return done

    monkeypatch.setattr(Room, "put", beside)
    made = backup(store, room)
    assert laid[0] > 4 and made.damaged == []
    restore(elsewhere(store, tmp_path / "new"), room)
    put_back = opened(tmp_path / "new" / "kehila.toml")
    assert verify(put_back).damaged == []
    assert content(put_back) == content(store)
    lying = {one.path for one in put_back.lake.files("landing")}
    assert lying == {path for path in put_back.ledger.listed_paths() if path.startswith("landing/")}
    put_back.engine.dispose()


def test_backups_have_names_of_their_own_in_order_whatever_the_clock_says(store: TownStore, tmp_path: Path) -> None:
    room, names = room_of(str(tmp_path / "room"), tmp_path, Access()), []
    for day in ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z", "2031-01-01T00:00:00Z", "2026-11-23T10:00:00Z"):
        with time_machine.travel(day, tick=False):
            names.append(backup(store, room).name)
    assert names == sorted(set(names)) == list(room.folders())
    assert restore(elsewhere(store, tmp_path / "new"), room).name == names[-1]


def test_what_is_not_empty_not_whole_or_not_its_own_is_refused(store: TownStore, tmp_path: Path) -> None:
    room = room_of(str(tmp_path / "room"), tmp_path, Access())
    with pytest.raises(BackupRefused, match="no finished backup"):
        restore(elsewhere(store, tmp_path / "none"), room)
    made = backup(store, room)
    with pytest.raises(BackupRefused, match="there is a store here already"):
        restore(store.config.base / "kehila.toml", room)
    for inside in (store.lake.root / "b", store.output, store.lake.root.parent):
        with pytest.raises(BackupRefused, match="on another disk"):
            backup(store, Room(room._fs, str(inside)))
    other = elsewhere(store, tmp_path / "other")
    (tmp_path / "other" / "keys" / "root.key").unlink()
    new_key_file(tmp_path / "other" / "keys" / "root.key")
    with pytest.raises(KeyProblem, match="another root key"):
        restore(other, room)
    files = json.loads((tmp_path / "room" / made.name / LIST).read_text())["files"]
    for number, name in enumerate(sorted(files)):
        place = tmp_path / "room" / made.name / name
        whole = place.read_bytes()
        place.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        config = elsewhere(store, tmp_path / f"flip{number}")
        with pytest.raises(BackupRefused, match="damaged in the backup"):
            restore(config, room)
        with pytest.raises(ConfigProblem, match=r"run the same `kehila restore` again|does not exist here"):
            opened(config)
        place.write_bytes(whole)
        restore(config, room)
    for address, access in {"ftp://x/y": Access(), "s3://b/p": Access()}.items():
        with pytest.raises(RoomRefused):
            room_of(address, tmp_path, access)
    with pytest.raises(PushRefused, match="allow-list"):
        room_of("s3://b/p", tmp_path, Access("https://elsewhere.example", "key", "secret"))


def test_who_was_erased_since_stays_erased_where_the_old_store_can_be_asked(store: TownStore, tmp_path: Path) -> None:
    room = room_of(str(tmp_path / "room"), tmp_path, Access())
    backup(store, room)
    import_file(store, chat(tmp_path, 5, ("Rami Haddad",)))
    assert erase(store, ["Dana Levi", "Rami Haddad"])["found"]
    new = elsewhere(store, tmp_path / "new")
    assert restore(new, room, replaces=store.config.base / "kehila.toml").forgotten == 1
    put_back = opened(new)
    assert not erase(put_back, ["Dana Levi"], is_dry_run=True)["found"]
    known = sum(row.records for row in put_back.ledger.segments([PEOPLE_STREAM]))
    for number, senders in ((0, SENDERS), (5, ("Rami Haddad",))):
        import_file(put_back, chat(tmp_path, number, (*senders, *senders)))
    assert sum(row.records for row in put_back.ledger.segments([PEOPLE_STREAM])) == known, "nobody is met anew"
    assert not erase(put_back, ["Rami Haddad"], is_dry_run=True)["found"]
    assert verify(put_back).damaged == []
    put_back.engine.dispose()
    plain = elsewhere(store, tmp_path / "plain")
    assert restore(plain, room).forgotten is None
    back = opened(plain)
    assert erase(back, ["Dana Levi"], is_dry_run=True)["found"]
    back.engine.dispose()


@pytest.mark.more
def test_killed_anywhere_a_backup_is_whole_or_none_and_a_restore_goes_on(store: TownStore, tmp_path: Path) -> None:
    room, base = room_of(str(tmp_path / "room"), tmp_path, Access()), store.config.base
    for number in range(12):
        import_file(store, chat(tmp_path, number))
    right = content(store)

    def killed(after: float, *arguments: str | Path) -> None:
        process = subprocess.Popen(
            [sys.executable, *hostile.KEHILA[1:], *map(str, arguments)], stderr=subprocess.DEVNULL
        )
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        process.wait()

    for step in range(8):
        killed(0.9 + step * 0.15, "--config", base / "kehila.toml", "backup", tmp_path / "room")
    made = backup(store, room)
    names = [one for one in room.folders() if room.has(f"{one}/{LIST}")]
    assert made.name in names
    for step, name in enumerate(names[-3:]):
        config = elsewhere(store, tmp_path / f"new{step}")
        for wait in (1.0, 1.1, 1.2, 1.35):
            killed(wait, "--config", config, "restore", tmp_path / "room", "--name", name)
        if (config.parent / ".restoring").exists() or not (config.parent / "warehouse.db").exists():
            restore(config, room, name)
        put_back = opened(config)
        assert content(put_back) == right
        put_back.engine.dispose()


@pytest.mark.more
def test_a_backup_of_one_database_is_put_back_into_the_other(
    store: TownStore, tmp_path: Path, postgres: Callable[[str], str]
) -> None:
    room = room_of(str(tmp_path / "room"), tmp_path, Access())
    first = backup(store, room).name
    config = elsewhere(store, tmp_path / "postgres")
    sections = f'[store]\nwarehouse = "{postgres("put_back")}"\n'
    config.write_text(hostile.CONFIG + sections, encoding="utf-8")
    restore(config, room, first)
    there = opened(config)
    assert content(there) == content(store) and verify(there).damaged == []
    assert import_file(there, chat(tmp_path, 7, ("Rami Haddad",))).status == "read"
    second = backup(there, room).name
    assert second != first
    config = elsewhere(store, tmp_path / "sqlite")
    config.write_text(hostile.CONFIG, encoding="utf-8")
    restore(config, room, second)
    back = opened(config)
    assert content(back) == content(there) != content(store)
    for one in (there, back):
        one.engine.dispose()
