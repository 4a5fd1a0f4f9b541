"""A source that says something else every day of the month after, and still after closing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from cli.main import kehila
from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.refresh.refresh import refresh
from tests.e2e.towns import opened
from town.store import TownStore
from warehouse.ledger import core
from warehouse.tables import MonthState, Restatement, SnapshotValue

MONTH, INDICATOR, PART = "2026-10", "facebook.initiatives", "culture"
CLOSED_ON = 10
AMOUNTS = {day: 3 + day % 4 for day in range(1, 29)} | {27: 3 + CLOSED_ON % 4, 28: 3 + CLOSED_ON % 4}
"""Day of November -> what the source says on it of October; in the end what it said when the month was closed."""


@pytest.fixture
def town(tmp_path: Path, finished: Path) -> Iterator[TownStore]:
    """A private copy of the finished town."""
    shutil.copytree(finished, tmp_path / "town")
    store = opened(tmp_path / "town")
    yield store
    store.engine.dispose()


def says(store: TownStore, day: int) -> None:
    path = store.config.base / f"day-{day}.xlsx"
    entry = {"month": MONTH, "indicator": INDICATOR, "part": PART, "amount": AMOUNTS[day], "subject": "s"}
    write_staff_workbook(path, entries={"monthly": [entry]})
    import_file(store, path, again=True)
    store.today = date(2026, 11, day)
    refresh(store)


def known(store: TownStore, view: str, column: str) -> float:
    """What a view says of the part, in one query."""
    part = store.catalogue[INDICATOR].header.parts[PART].title.en
    where = f""" "Indicator code" = '{INDICATOR}' and "Month" = '{MONTH}' and "Part" = '{part}' """
    query = f'select "{column}" from {view} where {where}'
    with store.engine.connect() as connection:
        return float(connection.execute(text(query)).scalars().one())


def published(store: TownStore) -> list[tuple[object, ...]]:
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(core(SnapshotValue)))]


def history(store: TownStore) -> list[tuple[float | None, str]]:
    table = core(Restatement)
    query = select(table).where(table.c.indicator == INDICATOR, table.c.part == PART).order_by(table.c.cell_revision)
    with store.engine.connect() as connection:
        return [(row.new_value, row.reason) for row in connection.execute(query)]


def state(store: TownStore) -> str:
    with store.engine.connect() as connection:
        return str(connection.execute(select(core(MonthState).c.state)).scalar_one())


@pytest.mark.more
def test_open_it_follows_its_source_and_closed_it_keeps_what_it_said(town: TownStore) -> None:
    for day in range(1, CLOSED_ON + 1):
        says(town, day)
        assert known(town, "indicator_value_by_part_en", "Value") == AMOUNTS[day]
    done = close(town, MONTH, is_forced=True)
    manifest, kept = (town.output / done.folder / "manifest.json").read_bytes(), published(town)
    expected: list[tuple[float | None, str]] = []
    before = said = AMOUNTS[CLOSED_ON]
    for day in range(CLOSED_ON + 1, 29):
        says(town, day)
        if AMOUNTS[day] != before:  # one restatement a change of the cell, and none where nothing changed
            expected.append((AMOUNTS[day], "returned" if AMOUNTS[day] == said else "facts"))
        before = AMOUNTS[day]
        assert history(town) == expected
        assert known(town, "indicator_value_by_part_en", "Value") == AMOUNTS[day]
        assert known(town, "as_published_by_part_en", "Value as published") == said
        assert known(town, "as_published_by_part_en", "Value as now known") == AMOUNTS[day]
        assert state(town) == ("closed" if AMOUNTS[day] == said else "restated")
        assert published(town) == kept and (town.output / done.folder / "manifest.json").read_bytes() == manifest
    assert close(town, MONTH, again=True).is_new is False, "it has returned: there is nothing to revise"


def test_show_and_close_say_what_changed_since(town: TownStore) -> None:
    says(town, CLOSED_ON)
    close(town, MONTH, is_forced=True)
    town.engine.dispose()
    config = str(town.config.base / "kehila.toml")

    def run(*words: str) -> str:
        done = CliRunner().invoke(kehila, ["--config", config, "--today", "2026-11-22", *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert "unchanged since" in run("show", INDICATOR, "--month", MONTH, "--as-published")
    quiet = [run("refresh"), run("show", INDICATOR, "--month", MONTH)]
    assert not any("--again" in one for one in quiet), "nothing changed: nobody speaks of it"
    assert "nothing has changed since" in run("close", "--month", MONTH)
    says(town, CLOSED_ON + 1)
    told = run("close", "--month", MONTH)
    assert f"{INDICATOR} · {PART}: 5 -> 6 (facts)" in told and "--again" in told
    count = json.loads(run("close", "--month", MONTH, "--json"))["changed_since"]
    assert json.loads(run("refresh", "--json"))["changed_since"] == {MONTH: count} != {MONTH: 0}
    for language, closed in (("he", "חודש סגור השתנה"), ("ar", "تغيّر شهر مغلق"), ("en", "closed month changed")):
        again = f"kehila close --month {MONTH} --again"
        for _ in range(2):  # in every run, until a new revision is made
            (line,) = [one for one in run("refresh", "--language", language).splitlines() if closed in one]
            assert again in line and str(count) in line
        shown = run("show", INDICATOR, "--month", MONTH, "--language", language)
        assert again in shown.splitlines()[-1]
    found = json.loads(run("show", INDICATOR, "--month", MONTH, "--as-published", "--json"))
    assert found["is_changed"] and found["now"]["value"] == found["value"] + 1 and found["parts"][PART] == 5
    assert "כידוע כעת" in run("show", INDICATOR, "--month", MONTH, "--as-published", "--language", "he")
    assert "revision 2" in run("close", "--month", MONTH, "--again", "--force")
    assert not any("--again" in one for one in (run("refresh"), run("show", INDICATOR, "--month", MONTH)))
    assert json.loads(run("show", INDICATOR, "--month", MONTH, "--as-published", "--json"))["revision"] == 2
