"""A month that has not begun, or of which no record can speak: neither computed, nor written, nor closed unasked."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.month.values import month_values_of
from pipeline.months import Months
from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from tests.e2e.command_line import Run, entry_point, one_line
from texts.values import month_values
from town.faults import MonthProblem
from town.store import TownStore
from warehouse.calendar import shift

FIRST, MONTH, RUNNING = "2026-09", "2026-10", "2026-11"
"""Months of the town below: nothing is older than the first, and the last is the running one."""
COMMANDS = ("run", "publish", "close")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return entry_point(monkeypatch, capsys)


@pytest.fixture
def town(refreshed: Path, tmp_path: Path) -> TownStore:
    """The files of October, and a chat of September."""
    shutil.copytree(refreshed, tmp_path / "town")
    return hostile.opened(tmp_path / "town")


def at(store: TownStore) -> tuple[str, ...]:
    return "--config", str(store.config.base / "kehila.toml"), "--today", "2026-11-22"


def statuses(store: TownStore, month: str) -> list[tuple[str, str]]:
    """Status and reason of every stored headline of a month, by a query of our own."""
    query = sql(
        "select status, coalesce(reason, '') from indicator_value "
        "where month = :month and cut = '' and space = '' and part = ''"
    )
    with store.engine.connect() as connection:
        return [(str(status), str(reason)) for status, reason in connection.execute(query, {"month": month})]


def months(store: TownStore) -> set[str]:
    with store.engine.connect() as connection:
        return set(connection.execute(sql("select distinct month from indicator_value")).scalars())


def test_it_is_refused_with_the_months_there_are(town: TownStore, run: Run) -> None:
    refresh(town)
    before = hostile.content(town)
    for month in ("1999-01", "2026-08", "2026-12", "2030-01"):
        for command in COMMANDS:
            one_line(run(*at(town), command, "--month", month), 1, month, FIRST, RUNNING, "--force")
        assert not town.output.exists() or month not in str(list(town.output.rglob("*")))
    assert hostile.content(town) == before


def test_a_month_ahead_is_refused_before_a_file_is_read(town: TownStore, run: Run, tmp_path: Path) -> None:
    before = hostile.content(town)
    ran = run(*at(town), "run", "--month", "2030-01", tmp_path / "town" / "WhatsApp Chat with Older.txt")
    one_line(ran, 1, "has not begun")
    assert hostile.content(town) == before


@pytest.mark.more
def test_what_a_run_found_is_told_although_its_month_is_refused(tmp_path: Path, run: Run) -> None:
    store = hostile.stocked(tmp_path / "town")
    ran = run(*at(store), "run", "--month", "1999-01", "--json")
    told = json.loads(ran.out)
    assert ran.code == 1 and told["refresh"]["staged"] and FIRST not in told["problem"] and MONTH in told["problem"]
    assert "kehila: nothing is known of 1999-01" in ran.err
    assert not (store.output / "reports").exists() and "1999-01" not in months(store)


def test_a_town_without_a_record_says_what_to_do(tmp_path: Path, run: Run) -> None:
    store = hostile.town(tmp_path)
    for command in COMMANDS:
        one_line(run(*at(store), command, "--month", MONTH), 1, "no record has landed", "import")
    assert months(store) == set()


@pytest.mark.parametrize("month", ["1999-01", "2030-01"])
def test_whoever_insists_gets_a_report_of_missing_values(town: TownStore, run: Run, month: str) -> None:
    ran = run(*at(town), "run", "--month", month, "--force", "--json")
    assert ran.code == 0
    told = json.loads(ran.out)
    assert (told["values"]["with_value"], told["values"]["missing"]) == (0, told["values"]["indicators"])
    assert all(Path(one).exists() for one in told["reports"]) and month in str(told["reports"])


def test_a_month_ahead_is_never_closed_and_an_older_one_when_somebody_insists(town: TownStore, run: Run) -> None:
    for month in ("1999-01", "2030-01"):
        run(*at(town), "run", "--month", month, "--force")
    one_line(run(*at(town), "close", "--month", "2030-01", "--force"), 1, "not over")
    one_line(run(*at(town), "close", "--month", "1999-01"), 1, FIRST)
    assert not (town.output / "snapshots").exists()
    assert json.loads(run(*at(town), "close", "--month", "1999-01", "--force", "--json").out)["revision"] == 1


def test_a_month_without_any_value_is_not_closed_unasked(tmp_path: Path, run: Run) -> None:
    """It lies between months with records, so only its values tell."""
    store = hostile.town(tmp_path / "town")
    for month in (6, 10):
        path = tmp_path / f"WhatsApp Chat with Garden {month}.txt"
        path.write_text(hostile.chat(month=month), encoding="utf-8")
        assert import_file(store, path).status == "read"
    told = json.loads(run(*at(store), "run", "--month", "2026-08", "--json").out)["values"]
    assert told["with_value"] == 0, "the control: there is no value"
    one_line(run(*at(store), "close", "--month", "2026-08"), 1, "no indicator has a value", "--force")
    assert not (store.output / "snapshots").exists()
    assert run(*at(store), "close", "--month", "2026-08", "--force").code == 0


def test_a_month_of_which_hardly_anything_is_known_is_closed_only_by_who_insists(tmp_path: Path, run: Run) -> None:
    store = hostile.town(tmp_path / "town")
    path = tmp_path / "group.csv"
    hostile.table(path, hostile.GROUP)
    assert import_file(store, path).status == "read"
    write_staff_workbook(tmp_path / "staff.xlsx", language="en", authority="T1", entries={"monthly": [hostile.ENTRY]})
    assert import_file(store, tmp_path / "staff.xlsx").status == "read"
    told = json.loads(run(*at(store), "run", "--month", MONTH, "--json").out)["values"]
    assert 0 < told["with_value"] < 8, "the control"
    ran = run(*at(store), "close", "--month", MONTH)
    assert ran.code == 1 and told["in_words"]["en"] in ran.err and "--force" in ran.err.splitlines()[-1]
    assert not (store.output / "snapshots").exists()
    assert run(*at(store), "close", "--month", MONTH, "--force").code == 0
    assert run(*at(store), "close", "--month", MONTH).code == 0, "it was closed before"


@pytest.mark.more
def test_a_refresh_names_the_indicators_to_who_asks(tmp_path: Path, run: Run) -> None:
    store = hostile.stocked(tmp_path / "town")
    assert "whatsapp.trust" in run(*at(store), "run", "--month", MONTH, "--verbose").out


def test_run_says_how_many_have_a_value_and_why_the_others_have_none(town: TownStore, run: Run) -> None:
    told = json.loads(run(*at(town), "run", "--month", MONTH, "--json").out)["values"]
    stored = statuses(town, MONTH)
    counted = Counter(status for status, _ in stored)
    with_value = counted["final"] + counted["provisional"]
    reasons = Counter(reason.partition(":")[0] for status, reason in stored if status == "missing")
    assert len(stored) == len(town.catalogue) and with_value and len(reasons) > 2, "the control"
    assert told["indicators"] == len(stored)
    assert (told["with_value"], told["missing"]) == (with_value, counted["missing"])
    assert (told["suppressed"], told["not_applicable"]) == (counted["suppressed"], counted["not_applicable"])
    assert told["reasons"] == dict(reasons)
    assert list(told["reasons"].values()) == sorted(reasons.values(), reverse=True)
    line = told["in_words"]["en"]
    assert line.startswith(f"{with_value} of {len(stored)} have a value; {counted['missing']} missing: ")
    assert f"no source {reasons['no_source']}" in line
    ran = run(*at(town), "rebuild").out + run(*at(town), "run", "--month", MONTH).out
    assert not any(name in ran for name in town.catalogue), "nobody reads eighty identifiers"
    named = run(*at(town), "refresh", "--verbose").out  # nothing is stale now, so none is named
    assert "recomputed: indicators 0" in named
    lines = run(*at(town), "run", "--month", MONTH).out.splitlines()
    assert lines[-3:] == [told["in_words"][language] for language in ("en", "he", "ar")]
    assert all(str(count) in told["in_words"]["he"] for count in (with_value, *reasons.values()))
    closed = run(*at(town), "close", "--month", MONTH, "--force")
    assert closed.code == 0 and line in closed.out.splitlines()


def test_withheld_values_and_those_that_do_not_apply_are_not_missing(town: TownStore, run: Run) -> None:
    refresh(town)
    before = Counter(status for status, _ in statuses(town, MONTH))
    update = sql(
        "update indicator_value set status = :status where month = :month and cut = '' and space = '' and part = '' and "
        "indicator = (select min(indicator) from indicator_value where month = :month and cut = '' and space = '' and "
        "part = '' and status = 'missing')"
    )
    with town.engine.begin() as connection:
        for status in ("suppressed", "not_applicable", "not_applicable"):
            connection.execute(update, {"status": status, "month": MONTH})
    told = month_values_of(town, MONTH)
    withheld, not_used = before["suppressed"] + 1, before["not_applicable"] + 2
    assert (told.missing, told.suppressed, told.not_applicable) == (before["missing"] - 3, withheld, not_used)
    assert told.with_value + told.missing + told.suppressed + told.not_applicable == told.indicators
    assert month_values("en", **told.as_json()).endswith(f"; {withheld} withheld; {not_used} not applicable")


def test_a_record_of_a_month_ahead_is_put_aside_and_no_month_ahead_is_computed(tmp_path: Path, run: Run) -> None:
    store = hostile.stocked(tmp_path / "town")
    path = tmp_path / "WhatsApp Chat with Clock.txt"
    path.write_text(hostile.chat(month=12), encoding="utf-8")
    import_file(store, path)
    ran = run(*at(store), "run", "--month", MONTH)
    assert "put aside" in ran.out
    assert max(months(store)) <= RUNNING
    assert "in_future" in {row.code for row in store.ledger.quarantine()}
    with pytest.raises(MonthProblem, match="has not begun"):
        refresh(store, months=["2026-12"])
    assert max(months(store)) <= RUNNING


@pytest.mark.more
def test_a_fact_stored_on_a_later_day_is_not_computed_on_an_earlier_one(tmp_path: Path, run: Run) -> None:
    """Somebody replayed the town as on a later day: its facts of December stay, and today's months end today."""
    store = hostile.stocked(tmp_path / "town")
    path = tmp_path / "WhatsApp Chat with Clock.txt"
    path.write_text(hostile.chat(month=12), encoding="utf-8")
    import_file(store, path)
    store.today = date(2027, 1, 5)
    refresh(store, months=[MONTH])
    assert any(row.month == "2026-12" for row in store.ledger.partitions()), "the control"
    assert run(*at(store), "run", "--month", MONTH).code == 0
    assert max(months(store)) <= RUNNING


MONTHS = st.builds(lambda by: shift("2026-11", by), st.integers(-400, 400))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(MONTHS, max_size=6), MONTHS, MONTHS)
def test_the_months_there_are(landed: set[str], running: str, asked: str) -> None:
    class Row:
        def __init__(self, month: str) -> None:
            self.month = month

    today = date(int(running[:4]), int(running[5:]), 7)
    there_are = Months.of([Row(""), *map(Row, landed)], today)  # type: ignore[list-item]
    is_one = any(month <= asked for month in landed) and asked <= running
    assert (asked in there_are) is is_one
    why = there_are.refusal(asked)
    assert (why == "") is is_one
    if why and there_are.first:
        assert all(word in why for word in (asked, min(landed), running))
