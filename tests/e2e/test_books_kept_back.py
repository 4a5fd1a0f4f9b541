"""A town as it is read, small places kept back: every figure is the books' or is said to be kept back, in every sink.

`test_books` compares all figures with what is kept back left out of it. Here nothing is: the month is closed and pushed,
and the view, the workbook, the page, the package, what was pushed and `kehila show` are each read by themselves.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from cli.main import kehila
from simulator.truth_pages import GroundTruth, Place
from simulator.writing import FILES, write_town
from tests.e2e.test_books import TODAY, run
from tests.unit.publishers.opened import opened
from texts import word
from transforms.few import REASON
from warehouse.bi import selects
from warehouse.keys import new_key_file
from warehouse.sqlite import sqlite3

pytestmark = pytest.mark.more

MONTH = "2026-10"
KEPT_BACK = word("codes.reasons", REASON, "en")
Sink = Mapping[Place, tuple[float | None, str]]
"""Indicator, month, space, part -> value and, where the sink tells it, why there is none."""


@dataclass(frozen=True)
class Published:
    """A town's folder and its books, and the titles by which sheets and views name a place."""

    folder: Path
    truth: GroundTruth
    places: Mapping[tuple[str, str, str], Place]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("kept_back")
    truth = write_town(folder, seed=7, months=4, scale=0.12)
    with (folder / "kehila.toml").open("a", encoding="utf-8") as config:
        config.write('\n[push.share]\nkind = "folder"\npath = "share"\n')
    new_key_file(folder / "keys" / "root.key")
    run(folder, "import", str(folder / FILES))
    with pytest.MonkeyPatch.context() as patch:
        # Its smallest group counts as closed, as if the town had registered it so: the books know it as open.
        patch.setattr("transforms.few.CLOSED_KINDS", frozenset({"group", "open"}))
        run(folder, "refresh")
        run(folder, "close", "--month", MONTH, "--force")
        run(folder, "publish", "--month", MONTH)
        run(folder, "push", "--month", MONTH)
    titles = {
        (row["title_en"], row["space_title"], row["part_title_en"]): place_of(row)
        for row in package_rows(next((folder / "output" / "reports").rglob("values.csv")))
    }
    return Published(folder, truth, titles)


def package_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if not row["cut"]]


def place_of(row: Mapping[str, str]) -> Place:
    return row["indicator"], MONTH, row["space"], row["part"]


def number(text: object) -> float | None:
    return None if text in (None, "") else float(str(text))


def of_table(town: Published) -> Sink:
    with closing(sqlite3.connect(town.folder / "warehouse.db")) as connection:
        rows = connection.execute(
            "select indicator, space, part, value, reason from indicator_value where cut = '' and month = ?", [MONTH]
        ).fetchall()
    return {(name, MONTH, space, part): (value, reason) for name, space, part, value, reason in rows}


def of_view(town: Published) -> Sink:
    with closing(sqlite3.connect(town.folder / "warehouse.db")) as connection:
        rows = [
            row
            for end in selects.PLACES
            for row in connection.execute(
                f'select "Indicator", "Space", "Part", "Value", "Reason" from indicator_value{end}_en where "Month" = ?',
                [MONTH],
            )
        ]
    return {town.places[name, space or "", part or ""]: (value, reason) for name, space, part, value, reason in rows}


def of_workbook(town: Published) -> Sink:
    book = openpyxl.load_workbook(next((town.folder / "output" / "reports").rglob("*-en.xlsx")))
    found: dict[Place, tuple[float | None, str]] = {}
    for sheet in ("Indicators", "Details"):
        head, *rows = list(book[sheet].iter_rows(values_only=True))
        for cells in rows:
            row = dict(zip(head, cells, strict=True))
            space, part = row.get("Space", "All spaces"), row.get("Part", "Whole")
            name = (
                str(row["Indicator"]),
                "" if space == "All spaces" else str(space),
                "" if part == "Whole" else str(part),
            )
            if (place := town.places.get(name)) is None:
                continue  # a heading
            is_number = isinstance(row["Value"], int | float)  # else a word for why there is none
            found[place] = (number(row["Value"]) if is_number else None, str(row["Reason"] or ""))
    return found


