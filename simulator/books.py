"""The town's own books: what every indicator must come to, counted from the town's event log in plain Python.

Nothing here reads the written files or uses the product's SQL or staging, so the books are an
independent truth to compare with.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.model import Town

Place = tuple[str, str, str, str]
"""indicator, month, space ('' for the authority as a whole), part ('' for the whole)."""


@dataclass(frozen=True)
class Books:
    """The values; None stands for missing, suppressed or not applicable."""

    town: Town
    values: dict[Place, float | None] = field(default_factory=dict)


def keep_books(town: Town) -> Books:
    """Count everything."""
    return Books(town)
