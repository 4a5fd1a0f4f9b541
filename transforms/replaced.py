"""What an indicator reads of files that took others' place, and so which of its months have to be computed again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from transforms.catalogue import Indicator
from transforms.inputs import EVER, Partition
from warehouse.calendar import shift
from warehouse.facts import FACTS

OF_ONE_ASSET = frozenset({"message"})
"""Facts whose rows an indicator of some assets reads of these assets alone: a test takes all others away."""


@dataclass(frozen=True)
class Replaced:
    """A file that took another's place: the one before, where there was one, and the assets of their rows."""

    before: Partition | None
    assets: frozenset[str]


Changed = Mapping[tuple[str, str, str], Replaced]
"""Fact, month and source -> what took its place since all was last computed."""


def spans_of(indicator: Indicator) -> dict[str, tuple[int, int]]:
    """Fact -> months before and after its own that an indicator's value reads of it."""
    spans = {name: span for name, span in indicator.header.inputs.items() if name in FACTS}
    before, after = spans.get("coverage", (0, 0))
    return {**spans, "coverage": (before, max(after, indicator.header.months_waited))}


def widest(changed: Changed, indicators: Iterable[Indicator], months: Sequence[str]) -> list[str]:
    """The months in which any of the indicators reads one of the changed files."""
    return sorted({month for one in indicators for month in reached_by(changed, spans_of(one), months)})


def reached_by(changed: Changed, spans: Mapping[str, tuple[int, int]], months: Sequence[str]) -> list[str]:
    """The months whose values read one of the changed partitions."""
    read = {(month, *spans[fact]) for fact, month, _ in changed if fact in spans}
    return [
        month
        for month in months
        if any(shift(month, before) <= one <= shift(month, after) for one, before, after in read)
    ]


def read_before(indicator: Indicator, read: Sequence[Partition], changed: Changed) -> list[Partition] | None:
    """What was read where now some files have others' place; None where these differ in what the indicator counts."""
    assets, found = frozenset(indicator.header.assets), []
    for one in read:
        replaced = changed.get((one.fact, one.month, one.source))
        if replaced is not None and (
            not assets or one.fact not in OF_ONE_ASSET or replaced.assets & (assets | {""}) or replaced.before is None
        ):
            return None
        found.append(one if replaced is None or replaced.before is None else replaced.before)
    return found


class Others:
    """Values of other indicators, as what a month's value may read of them."""

    def __init__(self, computed: pa.Table) -> None:
        self._months: dict[str, str] = {}
        for month in sorted(computed["month"].unique().to_pylist()):
            rows = computed.filter(pc.equal(computed["month"], month)).to_pylist()
            self._months[month] = hashlib.sha256(repr(rows).encode()).hexdigest()

    def mark(self, indicator: Indicator, month: str) -> str:
        """Digest of the values an indicator may read for a month; '' where it reads none."""
        if (span := indicator.header.inputs.get("computed")) is None:
            return ""
        first, last = (shift(month, max(-EVER, min(EVER, months))) for months in span)
        read = [digest for one, digest in self._months.items() if first <= one <= last]
        return hashlib.sha256("".join(read).encode()).hexdigest()
