"""Bringing a store of an older release up to date: with a copy, said, and nothing of the town's own lost."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text

from town.config import Config as TownConfig
from town.store import bring_up
from warehouse import migrations
from warehouse.bi import selects, views
from warehouse.bi.labels import OF_HEADLINES, OF_VALUES, Label
from warehouse.kept_copies import kept_copies
from warehouse.migrations import HEAD, OlderStore, upgrade
from warehouse.patience import be_patient
from warehouse.row_sums import DatabaseDamaged, keep_sums
from warehouse.store import open_engine, transaction

BEFORE = f"{int(HEAD) - 1:04d}"


@pytest.fixture
def said() -> Iterator[list[str]]:
    heard: list[str] = []
    be_patient("kehila refresh", 60.0, heard.append)
    yield heard
    be_patient("kehila", 60.0)


def older(engine: Engine, of: str = BEFORE) -> Engine:
    """A database of the release before, with a run in it."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with transaction(engine) as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, of)
        tx.execute(text("insert into ledger_quota values ('T1', 'zoom', 'main', 'calls', '7', '2026-11-01 10:00:00')"))
    return engine


def revision(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("select version_num from alembic_version")).scalar())


def quotas(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("select * from ledger_quota"))]


def test_a_copy_as_it_was_is_kept_and_said(tmp_path: Path, said: list[str]) -> None:
    (tmp_path / f"w.db.{int(BEFORE) - 1:04d}.copy").write_bytes(b"of an upgrade before")
    engine = older(open_engine(f"sqlite:///{tmp_path}/w.db"))
    before = quotas(engine)
    upgrade(engine)
    [copy] = kept_copies(engine)
    assert revision(engine) == HEAD and quotas(engine) == before and before
    assert [(BEFORE in one, HEAD in one, copy.name in one) for one in said] == [(True, True, True)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    kept = open_engine(f"sqlite:///{copy}")
    assert revision(kept) == BEFORE and quotas(kept) == before
    said.clear()
    upgrade(engine)
    assert said == [], "nothing was to be done"


def test_a_new_database_needs_no_copy(tmp_path: Path, said: list[str]) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/w.db")
    upgrade(engine, is_reading=True)
    assert revision(engine) == HEAD and not said and not kept_copies(engine)


def test_who_reads_changes_nothing_and_says_who_does(tmp_path: Path) -> None:
    engine = older(open_engine(f"sqlite:///{tmp_path}/w.db"))
    with pytest.raises(OlderStore, match="run `kehila refresh` first"):
        upgrade(engine, is_reading=True)
    assert revision(engine) == BEFORE and not kept_copies(engine)


def test_a_copy_that_cannot_be_written_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = older(open_engine(f"sqlite:///{tmp_path}/w.db"))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("warehouse.kept_copies.put_in_place", full)
    with pytest.raises(OSError, match="No space"):
        upgrade(engine)
    assert revision(engine) == BEFORE and not kept_copies(engine)


def test_what_serves_brings_it_up_before_its_parts_and_waits_for_no_database(tmp_path: Path) -> None:
    config = TownConfig.model_validate({"authority": [{"code": "T1"}]})
    config.base = tmp_path
    engine = older(open_engine(f"sqlite:///{tmp_path}/warehouse.db"))
    bring_up(config)
    assert revision(engine) == HEAD and kept_copies(engine)
    config.store.warehouse = "postgresql+psycopg://nobody@127.0.0.1:9/none"
    bring_up(config)


OLD = {
    "Authority code": "v.authority", "Authority": "coalesce(nullif(a.name_en, ''), a.name_he)", "Month": "v.month",
    "Indicator code": "v.indicator", "Indicator": "i.title_en", "Outcome": "i.outcome", "Part": "p.title_en",
    "Space": "s.title", "Value": "v.value", "Unit": "v.unit", "Numerator": "v.numerator",
    "Denominator": "v.denominator", "Observations": "v.n", "Status": "v.status", "Quality notes": "v.quality",
    "Reason": "v.reason", "Conclusion": "v.verdict", "As of": "v.as_of", "Change over a year": "c.effect",
    "Usual range from": "c.lower", "Usual range to": "c.upper",
}  # fmt: skip
"""The columns a view of values had before there were views in ASCII."""


@pytest.fixture
def served(postgres: Callable[[str], str]) -> Iterator[Engine]:
    """PostgreSQL of the release before, where a BI user reads the view and one of the town's own that is made of it."""
    engine = older(open_engine(postgres("bi")))
    listed = ", ".join(f'{source} as "{name}"' for name, source in OLD.items())
    with transaction(engine) as tx:
        tx.execute(text(f"create schema {views.SCHEMA}"))
        tx.execute(
            text(
                f"create view {views.SCHEMA}.indicator_value_en as select {listed} from indicator_value v"
                " join dim_indicator i on i.indicator = v.indicator"
                " left join dim_authority a on a.authority = v.authority"
                " left join dim_part p on p.indicator = v.indicator and p.part = v.part"
                " left join verdict c on c.indicator = v.indicator left join dim_space s on s.space = v.space"
            )
        )
        tx.execute(text("drop role if exists reader"))
        tx.execute(text("create role reader"))
        tx.execute(text(f"grant usage on schema {views.SCHEMA} to reader"))
        tx.execute(text(f"grant select on {views.SCHEMA}.indicator_value_en to reader"))
        tx.execute(text(f'create view own as select "Month", "Value" from {views.SCHEMA}.indicator_value_en'))
        tx.execute(text("grant select on own to reader"))
    yield engine
    with transaction(engine) as tx:
        tx.execute(text("drop owned by reader"))
        tx.execute(text("drop role reader"))
    engine.dispose()


def read_as_bi(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        connection.execute(text("set role reader"))
        connection.execute(text("select * from own"))
        names = list(connection.execute(text(f"select * from {views.SCHEMA}.indicator_value_en")).keys())
        connection.execute(text("reset role"))
    return names


@pytest.mark.more
def test_views_of_a_town_and_grants_live_through_an_upgrade(
    served: Engine, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(served)
    assert read_as_bi(served) == [label.en for label in OF_VALUES.values()]
    assert any("no copy was made" in one for one in said)
    # One name goes to another column, and one column more comes last, in whatever release.
    labels = OF_VALUES | {"value": replace(OF_VALUES["value"], en="Figure"), "n": replace(OF_VALUES["n"], en="Value")}
    monkeypatch.setattr(views, "OF_VALUES", labels | {"more": Label("עוד", "المزيد", "More")})
    select = selects.of_values

    def longer(language: str, where: str, *, of_groups: bool = False) -> str:
        return select(language, where, of_groups=of_groups).replace(" as verdict_name", " as verdict_name, 1 as more")

    monkeypatch.setattr(selects, "of_values", longer)
    with transaction(served) as tx:
        views.make_views(tx)
    assert read_as_bi(served) == [*(label.en for label in labels.values()), "More"]


@pytest.mark.more
def test_views_of_an_older_release_move_with_what_hangs_on_them(served: Engine) -> None:
    with transaction(served) as tx:
        tx.execute(text(f"alter view {views.SCHEMA}.indicator_value_en set schema public"))
    upgrade(served)
    assert read_as_bi(served) == [label.en for label in OF_VALUES.values()]


def test_columns_of_the_views_keep_their_places() -> None:
    """They may be renamed and added to, at the end. Who takes one out breaks what towns built on it."""
    assert list(OF_VALUES)[:33] == [
        "authority", "authority_name", "month", "indicator", "title", "outcome", "part_title", "space_title", "value",
        "unit", "numerator", "denominator", "n", "status", "quality", "reason", "verdict", "as_of", "effect", "lower",
        "upper", "date", "part", "space", "outcome_name", "family_name", "unit_name", "lo", "hi", "status_name",
        "quality_name", "reason_name", "verdict_name",
    ]  # fmt: skip
    assert list(OF_HEADLINES)[:11] == [
        "date", "month", "month_name", "authority", "authority_name", "indicator", "title", "measure", "value", "unit",
        "unit_name",
    ]  # fmt: skip


@pytest.mark.more
def test_the_address_of_bi_is_not_where_tables_are(postgres: Callable[[str], str]) -> None:
    engine = create_engine(postgres("places"))
    upgrade(engine)
    query = text("select table_schema, table_type from information_schema.tables where table_schema like 'kehila%'")
    with engine.connect() as connection:
        assert {tuple(row) for row in connection.execute(query)} == {(views.SCHEMA, "VIEW")}
    engine.dispose()


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_store_with_sums_is_brought_up_from_any_release_that_kept_them(tmp_path: Path, is_damaged: bool) -> None:
    """Its sums are over the columns it had, not over those this release declares; what is damaged stays found."""
    for start in range(int(migrations.SUMMED), int(HEAD)):
        engine = open_engine(f"sqlite:///{tmp_path}/{start}.db")
        older(engine, f"{start:04d}")
        with transaction(engine) as tx:
            keep_sums(tx)
            tx.execute(text("insert into ledger_quota values ('T2', 'zoom', 'main', 'calls', '8', '2026-11-01')"))
        if is_damaged:
            with sqlite3.connect(tmp_path / f"{start}.db") as raw:
                raw.execute("pragma writable_schema = 1")
                [(kept,)] = raw.execute("select sql from sqlite_schema where name = 'kehila_update_ledger_quota'")
                raw.execute("drop trigger kehila_update_ledger_quota")
                raw.execute("update ledger_quota set source = 'zoon'")
                raw.execute(kept)
            raw.close()
            with pytest.raises(DatabaseDamaged, match="ledger_quota"):
                upgrade(engine)
            assert revision(engine) == f"{start:04d}"
        else:
            upgrade(engine)
            assert revision(engine) == HEAD and len(quotas(engine)) == 2
        engine.dispose()
