"""The measured goals, on fewer runs than the benchmark takes: `python -m tests.bench verdicts`."""

import pytest

from tests.bench.verdict_series import WORLDS
from tests.bench.verdicts import Cell, measured, towns

pytestmark = pytest.mark.more
RUNS = 300
STILL, STEP, TREND = "nothing happens", "+20 % eight months ago", "+10 % a year"


def plain(autocorrelation: float, change: str) -> Cell:
    return measured(WORLDS[0], autocorrelation, 0.06, change, RUNS)


@pytest.mark.parametrize(("autocorrelation", "goal"), [(0.3, 0.03), (0.6, 0.05)])
def test_where_nothing_happens_hardly_anything_is_claimed(autocorrelation: float, goal: float) -> None:
    found = plain(autocorrelation, STILL)
    spare = 3 * (goal * (1 - goal) / RUNS) ** 0.5  # what chance adds at so few runs
    assert found.rises["Kehila"] <= goal + spare and found.falls["Kehila"] <= goal + spare
    assert found.rises["arrow"] > 0.35, "the arrow would say it every other month"


@pytest.mark.parametrize(("change", "goal"), [(STEP, 0.98), (TREND, 0.95)])
def test_what_happened_is_found(change: str, goal: float) -> None:
    assert plain(0.3, change).rises["Kehila"] >= goal - 3 * (goal * (1 - goal) / RUNS) ** 0.5


def test_page_one_of_a_town_in_which_nothing_happens() -> None:
    assert towns(10).claimed <= 0.3 + 0.2  # ten towns for two years; the goal of many is 0.3 a month
