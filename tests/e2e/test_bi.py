"""What a BI tool finds in the database of a town: keys that lead somewhere, words beside codes, what reports say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import frictionless
import pandas
import pytest
from sqlalchemy import text

from publishers.history import FILES, file_name
from publishers.package import package
from publishers.reading import read_report
from publishers.summary import conclusion_text
from texts import LANGUAGES
from warehouse.bi import selects
from warehouse.bi.views import View, views
from warehouse.store import open_engine

DIMENSIONS = {
    one.key: one for one in views() if one.name in selects.DIMENSIONS and one.name not in ("v_goal", "v_freshness")
}
VIEWS = [one for one in views() if one.name.startswith("v_")]


@pytest.fixture
def database(finished: Path) -> Iterator[sqlite3.Connection]:
    """As a tool opens it: with the library of the machine, for reading alone."""
    with closing(sqlite3.connect(f"file:{finished}/warehouse.db?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


@pytest.mark.parametrize("one", VIEWS, ids=lambda one: one.name)
def test_keys_are_keys_and_lead_into_the_dimensions(database: sqlite3.Connection, one: View) -> None:
    found = database.execute(f"select * from {one.name}").fetchall()
    named = [row[0] for row in database.execute(f"select * from {one.name} limit 0").description or ()]
    assert named == list(one.columns)
    keys = [tuple(row[name] for name in one.key) for row in found]
    assert one.key and len(keys) == len(set(keys)) and all(None not in key for key in keys)
    for key, dimension in DIMENSIONS.items():
        if dimension.name == one.name or not set(key) <= set(one.columns) or dimension.name in ("v_code", "v_column"):
            continue
        known = {tuple(row) for row in database.execute(f"select {', '.join(key)} from {dimension.name}")}
        told = {tuple(row[name] for name in key) for row in found}
        if one.name == "v_freshness":
            continue  # a service is named by its own name there
        assert {values for values in told if all(values)} <= known, dimension.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_words(database: sqlite3.Connection, language: str) -> None:
    for view in (f"v_headline_{language}", f"v_indicator_value_{language}", f"v_indicator_value_by_part_{language}"):
        found = database.execute(f"select * from {view}").fetchall()
        assert found, view
        names = [name for name in found[0].keys() if name.endswith("_name") and name[:-5] in found[0].keys()]  # noqa: SIM118
        assert len(names) >= 6
        for row in found:
            assert [name for name in names if row[name[:-5]] and not row[name]] == [], dict(row)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_headline_says_what_the_page_says(finished: Path, database: sqlite3.Connection, language: str) -> None:
    engine = open_engine(f"sqlite:///{finished}/warehouse.db")
    [authority] = database.execute("select distinct authority from v_headline").fetchone()
    month = database.execute("select max(month) from v_headline where value > 0 and n > 0").fetchone()[0]
    report = read_report(engine, authority, month, "Asia/Jerusalem", today=date(2026, 12, 1))
    engine.dispose()
    rows = database.execute(f"select * from v_headline_{language} where month = ?", [month]).fetchall()
    found = {row["indicator"]: row for row in rows}
    assert len(found) == len(report.indicators) and any(one.speaks.value is not None for one in report.indicators)
    for one in report.indicators:
        row = found[one.indicator]
        assert (row["value"], row["status"], row["n"], row["lead"]) == (
            one.speaks.value, one.speaks.status, one.speaks.n, one.lead,
        )  # fmt: skip
        assert row["title"] == one.title[language]
        if one.conclusion is not None:
            assert row["sentence"] == conclusion_text(one, language)


def test_the_dictionary_is_in_the_database(database: sqlite3.Connection) -> None:
    told = {(row["relation"], row["column_name"]): row for row in database.execute("select * from v_column")}
    for one in views():
        for name, label in one.columns.items():
            row = told[one.name, name]
            assert (row["name_he"], row["name_ar"], row["name_en"]) == (label.he, label.ar, label.en)
            assert row["description"] and row["relation_description"]
    tables = {row[0] for row in database.execute("select name from sqlite_schema where type = 'table'")}
    assert {"indicator_value", "headline", "dim_month"} <= tables & {relation for relation, _ in told}


@pytest.fixture(scope="module")
def packaged(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the last month that has figures, as it is written."""
    folder = tmp_path_factory.mktemp("package")
    for name, content in of_package(finished).items():
        (folder / name).write_bytes(content)
    return folder


def of_package(town: Path) -> dict[str, bytes]:
    engine = open_engine(f"sqlite:///{town}/warehouse.db")
    with engine.connect() as connection:
        [row] = connection.execute(
            text("select max(month) as month, max(authority) as code from v_headline where n > 0")
        )
    report = read_report(engine, row.code, row.month, "Asia/Jerusalem", with_history=True)
    engine.dispose()
    return package(report)


def test_duckdb_and_pandas_read_the_whole_history_with_its_types(packaged: Path, database: sqlite3.Connection) -> None:
    duck = duckdb.connect()
    [(month,)] = duck.sql(f"select max(month) from '{packaged}/history-headlines-en.parquet'").fetchall()
    for table, view in FILES.items():
        path = packaged / file_name(table)
        relation, frame = duck.sql(f"select * from '{path}'"), pandas.read_parquet(path)
        of_months = f" where month <= '{month}'" if "value" in frame.columns else ""
        if table not in ("months", "codes"):
            [rows] = database.execute(f"select count(*) from {view}{of_months}").fetchone()
            assert len(frame) == len(relation.fetchall()) == rows, table
        types = dict(zip(relation.columns, map(str, relation.types), strict=True))
        assert types.get("value", "DOUBLE") == "DOUBLE" and types.get("date", "DATE") == "DATE"
        assert types.get("n", "BIGINT") == "BIGINT" and types.get("month", "VARCHAR") == "VARCHAR"
    twelve = f"select date, title, value, verdict_name from '{packaged}/history-headlines-he.parquet' where lead > 0"
    assert len(duck.sql(twelve).fetchall()) >= 12
    hidden = "select count(*) from '{}' where status not in ('final', 'provisional') and (value is not null or n is not null)"
    for table in FILES:
        if table.startswith(("headlines", "part", "space", "group")):
            assert duck.sql(hidden.format(packaged / file_name(table))).fetchall() == [(0,)]


def test_the_history_is_the_months_own_table_and_the_same_bytes_twice(finished: Path, packaged: Path) -> None:
    again = of_package(finished)
    assert {name: content for name, content in again.items() if (packaged / name).read_bytes() != content} == {}
    values = pandas.read_csv(packaged / "values.csv", dtype={"authority": str}, keep_default_na=False, encoding="utf-8")
    month = values["month"].iloc[0]
    own = {
        (row.indicator, row.space, row.part): row.value
        for row in values[(values["cut"] == "") & (values["space"] == "") & (values["part"] != "")].itertuples()
    }
    parts = pandas.read_parquet(packaged / file_name("part"))
    found = {
        (row.indicator, "", row.part): "" if pandas.isna(row.value) else row.value
        for row in parts[parts["month"] == month].itertuples()
    }
    assert found.keys() == own.keys() and found
    assert all(
        str(own[key]) == str(value) or float(own[key]) == pytest.approx(float(value)) for key, value in found.items()
    )


def test_frictionless_finds_the_package_whole(packaged: Path) -> None:
    told = frictionless.Package(str(packaged / "datapackage.json")).validate()
    assert told.valid, told.flatten(["name", "type", "note"])
    assert {f"history-{name}-parquet" for name in FILES} <= {task.name for task in told.tasks}
