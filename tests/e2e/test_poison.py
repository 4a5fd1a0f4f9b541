"""One unreadable thing stops nothing: the rest lands, it is named by a sealed key, and nothing is final that is not whole.

Each thing each stream asks about by itself is refused in turn, as services refuse: by each status, by pages that never
end, by a number that is wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from simulator.services.server import Answer
from tests.e2e.command_line import entry_point
from tests.e2e.played import Played
from tests.e2e.poison import ASKED, PAGED, WAYS, Poison, collected, headlines, refuses, staged, things
from tests.e2e.services import Town, marks, told_nothing, without_waiting, write_town

pytestmark = pytest.mark.more

ROUNDS = 3
SAMPLE = 2
SURVEYS = ("google_forms", "limesurvey")


@contextmanager
def towns(folder: Path, service: str, playing: Played, patched: Any, capsys: Any) -> Iterator[Any]:
    """Makes towns of one service, by name."""
    with without_waiting(patched) as waited:
        yield lambda name: Town(write_town(folder / name, playing, (service,)), entry_point(patched, capsys), waited)


def tried(service: str, everything: bool, known: dict[str, list[str]]) -> list[Poison]:
    """Every thing in every way, or a sample of them; nothing of which there is one alone.

    Nor the last month of Google Analytics: later rounds ask about no other, and cannot tell it from the account. A form
    gives its responses in one list, which is refused as a whole.
    """
    every = [
        Poison(service, asked, thing, way)
        for asked, names in sorted(known.items())
        for thing in (names[:-1] if service == "ga4" else names)
        for way in WAYS[service]
        if len(names) > 1 and (way not in ("endless", "one too many") or asked in PAGED)
        if service != "google_forms" or way == "no object"
    ]
    mixed = sorted(every, key=lambda one: hashlib.sha256(repr(one).encode()).digest())
    return every if everything else mixed[: 1 if service in SURVEYS else SAMPLE]


def check(service: str, everything: bool, folder: Path, playing: Played, patched: Any, capsys: Any) -> None:
    server = playing.servers()[service]
    with towns(folder, service, playing, patched, capsys) as made:
        whole = made("whole")
        collected(whole)
        cells, before, reached = headlines(whole), staged(whole), marks(whole)
        known = things(service, server)
        assert set(known) == set(ASKED[service])
        for number, poison in enumerate(tried(service, everything, known)):
            town = made(f"town{number}")
            refuses(server, poison)
            for rounds in range(1, ROUNDS + 1):
                told = collected(town)
                assert {one["status"] for one in told.values()} == {"done"}, (poison, told)
                named = [one for stream in poison.streams for one in told[stream]["passed_over"]]
                assert [one["rounds"] for one in named] == [rounds] * len(poison.streams), (poison, named)
                assert poison.thing not in json.dumps(told), poison
                open_items = json.loads(town.kehila("quarantine", "list", "--json").out)["items"]
                assert len(open_items) == (len(poison.streams) if rounds == ROUNDS else 0), (poison, open_items)
            assert {one["place"] for one in open_items} == {one["object"] for one in named}
            assert {one["attempts"] for one in open_items} == {ROUNDS}
            assert marks(town) == reached, poison
            found = headlines(town)
            wrong = {
                cell: (cells[cell], now) for cell, now in found.items() if now[1] == "final" and now != cells[cell]
            }
            assert not wrong, (poison, wrong)
            after = staged(town)
            lost = {name: len(rows) - len(after.get(name, [])) for name, rows in before.items()}
            assert all(number < len(before[name]) for name, number in lost.items() if number), (poison, lost)
            refuses(server, None)
            assert town.kehila("quarantine", "replay").code == 0, poison
            assert not json.loads(town.kehila("quarantine", "list", "--json").out)["items"]
            assert staged(town) == before and headlines(town) == cells, poison
            assert told_nothing(town.kehila("freshness"))


@pytest.mark.parametrize("service", sorted(ASKED))
def test_one_thing_refused_stops_nothing(
    service: str, tmp_path: Path, playing: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    check(service, False, tmp_path, playing, monkeypatch, capsys)


@pytest.mark.long
@pytest.mark.parametrize("service", sorted(ASKED))
def test_each_thing_refused_stops_nothing(
    service: str, tmp_path: Path, playing: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    check(service, True, tmp_path, playing, monkeypatch, capsys)


@pytest.mark.parametrize("service", sorted(ASKED))
def test_everything_refused_is_the_accounts_failure(
    service: str, tmp_path: Path, playing: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = playing.servers()[service]
    with towns(tmp_path, service, playing, monkeypatch, capsys) as made:
        whole = made("whole")
        collected(whole)
        cells, reached = headlines(whole), marks(whole)
        questions = sorted(ASKED[service])[:: 1 if service == "facebook" else 3]
        for number, asked in enumerate([""] if service == "whatsapp_cloud" else questions):  # one stream has them all
            poison = Poison(service, asked, "", WAYS[service][number % 4])
            town = made(f"town{number}")
            refuses(server, poison)
            for _ in range(ROUNDS):
                told = collected(town)
                failed = {name for name, one in told.items() if one["status"] == "failed"}
                assert failed == set(poison.streams), (poison, told)
                assert all(told[stream]["reason"] for stream in poison.streams)
            for mark in (f"{service}.town {stream}" for stream in poison.streams):
                assert mark not in marks(town) or marks(town)[mark] < reached[mark], poison
            found = headlines(town)
            assert not {cell for cell, now in found.items() if now[1] == "final" and now != cells[cell]}, poison
            refuses(server, None)
            assert {one["status"] for one in collected(town).values()} == {"done"}, poison
            assert not json.loads(town.kehila("quarantine", "list", "--json").out)["items"], poison


def test_a_property_that_is_exhausted_is_asked_once_a_round(
    tmp_path: Path, playing: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = {"error": {"code": 429, "message": "Exhausted property tokens per day", "status": "RESOURCE_EXHAUSTED"}}
    with towns(tmp_path, "ga4", playing, monkeypatch, capsys) as made:
        playing.ga4.alter = lambda _call, _answer: Answer.json(refused, 429)
        told = collected(made("town"))
    assert {(one["status"], one["code"]) for one in told.values()} == {("failed", "quota")}
    assert len(playing.ga4.calls) == 1
