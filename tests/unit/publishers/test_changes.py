"""The change list on page one is what was published against what is known now, however it came to be so."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, update
from sqlmodel import Session

from pipeline.refresh.restatements import note_restatements
from publishers.reading import read_report
from publishers.report import Report
from publishers.summary import change_text, changes_json
from publishers.workbook import workbook
from tests.unit.publishers import town
from tests.unit.publishers.opened import page_of, words_of
from warehouse.calendar import last_day
from warehouse.ledger import Ledger, core, select_rows
from warehouse.published import PLACE
from warehouse.tables import DimSpace, IndicatorValue, MonthState, Restatement, Snapshot, SnapshotValue

VALUES = core(IndicatorValue)
MINE = (VALUES.c.authority == town.AUTHORITY) & (VALUES.c.month == town.MONTH)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The invented town with its month closed as revision 1."""
    engine = town.warehouse(tmp_path)
    with Session(engine) as session:
        for row in stored(engine):
            kept = {name: getattr(row, name) for name in (*PLACE, "value", "status", "quality", "definition_version")}
            session.add(SnapshotValue(authority=town.AUTHORITY, month=town.MONTH, snapshot_revision=1, **kept))
        session.add(
            Snapshot(
                authority=town.AUTHORITY, month=town.MONTH, revision=1, closed_at=town.CLOSED_AT,
                manifest_sha256="0" * 64, folder="f",
            )
        )  # fmt: skip
        session.merge(MonthState(authority=town.AUTHORITY, month=town.MONTH, state="closed", revision=1))
        session.commit()
    yield engine
    engine.dispose()


def stored(engine: Engine) -> list[Any]:
    return select_rows(engine, IndicatorValue, VALUES.select().where(MINE))


def change(engine: Engine, indicator: str, space: str = "", part: str = "", **to: Any) -> None:
    with engine.begin() as tx:
        place = (VALUES.c.indicator == indicator) & (VALUES.c.space == space) & (VALUES.c.part == part)
        tx.execute(update(VALUES).where(MINE & place).values(**to))


def remove(engine: Engine, indicator: str, space: str = "", part: str = "") -> dict[str, Any]:
    place = (VALUES.c.indicator == indicator) & (VALUES.c.space == space) & (VALUES.c.part == part)
    with engine.begin() as tx:
        row = dict(tx.execute(VALUES.select().where(MINE & place)).mappings().one())
        tx.execute(delete(VALUES).where(MINE & place))
    return row


def reading(engine: Engine) -> Report:
    return read_report(engine, town.AUTHORITY, town.MONTH, town.TIMEZONE)


def told(engine: Engine) -> list[str]:
    report = reading(engine)
    return [change_text(one, report, "en") for one in report.changes]


def noted(engine: Engine) -> int:
    return note_restatements(Ledger(engine, town.AUTHORITY), ["staff"])


def state(engine: Engine) -> str:
    return select_rows(engine, MonthState, core(MonthState).select())[0].state


def history(engine: Engine) -> list[tuple[str, float | None, str]]:
    table = core(Restatement)
    found = select_rows(engine, Restatement, table.select().order_by(table.c.indicator, table.c.cell_revision))
    return [(row.reason, row.new_value, row.new_status) for row in found]


def test_a_cell_that_came_back_is_in_the_history_and_not_in_the_list(engine: Engine) -> None:
    change(engine, "website.resident_users", value=1500.0, revision=2)
    assert noted(engine) == 1
    assert (told(engine), state(engine)) == (["Indicator 0: published 1,520, now 1,500"], "restated")
    change(engine, "website.resident_users", value=1520.0, revision=3)
    assert (told(engine), noted(engine), state(engine)) == ([], 1, "closed")
    assert history(engine) == [("facts", 1500.0, "provisional"), ("returned", 1520.0, "provisional")]
    assert noted(engine) == 0


