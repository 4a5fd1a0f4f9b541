"""Facts of which an indicator of some assets, or kinds of places, reads the rows of these alone: a refresh relies on it."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.unit.indicators.cases import load
from transforms.cases import computed
from transforms.catalogue import ours
from transforms.replaced import BEYOND_ITS_PLACES, OF_ONE_ASSET, kinds_read
from warehouse.vocabulary import SpaceKind

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


OF_KINDS = sorted(name for name, one in ours().items() if kinds_read(one) and OF_ONE_ASSET & set(one.header.inputs))


def with_all_said_again(name: str) -> bool:
    """Whether an indicator comes to the same when every message of its cases is said again, by the same people, in a
    place the authority runs of every kind it does not read."""
    indicator, said = ours()[name], 0
    kinds = [kind for kind in get_args(SpaceKind) if kind not in indicator.header.spaces.kinds]
    for case in load(name):
        more = [
            {**row, "space": f"of {kind}"}
            | {name: f"{kind} {row[name]}" for name in ("message", "root", "reply_to") if row.get(name)}
            for kind in kinds
            for row in case.get("message", [])
        ]
        heard = [
            {**row, "space": f"of {kind}"}
            for kind in kinds
            for row in case.get("coverage", [])
            if row.get("fact") == "message" and row.get("space")
        ]
        said += len(more)
        asset = next((row["asset"] for row in case.get("message", []) if "asset" in row), "whatsapp")
        places = [{"space": f"of {kind}", "asset": asset, "kind": kind, "operated_by": "authority"} for kind in kinds]
        plain = {
            **case,
            "space": [*case.get("space", []), *places],
            "coverage": [*case.get("coverage", []), *heard],
        }
        if computed(indicator, {**plain, "message": [*case.get("message", []), *more]}) != computed(indicator, plain):
            return False
    assert said, "its cases hold no message"
    return True


@pytest.mark.parametrize("name", OF_KINDS)
def test_messages_in_other_kinds_of_places_change_nothing(name: str) -> None:
    assert with_all_said_again(name)


@pytest.mark.parametrize("name", sorted(BEYOND_ITS_PLACES))
def test_what_counts_messages_of_other_places_too_is_named(name: str) -> None:
    assert not with_all_said_again(name)


def test_there_are_such() -> None:
    assert len(READERS) > 10 and len(OF_KINDS) > 8
