"""A file handed over again with less of the same days: what was said last stands, and whoever imports it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collectors.base import file_formats
from pipeline.land.files import import_file
from tests.contract.files.case import FileCase, facts
from tests.contract.files.cases import CASES
from tests.e2e import hostile
from town.staged import staging_modules
from town.store import TownStore

RESTATING = sorted(name for name, case in CASES.items() if case.less)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Callable[[str], TownStore]]:
    opened: list[TownStore] = []

    def made(name: str) -> TownStore:
        (keys := tmp_path / name / "keys").mkdir(parents=True)
        if opened:
            (keys / "root.key").write_bytes((opened[0].config.base / "keys" / "root.key").read_bytes())
        opened.append(hostile.town(tmp_path / name))
        return opened[-1]

    yield made
    for one in opened:
        one.engine.dispose()


def written(name: str, folder: Path) -> tuple[Path, Path]:
    """A file of a format, and the same with less in it."""
    case: FileCase = CASES[name]()
    folder.mkdir()
    assert case.less is not None
    at, old, new = case.less
    path = case.write(folder)[at]
    text = path.read_text("utf-8")
    assert old in text, name
    (again := folder / "again").mkdir()
    other = again / path.name
    other.write_text(text.replace(old, new), encoding="utf-8")
    return path, other


@pytest.mark.parametrize("name", RESTATING)
def test_what_was_said_last_stands_whether_it_is_more_or_less(
    tmp_path: Path, town: Callable[[str], TownStore], name: str
) -> None:
    more, less = written(name, tmp_path / "files")
    alone = {}
    for which, path in (("more", more), ("less", less)):
        store = town(which)
        assert import_file(store, path).details.get("figures") is None, "of a first file nothing is said"
        alone[which] = facts(store)
    assert alone["more"] != alone["less"], "the control"
    store = town("both")
    for which, path, again in (
        ("more", more, False),
        ("less", less, False),
        ("more", more, True),
        ("less", less, True),
    ):
        report = import_file(store, path, again=again)
        assert facts(store) == alone[which], which
        if again or which == "less":
            changes = report.details["figures"]
            assert changes["changed"] and changes["months"] == ("2026-10",) and not changes["outreached"], changes
            assert "figures_changed" in {getattr(one, "code", "") for one in report.notices}


def test_every_stream_of_files_that_are_handed_over_again_says_which_speaks() -> None:
    told = {stream for module in staging_modules() for stream in getattr(module, "RESTATED", ())}
    of_files = {one.name: {stream.name for stream in one.streams} for one in file_formats()}
    for name in RESTATING:
        assert of_files[name] <= told, name
