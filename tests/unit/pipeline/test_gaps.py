"""Silence of webhooks by their own rate, the Sabbath and holidays left out; outages by the receiver's heartbeat."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from click.testing import CliRunner

from cli.main import kehila
from pipeline.gaps.missed_events import TOO_QUIET, look, lost_facts, silent_stretches, usual
from receiver.heartbeat import OUTAGE_SECONDS, Heartbeat, outages
from tests.integration.receiving import town
from town.config import load
from town.store import TownStore, open_store
from warehouse.closed_days import closed_days
from warehouse.events import note_seen
from warehouse.gaps import RECEIVER_DOWN, SILENT, gaps
from warehouse.store import transaction, upsert
from warehouse.tables import DimEvent

ZONE = ZoneInfo("Asia/Jerusalem")
SUNDAY = datetime(2026, 11, 8, tzinfo=ZONE)


def at_work(weeks: int = 4, each_hour: int = 3) -> list[datetime]:
    """Events on Sundays to Thursdays from eight to five, until Thursday before `SUNDAY`."""
    return [
        (SUNDAY - timedelta(days=day)).replace(hour=hour, minute=minute).astimezone(UTC)
        for day in range(weeks * 7, 2, -1)
        if (SUNDAY - timedelta(days=day)).weekday() not in (4, 5)
        for hour in range(8, 17)
        for minute in range(0, 60, 60 // each_hour)
    ]


@pytest.mark.parametrize(
    ("hours", "expected"), [(0, 0), (8, 0), (12, 12), (17, 27)], ids=["night", "morning", "noon", "evening"]
)
def test_a_weekend_without_an_event_is_no_silence_and_a_working_day_is(hours: int, expected: float) -> None:
    times = at_work()
    rate = usual(times, (SUNDAY + timedelta(hours=hours)).astimezone(UTC), ZONE)
    # The last Thursday's hour is not over when its last event comes: a third of one event is expected of it.
    assert rate == pytest.approx(expected, abs=1)
    assert (rate >= TOO_QUIET) == (hours >= 17 or rate >= 12)


def test_a_holiday_is_no_working_day() -> None:
    evening = (SUNDAY + timedelta(hours=17)).astimezone(UTC)
    closed = {SUNDAY.date()}
    assert usual(at_work(), evening, ZONE) > 20
    assert usual(at_work(), evening, ZONE, closed) < 2


def test_days_off_are_the_holidays_and_closures_of_the_town_alone(tmp_path: Path) -> None:
    store = opened(tmp_path)
    days = {
        ("0070", "passover", "holiday"): (date(2026, 4, 1), date(2026, 4, 8)),
        ("0070", "strike", "closure"): (date(2026, 5, 3), date(2026, 5, 3)),
        ("0070", "rebuilding", "closure"): (date(2026, 6, 30), None),  # lasts still
        ("0070", "alarm", "emergency"): (date(2026, 5, 10), date(2026, 5, 12)),
        ("0071", "elsewhere", "holiday"): (date(2026, 5, 20), date(2026, 5, 20)),
    }
    rows = [
        {"authority": code, "event": event, "kind": kind, "title": event, "first_day": first, "last_day": last}
        for (code, event, kind), (first, last) in days.items()
    ]
    with transaction(store.engine) as tx:
        upsert(tx, DimEvent, rows)
    closed = closed_days(store.engine, "0070")
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    expected = {date(2026, 4, day) for day in range(1, 9)} | {date(2026, 5, 3)} | {d for d in year if d.month > 6}
    assert {day for day in year if day in closed} == expected | {date(2026, 6, 30)}
    store.engine.dispose()


def opened(folder: Path) -> TownStore:
    return open_store(load(town(folder)), today=date(2026, 11, 9))


def hear(store: TownStore, account: str, times: list[datetime]) -> None:
    rows = [
        {
            "authority": "0070", "account": account, "event": f"{account}{at.isoformat()}", "first_seen_at": at,
            "status": "landed", "attempts": 1, "next_try_at": None, "sealed_path": "",
        }
        for at in times
    ]  # fmt: skip
    with transaction(store.engine) as tx:
        note_seen(tx, rows)


def test_webhooks_that_stop_are_told_once_and_the_gap_ends_when_they_come_again(tmp_path: Path) -> None:
    store = opened(tmp_path / "town")
    hear(store, "whatsapp_cloud.hotline", at_work(each_hour=6))
    hear(store, "zoom.main", at_work(weeks=1))  # too short a history to say what is usual
    with time_machine.travel(SUNDAY + timedelta(hours=9), tick=False):
        assert look(store) == ([], [])
    with time_machine.travel(SUNDAY + timedelta(hours=15), tick=False):
        ((row,), _) = look(store)
        assert (row.account, row.kind, row.until) == ("whatsapp_cloud.hotline", SILENT, None)
        assert row.expected > 30
        assert silent_stretches(store.ledger, store.authority.timezone) == {("message", "whatsapp", "2026-11")}
    back = (SUNDAY + timedelta(hours=16)).astimezone(UTC)
    hear(store, "whatsapp_cloud.hotline", [back])
    with time_machine.travel(SUNDAY + timedelta(hours=16, minutes=5), tick=False):
        ((again,), healed) = look(store)
    assert (again.since, again.until, again.noted_at) == (row.since, back, row.noted_at)
    assert healed == []  # whether something was lost only the platform's counts can tell


def test_only_what_cannot_be_pulled_is_lost() -> None:
    from collectors.service import sources

    lost = {name: sorted(found) for name, one in sources().items() if (found := lost_facts(one))}
    assert lost == {"whatsapp_cloud": ["message"]}


def test_an_outage_is_what_lies_between_two_heartbeats(tmp_path: Path) -> None:
    at = [SUNDAY]
    heart = Heartbeat(tmp_path, lambda: at[0])
    assert outages(tmp_path, at[0]) == []
    at[0] += timedelta(seconds=60)
    heart.beat()
    quiet = at[0]
    at[0] += timedelta(seconds=OUTAGE_SECONDS - 1)
    Heartbeat(tmp_path, lambda: at[0])  # a restart
    assert outages(tmp_path, at[0]) == []
    quiet = at[0]
    at[0] += timedelta(hours=3)
    assert outages(tmp_path, at[0]) == [(quiet, None)]
    Heartbeat(tmp_path, lambda: at[0])
    with (tmp_path / "outages").open("a") as torn:
        torn.write("2026-")
    assert outages(tmp_path, at[0]) == [(quiet, at[0])]


def test_an_outage_is_a_gap_of_every_account_that_is_pushed_to(tmp_path: Path) -> None:
    store = opened(tmp_path / "town")
    folder = tmp_path / "town" / "inbox"
    folder.mkdir(exist_ok=True)
    at = [SUNDAY - timedelta(hours=5)]
    Heartbeat(folder, lambda: at[0])
    with time_machine.travel(SUNDAY, tick=False):
        open_now, _ = look(store)
    assert {row.account for row in open_now} >= {"whatsapp_cloud.hotline", "zoom.main", "mailchimp.news"}
    assert all(row.kind == RECEIVER_DOWN and row.until is None for row in open_now)
    at[0] = SUNDAY
    Heartbeat(folder, lambda: at[0])
    with time_machine.travel(SUNDAY + timedelta(minutes=1), tick=False):
        look(store)
        config = str(tmp_path / "town" / "kehila.toml")
        shown = CliRunner().invoke(kehila, ["--config", config, "freshness", "--json"])
        assert {one["account"] for one in json.loads(shown.stdout)["gaps"]} == {row.account for row in open_now}
        told = CliRunner().invoke(kehila, ["--config", config, "freshness"]).stdout
        assert "gap: zoom.main: nobody took webhooks in from 7 November 2026 19:00 until 8 November 2026 00:00" in told
        assert {row.until for row in gaps(store.ledger)} == {SUNDAY.astimezone(UTC)}
