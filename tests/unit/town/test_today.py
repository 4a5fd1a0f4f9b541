"""By which day everything is dated: the town's own, on a machine of any zone."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from tests.conftest import ROOT
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


def test_what_day_it_is_is_asked_in_one_place() -> None:
    """Elsewhere only where no town is meant: days a service counts by UTC, and a trial of rules on no rows."""
    asked = re.compile(r"(?:now\([^()]*(?:\([^()]*\))?[^()]*\)(?:\.astimezone\(\))?\.date\(\)|date\.today\(\))")
    folders = ("cli", "entry", "flows", "operations", "pipeline", "receiver", "town", "collectors", "expectations",
               "transforms", "publishers", "warehouse", "texts")  # fmt: skip
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if asked.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"warehouse/calendar.py", "collectors/ga4/source.py", "expectations/prove.py"}
