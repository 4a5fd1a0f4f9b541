"""By which day everything is dated: the town's own, on a machine of any zone."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from tests.integration.receiving import town
from town.config import load
from town.store import open_store


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 30, 21, 59, tzinfo=UTC), date(2026, 11, 30)),
        # Past midnight in the town, and nowhere west of it: what happens now is not in the future.
        (datetime(2026, 11, 30, 22, 1, tzinfo=UTC), date(2026, 12, 1)),
    ],
)
def test_a_store_is_opened_on_the_day_of_its_town(tmp_path: Path, now: datetime, day: date) -> None:
    with time_machine.travel(now, tick=False):
        assert open_store(load(town(tmp_path))).today == day
