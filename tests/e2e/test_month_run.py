"""A month's run loses nothing of what its own refresh found, however it is started."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.land.files import import_file
from pipeline.month.run import bring_up_to_date, run_month
from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from tests.e2e.command_line import Run, entry_point
from town.store import TownStore

QUIET_MONTH = "2026-11"  # no source speaks of it


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return entry_point(monkeypatch, capsys)


def in_short(done: Refreshed) -> dict[str, object]:
    return {"staged": done.staged, "changed": done.changed, "refused": done.refused, "warnings": done.warnings}


def twins(folder: Path) -> tuple[TownStore, TownStore]:
    """Two towns that got the same files."""
    one, other = hostile.stocked(folder / "one"), hostile.town(folder / "other")
    for path in sorted((folder / "one" / "files").iterdir()):
        import_file(other, path)
    return one, other


@pytest.mark.parametrize("month", [pytest.param("2026-10", marks=pytest.mark.more), QUIET_MONTH])
def test_a_run_tells_all_that_a_refresh_tells_and_computes_the_month_too(tmp_path: Path, month: str) -> None:
    plain, asked = twins(tmp_path)
    expected, (found, report) = refresh(plain), bring_up_to_date(asked, month)
    assert in_short(found) == in_short(expected)
    assert expected.staged, "the control: there was something to stage"
    assert report is not None
    assert report.exists()
    for name, months in expected.indicators.items():
        assert set(found.indicators[name]) == {*months, month}


def test_a_run_writes_the_report_of_its_gate_for_a_month_nobody_speaks_of(tmp_path: Path) -> None:
    store = hostile.stocked(tmp_path)
    done = run_month(store, QUIET_MONTH)
    assert "validation" in str(done.reports[-1])
    assert len(done.refreshed.staged) >= 3
    again = run_month(store, QUIET_MONTH)
    assert (again.refreshed.staged, again.refreshed.indicators) == ([], {})


def test_what_is_refused_makes_the_run_end_with_1(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile.stocked(tmp_path).engine.dispose()
    from expectations import gate
    from expectations.results import GateResult, Refused

    def nothing(fact: str, rows: Any, _context: Any) -> Any:
        refused = Refused("wrong_columns", {}, "", rows.num_rows)
        return GateResult(fact, rows.num_rows, rows.slice(0, 0), refused=(refused,))

    monkeypatch.setattr(gate, "check", nothing)
    ran = run("--config", tmp_path / "kehila.toml", "--today", "2027-01-05", "run", "--month", QUIET_MONTH, "--json")
    assert json.loads(ran.out)["refresh"]["refused"]
    assert ran.code == 1
