"""One source for every schema: the classes. Migrations, Arrow schemas and labels follow, or a test says so."""

from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, MetaData, String, text
from sqlmodel import SQLModel

from collectors.staff_workbook.records import WAITING_CODE
from tests.conftest import shared
from transforms.catalogue import FOLDER, catalogue
from transforms.reasons import REASONS
from transforms.staging.town import Town
from warehouse import migrations
from warehouse.facts import FACTS
from warehouse.ledger_tables import RunRow
from warehouse.migrations import upgrade
from warehouse.row_sums import RowSum
from warehouse.schemas import arrow_schema
from warehouse.store import LEDGER_TABLES, WAREHOUSE_TABLES, open_engine
from warehouse.tables import IndicatorValue
from warehouse.vocabulary import Asset, SpaceKind, plain_kind


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = open_engine(f"sqlite:///{tmp_path}/w.db")
    upgrade(made)
    return made


def differences(engine: Engine, metadata: MetaData) -> list[Any]:
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)


def test_migrations_build_what_the_classes_declare(engine: Engine) -> None:
    assert differences(engine, SQLModel.metadata) == []


def test_a_town_of_before_gets_the_last_revision() -> None:
    """A new database is brought to the last revision whatever HEAD says; one that is there only when HEAD is it."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_a_column_without_a_migration_is_found(engine: Engine) -> None:
    metadata = MetaData()
    for table in SQLModel.metadata.tables.values():
        table.to_metadata(metadata)
    metadata.tables["indicator_value"].append_column(Column("forgotten", String()))
    assert [d[0] for d in differences(engine, metadata)] == ["add_column"]


def test_every_table_is_registered() -> None:
    ours = {t.__tablename__ for t in (*WAREHOUSE_TABLES, *LEDGER_TABLES)}
    assert ours | {RowSum.__tablename__} == set(SQLModel.metadata.tables)


def test_every_column_is_described() -> None:
    bare = [
        f"{table.__tablename__}.{name}"
        for table in (*WAREHOUSE_TABLES, *LEDGER_TABLES)
        for name, info in table.model_fields.items()
        if not info.description
    ]
    assert bare == []


@pytest.mark.parametrize("fact", FACTS)
def test_arrow_follows_the_class(fact: str) -> None:
    schema = arrow_schema(fact)
    assert schema.names == list(FACTS[fact].model_fields)
    assert set(FACTS[fact].grain) <= set(schema.names)


def test_a_new_asset_says_what_its_places_are_taken_for() -> None:
    assert {plain_kind(asset) for asset in get_args(Asset)} <= set(get_args(SpaceKind))


def test_books_that_do_not_balance_are_refused(engine: Engine) -> None:
    insert = text(
        "insert into ledger_run (run, authority, kind, status, started_at, received, loaded, duplicate, quarantined, note)"
        " values ('r', 'T', 'import', 'done', '2026-01-01', 10, 8, 1, 0, '')"
    )
    with pytest.raises(Exception, match=r"books_balance|CHECK"), engine.begin() as tx:
        tx.execute(insert)
    assert RunRow.__tablename__ == "ledger_run"


def test_the_order_of_reports_names_every_indicator_once() -> None:
    wanted = (FOLDER / "order.txt").read_text().split()
    assert sorted(wanted) == sorted(f"{path.parent.name}.{path.stem}" for path in FOLDER.glob("*/*.sql"))
    assert list(catalogue()) == wanted


def test_every_indicator_the_mission_names_is_there() -> None:
    mission = yaml.safe_load(shared("mission", "indicators.yaml").read_text(encoding="utf-8"))
    named = {one["id"] for family in mission.values() for one in family}
    assert named - set(catalogue()) == set()


def test_value_columns_are_the_cells_columns() -> None:
    from transforms.cells import empty_cell

    cell = set(empty_cell(next(iter(catalogue().values())), "2026-01"))
    assert set(IndicatorValue.model_fields) - cell == {"authority", "verdict", "verdict_reason", "revision"}
    assert REASONS


def test_the_workbook_knows_the_code_of_a_place_that_waits() -> None:
    assert WAITING_CODE.fullmatch(Town("T").space_for("0a1b2c3d4e5f6071"))
