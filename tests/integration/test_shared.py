"""Several workers on one PostgreSQL: the same authority and different ones at once, and the same tables as from one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from pipeline.land.files import files_under, import_file
from simulator.channels.life import make_life
from simulator.channels.served import Served
from tests.conftest import ROOT
from tests.e2e.test_reconcile import new_town
from tests.integration.prefect_town import LIMIT, until
from town.config import load
from town.store import open_store
from warehouse.locks import one_at_a_time
from warehouse.pulls import watermarks
from warehouse.store import canonical_dump
from warehouse.tables import IndicatorValue

OTHER = "0031"

WORK = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
import time_machine
from pipeline.collect.collect import collect
from town.config import load
from pipeline.refresh.refresh import refresh
from town.store import open_store
config, at, *codes = sys.argv[1:]
at = datetime.fromisoformat(at)
print("ready", flush=True)
input()
with time_machine.travel(at, tick=False):
    for code in codes:
        store = open_store(load(Path(config)), code, at.date())
        done = collect(store, "mailchimp")  # the others take longer and are landed in the same way
        assert all(one.status == "done" for one in done), [one.code for one in done if one.code]
with time_machine.travel(at, tick=True):
    for code in codes:
        refresh(open_store(load(Path(config)), code, at.date()))
"""


def two_towns(folder: Path, life: Any, served: Served, warehouse: str) -> tuple[Path, datetime]:
    """One configuration of two authorities, each with the same channels; its files imported."""
    town = new_town(folder, life, served)
    config = town.config.read_text(encoding="utf-8")
    code = re.search(r'code = "(\w+)"', config)
    assert code is not None
    head, _, sections = config.partition("\n[source.")
    sections = "\n[source." + sections
    first = re.sub(r"(\[source\.\w+\.main\])", rf'\1\nauthority = "{code[1]}"', sections)
    second = re.sub(r"(\[source\.\w+)\.main\]", rf'\1.other]\nauthority = "{OTHER}"', sections)
    more = f'\n[[authority]]\ncode = "{OTHER}"\n'
    text_of = re.sub(r"\[store\]\n", f'[store]\nwarehouse = "{warehouse}"\n', head)
    assert warehouse in text_of or "[store]" not in head
    if warehouse not in text_of:
        text_of += f'\n[store]\nwarehouse = "{warehouse}"\n'
    text_of = re.sub(r'\nwarehouse = "sqlite[^\n]*', "", text_of)
    town.config.write_text(text_of + more + first + second, encoding="utf-8")
    for one in (code[1], OTHER):
        store = open_store(load(town.config), one, town.end.date())
        for path in files_under([folder / "files"]):  # the workbook names its town, and is no other's
            assert import_file(store, path).status == ("rejected" if one == OTHER else "read")
        store.engine.dispose()
    served.at(town.end)
    return town.config, town.end


def work(config: Path, *lots: tuple[datetime, tuple[str, ...]]) -> None:
    """Workers that begin at one moment, each with its instant and its authorities in its order."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORK, str(config), at.isoformat(), *codes],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for at, codes in lots
    ]  # fmt: skip
    for one in workers:
        assert one.stdout is not None and one.stdout.readline() == "ready\n"
    for one in workers:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    for one in workers:
        _, err = one.communicate(timeout=LIMIT)
        assert one.returncode == 0, err[-3000:]


def dump(config: Path) -> list[str]:
    """The indicators. Numbers of people differ with the order of landing, and so do the names of fact files."""
    store = open_store(load(config), OTHER)
    found = list(canonical_dump(store.engine, [IndicatorValue]))
    store.engine.dispose()
    return found


@pytest.mark.long
def test_two_workers_at_once_come_to_what_one_does(tmp_path: Path, postgres: Any) -> None:
    life = make_life(7, 1, 24)
    with Served(life, is_travelling=True) as served:
        alone, end = two_towns(tmp_path / "one", life, served, postgres("alone"))
        both, _ = two_towns(tmp_path / "two", life, served, postgres("shared"))
        codes = tuple(one.code for one in load(both).authority)
        work(alone, (end, codes))
        later = end + timedelta(minutes=1)
        work(both, (end, codes), (later, codes))  # the same authority, then the other one, at once
    assert len(dump(alone)) > 50
    assert dump(both) == dump(alone)
    for code in codes:
        store = open_store(load(both), code)
        marks = set(watermarks(store.ledger).values())
        assert marks == {later.astimezone(UTC)}  # the worker that began earlier took nothing back
        with store.engine.connect() as connection:
            doubles = connection.execute(
                text(
                    "select stream, landed_order from ledger_segment where authority = :a group by 1, 2 having count(*) > 1"
                ),
                {"a": code},
            ).all()
            unbalanced = connection.execute(
                text(
                    "select run from ledger_run where status = 'done' and received <> loaded + duplicate + quarantined"
                )
            ).all()
        assert (doubles, unbalanced) == ([], [])
        store.engine.dispose()


HOLD = """
import sys
from warehouse.locks import one_at_a_time
from warehouse.store import open_engine
with one_at_a_time(open_engine(sys.argv[1]), "refresh 0070"):
    print("held", flush=True)
    input()