def test_what_went_and_what_is_new_say_so(engine: Engine) -> None:
    gone = remove(engine, "whatsapp.answers", space="s00")
    remove(engine, "whatsapp.answers", space="s01")
    with engine.begin() as tx:
        tx.execute(delete(core(DimSpace)).where(core(DimSpace).c.space == "s00"))
        tx.execute(VALUES.insert().values({**gone, "indicator": "ethics.training", "space": "", "part": "people"}))
    change(engine, "whatsapp.trust", value=3.3, status="suppressed")  # as secret as it was
    change(engine, "policy.investment", value=99.0, status="suppressed")
    assert [line.replace("\u2068", "").replace("\u2069", "") for line in told(engine)] == [
        "Indicator 8 · people: not published, now 0.0 hours",
        "Indicator 7: published ₪125,000, now Withheld",
        "Indicator 5 · s00: published 0; the space is no longer registered",
        "Indicator 5 · </script><script>alert(1)</script>: published 1, now there is no figure",
    ]
    assert noted(engine) == 4
    assert {row[0] for row in history(engine)} == {"added", "facts", "space_removed", "vanished"}
    with engine.begin() as tx:
        tx.execute(VALUES.insert().values(gone))
    assert noted(engine) == 1  # it came back
    assert ("returned", 0.0, "final") in history(engine)


@pytest.mark.parametrize(("published", "now"), [(0.4213, 0.42134), (0.1 + 0.2, 0.3), (4.041, 4.044)])
def test_what_reads_alike_is_no_change(engine: Engine, published: float, now: float) -> None:
    indicator = "newsletter.open_rate" if published < 1 else "resilience.loneliness"
    with Session(engine) as session:
        session.merge(
            SnapshotValue(
                authority=town.AUTHORITY, month=town.MONTH, snapshot_revision=1, indicator=indicator,
                value=published, status="final", definition_version=town.VERSION,
            )
        )  # fmt: skip
        session.merge(town.value(indicator, value=now))
        session.commit()
    assert told(engine) == []


def test_a_figure_that_became_final_is_completed_and_its_month_not_restated(engine: Engine) -> None:
    change(engine, "website.resident_users", value=1530.0, status="final", revision=2)
    assert (noted(engine), state(engine)) == (1, "closed")
    assert history(engine) == [("completed", 1530.0, "final")]
    assert told(engine) == ["Indicator 0: published 1,520, now 1,530"]


def test_a_figure_that_was_complete_and_changes_again_is_restated(engine: Engine) -> None:
    change(engine, "website.resident_users", value=1530.0, status="final", revision=2)
    assert (noted(engine), state(engine)) == (1, "closed")
    change(engine, "website.resident_users", value=1600.0, status="final", revision=3)
    assert (noted(engine), state(engine)) == (1, "restated")
    change(engine, "website.resident_users", value=1530.0, status="final", revision=4)
    assert (noted(engine), state(engine), noted(engine)) == (1, "closed", 0)
    assert [row[:2] for row in history(engine)] == [("completed", 1530.0), ("facts", 1600.0), ("completed", 1530.0)]


def test_a_month_that_still_runs_is_open_and_one_that_is_over_provisional(tmp_path: Path) -> None:
    engine = town.warehouse(tmp_path)
    with engine.begin() as tx:
        tx.execute(delete(core(MonthState)))
        tx.execute(delete(core(Snapshot)))
    last = last_day(town.MONTH)

    def on(today: date | None) -> str:
        return read_report(engine, town.AUTHORITY, town.MONTH, town.TIMEZONE, today=today).state

    assert [on(None), on(last), on(last + timedelta(days=1))] == ["provisional", "open", "provisional"]
    engine.dispose()


def test_another_definition_is_said_to_be_one_and_the_same_figure_by_it_is_no_change(engine: Engine) -> None:
    change(engine, "website.resident_users", definition_version="2")
    assert (noted(engine), state(engine)) == (0, "closed")
    change(engine, "website.resident_users", value=1400.0, definition_version="2", revision=2)
    assert (noted(engine), state(engine), noted(engine)) == (1, "restated", 0)
    assert history(engine) == [("definition", 1400.0, "provisional")]