def of_package(town: Published) -> Sink:
    return {
        place_of(row): (number(row["value"]), row["reason"])
        for row in package_rows(next((town.folder / "output" / "reports").rglob("values.csv")))
    }


def of_push(town: Published) -> Sink:
    return {
        place_of(row): (number(row["value"]), row["reason"])
        for row in package_rows(next((town.folder / "share").rglob("values.csv")))
    }


def of_show(town: Published) -> Sink:
    """What `kehila show --json` tells of each indicator; places it does not name it has no figure of."""
    found: dict[Place, tuple[float | None, str]] = {}
    for name in sorted({place[0] for place in of_table(town)}):
        config = ["--config", str(town.folder / "kehila.toml"), "--today", TODAY]
        outcome = CliRunner().invoke(kehila, [*config, "show", name, "--month", MONTH, "--json"])
        told: dict[str, Any] = json.loads(outcome.output)
        found[name, MONTH, "", ""] = told["value"], told["reason"] if told["value"] is None else ""
        found |= {(name, MONTH, "", part): (value, "") for part, value in told["parts"].items()}
        found |= {(name, MONTH, space, ""): (value, "") for space, value in told["spaces"].items()}
    return found


SINKS = {
    "table": of_table, "view": of_view, "workbook": of_workbook, "package": of_package, "push": of_push, "show": of_show,
}  # fmt: skip


@pytest.fixture(scope="module")
def kept_back(town: Published) -> frozenset[Place]:
    return frozenset(place for place, (value, why) in of_table(town).items() if value is None and why == REASON)


def test_something_is_kept_back_and_most_is_not(town: Published, kept_back: frozenset[Place]) -> None:
    known = {place for place, value in town.truth.values.items() if place[1] == MONTH and value is not None}
    assert {place[2] for place in kept_back & known} > {""}
    assert len(kept_back & known) < len(known) / 3


@pytest.mark.parametrize("sink", SINKS)
def test_every_figure_is_the_books_or_is_kept_back(town: Published, kept_back: frozenset[Place], sink: str) -> None:
    found, wrong = SINKS[sink](town), []
    for place, (value, why) in found.items():
        mine = town.truth.values.get(place)
        if place in kept_back:
            if value is not None or (why and why not in (REASON, KEPT_BACK)):
                wrong.append((place, "kept back", value, why))
        elif (value is None) != (mine is None) or abs((value or 0.0) - (mine or 0.0)) > 1.5e-6 * max(
            1.0, abs(mine or 0)
        ):
            wrong.append((place, mine, value, why))
    assert not wrong, wrong[:20]
    missing = {place for place, value in town.truth.values.items() if place[1] == MONTH and value is not None} - {
        *found
    }
    assert sink == "show" or not missing, sorted(missing)[:20]
    assert sink == "show" or kept_back <= found.keys()


def test_the_page_has_no_number_of_what_is_kept_back(town: Published, kept_back: frozenset[Place]) -> None:
    file = next((town.folder / "output" / "reports").rglob("*-he.html"))
    details = opened(file.read_text(encoding="utf-8")).split('<div class="detail" data-of="')[1:]
    articles = {one.partition('"')[0]: re.sub("</?span[^>]*>", "", one) for one in details}
    spaces = {place[2]: title for (_, title, _), place in town.places.items()}
    rows = [
        row
        for name, _, space, part in kept_back
        if space and not part
        for row in re.findall(r"<tr[^>]*><th[^>]*>(.*?)</th>(.*?)</tr>", articles.get(name, ""))
        if spaces[space] in row[0]
    ]
    assert rows
    assert not [row for row in rows if re.search(r">[^<]*\d[^<]*</td>", row[1])], (
        "a number of a place that is kept back"
    )
