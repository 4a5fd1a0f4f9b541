"""A backup in a bucket of a service that speaks S3: put there, found, put back; wrong keys and outages are said plainly."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from pyarrow import fs

from pipeline.land.files import import_file
from pipeline.upkeep.verify import verify
from publishers.rooms import Room
from tests.e2e import hostile
from tests.e2e.command_line import Ran, entry_point
from tests.e2e.towns import TODAY
from tests.integration.s3_server import S3Server, s3_server
from town.config import load
from town.store import TownStore, open_store
from warehouse.store import LEDGER_TABLES, canonical_dump

pytestmark = pytest.mark.more
SECTION = """
[backup]
to = "s3://backups/of/{town}"
endpoint = "{endpoint}"
access_key = "env:BACKUP_ACCESS"
secret_key = "env:BACKUP_SECRET"
private_hosts = ["127.0.0.1"]
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("moto") / "log") as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TownStore]:
    made = hostile.town(tmp_path / "town")
    path = tmp_path / "WhatsApp Chat with Garden.txt"
    path.write_text(hostile.chat(), encoding="utf-8")
    import_file(made, path)
    (tmp_path / "large.xlsx").write_bytes(b"PK\x03\x04" + os.urandom(12_000_000))  # sent in parts
    import_file(made, tmp_path / "large.xlsx")
    yield made
    made.engine.dispose()


class Town:
    """Commands run on a configuration."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], server: S3Server) -> None:
        self.called = entry_point(monkeypatch, capsys)
        self.monkeypatch = monkeypatch
        self.keys(server.access_key, server.secret_key)

    def keys(self, access: str, secret: str) -> None:
        self.monkeypatch.setenv("BACKUP_ACCESS", access)
        self.monkeypatch.setenv("BACKUP_SECRET", secret)

    def run(self, config: Path, *arguments: str) -> Ran:
        return self.called("--config", config, "--today", TODAY.isoformat(), *arguments)


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], server: S3Server) -> Town:
    return Town(monkeypatch, capsys, server)


def configured(store: TownStore, server: S3Server, name: str, endpoint: str = "") -> Path:
    config = store.config.base / "kehila.toml"
    config.write_text(
        hostile.CONFIG + SECTION.format(town=name, endpoint=endpoint or server.endpoint), encoding="utf-8"
    )
    return config


def elsewhere(config: Path, folder: Path) -> Path:
    (folder / "keys").mkdir(parents=True)
    shutil.copy(config.parent / "keys" / "root.key", folder / "keys")
    shutil.copy(config, folder)
    return folder / "kehila.toml"


def test_what_is_put_into_a_bucket_is_put_back_as_it_stood(
    store: TownStore, server: S3Server, town: Town, tmp_path: Path
) -> None:
    config = configured(store, server, "whole")
    for _ in range(2):
        made = town.run(config, "backup")
        assert made.code == 0, made.err
    new = elsewhere(config, tmp_path / "new")
    put_back = town.run(new, "restore")
    assert put_back.code == 0, put_back.err
    again = open_store(load(new), today=TODAY)

    def rows(one: TownStore) -> list[str]:
        return [line for line in canonical_dump(one.engine, LEDGER_TABLES) if not line.startswith("ledger_store")]

    assert rows(again) == rows(store)
    assert verify(again).damaged == []
    again.engine.dispose()
    for ran in (made, put_back):
        assert server.secret_key not in ran.out + ran.err and server.access_key not in ran.out + ran.err


def test_wrong_keys_and_a_bucket_that_is_none_are_said_with_whose_they_are(
    store: TownStore, server: S3Server, town: Town, tmp_path: Path
) -> None:
    config = configured(store, server, "keys")
    wrong = {
        ("AKIA" + "Q" * 16, server.secret_key): "access_key in [backup]",
        (server.access_key, "not the secret"): "secret_key in [backup]",
        ("", ""): "BACKUP_ACCESS is missing or empty",
    }
    for (access, secret), words in wrong.items():
        town.keys(access, secret)
        for command in ("backup", "restore"):
            refused = town.run(config, command)
            assert (refused.code, words in refused.err) == (2, True), (command, refused.err)
            assert refused.err.count("\n") == 1 and (not secret or secret not in refused.err)
    town.keys(server.access_key, server.secret_key)
    refused = town.run(config, "backup", "s3://nobody/there")
    assert (refused.code, "there is no such bucket" in refused.err) == (2, True), refused.err
    unnamed = config.read_text(encoding="utf-8").replace('access_key = "env:BACKUP_ACCESS"\n', "")
    config.write_text(unnamed, encoding="utf-8")
    assert "needs keys" in town.run(config, "backup").err


def test_an_outage_leaves_no_backup_that_counts_and_the_next_one_is_whole(
    store: TownStore, server: S3Server, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = configured(store, server, "outage")
    assert town.run(config, "backup").code == 0
    nobody = fs.S3FileSystem(access_key="a", secret_key="b", endpoint_override="127.0.0.1:9", scheme="http")
    real, puts = Room.put, []

    def ends_meanwhile(room: Room, name: str, content: BinaryIO) -> tuple[int, str]:
        puts.append(name)
        if len(puts) == 3:
            room._fs = nobody
        return real(room, name, content)

    with monkeypatch.context() as broken:
        broken.setattr(Room, "put", ends_meanwhile)
        failed = town.run(config, "backup")
    assert (failed.code, "cannot be reached" in failed.err) == (1, True), failed.err
    assert failed.err.count("\n") == 1
    new = elsewhere(config, tmp_path / "new")
    assert town.run(new, "restore").code == 0, "the one before is there"
    assert town.run(config, "backup").code == 0
    gone = elsewhere(configured(store, server, "outage", "http://127.0.0.1:9"), tmp_path / "gone")
    refused = town.run(gone, "restore")
    assert (refused.code, "cannot be reached" in refused.err) == (1, True), refused.err