def test_page_workbook_and_json_tell_the_same(engine: Engine) -> None:
    change(engine, "website.resident_users", value=1490.0)
    report = reading(engine)
    (one,) = json.loads(changes_json(report))
    assert (one["indicator"], one["old_value"], one["new_value"], one["why"]) == (
        "website.resident_users", 1520.0, 1490.0, "facts",
    )  # fmt: skip
    assert "published 1,520, now 1,490" in words_of(page_of(report, "en"))
    assert workbook(report, "en") != workbook(reading_without_changes(engine), "en")


def reading_without_changes(engine: Engine) -> Report:
    change(engine, "website.resident_users", value=1520.0)
    return reading(engine)


@pytest.mark.parametrize("seed", range(20))
def test_the_list_is_empty_exactly_where_everything_is_as_published(engine: Engine, seed: int) -> None:
    """However cells went and came in between, and whenever somebody noted it."""
    draw = random.Random(seed)
    published = {tuple(getattr(row, name) for name in PLACE): dict(row._mapping) for row in stored(engine)}
    for _ in range(draw.randrange(1, 12)):
        place = draw.choice(sorted(published))
        now = {tuple(getattr(row, name) for name in PLACE): row for row in stored(engine)}
        indicator, _cut, space, part = place
        match draw.randrange(3):
            case 0 if place in now:
                remove(engine, indicator, space, part)
            case 1 if place in now:
                change(engine, indicator, space, part, value=draw.randrange(5), status="final")
            case _:
                with engine.begin() as tx:
                    tx.execute(delete(VALUES).where(MINE & (VALUES.c.indicator == indicator), VALUES.c.space == space,
                                                    VALUES.c.part == part))  # fmt: skip
                    tx.execute(VALUES.insert().values(published[place]))
        if draw.random() < 0.5:
            noted(engine)
    noted(engine)

    def shown(row: Any) -> tuple[Any, str]:
        row = row if isinstance(row, dict) else dict(row._mapping)
        return (row["value"] if row["status"] in ("final", "provisional") else None), row["status"]

    now = {tuple(getattr(row, name) for name in PLACE): shown(row) for row in stored(engine)}
    absent = (None, "missing")
    differing = {place for place, row in published.items() if now.get(place, absent) != shown(row)}
    report = reading(engine)
    # A cell's part and space say which it is; status alone (final, not provisional) is not told.
    listed = {(one.indicator, "", one.space, one.part) for one in report.changes}
    alike = {place for place in differing if now.get(place, absent)[0] is not None
             and now[place][0] == shown(published[place])[0]}  # fmt: skip
    assert listed == differing - alike
    assert (state(engine) == "closed") == (not differing or all_completed(engine, differing, published, now))
    last: dict[Any, Any] = {}
    table = core(Restatement)
    for row in select_rows(engine, Restatement, table.select().order_by(table.c.cell_revision)):
        last[tuple(getattr(row, name) for name in PLACE)] = (row.new_value, row.new_status)
    assert {place: now.get(place, absent) for place in last} == last


def all_completed(engine: Engine, differing: set[Any], published: dict[Any, Any], now: dict[Any, Any]) -> bool:
    """Whether each is what it was when it first became final."""
    table, first = core(Restatement), dict[Any, Any]()
    for row in select_rows(engine, Restatement, table.select().order_by(table.c.cell_revision)):
        if row.reason == "completed":
            first.setdefault(tuple(getattr(row, name) for name in PLACE), row.new_value)
    return all(
        published[place]["status"] == "provisional" and now.get(place) == (first.get(place, ...), "final")
        for place in differing
    )


def test_a_second_revision_is_told_against_the_first(engine: Engine) -> None:
    change(engine, "website.resident_users", value=1490.0)
    report = read_report(engine, town.AUTHORITY, town.MONTH, town.TIMEZONE, revision=2, closed_at=town.CLOSED_AT)
    assert report.state == "closed"
    assert [change_text(one, report, "en") for one in report.changes] == ["Indicator 0: published 1,520, now 1,490"]
    first = read_report(engine, town.AUTHORITY, town.MONTH, town.TIMEZONE, revision=1, closed_at=town.CLOSED_AT)
    assert first.changes == ()
