"""Superset charts the headlines by their date, from SQLite and from PostgreSQL, as docs/bi.md says it: step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import URL, Engine, text

from tests.bi.superset import Superset, superset

pytestmark = pytest.mark.long
HEBREW_DATE = "היום הראשון בחודש"


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    with superset(tmp_path_factory.mktemp("superset")) as made:
        yield made


def chart(
    tool: Superset, dataset: int, months: str, indicator: str, names: tuple[str, str, str]
) -> list[dict[str, Any]]:
    """A line chart by month, as its editor asks for it: sum of the value, of one indicator, over a stretch of time."""
    date, value, title = names
    axis = {
        "columnType": "BASE_AXIS",
        "sqlExpression": date,
        "label": date,
        "expressionType": "SQL",
        "timeGrain": "P1M",
    }
    asked = {
        "columns": [axis],
        "metrics": [{"expressionType": "SIMPLE", "column": {"column_name": value}, "aggregate": "SUM", "label": "total"}],
        "filters": [{"col": title, "op": "==", "val": indicator}, {"col": date, "op": "TEMPORAL_RANGE", "val": months}],
        "granularity": date, "row_limit": 100,
    }  # fmt: skip
    given = {
        "datasource": {"id": dataset, "type": "table"},
        "force": True,
        "result_format": "json",
        "result_type": "full",
    }
    [answer] = tool.ask("post", "chart/data", {**given, "queries": [asked]})["result"]
    found: list[dict[str, Any]] = answer["data"]
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_steps_of_the_guide(tool: Superset, town: Engine, kind: str, request: pytest.FixtureRequest) -> None:
    if kind == "sqlite":
        address, schema = f"sqlite:///file:{town.url.database}?mode=ro&uri=true", None
    else:
        served: URL = request.getfixturevalue("served")
        address, schema = (
            served.set(drivername="postgresql+psycopg2").render_as_string(hide_password=False),
            "kehila_bi",
        )
    database = tool.ask("post", "database/", {"database_name": kind, "sqlalchemy_uri": address})["id"]
    with town.connect() as connection:
        query = "select indicator, max(title) as title from v_headline_he where value is not null group by 1 order by count(*) desc, 1"
        one = connection.execute(text(query)).first()
        assert one is not None
        query = "select month, value from v_headline_he where indicator = :name and value is not null order by month"
        truth = {row.month: row.value for row in connection.execute(text(query), {"name": one.indicator})}
    assert len(truth) >= 3
    first, *_, last = truth
    for view, names in (("v_headline_he", ("date", "value", "title")), ("headline_he", (HEBREW_DATE, "ערך", "מדד"))):
        found = tool.dataset(database, schema, view)
        columns = {column["column_name"]: column for column in found["columns"]}
        assert found["main_dttm_col"] == names[0] and columns[names[0]]["is_dttm"], "taken for time without being told"
        assert columns[names[1]]["type_generic"] == 0, "and the value for a number"
        rows = chart(tool, found["id"], f"{first}-01 : {last}-01", one.title, names)
        told = [row["total"] for row in sorted(rows, key=lambda row: str(row[names[0]])) if row["total"] is not None]
        assert told == pytest.approx([value for month, value in truth.items() if month < last]), (
            "the first month is there"
        )
        # Superset's own database, where it is SQLite, knows a name of a table once for all databases.
        tool.ask("delete", f"dataset/{found['id']}")


def test_two_questions_are_a_chart_each(tool: Superset, town: Engine) -> None:
    address = f"sqlite:///file:{town.url.database}?mode=ro&uri=true"
    database = tool.ask("post", "database/", {"database_name": "questions", "sqlalchemy_uri": address})["id"]
    found = tool.dataset(database, None, "v_headline_en")
    asked = {
        "columns": ["date", "authority_name", "title", "value", "verdict_name", "sentence"], "metrics": [],
        "filters": [{"col": "lead", "op": ">", "val": 0}], "row_limit": 1000, "orderby": [],
    }  # fmt: skip
    given = {
        "datasource": {"id": found["id"], "type": "table"},
        "force": True,
        "result_format": "json",
        "result_type": "full",
    }
    [answer] = tool.ask("post", "chart/data", {**given, "queries": [asked]})["result"]
    with town.connect() as connection:
        leads = connection.execute(text("select count(*) from v_headline_en where lead > 0")).scalar()
    assert len(answer["data"]) == leads and leads
    assert all(row["verdict_name"] for row in answer["data"])
