"""Towns built by the real commands, their figures computed once more from the raw files and answers by other code.

Twelve months and their edges: the month an export was cut off in, the first one pulled, those whose reports a service had
deleted, the last one over, the one that runs.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import kehila
from simulator.channels.life import make_life
from simulator.channels.served import Served
from simulator.truth_pages import Place
from simulator.writing import FILES, write_town
from tests.e2e.channel_towns import collect_all, opened, readings, refreshed
from tests.e2e.reread_services import reread
from tests.e2e.reread_town import Figure, Figures, Reread, month_before, recompute
from tests.e2e.test_books import TOLERANCE, Cell, table
from warehouse.keys import new_key_file

LAST = "2026-10"
TODAY = "2026-11-22"


def disagreements(figures: Figures, cells: Mapping[Place, Cell]) -> list[str]:
    """Where the table says another value, another n, or is otherwise sure of it."""
    found = []
    for (indicator, month), figure in sorted(figures.items()):
        cell = cells.get((indicator, month, "", ""))
        if why := _differs(figure, cell):
            found.append(f"{indicator} {month}: {why}; reread {figure}, table {cell}")
    return found


def _differs(figure: Figure, cell: Cell | None) -> str:
    value = None if cell is None else cell.value
    if cell is None or value is None or figure.value is None:
        return "" if value is None and figure.value is None else "one of them has no value"
    if abs(value - figure.value) > TOLERANCE * max(1.0, abs(figure.value)):
        return "another value"
    if figure.n is not None and cell.n is not None and cell.n != figure.n:
        return "another n"
    return "" if figure.is_final in (None, cell.status == "final") else f"it is {cell.status}"


def months(count: int) -> list[str]:
    """So many months up to the last one over."""
    return [month_before(LAST, by) for by in range(count - 1, -1, -1)]


@pytest.mark.long
def test_figures_of_files_are_those_of_another_reader(tmp_path: Path) -> None:
    write_town(tmp_path, seed=11, months=13, scale=0.12)
    new_key_file(tmp_path / "keys" / "root.key")
    for words in (("import", str(tmp_path / FILES)), ("refresh",)):
        done = CliRunner().invoke(kehila, ["--config", str(tmp_path / "kehila.toml"), "--today", TODAY, *words])
        assert done.exit_code == 0, (done.output, done.exception)
    told = tomllib.loads((tmp_path / "kehila.toml").read_text(encoding="utf-8"))["authority"][0]["population"]
    town = Reread(tmp_path / FILES, {int(year): residents for year, residents in told.items()})
    figures = recompute(town, months(13))
    assert len({indicator for indicator, _ in figures}) >= 25
    values = [figure for figure in figures.values() if figure.value is not None]
    assert len(values) > len(figures) / 2 and {True, False} <= {figure.is_final for figure in values}
    assert (wrong := disagreements(figures, table(tmp_path / "warehouse.db"))) == [], "\n".join(wrong)


@pytest.mark.long
def test_figures_of_services_are_those_of_another_reader(tmp_path: Path) -> None:
    life = make_life(11, 12, 60)
    instants = readings(life)
    with Served(life, is_travelling=True) as served:
        store = opened(tmp_path, life, served)
        rounds = dict(collect_all(store, served, instants))
        assert min(rounds.values()) > 0
        refreshed(store, instants[-1])
        figures = reread(life, served, instants, [*months(20), month_before(LAST, -1)])
    sure = Counter(figure.is_final for figure in figures.values() if figure.value is not None)
    assert sure[True] > 100 and sure[False] > 10
    assert (wrong := disagreements(figures, table(tmp_path / "warehouse.db"))) == [], "\n".join(wrong)
