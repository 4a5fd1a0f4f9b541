"""A value whose own input is doubted says so, whichever way it is known: measured, surveyed or entered."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from transforms.catalogue import ours
from transforms.choice import Desk
from transforms.heard import Heard
from transforms.staging.coverage import doubted
from warehouse.schemas import arrow_schema

MONTH, OTHER = "2026-10", "2026-09"


def heard(fact: str, basis: str, doubts: set[tuple[str, str, str]]) -> Heard:
    schema = arrow_schema("coverage")
    plain: dict[str, Any] = {
        "authority": "T1", "month": MONTH, "source": "x", "asset": "", "space": "", "fact": fact, "basis": basis,
        "extent": "full", "knows": "", "why": "", "quality": "", "first_day": date(2026, 10, 1),
        "last_day": date(2026, 10, 31),
    }  # fmt: skip
    rows = pa.Table.from_pylist([{name: plain.get(name) for name in schema.names}], schema=schema)
    return Heard(doubted(rows, doubts), [], rows.slice(0, 0))


@pytest.mark.parametrize(
    ("name", "fact", "basis", "row"),
    [
        ("resilience.loneliness", "survey_response", "export", {"as_of": date(2026, 10, 25)}),
        ("ethics.training", "report:ethics.training", "entered", {}),
        ("whatsapp.meetups", "report:whatsapp.meetups", "entered", {"method": "listed"}),
    ],
)
def test_the_flag_comes_with_the_doubt_and_moves_no_value(
    name: str, fact: str, basis: str, row: dict[str, Any]
) -> None:
    indicator = ours()[name]

    def cell(doubts: set[tuple[str, str, str]]) -> dict[str, Any]:
        desk = Desk(indicator, heard(fact, basis, doubts), date(2027, 1, 10), None)  # type: ignore[arg-type]
        desk.take([{"month": MONTH, "value": 3.0, "n": 40, **row}], [MONTH])
        desk.choose()
        return desk.chosen[MONTH, "", ""]

    of = fact.partition(":")[0]
    plain, marked = cell(set()), cell({(of, "", MONTH)})
    assert "suspect" not in plain["quality"].split() and "suspect" in marked["quality"].split()
    assert plain["value"] == marked["value"] == 3.0
    assert "suspect" not in cell({(of, "", OTHER), ("visit", "", MONTH)})["quality"].split(), "its own input alone"
