"""How many indicators have a value in a month, and why the others have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.month.show import headlines
from town.store import TownStore

NOT_COMPUTED = "not_computed"
HARDLY = 10
"""Where fewer than one of so many indicators have a value, hardly anything is known of a month."""


@dataclass(frozen=True)
class Values:
    """A month's indicators for the town as a whole, by what became of them; `reasons` are those of the missing ones.

    Withheld values (`suppressed`) and those of assets the town does not use (`not_applicable`) are not missing.
    """

    indicators: int
    with_value: int
    suppressed: int
    not_applicable: int
    reasons: Mapping[str, int]  # code without its subject -> how many, the most frequent first

    @property
    def missing(self) -> int:
        """How many are missing."""
        return sum(self.reasons.values())

    @property
    def is_hardly_known(self) -> bool:
        """Whether hardly any of the indicators the town could have has a value."""
        return self.with_value * HARDLY < self.indicators - self.not_applicable

    def as_json(self) -> dict[str, Any]:
        """The object `values` of `kehila run --json`."""
        return {**vars(self), "missing": self.missing}


def month_values_of(store: TownStore, month: str) -> Values:
    """What became of every indicator of the town's catalogue in a month; one never computed is missing."""
    found = headlines(store, month)
    cells = [found.get(name) for name in store.catalogue]
    by_status = Counter(cell.status for cell in cells if cell is not None and cell.value is None)
    reasons = Counter(
        cell.reason.partition(":")[0] or NOT_COMPUTED if cell is not None else NOT_COMPUTED
        for cell in cells
        if cell is None or (cell.value is None and cell.status not in ("suppressed", "not_applicable"))
    )
    return Values(
        indicators=len(cells),
        with_value=sum(cell is not None and cell.value is not None for cell in cells),
        suppressed=by_status["suppressed"],
        not_applicable=by_status["not_applicable"],
        reasons=dict(sorted(reasons.items(), key=lambda one: (-one[1], one[0]))),
    )
