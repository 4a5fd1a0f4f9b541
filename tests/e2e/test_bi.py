"""What a BI tool finds in the database of a town: keys that lead somewhere, words beside codes, what reports say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

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
