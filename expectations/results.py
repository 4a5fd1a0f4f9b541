"""What goes into the gate and what comes out of it.

The books always balance: `received = passed + quarantined + refused`. Quarantined are single bad
rows; refused is a whole batch or month that may not replace what is stored, whatever its rows say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import pyarrow as pa

from expectations.suite import Suite

Severity = Literal["fail", "warn", "info"]
"""What becomes of rows that fail: put aside; let through in doubt; counted, nothing more."""
Arguments = Mapping[str, str | int | date]
"""What fills the sentence of a code: column names, months, days and counts, never values of a row."""

CRASHED = "check_crashed"


@dataclass(frozen=True)
class GateContext:
    """What the gate must know beside the rows.

    `kept` are the rows of the batch's months that were let through before, beside which it is judged; `beside`
    holds rows of other months that rows of the batch answer. `suite` is what is expected of the source's fact. With
    `is_full` Great Expectations judges all of it, and no kernel is asked.
    """

    authority: str
    timezone: str
    spaces: frozenset[str]
    today: date
    kept: pa.Table | None = None
    beside: pa.Table | None = None
    survey_items: frozenset[str] = frozenset()
    suite: Suite = field(default_factory=Suite)
    is_full: bool = False


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row put aside: its grain key, the first reason and all reasons. Never a value of a person.

    `where` and `raw` make it acceptable to `warehouse.landing.quarantine_rows`; the row itself is
    not kept, since staging the landed records again gives it again. `rows` is above 1 only in the
    entry that stands for the rest of a flood of equal failures.
    """

    fact: str
    key: str
    code: str
    arguments: Arguments
    codes: tuple[str, ...] = ()
    rows: int = 1
    month: str = ""

    @property
    def about(self) -> dict[str, str]:
        """The month it is missing from, for whoever accepts that."""
        return {"fact": self.fact, "month": self.month}

    @property
    def where(self) -> str:
        """The place, for the quarantine list."""
        return f"{self.fact}: {self.key}"

    @property
    def raw(self) -> bytes:
        """Nothing to seal."""
        return b""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a month, or with `month` '' of a whole batch; `rule` and `space` where one is named."""

    code: str
    arguments: Arguments
    month: str = ""
    rows: int = 0
    rule: str = ""
    space: str = ""
    is_fall: bool = False
    """A doubt that a month holds other amounts than were stored: it stands until it holds them again."""


class Refused(Finding):
    """It must not be loaded; what is stored stays."""

    __slots__ = ()


class Notice(Finding):
    """A doubt: the rows pass, somebody should look."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check and how it went. `crashed` is an error of ours and says nothing of the rows."""

    check: str
    column: str
    code: str
    severity: Severity
    success: bool
    unexpected_count: int
    unexpected_percent: float
    crashed: bool = False


@dataclass(frozen=True)
class GateResult:
    """The gate's answer for one fact."""

    fact: str
    received: int
    passed: pa.Table
    quarantined: tuple[Quarantined, ...] = ()
    refused: tuple[Refused, ...] = ()
    warnings: tuple[Notice, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def quarantined_rows(self) -> int:
        """Rows put aside."""
        return sum(one.rows for one in self.quarantined)

    @property
    def refused_rows(self) -> int:
        """Rows not loaded because their month or batch was refused."""
        return sum(one.rows for one in self.refused)

    @property
    def refused_months(self) -> frozenset[str]:
        """Months whose stored partition must be left as it is; '' is all of them."""
        return frozenset(one.month for one in self.refused)

    @property
    def crashed(self) -> bool:
        """A check of ours raised: report it as our error, not as bad rows."""
        return any(one.crashed for one in self.outcomes)

    @property
    def status(self) -> Literal["crashed", "refused", "quarantined", "warned", "passed"]:
        """The worst that happened."""
        if self.crashed:
            return "crashed"
        if self.refused:
            return "refused"
        if self.quarantined:
            return "quarantined"
        return "warned" if self.warnings else "passed"

    @classmethod
    def merged(cls, batches: Sequence[GateResult]) -> GateResult:
        """The answers for several batches of one fact as one; the rows that passed are counted and no longer held."""
        received = sum(one.received for one in batches)
        notices: dict[tuple[str, str, str], Notice] = {}
        for notice in (notice for one in batches for notice in one.warnings):
            place = notice.code, notice.month, str(notice.arguments)
            rows = notice.rows + (notices[place].rows if place in notices else 0)
            notices[place] = replace(notice, rows=rows)
        return cls(
            batches[0].fact,
            received,
            pa.table({"row": pa.nulls(sum(one.passed.num_rows for one in batches))}),
            tuple(found for one in batches for found in one.quarantined),
            tuple(found for one in batches for found in one.refused),
            tuple(notices.values()),
            _summed([found for one in batches for found in one.outcomes], received),
        )

    def counts(self) -> dict[str, int]:
        """The books of this fact."""
        return {
            "received": self.received,
            "passed": self.passed.num_rows,
            "quarantined": self.quarantined_rows,
            "refused": self.refused_rows,
        }


def _summed(outcomes: Sequence[Outcome], rows: int) -> tuple[Outcome, ...]:
    """Each check once, over all batches it was run on. A check of volumes has a code only where it found something."""
    found: dict[tuple[str, str, str], list[Outcome]] = {}
    failing = {(one.check, one.column) for one in outcomes if not one.success}
    for one in outcomes:
        if one.code or (one.check, one.column) not in failing:
            found.setdefault((one.check, one.column, one.code), []).append(one)
    summed = []
    for same in found.values():
        count = sum(one.unexpected_count for one in same)
        is_share = any(one.unexpected_percent for one in same)
        summed.append(
            replace(
                same[0],
                success=all(one.success for one in same),
                crashed=any(one.crashed for one in same),
                unexpected_count=count,
                unexpected_percent=round(100 * count / rows, 4) if is_share else 0.0,
            )
        )
    return tuple(summed)
