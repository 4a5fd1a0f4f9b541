"""What was published of answers, and stands: of a wave to which fewer than ten people's answers came, or lost them.

Who knows both figures takes one from the other and has the answers of who came late, or took hers back. So a figure of
answers keeps what it said when it was published until ten answers more or fewer are in it, in its own month and in all
to which the wave is carried. Where as many answered as before, somebody mended what was there: that is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from transforms.catalogue import Indicator
from transforms.choice import Cell
from transforms.composition import Piece
from transforms.disclosure import THRESHOLD
from transforms.doubted import SINCE
from transforms.few import Few
from warehouse.calendar import month_of
from warehouse.vocabulary import ANSWERS, SURVEY

FIGURES = ("value", "lo", "hi", "n", "numerator", "denominator")
SPAN = 4.0
"""How far one answer of 1 to 5 can be from another."""


def is_of_answers(indicator: Indicator) -> bool:
    """Whether an indicator is known from answers to surveys alone."""
    return indicator.header.method == "surveyed" and set(indicator.facts) == {"survey_response"}


def let_stand(indicator: Indicator, cells: Iterable[Cell], few: Few) -> None:
    """Put back, in place, what was published of a wave where too few answers have come or gone since."""
    if not is_of_answers(indicator):
        return
    for cell in cells:
        before = _published(indicator, cell, few)
        if before is not None and _would_tell(cell, before):
            cell.update({name: before[name] for name in FIGURES})
            cell["composition"] = list(_without_counts(cell.get("composition", [])))


def _without_counts(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """What a figure is made of, but for how many answered and how well their answers agree: that is of those now."""
    for one in pieces:
        if one["kind"] != SURVEY:
            yield one
        elif one["name"] != ANSWERS:
            yield {**one, "amount": None, "base": None}


def _published(indicator: Indicator, cell: Cell, few: Few) -> Mapping[str, Any] | None:
    """What was published of the cell's own month, or last before it, or first after it, from the same wave."""
    if cell["value"] is None or cell["as_of"] is None:
        return None
    wave = month_of(cell["as_of"])
    same = {
        month: row
        for month, row in few.wholes.get((indicator.id, cell["part"]), {}).items()
        if row["value"] is not None and row["as_of"] is not None and month_of(row["as_of"]) == wave
    }
    until = [month for month in same if month <= cell["month"]]
    return same[max(until) if until else min(same)] if same else None


def _would_tell(cell: Cell, before: Mapping[str, Any]) -> bool:
    """Whether the difference between two figures tells of few people."""
    if cell["n"] is None or before["n"] is None or abs(cell["n"] - before["n"]) >= THRESHOLD:
        return False
    if cell["n"] != before["n"]:
        return True
    # Of a change it is not known whose answers came or went: of the first wave's nothing is counted here.
    return bool(cell["part"] == SINCE and abs(cell["value"] - before["value"]) * cell["n"] < THRESHOLD * SPAN)
