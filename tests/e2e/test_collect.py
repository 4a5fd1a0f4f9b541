"""Windows, watermarks and failures of collecting, on a source made for the purpose."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from collectors.errors import CollectorError, FixCredentials, RetryLater
from collectors.service import Window
from pipeline.collect.collect import collect
from pipeline.collect.doctor import doctor
from tests.e2e.tower import BELLS, NOW, SEEN, Bells, TowerSettings, tower
from town.config import ConfigProblem
from town.landed import landed_tables
from town.store import TownStore
from warehouse.pulls import watermarks


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TownStore]:
    with tower(tmp_path, monkeypatch) as made:
        yield made


BEGINS = datetime(2024, 10, 31, 22, tzinfo=UTC)  # the first of November in Israel, two years before
DAY = timedelta(days=1)


def test_the_first_read_goes_back_to_the_first_of_a_month_in_pieces_and_moves_the_watermark(store: TownStore) -> None:
    done = collect(store)
    assert [(one.status, one.records, one.report.calls) for one in done] == [("done", 2, 2)]
    assert [(w.since, w.until) for w in SEEN] == [
        (BEGINS, BEGINS + 400 * DAY),
        (BEGINS + 400 * DAY, NOW),
    ]
    assert watermarks(store.ledger).get(BELLS) == NOW


def test_the_next_read_begins_a_lookback_before_the_watermark(store: TownStore) -> None:
    collect(store)
    SEEN.clear()
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        collect(store)
    assert [(w.since, w.until) for w in SEEN] == [(NOW - timedelta(days=3), NOW + timedelta(days=1))]


@pytest.mark.parametrize("problem", [FixCredentials("token_expired"), RetryLater("retry_later", until=NOW, why="503")])
def test_a_failure_lands_nothing_and_moves_nothing(store: TownStore, problem: CollectorError) -> None:
    Bells.fails = problem
    done = collect(store)
    assert [(one.status, one.records, one.code) for one in done] == [("failed", 0, problem.code)]
    assert dict(done[0].arguments) == {**problem.arguments, "service": "test_tower"}
    assert watermarks(store.ledger).get(BELLS) is None
    assert landed_tables(store, ["test_bells"])["test_bells"].num_rows == 0


def test_a_backfill_leaves_the_watermark(store: TownStore) -> None:
    collect(store)
    collect(store, since=NOW - timedelta(days=900), until=NOW - timedelta(days=880))
    assert SEEN[-1] == Window(datetime(2024, 4, 30, 21, tzinfo=UTC), NOW - timedelta(days=880))
    assert watermarks(store.ledger).get(BELLS) == NOW


def test_a_watermark_a_little_ahead_is_another_machines_clock(store: TownStore) -> None:
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        collect(store)
    SEEN.clear()
    collect(store)
    assert [Window(NOW - timedelta(days=3), NOW)] == SEEN


def test_a_watermark_from_a_wrong_clock_does_not_skip_the_present(store: TownStore) -> None:
    with time_machine.travel(NOW + timedelta(days=9000), tick=False):
        collect(store)
    SEEN.clear()
    collect(store)
    assert (SEEN[0].since, SEEN[-1].until) == (BEGINS, NOW)  # nobody knows what it covered
    assert watermarks(store.ledger).get(BELLS) == NOW


def test_doctor_names_what_to_do(store: TownStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [one.state for _, one in doctor(store)] == ["ok"]
    monkeypatch.setenv("TOWER_TOKEN", "old")
    assert [(one.state, one.remedy) for _, one in doctor(store)] == [("fail", "renew the token")]


def test_a_secret_that_is_missing_is_named(store: TownStore) -> None:
    store.config.source = {"test_tower": {"main": TowerSettings(space="s")}}
    with pytest.raises(ConfigProblem, match=r"secrets\.token"):
        collect(store)
