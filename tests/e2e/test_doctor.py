"""`kehila doctor`: everything is tried whatever one thing lacks, and each line says what to do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import text

from cli.main import kehila
from collectors.service import Finding
from pipeline.upkeep.installation import installation
from simulator.services.brevo import BrevoServer
from simulator.services.newsletter import Newsletter
from tests.e2e import hostile
from town.config import load
from town.store import open_store
from warehouse.store import transaction

ACCOUNTS = """
[source.mailchimp.main]
list = "a1b2c3d4e5"
space = "mail"
authority = "T1"
secrets = {{ key = "env:NOBODY_SET_THIS" }}
[source.brevo.letters]
list = "7"
space = "letters"
authority = "T1"
base_url = "{brevo}"
secrets = {{ key = "file:keys/brevo" }}
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    hostile.town(tmp_path).engine.dispose()
    return tmp_path


def found(town: Path) -> dict[str, Finding]:
    return {one.what.partition(":")[0]: one for one in installation(load(town / "kehila.toml"))}


def asked(town: Path, *words: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(kehila, ["--config", str(town / "kehila.toml"), *words, "doctor", "--json"])
    return done.exit_code, json.loads(done.stdout)


def states(told: dict[str, Any], code: str) -> dict[str, str]:
    [findings] = [one["findings"] for one in told["towns"] if one["authority"] == code]
    return {f"{one['source']}.{one['account']}" if "source" in one else one["what"]: one["state"] for one in findings}


def with_accounts(town: Path, brevo: str) -> None:
    with (town / "kehila.toml").open("a", encoding="utf-8") as config:
        config.write('[[authority]]\ncode = "T2"\n' + ACCOUNTS.format(brevo=brevo))
    (town / "keys" / "brevo").write_text("xkeysib-right", encoding="utf-8")
    (town / "keys" / "brevo").chmod(0o600)


@pytest.fixture
def served() -> Iterator[str]:
    with ExitStack() as running:
        letters = Newsletter(now=datetime(2026, 11, 20, 12, tzinfo=UTC))
        yield running.enter_context(BrevoServer(letters, key="xkeysib-right")).api_url


def test_all_is_well_where_it_is(town: Path) -> None:
    assert {one.what for one in found(town).values() if one.state != "ok"} == set()
    code, told = asked(town)
    assert (code, told["state"]) == (1, "warning"), "nothing was handed over yet"
    assert states(told, "T1") == {"drop folder": "ok", "files": "warn"}


def test_an_account_that_lacks_its_secret_hides_no_other_and_no_other_town(town: Path, served: str) -> None:
    with_accounts(town, served)
    code, told = asked(town)
    assert code == told["code"] == 2
    assert states(told, "T1") == {"drop folder": "ok", "brevo.letters": "warn", "mailchimp.main": "fail"}
    assert states(told, "T2") == {"drop folder": "ok", "files": "warn"}
    [lacks] = [one for one in told["towns"][0]["findings"] if one["state"] == "fail"]
    assert "NOBODY_SET_THIS" in lacks["remedy"] and "[source.mailchimp.main]" in lacks["remedy"]
    assert "root key" not in lacks["remedy"]


@pytest.mark.parametrize("wrong", ["key", "newer", "suite"])
def test_a_store_that_cannot_be_opened_leaves_its_accounts_tried(town: Path, served: str, wrong: str) -> None:
    with_accounts(town, served)
    if wrong == "key":
        (town / "keys" / "root.key").unlink()
    elif wrong == "newer":
        store = open_store(load(town / "kehila.toml"), "T1")
        with transaction(store.engine) as tx:
            tx.execute(text("update alembic_version set version_num = '9999'"))
    else:
        (town / "expectations").mkdir()
        (town / "expectations" / "message.yaml").write_text("nothing: of ours\n", encoding="utf-8")
    code, told = asked(town, "--authority", "T1")
    assert code == 2
    assert states(told, "T1") == {"store": "fail", "brevo.letters": "warn", "mailchimp.main": "fail"}
    general = {one["what"].partition(":")[0]: one["state"] for one in told["installation"]}
    assert general["root key"] == ("fail" if wrong == "key" else "ok")
    assert general["database"] == ("fail" if wrong == "newer" else "ok")


def test_a_fault_of_ours_in_one_account_is_its_own(town: Path, served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from collectors.mailchimp.source import Mailchimp

    def failing(*_: object) -> None:
        raise KeyError("Dana Levi")

    monkeypatch.setenv("NOBODY_SET_THIS", "key-us21")
    monkeypatch.setattr(Mailchimp, "check", failing)
    with_accounts(town, served)
    code, told = asked(town)
    assert code == 2 and states(told, "T1")["brevo.letters"] == "warn"
    assert "Dana" not in json.dumps(told) and "an error of ours" in json.dumps(told)


def older(town: Path) -> None:
    with transaction(open_store(load(town / "kehila.toml")).engine) as tx:
        tx.execute(text("update alembic_version set version_num = '0019'"))


def late(town: Path) -> None:
    at = datetime.now(UTC) + timedelta(days=2)
    with time_machine.travel(at, tick=False):
        open_store(load(town / "kehila.toml")).ledger.begin_run("import")


def notified(town: Path) -> None:
    with (town / "kehila.toml").open("a", encoding="utf-8") as config:
        config.write('[notify]\nwebhook = "env:NOBODY_SET_THIS"\n')


BROKEN: dict[str, tuple[Callable[[Path], object], str, str, str]] = {
    "key gone": (lambda town: (town / "keys" / "root.key").unlink(), "root key", "fail", "kehila init"),
    "key open": (lambda town: (town / "keys" / "root.key").chmod(0o644), "others cannot read what is private", "warn",
                 "chmod go-rwx keys/root.key"),
    "drop open": (lambda town: (town / "drop").mkdir(mode=0o755), "others cannot read what is private", "warn", "drop"),
    "older": (older, "database", "warn", "kehila refresh"),
    "ledger ahead": (late, "clock", "fail", "set the machine's clock"),
    "file ahead": (lambda town: os.utime(town / "kehila.toml", (4e9, 4e9)), "clock", "fail", "kehila.toml"),
    "notify": (notified, "secret of [notify] webhook", "fail", "NOBODY_SET_THIS"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_not_well_is_said_with_its_remedy(town: Path, case: str) -> None:
    break_it, what, state, says = BROKEN[case]
    break_it(town)
    one = found(town)[what]
    assert (one.state, says in one.remedy) == (state, True), one
    assert all(each.state == "ok" for name, each in found(town).items() if name != what)


def test_a_full_disk_is_said(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 499 << 20}))
    assert found(town)["disk"].state == "fail" and "disk_mb" in found(town)["disk"].remedy


def test_a_database_that_cannot_be_reached_is_said(town: Path) -> None:
    config = load(town / "kehila.toml")
    config.store.warehouse = "postgresql+psycopg://nobody@127.0.0.1:9/none"
    [one] = [one for one in installation(config) if one.what == "database"]
    assert one.state == "fail" and "cannot be reached" in one.remedy


def test_the_doctor_changes_nothing(town: Path, served: str) -> None:
    with_accounts(town, served)
    before = {path: path.stat().st_mtime_ns for path in town.rglob("*") if path.suffix not in (".db-wal", ".db-shm")}
    assert asked(town)[0] == 2
    after = {path: path.stat().st_mtime_ns for path in town.rglob("*") if path.suffix not in (".db-wal", ".db-shm")}
    assert {path.name for path in after if before.get(path) != after[path]} <= {"", town.name, "lake", "kehila-store"}
