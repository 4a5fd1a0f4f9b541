"""Several sources of one place, and several assets of the authority as a whole: whose word is the extent of a month."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from transforms.catalogue import ours
from transforms.heard import Heard
from transforms.staging.coverage import Part, coverage_row
from warehouse.schemas import arrow_schema

MONTH = "2026-10"


def heard(*lines: tuple[str, str, bool]) -> Heard:
    """What sources said of publications: asset, place, and whether they read the whole month."""
    rows: list[dict[str, Any]] = [
        {"authority": "T1", **coverage_row("publication", Part.whole(MONTH, is_full=is_full), basis="api", asset=asset, space=space, knows=["topic"])}
        for asset, space, is_full in lines
    ]  # fmt: skip
    schema = arrow_schema("coverage")
    table = pa.Table.from_pylist(rows, schema=schema)
    return Heard(table, [], schema.empty_table())


@pytest.mark.parametrize(
    ("lines", "extent"),
    [
        ([("website", "", True)], "full"),
        ([("website", "", True), ("website", "", False)], "full"),  # one of them read it all
        ([("website", "", True), ("newsletter", "", False)], "part"),  # what the list sent is not all known
        ([("website", "", True), ("newsletter", "", True)], "full"),
        ([("website", "site", True), ("website", "site", False)], "full"),
        ([("website", "site", True), ("website", "other", False)], "part"),
        ([("website", "site", False), ("website", "site", False)], "part"),
    ],
)
@pytest.mark.parametrize("is_reversed", [False, True])
def test_the_extent_of_a_month(lines: list[tuple[str, str, bool]], extent: str, is_reversed: bool) -> None:
    told = heard(*(reversed(lines) if is_reversed else lines))
    found = told.extent(ours()["policy.resilience_use"], "", MONTH)
    assert found.extent == extent
    assert found.spaces == {space for _, space, _ in lines}
