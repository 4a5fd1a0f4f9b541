"""Figures judged before they are published: each by its unit, its base and whole, the town's as a whole by its past.

The same machinery as for facts: the rules of the suite `indicator_value` and lines `less <= more`, by Great
Expectations. What is found holds nothing back: a figure is the sum of what passed. It is doubted until somebody has
looked, and a month is not closed over a doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import pyarrow as pa

from expectations.compiled import run_checks
from expectations.frame import frame_of
from expectations.from_tables import Check
from expectations.lines import Line, broken_lines, written
from expectations.results import CRASHED, Arguments, Notice
from expectations.rules import SEVERITY
from expectations.suites import PUBLISHED, Suites
from expectations.usual import usual

JUMP = "jump"
"""The rule of a figure's own past."""
BREAK, BY_ITS_SOURCE = "series_break", "suspect"
"""Flags: earlier figures are of something else; its source's own doubt is told already."""
FEW = 30
"""Of fewer people or events than so many a share or a mean may be anything."""
MAY_BE_LESS = frozenset({"partial_period", "lower_bound", "right_censored", "incomplete", "source_down", "stale"})
"""Flags that say why a figure may be lower than usual."""
Place = tuple[str, str]
"""Indicator and month."""


@dataclass(frozen=True)
class Figure:
    """A published value and what its indicator declares of it.

    `whole` is the total it is added up in, where it `is_addend`; `is_of_people`: how many stand behind it is known.
    """

    indicator: str
    month: str
    space: str
    part: str
    unit: str
    value: float
    numerator: float | None
    denominator: float | None
    n: int | None
    quality: str
    whole: float | None = None
    is_addend: bool = False
    is_of_people: bool = False

    @property
    def flags(self) -> frozenset[str]:
        """Its flags without their subjects."""
        return frozenset(one.partition(":")[0] for one in self.quality.split())

    @property
    def where(self) -> str:
        """Part and space; '' for the town as a whole."""
        return ":".join(filter(None, (self.part, self.space)))


def check_figures(
    figures: Sequence[Figure], months: Collection[str], suites: Suites, today: date
) -> list[tuple[Place, Notice]]:
    """What is doubted of the figures of some months, each as (place, notice); those of other months are their past."""
    mine = [one for one in figures if one.month in months]
    if not mine:
        return []
    found = _by_rules(mine, suites)
    lines = list(_jumps(figures, months, suites, today))
    if lines:
        broken, is_crash = broken_lines(lines)
        for at in sorted(broken):
            code, said = (CRASHED, {}) if is_crash else (lines[at].code, lines[at].arguments)
            found.append((lines[at].place, Notice(code, said, lines[at].place[1], 1, JUMP)))
    return found


def _by_rules(mine: Sequence[Figure], suites: Suites) -> list[tuple[Place, Notice]]:
    suite = suites.of("", PUBLISHED)
    checks = [
        Check(one.expect, one.code, one.arguments, SEVERITY[one.then], name, place=suite.place(f"rows.{name}"))
        for name, one in suite.rows.items()
    ]
    found = []
    frame = frame_of_figures(mine)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for answer in run_checks(PUBLISHED, table, lambda: frame, checks):
        is_broken = answer.crashed or answer.positions is None
        for at in () if is_broken or answer.positions is None else map(int, answer.positions):
            one = mine[at]
            said: Arguments = {
                "month": one.month, "measure": f"{PUBLISHED}.{answer.check.rule}", "observed": written(one.value)
            }  # fmt: skip
            found.append(
                (
                    (one.indicator, one.month),
                    Notice(answer.check.code, said, one.month, 1, answer.check.rule, one.where),
                )
            )
        if is_broken:  # nothing is known then, and each month that was to be judged says so
            found += [
                (place, Notice(CRASHED, {}, place[1], 1, answer.check.rule))
                for place in sorted({(one.indicator, one.month) for one in mine})
            ]
    return found


def frame_of_figures(figures: Sequence[Figure]) -> Any:
    """The frame rules of figures are run over, a column for each thing known of one."""
    columns = {column.name: [getattr(one, column.name) for one in figures] for column in fields(Figure)}
    numbers = ("value", "numerator", "denominator", "n", "whole")
    return frame_of(columns, len(figures)).astype(dict.fromkeys(numbers, "float64"))


def _jumps(figures: Sequence[Figure], months: Collection[str], suites: Suites, today: date) -> Iterator[Line]:
    """The figure of the town as a whole against its own past, since its series was broken last."""
    wholes: dict[str, dict[str, Figure]] = {}
    for one in figures:
        if not one.where:
            wholes.setdefault(one.indicator, {})[one.month] = one
    for indicator, by_month in sorted(wholes.items()):
        measures = suites.of(indicator, PUBLISHED).measures
        for month in sorted(set(months) & set(by_month)):
            one = by_month[month]
            measure = measures.get(one.unit)
            if measure is None or BY_ITS_SOURCE in one.flags or month >= f"{today:%Y-%m}":
                continue
            if measure.kind == "level" and (one.n or 0) < FEW:
                continue
            band = usual(measure, month, _comparable(by_month, month))
            if band is None:
                continue
            low, high = band
            said = {
                "month": month, "measure": f"{PUBLISHED}.{one.unit}", "observed": written(one.value),
                "low": written(max(low, 0.0)), "high": written(high),
            }  # fmt: skip
            place = indicator, month
            if measure.worse != "down":
                yield Line(place, "", JUMP, "unusual_month", one.value, high, said)
            if measure.worse != "up" and not one.flags & MAY_BE_LESS:
                yield Line(place, "", JUMP, "unusual_month", low, one.value, said)


def _comparable(by_month: Mapping[str, Figure], month: str) -> dict[str, float]:
    """The figures up to a month that are of the same thing as its own."""
    since = max((when for when, one in by_month.items() if when <= month and BREAK in one.flags), default="")
    return {when: one.value for when, one in by_month.items() if since <= when <= month}
