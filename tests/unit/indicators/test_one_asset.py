"""Facts of which an indicator of some assets reads the rows of these assets alone: a refresh relies on it."""

from __future__ import annotations

import pytest

from tests.unit.indicators.cases import load
from transforms.cases import computed
from transforms.catalogue import ours
from transforms.replaced import OF_ONE_ASSET

READERS = sorted(
    name for name, one in ours().items() if one.header.assets and OF_ONE_ASSET & set(one.header.inputs)
)  # fmt: skip
OTHERS = ("facebook", "whatsapp", "zoom", "newsletter", "website", "app")


@pytest.mark.parametrize("name", READERS)
def test_messages_of_other_assets_change_nothing(name: str) -> None:
    """Every message of its cases is said a second time, in a place of every asset it does not read."""
    indicator = ours()[name]
    foreign = [one for one in OTHERS if one not in indicator.header.assets]
    cases = load(name)
    said = 0
    for case in cases:
        more = [
            {**row, "asset": asset, "space": f"of {asset}", "message": f"{asset} {number}", "root": f"{asset} {number}"}
            for asset in foreign
            for number, row in enumerate(case.get("message", []))
        ]
        said += len(more)
        places = [
            {"space": f"of {asset}", "asset": asset, "kind": "open", "operated_by": "residents"} for asset in foreign
        ]
        plain = {**case, "space": [*case.get("space", []), *places]}
        assert computed(indicator, {**plain, "message": [*case.get("message", []), *more]}) == computed(
            indicator, plain
        ), case["name"]
    assert said, "its cases hold no message"


def test_there_are_such() -> None:
    assert len(READERS) > 10
