"""A worker of one's own that is killed with what it runs: the run is closed, and the next one pulls."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from simulator.services.mailchimp import MailchimpServer
from tests.conftest import ROOT
from tests.integration.prefect_town import LIMIT, Town, below, until
from tests.unit.collectors.newsletter_life import small_life
from town.sections import Authority
from warehouse.keys import new_key_file
from warehouse.sqlite import sqlite3

AUTHORITY = "0061"
NAME = Authority(code=AUTHORITY).name

INSTALL = """
import asyncio
from datetime import timedelta
from pathlib import Path
from flows import automations
from town.config import load
automations.DEAD_AFTER = timedelta(seconds=45)  # a sign of life each 30 seconds is the most Prefect sends
print(asyncio.run(automations.apply(load(Path(CONFIG)), has_workers=True)))
"""
ASK = """
from prefect.deployments import run_deployment
print(run_deployment(f"Collect/{NAME}", timeout=0).id)
"""


@pytest.mark.long
def test_a_killed_workers_run_is_closed_and_the_next_one_pulls(town: Town, tmp_path: Path) -> None:
    new_key_file(tmp_path / "keys" / "root.key")
    config = tmp_path / "kehila.toml"
    env = {**os.environ, **town.settings, "KEHILA_CONFIG": str(config), "KEHILA_AUTHORITY": AUTHORITY}
    env |= {
        "KEHILA_TOWN": NAME,
        "KEHILA_CODE": str(ROOT),
        "KEHILA_POOL": "kehila",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    }
    prefect = [sys.executable, "-m", "prefect", "--no-prompt"]
    known = f"CONFIG, NAME = {(str(config), NAME)!r}\n"

    def configure(list_id: str, base_url: str) -> None:
        account = f'[source.mailchimp.main]\nlist = "{list_id}"\nspace = "mail"\nbase_url = "{base_url}"\n'
        secrets = 'secrets = { key = "file:mail.key" }\n'
        config.write_text(f'[[authority]]\ncode = "{AUTHORITY}"\n{account}{secrets}')

    def worker() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*prefect, "worker", "start", "--pool", "kehila", "--type", "process"], env=env, cwd=ROOT
        )

    def asked() -> str:
        done = town.python(known + ASK)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.split()[-1]

    def state(run: str) -> str:
        with closing(sqlite3.connect(town.base / ".prefect/prefect.db")) as stored:
            query = "select state_type from flow_run where replace(id, '-', '') = replace(?, '-', '')"
            return str(stored.execute(query, [run]).fetchone()[0])

    with MailchimpServer(small_life()) as service, socket.create_server(("127.0.0.1", 0)) as silent:
        (tmp_path / "mail.key").write_text(service.key)
        configure(service.list_id, f"http://127.0.0.1:{silent.getsockname()[1]}/3.0")
        for arguments in (["work-pool", "create", "kehila", "--type", "process"], ["deploy", "--all"]):
            done = subprocess.run([*prefect, *arguments], env=env, cwd=ROOT, capture_output=True, timeout=LIMIT)
            assert done.returncode == 0, done.stdout + done.stderr
        assert "close what a dead worker left': 'made'" in town.python(known + INSTALL).stdout
        process = worker()
        run = asked()
        silent.settimeout(LIMIT)
        with silent.accept()[0]:  # it asks, and is never answered
            for pid in below(process.pid):
                os.kill(pid, signal.SIGKILL)
        process.wait(LIMIT)
        assert state(run) == "RUNNING"  # nobody saw it die
        until("closed", lambda: state(run) == "CRASHED")

        configure(service.list_id, service.api_url)
        process = worker()
        try:
            run = asked()
            until("pulled", lambda: state(run) in ("COMPLETED", "FAILED", "CRASHED"))
        finally:
            for pid in below(process.pid):
                os.kill(pid, signal.SIGKILL)
            process.wait(LIMIT)
    assert state(run) == "COMPLETED"
    with closing(sqlite3.connect(tmp_path / "warehouse.db")) as warehouse:
        (pulls,) = warehouse.execute("select count(*) from ledger_pull where status = 'done'").fetchone()
    assert pulls
