"""The hours a town works on each day of the week, and a window counted in such days."""

from __future__ import annotations

from dataclasses import dataclass

Hours = tuple[int, int]
"""Minutes of the local day at opening and closing."""

Window = int | str
"""Days, or `2 working days`."""


@dataclass(frozen=True)
class Week:
    """Hours of each weekday, Monday first, None where nobody works; and those of short days."""

    days: tuple[Hours | None, ...]
    short: Hours


SUNDAY_TO_THURSDAY = Week((*[(480, 960)] * 4, None, None, (480, 960)), (480, 720))
"""The week of a town that says nothing else: eight to four, short days until noon."""
