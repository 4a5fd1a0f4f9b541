"""What is said of an error nobody foresaw, beside a database that is whole and beside one that is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from town.config import Config
from town.faults import FaultKind, describe
from warehouse.migrations import upgrade
from warehouse.refusals import Refusal, refusal_of
from warehouse.sqlite import sqlite3
from warehouse.store import open_engine

UNFORESEEN = (
    RuntimeError("anything"),
    ValueError("Invalid isoformat string"),
    IntegrityError("insert", None, sqlite3.IntegrityError("UNIQUE constraint failed")),
    OperationalError("select", None, sqlite3.OperationalError("no such column: x")),
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(f"sqlite:///{tmp_path / 'warehouse.db'}")
    upgrade(made)
    yield made
    made.dispose()


def of(engine: Engine) -> Config:
    """The configuration of a town whose database it is."""
    url = engine.url.render_as_string(hide_password=False)
    return Config.model_validate({"authority": [{"code": "T1"}], "store": {"warehouse": url}})


def by_another_program(engine: Engine, statement: str) -> None:
    engine.dispose()
    raw = sqlite3.connect(str(engine.url.database))
    raw.execute("pragma writable_schema = on")
    raw.execute(statement)
    raw.commit()
    raw.close()


@pytest.mark.parametrize("problem", UNFORESEEN, ids=lambda one: type(one).__name__)
def test_beside_a_whole_database_it_is_ours(engine: Engine, problem: Exception) -> None:
    assert describe(problem, of(engine)).kind is FaultKind.OURS


@pytest.mark.parametrize("problem", UNFORESEEN, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize(
    "damage",
    [
        "drop table ledger_run",
        "alter table ledger_run drop column ended_at",
        "update ledger_row_sum set total = 5 where name = 'dim_part'",
        "update sqlite_schema set sql = 'create table nonsense' where name = 'ledger_run'",
    ],
)
def test_beside_a_damaged_one_the_damage_is_named_with_its_remedy(
    engine: Engine, damage: str, problem: Exception
) -> None:
    by_another_program(engine, damage)
    fault = describe(problem, of(engine))
    assert fault.kind is FaultKind.DATA
    assert "the database is damaged" in fault.sentence and "kehila restore" in fault.sentence


def test_a_database_that_cannot_be_asked_leaves_the_error_as_it_is(engine: Engine) -> None:
    engine.dispose()
    Path(str(engine.url.database)).unlink()
    assert describe(RuntimeError(), of(engine)).kind is FaultKind.OURS
    assert not Path(str(engine.url.database)).exists(), "who asks makes none"


def test_the_damage_of_another_town_is_not_asked_for(engine: Engine, tmp_path: Path) -> None:
    other = open_engine(f"sqlite:///{tmp_path / 'other.db'}")
    upgrade(other)
    by_another_program(other, "drop table ledger_run")
    with other.connect():
        assert describe(RuntimeError(), of(engine)).kind is FaultKind.OURS
        assert describe(RuntimeError(), of(other)).kind is FaultKind.DATA
        assert describe(RuntimeError()).kind is FaultKind.OURS, "who names no town asks none"
    other.dispose()


STATES = {
    "53200": Refusal.SHORT, "53100": Refusal.FULL, "54000": Refusal.SHORT, "57014": Refusal.SHORT,
    "25P03": Refusal.LOST, "57P05": Refusal.LOST, "XX000": Refusal.DAMAGED, "XX001": Refusal.DAMAGED,
    "58P01": Refusal.DAMAGED, "58030": Refusal.DISK, "42601": Refusal.OURS,
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_what_a_server_says_it_refuses_for_is_known(state: str) -> None:
    said = type("Said", (Exception,), {"sqlstate": state})()
    assert refusal_of(ProgrammingError("select", None, said)) is STATES[state]


@pytest.mark.more
def test_a_table_that_is_gone_from_a_server_is_named(postgres: object) -> None:
    engine = open_engine(postgres("gone"))  # type: ignore[operator]
    try:
        upgrade(engine)
        assert describe(RuntimeError(), of(engine)).kind is FaultKind.OURS
        with engine.begin() as connection:
            connection.execute(text("drop table ledger_run cascade"))
        fault = describe(RuntimeError(), of(engine))
        assert fault.kind is FaultKind.DATA and "ledger_run" in fault.sentence
    finally:
        engine.dispose()
