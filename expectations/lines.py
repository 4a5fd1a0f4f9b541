"""What all rules of whole months come down to: lines `less <= more`, and what they are drawn from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pyarrow as pa

from expectations.compiled import run_checks
from expectations.frame import frame_of
from expectations.from_tables import Check
from expectations.profile import Profile
from expectations.results import Arguments
from expectations.suite import Suite

HOLDS = Check(
    "ExpectColumnPairValuesAToBeGreaterThanB",
    "rule_broken",
    {"column_A": "more", "column_B": "less", "or_equal": True},
)
Place = tuple[str, str]
"""Fact and month."""


@dataclass(frozen=True)
class Line:
    """One comparison, which is kept where `less` is not above `more`; `holds`: a broken one keeps the month back."""

    place: Place
    space: str
    rule: str
    code: str
    less: float
    more: float
    arguments: Arguments
    holds: bool = False
    is_fall: bool = False


def broken_lines(lines: Sequence[Line]) -> tuple[set[int], bool]:
    """Which of some lines are broken, by their place; and whether it is all of them because the check itself broke."""
    sides = {"less": [one.less for one in lines], "more": [one.more for one in lines]}
    table = pa.table(sides, schema=pa.schema([(name, pa.float64()) for name in sides]))
    (answer,) = run_checks("months", table, lambda: frame_of(sides, len(lines)), [HOLDS])
    if answer.crashed or answer.positions is None:
        return set(range(len(lines))), answer.crashed
    return set(map(int, answer.positions)), False


@dataclass(frozen=True)
class MonthsContext:
    """What months of one source are judged by.

    `new` are the profiles of all its months as they would be now, `stored` those that are stored; `closed` months
    were published, and of `accepted` places somebody said that they may be different. `partial` are the fact, space
    and month that the source itself says it covers in part: they may hold less than usual. `growing` are those it
    covered in part when they were stored: such a month may hold any more by now, and at other hours. `fallen` are
    fact, month, rule, space and arguments of earlier doubts that a month holds other amounts than it did.
    """

    suites: Mapping[str, Suite]
    new: Mapping[Place, Profile]
    stored: Mapping[Place, Profile]
    closed: Collection[str]
    accepted: Collection[Place]
    today: date
    spaces: Collection[str]
    partial: Collection[tuple[str, str, str]] = frozenset()
    growing: Collection[tuple[str, str, str]] = frozenset()
    fallen: Sequence[tuple[str, str, str, str, Mapping[str, str | int]]] = ()

    @cached_property
    def series(self) -> dict[tuple[str, str, str], dict[str, float]]:
        """(fact, space, measure) -> month -> amount."""
        found: dict[tuple[str, str, str], dict[str, float]] = {}
        for (fact, month), profile in self.new.items():
            for space, amounts in profile.spaces.items():
                for name, amount in amounts.items():
                    found.setdefault((fact, space, name), {})[month] = amount
        return found


def written(amount: float) -> str:
    """A number as people read it: whole, or with as many places as tell something."""
    return f"{amount:.0f}" if amount == int(amount) or abs(amount) >= 100 else f"{amount:.3g}"
