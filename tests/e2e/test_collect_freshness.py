"""`kehila freshness` and what the ledger adds to `kehila doctor`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from collectors.errors import FixCredentials
from pipeline.collect.collect import collect
from pipeline.collect.doctor import doctor
from pipeline.upkeep import freshness
from pipeline.upkeep.freshness import sparkline, stream_freshness
from tests.e2e.command_line import entry_point
from tests.e2e.tower import DAY, NOW, Bells, Tower, rounds, tower
from tests.said import said
from texts import kept_error
from town.store import TownStore


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TownStore]:
    monkeypatch.setattr(freshness, "sources", lambda: {"test_tower": Tower()})
    with tower(tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.parametrize(
    ("pulls", "line"),
    [
        ([], ""),
        ([("done", 0), ("done", 0)], "··"),
        ([("done", 1), ("done", 8), ("done", 4), ("done", 0)], "▁█▄·"),
        ([("done", 1000), ("done", 1), ("failed", 0), ("suspect", 0)], "█▁✗?"),
    ],
)
def test_a_bar_a_pull_and_zero_silence_and_failure_are_three_signs(pulls: list[tuple[str, int]], line: str) -> None:
    assert sparkline(pulls) == line


def test_a_stream_never_pulled_says_so(store: TownStore) -> None:
    (one,) = stream_freshness(store)
    assert (one.status, one.sparkline, one.watermark, one.last_success) == ("never", "", None, None)
    assert "kehila collect" in one.lines(NOW, kept_error(*one.problem, "en"))[1]


def test_each_stream_with_its_mark_its_last_success_and_its_remedy(store: TownStore) -> None:
    rounds(store, [12, 12, 12, 24, 12, 12, 0])
    Bells.fails = FixCredentials("token_expired")
    Bells.drift = ("test_bells.pitch",)
    with time_machine.travel(NOW + 7 * DAY, tick=False):
        collect(store)
        (one,) = stream_freshness(store)
        told = one.as_json()
        collect(store, since=NOW - 5 * DAY)  # a backfill is no pull of the schedule
        assert stream_freshness(store)[0].as_json() == told
    assert one.watermark == one.last_success == NOW + 5 * DAY
    assert told["sparkline"] == "▄▄█▄▄?✗" and [pull["records"] for pull in told["pulls"]] == [12, 12, 24, 12, 12, 0, 0]
    assert (told["status"], told["code"]) == ("failed", "token_expired")
    assert told["quota"] == {"bells a day": "7 left"} and told["drift"] == ["pitch (unknown)"]
    first, remedy = one.lines(NOW + 8 * DAY, kept_error(*one.problem, "en"))
    assert "test_tower.main.test_bells" in first and "▄▄█▄▄?✗" in first and "last well 3 days ago" in first
    assert "read until 2026-11-06 12:00 UTC" in first and "1 field of another shape" in first
    assert remedy.startswith("    failed: the token of test_tower has expired; make a new token")


def test_the_doctor_remembers_silence_and_shape(store: TownStore) -> None:
    Bells.drift = ("test_bells.pitch (absent)",)
    rounds(store, [12] * 6)
    assert [(one.what, one.state) for _, one in doctor(store)][1:] == [("test_bells changed its shape", "warn")]
    Bells.drift = ()
    rounds(store, [12] * 6 + [0])
    with time_machine.travel(NOW + 40 * DAY, tick=False):
        found = [one for _, one in doctor(store)]
    assert [(one.what, one.state) for one in found][1:] == [("test_bells came empty", "warn")]
    assert "--accept-empty test_tower.main.test_bells" in said(found[1].problem)


def test_the_command_prints_both_ways(
    store: TownStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rounds(store, [3, 6])
    run = entry_point(monkeypatch, capsys)
    config = store.config.base / "kehila.toml"
    config.write_text('[[authority]]\ncode = "T"\n')
    monkeypatch.setattr("town.store.open_store", lambda *_, **__: store)
    plain, machine = run("--config", config, "freshness"), run("--config", config, "freshness", "--json")
    assert plain.code == machine.code == 0
    assert "▄▄█" in plain.out and "test_tower.main left: bells a day 7 left" in plain.out
    (one,) = json.loads(machine.out)["streams"]
    assert (one["stream"], one["status"], one["sparkline"]) == ("test_bells", "done", "▄▄█")
    assert one["watermark"] == (NOW + DAY).isoformat()
    ran = run("--config", config, "collect", "--accept-empty", "test_tower.main.bell")
    assert ran.code == 2 and "known: test_tower.main.test_bells" in ran.err
