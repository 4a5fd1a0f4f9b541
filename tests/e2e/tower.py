"""A source made for the tests of collecting: a tower with bells, whose windows are written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from collectors.base import Page, Rejected, Stream
from collectors.columns import FIXED, Column
from collectors.kinds import instant, text
from collectors.service import Account, Finding, PullReport, ServiceStream, Source, Window
from collectors.settings import SourceSettings
from pipeline.collect.collect import collect
from pipeline.gaps import empty_answers as silence
from pipeline.upkeep import freshness
from tests.one_account import town_with
from town.store import TownStore
from town.streams import streams_by_name
from warehouse.accounts import AccountRef, StreamRef

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
BELLS = StreamRef(AccountRef("test_tower", "main"), "test_bells")
SEEN: list[Window] = []


def said() -> list[Window]:
    """The windows asked for so far."""
    return SEEN


class Tolled(Stream):
    """What was read: comes with every answer, whatever is in it."""

    name = "test_tolled"
    columns = tuple(Column(name, FIXED, instant, "Bound of the stretch, UTC", key=True) for name in ("since", "until"))


class Bells(ServiceStream):
    name = "test_bells"
    columns = (
        Column("bell", FIXED, text, "Its name", key=True),
        Column("rung_at", FIXED, instant, "When it was rung, UTC"),
    )
    lookback = timedelta(days=3)
    max_window = timedelta(days=400)
    facts = ("platform_metric", "coverage")
    count = 1
    spoiled = False
    fails: BaseException | None = None
    drift: tuple[str, ...] = ()
    on_read: Callable[[Window], None] | None = None

    def pages(self, session: Any, window: Window) -> Iterator[Page]:
        SEEN.append(window)
        if Bells.on_read:
            Bells.on_read(window)
        report: PullReport = session.report
        report.drift.update(Bells.drift)
        rows = [{"bell": f"b{len(SEEN)}.{n}", "rung_at": window.until} for n in range(Bells.count)]
        if Bells.spoiled:
            report.rejected += [Rejected(f"bell {n}", "wrong_value", {"found": "no"}) for n in range(len(rows))]
            rows = []
        yield Page.of(Bells, rows)
        yield Page.of(Tolled, [{"since": window.since, "until": window.until}])
        if Bells.fails:
            raise Bells.fails


class Session:
    """An account with the report of its calls."""

    def __init__(self, account: Account, report: PullReport) -> None:
        self.account, self.report = account, report


class TowerSettings(SourceSettings):
    source = "test_tower"
    secret_names = {"token": "Opens the door"}

    space: str


class Tower(Source):
    Settings = TowerSettings
    streams = (Bells,)
    side_streams = (Tolled,)
    hosts = ("tower.invalid",)
    assets = ("app",)

    def open(self, account: Account, report: PullReport) -> Session:
        report.calls += 1
        report.quota["bells a day"] = "7 left"
        return Session(account, report)

    def check(self, account: Account) -> list[Finding]:
        heard = account.secrets["token"] == "s3cret"
        return [Finding("bells can be heard", "ok" if heard else "fail", "" if heard else "renew the token")]


@contextmanager
def tower(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TownStore]:
    """A town with one account of the tower, its clock stopped at NOW."""
    SEEN.clear()
    Bells.fails, Bells.count, Bells.spoiled, Bells.drift, Bells.on_read = None, 1, False, (), None
    monkeypatch.setenv("TOWER_TOKEN", "s3cret")
    for module in (silence, freshness):
        monkeypatch.setattr(module, "sources", lambda: {"test_tower": Tower()})
    for stream in (Bells, Tolled):
        monkeypatch.setitem(streams_by_name(), stream.name, stream)
    section = {"space": "square", "secrets": {"token": "env:TOWER_TOKEN"}}
    with town_with(Tower(), "main", section, folder=folder, now=NOW, monkeypatch=monkeypatch, code="T") as made:
        yield made


def rounds(store: TownStore, counts: list[int]) -> None:
    """A pull a day, with so many bells."""
    for number, count in enumerate(counts):
        Bells.count = count
        with time_machine.travel(NOW + number * DAY, tick=False):
            collect(store)
