"""Where CPU time goes: a profile summed up by what the time was spent on."""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter
from collections.abc import Sequence

Shares = Sequence[tuple[str, tuple[str, ...]]]
"""Kind of work, and what the path of its files contains; the first that fits counts."""


def spent(profile: cProfile.Profile, kinds: Shares) -> list[tuple[str, float]]:
    """(kind, share): a function's own time counts by its file, a builtin's by the file that called it."""
    found: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if file == "~" and callers:
            for (caller, _, _), (_, _, seconds, _) in callers.items():
                found[_kind_of(caller + name, kinds)] += seconds
        else:
            found[_kind_of(file + name, kinds)] += own
    return [(kind, seconds / found.total()) for kind, seconds in found.most_common()]


def _kind_of(text: str, kinds: Shares) -> str:
    return next((kind for kind, marks in kinds if any(mark in text for mark in marks)), "the rest")
