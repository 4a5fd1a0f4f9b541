"""Towns on live channels: every figure of theirs, collected through the real clients, against the town's own books.

The services restate (visits heard of late, clicks voided, comments months after the post, metrics
corrected), people rejoin meetings, and every round reads some of it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from simulator.channels.life import make_life
from simulator.channels.served import Served
from simulator.channels.truth import record_channel_truth
from simulator.planted import DEMO
from simulator.truth_pages import Place
from tests.e2e.channel_towns import collect_all, opened, readings, refreshed
from tests.e2e.test_books import Cell, compare, less_known, table, told

MEASURED = {
    "website.resident_users", "website.resident_sessions", "website.resident_minutes", "website.active_service_users",
    "newsletter.subscribers", "newsletter.open_rate", "newsletter.clickers", "facebook.follower_share",
    "facebook.engagement_rate", "facebook.resident_comments", "facebook.resident_replies", "facebook.answers",
    "zoom.public_meetings", "zoom.attendees", "zoom.participation", "assets.communication_level",
    "assets.participation_ladder", "assets.tie_density", "policy.resident_use", "policy.residents_in_contact",
}  # fmt: skip
"""What the five channels measure. Messages of the WhatsApp number come by webhook only."""


REPORTS_LAST = timedelta(days=183)
"""Zoom keeps its reports so long."""
ZOOM = ("zoom.public_meetings", "zoom.attendees", "zoom.participation", "zoom.staff_in_resident_meetings")


def unheard(cells: Mapping[Place, Cell], instants: Sequence[datetime]) -> list[str]:
    """Values of months nobody can have heard: of meetings whose reports were deleted before the first look, of visits
    before it; zeros of the running month and what is final in it.
    """
    first, running = (instants[0] - REPORTS_LAST).strftime("%Y-%m"), instants[-1].strftime("%Y-%m")
    begun = instants[0].strftime("%Y-%m")
    found = []
    for (indicator, month, space, part), cell in cells.items():
        forgotten = month < first and indicator in ZOOM
        forgotten = forgotten or (month < begun and indicator.startswith("website.resident_"))
        now = month == running and (cell.status == "final" or cell.value == 0)
        if now or (forgotten and (cell.value is not None or (not space and not part and not cell.reason))):
            found.append(f"{indicator} {month} {space} {part}: {cell.value} {cell.status} {cell.reason}")
    return found


@pytest.mark.parametrize(
    ("seed", "months", "people"),
    [
        (7, 3, 80),
        (5, 3, -80),  # of the demo town's kind: planted, and each on the site stands for several
        *(pytest.param(seed, 36, people, marks=pytest.mark.long) for seed, people in ((7, 260), (8, 140), (9, 400))),
    ],
)
def test_every_figure_of_the_channels_is_the_books(tmp_path: Path, seed: int, months: int, people: int) -> None:
    life = make_life(seed, months, abs(people), **({"planted": DEMO, "each": 8} if people < 0 else {}))
    instants = readings(life)
    with Served(life, is_travelling=True) as served:
        store = opened(tmp_path, life, served)
        rounds = dict(collect_all(store, served, instants))
    assert min(rounds.values()) > 0
    done = refreshed(store, instants[-1])
    assert done.quarantined == 0 and not done.refused
    truth = record_channel_truth(life, instants)
    cells = table(tmp_path / "warehouse.db")
    mine = {place: cell.value for place, cell in cells.items() if place[1] in life.span.months}
    assert (wrong := less_known(truth, cells)) == [], "\n".join(wrong[:60])
    assert (false := unheard(cells, instants)) == [], "\n".join(false[:60])
    differences = compare(truth, mine)
    assert not differences, f"{len(differences)} of {len(truth.values)} differ\n{told(differences[:80])}"
    assert truth.indicators >= MEASURED
    assert {place[0] for place, value in mine.items() if value is not None} <= truth.indicators
