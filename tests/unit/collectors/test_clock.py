"""What an answer tells of the time: a clock that is wrong by days is found before anything is read by it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import time_machine

from collectors.errors import RetryLater
from collectors.http import check_clock
from collectors.service import ServiceStream
from pipeline.collect.collect import FIRST_READ, incremental

NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)
JUMPS = [timedelta(days=30), timedelta(days=-1), datetime(1970, 1, 2, tzinfo=UTC) - NOW]


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_clock_that_jumped_is_found_by_the_first_answer(jump: timedelta) -> None:
    with time_machine.travel(NOW + jump, tick=False), pytest.raises(RetryLater) as refused:
        check_clock({"Date": format_datetime(NOW, usegmt=True)})
    assert refused.value.code == "clock_differs"
    assert refused.value.arguments["there"] == "2026-11-30"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Date": "soon"},
        {"Date": format_datetime(NOW - timedelta(hours=3), usegmt=True)},
        {"Date": format_datetime(NOW - timedelta(days=9), usegmt=True), "Age": "777600"},
    ],
)
def test_what_tells_nothing_of_the_time_is_passed_over(headers: dict[str, str]) -> None:
    refused = []
    with time_machine.travel(NOW, tick=False):
        try:
            check_clock(headers)
        except RetryLater as problem:
            refused.append(problem)
    assert refused == []


def test_a_mark_ahead_of_the_clock_goes_on_from_the_last_pull_before_it() -> None:
    class Any(ServiceStream):
        lookback = timedelta(days=3)

    ahead, before = NOW + timedelta(days=30), NOW - timedelta(hours=6)
    assert incremental(Any, ahead, NOW, "UTC", before) == (before - Any.lookback, NOW)
    assert incremental(Any, NOW - timedelta(days=1), NOW, "UTC", None)[0] == NOW - timedelta(days=4)
    assert incremental(Any, ahead, NOW, "UTC", None)[0] <= NOW - FIRST_READ, "nothing was read before: all of it"
