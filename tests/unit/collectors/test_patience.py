"""Waits between attempts: longer each time, as long as a service asks, never after the last one."""

from datetime import timedelta

import pytest

from collectors.patience import MAX_WAIT, Patience, asked_minutes


def waits(attempts: int, asked: dict[int, timedelta] | None = None) -> tuple[int, list[float]]:
    slept: list[float] = []
    patience = Patience(attempts, slept.append)
    tried = 0
    for _ in patience:
        tried += 1
        patience.asked = (asked or {}).get(tried)
    return tried, slept


def test_each_wait_is_about_twice_the_one_before_and_there_is_none_after_the_last() -> None:
    tried, slept = waits(5)
    assert tried == 5 and len(slept) == 4
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(slept))


def test_waits_differ_so_that_not_all_come_back_at_once() -> None:
    assert len({waits(2)[1][0] for _ in range(20)}) > 1


def test_what_the_service_asks_holds_for_one_wait() -> None:
    slept = waits(4, {2: timedelta(seconds=13)})[1]
    assert slept[1] == 13 and slept[2] <= 4


def test_a_call_that_went_well_does_not_wait() -> None:
    slept: list[float] = []
    for _ in Patience(5, slept.append):
        break
    assert slept == []


@pytest.mark.parametrize(
    ("minutes", "wait"),
    [(0, None), (-5, None), (float("nan"), None), (90, timedelta(hours=1.5)), (1e-9, timedelta(seconds=1))]
    + [(minutes, MAX_WAIT) for minutes in (1440, 10**6, 1e300, float("inf"))],
)
def test_minutes_are_taken_within_reason(minutes: float, wait: timedelta | None) -> None:
    assert asked_minutes(minutes) == wait
