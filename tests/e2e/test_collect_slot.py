"""An account's only slot: whoever pulls holds it for a window, who waits comes next, and says so."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, create_engine, text

from cli.services import report
from collectors.errors import FixCredentials
from pipeline.collect.collect import collect
from pipeline.collect.manner import GoingOn, Manner
from tests.conftest import ROOT
from tests.e2e.tower import BELLS, NOW, SEEN, Bells, tower
from town.config import ConfigProblem
from town.store import TownStore
from warehouse.locks import one_at_a_time

SLOT = "pull test_tower.main"
LIMIT = 30.0


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TownStore]:
    with tower(tmp_path, monkeypatch) as made:
        yield made


def aside(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("more", [{}, {"since": NOW, "until": None}], ids=["new", "backfill"])
def test_every_window_is_read_in_the_accounts_slot(store: TownStore, more: dict[str, Any]) -> None:
    held: list[str] = []

    def look(_window: object) -> None:
        def try_it() -> None:
            with one_at_a_time(store.engine, SLOT, lambda: held.append("held")):
                pass

        aside(try_it)
        while not held:
            threading.Event().wait(0.01)

    Bells.on_read = look
    assert [one.status for one in collect(store, **more)] == ["done"] and held


def test_a_pull_waits_for_who_reads_the_account_and_says_so(store: TownStore) -> None:
    waits, done = threading.Event(), []
    said: list[str] = []

    def hear(text: str) -> None:
        said.append(text)
        if "another run reads it" in text:
            waits.set()

    store.progress = hear
    with one_at_a_time(store.engine, SLOT):
        other = aside(lambda: done.extend(collect(store)))
        assert waits.wait(LIMIT) and not SEEN
    other.join(LIMIT)
    assert [one.status for one in done] == ["done"] and SEEN
    assert "test_tower.main: another run reads it; waiting for the end of its window" in said


@pytest.fixture(params=["file", "memory", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "postgresql":
        address = request.getfixturevalue("postgres")("slots")
    else:
        address = "sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path / 'w.db'}"
    made = create_engine(address)
    yield made
    made.dispose()


def test_who_takes_a_lock_again_and_again_lets_the_others_through(engine: Engine) -> None:
    """A file's lock alone goes to whoever asks first: a backfill would keep the night out for hours."""
    order: list[str] = []
    waits = threading.Event()

    def night() -> None:
        with one_at_a_time(engine, "x", waits.set, seconds=inf):
            order.append("night")

    other = None
    for number in range(3):
        with one_at_a_time(engine, "x", seconds=inf):
            order.append(f"window {number}")
            if other is None:
                other = aside(night)
                assert waits.wait(LIMIT)
    assert other is not None
    other.join(LIMIT)
    assert order == ["window 0", "night", "window 1", "window 2"]


def stands_in_line(engine: Engine, number: int) -> None:
    """Wait until so many stand in the server's queue: on PostgreSQL one says that it waits just before it does."""
    asked = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
    deadline = time.monotonic() + LIMIT
    while engine.dialect.name == "postgresql" and time.monotonic() < deadline:
        with engine.connect() as connection:
            if connection.execute(asked).scalar_one() >= number:
                return
        time.sleep(0.01)


def test_who_waits_comes_in_the_order_they_came(engine: Engine) -> None:
    order: list[int] = []
    several: list[threading.Thread] = []

    def one(number: int, waits: threading.Event) -> None:
        with one_at_a_time(engine, "x", waits.set, seconds=LIMIT):
            order.append(number)
            time.sleep(0.05)  # longer than who polls sleeps: whoever asks at the right instant would come first

    with one_at_a_time(engine, "x"):
        for number in range(6):
            waits = threading.Event()
            several.append(aside(partial(one, number, waits)))
            assert waits.wait(LIMIT)
            stands_in_line(engine, number)
    for thread in several:
        thread.join(LIMIT)
    assert order == list(range(6))


