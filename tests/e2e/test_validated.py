"""What kernels let through Great Expectations looks at again: before a month closes, and where a kernel is wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from collectors.staff_workbook.write import write_staff_workbook
from expectations import compiled, gate
from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.refresh.published import standing_of
from pipeline.refresh.refresh import refresh
from pipeline.refresh.validation import validate_stored
from pipeline.upkeep.health import VALIDATED_WITHIN, conditions
from tests.conftest import ROOT
from tests.e2e.towns import opened
from town.store import TownStore
from warehouse.checks import DISPUTED, checks
from warehouse.gate_tables import ValidationRow
from warehouse.ledger import core, now
from warehouse.store import transaction
from warehouse.validated import unvalidated

MONTH = "2026-10"


@pytest.fixture
def town(tmp_path: Path, finished: Path) -> Iterator[TownStore]:
    """A private copy of the finished town, in which one entry more was typed since."""
    shutil.copytree(finished, tmp_path / "town")
    store = opened(tmp_path / "town")
    path = tmp_path / "more.xlsx"
    entry = {"month": MONTH, "indicator": "facebook.initiatives", "part": "culture", "amount": 3, "subject": "s"}
    write_staff_workbook(path, entries={"monthly": [entry]})
    validate_stored(store)
    import_file(store, path)
    yield store
    store.engine.dispose()


def runs(store: TownStore) -> dict[tuple[str, str, str, str], str]:
    table = core(ValidationRow)
    with store.engine.connect() as connection:
        rows = connection.execute(select(table.c.fact, table.c.month, table.c.source, table.c.sha256, table.c.run))
        return {tuple(row[:4]): row.run for row in rows}


def test_what_changed_waits_and_nothing_else(town: TownStore) -> None:
    assert unvalidated(town.ledger) == []
    before = {one.path for one in town.ledger.partitions()}
    refresh(town)
    changed = {one.path for one in town.ledger.partitions()} - before
    assert {one.path for one in unvalidated(town.ledger)} == changed != set()
    assert validate_stored(town).files == len(changed)
    assert validate_stored(town).files == 0


def test_no_month_closes_over_what_the_suite_has_not_seen(town: TownStore) -> None:
    refresh(town)
    town.today = date(2026, 12, 10)
    close(town, MONTH, is_forced=True)
    named = runs(town)
    rows = [one for one in town.ledger.partitions() if one.month == MONTH]
    assert rows
    for one in rows:
        assert named[one.fact, one.month, one.source, one.sha256].startswith("great-expectations ")


def test_a_refresh_of_good_rows_does_not_load_great_expectations(town: TownStore) -> None:
    """In a process of its own: once loaded, a module stays."""
    code = (
        "import sys; from pathlib import Path; from tests.e2e.towns import opened; "
        "from pipeline.refresh.refresh import refresh; "
        f"done = refresh(opened(Path({str(town.config.base)!r})), streams=['staff_report', 'staff_version']); "
        "print(bool(done.staged), 'great_expectations' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["True", "False"]


def test_a_wrong_kernel_is_found_its_month_waits_and_the_suite_takes_over(
    town: TownStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernels say that all rows keep everything; on the day they are asked, those after it lie ahead."""
    for module in (compiled, gate):
        monkeypatch.setattr(module, "holds", lambda _table, _check: True)
    refresh(town)
    with transaction(town.engine) as tx:
        tx.execute(delete(core(ValidationRow)))
    town.today = date(2026, 10, 15)
    found = validate_stored(town).disputed
    assert found
    standing = [one for one in checks(town.ledger) if one.rule == DISPUTED]
    assert {(one.fact, one.month) for one in standing} == {(one.fact, one.month) for one in found}
    assert {one.verdict for one in standing} == {"held"}
    assert {one.level for one in conditions(town) if one.code == "gate_held"} == {"fail"}
    waits = {(one.fact, one.month, one.source) for one in unvalidated(town.ledger)}
    assert {(one.fact, one.month, one.source) for one in standing} <= waits
    assert DISPUTED in {one.rule for one in standing_of(town, MONTH)}, "a month that waits would be closed"
    done = refresh(town)
    assert done.quarantined > 0
    assert not [one for one in checks(town.ledger) if one.rule == DISPUTED]


def test_what_waits_too_long_is_said(town: TownStore, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh(town)
    assert not [one for one in conditions(town) if one.code == "not_validated"]
    later = now() + VALIDATED_WITHIN
    monkeypatch.setattr("pipeline.upkeep.health.now", lambda: later)
    (said,) = [one for one in conditions(town) if one.code == "not_validated"]
    assert (said.level, said.arguments["count"]) == ("warn", len(unvalidated(town.ledger)))
