"""A place nobody registered counts nowhere: added, registered and unregistered, what do the numbers say?"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from cli.files import waiting_rows
from collectors.staff_workbook.layout import SHEETS, WORDS
from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.spaces import places, space_rows
from pipeline.upkeep.upkeep import rebuild
from tests.e2e import hostile
from tests.e2e.towns import opened
from town.store import TownStore
from warehouse.ledger import core
from warehouse.tables import DimSpace, IndicatorValue

CONTENT = ("value", "numerator", "denominator", "n", "status", "quality", "reason")
NAME = "ועד שכונה"
WAITS = "space_unregistered"

Cells = dict[tuple[str, ...], tuple[Any, ...]]


def cells(store: TownStore) -> Cells:
    with store.engine.connect() as connection:
        rows = list(connection.execute(select(core(IndicatorValue))))
    return {(r.indicator, r.month, r.space, r.part): tuple(getattr(r, c) for c in CONTENT) for r in rows}


def chat(folder: Path) -> Path:
    """A lively group with its creation, so that messages and members are known."""
    lines = [f'1.10.2026, 08:00 - Dana created group "{NAME}"']
    lines += [f"1.10.2026, 08:{n:02d} - Dana added Neighbour {n}" for n in range(1, 30)]
    for day in range(1, 32):
        lines += [f"{day}.10.2026, 09:00 - Neighbour {day % 29 + 1}: who knows?", f"{day}.10.2026, 09:05 - Dana: I do"]
    path = folder / f"WhatsApp Chat with {NAME}.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def group(folder: Path) -> Path:
    """Insights of a group on Facebook."""
    path = folder / f"{NAME}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [hostile.GROUP_HEAD, *[[f"2026-10-{d:02d}", str(5_000 + d), "30", "120"] for d in range(1, 32)]]
        )
    return path


@pytest.fixture
def town(tmp_path: Path, finished: Path) -> Iterator[TownStore]:
    """A private copy of the finished town."""
    shutil.copytree(finished, tmp_path / "town")
    store = opened(tmp_path / "town")
    yield store
    store.engine.dispose()


def register(store: TownStore, path: Path, **row: Any) -> None:
    """One more workbook, with one row in its sheet of spaces."""
    write_staff_workbook(path, entries={"spaces": [row]}, authority=store.authority.code)
    assert import_file(store, path).status == "read"
    refresh(store)


def told_anew(before: Cells, after: Cells) -> Cells:
    """The cells that say something else, but for a missing one that only says better why."""
    return {
        place: cell
        for place, cell in after.items()
        if before.get(place) != cell and not (cell[0] is None and cell[-1].startswith(WAITS))
    }


def undoubted(found: Cells) -> Cells:
    """The cells without the flag of what is doubted."""
    at = CONTENT.index("quality")
    return {
        place: (*cell[:at], " ".join(one for one in cell[at].split() if one != "suspect"), *cell[at + 1 :])
        for place, cell in found.items()
    }


@pytest.mark.more
@pytest.mark.parametrize(
    ("make", "asset", "kind", "operator"),
    [
        (chat, "whatsapp", "open", "authority"),
        (chat, "whatsapp", "open", "residents"),
        (group, "facebook", "group", "authority"),
    ],
)
def test_a_place_counts_from_when_it_is_registered_until_it_no_longer_is(
    tmp_path: Path, town: TownStore, make: Callable[[Path], Path], asset: str, kind: str, operator: str
) -> None:
    before = cells(town)
    assert len(before) > 500
    assert import_file(town, make(tmp_path)).status == "read"
    refresh(town)
    waiting = [one for one in places(town) if one.state == "waiting"]
    assert [(one.asset, one.first_day, one.last_day) for one in waiting] == [
        (asset, date(2026, 10, 1), date(2026, 10, 31))
    ]
    apart = cells(town)
    assert told_anew(before, apart) == {} and set(before) - set(apart) == set()
    row = {"title": NAME, "asset": asset, "kind": kind, "operated_by": operator, "names": [NAME]}
    register(town, tmp_path / "in.xlsx", space="committee", **row)
    counted = cells(town)
    told = told_anew(apart, counted)
    of_place = {place[0] for place in counted if place[2] == "committee"}
    ladder = ("assets.participation_ladder", "2026-10", "", "")
    # A residents' own group is no group of the authority; what people write there is heard all the same.
    assert any(name.startswith(f"{asset}.") for name in of_place) == (operator == "authority")
    assert ladder in told  # of a group of the authority that nobody hears the total says that it lacks
    assert bool(told) == (asset == "whatsapp" or operator == "authority")
    # Under another name, and closed long ago: a place that is registered, open and silent would be missing from totals.
    closed = {"names": ["another name"], "from_day": date(2001, 1, 1), "to_day": date(2001, 12, 31)}
    register(town, tmp_path / "out.xlsx", space="committee", **{**row, **closed})
    # That what a registered place had counted is gone is doubted until somebody says that it is right.
    assert told_anew(apart, undoubted(cells(town))) == {} and set(cells(town)) == set(apart)
    rebuild(town)
    assert undoubted(cells(town)) == apart


def test_where_nothing_else_is_heard_the_month_says_how_many_wait(tmp_path: Path) -> None:
    store = hostile.town(tmp_path / "town")
    files = [chat(tmp_path), tmp_path / "WhatsApp Chat with Garden.txt"]
    files[1].write_text(hostile.chat(), encoding="utf-8")
    for path in files:
        assert import_file(store, path).status == "read"
    refresh(store)
    found = cells(store)
    assert [one for one in found.values() if one[0] is not None] == []
    assert found["whatsapp.topics_raised", "2026-10", "", ""][-1] == f"{WAITS}:2"
    assert found["facebook.group_share", "2026-10", "", ""][-1] == "no_source:facebook"
    with store.engine.connect() as connection:
        assert list(connection.execute(select(core(DimSpace)))) == []
    store.engine.dispose()


def test_the_workbook_comes_with_the_row_and_the_completed_row_registers(tmp_path: Path) -> None:
    store = hostile.town(
        tmp_path / "town", '[source.mailchimp.main]\nlist = "a6b5da1054"\nspace = "News Letter"\n'
        'secrets = { key = "env:MAILCHIMP_KEY" }\n'
    )  # fmt: skip
    assert import_file(store, chat(tmp_path)).status == "read"
    (waiting, account) = places(store)
    assert (waiting.state, waiting.messages, account.state, account.space) == ("waiting", 62, "account", "News Letter")
    assert [len(one.file) for one in waiting.files] == [8]
    path = tmp_path / "staff.xlsx"
    write_staff_workbook(path, spaces=waiting_rows(store, "he"), authority="T1")
    layout = SHEETS["spaces"]
    at = {column.id: number for number, column in enumerate(layout.columns, start=1)}
    book = load_workbook(path)
    sheet = book[layout.title["he"]]
    rows = {sheet.cell(number, at["space"]).value: number for number in (3, 4)}
    assert set(rows) == {waiting.space, "News Letter"}
    note = sheet.cell(rows[waiting.space], 1).comment.text
    day = f"{waiting.first_day.day}.{waiting.first_day.month}.{waiting.first_day.year}" if waiting.first_day else "?"
    assert all(part in note for part in (waiting.space, day, "62", waiting.files[0].file)), note
    assert sheet.cell(rows[waiting.space], at["asset"]).value == WORDS["asset"]["whatsapp"]["he"]
    answers = {
        "title": NAME,
        "kind": WORDS["space_kind"]["open"]["he"],
        "operated_by": WORDS["operator"]["residents"]["he"],
    }
    assert {sheet.cell(rows[waiting.space], at[name]).value for name in answers} == {None}
    for name, word in answers.items():
        sheet.cell(rows[waiting.space], at[name]).value = word
    book.save(path)
    report = import_file(store, path)
    assert report.status == "read" and report.rejected == []
    assert [str(rows["News Letter"]) in notice for notice in report.notices] == [True]
    refresh(store)
    (account, registered) = places(store)
    assert (registered.space, registered.state, registered.title) == (waiting.space, "registered", NAME)
    assert registered.operated_by == "residents" and registered.messages == 62
    assert not [cell for cell in cells(store).values() if cell[-1].startswith(WAITS)]
    store.engine.dispose()


def test_a_workbook_written_again_holds_the_register_as_it_is(tmp_path: Path) -> None:
    store = hostile.town(tmp_path / "town")
    assert import_file(store, chat(tmp_path)).status == "read"
    row = {"title": NAME, "asset": "whatsapp", "kind": "open", "operated_by": "authority", "names": [NAME]}
    register(store, tmp_path / "in.xlsx", space="committee", relevant_population=900, **row)
    before = cells(store)
    write_staff_workbook(tmp_path / "again.xlsx", spaces=space_rows(store), authority="T1")
    assert NAME not in str([row["names"] for row in space_rows(store)])
    assert import_file(store, tmp_path / "again.xlsx").status == "read"
    done = refresh(store)
    assert cells(store) == before and done.refused == []
    assert [(one.space, one.state) for one in places(store)] == [("committee", "registered")]
    store.engine.dispose()
