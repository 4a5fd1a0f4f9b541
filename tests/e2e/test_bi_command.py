"""`kehila bi`: the files tools connect with name the database and no secret, and who reads is said as it is."""

from __future__ import annotations

import configparser
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.e2e.command_line import Run


@pytest.fixture
def town(refreshed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(refreshed, tmp_path / "town"))


def test_sqlite_gets_a_file_for_odbc_and_no_reader(town: Path, run: Run) -> None:
    done = run("--config", town / "kehila.toml", "bi", "--json")
    [name] = json.loads(done.out)["files"]
    said = configparser.ConfigParser()
    said.read(name)
    assert done.code == 0 and Path(said["ODBC"]["Database"]) == town / "warehouse.db"
    for words in (("--reader", "bi"), ("--reader", "bi", "--revoke"), ("--revoke",)):
        done = run("--config", town / "kehila.toml", "bi", *words)
        assert done.code == 2 and ("docs/bi.md" in done.err or "--reader ROLE" in done.err), words


@pytest.mark.more
def test_postgresql_gets_a_reader_and_a_file_for_power_bi_without_a_password(
    tmp_path: Path, run: Run, postgres: Callable[[str], str]
) -> None:
    address = make_url(postgres("bi_files")).set(password="a secret of the town")  # this server trusts anybody
    config = tmp_path / "kehila.toml"
    written = address.render_as_string(hide_password=False)
    (tmp_path / "keys").mkdir()
    config.write_text(f'[[authority]]\ncode = "T1"\n[store]\nwarehouse = "{written}"\n', encoding="utf-8")
    from warehouse.keys import new_key_file

    new_key_file(tmp_path / "keys" / "root.key")
    done = run("--config", config, "bi", "--reader", "bi_of_files")
    assert done.code == 0 and "\\password bi_of_files" in done.out, done.err
    opened = json.loads((tmp_path / "output" / "bi" / "kehila.pbids").read_text(encoding="utf-8"))
    [connection] = opened["connections"]
    assert connection["details"]["protocol"] == "postgresql"
    assert connection["details"]["address"]["database"] == address.database
    said = configparser.ConfigParser()
    said.read(tmp_path / "output" / "bi" / "kehila.dsn")
    assert said["ODBC"]["Username"] == "bi_of_files" and said["ODBC"]["Database"] == address.database
    assert not any("secret" in path.read_text(encoding="utf-8") for path in (tmp_path / "output" / "bi").iterdir())
    assert "\\password" not in run("--config", config, "bi", "--reader", "bi_of_files").out, "it was there already"
    assert "drop role" in run("--config", config, "bi", "--reader", "bi_of_files", "--revoke").out
