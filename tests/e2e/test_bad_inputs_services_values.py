"""What services may say, through the command line: metrics that die, odd counts, restated days, clocks that are wrong.

Numbers of the table in docs/bad_inputs.md; the others: test_bad_inputs_services.py.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from simulator.services.facebook import Metric
from simulator.services.ga4_hits import HOME, Hit
from simulator.services.server import Call
from simulator.services.zoom_state import Held, Person, Stay
from tests.e2e.command_line import entry_point
from tests.e2e.played import HOST_MAIL, HOST_NAME, NOW, Played, at
from tests.e2e.services import (
    Town,
    balanced,
    facts,
    marks,
    rows,
    spoil,
    streams,
    told_nothing,
    without_waiting,
    write_town,
)
from town.config import load
from town.store import open_store
from warehouse.segments import segment_rows

DAYS = [date(2026, 10, 1) + timedelta(days=n) for n in range(31)]


@pytest.fixture
def settle(
    tmp_path: Path, playing: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Any]:
    """Makes a town that reads one of the stand-ins."""
    with without_waiting(monkeypatch) as waited:

        def made(only: str, name: str = "town", **settings: Any) -> Town:
            folder = write_town(tmp_path / name, playing, (only,), **{only: settings})
            return Town(folder, entry_point(monkeypatch, capsys), waited)

        yield made


def collected(town: Town, code: int = 0) -> dict[str, dict[str, Any]]:
    """`kehila collect`: what it says of each stream."""
    ran = town.kehila("collect", "--json")
    assert ran.code == code, ran.out + ran.err
    assert told_nothing(ran) and balanced(town)
    return streams(ran)


def series(town: Town) -> dict[str, dict[str, float]]:
    """Metric -> day -> amount of the fact `platform_metric`, of the days of a platform's own metrics."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for line in facts(town)["facebook_page platform_metric"]:
        _, _, _, _, metric, period, start, amount, _ = line
        if period == "day":
            found[metric][start] = float(amount)
    return dict(found)


def metrics(playing: Played, count: int, dead: int) -> tuple[list[str], set[str]]:
    """So many metrics, the first of them withdrawn in the middle of October."""
    names = [f"page_metric_{n}" for n in range(count)]
    playing.graph.metrics = {name: Metric(name, {day: 10 + day.day for day in DAYS}) for name in names}
    for name in names[:dead]:
        playing.graph.metrics[name].withdrawn_on = date(2026, 10, 20)
    return names, set(names[:dead])


@pytest.mark.parametrize(("count", "dead"), [(10, 1), (40, 10)])
def test_23_metrics_that_are_gone_leave_the_others_whole(settle: Any, playing: Played, count: int, dead: int) -> None:
    """Also the promise of ten dead metrics among forty, from the wire to the fact and the indicators."""
    names, gone = metrics(playing, count, dead)
    town = settle("facebook", metrics=names)
    told = collected(town)["facebook.facebook_insight"]
    assert (told["status"], told["quarantined"]) == ("done", 0)
    buried = [notice for notice in told["notices"] if "withdrew the metric" in notice]
    assert sorted(notice.split()[-1] for notice in buried) == sorted(gone)  # each told once
    living = {str(day): 10.0 + day.day for day in DAYS}
    assert series(town) == {name: living for name in names if name not in gone}  # nine or thirty, and no zero
    # What became of each is landed with the rest: how it went is known of every metric in every window.
    outcomes = outcomes_of(town)
    assert {name for name, ways in outcomes.items() if set(ways) == {"withdrawn"}} == gone
    assert all("read" in ways for name, ways in outcomes.items() if name not in gone) and len(outcomes) == count


