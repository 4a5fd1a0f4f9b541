"""kill -9 of `kehila serve`'s processes at random instants, while it receives, drains and pulls with slots held.

Senders come again until they are answered, and somebody asks for a round of collecting all the time. Afterwards
nothing that was acknowledged is lost, nothing is there twice, and the next round collects. KEHILA_KILLS says how many
(300), KEHILA_SEED which (1).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from pipeline.collect.collect import collect
from pipeline.land.drain import Drainer
from pipeline.refresh.refresh import refresh
from simulator.services.mailchimp import MailchimpServer
from simulator.services.server import Answer, Call
from tests.integration.draining import bodies, content, facts, received, talk
from tests.integration.prefect_town import Serving, Town, free_port, until
from tests.integration.receiving import Receiving, town
from tests.unit.collectors.newsletter_life import small_life
from town.config import load
from town.store import TownStore, open_store
from warehouse.locks import StoreBusy, one_at_a_time

KILLS = int(os.environ.get("KEHILA_KILLS", "300"))
SEED = int(os.environ.get("KEHILA_SEED", "1"))
WEIGHTS = {"engine": 15, "pull": 30, "drainer": 26, "receiver": 20, "operations": 2, "server": 4, "serve": 3}
"""How often each is killed; "pull" is a flow's process that holds the account's slot."""
WORKS_SECONDS = float(os.environ.get("KEHILA_WORKS", "6"))
"""How long it works at most until it is."""
PULL_SECONDS = 1.0
MARKS = {"engine": "prefect.engine", "drainer": "drain --watch", "receiver": " receive", "operations": " operations ",
         "server": "run_module('prefect'"}  # fmt: skip
TIRELESS = """
import flows.serve.supervisor as supervisor
supervisor.RESTARTS, supervisor.MAX_PAUSE_SECONDS = 10**6, 0.1  # nobody waits ten minutes here
from cli.main import main
main()
"""
CONFIG = """
[[authority]]
code = "0070"

[receive]
port = {port}

[store]
warehouse = "{warehouse}"

[source.whatsapp_cloud.hotline]
business_account = "102290129340398"
secrets = {{ verify_token = "file:keys/word", app_secret = "file:keys/meta" }}

[source.mailchimp.main]
list = "{list_id}"
space = "mail"
base_url = "{address}"
secrets = {{ key = "file:keys/mail" }}
"""


class Slow(MailchimpServer):
    """A service that takes its time: whoever pulls holds the account's slot for a while."""

    def before(self, call: Call) -> Answer | None:
        time.sleep(0.3)
        return None


class Tireless(Serving):
    """`kehila serve` that starts its parts again however often they end."""

    command = [*Serving.command[:-1], TIRELESS]


@dataclass
class Outcome:
    """What a loop of kills saw."""

    kills: Counter[str] = field(default_factory=Counter)
    slot_held: int = 0
    rounds: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    lines: int = 0


class Senders(threading.Thread):
    """They send one message after the other, each until it is taken."""

    def __init__(self, receiver: Receiving) -> None:
        super().__init__(daemon=True)
        self.receiver, self.over = receiver, threading.Event()
        self.bodies, self.taken = bodies(talk(4000, minutes=7)), 0

    def run(self) -> None:
        while not self.over.is_set() and self.taken < len(self.bodies):
            with suppress(OSError, HTTPException):
                self.taken += self.receiver.meta(self.bodies[self.taken]).status == 200
            self.over.wait(0.1)


class Asking(threading.Thread):
    """Somebody asks for a round of collecting whenever the last one is over, by turns of what is new and of a stretch."""

    def __init__(self, base: Path, outcome: Outcome) -> None:
        super().__init__(daemon=True)
        self.base, self.outcome, self.over = base, outcome, threading.Event()
        self.address = ""

    def run(self) -> None:
        number, asked = 0, None
        while not self.over.is_set():
            with suppress(Exception), self.client() as client:
                while not self.over.wait(0.5):
                    state = client.read_flow_run(asked).state if asked else None
                    if state is None or state.is_final():
                        if state is not None:
                            self.outcome.rounds[state.name] += 1
                        number, asked = number + 1, None
                        asked = self.ask(client, number % 2 == 0)
            self.over.wait(0.5)

    @contextmanager
    def client(self) -> Iterator[Any]:
        from prefect.client.orchestration import get_client
        from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

        auth = (self.base / "keys" / "prefect.auth").read_text().strip()
        there = {PREFECT_API_URL: f"{self.address}/api", PREFECT_API_AUTH_STRING: auth}
        with temporary_settings(there), get_client(sync_client=True) as client:
            yield client

    def ask(self, client: Any, is_stretch: bool = False) -> Any:
        flow, given = ("Backfill", {"since": "2026-01-01"}) if is_stretch else ("Collect", {})
        name = load(self.base / "kehila.toml").authority[0].name
        deployment = client.read_deployment_by_name(f"{flow}/{name}")
        return client.create_flow_run_from_deployment(deployment.id, parameters=given).id

    def one_round(self) -> str:
        """Ask once more, wait for its end, and say how it ended."""
        with self.client() as client:
            run = self.ask(client)
            until("the round ends", lambda: client.read_flow_run(run).state.is_final(), limit=600)
            return str(client.read_flow_run(run).state.name)


