"""Why values are missing: asked of the data once an indicator, however many months are missing."""

from datetime import date
from typing import Any

import pytest

from transforms.cases import session
from transforms.catalogue import catalogue
from transforms.cells import asking_in, cells_of
from transforms.engines import Session
from transforms.inputs import months_table

MONTHS = [f"{year}-{month:02d}" for year in range(2017, 2027) for month in range(1, 13)]


class Counting:
    """A session that counts the statements it is given."""

    def __init__(self, session: Session) -> None:
        self.session, self.count = session, 0

    def ask(self, sql: str) -> Any:
        self.count += 1
        return self.session.ask(sql)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)


@pytest.mark.parametrize("indicator", ["whatsapp.answers", "facebook.group_share", "zoom.attendees", "whatsapp.trust"])
def test_ten_years_without_a_value_cost_no_more_statements_than_a_month(indicator: str) -> None:
    counts = []
    for months in (MONTHS[:1], MONTHS):
        laid = Counting(session({}))
        town = asking_in(laid, months_table("T", months, "UTC"), date(2027, 1, 1))
        (cells,) = cells_of(laid, catalogue()[indicator], [town])
        assert len(cells) == len(months)
        assert all(cell["status"] == "missing" and cell["reason"] for cell in cells)
        counts.append(laid.count)
    assert counts[0] == counts[1]


def test_each_month_gets_its_own_reason() -> None:
    withdrawn = {"month": "2026-02", "fact": "platform_metric:posts", "asset": "facebook"}
    covered = {"month": "2026-03", "fact": "platform_metric", "asset": "facebook"}
    months = ["2026-01", "2026-02"]
    laid = session({"coverage": [withdrawn, covered]})
    town = asking_in(laid, months_table("T", months, "UTC"), date(2027, 1, 1))
    (cells,) = cells_of(laid, catalogue()["facebook.engagement_rate"], [town])
    assert [cell["reason"] for cell in cells] == ["not_covered:facebook", "metric_withdrawn:facebook"]
