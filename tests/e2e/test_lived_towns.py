"""Clean towns that live month after month through the whole pipeline: nothing is held, and hardly a doubt."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.lived_town import live
from warehouse.checks import KEPT_BACK, checks

pytestmark = pytest.mark.long

LAST = "2026-10"


@pytest.mark.parametrize(("seed", "months"), [(3, 14), (11, 18), (29, 24)])
def test_a_clean_town_is_not_held_and_doubted_once_a_quarter_at_most(seed: int, months: int, tmp_path: Path) -> None:
    held, doubts = set[tuple[str, ...]](), set[tuple[str, ...]]()
    for _, store in live(tmp_path, seed, months, LAST):
        for one in checks(store.ledger, is_open=False):
            place = (one.source, one.fact, one.month, one.rule, one.space, one.arguments)
            (held if one.verdict in KEPT_BACK else doubts).add(place)
    assert held == set()
    a_quarter = Counter(f"{month[:4]}-{(int(month[5:] or 1) + 2) // 3}" for _, _, month, *_ in doubts)
    assert max(a_quarter.values(), default=0) <= 1, sorted(doubts)
