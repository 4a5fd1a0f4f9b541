"""Why values are missing: asked of the data once an indicator, however many months are missing."""

from datetime import date
from typing import Any

import duckdb
import pytest

from transforms.cases import session
from transforms.catalogue import catalogue
from transforms.cells import cells_of
from transforms.inputs import months_table

MONTHS = [f"{year}-{month:02d}" for year in range(2017, 2027) for month in range(1, 13)]


class Counting:
    """A session that counts the statements it is given."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con, self.count = con, 0

    def execute(self, *arguments: Any) -> Any:
        self.count += 1
        return self.con.execute(*arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.con, name)


@pytest.mark.parametrize("indicator", ["whatsapp.answers", "facebook.group_share", "zoom.attendees", "whatsapp.trust"])
def test_ten_years_without_a_value_cost_no_more_statements_than_a_month(indicator: str) -> None:
    counts = []
    for months in (MONTHS[:1], MONTHS):
        con = Counting(session({}))
        cells = cells_of(con, catalogue()[indicator], months_table("T", months, "UTC"), date(2027, 1, 1))  # type: ignore[arg-type]
        assert len(cells) == len(months)
        assert all(cell["status"] == "missing" and cell["reason"] for cell in cells)
        counts.append(con.count)
    assert counts[0] == counts[1]


def test_each_month_gets_its_own_reason() -> None:
    withdrawn = {"month": "2026-02", "fact": "platform_metric:posts", "asset": "facebook"}
    covered = {"month": "2026-03", "fact": "platform_metric", "asset": "facebook"}
    months = ["2026-01", "2026-02"]
    con = session({"coverage": [withdrawn, covered]})
    cells = cells_of(con, catalogue()["facebook.engagement_rate"], months_table("T", months, "UTC"), date(2027, 1, 1))
    assert [cell["reason"] for cell in cells] == ["not_covered:facebook", "metric_withdrawn:facebook"]