def outcomes_of(town: Town) -> dict[str, Counter[str]]:
    """Metric -> how the landed pulls of it went."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    store = open_store(load(town.folder / "kehila.toml"), is_reading=True)
    segments = store.ledger.segments(["facebook_pull"])
    for one in (one for row in segments for one in segment_rows(store.ledger, store.lake, row).to_pylist()):
        if one["subject"]:
            found[one["subject"]][one["outcome"]] += 1
    store.engine.dispose()
    return dict(found)


def test_23_a_metric_that_dies_between_two_readings_keeps_what_it_was(settle: Any, playing: Played) -> None:
    names, _ = metrics(playing, 4, 0)
    town = settle("facebook", metrics=names)
    collected(town)
    before = series(town)
    playing.graph.metrics[names[0]].withdrawn_on = date(2026, 11, 1)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        told = collected(town)["facebook.facebook_insight"]
        told_fresh, told_doctor = town.kehila("freshness", "--json"), town.kehila("doctor")
    assert [notice for notice in told["notices"] if names[0] in notice]
    assert series(town) == before and len(before[names[0]]) == 31
    # Whoever asks is told: the metric, since when; and the warehouse knows that what is not there is no zero.
    ((name, since),) = {(one["metric"], one["told_at"][:10]) for one in json.loads(told_fresh.out)["withdrawn"]}
    assert name == names[0] and since == str((NOW + timedelta(days=1)).date())
    assert f"{names[0]}: withdrawn by the platform" in told_doctor.out
    gone = [line for line in facts(town)["facebook_page coverage"] if f"platform_metric:{names[0]}" in line]
    assert [line[5] for line in gone] == ["2026-11-01"] and "metric_withdrawn" in gone[0]


def test_24_an_empty_list_where_records_are_usual_is_no_zero(settle: Any, playing: Played) -> None:
    """Through the command line; what counts as usual, and when nothing is believed: test_collect_silence.py."""
    town = settle("facebook")
    for day in range(6):
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            collected(town)
    before, posts = facts(town), playing.graph.posts
    reached = marks(town)["facebook.town facebook_post"]
    playing.graph.posts = []
    with time_machine.travel(NOW + timedelta(days=6), tick=False):
        told = collected(town, code=1)["facebook.facebook_post"]
    assert (told["status"], told["records"]) == ("suspect", 0) and told["reason"]
    assert marks(town)["facebook.town facebook_post"] == reached
    assert facts(town)["facebook_page publication"] == before["facebook_page publication"]  # no month of zeros
    playing.graph.posts = posts
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        assert collected(town)["facebook.facebook_post"]["status"] == "done"
    assert len(facts(town)["facebook_page publication"]) == len(before["facebook_page publication"])


def test_25_what_was_not_answered_is_missing_and_what_was_not_asked_is_drift(settle: Any, playing: Played) -> None:
    names, _ = metrics(playing, 3, 0)
    absent, present = names[0], set(names[1:])

    def other(call: Call, body: Any) -> Any:
        if call.path.endswith("/insights"):
            body["data"] = [one for one in body["data"] if one["name"] != absent]
            body["data"].append({"name": "page_unasked", "period": "day", "values": [{"value": 5}], "extra_field": 1})
        return body

    spoil(playing.graph, other)
    town = settle("facebook", metrics=names)
    told = collected(town)["facebook.facebook_insight"]
    assert any(absent in notice and "missing, not zero" in notice for notice in told["notices"])
    assert set(series(town)) == present
    assert any("nobody asked" in name for name in told["drift"])
    assert "facebook_insight.extra_field" in told["drift"]


def test_32_googles_flags_reach_the_indicator(settle: Any, playing: Played) -> None:
    playing.visits.threshold, playing.visits.is_sampled = 8, True

    def rolled_up(response: Any) -> None:
        response.metadata.data_loss_from_other_row = True

    playing.visits.spoil = rolled_up
    town = settle("ga4")
    collected(town)
    assert town.kehila("refresh", "--json").code == 0
    told = json.loads(town.kehila("show", "website.resident_users", "--month", "2026-10", "--json").out)
    assert {"thresholded", "sampled", "other_row"} <= set(told["quality"]) and told["value"] > 0


ODD: dict[str, tuple[Any, int | None]] = {
    "separators": ("1,234", 1234), "whole": (38.0, 38), "infinite": (float("inf"), None), "negative": (-1, None),
    "fraction": (3.7, None), "nothing": (None, None), "text": ("many", None), "yes": (True, None),
}  # fmt: skip


@pytest.mark.parametrize("source", ["mailchimp", "brevo"])
def test_33_odd_counts_are_right_or_put_aside(settle: Any, playing: Played, source: str) -> None:
    for name, (wire, right) in ODD.items():

        def odd(call: Call, body: Any, wire: Any = wire) -> Any:
            for one in body.get("campaigns", []) if source == "brevo" else [body]:
                if "statistics" in one and one["id"] == 700:
                    one["statistics"]["globalStats"]["sent"] = wire
                if one.get("id") == "c0ffee0" and "emails_sent" in one:
                    one["emails_sent"] = wire
            return body

        server = playing.servers()[source]
        spoil(server, odd)
        town = settle(source, name)
        ran = town.kehila("collect", "--json")
        told = streams(ran)[f"{source}.{source}_campaign"]
        assert told["status"] == "done" and told_nothing(ran) and balanced(town)
        aside = json.loads(town.kehila("quarantine", "list", "--json").out)["items"]
        landed = rows(town, f"select sum(records) from ledger_segment where stream = '{source}_campaign'")[0][0]
        assert landed + told["quarantined"] == 3, (name, told)  # the three that were sent
        mailings = facts(town)["newsletter mailing"]
        if right is None:
            assert (ran.code, told["quarantined"], len(mailings)) == (1, 1, 2), (name, told)
            assert [one["code"] for one in aside] == ["wrong_value"]
            assert "another kind" in aside[0]["message"] and aside[0]["place"]
        else:
            assert (ran.code, told["quarantined"], len(mailings), aside) == (0, 0, 3, [])
            assert any(str(right) in line for line in mailings), (name, mailings)
        server.alter = None
        with time_machine.travel(NOW + timedelta(hours=1), tick=False):
            assert town.kehila("collect", "--json").code == 0
        assert len(facts(town)["newsletter mailing"]) == 3  # the next good run makes it whole


@pytest.mark.long
def test_34_a_restated_day_changes_an_open_month_and_not_what_was_closed(settle: Any, playing: Played) -> None:
    town = settle("ga4")

    def users(month: str) -> float:
        value: float = json.loads(town.kehila("show", "website.resident_users", "--month", month, "--json").out)[
            "value"
        ]
        return value

    with time_machine.travel(at(11, 3, 12), tick=False):
        collected(town)
        assert town.kehila("refresh", "--json").code == 0
        first = users("2026-10")
        closed = town.kehila("close", "--month", "2026-10", "--force", "--json")
        assert closed.code == 0, closed
    kept = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in closed_files(town)}
    assert kept
    late = (Hit(date(2026, 10, 31), at(11, 4), 700 + n, 9900 + n, "page_view", city=HOME) for n in range(25))
    playing.visits.add(late)
    with time_machine.travel(at(11, 6, 12), tick=False):
        collected(town)
        refreshed = json.loads(town.kehila("refresh", "--json").out)
        assert users("2026-10") == first + 25  # the new version
        assert refreshed["restated"]
        assert {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in closed_files(town)} == kept
    assert rows(town, "select count(*) from restatement where month = '2026-10'")[0][0] > 0


def closed_files(town: Town) -> list[Path]:
    """The files of closed months."""
    return [path for path in (town.folder / "output").rglob("*") if path.is_file() and "snapshots" in path.parts]


def test_34_what_was_deleted_or_renamed_at_the_source_stays_in_history(settle: Any, playing: Played) -> None:
    town = settle("mailchimp")
    collected(town)
    before = facts(town)["newsletter mailing"]
    life = playing.mailchimp.life
    life.campaigns = life.campaigns[1:]  # deleted
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        life.now = NOW + timedelta(days=1)
        collected(town)
    after = facts(town)["newsletter mailing"]
    assert len(before) == len(after) == 3
    assert [line[:5] for line in before] == [line[:5] for line in after]


@pytest.mark.long
def test_35_a_source_whose_clock_is_ahead_moves_nothing_into_the_future(settle: Any, playing: Played) -> None:
    def ahead(call: Call, body: Any) -> Any:
        for one in body.get("data", []) if isinstance(body.get("data"), list) else []:
            if one.get("id") in ("10001_1", "c1") and "created_time" in one:
                one["created_time"] = "2099-01-01T00:00:00+0000" if one["id"] == "c1" else "2026-11-21T09:00:00+0000"
        return body

    spoil(playing.graph, ahead)
    town = settle("facebook")
    told = collected(town)
    assert told["facebook.facebook_post"]["status"] == "done"
    assert max(marks(town).values()) == NOW  # never past the start of the run
    assert town.kehila("refresh", "--json").code in (0, 1)
    months = {month for (month,) in rows(town, "select distinct month from indicator_value")}
    assert max(months) <= "2026-11"  # no month to come is computed
    playing.graph.alter = None
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        collected(town)  # what happens in the meantime is read
    assert max(marks(town).values()) == NOW + timedelta(days=1)
    lines = facts(town)["facebook_page message"]
    assert len([line for line in lines if "fb-10001_1" in line and "post" in line]) == 1


@pytest.mark.long
def test_200_guests_in_500_rows_are_200_attendees_with_their_minutes(settle: Any, playing: Played) -> None:
    """From Zoom's wire to the indicator: rejoining, overlapping devices and breakout rooms count once."""
    start = at(10, 20, 16)
    stays = [Stay(Person(HOST_NAME, HOST_MAIL, account="acc-clerk"), start, start + timedelta(minutes=60))]
    for n in range(200):
        guest, length = Person(f"Guest {n}"), 10 + n % 40
        stays.append(Stay(guest, start, start + timedelta(minutes=length)))
        stays.append(Stay(guest, start + timedelta(minutes=length / 2), start + timedelta(minutes=length)))
        if n < 100:
            stays.append(Stay(guest, start + timedelta(minutes=1), start + timedelta(minutes=2), breakout="room=="))
    playing.zoom.held = [
        Held(
            77, "big==", HOST_MAIL, start, start + timedelta(minutes=60), tuple(stays), {"Purpose": "Public"}, chat=None
        )
    ]
    playing.zoom.elsewhere = []
    town = settle("zoom")
    told = collected(town)
    assert told["zoom.zoom_connection"]["records"] >= 501
    assert collected(town)  # what is read again is nothing new
    assert town.kehila("refresh", "--json").code == 0
    shown = json.loads(town.kehila("show", "zoom.attendees", "--month", "2026-10", "--json").out)
    assert shown["value"] == shown["parts"]["attendances"] == 200
    assert shown["quality"] == ["by_name"]
    names = ("role", "minutes")
    import pyarrow.parquet as pq

    found: list[tuple[str, int]] = []
    for (path,) in rows(town, "select path from ledger_partition where fact = 'attendance'"):
        table = pq.read_table(town.folder / "lake" / path, partitioning=None)
        found += zip(*(table[name].to_pylist() for name in names), strict=True)
    minutes = sorted(spent for role, spent in found if role != "authority")
    assert minutes == sorted(10 + n % 40 for n in range(200))
    assert len(found) in (200, 201)  # the host may be told among them, by her own role
