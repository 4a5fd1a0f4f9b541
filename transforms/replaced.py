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
"""Facts of which an indicator of some assets, or of some kinds of places, reads the rows of these alone: a test says
everything again in all others."""
BEYOND_ITS_PLACES = frozenset({"assets.answered_in_time", "assets.tie_density", "facebook.resident_replies"})
"""Indicators that name kinds of places and count messages in others too: the same test finds that they do."""


@dataclass(frozen=True)
class Replaced:
    """A file that took another's place: the one before, where there was one, and of what assets and in what kinds of
    places its rows and that one's are; '' is of any."""

    before: Partition | None
    assets: frozenset[str]
    kinds: frozenset[str] = frozenset({""})


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
    found = []
    for one in read:
        replaced = changed.get((one.fact, one.month, one.source))
        if replaced is None:
            found.append(one)
        elif replaced.before is None or counts(indicator, one.fact, replaced):
            return None
        else:
            found.append(replaced.before)
    return found


def counts(indicator: Indicator, fact: str, replaced: Replaced) -> bool:
    """Whether an indicator may count any row that differs; what a town's own one reads nobody has tested."""
    if fact not in OF_ONE_ASSET or indicator.origin:
        return True
    assets, kinds = frozenset(indicator.header.assets), kinds_read(indicator)
    is_of_assets = not assets or bool(replaced.assets & (assets | {""}))
    return is_of_assets and (not kinds or bool(replaced.kinds & (kinds | {""})))


def kinds_read(indicator: Indicator) -> frozenset[str]:
    """The kinds of places an indicator reads messages of; none of them is every kind."""
    return frozenset() if indicator.id in BEYOND_ITS_PLACES else frozenset(indicator.header.spaces.kinds)


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
