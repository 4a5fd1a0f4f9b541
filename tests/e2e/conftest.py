"""Towns and services that several files of tests read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import bad_town, hostile
from tests.e2e.command_line import Run, entry_point
from tests.e2e.played import Played, played
from tests.e2e.towns import opened, run_all, small_town
from tests.finished import built_once
from town.store import TownStore


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small town of four months after import and refresh. Read only: copy it."""

    def build(folder: Path) -> None:
        small_town(folder)
        store = opened(folder)
        run_all(store)
        store.engine.dispose()

    return built_once(tmp_path_factory, "finished_town", build)


@pytest.fixture(scope="session")
def bad_town_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town before anything bad comes. Read only: copy it."""
    return built_once(tmp_path_factory, "bad_town", bad_town.build)


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownStore]:
    """A town that has good data already; every test of a file gives it one more."""
    made = hostile.stocked(tmp_path_factory.mktemp("stocked") / "town")
    yield made
    made.engine.dispose()


@pytest.fixture
def playing() -> Iterator[Played]:
    """Every service, played."""
    with played() as made:
        yield made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line."""
    return entry_point(monkeypatch, capsys)
