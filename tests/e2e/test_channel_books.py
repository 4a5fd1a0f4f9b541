"""Towns on live channels: every figure of theirs, collected through the real clients, against the town's own books.

The services restate (visits heard of late, clicks voided, comments months after the post, metrics
corrected), people rejoin meetings, and every round reads some of it again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.channels.life import make_life
from simulator.channels.served import Served
from simulator.channels.truth import record_channel_truth
from tests.e2e.channel_towns import collect_all, opened, readings, refreshed
from tests.e2e.test_books import compare, table, told

MEASURED = {
    "website.resident_users", "website.resident_sessions", "website.resident_minutes", "website.active_service_users",
    "newsletter.subscribers", "newsletter.open_rate", "newsletter.clickers", "facebook.follower_share",
    "facebook.engagement_rate", "facebook.resident_comments", "facebook.resident_replies", "facebook.answers",
    "zoom.public_meetings", "zoom.attendees", "zoom.participation", "assets.communication_level",
    "assets.participation_ladder", "assets.tie_density", "policy.resident_use", "policy.residents_in_contact",
}  # fmt: skip
"""What the five channels measure. Messages of the WhatsApp number come by webhook only."""


@pytest.mark.parametrize(
    ("seed", "months", "people"),
    [
        (7, 3, 80),
        *(pytest.param(seed, 36, people, marks=pytest.mark.long) for seed, people in ((7, 260), (8, 140), (9, 400))),
    ],
)
def test_every_figure_of_the_channels_is_the_books(tmp_path: Path, seed: int, months: int, people: int) -> None:
    life = make_life(seed, months, people)
    instants = readings(life)
    with Served(life, is_travelling=True) as served:
        store = opened(tmp_path, life, served)
        rounds = dict(collect_all(store, served, instants))
    assert min(rounds.values()) > 0
    done = refreshed(store, instants[-1])
    assert done.quarantined == 0 and not done.refused
    truth = record_channel_truth(life, instants)
    rows, _ = table(tmp_path / "warehouse.db")
    mine = {place: value for place, value in rows.items() if place[1] in life.span.months}
    differences = compare(truth, mine)
    assert not differences, f"{len(differences)} of {len(truth.values)} differ\n{told(differences[:80])}"
    assert truth.indicators >= MEASURED
    assert {place[0] for place, value in mine.items() if value is not None} <= truth.indicators