"""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_lock_is_held_over_processes_and_let_go_by_death(tmp_path: Path, postgres: Any, database: str) -> None:
    url = f"sqlite:///{tmp_path / 'w.db'}" if database == "sqlite" else postgres("locked")
    command = [sys.executable, "-c", HOLD, url]
    first, second = (
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    )
    try:
        os.set_blocking(second.stdout.fileno(), False)  # type: ignore[union-attr]
        os.set_blocking(first.stdout.fileno(), False)  # type: ignore[union-attr]
        held: list[Any] = []

        def someone() -> bool:
            held[:] = [one for one in (first, second) if one not in held and one.stdout and one.stdout.read(5)] or held
            return bool(held)

        until("one of them holds it", someone, limit=60)
        (holder,) = held
        other = second if holder is first else first
        engine = create_engine(url)
        with one_at_a_time(engine, "refresh 0031"):  # another name is another lock
            began = time.monotonic()
            while time.monotonic() - began < 1:
                assert not other.stdout.read(5)  # type: ignore[union-attr]
        holder.kill()
        until("the other one has it", lambda: other.stdout.read(5), limit=60)  # type: ignore[union-attr]
        engine.dispose()
    finally:
        for one in (first, second):
            one.kill()
            one.wait()


RUN_ALL = """
import asyncio
from prefect.client.orchestration import get_client

async def main():
    async with get_client() as client:
        made = []
        for flow in ("Collect", "Refresh"):
            for code in CODES:
                deployment = await client.read_deployment_by_name(f"{flow}/{code}")
                for _ in range(2):  # the same authority twice
                    made.append((await client.create_flow_run_from_deployment(deployment.id)).id)
            while True:
                runs = [await client.read_flow_run(one) for one in made]
                if all(one.state.is_final() for one in runs):
                    break
                await asyncio.sleep(1)
        for one in runs:
            print(one.state.name, (one.labels or {}).get("prefect.worker.name", ""), one.state.message)

asyncio.run(main())
"""


@pytest.mark.long
def test_two_prefect_workers_share_the_deployments_of_the_file(tmp_path: Path, postgres: Any) -> None:
    from flows.serve.prefect_server import PrefectServer, server_settings
    from tests.integration.prefect_town import free_port

    life = make_life(7, 1, 24)
    port = free_port()
    with Served(life, is_travelling=True) as served:
        config, _ = two_towns(tmp_path / "town", life, served, postgres("prefected"))
        base = config.parent
        (base / "keys" / "prefect.database").write_text(
            postgres("prefect").replace("postgresql+psycopg://", "postgresql://")
        )
        text_of = re.sub(
            r"\n\[source\.(zoom|whatsapp_cloud)\.\w+\].*?(?=\n\[|\Z)", "", config.read_text(), flags=re.DOTALL
        )
        config.write_text(text_of)
        codes = [one.code for one in load(config).authority]
        settings = server_settings(base, "127.0.0.1", port, "file:keys/prefect.database")
        env = {
            **os.environ,
            **settings,
            "KEHILA_CONFIG": str(config),
            "KEHILA_CODE": str(ROOT),
            "KEHILA_POOL": "kehila",
        }
        server = PrefectServer(settings, "127.0.0.1", port)
        server.start()
        workers: list[subprocess.Popen[bytes]] = []

        def prefect(*words: str, **more: str) -> None:
            command = [sys.executable, "-m", "prefect", "--no-prompt", *words]
            done = subprocess.run(command, env={**env, **more}, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT)
            assert done.returncode == 0, done.stdout + done.stderr

        try:
            server.wait_healthy(lambda *_, **_more: None)
            prefect("work-pool", "create", "kehila", "--type", "process")
            for code in codes:
                prefect("deploy", "--all", KEHILA_AUTHORITY=code, KEHILA_TOWN=code)
            workers += [
                subprocess.Popen(
                    [sys.executable, "-m", "prefect", "worker", "start", "--pool", "kehila", "--type", "process",
                     "--limit", "1", "--name", f"worker-{number}"],
                    env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )
                for number in (1, 2)
            ]  # fmt: skip
            code_text = f"CODES = {codes!r}\n" + RUN_ALL
            done = subprocess.run(
                [sys.executable, "-c", code_text], env=env, capture_output=True, text=True, timeout=540
            )
        finally:
            for one in workers:
                one.terminate()
            for one in workers:
                one.wait(60)
            server.stop()
    lines = done.stdout.splitlines()
    assert len(lines) == 8 and all(line.startswith("Completed") for line in lines), done.stdout + done.stderr[-2000:]
    for code in codes:
        store = open_store(load(config), code)
        with store.engine.connect() as connection:
            pulls = connection.execute(
                text("select count(*), count(distinct run) from ledger_pull where authority = :a and status = 'done'"),
                {"a": code},
            ).one()
            cells = connection.execute(
                text(
                    "select count(*) from indicator_value where authority = :a and indicator like 'newsletter.%' and value is not null"
                ),
                {"a": code},
            ).scalar()
        assert pulls[0] == pulls[1] > 0
        assert cells and cells > 0
        store.engine.dispose()
