"""Zoom through the real flow: collected, landed, gated and computed, the indicators are the books."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors.zoom.source import Zoom
from pipeline.collect import collect as collecting
from pipeline.collect.collect import collect
from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.refresh import refresh
from simulator.services.zoom import FakeZoom, error
from tests.one_account import cell, town_with
from tests.unit.collectors.zoom_life import SETTINGS, ZONE, a_year
from town.store import TownStore

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.fixture
def fake() -> Iterator[FakeZoom]:
    with FakeZoom(NOW) as one:
        a_year(one, datetime(2026, 2, 20, 6, tzinfo=UTC), months=3)
        yield one


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fake: FakeZoom) -> Iterator[TownStore]:
    given = fake.account(**SETTINGS)
    for name, secret in given["secrets"].items():
        monkeypatch.setenv(f"ZOOM_{name}", secret)
    references = {name: f"env:ZOOM_{name}" for name in given["secrets"]}
    section = {**given["settings"], "base_url": given["base_url"], "secrets": references}
    monkeypatch.setattr(collecting, "FIRST_READ", timedelta(days=110))
    source = Zoom(clock=lambda: fake.now)
    with town_with(source, "town", section, folder=tmp_path, now=NOW, monkeypatch=monkeypatch) as made:
        yield made


def value(store: TownStore, indicator: str, month: str, part: str = "") -> float | None:
    found: float | None = cell(store, indicator, month, part)["value"]
    return found


def test_collected_twice_the_indicators_are_the_books(store: TownStore, fake: FakeZoom) -> None:
    assert {one.status for one in collect(store)} == {"done"}
    assert {one.status for one in collect(store)} == {"done"}  # what the lookback reads again
    done: Refreshed = refresh(store)
    assert done.quarantined == 0 and not done.refused
    for month in ("2026-03", "2026-04"):
        truth = fake.truth(ZONE)[month]
        assert value(store, "zoom.attendees", month) == truth["residents"]
        assert value(store, "zoom.attendees", month, "attendances") == truth["attendances"]
        assert value(store, "zoom.public_meetings", month) == truth["meetings"]
        assert value(store, "zoom.participation", month, "voted")


def test_without_the_right_to_see_meetings_joined_elsewhere_nobody_knows_them(store: TownStore, fake: FakeZoom) -> None:
    words = "Invalid access token, does not contain scopes:[report:read:user:admin]."
    fake.fail(999, answer=error(400, 4711, words), path="/v2/report/users/")
    done = {one.ref.stream: one.status for one in collect(store)}
    assert {stream for stream, status in done.items() if status == "failed"} == {"zoom_joined"}
    refresh(store)
    assert value(store, "zoom.staff_in_resident_meetings", "2026-04") is None
    assert value(store, "zoom.attendees", "2026-04") == fake.truth(ZONE)["2026-04"]["residents"]


def test_a_round_asks_for_the_token_and_the_meetings_once_and_the_next_round_again(
    store: TownStore, fake: FakeZoom
) -> None:
    collect(store)
    for _ in range(2):
        fake.calls.clear()
        done = collect(store)
        paths = [call.path for call in fake.calls]
        assert len(done) > 3 and {one.status for one in done} == {"done"}
        assert paths.count("/oauth/token") == paths.count("/v2/report/history_meetings") == 1
        assert sum(one.report.calls for one in done) == len(paths)  # each call stands in the pull that made it


def test_after_a_stream_that_failed_the_next_one_begins_with_a_token_of_its_own(
    store: TownStore, fake: FakeZoom
) -> None:
    fake.fail(1, answer=error(400, 4711, "no such right"), path="/v2/report/history_meetings")
    done = collect(store)
    assert [one.status for one in done] == ["failed", *["done"] * (len(done) - 1)]
    assert [call.path for call in fake.calls].count("/oauth/token") == 2
