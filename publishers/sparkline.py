"""A year of one indicator as a small inline picture: a line that stops where a month has no value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publishers.report import Cell

WIDTH, HEIGHT, MARGIN = 132, 34, 5


@dataclass(frozen=True)
class Sparkline:
    """Coordinates for the template: lines, lonely points, empty months and the last month."""

    lines: tuple[str, ...]
    points: tuple[tuple[float, float], ...]
    gaps: tuple[float, ...]
    last: tuple[float, float] | None
    values: tuple[float, ...]


def is_break(cell: Cell | None) -> bool:
    """Whether a month is not to be compared with those before it."""
    return cell is not None and any(flag.startswith("series_break") for flag in cell.quality)


def drawn(series: Sequence[Cell | None]) -> list[float | None]:
    """The values of a line that stops at None: where a month has none, and before one that breaks the series."""
    values: list[float | None] = []
    for cell in series:
        values += [None] * is_break(cell)
        values.append(cell.value if cell else None)
    return values


def sparkline(series: Sequence[Cell | None]) -> Sparkline:
    """Lay out the months from left (oldest) to right; a gap is a gap, never a zero.

    A month flagged `series_break` begins a new line: the two halves are never glued.
    """
    values = [cell.value if cell else None for cell in series]
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    step = (WIDTH - 2 * MARGIN) / max(len(series) - 1, 1)

    def spot(index: int, value: float) -> tuple[float, float]:
        rise = (value - low) / (high - low) if high > low else 0.5
        return round(MARGIN + index * step, 1), round(HEIGHT - MARGIN - rise * (HEIGHT - 2 * MARGIN), 1)

    runs: list[list[tuple[float, float]]] = [[]]
    for index, (cell, value) in enumerate(zip(series, values, strict=True)):
        if value is None or is_break(cell):
            runs.append([])
        if value is not None:
            runs[-1].append(spot(index, value))
    return Sparkline(
        lines=tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1),
        points=tuple(run[0] for run in runs if len(run) == 1),
        gaps=tuple(round(MARGIN + index * step, 1) for index, value in enumerate(values) if value is None),
        last=spot(len(values) - 1, values[-1]) if values and values[-1] is not None else None,
        values=tuple(known),
    )
