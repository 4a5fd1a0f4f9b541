"""What staff write of an indicator, from the workbook to every output: kept as typed, latest first, erased by name."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from cli.main import kehila
from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.month.show import show_cell
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.erasure.erase import erase
from publishers.reading import read_report
from publishers.report import FollowUp
from publishers.workbook import workbook
from texts import text
from town.config import load
from town.store import TownStore, open_store
from warehouse.keys import new_key_file
from warehouse.ledger import core, select_rows
from warehouse.verdict_tables import DimChoice, Verdict
from warehouse.verdict_tables import FollowUp as Stored

NAME, MARK = "כנריתה צפצפנית", "[שם הוסר]"
HEAD, LAST = "facebook.initiatives", "2026-10"
MONTHS = [f"2026-{month:02d}" for month in range(1, 11)]
NOTED: dict[str, Any] = {
    "month": "2026-06", "indicator": HEAD, "note": f"שיחה עם {NAME}", "action": "לפתוח קבוצה", "owner": "community worker",
    "review_day": date(2026, 9, 1), "target": 2, "target_day": date(2026, 12, 31), "entered_by": "Canary Clerk",
}  # fmt: skip


def book(path: Path, *noted: dict[str, Any]) -> Path:
    figures = [{"month": month, "indicator": HEAD, "part": "culture", "amount": 3} for month in MONTHS]
    write_staff_workbook(path, entries={"monthly": figures, "follow_up": list(noted)}, authority="T1")
    return path


@pytest.fixture
def town(tmp_path: Path) -> TownStore:
    (tmp_path / "kehila.toml").write_text('[[authority]]\ncode = "T1"\nname_he = "עיר"\n', encoding="utf-8")
    (tmp_path / "keys").mkdir()
    new_key_file(tmp_path / "keys" / "root.key")
    made = open_store(load(tmp_path / "kehila.toml"), today=date(2026, 11, 22))
    assert import_file(made, book(tmp_path / "a.xlsx", NOTED)).status == "read"
    refresh(made)
    return made


def stored(store: TownStore) -> list[Stored]:
    table = core(Stored)
    return select_rows(store.engine, Stored, table.select().order_by(table.c.month))


def target_of(store: TownStore) -> float | None:
    table = core(DimChoice)
    (choice,) = select_rows(store.engine, DimChoice, table.select().where(table.c.indicator == HEAD))
    return choice.target


def of_report(store: TownStore, month: str) -> FollowUp | None:
    report = read_report(store.engine, "T1", month, "Asia/Jerusalem")
    return next(one.follow_up for one in report.indicators if one.indicator == HEAD)


def test_it_stands_from_its_month_until_a_later_one_is_written(town: TownStore, tmp_path: Path) -> None:
    assert of_report(town, "2026-05") is None
    first = of_report(town, LAST)
    assert first == FollowUp(**{name: NOTED[name] for name in FollowUp.__dataclass_fields__})
    later = {"month": LAST, "indicator": HEAD, "note": "עוד פעם"}
    assert import_file(town, book(tmp_path / "b.xlsx", NOTED, later)).status == "read"
    refresh(town)
    found = of_report(town, LAST)
    assert found is not None and (found.note, found.action, found.review_day) == ("עוד פעם", "", None)
    assert of_report(town, "2026-09") == first
    assert target_of(town) == 2.0, "a target stands until another one is set"


def test_a_target_of_staff_is_judged_as_that_of_the_configuration_and_goes_before_it(
    town: TownStore, tmp_path: Path
) -> None:
    verdicts = core(Verdict)
    query = verdicts.select().where((verdicts.c.indicator == HEAD) & (verdicts.c.month == LAST))
    (verdict,) = select_rows(town.engine, Verdict, query)
    assert json.loads(verdict.fields)["target"] == 2.0 and json.loads(verdict.fields)["is_reached"] is True
    assert import_file(town, book(tmp_path / "b.xlsx", {**NOTED, "target": 50})).status == "read"
    refresh(town)
    (verdict,) = select_rows(town.engine, Verdict, query)
    assert json.loads(verdict.fields)["is_reached"] is False


def test_who_entered_it_is_nowhere_and_a_name_in_it_is_marked(town: TownStore) -> None:
    assert NAME in stored(town)[0].note
    cells = {(one["sheet"], one["column"]) for one in erase(town, [NAME], is_dry_run=True)["words"]}
    assert cells == {("follow_up", "note")}
    erase(town, [NAME], words_mark=MARK)
    assert stored(town)[0].note == f"שיחה עם {MARK}"
    assert all(b"Canary Clerk" not in path.read_bytes() for path in town.config.base.rglob("*") if path.is_file())


def test_withdrawn_it_is_gone_and_nothing_is_computed_anew_of_it(town: TownStore, tmp_path: Path) -> None:
    assert import_file(town, book(tmp_path / "b.xlsx"), withdraw=True).status == "read"
    refresh(town)
    assert stored(town) == [] and target_of(town) is None


@pytest.mark.parametrize("language", ["he", "ar", "en"])
def test_command_and_workbook_say_it(town: TownStore, language: Any) -> None:
    asked = [
        "--config",
        str(town.config.base / "kehila.toml"),
        "--today",
        "2026-11-22",
        "show",
        HEAD,
        "--month",
        LAST,
        "--language",
        language,
    ]
    said = CliRunner().invoke(kehila, asked).output
    assert f"{text('follow_up.columns.note', language)}: {NOTED['note']}" in said
    found = show_cell(town, HEAD, LAST)
    assert found is not None and found.as_json()["follow_up"]["review_day"] == date(2026, 9, 1)
    report = read_report(town.engine, "T1", LAST, "Asia/Jerusalem")
    sheet = load_workbook(BytesIO(workbook(report, language)))[text("follow_up.heading", language)]
    assert [cell.value for cell in sheet[2]][1:3] == [NOTED["note"], NOTED["action"]]
