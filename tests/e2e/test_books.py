"""A small town through the real command line, every computed value against the town's own books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path

import pytest
from click.testing import CliRunner
from scipy import stats  # type: ignore[import-untyped]

from simulator.truth_pages import GroundTruth, Place
from simulator.writing import FILES, write_town
from transforms.few import Few
from warehouse.keys import new_key_file
from warehouse.sqlite import sqlite3

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


@dataclass(frozen=True)
class Cell:
    """A row of the table, the methods and places of its composition with it."""

    value: float | None
    n: int | None
    unit: str
    status: str
    flags: frozenset[str]
    reason: str
    methods: frozenset[str] = frozenset()
    spaces: frozenset[str] = frozenset()
    lo: float | None = None
    hi: float | None = None


def table(path: Path) -> dict[Place, Cell]:
    """The warehouse's cells."""
    with closing(sqlite3.connect(path)) as connection:
        made: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for indicator, month, kind, name in connection.execute(
            "select indicator, month, kind, name from indicator_composition"
        ):
            made[indicator, month, kind].add(name)
        rows = connection.execute(
            "select indicator, month, space, part, value, n, unit, status, quality, reason, lo, hi from indicator_value"
            " where cut = ''"
        ).fetchall()
    found = {}
    for indicator, month, space, part, value, n, unit, status, quality, reason, lo, hi in rows:
        is_headline = not space and not part
        methods, spaces = (frozenset(made[indicator, month, kind]) for kind in ("method", "space"))
        cell = Cell(value, n, unit, status, frozenset(quality.split()), reason, lo=lo, hi=hi)
        found[indicator, month, space, part] = replace(cell, methods=methods, spaces=spaces) if is_headline else cell
    return found


def values(cells: Mapping[Place, Cell]) -> dict[Place, float | None]:
    """The values of the table."""
    return {place: cell.value for place, cell in cells.items()}


def wrong_statuses(truth: GroundTruth, cells: Mapping[Place, Cell]) -> list[str]:
    """Wholes without a value whose status, or reason, does not say why: missing, suppressed, not applicable differ."""
    found = []
    for place, why in truth.why_none.items():
        cell, reason = cells.get(place), truth.reasons.get(place[0], "")
        if cell is None or cell.status != why:
            found.append(f"{place}: {cell and cell.status} is not {why}")
        elif why != "suppressed" and not cell.reason.startswith(reason):
            found.append(f"{place}: {cell.reason} is not {reason}")
    return found


NOT_ITS_COUNT = frozenset(
    {
        "assets.communication_level",
        "societies.language_investment",
        "whatsapp.answers",
        "facebook.answers",
        "ethics.training",
    }
)
"""Counts behind which stands something else: what they are counted from."""


def less_known(truth: GroundTruth, cells: Mapping[Place, Cell]) -> list[str]:
    """Values that are said to be known otherwise than they are: n, status, flags, methods, places."""
    found = []
    for place, known in truth.known.items():
        cell, value = cells.get(place), truth.values[place]
        if cell is None or cell.value is None or value is None:
            continue  # `compare` tells
        wrong = []
        n = truth.counts.get(place)
        if n is None and cell.unit == "count" and cell.n is not None and place[0] not in NOT_ITS_COUNT:
            n = round(value)
        if n is not None and cell.n != n:
            wrong.append(f"n {cell.n} is not {n}")
        if known.is_final is not None and (cell.status == "final") != known.is_final:
            wrong.append(f"it is {cell.status}")
        wrong += unsure_otherwise(cell, truth.worth.get(place))
        wrong += [f"without {flag}" for flag in sorted(known.must - cell.flags)]
        wrong += [f"with {flag}" for flag in sorted(known.never & cell.flags)]
        if not place[2] and not place[3]:
            if not cell.methods or not cell.methods <= known.methods:
                wrong.append(f"by {sorted(cell.methods)}")
            if known.spaces and cell.spaces != known.spaces:
                wrong.append(f"of {sorted(cell.spaces ^ known.spaces)} more or less")
        found += [f"{' '.join(one or '-' for one in place)}: {what}" for what in wrong]
    return found


def unsure_otherwise(cell: Cell, answers: float | None) -> list[str]:
    """What is wrong with the interval of an estimate worth so many answers; of any other figure nothing is known."""
    if answers is None or cell.value is None:
        return []
    if cell.lo is None or cell.hi is None:
        return ["without an interval"]
    if cell.unit != "share":
        is_wide = 0 < cell.hi - cell.lo < 2 * stats.t.ppf(0.975, answers - 1) * 2 / sqrt(answers - 1)
        is_around = abs(cell.lo + cell.hi - 2 * cell.value) < 1e-5
        return [] if is_wide and is_around else [f"from {cell.lo} to {cell.hi}"]
    # The ends of Wilson's interval are the shares from which this one is as many standard errors away.
    ends = [abs(cell.value - end) / sqrt(end * (1 - end) / answers) for end in (cell.lo, cell.hi)]
    return [] if all(abs(one - stats.norm.ppf(0.975)) < 1e-3 for one in ends) else [f"from {cell.lo} to {cell.hi}"]


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
def test_every_value_agrees_with_the_books(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, months: int, scale: float
) -> None:
    # What is kept back of small places is tested elsewhere: here all is compared.
    monkeypatch.setattr("pipeline.refresh.indicators.kept_back", lambda *_, **__: Few())
    truth = write_town(tmp_path, seed=seed, months=months, scale=scale)
    new_key_file(tmp_path / "keys" / "root.key")
    run(tmp_path, "import", str(tmp_path / FILES))
    run(tmp_path, "refresh")
    cells = table(tmp_path / "warehouse.db")
    rows = values(cells)
    differences = compare(truth, rows)
    assert not differences, f"{len(differences)} of {len(truth.values)} differ\n{told(differences[:60])}"
    assert wrong_statuses(truth, cells) == []
    assert len(truth.known) > len([value for value in truth.values.values() if value is not None]) / 2
    assert (wrong := less_known(truth, cells)) == [], "\n".join(wrong[:60])
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
