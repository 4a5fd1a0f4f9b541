"""An empty answer is not a zero: what a service that falls silent does to the ledger, the marks and an indicator."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from pipeline.collect.collect import collect
from simulator.services.mailchimp import MailchimpServer
from simulator.services.newsletter import Campaign, Clicked, Member, Newsletter
from simulator.services.server import Answer, Call
from tests.e2e.command_line import Run, entry_point
from tests.e2e.tower import BELLS, NOW, Bells, said, tower
from tests.unit.collectors.newsletter_life import people
from town.landed import landed_tables
from town.store import TownStore
from warehouse.keys import new_key_file
from warehouse.pulls import last_pulls, watermarks

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TownStore]:
    with tower(tmp_path, monkeypatch) as made:
        yield made


def rounds(store: TownStore, first: int, counts: list[int], **more: Any) -> list[tuple[str, str]]:
    """One round a day from day `first` on, each with so many bells; gives status and code of each."""
    told = []
    for number, count in enumerate(counts):
        Bells.count = count
        with time_machine.travel(NOW + (first + number) * DAY, tick=False):
            (done,) = collect(store, **more)
        told.append((done.status, done.code))
    return told


def mark(store: TownStore) -> datetime | None:
    return watermarks(store.ledger).get(BELLS)


def test_nothing_where_much_is_usual_lands_nothing_and_is_read_again(store: TownStore) -> None:
    rounds(store, 0, [12] * 6)
    before, rows = mark(store), landed_tables(store, ["test_bells", "test_tolled"])
    assert rounds(store, 6, [0, 0]) == [("suspect", "empty_answer")] * 2
    assert mark(store) == before
    after = landed_tables(store, ["test_bells", "test_tolled"])
    assert {name: table.num_rows for name, table in after.items()} == {n: t.num_rows for n, t in rows.items()}
    assert rounds(store, 8, [12]) == [("done", "")]
    assert said()[-1].since == (before or NOW) - Bells.lookback  # all that was not believed was read again
    assert mark(store) == NOW + 8 * DAY


@pytest.mark.parametrize("history", [[12] * 3, [9] * 8, [12, 0, 0, 12, 0, 0, 0]])
def test_where_little_or_too_little_is_known_a_zero_is_a_zero(store: TownStore, history: list[int]) -> None:
    rounds(store, 0, history)
    assert rounds(store, len(history), [0]) == [("done", "")]
    assert mark(store) == NOW + len(history) * DAY


def test_three_rounds_a_day_apart_make_it_true_and_the_next_ones_too(store: TownStore) -> None:
    rounds(store, 0, [12] * 6)
    assert rounds(store, 6, [0]) == [("suspect", "empty_answer")]
    with time_machine.travel(NOW + 6 * DAY + timedelta(hours=2), tick=False):  # asked again the same day: one round
        assert [one.status for one in collect(store)] == ["suspect"]
    assert rounds(store, 7, [0, 0, 0, 0]) == [("suspect", "empty_answer"), *[("done", "empty_accepted")] * 3]
    assert mark(store) == NOW + 10 * DAY
    # Once something came again, silence is odd again.
    assert rounds(store, 11, [12] * 6 + [0])[-1] == ("suspect", "empty_answer")


def test_an_operator_can_call_it_true_at_once(store: TownStore) -> None:
    rounds(store, 0, [12] * 6)
    assert rounds(store, 6, [0], accepted=[str(BELLS)]) == [("done", "empty_accepted")]
    assert rounds(store, 7, [0]) == [("done", "empty_accepted")]


def test_records_that_were_all_put_aside_are_no_zero_however_long(store: TownStore) -> None:
    rounds(store, 0, [12] * 6)
    Bells.spoiled = True
    assert rounds(store, 6, [12] * 5) == [("suspect", "all_put_aside")] * 5
    assert len(store.ledger.quarantine()) == 12
    Bells.spoiled = False
    assert rounds(store, 11, [12]) == [("done", "")]


def test_a_backfill_is_judged_where_life_is_known_and_not_before(store: TownStore) -> None:
    rounds(store, 0, [12] * 6)
    Bells.count = 0
    with time_machine.travel(NOW + 6 * DAY, tick=False):
        (late,) = collect(store, since=NOW - 20 * DAY, until=NOW)
        (early,) = collect(store, since=NOW - 900 * DAY, until=NOW - 800 * DAY)
    assert (late.status, early.status) == ("suspect", "done")
    assert rounds(store, 6, [0]) == [("suspect", "empty_answer")]  # a backfill is no round
    assert [one.status for one in last_pulls(store.ledger, BELLS, 2)] == ["suspect", "done"]


def silent(path: str) -> Callable[[Call, Answer], Answer]:
    """A service that lost a permission: 200, and nothing in the list."""
    return lambda call, answer: Answer.json({"campaigns": [], "total_items": 0}) if call.path == path else answer


def test_a_newsletter_that_falls_silent_is_missing_and_then_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run: Run = entry_point(monkeypatch, capsys)
    start = datetime(2025, 6, 2, 7, tzinfo=UTC)
    readers = people(12)
    life = Newsletter(now=start, members=[Member(one, start) for one in readers])
    for number in range(108):
        at = start + timedelta(days=5 * number)
        some = readers[: 3 + number % 4] if number > 100 else ()  # clicks cost calls
        clicked = [Clicked(one, at + timedelta(hours=1), "https://town.example/") for one in some]
        life.campaigns.append(Campaign(f"c{number:09d}", at, readers, clicked=clicked))
    new_key_file(tmp_path / "keys" / "root.key")
    config = tmp_path / "kehila.toml"

    def kehila(now: datetime, *arguments: str) -> Any:
        life.now = now
        with time_machine.travel(now):
            ran = run("--config", config, *arguments, "--json")
        return ran.code, json.loads(ran.out)

    def shown(now: datetime) -> Any:
        kehila(now, "refresh", "--month", "2026-11")
        return kehila(now, "show", "newsletter.clickers", "--month", "2026-11")[1]

    with MailchimpServer(life) as server:
        monkeypatch.setenv("MAIL_KEY", server.key)
        config.write_text(
            f'[[authority]]\ncode = "0070"\n[source.mailchimp.main]\nlist = "{server.list_id}"\nspace = "mail"\n'
            f'base_url = "{server.api_url}"\nsecrets = {{ key = "env:MAIL_KEY" }}\n'
        )
        midnight = datetime(2026, 10, 31, 22, 30, tzinfo=UTC)  # the first half hour of November in the town
        assert kehila(midnight, "collect")[0] == 0
        server.alter = silent("/3.0/campaigns")
        for day in (9, 9.5):
            code, told = kehila(midnight + day * DAY, "collect")
            by_stream = {one["stream"]: one for one in told["streams"]}
            campaigns = by_stream["mailchimp_campaign"]
            assert (code, campaigns["status"], campaigns["code"]) == (1, "suspect", "empty_answer")
            assert "--accept-empty mailchimp.main.mailchimp_campaign" in campaigns["reason"]
            assert by_stream["mailchimp_list"]["status"] == "done"
        suspect_assets = shown(midnight + 9.5 * DAY)
        assert (suspect_assets["value"], suspect_assets["status"], suspect_assets["reason"]) == (
            None,
            "missing",
            "source_silent:newsletter",
        )

        server.alter = None
        assert kehila(midnight + 10 * DAY, "collect")[0] == 0
        heard = shown(midnight + 10 * DAY)
        sent = [one for one in life.sent() if one.sent_at > midnight - timedelta(minutes=30)]
        assert heard["value"] == len({click.address for one in sent for click in one.clicked}) > 0
        assert "source_down" not in heard["quality"]


def test_the_month_silence_begins_in_keeps_what_came_before_and_says_so(store: TownStore) -> None:
    from pipeline.gaps.empty_answers import silent_months

    rounds(store, 0, [12] * 6)
    assert silent_months(store.ledger, store.authority.timezone) == frozenset()
    rounds(store, 6, [0])
    assert silent_months(store.ledger, store.authority.timezone) == {("platform_metric", "app", "2026-11")}
    rounds(store, 7, [12])
    assert silent_months(store.ledger, store.authority.timezone) == frozenset()
