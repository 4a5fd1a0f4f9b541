"""What must hold of the days of every table, whatever reads it: written in either order they are the same, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.land.files import import_file
from tests.contract.files.case import Facts, FileCase, facts
from tests.contract.files.cases import CASES
from tests.e2e import hostile
from town.store import TownStore

_ISO = re.compile(r"(?<!\d)(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>20\d\d)(?!\d)")
_MONTH_FIRST = re.compile(r"(?<!\d)(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>20\d\d)(?!\d)")
_WRITTEN = {
    "day first": "{d:02d}/{m:02d}/{y}",
    "month first": "{m:02d}/{d:02d}/{y}",
    "year first": "{y}-{m:02d}-{d:02d}",
}


def written(text: str) -> tuple[re.Pattern[str], ...]:
    """How the days of a case's file are written: by the year, or in the order a number above 12 shows."""
    is_month_first = any(int(day["m"]) > 12 for day in _DAY_FIRST.finditer(text))
    return (_ISO, _MONTH_FIRST if is_month_first else _DAY_FIRST)


def rewritten(text: str, order: str) -> str:
    """The text with the days of its cells written in another order."""
    for found in written(text):
        text = found.sub(lambda day: "\0".join(day.group("y", "m", "d")), text)
    marked = re.compile("(\\d+)\0(\\d+)\0(\\d+)")
    return marked.sub(lambda day: _WRITTEN[order].format(y=int(day[1]), m=int(day[2]), d=int(day[3])), text)


def early(text: str) -> str:
    """The text without the lines whose days have a number that only a day can be."""
    late = written(text)
    return "".join(
        line
        for line in text.splitlines(keepends=True)
        if not any(int(day["d"]) > 12 for found in late for day in found.finditer(line))
    )


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Callable[[str], TownStore]]:
    opened: list[TownStore] = []

    def made(name: str) -> TownStore:
        if opened:
            (tmp_path / name).mkdir()
            keys = tmp_path / name / "keys"
            keys.mkdir()
            (keys / "root.key").write_bytes((opened[0].config.base / "keys" / "root.key").read_bytes())
        opened.append(hostile.town(tmp_path / name))
        return opened[-1]

    yield made
    for one in opened:
        one.engine.dispose()


def tables() -> list[str]:
    """The formats whose good files are tables of text with days in them that may be written in either order."""
    return sorted(name for name in CASES if name not in ("whatsapp_chat", "staff_workbook"))


@pytest.mark.parametrize("part", [str, early], ids=["all", "early"])
@pytest.mark.parametrize("name", tables())
def test_a_table_in_either_order_of_days_is_the_same_or_refused(
    tmp_path: Path, town: Callable[[str], TownStore], name: str, part: Callable[[str], str]
) -> None:
    case: FileCase = CASES[name]()
    folder = tmp_path / "files"
    folder.mkdir()
    path = case.write(folder)[0]
    if path.suffix != ".csv" or (not _ISO.search(raw := path.read_text("utf-8-sig")) and not _DAY_FIRST.search(raw)):
        pytest.skip("its days are written in words, without separators or as dates of a workbook")
    outcomes: dict[str, Facts | str] = {}
    for order in ("year first", *list(_WRITTEN)[:2]):
        path.write_text(rewritten(part(raw), order), encoding="utf-8")
        store = town(order.replace(" ", "-"))
        report = import_file(store, path)
        outcomes[order] = facts(store) if report.status != "rejected" else report.code
    whole = outcomes.pop("year first")
    if part is early and isinstance(whole, str):
        pytest.skip("nothing is left of it without its late days")
    assert whole and not isinstance(whole, str), whole
    for order, outcome in outcomes.items():
        assert outcome in (whole, "dates_undecided"), order
    if part is str:
        assert outcomes["day first"] == outcomes["month first"] == whole, "a number above 12 proves the order"
