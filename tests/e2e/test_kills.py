"""kill -9 at random instants of import and refresh: 0 lost, 0 doubled, byte-identical warehouse."""

from pathlib import Path

import pytest

from tests.e2e.kill_loop import Outcome, kill_loop
from tests.e2e.towns import small_town


def check(folder: Path, kills: int, seed: int) -> Outcome:
    small_town(folder, months=2, scale=0.05, spaces=("wa-gefen", "wa-updates"))
    outcome = kill_loop(folder, kills, seed)
    assert outcome.kills == kills
    assert outcome.finished >= 1
    assert outcome.different == 0, outcome.first_difference
    assert outcome.unlisted_truth == 0
    return outcome


def test_a_few_kills(tmp_path: Path) -> None:
    check(tmp_path, kills=2, seed=1)


@pytest.mark.long
def test_two_hundred_kills(tmp_path: Path) -> None:
    outcome = check(tmp_path, kills=200, seed=2)
    print(outcome)
