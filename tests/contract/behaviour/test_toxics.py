"""Bad lines: late, torn, silent, cut, throttled, out of order; and the same rows once they are over."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import collectors.ga4.session
import collectors.http
from collectors.errors import FixCredentials, RetryLater, SourceChanged
from tests.contract.behaviour.case import Case
from tests.contract.behaviour.living import read
from texts import error_texts

PATIENCE_SECONDS = 0.25
WITHOUT_END = 10_000

TOXICS: dict[str, dict[str, Any]] = {
    "an answer later than the time-out": {"delay_seconds": 2 * PATIENCE_SECONDS},
    "a connection reset": {"reset": True},
    "silence in the middle of an answer": {"stall_seconds": 2 * PATIENCE_SECONDS},
    "an answer cut in the middle": {"truncate": True},
    "429 with Retry-After": {"status": 429, "headers": {"Retry-After": "3"}},
    "429 without Retry-After": {"status": 429},
    "503": {"status": 503},
    "500": {"status": 500},
}


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collectors.http, "TIMEOUT_SECONDS", (PATIENCE_SECONDS, PATIENCE_SECONDS))
    monkeypatch.setattr(collectors.ga4.session, "TIMEOUT_SECONDS", PATIENCE_SECONDS)


def drawn(toxics: Collection[str], always: Collection[str]) -> list[Any]:
    """All of them; those not named wait for `make test-long`."""
    return [one if one in always else pytest.param(one, marks=pytest.mark.long) for one in toxics]


@pytest.mark.parametrize(
    "toxic", drawn(TOXICS, ("an answer later than the time-out", "a connection reset", "429 with Retry-After"))
)
def test_once_it_is_sat_out_or_told_and_the_rows_are_the_same(case: Case, server: Any, toxic: str) -> None:
    before = read(case, server, [case.counted])
    server.fail(1, **TOXICS[toxic])
    waits: list[float] = []
    try:
        found = read(case, server, [case.counted], waits=waits)
    except RetryLater:
        found = read(case, server, [case.counted])
    assert found == before
    if toxic == "429 with Retry-After" and waits:
        assert max(waits) >= 3


@pytest.mark.parametrize(
    "toxic",
    drawn(
        [one for one in TOXICS if "late" not in one and "silence" not in one], ("an answer cut in the middle", "503")
    ),
)
def test_without_end_it_is_left_for_later_and_nothing_is_half(case: Case, server: Any, toxic: str) -> None:
    before = read(case, server, [case.counted])
    calls = len(server.calls)
    server.fail(WITHOUT_END, **TOXICS[toxic])
    with pytest.raises(RetryLater) as told:
        read(case, server, [case.counted])
    assert datetime.now(UTC) < told.value.until <= datetime.now(UTC) + timedelta(hours=25)
    assert len(server.calls) - calls <= 6  # patience is bounded
    server.drop_faults()
    assert read(case, server, [case.counted]) == before


@pytest.mark.long
@pytest.mark.parametrize("toxic", ["an answer later than the time-out", "silence in the middle of an answer"])
def test_a_line_that_hangs_for_ever_is_left_for_later(case: Case, server: Any, toxic: str) -> None:
    server.fail(WITHOUT_END, **TOXICS[toxic])
    with pytest.raises(RetryLater):
        read(case, server, [case.counted])


def test_a_login_page_in_place_of_data_is_told(case: Case, server: Any) -> None:
    server.fail(WITHOUT_END, html=True)
    with pytest.raises((SourceChanged, FixCredentials)) as told:
        read(case, server, [case.counted])
    assert told.value.code in error_texts()


def test_a_service_that_is_not_there_is_left_for_later(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    with case.play(1) as server:
        account = case.account(server)
    monkeypatch.setattr(case, "account", lambda server: account)
    with pytest.raises(RetryLater):
        read(case, None, [case.counted])
