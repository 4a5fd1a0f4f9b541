"""A mapping travels with its table: whichever settles first, whichever kind it is of, wherever both end."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from collectors.base import FileReport
from collectors.mapping_file import files_of, is_mapping
from operations.state import gaps
from pipeline.land import drop_folder
from pipeline.land.drop_folder import Watch, candidates, put_away, seen, waiting_mappings
from pipeline.land.files import files_under, import_file
from pipeline.month.run import run_month
from tests.e2e import hostile
from tests.unit.pipeline.dropping import Dropped
from town.landed import landed_tables
from town.store import TownStore

FEW = [f"{one},{one % 5 + 1},{(one + 2) % 5 + 1}" for one in range(1, 9)]


class Kind(NamedTuple):
    """A table that is read with a mapping: what stands in both, and what of the landed rows the mapping decides."""

    table: str
    mapping: str
    changed: str
    stream: str
    column: str
    by_mapping: str
    by_changed: str


SURVEY_ROWS = "\n".join(
    ["Timestamp,trust_1,trust_2", *[f"2026-10-{d:02d} 10:00,{d % 5 + 1},{(d + 2) % 5 + 1}" for d in range(1, 20)]]
)
REGISTER = "Case,When,Theme\n" + "\n".join(f"{n},2026-10-{n:02d} 08:10,roads" for n in range(1, 9)) + "\n"
OPEN = "format: hotline_106\ncolumns: {Case: number, When: opened, Theme: "
KINDS = {
    "survey": Kind(
        SURVEY_ROWS, "closed_day: 2026-10-25\n", "closed_day: 2026-10-26\n",
        "survey_answer", "closed_day", "2026-10-25", "2026-10-26",
    ),
    "register": Kind(REGISTER, f"{OPEN}topic}}\n", f"{OPEN}kind}}\n", "hotline_106_request", "topic", "roads", "None"),
}  # fmt: skip


@pytest.fixture
def dropped(tmp_path: Path) -> Iterator[Dropped]:
    store = hostile.town(tmp_path / "town")
    yield Dropped(store)
    store.engine.dispose()


def read_as(store: TownStore, kind: Kind) -> set[str]:
    """What the file read last says in the column that its mapping decides."""
    table = landed_tables(store, [kind.stream])[kind.stream]
    last = max(table["landed_order"].to_pylist(), default=0)
    return {str(row[kind.column]) for row in table.to_pylist() if row["landed_order"] == last}


def codes(store: TownStore) -> list[str]:
    return [row.code for row in store.ledger.quarantine()]


ORDERS = {
    "together": ["table mapping"],
    "mapping first": ["mapping", "table"],
    "table first": ["table", "mapping"],
    "table first, a run between": ["table", "", "mapping"],
    "in a folder of the office": ["office/table", "office/mapping"],
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", ["x.csv.mapping.yaml", "x.mapping.yaml"])
@pytest.mark.parametrize("kind", KINDS)
def test_whichever_comes_first_the_table_is_read_by_its_mapping_and_both_are_put_away(
    dropped: Dropped, kind: str, name: str, order: str
) -> None:
    one = KINDS[kind]
    logs = []
    for step in ORDERS[order]:
        for what in step.split():
            place = f"{what.rpartition('/')[0]}/" if "/" in what else ""
            is_table = what.endswith("table")
            dropped.put(place + ("x.csv" if is_table else name), one.table if is_table else one.mapping)
        logs.append(dropped.bring_in())
    assert read_as(dropped.store, one) == {one.by_mapping}
    place = "imported/office" if "office" in order else "imported"
    assert dropped.tree() == [f"{place}/x.csv", f"{place}/{name}"]
    assert codes(dropped.store) == []
    assert list(dropped.folder.rglob("*.reason.txt")) == []
    assert "mapping" not in {file.format for log in logs for file in log.files}
    assert list(candidates(dropped.folder)) == [] == waiting_mappings(dropped.folder, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_mapping_has_its_table_read_again_and_the_same_one_does_not(dropped: Dropped, kind: str) -> None:
    one = KINDS[kind]
    dropped.put("x.csv", one.table)
    dropped.put("x.csv.mapping.yaml", one.mapping)
    dropped.bring_in()
    dropped.put("x.csv.mapping.yaml", one.mapping)
    assert [file.status for file in dropped.bring_in().files] == ["duplicate"]
    dropped.put("x.csv.mapping.yaml", one.changed)
    assert [file.status for file in dropped.bring_in().files] == ["read"]
    assert read_as(dropped.store, one) == {one.by_changed}
    put = [name for name in dropped.tree() if not name.endswith(".yaml")]
    assert len(put) == 1  # the table itself, brought back and put away each time


def test_a_refused_table_goes_with_its_mapping_and_comes_back_with_a_mended_one(dropped: Dropped) -> None:
    one = KINDS["survey"]
    dropped.put("x.csv", one.table)
    dropped.put("x.csv.mapping.yaml", "waves: autumn\n")
    assert [file.code for file in dropped.bring_in().files] == ["mapping_invalid"]
    assert dropped.tree() == ["refused/x.csv", "refused/x.csv.mapping.yaml"]
    dropped.put("x.csv.mapping.yaml", one.mapping)
    dropped.bring_in()
    assert read_as(dropped.store, one) == {one.by_mapping}
    assert codes(dropped.store) == []
    assert dropped.tree() == ["imported/x.csv", "imported/x.csv.mapping.yaml", "refused/x.csv.mapping.yaml"]
    assert list(dropped.folder.rglob("*.reason.txt")) == []


def test_one_mapping_of_two_tables_goes_with_the_last(dropped: Dropped) -> None:
    one = KINDS["survey"]
    dropped.put("x.csv", one.table)
    dropped.put("x.tsv", one.table.replace(",", "\t").replace("2026-10-19", "2026-10-20"))
    dropped.put("x.mapping.yaml", one.mapping)
    log = dropped.bring_in()
    assert [file.status for file in log.files] == ["read", "read"]
    assert {file.details["closed_day"] for file in log.files} == {"2026-10-25"}
    assert not [name for name in dropped.tree() if not name.startswith("imported/")]
    away = [path for path in (dropped.folder / "imported").iterdir() if not is_mapping(path)]
    assert all(drop_folder.seen(path).mapping is not None for path in away)  # type: ignore[union-attr]


def test_a_mapping_without_a_table_is_never_refused_and_is_said_after_a_while(
    dropped: Dropped, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = dropped.put("registr.csv.mapping.yaml", KINDS["register"].mapping)
    watch = Watch(dropped.folder, quiet_seconds=10)
    assert watch.stable(now=0) == watch.stable(now=100) == []  # nothing to be done: no run is started for it
    assert "mapping_alone" not in dropped.bring_in().markdown()
    later = time.time() + drop_folder.LONE_SECONDS + 1
    monkeypatch.setattr(drop_folder.time, "time", lambda: later)
    text = dropped.bring_in().markdown()
    assert "1 waiting in the drop folder" in text and "mapping_alone" in text and "registr" not in text
    assert [(one.source, one.why) for one in gaps(dropped.store, [], [])] == [("hotline_106", "mapping")]
    assert dropped.tree() == [path.name] and codes(dropped.store) == []


def test_a_table_settles_when_its_mapping_has(tmp_path: Path) -> None:
    watch = Watch(tmp_path, quiet_seconds=10)
    table, mapping = tmp_path / "x.csv", tmp_path / "x.csv.mapping.yaml"
    table.write_text("x")
    watch.stable(now=0)
    mapping.write_text("wa")
    assert watch.stable(now=9) == []
    mapping.write_text("wave: a")
    assert watch.stable(now=18) == []
    assert [one.path for one in watch.stable(now=28)] == [table]


def test_a_mapping_written_to_while_its_table_was_read_has_it_read_again(tmp_path: Path) -> None:
    table, mapping = tmp_path / "x.csv", tmp_path / "x.csv.mapping.yaml"
    table.write_text("x")
    mapping.write_text("wave: a")
    one = seen(table)
    assert one is not None
    mapping.write_text("wave: autumn")
    assert not put_away(tmp_path, one, FileReport("", status="read"), "")
    assert table.exists() and mapping.exists()


def test_killed_between_the_two_moves_nothing_is_lost(dropped: Dropped, monkeypatch: pytest.MonkeyPatch) -> None:
    one = KINDS["survey"]
    dropped.put("x.csv", one.table)
    dropped.put("x.csv.mapping.yaml", one.mapping)

    rename = Path.rename

    def killed(path: Path, target: Path) -> Path:
        if is_mapping(path):
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            dropped.bring_in()
    assert dropped.tree() == ["imported/x.csv", "x.csv.mapping.yaml"]
    assert [file.status for file in dropped.bring_in().files] == ["duplicate"]
    assert dropped.tree() == ["imported/x.csv", "imported/x.csv.mapping.yaml"]
    assert read_as(dropped.store, one) == {one.by_mapping}


@pytest.mark.parametrize("given", [["x.csv", "x.csv.mapping.yaml"], ["x.csv.mapping.yaml"], ["."]])
def test_named_on_the_command_line_a_mapping_stands_for_its_table(tmp_path: Path, given: list[str]) -> None:
    for name in ("x.csv", "x.csv.mapping.yaml"):
        (tmp_path / name).write_text("x")
    assert list(files_under([tmp_path / name for name in given])) == [tmp_path / "x.csv"]


def test_a_mapping_named_alone_says_what_it_is(dropped: Dropped) -> None:
    path = dropped.put("y.csv.mapping.yaml", "wave: a\n")
    assert import_file(dropped.store, path).code == "mapping_alone"
    assert codes(dropped.store) == [] and files_of(path) == []


def test_a_month_run_by_hand_reads_a_table_by_the_mapping_that_came_late(
    dropped: Dropped, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = KINDS["survey"]
    dropped.put("x.csv", one.table)
    dropped.bring_in()
    dropped.put("x.csv.mapping.yaml", one.mapping)
    dropped.put("nothing.csv.mapping.yaml", one.mapping)
    told: list[FileReport] = []
    monkeypatch.setattr("pipeline.month.run.bringing_up_to_date", _no_refresh)
    with pytest.raises(Filed):
        run_month(dropped.store, "2026-10", on_file=told.append)
    assert [(file.status, file.code) for file in told] == [("read", ""), ("rejected", "mapping_alone")]
    assert read_as(dropped.store, one) == {one.by_mapping}


class Filed(Exception):
    """The files are dealt with."""


def _no_refresh(*_: object, **__: object) -> None:
    raise Filed


@pytest.mark.parametrize("count", [1, 2, 3])
def test_names_already_taken_keep_table_and_mapping_together(tmp_path: Path, count: int) -> None:
    write: Callable[[str, str], int] = lambda name, text: (tmp_path / name).write_text(text)  # noqa: E731
    for n in range(count):
        write("x.csv", f"table {n}")
        write("x.mapping.yaml", f"mapping {n}")
        one = seen(tmp_path / "x.csv")
        assert one is not None and put_away(tmp_path, one, FileReport("", status="read"), "")
    away = tmp_path / "imported"
    pairs = {path.read_text(): seen(path) for path in away.glob("*.csv")}
    assert len(list(away.iterdir())) == 2 * count
    assert {text: one.mapping.path.read_text() for text, one in pairs.items() if one and one.mapping} == {
        f"table {n}": f"mapping {n}" for n in range(count)
    }
