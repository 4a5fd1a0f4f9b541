"""Whatever the mask of the shell, what a town keeps is its user's alone."""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from flows.kept import Record
from pipeline.land.files import import_file
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.installation import installation
from receiver.events import open_inbox
from simulator.channels.life import make_life
from simulator.channels.served import Served
from tests.e2e import hostile
from tests.e2e.command_line import Run
from tests.e2e.towns import TODAY
from town.config import load
from town.store import open_store
from warehouse.files import private_folder
from warehouse.inbox_writer import InboxWriter
from warehouse.keys import login_file

PRIVATE_PATHS = ("keys", "keys/root.key", "lake", "warehouse.db")


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_store_is_its_users_alone(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        base = tmp_path / "town"
        store = hostile.town(base)
        refused = tmp_path / "other.csv"
        refused.write_text("nobody,of,these\n1,2,3\n", encoding="utf-8")
        assert import_file(store, refused).status == "rejected"
        refresh(store)
        store.engine.dispose()
        open_store(store.config).engine.dispose()
    finally:
        os.umask(before)
    found = [base / one for one in PRIVATE_PATHS] + list(base.rglob("*.sealed")) + list(base.glob("warehouse.db-*"))
    assert len(found) > len(PRIVATE_PATHS)
    assert {one.name: oct(stat.S_IMODE(one.stat().st_mode) & 0o077) for one in found} == {
        one.name: "0o0" for one in found
    }


@pytest.fixture(params=[0o000, 0o022], ids=oct)
def open_mask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def open_to_others(folder: Path, secrets: Iterable[bytes]) -> list[str]:
    """Files and folders below that others may enter: those that hold a secret, and those of keys."""
    names = {path for path in folder.rglob("*") if "keys" in path.relative_to(folder).parts}
    held = [one for one in secrets if one]
    names |= {path for path in folder.rglob("*") if path.is_file() and any(one in path.read_bytes() for one in held)}
    return sorted(str(one.relative_to(folder)) for one in names if stat.S_IMODE(one.stat().st_mode) & 0o077)


def told(folder: Path) -> list[str]:
    """What doctor says of modes."""
    found = [one for one in installation(load(folder / "kehila.toml")) if "private" in one.what]
    return [one.remedy for one in found if one.state != "ok"]


def secrets_of(folder: Path) -> list[bytes]:
    return [path.read_bytes().strip() for path in (folder / "keys").rglob("*") if path.is_file()]


@pytest.mark.usefixtures("open_mask")
def test_what_the_first_commands_write_is_as_doctor_wants_it(tmp_path: Path, run: Run) -> None:
    town, config = tmp_path / "town", tmp_path / "town" / "kehila.toml"
    assert run("init", "--authority-code", "0070", "--folder", town).code == 0
    (tmp_path / "WhatsApp Chat with Garden.txt").write_text(hostile.chat(), encoding="utf-8")
    for words in (
        ("import", tmp_path / "WhatsApp Chat with Garden.txt"),
        ("run", "--month", "2026-10", "--force"),
        ("backup", tmp_path / "copies", "--keys-to", tmp_path / "safe" / "keys"),
    ):
        ran = run("--config", config, "--today", TODAY.isoformat(), *words)
        assert ran.code == 0, ran
    private_folder(town / "drop" / "imported")  # as `kehila serve` does
    open_inbox(load(config)).folder.parent.mkdir(exist_ok=True)
    InboxWriter(open_inbox(load(config))).close()
    login_file(town / "keys" / "operations.auth")
    Record().write(town)
    other = tmp_path / "other"
    shutil.copytree(tmp_path / "safe" / "keys", other / "keys")
    assert run("--config", other / "kehila.toml", "restore", tmp_path / "copies").code == 0
    assert told(town) == [] and told(other) == []
    assert open_to_others(tmp_path, secrets_of(town)) == []


@pytest.mark.usefixtures("open_mask")
def test_what_the_demos_channels_write_is_its_users_alone(tmp_path: Path) -> None:
    hostile.town(tmp_path)
    with Served(make_life(7, 2, 12, last_month="2026-10")) as served:
        served.write(tmp_path)
        assert len(secrets_of(tmp_path)) > 4
        assert told(tmp_path) == []
        assert open_to_others(tmp_path, secrets_of(tmp_path)) == []
