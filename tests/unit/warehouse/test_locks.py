"""Who shares a lock lets go first who wants it for itself and came before: a migration and a sweep get their turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from warehouse.locks import LANDING, SCHEMA, StoreBusy, landing, one_at_a_time, town_at_rest
from warehouse.store import open_engine

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.more)]
Many = Callable[[], Engine]


@pytest.fixture
def many(tmp_path: Path, request: pytest.FixtureRequest, database: str) -> Iterator[Many]:
    """Engines on one database, as processes have them."""
    of_server = request.getfixturevalue("postgres") if database == "postgresql" else None
    url = of_server("queue") if of_server else f"sqlite:///{tmp_path}/w.db"
    made = list[Engine]()

    def another() -> Engine:
        made.append(open_engine(url))
        return made[-1]

    yield another
    for one in made:
        one.dispose()


@contextmanager
def constant_work(many: Many, work: Callable[[Engine, int], Any], workers: int = 3) -> Iterator[None]:
    """Somebody always shares the lock."""
    over = threading.Event()

    def go_on(number: int) -> None:
        engine = many()
        while not over.is_set():
            with work(engine, number):
                time.sleep(0.3)

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(workers)]
    for number, one in enumerate(threads):
        one.start()
        time.sleep(0.1 * (number + 1))
    try:
        yield
    finally:
        over.set()
        for one in threads:
            one.join(60)


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("name", [SCHEMA, LANDING])
def test_a_migration_and_a_sweep_get_their_turn_under_constant_work(many: Many, name: str) -> None:
    def work(engine: Engine, number: int) -> Any:
        return landing(engine) if name == LANDING else town_at_rest(engine, f"T{number}")

    turns = 0
    with constant_work(many, work):
        for _ in range(3):
            with one_at_a_time(many(), name, seconds=8):
                turns += 1
    assert turns == 3


@pytest.mark.parametrize("database", DATABASES)
def test_who_shares_already_takes_it_again_while_somebody_waits(many: Many) -> None:
    one, other, begun = many(), many(), threading.Event()
    came = list[float]()

    def wants_it() -> None:
        begun.set()
        with one_at_a_time(other, LANDING, seconds=30):
            came.append(time.monotonic())

    with landing(one):
        waiting = threading.Thread(target=wants_it)
        waiting.start()
        assert begun.wait(10)
        time.sleep(0.5)
        before = time.monotonic()
        with landing(one):
            assert time.monotonic() - before < 1
        assert not came
    waiting.join(40)
    assert came


@pytest.mark.parametrize("database", DATABASES)
def test_who_would_share_waits_for_one_that_came_before_and_not_for_ever(
    many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.locks.SHARE_SECONDS", 1.0)
    first, second, third, begun = many(), many(), many(), threading.Event()

    def wants_it() -> None:
        begun.set()
        with pytest.raises(StoreBusy), one_at_a_time(second, LANDING, seconds=4):
            pass

    with landing(first):
        waiting = threading.Thread(target=wants_it)
        waiting.start()
        assert begun.wait(10)
        time.sleep(0.5)
        before = time.monotonic()
        with landing_of_another(third):
            assert 0.5 < time.monotonic() - before < 3.5
        waiting.join(30)


@contextmanager
def landing_of_another(engine: Engine) -> Iterator[None]:
    """A share that is not this work's: in a thread of its own."""
    taken, over = threading.Event(), threading.Event()

    def take() -> None:
        with landing(engine):
            taken.set()
            over.wait(30)

    thread = threading.Thread(target=take)
    thread.start()
    assert taken.wait(30)
    yield
    over.set()
    thread.join(30)
