"""What a refresh did and what stands after it, as a run shows it: lines of its report, and a state of its own."""

from __future__ import annotations

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from pipeline.month.close import Closed, close
from pipeline.refresh.outcome import Refreshed, Standing
from pipeline.refresh.validation import validate_stored
from texts import error
from town.faults import DoubtedMonth
from town.store import TownStore

MAX_LINES = 40
"""Findings of a verdict that a run's report names one by one."""
FIGURES = "figures"
"""What was found of published figures is of no one source."""


def refreshed_lines(done: Refreshed) -> list[str]:
    """What a refresh did, for the report of its run."""
    months = sorted({month for found in done.indicators.values() for month in found})
    cells = sum(len(found) for found in done.indicators.values())
    over = f" over {months[0]} to {months[-1]}" if months else ""
    lines = [
        f"- staged anew: {', '.join(done.staged) or 'nothing'}; {done.partitions_changed} fact partitions changed",
        f"- recomputed: {len(done.indicators)} indicators, {cells} indicator months{over}; "
        f"{done.cells_written} cells written",
        f"- rows put aside: {done.quarantined}",
    ]
    for verdict, found in (("refused", done.refused), ("doubted", done.warnings)):
        lines += [f"- {verdict}: {_found_line(one)}" for one in found[:MAX_LINES]]
        lines += [f"- {verdict}: {len(found) - MAX_LINES} more; `kehila checks`"] if len(found) > MAX_LINES else []
    return lines


def validated_lines(store: TownStore) -> list[str]:
    """Have Great Expectations look at what kernels let through; what it found, for the report of the run."""
    done = validate_stored(store)
    lines = [f"- files of facts it looked at after the kernels: {done.files}"]
    if done.disputed:
        lines.append(f"- held, since a kernel was wrong: {len(done.disputed)}; see `kehila checks`")
    return lines


def _found_line(one: Standing) -> str:
    """The source, what it is about and the sentence: no value of a row is in it."""
    place = f"{one.fact} {one.month}".rstrip()
    return f"{one.source or FIGURES}: {place}: {error(one.code, 'en', **one.arguments)} [{one.code}]"


def closed_or_why(store: TownStore, month: str) -> tuple[Closed | None, list[str]]:
    """Close a month; where something stands against it, None and lines of what does, the first of the whole."""
    try:
        return close(store, month), []
    except DoubtedMonth as problem:
        return None, [str(problem), *(f"{one.verdict}: {_found_line(Standing.of(one))}" for one in problem.standing)]


def verdict_of(done: Refreshed) -> State[None] | None:
    """The state of a run after which something stands refused, held or doubted; None where nothing does.

    What was refused or held is failed to Prefect, whose page shows a kind of state by its colour and not by its name.
    """
    for name, found, ended in (("Refused", done.refused, Failed), ("Doubted", done.warnings, Completed)):
        if found:
            sources = sorted({one.source or FIGURES for one in found})
            return ended(name=name, message=f"{len(found)} stand of {', '.join(sources)}; see `kehila checks`")
    return None