def processes(serving: Serving) -> dict[str, list[int]]:
    """What of `kehila serve` runs, by kind."""
    found: dict[str, list[int]] = {"serve": [serving.process.pid]}
    for pid in serving.family()[1:]:
        with suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            kind = next((kind for kind, mark in MARKS.items() if mark in line), None)
            if kind:
                found.setdefault(kind, []).append(pid)
    return found


def runs(serving: Serving, kind: str) -> bool:
    assert serving.process.poll() is None, serving.said()  # whatever is killed, it stays
    return kind in processes(serving)


def pulls(store: TownStore) -> bool:
    """Whether somebody holds the account's slot."""
    try:
        with one_at_a_time(store.engine, "pull mailchimp.main", is_shared=True, seconds=0):
            return False
    except StoreBusy:
        return True


def started(base: Path, asking: Asking) -> Serving:
    serving = Tireless(Town(base))
    serving.wait_ready()
    asking.address = serving.said().rpartition("ready: ")[2].split()[0]
    return serving


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_anywhere_a_served_town_loses_and_doubles_nothing(
    tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    chance, outcome = random.Random(SEED), Outcome()
    base, port = tmp_path / "town", free_port()
    with Slow(small_life()) as service:
        given = {"port": port, "list_id": service.list_id, "address": service.api_url}
        where = "sqlite:///warehouse.db" if database == "sqlite" else request.getfixturevalue("postgres")("served")
        config = town(base, CONFIG.format(warehouse=where, **given))
        (base / "keys" / "mail").write_text(service.key)
        asking = Asking(base, outcome)
        serving = started(base, asking)
        seen = open_store(load(config))
        senders = Senders(Receiving(config, port, serving.process))  # type: ignore[arg-type]
        try:
            senders.start()
            asking.start()
            while outcome.kills.total() < KILLS:
                kind = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
                if is_pull := kind == "pull":
                    until("somebody pulls", partial(pulls, seen), limit=300)
                    kind = "engine"
                until(f"there is a {kind}", partial(runs, serving, kind), limit=300)
                time.sleep(chance.uniform(0, PULL_SECONDS if is_pull else WORKS_SECONDS))
                alive = processes(serving)
                if kind not in alive:  # it ended by itself meanwhile
                    continue
                outcome.slot_held += pulls(seen)
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(alive[kind]), signal.SIGKILL)
                outcome.kills[kind] += 1
                if kind == "serve":
                    serving.process.wait()
                    outcome.lines += len(serving.said().splitlines())
                    assert "Traceback" not in serving.said(), serving.said()
                    serving = started(base, asking)
            senders.over.set()
            asking.over.set()
            senders.join(60)
            asking.join(60)
            until("the server answers", lambda: answers(asking), limit=300)
            assert asking.one_round() == "Completed"
            outcome.acknowledged = senders.taken
            serving.end(signal.SIGTERM)
            assert "Traceback" not in serving.said(), serving.said()
        finally:
            print(outcome)
            if serving.process.poll() is None:
                serving.process.kill()
        # The same by one who was never disturbed.
        other = tmp_path / "other" / "kehila.toml"
        shutil.copytree(base / "keys", other.parent / "keys")
        other.write_text(CONFIG.format(warehouse="sqlite:///warehouse.db", **given))
        received(other, senders.bodies[: senders.taken])
        Drainer(load(other)).once()
        undisturbed = open_store(load(other))
        assert [one.status for one in collect(undisturbed, "mailchimp") if one.status != "done"] == []
        refresh(undisturbed)
    Drainer(load(config)).once()  # what the drainer had no time for when it was stopped
    store = open_store(load(config))
    refresh(store)
    listed = [path for path in store.ledger.listed_paths() if path]
    assert [path for path in listed if not (store.lake.root / path).exists()] == []
    mine, theirs = facts(store), facts(undisturbed)
    assert {fact: len(rows) for fact, rows in mine.items()} == {fact: len(rows) for fact, rows in theirs.items()}
    assert mine == theirs
    assert content(store) == content(undisturbed)


def answers(asking: Asking) -> bool:
    with suppress(Exception), asking.client() as client:
        return bool(client.api_healthcheck() is None)
    return False
