"""A month's life on a real store: only what changed is computed; closing, restating, pushing; any order."""

import json
import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import files_under, import_file
from pipeline.month.close import close
from pipeline.month.push import push
from pipeline.refresh.refresh import refresh
from tests.e2e.towns import opened, run_all, small_town
from town.faults import MonthProblem
from town.sections import PushTarget
from town.store import TownStore
from warehouse.ledger import core
from warehouse.tables import IndicatorValue, MonthState, Restatement, Snapshot

CONTENT = ("value", "numerator", "denominator", "n", "status", "quality", "reason")


@pytest.fixture
def town(tmp_path: Path, finished: Path) -> TownStore:
    """A private copy of the finished town."""
    folder = tmp_path / "town"
    shutil.copytree(finished, folder)
    return opened(folder)


def rows(store: TownStore, table: Any) -> list[Any]:
    with store.engine.connect() as connection:
        return list(connection.execute(select(core(table))))


def cells(store: TownStore) -> dict[tuple[str, ...], tuple[Any, ...]]:
    return {
        (r.indicator, r.month, r.space, r.part): tuple(getattr(r, c) for c in CONTENT)
        for r in rows(store, IndicatorValue)
    }


def add_initiatives(store: TownStore, month: str, amount: int) -> None:
    """Staff hand in one more workbook."""
    path = store.config.base / f"more-{month}-{amount}.xlsx"
    entry = {"month": month, "indicator": "facebook.initiatives", "part": "culture", "amount": amount, "subject": "s"}
    write_staff_workbook(path, entries={"monthly": [entry]})
    assert import_file(store, path).status == "read"


def test_a_second_refresh_has_nothing_to_do(town: TownStore) -> None:
    done = refresh(town)
    assert (done.staged, done.indicators, done.cells_written) == ([], {}, 0)


def test_only_what_changed_is_computed_and_named(town: TownStore) -> None:
    before = cells(town)
    add_initiatives(town, "2026-09", 5)
    done = refresh(town)
    assert done.indicators["facebook.initiatives"] == ["2026-09"]
    # Staff entries feed `report`; what reads no staff entries of that month is left alone.
    assert "whatsapp.resident_replies" not in done.indicators
    assert "resilience.loneliness" not in done.indicators
    changed = {place for place, cell in cells(town).items() if before.get(place) != cell}
    assert {place[1] for place in changed} == {"2026-09"}
    assert ("facebook.initiatives", "2026-09", "", "culture") in changed


@pytest.mark.more
def test_files_in_another_order_and_twice_give_the_same_values(tmp_path: Path, town: TownStore) -> None:
    small_town(tmp_path / "other")
    store = opened(tmp_path / "other")
    paths = list(files_under([tmp_path / "other" / "files"]))
    random.Random(1).shuffle(paths)
    run_all(store, [*paths, *paths[:5]])
    assert len(cells(town)) > 500
    assert cells(store) == cells(town)


def test_closing_restating_and_pushing(town: TownStore, tmp_path: Path) -> None:
    month = "2026-10"
    first = close(town, month)
    assert (first.revision, first.is_new) == (1, True)
    folder = town.output / first.folder
    manifest = (folder / "manifest.json").read_bytes()
    assert close(town, month).is_new is False
    add_initiatives(town, month, 7)
    done = refresh(town)
    assert done.restated >= 1
    notes = [r for r in rows(town, Restatement) if r.indicator == "facebook.initiatives" and not r.part and not r.space]
    assert [(n.new_value - n.old_value, n.reason) for n in notes] == [(7.0, "facts")]
    assert {r.month: r.state for r in rows(town, MonthState)} == {month: "restated"}
    assert refresh(town).restated == 0
    second = close(town, month, again=True)
    assert (second.revision, second.is_new) == (2, True)
    assert (folder / "manifest.json").read_bytes() == manifest
    assert [r.revision for r in rows(town, Snapshot)] == [1, 2]
    town.config.push = {"archive": PushTarget(kind="folder", path=str(tmp_path / "archive"))}
    delivered = push(town, None)
    assert [(d["revision"], d["status"], d["is_new"]) for d in delivered] == [
        (1, "delivered", True),
        (2, "delivered", True),
    ]
    assert [d["is_new"] for d in push(town, month)] == [False, False]
    arrived = json.loads(next((tmp_path / "archive").rglob("r2/manifest.json")).read_text())
    assert arrived == json.loads((town.output / second.folder / "manifest.json").read_text())


def test_a_month_that_is_not_over_cannot_be_closed(town: TownStore) -> None:
    town.today = date(2026, 10, 31)
    with pytest.raises(MonthProblem, match="not over"):
        close(town, "2026-10")
    town.today = date(2026, 11, 1)
    assert close(town, "2026-10").revision == 1


def test_a_close_killed_before_the_ledger_knew_is_done_again(town: TownStore) -> None:
    left = town.output / "snapshots" / town.authority.code / "2026-10" / "r1"
    left.mkdir(parents=True)
    (left / "half").write_text("half")
    done = close(town, "2026-10")
    assert done.is_new
    assert not (left / "half").exists()
    assert (left / "manifest.json").exists()