WAITING = """
import sys
from sqlalchemy import create_engine
from warehouse.locks import one_at_a_time
with one_at_a_time(create_engine(sys.argv[1]), "x", lambda: print("waits", flush=True), seconds=600):
    print("has it", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("where", ["file", pytest.param("postgresql", marks=pytest.mark.more)])
@pytest.mark.parametrize("dies", ["who waits first", "who has it"])
def test_who_is_killed_holds_nobody_up(tmp_path: Path, postgres: Any, where: str, dies: str) -> None:
    address = postgres("killed") if where == "postgresql" else f"sqlite:///{tmp_path / 'w.db'}"
    command = [sys.executable, "-c", WAITING, address]
    several = []
    try:
        for said in ("has it\n", "waits\n", "waits\n"):
            one = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
            several.append(one)
            assert one.stdout and one.stdout.readline() == said
            stands_in_line(create_engine(address), len(several) - 2)
        first, second, third = several
        dead, end, heir = (second, first, third) if dies == "who waits first" else (first, first, second)
        os.kill(dead.pid, signal.SIGKILL)
        dead.wait()
        if end is not dead:
            end.communicate("")
        assert heir.stdout and heir.stdout.readline() == "has it\n"
        heir.communicate("")
        for one in several:
            one.kill()
            one.wait()
        engine = create_engine(address)
        with one_at_a_time(engine, "x", seconds=LIMIT):
            pass
        engine.dispose()
        assert where == "postgresql" or [one.name for one in tmp_path.glob("w.db.x*")] == ["w.db.x.lock"]
    finally:
        for one in several:
            one.kill()
            one.wait()


def test_what_was_read_well_since_an_instant_is_left_alone_and_what_failed_is_not(store: TownStore) -> None:
    planned: list[tuple[int, int]] = []

    class Noting(Manner):
        def planned(self, streams: Any, left_alone: Any) -> None:
            planned.append((len(streams), len(left_alone)))

    collect(store)
    Bells.fails = FixCredentials("token_expired")
    with time_machine.travel(NOW.replace(hour=13), tick=False):
        assert collect(store, unread_since=NOW, manner=Noting()) == []
        assert [one.status for one in collect(store)] == ["failed"]
        Bells.fails = None
        assert [one.status for one in collect(store, unread_since=NOW, manner=Noting())] == ["done"]
        assert collect(store, unread_since=NOW.replace(hour=13), manner=Noting()) == []
        assert len(collect(store, unread_since=datetime(2026, 11, 1, 14, tzinfo=UTC), manner=Noting())) == 1
    assert planned == [(0, 1), (1, 0), (0, 1), (1, 0)]


def test_an_account_that_cannot_be_opened_does_not_stop_the_others(
    store: TownStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = store.config.source["test_tower"]["main"]
    lacking = section.model_copy(update={"secrets": {}})
    monkeypatch.setitem(store.config.source["test_tower"], "other", lacking)
    with pytest.raises(ConfigProblem, match=r"\[source\.test_tower\.other\]: give secrets\.token"):
        collect(store)
    manner = GoingOn(store)
    done = collect(store, manner=manner)
    assert [one.ref for one in done] == [BELLS] and not manner.sending
    answer = report(done, manner, "en")
    assert answer.has_problem and answer.data["unopened"][0]["account"] == "other"
    assert list(answer.lines())[-1].startswith("✗ test_tower.other: [source.test_tower.other]: give secrets.token")
    with pytest.raises(ConfigProblem, match=r"secrets\.token"):  # alone, it is the error
        report(collect(store, "test_tower.other", manner=manner), manner, "en")


def test_an_account_that_only_sends_is_no_failure(store: TownStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.collect.manner.pushed_to", lambda *_: [BELLS.account])
    section = store.config.source["test_tower"]["main"]
    monkeypatch.setitem(store.config.source["test_tower"], "main", section.model_copy(update={"secrets": {}}))
    manner = GoingOn(store)
    assert collect(store, manner=manner) == []
    assert list(manner.sending) == [BELLS.account] and not manner.unopened
