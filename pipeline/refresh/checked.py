"""What stands after a refresh that judged something, told as an event for each source it judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.events import checked
from warehouse.checks import PASSED, VERDICTS
from warehouse.gate_tables import CheckRow


def announce_checks(authority: str, judged: Iterable[str], standing: Sequence[CheckRow]) -> None:
    """Tell of each of the sources `judged` what stands against it, the worst as its verdict."""
    for source in sorted(judged):
        mine = [one for one in standing if one.source == source]
        counts = Counter(one.verdict for one in mine)
        verdict = min(counts, key=VERDICTS.index, default=PASSED)
        checked(authority, source, verdict, counts, Counter(one.code for one in mine))
