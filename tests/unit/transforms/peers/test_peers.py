"""Authorities beside one another: nothing of fewer than five, nobody's own figure, and what is not known stays so."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from transforms.peers import (
    MIN_AUTHORITIES,
    MIN_FOR_QUARTILES,
    Attributes,
    Figure,
    Group,
    beside_peers,
    groups_of,
    roll_up,
    share_of,
)
from transforms.peers.rollup import is_comparable, rounded

COUNTRY, NORTH = Group("country"), Group("district", "2")
VALUES = st.floats(0, 1e6, allow_nan=False).map(lambda one: round(one, 6))
STATUSES = st.sampled_from(["provisional", "missing", "suppressed", "not_applicable", "not_compared"])
FINAL = st.lists(VALUES, max_size=14)
SILENT = st.lists(st.tuples(STATUSES, VALUES), max_size=6)


def figures(values: list[float], silent: list[tuple[str, float]] = []) -> list[Figure]:  # noqa: B006
    told = [Figure(f"F{number}", "final", value) for number, value in enumerate(values)]
    return told + [Figure(f"S{number}", status, value) for number, (status, value) in enumerate(silent)]


@given(FINAL, SILENT)
def test_nothing_under_five_and_quartiles_from_eight_on(values: list[float], silent: list[tuple[str, float]]) -> None:
    everybody = figures(values, silent)
    said, share = roll_up(COUNTRY, everybody, everybody), share_of(COUNTRY, everybody, everybody)
    assert (said.middle is None) == (share.share is None) == (len(values) < MIN_AUTHORITIES) == (said.why == "too_few")
    if said.middle is not None:
        middle = said.middle
        assert middle.median == rounded(statistics.median(values))
        assert (middle.low is None) == (middle.high is None) == (len(values) < MIN_FOR_QUARTILES)
        if middle.low is not None and middle.high is not None:
            assert min(values) <= middle.low * 1.06 and middle.low <= middle.median <= middle.high


@given(FINAL, SILENT)
def test_what_is_not_final_is_counted_as_what_it_is_and_in_no_middle(
    values: list[float], silent: list[tuple[str, float]]
) -> None:
    alone, together = figures(values), figures(values, silent)
    one, all_ = roll_up(COUNTRY, alone, alone), roll_up(COUNTRY, together, together)
    assert one.middle == all_.middle
    if len(together) >= MIN_AUTHORITIES:
        assert sum(all_.statuses.values()) == len(together) and all_.statuses.get("final", 0) == len(values)
        assert all(all_.statuses[status] == [s for s, _ in silent].count(status) for status, _ in silent)
    else:
        assert (all_.speaking, all_.statuses) == (None, {})


@given(st.lists(VALUES, min_size=1, max_size=10), st.lists(VALUES, max_size=10), st.integers())
def test_whoever_has_which_figure_the_same_is_said(inside: list[float], outside: list[float], seed: int) -> None:
    """Inside a group, and outside it: so a figure has at least five it could be of, or nothing is said."""

    def told(mine: list[float], others: list[float]) -> list[object]:
        everybody = figures([*mine, *others])
        members = everybody[: len(mine)]
        return [roll_up(NORTH, members, everybody), roll_up(COUNTRY, everybody, everybody)]

    draw = random.Random(seed)
    moved, elsewhere = draw.sample(inside, len(inside)), draw.sample(outside, len(outside))
    assert told(inside, outside) == told(moved, elsewhere)
    north = told(inside, outside)[0]
    hidden = len(inside) < MIN_AUTHORITIES or 0 < len(outside) < MIN_AUTHORITIES
    assert (north.middle is None) == hidden  # type: ignore[attr-defined]


@given(st.lists(VALUES, min_size=1, max_size=12), VALUES)
def test_an_authority_beside_its_peers_is_not_among_them(values: list[float], other: float) -> None:
    everybody = figures(values)
    changed = [replace(everybody[0], value=other), *everybody[1:]]
    said = beside_peers("F0", COUNTRY, everybody, everybody)
    assert said == beside_peers("F0", COUNTRY, changed, changed)
    assert (said.middle is None) == (len(values) - 1 < MIN_AUTHORITIES)


def test_a_share_over_authorities() -> None:
    held = figures([1, 0, 1, 1, 0, 1], [("missing", 0.0)])
    said = share_of(COUNTRY, held, held)
    assert (said.share, said.speaking, said.statuses) == (0.67, 6, {"final": 6, "missing": 1})
    assert beside_peers("F1", COUNTRY, held, held, is_share=True).share == 0.8


def test_an_authority_is_in_no_group_of_what_nobody_knows() -> None:
    assert set(groups_of(Attributes("X"))) == {"country"}
    known = Attributes("0031", "6", 3, 32_000, 0.302, 0.011)
    assert {name: one.code for name, one in groups_of(known).items()} == {
        "country": "", "district": "6", "cluster": "3", "size": "to_50k", "sector": "general",
    }  # fmt: skip
    assert groups_of(replace(known, haredi_share=0.9))["sector"].code == "haredi"
    assert groups_of(replace(known, arab_share=0.9))["sector"].code == "arab"
    assert groups_of(replace(known, residents=100_000))["size"].code == "from_100k"


def test_a_figure_in_doubt_or_of_a_part_is_not_put_beside_others() -> None:
    assert is_comparable(["entered_by_hand", "by_name"])
    assert not is_comparable(["suspect"]) and not is_comparable(["incomplete:s1"])
