"""A value of SQLite that changed by itself is found, whatever was written before and is written after; what we write is not."""

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, delete, update

from warehouse.ledger import core
from warehouse.ledger_tables import WatermarkRow
from warehouse.migrations import upgrade
from warehouse.row_sums import FUNCTION, DatabaseDamaged, RowSum, damaged_tables, refuse_damaged
from warehouse.sqlite import sqlite3
from warehouse.store import open_engine, transaction, upsert
from warehouse.tables import DimEvent, DimIndicator, IndicatorValue

VALUE = {
    "indicator": "whatsapp.answers", "authority": "T", "month": "2026-10", "cut": "", "space": "", "part": "",
    "value": 3.0, "numerator": None, "denominator": 0.1, "n": 7, "lo": None, "hi": None, "unit": "שעות",
    "status": "final", "quality": "", "reason": "", "verdict": "", "verdict_reason": "", "revision": 1,
    "definition_version": "1", "as_of": date(2026, 10, 31),
}  # fmt: skip


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(f"sqlite:///{tmp_path / 'w.db'}")
    upgrade(made)
    yield made
    made.dispose()


def found(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(damaged_tables(connection))


def behind_its_back(engine: Engine, statement: str) -> None:
    """Change a row as a flipped bit would: the sum does not know."""
    with closing(sqlite3.connect(str(engine.url.database))) as connection, connection:
        connection.create_function(FUNCTION, -1, lambda *_: 0, deterministic=True)
        connection.execute(statement)


def test_whatever_is_written_is_summed_also_when_it_is_taken_back(engine: Engine) -> None:
    chance, values, marks = random.Random(5), core(IndicatorValue), core(WatermarkRow)

    def put(tx: Connection) -> None:
        rows = [
            VALUE | {"space": f"s{chance.randrange(6)}", "value": chance.choice([None, 2, 0.1, 1e300, -0.0])}
            for _ in range(4)
        ]
        upsert(tx, IndicatorValue, list({row["space"]: row for row in rows}.values()), keep=("unit",))

    steps: list[Callable[..., object]] = [
        put,
        lambda tx: tx.execute(update(values).values(n=values.c.n + 1)),
        lambda tx: tx.execute(delete(values).where(values.c.space == f"s{chance.randrange(6)}")),
        lambda tx: tx.execute(delete(marks)),
        lambda tx: upsert(
            tx,
            WatermarkRow,
            [{"authority": "T", "stream": "a", "account": "", "reached_at": datetime.now(UTC)}],
        ),
    ]
    for number in range(60):
        try:
            with transaction(engine) as tx:
                for step in chance.choices(steps, k=3):
                    step(tx)
                if number % 5 == 4:
                    raise KeyError
        except KeyError:
            pass
        assert found(engine) == []
    refuse_damaged(engine)


@pytest.mark.parametrize(
    "statement",
    [
        "update indicator_value set value = 3.0000000000000004",
        "update indicator_value set unit = 'שעות '",
        "update indicator_value set n = '7' || x'80'",
        "update indicator_value set lo = 0",
        "update indicator_value set month = '2026-11'",
        "delete from indicator_value",
    ],
)
def test_what_changed_by_itself_is_found_and_stays_found(engine: Engine, statement: str) -> None:
    with transaction(engine) as tx:
        upsert(tx, IndicatorValue, [VALUE])
    behind_its_back(engine, statement)
    assert found(engine) == ["indicator_value"]
    with pytest.raises(DatabaseDamaged, match=r"indicator_value does not hold .*\(kehila restore"):
        refuse_damaged(engine)
    refuse_damaged(engine, (DimEvent,))
    with transaction(engine) as tx:
        upsert(tx, IndicatorValue, [VALUE | {"space": "other"}])
    assert found(engine) == ["indicator_value"]


def test_what_is_declared_is_summed_too_and_what_a_town_added_is_its_own(engine: Engine) -> None:
    with transaction(engine) as tx:
        tx.exec_driver_sql("create view of_the_town as select 1")
        tx.exec_driver_sql("create index of_the_town_too on indicator_value (value)")
    assert found(engine) == []
    with transaction(engine) as tx:
        tx.exec_driver_sql("drop view indicator_value_en")
        tx.exec_driver_sql("create view indicator_value_en as select 2")
    assert found(engine) == ["sqlite_schema"]


OF_BI = ("dim_month", "dim_town_month", "dim_code", "dim_column", "headline")


def test_another_program_cannot_write_and_an_update_of_the_schema_begins_anew(engine: Engine) -> None:
    with transaction(engine) as tx:
        upsert(tx, IndicatorValue, [VALUE])
    with closing(sqlite3.connect(str(engine.url.database))) as other:
        assert other.execute("select unit from indicator_value").fetchall() == [("שעות",)]
        with pytest.raises(sqlite3.OperationalError, match=FUNCTION):
            other.execute("update indicator_value set value = 1")
    with transaction(engine) as tx:
        for (name,) in tx.exec_driver_sql("select name from sqlite_schema where type = 'view'").fetchall():
            tx.exec_driver_sql(f"drop view {name}")
        made_later = (
            "ledger_row_sum",
            "verdict",
            "verdict_series",
            "dim_choice",
            "programme_goal",
            "follow_up",
            "ledger_validation",
            *OF_BI,
        )
        for table in made_later:
            tx.exec_driver_sql(f"drop table {table}")
        for (name,) in tx.exec_driver_sql("select name from sqlite_schema where type = 'trigger'").fetchall():
            tx.exec_driver_sql(f"drop trigger {name}")
        for name in DimIndicator.model_fields:
            if name.startswith(("headline", "unit_words", "when_", "definition_he", "definition_ar")):
                tx.exec_driver_sql(f"alter table dim_indicator drop column {name}")
        tx.exec_driver_sql("alter table ledger_segment drop column rows")
        tx.exec_driver_sql("alter table ledger_segment drop column file")
        tx.exec_driver_sql("update alembic_version set version_num = '0018'")
    upgrade(engine)
    assert found(engine) == []
    with engine.connect() as connection:
        assert all(row.total for row in connection.execute(core(RowSum).select()) if row.name == "indicator_value")
    behind_its_back(engine, "update indicator_value set value = 4")
    assert found(engine) == ["indicator_value"]
