"""What stands against months, and how often something was found of each source: for the page of whoever runs a town."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from warehouse.checks import LET_THROUGH, VERDICTS, Alike, alike
from warehouse.gate_tables import CheckRow

SHOWN_MONTHS = 12


Names = Mapping[str, Mapping[str, str]]
"""Code of a place, an indicator or INDICATOR:PART -> its name by language."""


def things_of(row: CheckRow) -> list[str]:
    """What a finding is of beside its fact and month, as `Names` and the page's words have it: place, metric, part."""
    pieces = [one for one in row.space.split(":") if one]
    indicator = row.fact if not row.source else pieces[0] if row.fact == "report" and pieces else ""
    parts = pieces if not row.source else pieces[1:] if indicator else []
    return [f"{indicator}:{one}" if one in parts else one for one in pieces]


@dataclass
class MonthChecks:
    """What stands against a month of a fact, or of an indicator (`titles` are its names), the worst first.

    What is of no month is of one `source` at a time: each falls silent by itself.
    """

    fact: str
    month: str
    source: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    rows: list[CheckRow] = field(default_factory=list)

    @property
    def target(self) -> str:
        """What its button names."""
        return f"{self.fact} {self.month or self.source}"

    @property
    def command(self) -> list[str]:
        """What its button has to say of it: the arguments of `kehila accept`."""
        return [self.fact, self.month or f"--source={self.source}"]

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
        """Whether somebody can say that it is right: a batch refused as a whole has to be mended at its source."""
        return bool(self.month) or any(one.verdict in LET_THROUGH for one in self.rows)


@dataclass(frozen=True)
class Trend:
    """How often something was found of one source ('': of published figures): (found, still stands) a month."""

    source: str
    counts: list[tuple[int, int]]


def standing(rows: Iterable[CheckRow], titles: Names) -> list[MonthChecks]:
    """What stands, by fact and month, the worst first, but for rows put aside; `titles` are names of indicators."""
    found: dict[tuple[str, str, str], MonthChecks] = {}
    for row in rows:
        if row.resolved_at is None and row.verdict != "aside":
            place = row.fact, row.month, "" if row.month else row.source
            found.setdefault(place, MonthChecks(*place, titles.get(row.fact, {}))).rows.append(row)
    return sorted(found.values(), key=lambda one: (VERDICTS.index(one.verdict), one.fact, one.month, one.source))


def months_of(rows: Collection[CheckRow]) -> list[str]:
    """The last months of which anything was ever found, oldest first."""
    return sorted({row.month for row in rows if row.month})[-SHOWN_MONTHS:]


def trends(rows: Collection[CheckRow], months: Collection[str]) -> list[Trend]:
    """By source, how often something was found of each of the months, and how much of it stands."""
    found = Counter((row.source, row.month) for row in rows)
    stands = Counter((row.source, row.month) for row in rows if row.resolved_at is None)
    sources = sorted({row.source for row in rows if row.month in months})
    return [Trend(one, [(found[one, month], stands[one, month]) for month in months]) for one in sources]
