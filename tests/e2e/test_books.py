"""A small town through the real command line, every computed value against the town's own books."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.truth_pages import GroundTruth, Place
from simulator.writing import FILES, write_town
from warehouse.keys import new_key_file

TOLERANCE = 1.5e-6
"""Values are stored with six decimals, and survey means are taken of respondents' means with six."""

TODAY = "2026-11-22"


@dataclass(frozen=True)
class Difference:
    """A place where the table and the books do not agree."""

    place: Place
    in_books: float | None
    in_table: float | None
    why: str

    def __str__(self) -> str:
        indicator, month, space, part = self.place
        return f"{indicator} {month} {space or '-'} {part or '-'}: books {self.in_books}, table {self.in_table} ({self.why})"


def compare(truth: GroundTruth, rows: Mapping[Place, float | None]) -> list[Difference]:
    """All differences, in both directions, over the indicators the books know.

    A value must stand on both sides and agree. None in the books means missing, suppressed or not
    applicable: the table may then have an empty cell or none.
    """
    found = []
    known = truth.indicators
    for place in sorted({*truth.values, *(place for place in rows if place[0] in known)}):
        mine, theirs = truth.values.get(place), rows.get(place)
        if mine is None and theirs is None:
            continue
        if theirs is None:
            found.append(Difference(place, mine, theirs, "not in the table"))
        elif mine is None:
            why = "the books say there is none" if place in truth.values else "not in the books"
            found.append(Difference(place, mine, theirs, why))
        elif abs(mine - theirs) > TOLERANCE * max(1.0, abs(mine)):
            found.append(Difference(place, mine, theirs, "they differ"))
    return found


def table(path: Path) -> tuple[dict[Place, float | None], dict[Place, str]]:
    """The warehouse's indicator values, and their statuses."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "select indicator, month, space, part, value, status from indicator_value where cut = ''"
        ).fetchall()
    return {row[:4]: row[4] for row in rows}, {row[:4]: row[5] for row in rows}


def wrong_statuses(truth: GroundTruth, statuses: Mapping[Place, str]) -> list[str]:
    """Wholes without a value whose status does not say why: missing, suppressed and not applicable differ."""
    return [
        f"{place}: {statuses.get(place)} is not {why}"
        for place, why in truth.why_none.items()
        if statuses.get(place) != why
    ]


def told(differences: Iterable[Difference]) -> str:
    """The differences as lines, for a failing test."""
    return "\n".join(str(one) for one in differences)


def run(folder: Path, *arguments: str) -> None:
    """Run the command line; it must end well."""
    from cli.main import kehila

    outcome = CliRunner().invoke(kehila, ["--config", str(folder / "kehila.toml"), "--today", TODAY, *arguments])
    assert outcome.exit_code == 0, (outcome.output, outcome.exception)


@pytest.mark.parametrize(
    ("seed", "months", "scale"),
    [
        (7, 7, 0.12),
        pytest.param(8, 14, 0.3, marks=pytest.mark.long),
        pytest.param(7, 36, 1.0, marks=pytest.mark.long),
    ],
)
def test_every_value_agrees_with_the_books(tmp_path: Path, seed: int, months: int, scale: float) -> None:
    truth = write_town(tmp_path, seed=seed, months=months, scale=scale)
    new_key_file(tmp_path / "keys" / "root.key")
    run(tmp_path, "import", str(tmp_path / FILES))
    run(tmp_path, "refresh")
    rows, statuses = table(tmp_path / "warehouse.db")
    differences = compare(truth, rows)
    assert not differences, f"{len(differences)} of {len(truth.values)} differ\n{told(differences[:60])}"
    assert wrong_statuses(truth, statuses) == []
    assert {place[0] for place in rows} <= truth.indicators, "indicators the books do not know yet"
    assert {place[1] for place in rows} == set(truth.town.months)


def test_the_comparison_sees_every_kind_of_difference(tmp_path: Path) -> None:
    truth = write_town(tmp_path, months=1, scale=0.02, spaces=["wa-garden"])
    kept = dict(truth.values)
    assert compare(truth, kept) == []
    place = next(place for place, value in kept.items() if value is not None)
    wrong = {**kept, place: (kept[place] or 0.0) + 1}
    assert [one.why for one in compare(truth, wrong)] == ["they differ"]
    assert [one.why for one in compare(truth, {p: v for p, v in kept.items() if p != place})] == ["not in the table"]
    extra = {**kept, (place[0], place[1], "nowhere", ""): 1.0, ("nobody.knows", place[1], "", ""): 1.0}
    assert [one.why for one in compare(truth, extra)] == ["not in the books"]
    empty = next(place for place, value in kept.items() if value is None)
    assert [one.why for one in compare(truth, {**kept, empty: 0.0})] == ["the books say there is none"]
