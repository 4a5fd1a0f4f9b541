"""What a figure's unit says of it: a count is whole, a share is of something, and says of how many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.indicators.cases import load
from transforms import cases
from transforms.catalogue import Indicator, ours

FRACTIONS = frozenset({"share", "decimal", "per_1000"})


def cells(indicator: Indicator) -> Iterator[dict[str, Any]]:
    """Every cell with a value of every case of an indicator."""
    for case in load(indicator.id):
        yield from (cell for cell in cases.computed(indicator, case) if cell["value"] is not None)


@pytest.mark.parametrize("indicator", ours().values(), ids=lambda one: one.id)
def test_units_mean_what_they_say(indicator: Indicator) -> None:
    for cell in cells(indicator):
        place = cases.place_of(cell)
        is_weighted = "survey_response" in indicator.header.inputs  # of answers, by their weight
        if cell["unit"] == "count" and "entered_by_hand" not in cell["quality"]:
            assert float(cell["value"]).is_integer(), f"{place}: a count of {cell['value']}"
        if cell["unit"] == "share":
            assert 0 <= cell["value"] <= 1, place
        if cell["unit"] in FRACTIONS and cell["denominator"] is not None and cell["unit"] != "per_1000":
            assert cell["value"] == pytest.approx(cell["numerator"] / cell["denominator"], abs=1e-5), place
            if cell["unit"] == "share" and not is_weighted:
                assert cell["n"] == cell["denominator"], f"{place}: n is {cell['n']} of {cell['denominator']}"
        assert cell["n"] is not None, f"{place}: a figure that rests on nobody knows how many"
