"""The town's calendar through the command line: seeded, overruled by staff, taken out for good, and another week."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from collectors.staff_workbook.write import write_staff_workbook
from tests.e2e.command_line import entry_point
from tests.e2e.test_corrections import CONFIG, Desk
from warehouse.sqlite import sqlite3

PASSOVER = "jewish-2026-04-02"
ENTRY = {"month": "2026-09", "indicator": "facebook.initiatives", "part": "culture", "amount": 2}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, entry_point(monkeypatch, capsys))


def with_events(desk: Desk, name: str, events: list[dict[str, Any]]) -> str:
    path = desk.folder / f"{name}.xlsx"
    write_staff_workbook(path, language="en", authority="0070", entries={"monthly": [ENTRY], "events": events})
    return str(path)


def calendar(desk: Desk) -> dict[str, tuple[str, str]]:
    with sqlite3.connect(desk.folder / "warehouse.db") as connection:
        return {
            code: (kind, source)
            for code, kind, source in connection.execute("select event, kind, source from dim_event")
        }


def test_holidays_are_there_until_staff_say_otherwise(desk: Desk) -> None:
    desk.takes(with_events(desk, "first", []))
    assert calendar(desk)[PASSOVER] == ("holiday", "calendar:jewish")

    own = {"kind": "workday", "title": "we work", "first_day": date(2026, 4, 2), "source": "the mayor"}
    desk.takes(with_events(desk, "second", [own]))
    assert PASSOVER not in calendar(desk)
    assert ("workday", "the mayor") in calendar(desk).values()

    edited = {**own, "event": PASSOVER, "kind": "short_day"}
    desk.takes(with_events(desk, "third", [edited]), "--withdraw")
    assert calendar(desk)[PASSOVER] == ("short_day", "the mayor")

    desk.takes(with_events(desk, "fourth", []), "--withdraw")
    assert PASSOVER not in calendar(desk)
    desk.kehila("rebuild")
    assert PASSOVER not in calendar(desk), "what staff took out does not come back"
    assert "jewish-2026-04-08" in calendar(desk)


def test_whose_days_close_the_town_is_its_own_to_say(desk: Desk) -> None:
    (desk.folder / "kehila.toml").write_text(
        f'{CONFIG}[authority.calendar]\nsunday = ""\nholidays = ["christian_east", "muslim"]\n', encoding="utf-8"
    )
    desk.takes(with_events(desk, "first", []))
    assert {source for _, source in calendar(desk).values()} == {"calendar:christian_east", "calendar:muslim"}
