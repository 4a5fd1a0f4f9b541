"""What stands against months, and how often something was found of each source: for the page of whoever runs a town."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from warehouse.checks import VERDICTS, Alike, alike
from warehouse.gate_tables import CheckRow

SHOWN_MONTHS = 12


@dataclass
class MonthChecks:
    """What stands against a month of a fact, or of an indicator (`titles` are its names), the worst first."""

    fact: str
    month: str
    titles: Mapping[str, str] = field(default_factory=dict)
    rows: list[CheckRow] = field(default_factory=list)

    @property
    def target(self) -> str:
        """What its button names."""
        return f"{self.fact} {self.month}"

    @property
    def verdict(self) -> str:
        """The worst: refused, held or doubted."""
        return min((one.verdict for one in self.rows), key=VERDICTS.index)

    @property
    def sources(self) -> list[str]:
        """The sources it is of; none of published figures."""
        return sorted({one.source for one in self.rows} - {""})

    @property
    def alike(self) -> list[Alike]:
        """By rule, a few of what it found and how many more."""
        return alike(self.rows)

    @property
    def since(self) -> datetime:
        """When the first of it was found."""
        return min(one.first_seen_at for one in self.rows)

    @property
    def can_accept(self) -> bool:
        """Whether somebody can say that it is right: a batch without a month has to be mended at its source."""
        return bool(self.month)


@dataclass(frozen=True)
class Trend:
    """How often something was found of one source ('': of published figures): (found, still stands) a month."""

    source: str
    counts: list[tuple[int, int]]


def standing(rows: Iterable[CheckRow], titles: Mapping[str, Mapping[str, str]]) -> list[MonthChecks]:
    """What stands, by fact and month, the worst first, but for rows put aside; `titles` are names of indicators."""
    found: dict[tuple[str, str], MonthChecks] = {}
    for row in rows:
        if row.resolved_at is None and row.verdict != "aside":
            one = found.setdefault((row.fact, row.month), MonthChecks(row.fact, row.month, titles.get(row.fact, {})))
            one.rows.append(row)
    return sorted(found.values(), key=lambda one: (VERDICTS.index(one.verdict), one.fact, one.month))


def months_of(rows: Collection[CheckRow]) -> list[str]:
    """The last months of which anything was ever found, oldest first."""
    return sorted({row.month for row in rows if row.month})[-SHOWN_MONTHS:]


def trends(rows: Collection[CheckRow], months: Collection[str]) -> list[Trend]:
    """By source, how often something was found of each of the months, and how much of it stands."""
    found = Counter((row.source, row.month) for row in rows)
    stands = Counter((row.source, row.month) for row in rows if row.resolved_at is None)
    sources = sorted({row.source for row in rows if row.month in months})
    return [Trend(one, [(found[one, month], stands[one, month]) for month in months]) for one in sources]
